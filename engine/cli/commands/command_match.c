/* tandem match: what a first sync would link and create. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/pair_index.h"
#include "cli/line/cli.h"
#include "cli/show/output.h"
#include "cli/commands/plan.h"
#include "cli/show/plan_output.h"
#include "store/objects/csv.h"

/* X(constant, name, what it means) */
#define KINDS(X)                                                                                   \
    X(LINKED, "linked", "are the same, by their identifiers")                                      \
    X(CREATED_HERE, "created_here", "are only there, and would be created here")                   \
    X(CREATED_THERE, "created_there", "are only here, and would be created there")                 \
    X(AMBIGUOUS, "ambiguous", "match several objects here: merge those first")

enum kind {
#define X(constant, name, meaning) constant,
    KINDS(X)
#undef X
        KIND_COUNT
};
static const char *const kind_names[] = {
#define X(constant, name, meaning) name,
    KINDS(X)
#undef X
};
static const char *const kind_meanings[] = {
#define X(constant, name, meaning) meaning,
    KINDS(X)
#undef X
};

enum { SAMPLES = 5 };

struct match {
    const struct invocation *invocation;
    struct plan_output output; /* for what scripts may not send */
    struct arena *arena;       /* of the samples and of what was met; owned */
    FILE *csv;                 /* NULL: none; owned */
    uint64_t counts[KIND_COUNT];
    struct pair_index *met[KIND_COUNT], *read; /* records, or ours, that were counted already */
    uint64_t records;
    struct {
        struct text ours, theirs;
    } samples[KIND_COUNT][SAMPLES];
    struct error trouble; /* of an observer, which cannot say so */
};

/* A pair, of which an id may be absent. */
struct match_pair {
    struct text object, id, integration_object, integration_id;
};

static enum error_code write_csv(struct match *match, enum kind kind, const struct match_pair *pair,
                                 struct error *error)
{
    const struct text cells[] = {text_of(kind_names[kind]), pair->object, pair->id,
                                 pair->integration_object, pair->integration_id};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const enum error_code code = csv_write(match->csv, cells[i], i == 0, error);
        if (code)
            return code;
    }
    if (fputc('\n', match->csv) == EOF)
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s",
                         invocation_value(match->invocation, "csv"), strerror(errno));
    return ERROR_NONE;
}

static enum error_code name_of(struct arena *arena, struct text object, struct text id,
                               struct text *name, struct error *error)
{
    return text_format(arena, name, error, "%.*s:%.*s", TEXT_PRINT(object),
                       TEXT_PRINT(text_is_absent(id) ? TEXT("(new)") : id));
}

/* What is told twice (by two reports of one record) counts once. */
static enum error_code is_new(struct match *match, struct pair_index *index, struct text object,
                              struct text id, bool *new, struct error *error)
{
    struct text copies[2];
    *new = text_is_absent(id) || !pair_index_find(index, object, id);
    if (text_is_absent(id) || !*new)
        return ERROR_NONE;
    if (text_copy(match->arena, object, &copies[0], error) ||
        text_copy(match->arena, id, &copies[1], error))
        return error->code;
    return pair_index_add(index, copies[0], copies[1], index, error);
}

static enum error_code meet(struct match *match, enum kind kind, const struct match_pair *pair,
                            struct error *error)
{
    const bool theirs = kind != CREATED_THERE;
    bool new = true;
    enum error_code code =
        is_new(match, match->met[kind], theirs ? pair->integration_object : pair->object,
               theirs ? pair->integration_id : pair->id, &new, error);
    if (code || !new)
        return code;
    const uint64_t number = match->counts[kind]++;
    if (match->csv && (code = write_csv(match, kind, pair, error)))
        return code;
    if (number >= SAMPLES)
        return ERROR_NONE;
    code = name_of(match->arena, pair->object, pair->id, &match->samples[kind][number].ours, error);
    if (!code)
        code = name_of(match->arena, pair->integration_object, pair->integration_id,
                       &match->samples[kind][number].theirs, error);
    return code;
}

static enum error_code tell(void *context, const struct plan_change *change, struct error *error)
{
    struct match *const match = context;
    const bool here = change->receiver == SIDE_INTERNAL;
    const struct match_pair pair = {
        .object = here ? change->object : change->from_object,
        .id = here ? change->id : change->from_id,
        .integration_object = here ? change->from_object : change->object,
        .integration_id = here ? change->from_id : change->id,
    };
    if (strcmp(change->action, "link") == 0)
        return meet(match, LINKED, &pair, error);
    if (strcmp(change->action, "create") == 0)
        return meet(match, here ? CREATED_HERE : CREATED_THERE, &pair, error);
    return ERROR_NONE;
}

static void note(void *context, const struct note *note)
{
    struct match *const match = context;
    const struct match_pair pair = {note->internal_object, note->internal_id,
                                    note->integration_object, note->integration_id};
    if (strcmp(note->about, "ambiguous") == 0 && !match->trouble.code)
        (void)!meet(match, AMBIGUOUS, &pair, &match->trouble);
}

static void count_record(void *context, const struct outcome *outcome)
{
    struct match *const match = context;
    bool new = false;
    if (outcome->side == SIDE_INTEGRATION && !match->trouble.code &&
        !is_new(match, match->read, outcome->object, outcome->id, &new, &match->trouble) && new)
        match->records++;
}

static void would_send(void *context, const struct http_request *request)
{
    struct match *const match = context;
    plan_output_would_send(&match->output, request);
}

/* ---- output ---- */

static json_t *match_json(const struct match *match, const struct summary_facts *facts)
{
    json_t *const json =
        json_pack("{s:o}", "integration", value_json_text(facts->summary->integration));
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        json_t *const samples = json_array();
        for (uint64_t i = 0; i < match->counts[kind] && i < SAMPLES; i++)
            json_array_append_new(samples,
                                  json_pack("[o, o]", value_json_text(match->samples[kind][i].ours),
                                            value_json_text(match->samples[kind][i].theirs)));
        json_object_set_new(
            json, kind_names[kind],
            json_pack("{s:I, s:o}", "count", (json_int_t)match->counts[kind], "samples", samples));
    }
    json_object_set_new(json, "error",
                        facts->error ? value_json_text(text_of(facts->error->message))
                                     : json_null());
    return json;
}

static void print_match(const struct match *match, const struct summary_facts *facts)
{
    printf("%.*s: %" PRIu64 " records there, %" PRIu64 " objects here; nothing was written or "
           "sent%s\n",
           TEXT_PRINT(facts->summary->integration), match->records, facts->summary->push.reported,
           facts->error ? ", and this is not all" : "");
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        printf("  %7" PRIu64 " %s\n", match->counts[kind], kind_meanings[kind]);
        for (uint64_t i = 0; i < match->counts[kind] && i < SAMPLES; i++) {
            fputs("          ", stdout);
            terminal_text(stdout, match->samples[kind][i].ours);
            fputs(" = ", stdout);
            terminal_text(stdout, match->samples[kind][i].theirs);
            putchar('\n');
        }
    }
}

static enum error_code end(void *context, const struct summary_facts *facts,
                           enum exit_code *exit_code, struct error *error)
{
    struct match *const match = context;
    if (!facts->error && match->counts[AMBIGUOUS])
        *exit_code = EXIT_NEEDS_ATTENTION;
    if (match->trouble.code) {
        *error = match->trouble;
        return error->code;
    }
    if (invocation_has(match->invocation, "json"))
        return output_json(match_json(match, facts), error);
    if (!match->invocation->session.quiet)
        print_match(match, facts);
    return output_flush(error);
}

static enum error_code open_csv(struct match *match, struct error *error)
{
    const char *const path = invocation_value(match->invocation, "csv");
    if (!path)
        return ERROR_NONE;
    match->csv = fopen(path, "we");
    if (!match->csv ||
        fputs("kind,object,id,integration_object,integration_id\n", match->csv) == EOF)
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    return ERROR_NONE;
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    struct match match = {.invocation = invocation, .arena = arena_new(0)};
    const struct observer observer = {.context = &match, .note = note, .outcome = count_record};
    const struct plan_listener listener = {
        .context = &match,
        .tell = tell,
        .would_send = would_send,
        .end = end,
        .observer = &observer,
        .first_time = true,
    };
    enum error_code code = match.arena ? pair_index_new(match.arena, &match.read, error)
                                       : error_memory(error, "the samples");
    for (int kind = 0; kind < KIND_COUNT && !code; kind++)
        code = pair_index_new(match.arena, &match.met[kind], error);
    if (!code)
        code = open_csv(&match, error);
    if (!code)
        code = plan_carry_out(invocation, &listener, exit_code, error);
    if (match.csv && fclose(match.csv) != 0 && !code)
        code = error_set(error, ERROR_SYSTEM, "cannot write '%s': %s",
                         invocation_value(invocation, "csv"), strerror(errno));
    arena_free(match.arena);
    return code;
}

static const struct option options[] = {
    {.name = "csv", .argument = "FILE", .help = "write every pair to this file"},
    {.name = "json", .help = "print one JSON object"},
    {.name = NULL},
};

const struct command command_match = {
    .name = "match",
    .arguments = "NAME",
    .summary = "before a first sync: what it would link, create here and create there",
    .details = "Reads everything of the integration and compares it with what is here, on a copy "
               "of the store: nothing is\nwritten or sent. Records that match several objects of "
               "ours are ambiguous; a sync skips them. Exit code\n4 if there are such.",
    .examples = "  tandem match helloworld\n  tandem match helloworld --csv pairs.csv",
    .options = options,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
