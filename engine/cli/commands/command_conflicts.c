/* tandem conflicts, tandem resolve: fields that nobody won, and settling them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands/commands.h"
#include "host/integration.h"
#include "cli/show/listing.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "store/inspect/conflicts.h"

/* ---- conflicts ---- */

static void name_cell(struct table *table, struct text object, struct text id)
{
    table_format(table, "%.*s:%.*s", TEXT_PRINT(object), TEXT_PRINT(id));
}

static void object_cell(struct table *table, const void *item)
{
    const struct conflict *const conflict = item;
    name_cell(table, conflict->object, conflict->object_id);
}

static void record_cell(struct table *table, const void *item)
{
    const struct conflict *const conflict = item;
    name_cell(table, conflict->integration_object, conflict->integration_id);
}

static void value_cell(struct table *table, const struct conflict *conflict, struct text value)
{
    table_cell(table, !conflict->known        ? TEXT("(not known)")
                      : text_is_absent(value) ? TEXT("(empty)")
                                              : value);
}

static void ours_cell(struct table *table, const void *item)
{
    value_cell(table, item, ((const struct conflict *)item)->left);
}

static void theirs_cell(struct table *table, const void *item)
{
    value_cell(table, item, ((const struct conflict *)item)->right);
}

static const struct listing_column columns[] = {
    LISTING_MEMBER(">id", "id", INTEGER, struct conflict, id),
    LISTING_MEMBER(NULL, "integration", TEXT, struct conflict, integration),
    {.heading = "object", .cell = object_cell},
    LISTING_MEMBER(NULL, "object", TEXT, struct conflict, object),
    LISTING_MEMBER(NULL, "object_id", TEXT, struct conflict, object_id),
    LISTING_MEMBER("field", "field", TEXT, struct conflict, field),
    {.heading = "record", .cell = record_cell},
    LISTING_MEMBER(NULL, "integration_object", TEXT, struct conflict, integration_object),
    LISTING_MEMBER(NULL, "integration_id", TEXT, struct conflict, integration_id),
    LISTING_MEMBER(NULL, "known", FLAG, struct conflict, known),
    {.heading = "ours", .cell = ours_cell},
    LISTING_MEMBER(NULL, "internal", TEXT, struct conflict, left),
    {.heading = "edited",
     .type = LISTING_INSTANT,
     .offset = offsetof(struct conflict, changed_here)},
    {.heading = "theirs", .cell = theirs_cell},
    LISTING_MEMBER(NULL, "integration_value", TEXT, struct conflict, right),
    LISTING_MEMBER(NULL, "changed_here", INSTANT, struct conflict, changed_here),
    LISTING_MEMBER("changed", "changed_there", INSTANT, struct conflict, changed_there),
};

static enum error_code run_conflicts(const struct invocation *invocation, enum exit_code *exit_code,
                                     struct error *error)
{
    const char *const name = invocation->arguments[0];
    struct session session;
    struct conflict *conflicts = NULL;
    size_t count = 0;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code)
        code = integration_exists(&session, name, error);
    if (!code)
        code =
            conflicts_list(session.store, text_of(name), session.arena, &conflicts, &count, error);
    const struct listing listing = LISTING(columns, conflicts, count);
    if (!code && count)
        *exit_code = EXIT_NEEDS_ATTENTION;
    if (!code)
        code = listing_show(&listing, invocation_has(invocation, "json"),
                            "there are no unresolved conflicts", error);
    session_close(&session);
    return code;
}

static const struct option conflicts_options[] = {
    {.name = "json", .help = "print a JSON array"},
    {.name = NULL},
};

const struct command command_conflicts = {
    .name = "conflicts",
    .arguments = "NAME",
    .summary = "fields that both sides changed, without a winner",
    .details = "Such a field is neither taken nor sent until 'tandem resolve' or a new edit "
               "settles it. Exit code 4 if\n"
               "there are any.",
    .examples = "  tandem conflicts helloworld\n  tandem resolve 17 internal",
    .options = conflicts_options,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run_conflicts,
};

/* ---- resolve ---- */

static enum error_code read_arguments(const struct invocation *invocation, int64_t *id, bool *ours,
                                      struct error *error)
{
    const char *const winner = invocation->arguments[1];
    *ours = strcmp(winner, "internal") == 0;
    if (!text_to_integer(text_of(invocation->arguments[0]), id) || *id < 1)
        return error_set(error, ERROR_USAGE,
                         "'%s' is no number of a conflict; see 'tandem conflicts'",
                         invocation->arguments[0]);
    if (!*ours && strcmp(winner, "integration") != 0)
        return error_set(error, ERROR_USAGE, "'%s' is neither 'internal' nor 'integration'",
                         winner);
    return ERROR_NONE;
}

static void say_what_next(const struct conflict *conflicts, size_t count, bool ours)
{
    for (size_t i = 0; i < count; i++) {
        const struct conflict *const conflict = &conflicts[i];
        if (ours)
            printf("ours will be sent: tandem sync %.*s --disable-pull --internal-object-id "
                   "%.*s:%.*s\n",
                   TEXT_PRINT(conflict->integration), TEXT_PRINT(conflict->object),
                   TEXT_PRINT(conflict->object_id));
        else
            printf("theirs will be taken: tandem sync %.*s --integration-object-id %.*s:%.*s\n",
                   TEXT_PRINT(conflict->integration), TEXT_PRINT(conflict->integration_object),
                   TEXT_PRINT(conflict->integration_id));
    }
}

static enum error_code run_resolve(const struct invocation *invocation, enum exit_code *exit_code,
                                   struct error *error)
{
    (void)exit_code;
    struct session session;
    struct run_lock lock = {.descriptor = -1};
    struct conflict *conflicts = NULL;
    struct text integration = TEXT_ABSENT;
    size_t count = 0;
    int64_t id = 0;
    bool ours = false;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code)
        code = read_arguments(invocation, &id, &ours, error);
    if (!code)
        code = conflicts_find(session.store, id, session.arena, &conflicts, &count, error);
    if (!code)
        code = text_copy(session.arena, conflicts[0].integration, &integration, error);
    if (!code)
        code = run_lock_take(store_path(session.store), integration.bytes, "run",
                             session_now(&session), &lock, error);
    if (code)
        goto out;
    code = ours ? conflicts_take_ours(session.store, id, error)
                : conflicts_take_theirs(session.store, id, error);
    if (!code && !invocation->session.quiet)
        say_what_next(conflicts, count, ours);
    if (!code)
        code = output_flush(error);
out:
    run_lock_release(&lock);
    session_close(&session);
    return code;
}

const struct command command_resolve = {
    .name = "resolve",
    .arguments = "ID internal|integration",
    .summary = "settle a conflict: send our value, or take theirs",
    .details = "ID is the number that 'tandem conflicts' shows. The next sync of the object "
               "carries the decision out; the\n"
               "printed command does so at once.",
    .examples = "  tandem resolve 17 internal\n  tandem resolve 18 integration",
    .least_arguments = 2,
    .most_arguments = 2,
    .run = run_resolve,
};
