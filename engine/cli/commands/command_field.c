/* tandem field: the fields of internal objects. */
#include <stdio.h>

#include "base/array.h"
#include "base/text_nearest.h"
#include "cli/commands/commands.h"
#include "cli/line/options.h"
#include "cli/show/listing.h"
#include "host/session.h"

/* A field as the list shows it. */
struct listed_field {
    struct text object;
    struct field_schema schema;
};

static const char *type_words(const void *type)
{
    return value_type_name(*(const enum value_type *)type);
}

static json_t *limit_json(const void *limit)
{
    return *(const int *)limit ? json_integer(*(const int *)limit) : json_null();
}

static void limit_cell(struct table *table, const void *limit)
{
    if (*(const int *)limit)
        table_format(table, "%d", *(const int *)limit);
    else
        table_cell(table, TEXT(""));
}

static const char *role_note(const void *role)
{
    switch (*(const enum field_role *)role) {
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

static const struct listing_column field_columns[] = {
    LISTING_MEMBER("object", "object", TEXT, struct listed_field, object),
    LISTING_MEMBER("field", "name", TEXT, struct listed_field, schema.name),
    LISTING_MEMBER("label", "label", TEXT, struct listed_field, schema.label),
    LISTING_SAID("type", "type", struct listed_field, schema.type, type_words),
    LISTING_MEMBER("required", "required", MARK, struct listed_field, schema.required),
    LISTING_MEMBER("unique", "unique", MARK, struct listed_field, schema.unique),
    {.heading = ">limit",
     .key = "limit",
     .offset = offsetof(struct listed_field, schema.limit),
     .json = limit_json,
     .cell = limit_cell},
    LISTING_SAID("", NULL, struct listed_field, schema.role, role_note),
};

static enum error_code print_fields(const struct session *session, const struct object_schema *only,
                                    bool json, struct error *error)
{
    struct listed_field *fields = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < store_schema_count(session->store); i++) {
        const struct object_schema *const schema = store_schema_at(session->store, i);
        for (size_t j = 0; (!only || only == schema) && j < schema->field_count; j++) {
            fields = array_grow(session->arena, fields, count, &capacity, sizeof *fields);
            if (!fields)
                return error_memory(error, "the list of fields");
            fields[count++] = (struct listed_field){schema->name, schema->fields[j]};
        }
    }
    const struct listing listing = LISTING(field_columns, fields, count);
    return listing_show_whole(&listing, json, error);
}

static enum error_code run_list(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    const struct object_schema *only = NULL;
    if (invocation->argument_count &&
        session_schema(session, invocation->arguments[0], &only, error))
        return error->code;
    return print_fields(session, only, invocation_has(invocation, "json"), error);
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
                     "there is no type '%s'; 'tandem help field add' lists the types", name);
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
    int64_t limit = field->limit;
    if (invocation_number(invocation, "limit", 0, 1000000, "a number from 0 (none) to 1000000",
                          &limit, error) ||
        read_flag(invocation, "required", "optional", &field->required, error))
        return error->code;
    field->limit = (int)limit;
    return read_flag(invocation, "unique", "not-unique", &field->unique, error);
}

static enum error_code run_add(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    const char *const object = invocation->arguments[0], *const name = invocation->arguments[1];
    const char *const type = invocation_value(invocation, "type");
    const struct object_schema *schema = NULL;
    struct field_schema field = {
        .name = text_of(name), .label = text_of(name), .type = VALUE_TYPE_TEXT};
    enum error_code code = ERROR_NONE;
    if (type)
        code = read_type(type, &field.type, error);
    if (!code)
        code = read_settings(invocation, &field, error);
    if (code)
        return code;
    if (!store_schema(session->store, text_of(object)) && invocation_has(invocation, "new-object"))
        code = store_fields_replace(session->store, text_of(object), &field, 1, error);
    else if (session_schema(session, object, &schema, error) ||
             store_field_add(session->store, text_of(object), &field, error))
        code = error->code;
    if (!code && !invocation->options.quiet)
        printf("field '%s' added to %s\n", name, object);
    return code;
}

static enum error_code run_change(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    const char *const object = invocation->arguments[0], *const name = invocation->arguments[1];
    const struct object_schema *schema = NULL;
    const struct field_schema *field = NULL;
    if (session_schema(session, object, &schema, error) ||
        session_field(schema, text_of(name), &field, error))
        return error->code;
    struct field_schema changed = *field;
    if (read_settings(invocation, &changed, error) ||
        store_field_change(session->store, text_of(object), &changed, error))
        return error->code;
    if (!invocation->options.quiet)
        printf("field '%s' of %s changed\n", name, object);
    return ERROR_NONE;
}

#define SETTINGS                                                                                   \
    OPTION("label", "TEXT", "the name that people see"),                                           \
        OPTION("limit", "N", "the longest text, in characters; 0: no limit"),                      \
        FLAG("required", "objects must have it"), FLAG("optional", "objects may lack it"),         \
        FLAG("unique", "it identifies an object: records are matched by it"),                      \
        FLAG("not-unique", "it does not identify an object")

static const struct option add_options[] = {
    OPTION("type", "TYPE", "the type of its values (default: text)"),
    FLAG("new-object", "create the custom object OBJECT if it does not exist"),
    SETTINGS,
    {.name = NULL},
};
static const struct option change_options[] = {SETTINGS, {.name = NULL}};

static const struct command list = {
    .name = "list",
    .arguments = "[OBJECT]",
    .summary = "the fields of one object, or of all",
    .examples = "  tandem field list contact",
    .options = options_of_list,
    .in_home = run_list,
};
static const struct command add = {
    .name = "add",
    .arguments = "OBJECT NAME",
    .summary = "a new field of contact, company or a custom object",
    .details =
        "NAME is made of letters, digits and _. Types: boolean, date, datetime, time, double, "
        "float, int, email, phone, url, string, text, textarea, lookup, select, multiselect, "
        "region, reference.",
    .examples = "  tandem field add contact loyalty_points --type int --label 'Loyalty points'\n"
                "  tandem field add deal title --new-object",
    .options = add_options,
    .in_home = run_add,
};
static const struct command change = {
    .name = "change",
    .arguments = "OBJECT NAME",
    .summary = "change the label, limit and flags of a field; name and type stay",
    .examples = "  tandem field change contact phone --limit 40\n"
                "  tandem field change company companyname --required --unique",
    .options = change_options,
    .in_home = run_change,
};
static const struct command *const subcommands[] = {&list, &add, &change, NULL};

const struct command command_field = {
    .name = "field",
    .arguments = "list|add|change ...",
    .summary = "list, add, change the fields of internal objects",
    .subcommands = subcommands,
};
