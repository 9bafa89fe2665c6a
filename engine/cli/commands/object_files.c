/* tandem object import and export. */
#include "cli/commands/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "host/registration.h"
#include "cli/show/listing.h"
#include "host/object_json.h"
#include "store/objects/objects.h"

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
    } formats[] = {{"csv", ".csv", OBJECTS_CSV},       {"csv", ".tsv", OBJECTS_CSV},
                   {"jsonl", ".jsonl", OBJECTS_JSONL}, {"jsonl", ".ndjson", OBJECTS_JSONL},
                   {"vcard", ".vcf", OBJECTS_VCARD},   {"vcard3", ".vcard3", OBJECTS_VCARD_3}};
    const char *const named = invocation_value(invocation, "format");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (named ? strcmp(named, formats[i].name) != 0 : !ends_with(file, formats[i].ending))
            continue;
        *format = formats[i].format;
        return ERROR_NONE;
    }
    if (named)
        return error_set(error, ERROR_USAGE,
                         "option '--format' is '%s', which is not csv, jsonl, vcard or vcard3",
                         named);
    return error_set(error, ERROR_USAGE,
                     "the name '%s' does not end with .csv, .tsv, .jsonl or .vcf; say --format "
                     "csv, jsonl or vcard",
                     file);
}

static void warn_of_refusals(const char *file, const struct import_result *result)
{
    for (size_t i = 0; i < result->refused && i < IMPORT_REFUSALS_TOLD; i++)
        terminal_warning("%s: line %" PRIu64 ": %s", file, result->refusals[i].line,
                         result->refusals[i].reason);
    if (result->refused > IMPORT_REFUSALS_TOLD)
        terminal_warning("%s: %" PRIu64 " more were refused", file,
                         result->refused - IMPORT_REFUSALS_TOLD);
}

/* COLUMN=FIELD; the last '=' counts, as a column may have one. */
static enum error_code parse_map(const char *option, const char *value, void *item,
                                 struct error *error)
{
    const char *const equals = strrchr(value, '=');
    if (!equals)
        return error_set(error, ERROR_USAGE,
                         "option '--%s' is '%s', which is not of the form COLUMN=FIELD", option,
                         value);
    *(struct import_map *)item = (struct import_map){.column = {value, (size_t)(equals - value)},
                                                     .field = text_of(equals + 1)};
    return ERROR_NONE;
}

static const char *field_of(const void *item)
{
    const struct import_column *const column = item;
    return column->unknown  ? "(none: say it by --map)"
           : *column->field ? column->field
                            : "(left out)";
}

/* Which column is which field, with a value of it. */
static const struct listing_column import_columns[] = {
    LISTING_MEMBER("column", NULL, CHARS, struct import_column, name),
    {.heading = "field", .type = LISTING_WORDS, .words = field_of},
    LISTING_MEMBER("first value", NULL, CHARS, struct import_column, sample),
};

static enum error_code print_import(const struct invocation *invocation,
                                    const struct import_result *result, struct error *error)
{
    const bool preview = invocation_has(invocation, "preview");
    if (invocation_has(invocation, "json"))
        return output_json(object_json_import(result, preview), error);
    const struct listing columns = LISTING(import_columns, result->columns, result->column_count);
    if (preview && columns.count && listing_print(&columns, stdout, error))
        return error->code;
    if (!invocation->options.quiet)
        printf("%s%" PRIu64 " added, %" PRIu64 " updated, %" PRIu64 " refused%s\n",
               preview ? "would be: " : "", result->added, result->updated, result->refused,
               preview ? "; nothing was changed" : "");
    return ERROR_NONE;
}

static enum error_code run_import(const struct invocation *invocation, struct error *error)
{
    struct session *const session = invocation->session;
    const struct object_schema *schema = NULL;
    enum objects_format format = OBJECTS_CSV;
    struct import_result result = {.added = 0};
    struct import_options import_with = {.preview = invocation_has(invocation, "preview")};
    const char *const file = invocation->arguments[1];
    if (read_format(invocation, file, &format, error) ||
        session_open(&invocation->options, session, error) ||
        session_schema(session, invocation->arguments[0], &schema, error) ||
        registration_refresh(session, NULL, error) ||
        invocation_each(invocation, "map", parse_map, sizeof *import_with.maps, session->arena,
                        &import_with.maps, &import_with.map_count, error))
        return error->code;
    FILE *const in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (!in)
        return error_set(error, ERROR_USAGE, "cannot read '%s': %s", file, strerror(errno));
    const enum error_code code =
        objects_import(session->store, schema->name, format, in, &import_with, &result, error);
    if (in != stdin)
        fclose(in);
    if (code || print_import(invocation, &result, error))
        return error->code;
    if (result.refused) {
        warn_of_refusals(file, &result);
        *invocation->exit_code = EXIT_NEEDS_ATTENTION;
    }
    return ERROR_NONE;
}

static enum error_code run_export(const struct invocation *invocation, struct error *error)
{
    struct session *const session = invocation->session;
    const struct object_schema *schema = NULL;
    enum objects_format format = OBJECTS_CSV;
    const char *const file = invocation->argument_count > 1 ? invocation->arguments[1] : "-";
    const bool standard = strcmp(file, "-") == 0;
    const char *const named = invocation_value(invocation, "format");
    const bool sqlite = named ? strcmp(named, "sqlite") == 0 : ends_with(file, ".sqlite");
    if (!sqlite && read_format(invocation, standard ? "-.csv" : file, &format, error))
        return error->code;
    if (sqlite && standard)
        return error_set(error, ERROR_USAGE,
                         "an SQLite file needs a name: tandem object export %s FILE",
                         invocation->arguments[0]);
    if (session_open(&invocation->options, session, error) ||
        session_schema(session, invocation->arguments[0], &schema, error))
        return error->code;
    if (sqlite)
        return objects_export_sqlite(session->store, schema->name, file, error);
    FILE *const out = standard ? stdout : fopen(file, "we");
    if (!out)
        return error_set(error, ERROR_USAGE, "cannot write '%s': %s", file, strerror(errno));
    if (format == OBJECTS_CSV && invocation_has(invocation, "raw"))
        format = OBJECTS_CSV_RAW;
    const enum error_code code = objects_export(session->store, schema->name, format, out, error);
    if (!standard && fclose(out) != 0 && !code)
        return error_set(error, ERROR_SYSTEM, "cannot write '%s': %s", file, strerror(errno));
    return code;
}

static const struct option import_options[] = {
    OPTION("format", "FORMAT", "csv, jsonl or vcard (default: by the name)",
           .choices = "csv|jsonl|vcard"),
    OPTION("map", "COLUMN=FIELD",
           "take a column of another name as this field: 'E-Mail address=email'; 'COLUMN=' leaves "
           "it out",
           .repeatable = true),
    FLAG("preview", "show which column is which field and what would happen; change nothing"),
    FLAG("json", "print one JSON object"),
    {.name = NULL},
};
static const struct option export_options[] = {
    OPTION(
        "format", "FORMAT",
        "csv, jsonl, sqlite, vcard (4.0) or vcard3 (default: by the name, csv on standard output)",
        .choices = "csv|jsonl|sqlite|vcard|vcard3"),
    FLAG("raw", "csv for programs: no ' before values that a spreadsheet would take for a formula"),
    {.name = NULL},
};

const struct command object_files_import = {
    .name = "import",
    .arguments = "OBJECT FILE",
    .summary = "read objects from a CSV, JSON Lines or vCard file (-: standard input)",
    .details =
        "CSV needs a header with names or labels of fields, in any case and order; --map "
        "takes columns of other names, and --preview shows what would happen. vCards are "
        "contacts. A record with an existing 'id', or with the unique fields of one object, "
        "updates that object; any other is added. A refused record does not stop the others; "
        "the exit code is then 4.",
    .examples = "  tandem object import contact people.csv\n"
                "  tandem object import contact people.csv --map 'E-Mail address=email' --preview\n"
                "  zcat people.jsonl.gz | tandem object import contact - --format jsonl",
    .options = import_options,
    .run = run_import,
};
const struct command object_files_export = {
    .name = "export",
    .arguments = "OBJECT [FILE]",
    .summary = "write all objects as CSV, JSON Lines, SQLite or vCards",
    .examples = "  tandem object export contact people.csv\n"
                "  tandem object export company --format jsonl | head",
    .options = export_options,
    .run = run_export,
};
