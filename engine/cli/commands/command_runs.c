/* tandem runs: the runs that the store remembers, and what one of them did. */
#include <stdio.h>
#include <string.h>

#include "cli/commands/commands.h"
#include "cli/show/listing.h"
#include "host/integration.h"
#include "host/reasons.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "store/service/pages.h"

enum { DEFAULT_LIMIT = 20, OUTCOMES_SHOWN = 50 };

static const char *member(const json_t *item, const char *name)
{
    const char *const text = json_string_value(json_object_get(item, name));
    return text ? text : "";
}

static json_int_t number(const json_t *counts, const char *side, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(counts, side), name));
}

/* The next page of a query; *items is the caller's. */
static enum error_code read_page(const struct session *session, struct page_query *query,
                                 json_t **items, struct error *error)
{
    struct text next = TEXT_ABSENT;
    if (pages_read(session->store, query, session->arena, items, &next, error))
        return error->code;
    query->after = next;
    return ERROR_NONE;
}

/* ---- what runs say ---- */

/* A run that says it is under way and holds no lock was interrupted. */
static void mend_status(const struct session *session, json_t *run)
{
    if (strcmp(member(run, "status"), "running") == 0 &&
        !run_lock_is_held(store_path(session->store), member(run, "integration")))
        json_object_set_new(run, "status", json_string("interrupted"));
}

/* "8 conflicts, 3 created", or why it failed. */
static void describe(const json_t *run, char *said, size_t size)
{
    const json_t *const counts = json_object_get(run, "counts");
    const json_int_t ties = json_integer_value(json_object_get(
        json_object_get(json_object_get(counts, "pull"), "conflicts"), "unresolved"));
    const struct {
        json_int_t count;
        const char *word;
    } deeds[] = {
        {number(counts, "pull", "failed") + number(counts, "push", "failed"), "failed"},
        {ties, ties == 1 ? "conflict" : "conflicts"},
        {number(counts, "pull", "deferred") + number(counts, "push", "deferred"), "deferred"},
        {number(counts, "pull", "created") + number(counts, "push", "created"), "created"},
        {number(counts, "pull", "updated") + number(counts, "push", "updated"), "updated"},
        {number(counts, "pull", "deleted") + number(counts, "push", "deleted"), "deleted"},
    };
    size_t length = 0;
    snprintf(said, size, "%s", member(run, "message"));
    if (*said || !json_is_object(counts))
        return;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        if (deeds[i].count && length < size)
            length +=
                (size_t)snprintf(said + length, size - length, "%s%lld %s", length ? ", " : "",
                                 (long long)deeds[i].count, deeds[i].word);
    }
    if (!length)
        snprintf(said, size, "nothing to do");
}

/* ---- a list ---- */

static void began_cell(struct table *table, const json_t *run)
{
    table_format(table, "%.19s", member(run, "started"));
}

static void deeds_cell(struct table *table, const json_t *run)
{
    char said[ERROR_MESSAGE_SIZE];
    describe(run, said, sizeof said);
    table_cell(table, text_of(said));
}

static const struct listing_member run_columns[] = {
    {.heading = ">run", .path = "id", .otherwise = "0"},
    {.heading = "integration", .path = "integration", .otherwise = ""},
    {.heading = "status", .path = "status", .otherwise = ""},
    {.heading = "began", .cell = began_cell},
    {.heading = "what it did", .cell = deeds_cell},
};

/* Newest first, until there are enough; `status` NULL: whatever they ended with. */
static enum error_code read_runs(const struct session *session, struct text integration,
                                 const char *status, size_t most, json_t *runs, struct error *error)
{
    struct page_query query = {.page = PAGE_RUNS, .parameters = {integration}, .limit = PAGE_MOST};
    do {
        json_t *items = NULL, *run = NULL;
        size_t i = 0;
        if (read_page(session, &query, &items, error))
            return error->code;
        json_array_foreach(items, i, run)
        {
            mend_status(session, run);
            if (json_array_size(runs) < most &&
                (!status || strcmp(member(run, "status"), status) == 0))
                json_array_append(runs, run);
        }
        json_decref(items);
    } while (!text_is_absent(query.after) && json_array_size(runs) < most);
    return ERROR_NONE;
}

static enum error_code list_runs(const struct session *session, const struct invocation *invocation,
                                 struct error *error)
{
    const char *const status = invocation_value(invocation, "status"), *const name =
                                                                           invocation->arguments[0];
    int64_t most = DEFAULT_LIMIT;
    if (invocation_number(invocation, "limit", 1, INT64_MAX, "a number", &most, error))
        return error->code;
    json_t *const runs = json_array();
    enum error_code code =
        runs ? read_runs(session, text_of(name), status, (size_t)most, runs, error)
             : error_memory(error, "runs");
    if (!code && name && !json_array_size(runs))
        code = integration_exists(session, name, error);
    if (!code && invocation_has(invocation, "json"))
        return output_json(runs, error);
    if (!code)
        code = listing_print_json(run_columns, sizeof run_columns / sizeof *run_columns, runs,
                                  stdout, error);
    json_decref(runs);
    return code;
}

/* ---- one run ---- */

static void print_facts(const json_t *run)
{
    char said[ERROR_MESSAGE_SIZE];
    describe(run, said, sizeof said);
    printf("run %" JSON_INTEGER_FORMAT " of %s: %s\n",
           json_integer_value(json_object_get(run, "id")), member(run, "integration"),
           member(run, "status"));
    printf("  began     %s\n", member(run, "started"));
    if (*member(run, "finished"))
        printf("  ended     %s\n", member(run, "finished"));
    if (*said)
        printf("  it did    %s\n", said);
    const json_t *const scripts = json_object_get(run, "scripts");
    if (*member(scripts, "version"))
        printf("  scripts   %s %s\n", member(scripts, "name"), member(scripts, "version"));
}

/* Why an outcome is what it is, in words where there are some. */
static const char *explanation(const json_t *item)
{
    const struct explain_outcome outcome = {
        .side = strcmp(member(item, "direction"), "pull") == 0 ? SIDE_INTEGRATION : SIDE_INTERNAL,
        .reason = text_of(member(item, "reason"))};
    const char *const words = reasons_of_outcome(&outcome);
    return words ? words : member(item, "reason");
}

static void record_cell(struct table *table, const json_t *item)
{
    table_format(table, "%s:%s", member(item, "object"), member(item, "id"));
}

static void explanation_cell(struct table *table, const json_t *item)
{
    table_format(table, "%s", explanation(item));
}

static const struct listing_member outcome_columns[] = {
    {.heading = "outcome", .path = "outcome", .otherwise = ""},
    {.heading = "record", .cell = record_cell},
    {.heading = "way", .path = "direction", .otherwise = ""},
    {.heading = "why", .cell = explanation_cell},
};

static enum error_code print_outcomes(const json_t *outcomes, bool more, json_int_t run,
                                      struct error *error)
{
    if (json_array_size(outcomes)) {
        putchar('\n');
        if (listing_print_json(outcome_columns, sizeof outcome_columns / sizeof *outcome_columns,
                               outcomes, stdout, error))
            return error->code;
    }
    if (more)
        printf("and more: 'tandem runs %" JSON_INTEGER_FORMAT " --json' has all of them\n", run);
    return ERROR_NONE;
}

/* All of them, or as many as people read. */
static enum error_code read_outcomes(const struct session *session, struct text id, bool all,
                                     json_t *outcomes, bool *more, struct error *error)
{
    struct page_query query = {
        .page = PAGE_OUTCOMES, .parameters = {id}, .limit = all ? PAGE_MOST : OUTCOMES_SHOWN};
    do {
        json_t *items = NULL, *item = NULL;
        size_t i = 0;
        if (read_page(session, &query, &items, error))
            return error->code;
        json_array_foreach(items, i, item)
        {
            json_object_set_new(item, "explanation", json_string(explanation(item)));
            json_array_append(outcomes, item);
        }
        json_decref(items);
    } while (all && !text_is_absent(query.after));
    *more = !text_is_absent(query.after);
    return ERROR_NONE;
}

static enum error_code show_run(const struct session *session, const struct invocation *invocation,
                                struct text id, struct error *error)
{
    struct page_query query = {.page = PAGE_RUNS, .parameters = {[2] = id}, .limit = 1};
    const bool all = invocation_has(invocation, "json");
    json_t *items = NULL;
    bool more = false;
    if (read_page(session, &query, &items, error))
        return error->code;
    json_t *const run = json_incref(json_array_get(items, 0));
    json_t *const outcomes = json_array();
    json_decref(items);
    enum error_code code =
        run ? read_outcomes(session, id, all, outcomes, &more, error)
            : error_set(error, ERROR_NOT_FOUND,
                        "there is no run %.*s, or it is forgotten by now; 'tandem runs' lists them",
                        TEXT_PRINT(id));
    if (!code)
        mend_status(session, run);
    if (!code && all) {
        json_object_set(run, "outcomes", outcomes);
        code = output_json(json_incref(run), error);
    } else if (!code) {
        print_facts(run);
        code =
            print_outcomes(outcomes, more, json_integer_value(json_object_get(run, "id")), error);
    }
    json_decref(outcomes);
    json_decref(run);
    return code;
}

/* ---- the command ---- */

static enum error_code run_runs(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    int64_t id = 0;
    const struct text named = text_of(invocation->arguments[0]);
    const bool one = !text_is_absent(named) && text_to_integer(named, &id);
    return one ? show_run(session, invocation, named, error)
               : list_runs(session, invocation, error);
}

static const struct option options[] = {
    OPTION("status", "STATUS", "only runs that ended with this status",
           .choices = "running|interrupted|done|done_with_issues|failed|refused"),
    OPTION("limit", "N", "how many at most (default: 20)"),
    FLAG("json", "print JSON: an array, or one run with all its outcomes"),
    {.name = NULL},
};

const struct command command_runs = {
    .name = "runs",
    .arguments = "[NAME|RUN]",
    .summary = "the last runs, or what one of them did with each record",
    .details =
        "Without a number: the runs of an integration, or of all, the newest first. With one: "
        "what became of each record in this run. keep.days and keep.runs of config/tandem.lua "
        "say how long runs are kept.",
    .examples = "  tandem runs\n"
                "  tandem runs helloworld --status failed\n"
                "  tandem runs 12",
    .options = options,
    .in_home = run_runs,
};
