/* tandem conflicts, tandem resolve: fields that nobody won, and settling them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/line/cli.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "store/inspect/conflicts.h"

/* ---- conflicts ---- */

static json_t *conflict_json(const struct conflict *conflict)
{
    return json_pack(
        "{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "id",
        (json_int_t)conflict->id, "integration", value_json_text(conflict->integration), "object",
        value_json_text(conflict->object), "object_id", value_json_text(conflict->object_id),
        "field", value_json_text(conflict->field), "integration_object",
        value_json_text(conflict->integration_object), "integration_id",
        value_json_text(conflict->integration_id), "known", (int)conflict->known, "internal",
        value_json_text(conflict->left), "integration_value", value_json_text(conflict->right),
        "changed_here", value_json_instant(conflict->changed_here), "changed_there",
        value_json_instant(conflict->changed_there));
}

static void value_cell(struct table *table, const struct conflict *conflict, struct text value)
{
    table_cell(table, !conflict->known        ? TEXT("(not known)")
                      : text_is_absent(value) ? TEXT("(empty)")
                                              : value);
}

static enum error_code print_conflicts(const struct conflict *conflicts, size_t count,
                                       struct error *error)
{
    static const char *const headings[] = {">id",  "object", "field",  "record",
                                           "ours", "edited", "theirs", "changed"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    enum error_code code = ERROR_NONE;
    if (!table)
        return error_memory(error, "a table");
    for (size_t i = 0; i < count; i++) {
        const struct conflict *const conflict = &conflicts[i];
        table_format(table, "%" PRId64, conflict->id);
        table_format(table, "%.*s:%.*s", TEXT_PRINT(conflict->object),
                     TEXT_PRINT(conflict->object_id));
        table_cell(table, conflict->field);
        table_format(table, "%.*s:%.*s", TEXT_PRINT(conflict->integration_object),
                     TEXT_PRINT(conflict->integration_id));
        value_cell(table, conflict, conflict->left);
        table_instant(table, conflict->changed_here);
        value_cell(table, conflict, conflict->right);
        table_instant(table, conflict->changed_there);
    }
    if (count)
        code = table_print(table, stdout, error);
    else
        puts("there is no conflict that nobody won");
    table_free(table);
    return code ? code : output_flush(error);
}

static enum error_code run_conflicts(const struct invocation *invocation, enum exit_code *exit_code,
                                     struct error *error)
{
    const char *const name = invocation->arguments[0];
    struct session session;
    struct conflict *conflicts = NULL;
    size_t count = 0;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (code || (code = integration_exists(&session, name, error)) ||
        (code = conflicts_list(session.store, text_of(name), session.arena, &conflicts, &count,
                               error)))
        goto out;
    if (count)
        *exit_code = EXIT_NEEDS_ATTENTION;
    if (invocation_has(invocation, "json")) {
        json_t *const list = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(list, conflict_json(&conflicts[i]));
        code = output_json(list, error);
    } else {
        code = print_conflicts(conflicts, count, error);
    }
out:
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
    .summary = "fields that both sides changed and nobody won",
    .details = "Such a field is neither taken nor sent until 'tandem resolve' or a new edit "
               "settles it. Exit code 4 if\nthere is one.",
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
    if (code || (code = read_arguments(invocation, &id, &ours, error)) ||
        (code = conflicts_find(session.store, id, session.arena, &conflicts, &count, error)) ||
        (code = text_copy(session.arena, conflicts[0].integration, &integration, error)) ||
        (code = run_lock_take(store_path(session.store), integration.bytes, "run", session_now(&session), &lock,
                              error)))
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
    .summary = "settle a conflict: ours is sent, or theirs is taken",
    .details = "ID is the number that 'tandem conflicts' shows. The command that carries it out at "
               "once is printed; the\nnext sync that meets the object does as well.",
    .examples = "  tandem resolve 17 internal\n  tandem resolve 18 integration",
    .least_arguments = 2,
    .most_arguments = 2,
    .run = run_resolve,
};
