/* tandem field: the fields of internal objects. */
#include <stdio.h>
#include <string.h>

#include "base/text_nearest.h"
#include "cli/line/assignment.h"
#include "cli/commands/commands.h"
#include "cli/line/options.h"
#include "cli/show/output.h"
#include "host/session.h"

static json_t *field_json(const struct object_schema *schema, const struct field_schema *field)
{
    return json_pack("{s:o, s:o, s:o, s:s, s:b, s:b, s:o}", "object", value_json_text(schema->name),
                     "name", value_json_text(field->name), "label", value_json_text(field->label),
                     "type", value_type_name(field->type), "required", (int)field->required,
                     "unique", (int)field->unique, "limit",
                     field->limit ? json_integer(field->limit) : json_null());
}

static enum error_code print_json(const struct session *session, const struct object_schema *only,
                                  struct error *error)
{
    json_t *const list = json_array();
    for (size_t i = 0; list && i < store_schema_count(session->store); i++) {
        const struct object_schema *const schema = store_schema_at(session->store, i);
        for (size_t j = 0; (!only || only == schema) && j < schema->field_count; j++) {
            if (json_array_append_new(list, field_json(schema, &schema->fields[j])) != 0) {
                json_decref(list);
                return error_memory(error, "the JSON output");
            }
        }
    }
    return output_json(list, error);
}

static const char *role_note(const struct field_schema *field)
{
    switch (field->role) {
    case FIELD_INTERNAL_ID:
    case FIELD_TIMELINE_URL:
        return "read-only";
    case FIELD_OWNER_ID:
        return "a user's id";
    case FIELD_DO_NOT_CONTACT:
        return "0 contactable, 1 unsubscribed, 2 bounced, 3 manual";
    default:
        return "";
    }
}

static enum error_code print_table(const struct session *session, const struct object_schema *only,
                                   struct error *error)
{
    static const char *const headings[] = {"object",   "field",  "label",  "type",
                                           "required", "unique", ">limit", ""};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    if (!table)
        return error_memory(error, "a table");
    for (size_t i = 0; i < store_schema_count(session->store); i++) {
        const struct object_schema *const schema = store_schema_at(session->store, i);
        for (size_t j = 0; (!only || only == schema) && j < schema->field_count; j++) {
            const struct field_schema *const field = &schema->fields[j];
            table_cell(table, schema->name);
            table_cell(table, field->name);
            table_cell(table, field->label);
            table_format(table, "%s", value_type_name(field->type));
            table_format(table, "%s", field->required ? "yes" : "");
            table_format(table, "%s", field->unique ? "yes" : "");
            if (field->limit)
                table_format(table, "%d", field->limit);
            else
                table_cell(table, TEXT(""));
            table_format(table, "%s", role_note(field));
        }
    }
    const enum error_code code = table_print(table, stdout, error);
    table_free(table);
    return code;
}

static enum error_code run_list(const struct invocation *invocation, enum exit_code *exit_code,
                                struct error *error)
{
    (void)exit_code;
    struct session session;
    const struct object_schema *only = NULL;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code && invocation->argument_count)
        code = session_schema(&session, invocation->arguments[0], &only, error);
    if (!code)
        code = invocation_has(invocation, "json") ? print_json(&session, only, error)
                                                  : print_table(&session, only, error);
    if (!code)
        code = output_flush(error);
    session_close(&session);
    return code;
}

/* ---- add and change ---- */

static enum error_code read_type(const char *name, enum value_type *type, struct error *error)
{
    const char *names[VALUE_TYPE_COUNT];
    *type = value_type_of_name(text_of(name));
    if (*type != VALUE_TYPE_UNKNOWN)
        return ERROR_NONE;
    for (int i = 0; i < VALUE_TYPE_COUNT; i++)
        names[i] = value_type_name((enum value_type)i);
    const char *const nearest = text_nearest(name, names + 1, VALUE_TYPE_COUNT - 1);
    if (nearest)
        return error_set(error, ERROR_USAGE, "there is no type '%s'; did you mean '%s'?", name,
                         nearest);
    return error_set(error, ERROR_USAGE,
                     "there is no type '%s'; see 'tandem help field add' for what there is", name);
}

static enum error_code read_limit(const char *word, int *limit, struct error *error)
{
    int64_t number = 0;
    if (!text_to_integer(text_of(word), &number) || number < 0 || number > 1000000)
        return error_set(error, ERROR_USAGE,
                         "option '--limit' is '%s', which is no number from 0 (none) to 1000000",
                         word);
    *limit = (int)number;
    return ERROR_NONE;
}

static enum error_code read_flag(const struct invocation *invocation, const char *on,
                                 const char *off, bool *flag, struct error *error)
{
    const bool yes = invocation_has(invocation, on), no = invocation_has(invocation, off);
    if (yes && no)
        return error_set(error, ERROR_USAGE, "options '--%s' and '--%s' contradict each other", on,
                         off);
    *flag = yes || (*flag && !no);
    return ERROR_NONE;
}

static enum error_code read_settings(const struct invocation *invocation,
                                     struct field_schema *field, struct error *error)
{
    if (invocation_has(invocation, "label"))
        field->label = text_of(invocation_value(invocation, "label"));
    if ((invocation_has(invocation, "limit") &&
         read_limit(invocation_value(invocation, "limit"), &field->limit, error)) ||
        read_flag(invocation, "required", "optional", &field->required, error))
        return error->code;
    return read_flag(invocation, "unique", "not-unique", &field->unique, error);
}

static enum error_code run_add(const struct invocation *invocation, enum exit_code *exit_code,
                               struct error *error)
{
    (void)exit_code;
    const char *const object = invocation->arguments[0], *const name = invocation->arguments[1];
    const char *const type = invocation_value(invocation, "type");
    struct session session;
    const struct object_schema *schema = NULL;
    struct field_schema field = {
        .name = text_of(name), .label = text_of(name), .type = VALUE_TYPE_TEXT};
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code && type)
        code = read_type(type, &field.type, error);
    if (!code)
        code = read_settings(invocation, &field, error);
    if (!code && !store_schema(session.store, text_of(object)) &&
        invocation_has(invocation, "new-object")) {
        code = store_fields_replace(session.store, text_of(object), &field, 1, error);
    } else {
        if (!code)
            code = session_schema(&session, object, &schema, error);
        if (!code)
            code = store_field_add(session.store, text_of(object), &field, error);
    }
    if (!code && !invocation->session.quiet)
        printf("field '%s' added to %s\n", name, object);
    if (!code)
        code = output_flush(error);
    session_close(&session);
    return code;
}

static enum error_code run_change(const struct invocation *invocation, enum exit_code *exit_code,
                                  struct error *error)
{
    (void)exit_code;
    const char *const object = invocation->arguments[0], *const name = invocation->arguments[1];
    struct session session;
    const struct object_schema *schema = NULL;
    const struct field_schema *field = NULL;
    enum error_code code = session_open(&invocation->session, &session, error);
    if (!code)
        code = session_schema(&session, object, &schema, error);
    if (!code)
        code = session_field(schema, text_of(name), &field, error);
    if (!code) {
        struct field_schema changed = *field;
        code = read_settings(invocation, &changed, error);
        if (!code)
            code = store_field_change(session.store, text_of(object), &changed, error);
    }
    if (!code && !invocation->session.quiet)
        printf("field '%s' of %s changed\n", name, object);
    if (!code)
        code = output_flush(error);
    session_close(&session);
    return code;
}

#define SETTINGS                                                                                   \
    {.name = "label", .argument = "TEXT", .help = "the name that people see"},                     \
        {.name = "limit", .argument = "N", .help = "most characters of a text; 0: no limit"},      \
        {.name = "required", .help = "objects must have it"},                                      \
        {.name = "optional", .help = "objects may lack it"},                                       \
        {.name = "unique", .help = "it identifies an object: records are matched by it"},          \
        {.name = "not-unique", .help = "it does not identify an object"},                          \
    {                                                                                              \
        .name = NULL                                                                               \
    }

static const struct option list_options[] = {
    {.name = "json", .help = "print a JSON array"},
    {.name = NULL},
};
static const struct option add_options[] = {
    {.name = "type", .argument = "TYPE", .help = "the type of its values (default: text)"},
    {.name = "new-object", .help = "create the custom object OBJECT if it does not exist"},
    SETTINGS,
};
static const struct option change_options[] = {SETTINGS};

static const struct command list = {
    .name = "list",
    .arguments = "[OBJECT]",
    .summary = "the fields of one object, or of all",
    .examples = "  tandem field list contact",
    .options = list_options,
    .most_arguments = 1,
    .run = run_list,
};
static const struct command add = {
    .name = "add",
    .arguments = "OBJECT NAME",
    .summary = "a new field of contact, company or a custom object",
    .details = "NAME is made of letters, digits and _. Types: boolean, date, datetime, time, "
               "double, float, int,\nemail, phone, url, string, text, textarea, lookup, select, "
               "multiselect, region, reference.",
    .examples = "  tandem field add contact loyalty_points --type int --label 'Loyalty points'\n"
                "  tandem field add deal title --new-object",
    .options = add_options,
    .least_arguments = 2,
    .most_arguments = 2,
    .run = run_add,
};
static const struct command change = {
    .name = "change",
    .arguments = "OBJECT NAME",
    .summary = "change the label, limit and flags of a field; name and type stay",
    .examples = "  tandem field change contact phone --limit 40\n"
                "  tandem field change company companyname --required --unique",
    .options = change_options,
    .least_arguments = 2,
    .most_arguments = 2,
    .run = run_change,
};
static const struct command *const subcommands[] = {&list, &add, &change, NULL};

const struct command command_field = {
    .name = "field",
    .arguments = "list|add|change ...",
    .summary = "list, add, change the fields of internal objects",
    .subcommands = subcommands,
};
