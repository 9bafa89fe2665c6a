/* tandem match: what a first sync would link, create and replace. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error_number.h"
#include "base/pair_index.h"
#include "cli/commands/plan.h"
#include "cli/commands/commands.h"
#include "cli/show/output.h"
#include "cli/show/plan_values.h"
#include "store/books/ambiguous_records.h"
#include "store/books/links.h"
#include "store/inspect/explain.h"

/* X(constant, name, is it shown even if there is none?, what it means) */
#define KINDS(X)                                                                                   \
    X(LINKED, "linked", true, "are the same, according to their identifiers")                      \
    X(DUPLICATE, "duplicates", false,                                                              \
      "of them are further records of an object that has one already")                             \
    X(CONTRADICTING, "contradicting", false,                                                       \
      "of them have another name or birthday here, and would be linked all the same")              \
    X(CREATED_HERE, "created_here", true, "are only there, and would be created here")             \
    X(CREATED_THERE, "created_there", true, "are only here, and would be created there")           \
    X(AMBIGUOUS, "ambiguous", true, "match several objects here: merge those first")               \
    X(DOUBTFUL, "doubtful", false, "match an object here but contradict it: see 'tandem link'")    \
    X(DELETED_HERE, "deleted_here", false, "were deleted there, and would be deleted here")        \
    X(DELETED_THERE, "deleted_there", false, "were deleted here, and would be deleted there")

enum kind {
#define X(constant, name, always, meaning) constant,
    KINDS(X)
#undef X
        KIND_COUNT
};
static const struct {
    const char *name;
    bool always;
    const char *meaning;
} kinds[] = {
#define X(constant, name, always, meaning) {name, always, meaning},
    KINDS(X)
#undef X
};

enum { SAMPLES = 5, UNDECIDED = 25 };

struct match {
    const struct invocation *invocation;
    struct plan_csv pairs;
    struct plan_values values;
    struct text integration;
    struct arena *arena; /* of the samples and of the records met; owned */
    uint64_t objects, linked_already, records;
    uint64_t counts[KIND_COUNT];
    struct pair_index *met[KIND_COUNT]; /* records, or objects of ours, that are counted already */
    struct {
        struct text ours, theirs;
    } samples[KIND_COUNT][SAMPLES];
    struct note undecided[UNDECIDED]; /* the first that wait for somebody's decision; about: why */
    size_t undecided_count;
    struct error trouble; /* an error of an observer, which cannot return it */
};

/* ---- records that are left to people ---- */

static enum error_code keep_undecided(struct match *match, const struct note *note,
                                      struct error *error)
{
    if (match->undecided_count == UNDECIDED)
        return ERROR_NONE;
    struct note *const copy = &match->undecided[match->undecided_count];
    *copy = *note;
    if (text_keep(match->arena, error, &copy->internal_object, &copy->integration_object,
                  &copy->integration_id, &copy->message, NULL))
        return error->code;
    match->undecided_count++;
    return ERROR_NONE;
}

/* With the objects that it matches, by the store after the run. */
static enum error_code add_undecided(const struct match *match, const struct note *note,
                                     json_t *list, struct error *error)
{
    const struct object_name record = {note->integration_object, note->integration_id};
    json_t *const matches = json_array();
    struct text *ids = NULL;
    size_t count = 0;
    const bool failed =
        strcmp(note->about, "ambiguous") == 0 &&
        ambiguous_records_matches(match->invocation->session->store, match->integration, record,
                                  match->arena, &ids, &count, error);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(matches, value_json_text(ids[i]));
    json_array_append_new(list,
                          json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "reason", note->about,
                                    "object", value_json_text(note->internal_object),
                                    "integration_object", value_json_text(note->integration_object),
                                    "integration_id", value_json_text(note->integration_id),
                                    "matches", matches, "message", value_json_text(note->message)));
    return failed ? error->code : ERROR_NONE;
}

/* ---- what the plan reports ---- */

static enum error_code name_of(struct arena *arena, struct text object, struct text id,
                               struct text *name, struct error *error)
{
    return text_format(arena, name, error, "%.*s:%.*s", TEXT_PRINT(object),
                       TEXT_PRINT(text_is_absent(id) ? TEXT("(new)") : id));
}

/* What is reported twice (by two reports of one record) counts once. */
static enum error_code is_new(struct match *match, enum kind kind, const struct plan_pair *pair,
                              bool *new, struct error *error)
{
    const bool theirs = kind != CREATED_THERE;
    const struct text object = theirs ? pair->integration_object : pair->object;
    const struct text id = theirs ? pair->integration_id : pair->id;
    struct text copies[2];
    *new = text_is_absent(id) || !pair_index_find(match->met[kind], object, id);
    if (text_is_absent(id) || !*new)
        return ERROR_NONE;
    if (text_copy(match->arena, object, &copies[0], error) ||
        text_copy(match->arena, id, &copies[1], error))
        return error->code;
    return pair_index_add(match->met[kind], copies[0], copies[1], match, error);
}

static enum error_code meet(struct match *match, enum kind kind, const struct plan_pair *pair,
                            struct error *error)
{
    bool new = true;
    if (is_new(match, kind, pair, &new, error))
        return error->code;
    if (!new)
        return ERROR_NONE;
    const uint64_t number = match->counts[kind]++;
    if (plan_csv_pair(&match->pairs, kinds[kind].name, pair, error))
        return error->code;
    if (number >= SAMPLES)
        return ERROR_NONE;
    if (name_of(match->arena, pair->object, pair->id, &match->samples[kind][number].ours, error))
        return error->code;
    return name_of(match->arena, pair->integration_object, pair->integration_id,
                   &match->samples[kind][number].theirs, error);
}

static enum error_code begin(void *context, struct session *session, const struct manual *manual,
                             struct error *error)
{
    struct match *const match = context;
    match->integration = text_of(match->invocation->arguments[0]);
    for (size_t i = 0; i < manual->internal_count; i++) {
        uint64_t objects = 0, linked = 0;
        if (links_count(session->store, match->integration, manual->internal[i]->name, &objects,
                        &linked, error))
            return error->code;
        match->objects += objects;
        match->linked_already += linked;
    }
    return ERROR_NONE;
}

/* Had the object another record before this one was linked to it? Links are listed by age. */
static enum error_code is_duplicate(const struct match *match, const struct plan_pair *pair,
                                    bool *duplicate, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct status_mapping *links = NULL;
    size_t count = 0;
    const struct explain_subject subject = {
        .integration = match->integration, .object = pair->object, .id = pair->id};
    const enum error_code code = arena ? explain_mappings(match->invocation->session->store,
                                                          &subject, arena, &links, &count, error)
                                       : error_memory(error, "the links of an object");
    *duplicate = false;
    for (size_t i = 0; !code && i < count; i++) {
        if (text_equal(links[i].integration_object, pair->integration_object) &&
            text_equal(links[i].integration_id, pair->integration_id))
            break;
        *duplicate |= !links[i].deleted;
    }
    arena_free(arena);
    return code;
}

/* `of_new`: to an object that another record of the page makes; its links are not stored yet. */
static enum error_code meet_link(struct match *match, const struct plan_pair *pair, bool of_new,
                                 bool contradicts, struct error *error)
{
    bool duplicate = of_new;
    if (meet(match, LINKED, pair, error) ||
        (contradicts && meet(match, CONTRADICTING, pair, error)) ||
        (!of_new && is_duplicate(match, pair, &duplicate, error)))
        return error->code;
    return duplicate ? meet(match, DUPLICATE, pair, error) : ERROR_NONE;
}

static enum error_code tell_change(void *context, const struct plan_change *change,
                                   struct error *error)
{
    struct match *const match = context;
    const bool here = change->receiver == SIDE_INTERNAL;
    struct plan_pair pair = plan_pair_of(change);
    if (plan_values_tell(&match->values, change, error))
        return error->code;
    if (strcmp(change->action, "link") == 0)
        return meet_link(match, &pair, text_is_absent(change->id), change->contradicts, error);
    if (strcmp(change->action, "create") == 0) {
        if (here)
            pair.id = TEXT_ABSENT;
        return meet(match, here ? CREATED_HERE : CREATED_THERE, &pair, error);
    }
    if (strcmp(change->action, "delete") == 0)
        return meet(match, here ? DELETED_HERE : DELETED_THERE, &pair, error);
    return ERROR_NONE;
}

static void note(void *context, const struct note *note)
{
    struct match *const match = context;
    const struct plan_pair pair = {note->internal_object, note->internal_id,
                                   note->integration_object, note->integration_id};
    const enum kind kind = strcmp(note->about, "ambiguous") == 0  ? AMBIGUOUS
                           : strcmp(note->about, "doubtful") == 0 ? DOUBTFUL
                                                                  : KIND_COUNT;
    const uint64_t before = kind != KIND_COUNT ? match->counts[kind] : 0;
    if (kind == KIND_COUNT || match->trouble.code || meet(match, kind, &pair, &match->trouble) ||
        match->counts[kind] == before)
        return;
    (void)!keep_undecided(match, note, &match->trouble);
}

/* ---- output ---- */

static json_t *kind_json(const struct match *match, enum kind kind)
{
    json_t *const samples = json_array();
    for (uint64_t i = 0; i < match->counts[kind] && i < SAMPLES; i++)
        json_array_append_new(samples,
                              json_pack("[o, o]", value_json_text(match->samples[kind][i].ours),
                                        value_json_text(match->samples[kind][i].theirs)));
    return json_pack("{s:I, s:o}", "count", (json_int_t)match->counts[kind], "samples", samples);
}

/* Takes `undecided`. */
static json_t *match_json(const struct match *match, const struct summary_facts *facts,
                          json_t *undecided)
{
    const uint64_t *const replaced = match->values.counts;
    char number[ERROR_NUMBER_TEXT_SIZE];
    json_t *const json = json_pack(
        "{s:o, s:I, s:I, s:I}", "integration", value_json_text(facts->summary->integration),
        "records", (json_int_t)match->records, "objects", (json_int_t)match->objects,
        "linked_already", (json_int_t)match->linked_already);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        json_object_set_new(json, kinds[kind].name, kind_json(match, (enum kind)kind));
    /* the name that it had before */
    json_object_set(json, "twins", json_object_get(json, kinds[DUPLICATE].name));
    json_object_set_new(json, "undecided", undecided);
    json_object_set_new(json, "replaced",
                        json_pack("{s:I, s:I}", "internal", (json_int_t)replaced[SIDE_INTERNAL],
                                  "integration", (json_int_t)replaced[SIDE_INTEGRATION]));
    json_object_set_new(json, "unresolved",
                        json_integer((json_int_t)facts->summary->pull.conflicts.unresolved));
    json_object_set_new(json, "error",
                        facts->error ? value_json_text(text_of(facts->error->message))
                                     : json_null());
    json_object_set_new(json, "error_code",
                        facts->error ? json_string(error_number_text(facts->error, number))
                                     : json_null());
    return json;
}

static void print_kind(const struct match *match, enum kind kind)
{
    if (!match->counts[kind] && !kinds[kind].always)
        return;
    printf("  %7" PRIu64 " %s\n", match->counts[kind], kinds[kind].meaning);
    for (uint64_t i = 0; i < match->counts[kind] && i < SAMPLES; i++)
        output_line("          %.*s = %.*s", TEXT_PRINT(match->samples[kind][i].ours),
                    TEXT_PRINT(match->samples[kind][i].theirs));
}

static void print_match(const struct match *match, const struct summary_facts *facts)
{
    const uint64_t *const replaced = match->values.counts;
    const uint64_t unresolved = facts->summary->pull.conflicts.unresolved;
    char from[INSTANT_TEXT_SIZE];
    printf("%.*s: %" PRIu64 " records there", TEXT_PRINT(facts->summary->integration),
           match->records);
    if (facts->summary->from != INSTANT_NONE)
        printf(" since %s UTC", instant_format_human(facts->summary->from, from));
    printf(", %" PRIu64 " objects here", match->objects);
    if (match->linked_already)
        printf(" (%" PRIu64 " linked already)", match->linked_already);
    printf("; nothing was written or sent%s\n", facts->error ? ", and the comparison is "
                                                               "incomplete"
                                                             : "");
    for (int kind = 0; kind < KIND_COUNT; kind++)
        print_kind(match, (enum kind)kind);
    printf("  %7" PRIu64 " values here and %" PRIu64 " there would be replaced by another one%s\n",
           replaced[SIDE_INTERNAL], replaced[SIDE_INTEGRATION],
           match->values.csv.path ? "" : " (--values FILE lists them)");
    if (unresolved)
        printf("  %7" PRIu64 " fields have two values and no winner\n", unresolved);
}

static enum error_code end(void *context, const struct summary_facts *facts,
                           struct reported_values *values, struct error *error)
{
    struct match *const match = context;
    if (!facts->error && (match->counts[AMBIGUOUS] || match->counts[DOUBTFUL] ||
                          facts->summary->pull.conflicts.unresolved))
        *match->invocation->exit_code = EXIT_NEEDS_ATTENTION;
    if (match->trouble.code) {
        *error = match->trouble;
        return error->code;
    }
    if (plan_values_end(&match->values, error) ||
        reported_values_count(values, &match->records, error))
        return error->code;
    if (invocation_has(match->invocation, "json")) {
        json_t *const undecided = json_array();
        for (size_t i = 0; i < match->undecided_count; i++) {
            if (add_undecided(match, &match->undecided[i], undecided, error)) {
                json_decref(undecided);
                return error->code;
            }
        }
        return output_json(match_json(match, facts, undecided), error);
    }
    if (!match->invocation->options.quiet)
        print_match(match, facts);
    return output_flush(error);
}

static enum error_code run_match(const struct invocation *invocation, struct error *error)
{
    struct match match = {.invocation = invocation, .arena = arena_new(0)};
    const struct observer observer = {.context = &match, .note = note};
    const struct plan_listener listener = {
        .context = &match,
        .begin = begin,
        .tell = tell_change,
        .end = end,
        .observer = &observer,
        .first_time = true,
    };
    enum error_code code = match.arena ? ERROR_NONE : error_memory(error, "the samples");
    for (int kind = 0; kind < KIND_COUNT && !code; kind++)
        code = pair_index_new(match.arena, &match.met[kind], error);
    if (!code)
        code =
            plan_csv_open(&match.pairs, invocation_value(invocation, "csv"), PLAN_CSV_PAIRS, error);
    if (!code)
        code = plan_values_open(&match.values, invocation_value(invocation, "values"), error);
    if (!code)
        code = plan_carry_out(invocation, &listener, error);
    code = plan_csv_close(&match.pairs, code, error);
    code = plan_values_close(&match.values, code, error);
    arena_free(match.arena);
    return code;
}

static const struct option options[] = {
    OPTION("csv", "FILE",
           "write every pair to this file: kind, object, id, integration_object, integration_id"),
    OPTION("values", "FILE",
           "write every value that would be replaced, here or there, to this file: side, object, "
           "id, record, field, before, after, why"),
    FLAG("json", "print one JSON object"),
    {.name = NULL},
};

const struct command command_match = {
    .name = "match",
    .arguments = "NAME",
    .summary = "before a first sync: what it would link, create and replace",
    .details =
        "Runs 'tandem sync NAME --first-time-sync' on a copy of the store: nothing is written "
        "or sent, and the sync then does exactly this. Records that match several of our "
        "objects are ambiguous, and those that match one but have another name or birthday "
        "are doubtful; a sync skips both. The exit code is 4 if there are any, or if some "
        "field would have no winner.\n\n"
        "A value counts as replaced if it is not empty and would change. When two records "
        "meet for the first time, an empty value never replaces one that is not empty.",
    .examples = "  tandem match helloworld\n  tandem match helloworld --csv pairs.csv --values "
                "replaced.csv",
    .options = options,
    .run = run_match,
};
