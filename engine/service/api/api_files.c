/* Files of objects: taken in, and given out. */
#include "service/api/handlers.h"

#include <inttypes.h>
#include <stdio.h>

#include "host/object_json.h"

enum { COLUMNS_MOST = 200 };

static const struct format {
    const char *name, *type, *sent_type, *ending;
    enum objects_format format;
} formats[] = {{"csv", "text/csv", "text/csv; charset=utf-8", "csv", OBJECTS_CSV},
               {"jsonl", "application/x-ndjson", "application/x-ndjson", "jsonl", OBJECTS_JSONL},
               {"vcard", "text/vcard", "text/vcard; charset=utf-8", "vcf", OBJECTS_VCARD}};

/* ---- in ---- */

static enum error_code read_type(const struct api_call *call, enum objects_format *format,
                                 struct error *error)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (web_request_is(call->request, formats[i].type)) {
            *format = formats[i].format;
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_INVALID,
                     "send the file itself, with 'Content-Type: text/csv', 'application/x-ndjson' "
                     "or 'text/vcard'");
}

/* {"E-Mail address": "email"}; the texts are borrowed from `json`. */
static enum error_code read_map(struct api_call *call, json_t **json,
                                struct import_options *options, struct error *error)
{
    struct text given = TEXT_ABSENT;
    const char *column = NULL;
    json_t *field = NULL;
    *json = NULL;
    if (api_parameter(call, "map", &given, error) || text_is_absent(given))
        return error->code;
    *json = json_loadb(given.bytes, given.length, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(*json) || json_object_size(*json) > COLUMNS_MOST)
        return error_set(error, ERROR_INVALID,
                         "'map' must be JSON such as {\"E-Mail address\": \"email\"}");
    struct import_map *const maps =
        ARENA_ARRAY(call->arena, json_object_size(*json), struct import_map);
    if (!maps)
        return error_memory(error, "a map");
    options->maps = maps;
    json_object_foreach(*json, column, field)
    {
        if (!json_is_string(field))
            return error_set(error, ERROR_INVALID, "'map' must give a text for each column");
        maps[options->map_count++] = (struct import_map){
            text_of(column), {json_string_value(field), json_string_length(field)}};
    }
    return ERROR_NONE;
}

static enum error_code read_flag(struct api_call *call, const char *name, bool *flag,
                                 struct error *error)
{
    struct text given = TEXT_ABSENT;
    if (api_choice(call, name, "true false", &given, error))
        return error->code;
    *flag = text_equal(given, TEXT("true"));
    return ERROR_NONE;
}

/* The body as a file. */
static enum error_code take(struct api_call *call, const struct import_options *options,
                            struct import_result *result, struct error *error)
{
    struct text body = buffer_text(&call->request->body);
    enum objects_format format = OBJECTS_CSV;
    if (read_type(call, &format, error))
        return error->code;
    if (body.length == 0)
        return error_set(error, ERROR_INVALID, "there is no file in this request");
    FILE *const in = fmemopen((void *)(uintptr_t)body.bytes, body.length, "r");
    if (!in)
        return error_system(error, "cannot read the request");
    const enum error_code code =
        objects_import(call->store, call->schema->name, format, in, options, result, error);
    fclose(in);
    return code;
}

enum error_code api_handle_import(struct api_call *call, struct error *error)
{
    struct import_options options = {.maps = NULL};
    struct import_result result = {.added = 0};
    json_t *map = NULL;
    const bool failed = read_flag(call, "preview", &options.preview, error) ||
                        read_map(call, &map, &options, error) ||
                        take(call, &options, &result, error);
    json_decref(map);
    if (failed || text_format(call->arena, &call->audit_detail, error,
                              "%.*s: %s%" PRIu64 " added, %" PRIu64 " updated, %" PRIu64 " refused",
                              TEXT_PRINT(call->schema->name), options.preview ? "would be " : "",
                              result.added, result.updated, result.refused))
        return error->code;
    return api_answer(call, object_json_import(&result, options.preview), error);
}

/* ---- out ---- */

static ssize_t read_file(void *context, char *bytes, size_t most)
{
    const size_t length = fread(bytes, 1, most, context);
    return length > 0 ? (ssize_t)length : -1;
}

static void release_file(void *context)
{
    fclose(context);
}

enum error_code api_handle_export(struct api_call *call, struct error *error)
{
    struct text named = TEXT_ABSENT, disposition = TEXT_ABSENT;
    const struct format *chosen = formats;
    bool raw = false;
    if (api_choice(call, "format", "csv jsonl vcard", &named, error) ||
        read_flag(call, "raw", &raw, error))
        return error->code;
    while (!text_is_absent(named) && !text_equal(named, text_of(chosen->name)))
        chosen++;
    const enum objects_format format = chosen == formats && raw ? OBJECTS_CSV_RAW : chosen->format;
    FILE *const file = tmpfile(); /* so that the store is not held while somebody reads slowly */
    if (!file)
        return error_system(error, "cannot make a file");
    if (objects_export(call->store, call->schema->name, format, file, error) ||
        text_format(call->arena, &disposition, error, "attachment; filename=\"%.*s.%s\"",
                    TEXT_PRINT(call->schema->name), chosen->ending)) {
        fclose(file);
        return error->code;
    }
    if (fflush(file) != 0) {
        error_system(error, "cannot write a file");
        fclose(file);
        return error->code;
    }
    rewind(file);
    web_answer_header(call->request, "Content-Disposition", disposition);
    web_answer_stream(call->request, chosen->sent_type,
                      &(struct web_answer_stream){read_file, release_file, file});
    return ERROR_NONE;
}
