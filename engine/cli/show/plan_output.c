/* Each change as lines of a diff, with totals at the end. */
#include "cli/show/plan_output.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/show/output.h"
#include "model/value_json.h"

enum { SHOWN_CHARACTERS = 120, SUMMARY_DIGITS = 6 };

static const char *const action_names[] = {
#define X(constant, name) name,
    PLAN_ACTIONS(X)
#undef X
};

static const char red[] = "\033[31m", green[] = "\033[32m", yellow[] = "\033[33m",
                  bold[] = "\033[1m", plain[] = "\033[0m";

bool plan_output_wants_colors(void)
{
    const char *const refused = getenv("NO_COLOR");
    return (!refused || !*refused) && isatty(STDOUT_FILENO);
}

static void color(const struct plan_output *output, const char *code)
{
    if (output->colored)
        fputs(code, stdout);
}

static void print_name(struct text object, struct text id)
{
    terminal_text(stdout, object);
    if (text_is_absent(id))
        return;
    putchar(':');
    terminal_text(stdout, id);
}

/* ---- text ---- */

static enum error_code print_value(const struct plan_output *output, struct arena *arena,
                                   const struct value *value, const char *in, struct error *error)
{
    struct text shown = TEXT_ABSENT;
    const enum error_code code = value_is_empty(value)
                                     ? ERROR_NONE
                                     : value_format(arena, value, SHOWN_CHARACTERS, &shown, error);
    color(output, in);
    if (text_is_absent(shown))
        fputs("(empty)", stdout);
    else
        terminal_text(stdout, shown);
    color(output, plain);
    return code;
}

static enum error_code print_field(const struct plan_output *output, struct arena *arena,
                                   const struct plan_field *field, bool created, int width,
                                   struct error *error)
{
    enum error_code code = ERROR_NONE;
    color(output, created ? green : yellow);
    printf("    %c ", created ? '+' : '~');
    color(output, plain);
    terminal_text(stdout, field->name);
    printf("%*s", width - (int)field->name.length + 2, "");
    if (field->before) {
        code = print_value(output, arena, field->before, red, error);
        fputs(" -> ", stdout);
    }
    if (!code)
        code = print_value(output, arena, field->after, green, error);
    putchar('\n');
    return code;
}

static enum error_code print_change(const struct plan_output *output, struct arena *arena,
                                    const struct plan_change *change, struct error *error)
{
    const bool created = strcmp(change->action, "create") == 0;
    enum error_code code = ERROR_NONE;
    int width = 0;

    color(output, bold);
    printf("%s: %s ", change->receiver == SIDE_INTERNAL ? "here" : "there", change->action);
    print_name(change->object, text_is_absent(change->id) ? change->expected_id : change->id);
    color(output, plain);
    if (!text_is_absent(change->from_object)) {
        fputs(" from ", stdout);
        print_name(change->from_object, change->from_id);
    }
    putchar('\n');
    for (size_t i = 0; i < change->field_count; i++)
        width =
            (int)change->fields[i].name.length > width ? (int)change->fields[i].name.length : width;
    for (size_t i = 0; !code && i < change->field_count; i++) {
        if (created && value_is_empty(change->fields[i].after))
            continue;
        code = print_field(output, arena, &change->fields[i], created, width, error);
    }
    return code;
}

/* ---- JSON ---- */

static json_t *fields_json(const struct plan_change *change)
{
    json_t *const fields = json_object();
    for (size_t i = 0; fields && i < change->field_count; i++) {
        const struct plan_field *const field = &change->fields[i];
        json_t *const pair = json_object();
        if (field->before)
            json_object_set_new(pair, "before", value_json_of(field->before));
        json_object_set_new(pair, "after", value_json_of(field->after));
        json_object_set_new(pair, "why", value_json_text(field->why));
        json_object_setn_new(fields, field->name.bytes, field->name.length, pair);
    }
    return fields;
}

/* On one line. Takes it; NULL is an error. */
static enum error_code print_compact(json_t *json, struct error *error)
{
    if (!json)
        return error_memory(error, "a plan");
    const int failed =
        json_dumpf(json, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    json_decref(json);
    return failed ? error_set(error, ERROR_SYSTEM, "cannot write JSON to standard output")
                  : ERROR_NONE;
}

static enum error_code print_json(const struct plan_output *output,
                                  const struct plan_change *change, struct error *error)
{
    fputs(output->changes == 1 ? "{\"changes\": [\n" : ",\n", stdout);
    return print_compact(
        json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "side",
                  change->receiver == SIDE_INTERNAL ? "internal" : "integration", "action",
                  change->action, "object", value_json_text(change->object), "id",
                  value_json_text(change->id), "expected_id", value_json_text(change->expected_id),
                  "from_object", value_json_text(change->from_object), "from_id",
                  value_json_text(change->from_id), "fields", fields_json(change)),
        error);
}

/* ---- both ---- */

static void count(struct plan_output *output, const struct plan_change *change)
{
    output->changes++;
    for (int action = 0; action < PLAN_ACTION_COUNT; action++) {
        if (strcmp(change->action, action_names[action]) == 0)
            output->counts[change->receiver][action]++;
    }
}

enum error_code plan_output_change(void *context, const struct plan_change *change,
                                   struct error *error)
{
    struct plan_output *const output = context;
    enum error_code code = ERROR_NONE;

    count(output, change);
    if (output->limit && output->changes > output->limit)
        return ERROR_NONE;
    if (output->json) {
        code = print_json(output, change, error);
    } else if (!output->quiet) {
        struct arena *const arena = arena_new(0);
        code = arena ? print_change(output, arena, change, error) : error_memory(error, "a plan");
        arena_free(arena);
    }
    return code ? code : output_flush(error);
}

void plan_output_would_send(void *context, const struct http_request *request)
{
    (void)context;
    terminal_warning("would send %.*s %.*s", TEXT_PRINT(request->method), TEXT_PRINT(request->url));
}

static void print_side(const struct plan_output *output, enum side side, const char *name)
{
    const uint64_t *const counts = output->counts[side];
    const uint64_t replaced = output->replaced[side];
    printf("  %s: %" PRIu64 " to create, %" PRIu64 " to update", name, counts[PLAN_CREATE],
           counts[PLAN_UPDATE]);
    for (int action = PLAN_LINK; action < PLAN_ACTION_COUNT; action++) {
        if (counts[action])
            printf(", %" PRIu64 " to %s", counts[action], action_names[action]);
    }
    if (replaced)
        printf("; %" PRIu64 " %s replaced", replaced, replaced == 1 ? "value" : "values");
    putchar('\n');
}

/* {"create": 3, ..., "replaced": 2} */
static json_t *side_json(const struct plan_output *output, enum side side)
{
    json_t *const json = json_object();
    for (int action = 0; action < PLAN_ACTION_COUNT; action++)
        json_object_set_new(json, action_names[action],
                            json_integer((json_int_t)output->counts[side][action]));
    json_object_set_new(json, "replaced", json_integer((json_int_t)output->replaced[side]));
    return json;
}

static enum error_code print_counts_json(const struct plan_output *output, struct error *error)
{
    fputs(output->changes ? "\n],\n\"counts\": " : "{\"changes\": [],\n\"counts\": ", stdout);
    return print_compact(json_pack("{s:o, s:o}", "internal", side_json(output, SIDE_INTERNAL),
                                   "integration", side_json(output, SIDE_INTEGRATION)),
                         error);
}

static void print_totals(const struct plan_output *output, const struct summary_facts *facts)
{
    const struct run_summary *const summary = facts->summary;
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    if (output->limit && output->changes > output->limit)
        printf("... and %" PRId64 " more changes: 'tandem plan %.*s%s' shows all\n",
               output->changes - output->limit, TEXT_PRINT(summary->integration),
               output->first_time ? " --first-time-sync" : "");
    printf("%.*s: %s, window %s to %s UTC; nothing was written or sent\n",
           TEXT_PRINT(summary->integration),
           facts->error      ? "the plan is not complete"
           : output->changes ? "a sync would make these changes"
                             : "there is nothing to do",
           summary->from == INSTANT_NONE ? "from the beginning"
                                         : instant_format_human(summary->from, from),
           instant_format_human(summary->to, to));
    print_side(output, SIDE_INTERNAL, "here");
    print_side(output, SIDE_INTEGRATION, "there");
    if (summary->pull.contradicting)
        printf("  %" PRIu64 " to link in spite of another name or birthday\n",
               summary->pull.contradicting);
    if (summary->pull.conflicts.unresolved)
        printf("  %" PRIu64 " fields without a winner\n", summary->pull.conflicts.unresolved);
}

enum error_code plan_output_end(struct plan_output *output, const struct summary_facts *facts,
                                struct error *error)
{
    if (!output->json) {
        if (!output->quiet)
            print_totals(output, facts);
        return output_flush(error);
    }
    if (print_counts_json(output, error))
        return error->code;
    fputs(",\n\"summary\": ", stdout);
    const enum error_code code =
        output_json_digits(summary_output_json(facts), SUMMARY_DIGITS, error);
    fputs("}\n", stdout);
    return code ? code : output_flush(error);
}
