/* tandem object: contacts, companies and custom objects, as users edit them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/line/assignment.h"
#include "cli/commands/commands.h"
#include "cli/show/object_output.h"
#include "cli/show/output.h"
#include "host/registration.h"
#include "host/session.h"
#include "store/objects/objects.h"

enum { DEFAULT_LIMIT = 100 };

/* Open the home and look up the object that the first argument names. */
static enum error_code begin(const struct invocation *invocation, struct session *session,
                             const struct object_schema **schema, struct error *error)
{
    enum error_code code = session_open(&invocation->session, session, error);
    return code ? code : session_schema(session, invocation->arguments[0], schema, error);
}

/* The same for a command that edits: what is edited must be tracked. */
static enum error_code begin_edit(const struct invocation *invocation, struct session *session,
                                  const struct object_schema **schema, struct error *error)
{
    enum error_code code = begin(invocation, session, schema, error);
    return code ? code : registration_refresh(session, NULL, error);
}

static enum error_code end(struct session *session, enum error_code code, struct error *error)
{
    if (!code)
        code = output_flush(error);
    session_close(session);
    return code;
}

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
    const char *const limit = invocation_value(invocation, "limit");
    int64_t number = DEFAULT_LIMIT;
    *query = (struct object_query){.object = schema->name, .limit = DEFAULT_LIMIT};
    if (limit && (!text_to_integer(text_of(limit), &number) || number < 0))
        return error_set(error, ERROR_USAGE,
                         "option '--limit' is '%s', which is no number (0: all)", limit);
    query->limit = (size_t)number;
    query->after = text_of(invocation_value(invocation, "after"));
    return read_filter(invocation, schema, query, error);
}

static enum error_code run_list(const struct invocation *invocation, enum exit_code *exit_code,
                                struct error *error)
{
    (void)exit_code;
    struct session session;
    const struct object_schema *schema = NULL;
    struct object_query query;
    struct object_row *rows = NULL;
    struct object_columns columns = {NULL, 0};
    size_t count = 0;
    uint64_t total = 0;
    enum error_code code = begin(invocation, &session, &schema, error);
    if (!code)
        code = read_query(invocation, schema, &query, error);
    if (!code)
        code = objects_list(session.store, &query, session.arena, &rows, &count, error);
    if (code)
        return end(&session, code, error);
    if (invocation_has(invocation, "json"))
        return end(&session, object_output_json(schema, rows, count, error), error);
    code = object_columns_choose(session.arena, schema, invocation_value(invocation, "fields"),
                                 rows, count, &columns, error);
    if (!code)
        code = object_output_table(session.arena, schema, &columns, rows, count, error);
    if (!code && query.limit && count == query.limit && !invocation->session.quiet)
        code = objects_count(session.store, schema->name, &total, error);
    if (!code && total > count)
        fprintf(stderr, "%zu shown of %" PRIu64 "; go on with --after %.*s or --limit 0\n", count,
                total, TEXT_PRINT(rows[count - 1].id));
    return end(&session, code, error);
}

static enum error_code not_found(const struct object_schema *schema, const char *id,
                                 struct error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no %.*s '%s'", TEXT_PRINT(schema->name), id);
}

static enum error_code run_get(const struct invocation *invocation, enum exit_code *exit_code,
                               struct error *error)
{
    (void)exit_code;
    struct session session;
    const struct object_schema *schema = NULL;
    struct object_row *row = NULL;
    const char *const id = invocation->arguments[1];
    enum error_code code = begin(invocation, &session, &schema, error);
    if (!code)
        code = objects_get(session.store, schema->name, text_of(id), session.arena, &row, error);
    if (!code && !row)
        code = not_found(schema, id, error);
    for (int i = 2; !code && i < invocation->argument_count; i++) {
        const struct field_schema *field = NULL;
        code = session_field(schema, text_of(invocation->arguments[i]), &field, error);
        if (!code)
            code = object_output_value(session.arena, &row->values[field - schema->fields], error);
    }
    if (!code && invocation->argument_count == 2)
        code = invocation_has(invocation, "json")
                   ? output_json(object_json_row(schema, row), error)
                   : object_output_card(session.arena, schema, row,
                                        invocation_has(invocation, "all"), error);
    return end(&session, code, error);
}

/* ---- add, set, delete ---- */

static enum error_code run_add(const struct invocation *invocation, enum exit_code *exit_code,
                               struct error *error)
{
    (void)exit_code;
    struct session session;
    const struct object_schema *schema = NULL;
    struct object_assignment *assignments = NULL;
    struct text id = TEXT_ABSENT;
    const int count = invocation->argument_count - 1;
    enum error_code code = begin_edit(invocation, &session, &schema, error);
    if (!code)
        code = assignment_parse(&session, schema, invocation->arguments + 1, count, &assignments,
                                error);
    if (!code)
        code = objects_add(session.store, schema->name, text_of(invocation_value(invocation, "id")),
                           assignments, (size_t)count, session.arena, &id, error);
    if (!code) {
        terminal_text(stdout, id);
        fputc('\n', stdout);
    }
    return end(&session, code, error);
}

static enum error_code run_set(const struct invocation *invocation, enum exit_code *exit_code,
                               struct error *error)
{
    (void)exit_code;
    struct session session;
    const struct object_schema *schema = NULL;
    struct object_assignment *assignments = NULL;
    const int count = invocation->argument_count - 2;
    enum error_code code = begin_edit(invocation, &session, &schema, error);
    if (!code)
        code = assignment_parse(&session, schema, invocation->arguments + 2, count, &assignments,
                                error);
    if (!code)
        code = objects_set(session.store, schema->name, text_of(invocation->arguments[1]),
                           assignments, (size_t)count, error);
    return end(&session, code, error);
}

typedef enum error_code edit_one(struct store *store, const struct invocation *invocation,
                                 struct text object, struct text id, struct error *error);

/* The same for every id from the given argument on, all or nothing. */
static enum error_code edit_each(const struct invocation *invocation, int first, edit_one *edit,
                                 struct error *error)
{
    struct session session;
    const struct object_schema *schema = NULL;
    enum error_code code = begin_edit(invocation, &session, &schema, error);
    if (!code)
        code = objects_begin(session.store, error);
    if (code)
        return end(&session, code, error);
    for (int i = first; !code && i < invocation->argument_count; i++)
        code =
            edit(session.store, invocation, schema->name, text_of(invocation->arguments[i]), error);
    if (!code)
        code = objects_commit(session.store, error);
    else
        objects_rollback(session.store);
    return end(&session, code, error);
}

static enum error_code delete_one(struct store *store, const struct invocation *invocation,
                                  struct text object, struct text id, struct error *error)
{
    (void)invocation;
    return objects_delete(store, object, id, error);
}

static enum error_code run_delete(const struct invocation *invocation, enum exit_code *exit_code,
                                  struct error *error)
{
    (void)exit_code;
    return edit_each(invocation, 1, delete_one, error);
}

static enum error_code merge_one(struct store *store, const struct invocation *invocation,
                                 struct text object, struct text id, struct error *error)
{
    return objects_merge(store, object, text_of(invocation->arguments[1]), id, error);
}

static enum error_code run_merge(const struct invocation *invocation, enum exit_code *exit_code,
                                 struct error *error)
{
    (void)exit_code;
    return edit_each(invocation, 2, merge_one, error);
}

/* ---- import and export ---- */

static bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcmp(name + length - tail, ending) == 0;
}

/* What --format says, else what the file's name ends with. */
static enum error_code read_format(const struct invocation *invocation, const char *file,
                                   enum objects_format *format, struct error *error)
{
    static const struct {
        const char *name, *ending;
        enum objects_format format;
    } formats[] = {{"csv", ".csv", OBJECTS_CSV},      {"jsonl", ".jsonl", OBJECTS_JSONL},
                   {"jsonl", ".ndjson", OBJECTS_JSONL}, {"vcard", ".vcf", OBJECTS_VCARD},
                   {"vcard3", ".vcard3", OBJECTS_VCARD_3}};
    const char *const named = invocation_value(invocation, "format");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (named ? strcmp(named, formats[i].name) != 0 : !ends_with(file, formats[i].ending))
            continue;
        *format = formats[i].format;
        return ERROR_NONE;
    }
    if (named)
        return error_set(error, ERROR_USAGE,
                         "option '--format' is '%s', which is not csv, jsonl, vcard or vcard3", named);
    return error_set(error, ERROR_USAGE,
                     "the name '%s' does not end with .csv, .jsonl or .vcf; say --format csv, jsonl or vcard",
                     file);
}

static size_t told_refusals(const struct import_result *result)
{
    return result->refused < IMPORT_REFUSALS_TOLD ? (size_t)result->refused : IMPORT_REFUSALS_TOLD;
}

static void warn_of_refusals(const char *file, const struct import_result *result)
{
    for (size_t i = 0; i < told_refusals(result); i++)
        terminal_warning("%s: line %" PRIu64 ": %s", file, result->refusals[i].line,
                         result->refusals[i].reason);
    if (result->refused > IMPORT_REFUSALS_TOLD)
        terminal_warning("%s: %" PRIu64 " more were refused", file,
                         result->refused - IMPORT_REFUSALS_TOLD);
}

/* COLUMN=FIELD of each --map; the last '=' counts, as a column may have one. */
static enum error_code read_maps(const struct invocation *invocation, struct arena *arena,
                                 struct import_options *options, struct error *error)
{
    const size_t count = invocation_count(invocation, "map");
    struct import_map *const maps = ARENA_ARRAY(arena, count, struct import_map);
    if (!maps)
        return error_memory(error, "a map");
    for (size_t i = 0; i < count; i++) {
        const char *const word = invocation_nth(invocation, "map", i);
        const char *const equals = strrchr(word, '=');
        if (!equals || equals == word)
            return error_set(error, ERROR_USAGE,
                             "option '--map' is '%s', which is not of the form COLUMN=FIELD", word);
        maps[i] = (struct import_map){.column = {word, (size_t)(equals - word)},
                                      .field = text_of(equals + 1)};
    }
    *options = (struct import_options){.maps = maps,
                                       .map_count = count,
                                       .preview = invocation_has(invocation, "preview")};
    return ERROR_NONE;
}

/* Which column is which field, with a value of it. */
static enum error_code print_columns(const struct import_result *result, struct error *error)
{
    static const char *const headings[] = {"column", "field", "first value"};
    struct table *const table = table_new(headings, sizeof headings / sizeof *headings);
    if (!table)
        return error_memory(error, "a table");
    for (size_t i = 0; i < result->column_count; i++) {
        const struct import_column *const column = &result->columns[i];
        table_cell(table, text_of(column->name));
        table_cell(table, text_of(*column->field ? column->field : "(left out)"));
        table_cell(table, text_of(column->sample));
    }
    const enum error_code code = table_print(table, stdout, error);
    table_free(table);
    return code;
}

static enum error_code print_import(const struct invocation *invocation,
                                    const struct import_result *result, struct error *error)
{
    const bool preview = invocation_has(invocation, "preview");
    if (invocation_has(invocation, "json")) {
        json_t *const refusals = json_array();
        for (size_t i = 0; i < told_refusals(result); i++)
            json_array_append_new(refusals,
                                  json_pack("{s:I, s:o}", "line",
                                            (json_int_t)result->refusals[i].line, "reason",
                                            value_json_text(text_of(result->refusals[i].reason))));
        return output_json(json_pack("{s:I, s:I, s:I, s:o}", "added", (json_int_t)result->added,
                                     "updated", (json_int_t)result->updated, "refused",
                                     (json_int_t)result->refused, "refusals", refusals),
                           error);
    }
    if (preview && result->column_count) {
        const enum error_code code = print_columns(result, error);
        if (code)
            return code;
    }
    if (!invocation->session.quiet)
        printf("%s%" PRIu64 " added, %" PRIu64 " updated, %" PRIu64 " refused%s\n",
               preview ? "would be: " : "", result->added, result->updated, result->refused,
               preview ? "; nothing was changed" : "");
    return ERROR_NONE;
}

static enum error_code run_import(const struct invocation *invocation, enum exit_code *exit_code,
                                  struct error *error)
{
    struct session session;
    const struct object_schema *schema = NULL;
    enum objects_format format = OBJECTS_CSV;
    struct import_result result = {.added = 0};
    struct import_options import_with = {.maps = NULL};
    const char *const file = invocation->arguments[1];
    FILE *in = NULL;
    enum error_code code = read_format(invocation, file, &format, error);
    if (code)
        return code;
    code = begin_edit(invocation, &session, &schema, error);
    if (!code)
        code = read_maps(invocation, session.arena, &import_with, error);
    if (code)
        return end(&session, code, error);
    in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (!in) {
        code = error_set(error, ERROR_USAGE, "cannot read '%s': %s", file, strerror(errno));
        return end(&session, code, error);
    }
    code = objects_import(session.store, schema->name, format, in, &import_with, &result, error);
    if (in != stdin)
        fclose(in);
    if (!code)
        code = print_import(invocation, &result, error);
    if (!code && result.refused) {
        warn_of_refusals(file, &result);
        *exit_code = EXIT_NEEDS_ATTENTION;
    }
    return end(&session, code, error);
}

static enum error_code run_export(const struct invocation *invocation, enum exit_code *exit_code,
                                  struct error *error)
{
    (void)exit_code;
    struct session session;
    const struct object_schema *schema = NULL;
    enum objects_format format = OBJECTS_CSV;
    const char *const file = invocation->argument_count > 1 ? invocation->arguments[1] : "-";
    const bool standard = strcmp(file, "-") == 0;
    const char *const named = invocation_value(invocation, "format");
    const bool sqlite = named ? strcmp(named, "sqlite") == 0 : ends_with(file, ".sqlite");
    enum error_code code =
        sqlite ? ERROR_NONE : read_format(invocation, standard ? "-.csv" : file, &format, error);
    if (!code && sqlite && standard)
        code = error_set(error, ERROR_USAGE,
                         "an SQLite file needs a name: tandem object export %s FILE",
                         invocation->arguments[0]);
    if (code)
        return code;
    code = begin(invocation, &session, &schema, error);
    if (!code && sqlite)
        code = objects_export_sqlite(session.store, schema->name, file, error);
    if (code || sqlite)
        return end(&session, code, error);
    FILE *const out = standard ? stdout : fopen(file, "we");
    if (!out) {
        code = error_set(error, ERROR_USAGE, "cannot write '%s': %s", file, strerror(errno));
        return end(&session, code, error);
    }
    if (format == OBJECTS_CSV && invocation_has(invocation, "raw"))
        format = OBJECTS_CSV_RAW;
    code = objects_export(session.store, schema->name, format, out, error);
    if (!standard && fclose(out) != 0 && !code)
        code = error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", file, strerror(errno));
    return end(&session, code, error);
}

/* ---- tables ---- */

static const struct option list_options[] = {
    {.name = "filter", .argument = "FIELD=VALUE", .help = "only objects with this value"},
    {.name = "fields", .argument = "A,B,...", .help = "which fields to show"},
    {.name = "limit", .argument = "N", .help = "show at most N (default 100; 0: all)"},
    {.name = "after", .argument = "ID", .help = "only objects after this id"},
    {.name = "json", .help = "print a JSON array with all fields"},
    {.name = NULL},
};
static const struct option get_options[] = {
    {.name = "all", .help = "show all fields, empty ones as well"},
    {.name = "json", .help = "print one JSON object"},
    {.name = NULL},
};
static const struct option add_options[] = {
    {.name = "id", .argument = "ID", .help = "take this id instead of the next one"},
    {.name = NULL},
};
static const struct option import_options[] = {
    {.name = "format", .argument = "FORMAT", .choices = "csv|jsonl|vcard", .help = "csv, jsonl or vcard (default: by the name)"},
    {.name = "map",
     .argument = "COLUMN=FIELD",
     .repeatable = true,
     .help = "take a column of another name as this field: 'E-Mail address=email'; 'COLUMN=' leaves it out"},
    {.name = "preview", .help = "show which column is which field and what would happen; change nothing"},
    {.name = "json", .help = "print one JSON object"},
    {.name = NULL},
};
static const struct option export_options[] = {
    {.name = "format",
     .argument = "FORMAT", .choices = "csv|jsonl|sqlite|vcard|vcard3",
     .help = "csv, jsonl, sqlite, vcard (4.0) or vcard3 (default: by the name, csv on standard output)"},
    {.name = "raw",
     .help = "csv for programs: no ' before values that a spreadsheet would take for a formula"},
    {.name = NULL},
};

static const struct command list = {
    .name = "list",
    .arguments = "OBJECT",
    .summary = "objects as a table",
    .examples = "  tandem object list contact\n"
                "  tandem object list contact --filter city=Boston --fields email,firstname",
    .options = list_options,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run_list,
};
static const struct command get = {
    .name = "get",
    .arguments = "OBJECT ID [FIELD]...",
    .summary = "one object, or single values of it",
    .examples = "  tandem object get contact 12\n  tandem object get contact 12 email",
    .options = get_options,
    .least_arguments = 2,
    .most_arguments = -1,
    .run = run_get,
};
static const struct command set = {
    .name = "set",
    .arguments = "OBJECT ID FIELD=VALUE...",
    .summary = "change fields of an object; the others stay",
    .details = "FIELD:=JSON gives a value as JSON: phone:=null, tags:='[\"a\",\"b\"]'.",
    .examples = "  tandem object set contact 12 phone='+1 617 555 0100' city=Boston",
    .least_arguments = 3,
    .most_arguments = -1,
    .run = run_set,
};
static const struct command add = {
    .name = "add",
    .arguments = "OBJECT FIELD=VALUE...",
    .summary = "a new object; prints its id",
    .examples = "  tandem object add contact firstname=Kim email=kim@example.com",
    .options = add_options,
    .least_arguments = 2,
    .most_arguments = -1,
    .run = run_add,
};
static const struct command delete_objects = {
    .name = "delete",
    .arguments = "OBJECT ID...",
    .summary = "delete objects; no pull creates them again",
    .examples = "  tandem object delete contact 12 13",
    .least_arguments = 2,
    .most_arguments = -1,
    .run = run_delete,
};
static const struct command merge = {
    .name = "merge",
    .arguments = "OBJECT ID OTHER...",
    .summary = "merge other objects into ID; they are deleted afterwards",
    .details = "Their values fill the empty fields of ID; their links, references and "
               "do-not-contact\n"
               "reasons go over to it. The next sync updates all its records.",
    .examples = "  tandem object merge contact 12 57",
    .least_arguments = 3,
    .most_arguments = -1,
    .run = run_merge,
};
static const struct command import = {
    .name = "import",
    .arguments = "OBJECT FILE",
    .summary = "read objects from a CSV, JSON Lines or vCard file (-: standard input)",
    .details =
        "CSV needs a header with names or labels of fields, in any case and order; --map takes columns of\n"
        "other names, and --preview shows what would happen. vCards are contacts. A record with an existing 'id', or with the unique "
        "fields of\n"
        "one object, updates that object; any other is added. A refused record does not stop the "
        "others; the\n"
        "exit code is then 4.",
    .examples = "  tandem object import contact people.csv\n"
                "  tandem object import contact people.csv --map 'E-Mail address=email' --preview\n"
                "  zcat people.jsonl.gz | tandem object import contact - --format jsonl",
    .options = import_options,
    .least_arguments = 2,
    .most_arguments = 2,
    .run = run_import,
};
static const struct command export = {
    .name = "export",
    .arguments = "OBJECT [FILE]",
    .summary = "write all objects as CSV, JSON Lines, SQLite or vCards",
    .examples = "  tandem object export contact people.csv\n"
                "  tandem object export company --format jsonl | head",
    .options = export_options,
    .least_arguments = 1,
    .most_arguments = 2,
    .run = run_export,
};
static const struct command *const subcommands[] = {&list,  &get,    &set,    &add, &delete_objects,
                                                    &merge, &import, &export, NULL};

const struct command command_object = {
    .name = "object",
    .arguments = "list|get|set|add|delete|merge|import|export ...",
    .summary = "contacts, companies and custom objects",
    .details = "What is edited here is tracked, and goes to the integrations with their next sync.",
    .subcommands = subcommands,
};
