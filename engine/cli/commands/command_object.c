/* tandem object: contacts, companies and custom objects, as users edit them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/line/assignment.h"
#include "cli/commands/commands.h"
#include "host/registration.h"
#include "cli/show/object_output.h"
#include "cli/show/output.h"
#include "store/objects/objects.h"

enum { DEFAULT_LIMIT = 100 };

/* ---- list and get ---- */

static enum error_code read_filter(const struct invocation *invocation,
                                   const struct object_schema *schema, struct object_query *query,
                                   struct error *error)
{
    const char *const filter = invocation_value(invocation, "filter");
    const char *const equals = filter ? strchr(filter, '=') : NULL;
    const struct field_schema *field = NULL;
    if (!filter)
        return ERROR_NONE;
    if (!equals || equals == filter)
        return error_set(error, ERROR_USAGE,
                         "option '--filter' is '%s', which is not of the form FIELD=VALUE", filter);
    query->filter = (struct text){filter, (size_t)(equals - filter)};
    query->value = text_of(equals + 1);
    return session_field(schema, query->filter, &field, error);
}

static enum error_code read_query(const struct invocation *invocation,
                                  const struct object_schema *schema, struct object_query *query,
                                  struct error *error)
{
    int64_t number = DEFAULT_LIMIT;
    *query = (struct object_query){.object = schema->name};
    if (invocation_number(invocation, "limit", 0, INT64_MAX, "a number (0: all)", &number, error))
        return error->code;
    query->limit = (size_t)number;
    query->after = text_of(invocation_value(invocation, "after"));
    return read_filter(invocation, schema, query, error);
}

static enum error_code run_list(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_query query;
    struct object_row *rows = NULL;
    size_t count = 0;
    uint64_t total = 0;
    if (session_schema(session, invocation->arguments[0], &schema, error) ||
        read_query(invocation, schema, &query, error) ||
        objects_list(session->store, &query, session->arena, &rows, &count, error))
        return error->code;
    if (invocation_has(invocation, "json"))
        return object_output_json(schema, rows, count, error);
    if (object_output_table(session->arena, schema, invocation_value(invocation, "fields"), rows,
                            count, error) ||
        (query.limit && count == query.limit && !invocation->options.quiet &&
         objects_count(session->store, schema->name, &total, error)))
        return error->code;
    if (total > count)
        fprintf(stderr, "%zu shown of %" PRIu64 "; continue with --after %.*s or --limit 0\n",
                count, total, TEXT_PRINT(rows[count - 1].id));
    return ERROR_NONE;
}

static enum error_code run_get(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_row *row = NULL;
    const char *const id = invocation->arguments[1];
    if (session_schema(session, invocation->arguments[0], &schema, error) ||
        objects_get(session->store, schema->name, text_of(id), session->arena, &row, error))
        return error->code;
    if (!row)
        return error_set(error, ERROR_NOT_FOUND, "there is no %.*s '%s'", TEXT_PRINT(schema->name),
                         id);
    for (int i = 2; i < invocation->argument_count; i++) {
        const struct field_schema *field = NULL;
        if (session_field(schema, text_of(invocation->arguments[i]), &field, error) ||
            object_output_value(session->arena, &row->values[field - schema->fields], error))
            return error->code;
    }
    if (invocation->argument_count > 2)
        return ERROR_NONE;
    return invocation_has(invocation, "json")
               ? output_json(object_json_row(schema, row), error)
               : object_output_card(session->arena, schema, row, invocation_has(invocation, "all"),
                                    error);
}

/* ---- add, set, delete: what is edited must be tracked, so that is brought up to date ---- */

static enum error_code run_add(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_assignment *assignments = NULL;
    struct text id = text_of(invocation_value(invocation, "id"));
    const int count = invocation->argument_count - 1;
    if (session_schema(session, invocation->arguments[0], &schema, error) ||
        registration_refresh(session, NULL, error) ||
        assignment_parse(session, schema, invocation->arguments + 1, count, &assignments, error) ||
        objects_add(session->store, schema->name, assignments, (size_t)count, session->arena, &id,
                    error))
        return error->code;
    terminal_text(stdout, id);
    fputc('\n', stdout);
    return ERROR_NONE;
}

static enum error_code run_set(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_assignment *assignments = NULL;
    const int count = invocation->argument_count - 2;
    if (session_schema(session, invocation->arguments[0], &schema, error) ||
        registration_refresh(session, NULL, error) ||
        assignment_parse(session, schema, invocation->arguments + 2, count, &assignments, error))
        return error->code;
    return objects_set(session->store, schema->name, text_of(invocation->arguments[1]), assignments,
                       (size_t)count, error);
}

typedef enum error_code edit_one(struct store *store, const struct invocation *invocation,
                                 struct text object, struct text id, struct error *error);

/* The same for every id from the given argument on, all or nothing. */
static enum error_code edit_each(const struct invocation *invocation, struct session *session,
                                 int first, edit_one *edit, struct error *error)
{
    const struct object_schema *schema = NULL;
    enum error_code code = ERROR_NONE;
    if (session_schema(session, invocation->arguments[0], &schema, error) ||
        registration_refresh(session, NULL, error) || objects_begin(session->store, error))
        return error->code;
    for (int i = first; !code && i < invocation->argument_count; i++)
        code = edit(session->store, invocation, schema->name, text_of(invocation->arguments[i]),
                    error);
    if (!code)
        return objects_commit(session->store, error);
    objects_rollback(session->store);
    return code;
}

static enum error_code delete_one(struct store *store, const struct invocation *invocation,
                                  struct text object, struct text id, struct error *error)
{
    (void)invocation;
    return objects_delete(store, object, id, error);
}

static enum error_code run_delete(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    return edit_each(invocation, session, 1, delete_one, error);
}

static enum error_code merge_one(struct store *store, const struct invocation *invocation,
                                 struct text object, struct text id, struct error *error)
{
    return objects_merge(store, object, text_of(invocation->arguments[1]), id, error);
}

static enum error_code run_merge(const struct invocation *invocation, struct session *session,
                                 struct error *error)
{
    return edit_each(invocation, session, 2, merge_one, error);
}

/* ---- tables ---- */

static const struct option list_options[] = {
    OPTION("filter", "FIELD=VALUE", "only objects with this value"),
    OPTION("fields", "A,B,...", "which fields to show"),
    OPTION("limit", "N", "show at most N (default 100; 0: all)"),
    OPTION("after", "ID", "only objects after this id"),
    FLAG("json", "print a JSON array with all fields"),
    {.name = NULL},
};
static const struct option get_options[] = {
    FLAG("all", "show all fields, empty ones as well"),
    FLAG("json", "print one JSON object"),
    {.name = NULL},
};
static const struct option add_options[] = {
    OPTION("id", "ID", "use this id instead of the next one"),
    {.name = NULL},
};
static const struct command list = {
    .name = "list",
    .arguments = "OBJECT",
    .summary = "objects as a table",
    .examples = "  tandem object list contact\n"
                "  tandem object list contact --filter city=Boston --fields email,firstname",
    .options = list_options,
    .in_home = run_list,
};
static const struct command get = {
    .name = "get",
    .arguments = "OBJECT ID [FIELD]...",
    .summary = "one object, or single values of it",
    .examples = "  tandem object get contact 12\n  tandem object get contact 12 email",
    .options = get_options,
    .in_home = run_get,
};
static const struct command set = {
    .name = "set",
    .arguments = "OBJECT ID FIELD=VALUE...",
    .summary = "change fields of an object; the others stay",
    .details = "FIELD:=JSON gives a value as JSON: phone:=null, tags:='[\"a\",\"b\"]'.",
    .examples = "  tandem object set contact 12 phone='+1 617 555 0100' city=Boston",
    .in_home = run_set,
};
static const struct command add = {
    .name = "add",
    .arguments = "OBJECT FIELD=VALUE...",
    .summary = "a new object; prints its id",
    .examples = "  tandem object add contact firstname=Kim email=kim@example.com",
    .options = add_options,
    .in_home = run_add,
};
static const struct command delete_objects = {
    .name = "delete",
    .arguments = "OBJECT ID...",
    .summary = "delete objects; no pull creates them again",
    .examples = "  tandem object delete contact 12 13",
    .in_home = run_delete,
};
static const struct command merge = {
    .name = "merge",
    .arguments = "OBJECT ID OTHER...",
    .summary = "merge other objects into ID; they are deleted afterwards",
    .details =
        "Their values fill the empty fields of ID; their links, references and do-not-contact "
        "reasons go over to it. The next sync updates all its records.",
    .examples = "  tandem object merge contact 12 57",
    .in_home = run_merge,
};
static const struct command *const subcommands[] = {
    &list, &get, &set, &add, &delete_objects, &merge, &object_files_import, &object_files_export,
    NULL};

const struct command command_object = {
    .name = "object",
    .arguments = "list|get|set|add|delete|merge|import|export ...",
    .summary = "contacts, companies and custom objects",
    .details = "What is edited here is tracked, and goes to the integrations with their next sync.",
    .subcommands = subcommands,
};
