/* Reading objects from CSV and from lines of JSON. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/objects/csv.h"
#include "store/schema/identifiers.h"
#include "store/objects/objects_layout.h"
#include "store/objects/objects_vcard.h"

/* The store is held for so long at a time, then let go of for so long: longer than others, who wait
 * for it, look away (sql.c). */
enum { TURN_MS = 250, PAUSE_MS = 60 };

/* An import in progress. */
struct import {
    struct store *store;
    const struct store_object *object;
    struct import_result *result;
    const struct import_options *options; /* may be NULL */
    struct arena *arena; /* of one record */
    int64_t turn_began; /* milliseconds of a clock that only goes forward */
};

/* ---- one record ---- */

/* The object that the unique fields name; absent if there is none. */
static enum error_code find_match(struct import *import, const struct object_draft *draft,
                                  struct text *id, struct error *error)
{
    const struct store_object *object = import->object;
    struct sql *sql = &import->store->sql;
    size_t *fields = ARENA_ARRAY(import->arena, object->schema.field_count, size_t);
    sqlite3_stmt *statement = NULL;
    size_t count = 0, found = 0;
    bool folded = false, row = true;
    enum error_code code = ERROR_NONE;

    *id = TEXT_ABSENT;
    if (!fields)
        return error_memory(error, "a record");
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (object->fields[index].unique && draft->set[index] &&
            !value_is_empty(&draft->values[index]))
            fields[count++] = index;
    if (count == 0)
        return ERROR_NONE;
    code = identifiers_fold(import->store, object, import->arena, &folded, error);
    if (!code)
        code = identifiers_prepare(import->store, object, fields, count, folded, &statement, error);
    if (!code)
        code = sql_bind(sql, statement, error, "i", (int64_t)2);
    for (size_t index = 0; !code && index < count; index++) {
        struct text key = TEXT_ABSENT;
        code = value_identifier_key(import->arena, &draft->values[fields[index]],
                                    object->fields[fields[index]].type, &key, error);
        if (!code && sqlite3_bind_text64(statement, (int)index + 2, key.bytes, key.length,
                                         SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
            code = sql_failed(sql, error, "take a value");
    }
    while (!code && row) {
        code = sql_step(sql, statement, &row, error);
        if (!code && row && found++ == 0)
            code = text_of_integer(import->arena, sqlite3_column_int64(statement, 0), id, error);
    }
    sqlite3_finalize(statement);
    if (!code && found > 1)
        return error_set(error, ERROR_INVALID, "several objects have these unique fields");
    return code;
}

static enum error_code take(struct import *import, struct text id,
                            const struct object_assignment *assignments, size_t count,
                            struct error *error)
{
    const struct text name = import->object->schema.name;
    struct object_draft draft = {.object = NULL};
    struct object_row *row = NULL;
    struct text target = TEXT_ABSENT, added = TEXT_ABSENT;
    enum error_code code = objects_draft(import->store, import->object, assignments, count,
                                         import->arena, &draft, error);

    if (!code && !text_is_empty(id)) {
        code = objects_get(import->store, name, id, import->arena, &row, error);
        if (!code && row)
            target = id;
    } else if (!code) {
        code = find_match(import, &draft, &target, error);
    }
    if (code)
        return code;
    if (!text_is_absent(target)) {
        code = objects_set(import->store, name, target, assignments, count, error);
        import->result->updated += !code;
        return code;
    }
    code = objects_add(import->store, name, text_is_empty(id) ? TEXT_ABSENT : id, assignments,
                       count, import->arena, &added, error);
    import->result->added += !code;
    return code;
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum error_code begin_turn(struct import *import, struct error *error)
{
    const enum error_code code = sql_begin(&import->store->sql, error);
    import->turn_began = clock_ms();
    return code;
}

/* Syncs and whoever else writes must not starve while a large file is read. */
static enum error_code take_turns(struct import *import, struct error *error)
{
    const enum error_code code = sql_commit(&import->store->sql, error);
    if (code)
        return code;
    sqlite3_sleep(PAUSE_MS);
    return begin_turn(import, error);
}

/* A record that is refused is counted; what is wrong with the store ends the import. */
static enum error_code settle(struct import *import, enum error_code code, uint64_t line,
                              struct error *error)
{
    struct import_result *result = import->result;

    arena_clear(import->arena);
    if (code == ERROR_STORE && error && sql_is_fatal((int)error->detail))
        return code;
    if (code == ERROR_MEMORY || code == ERROR_BUSY || code == ERROR_SYSTEM)
        return code;
    if (code && result->refused < IMPORT_REFUSALS_TOLD) {
        struct import_refusal *refusal = &result->refusals[result->refused];
        refusal->line = line;
        snprintf(refusal->reason, sizeof refusal->reason, "%s", error ? error->message : "");
    }
    result->refused += code != ERROR_NONE;
    const bool preview = import->options && import->options->preview; /* it ends without a trace */
    return preview || clock_ms() - import->turn_began < TURN_MS ? ERROR_NONE
                                                                : take_turns(import, error);
}

/* "object:id" */
static struct raw_value raw_reference(struct text text)
{
    const char *colon = text.length ? memchr(text.bytes, ':', text.length) : NULL;
    struct raw_value raw = {.kind = RAW_OBJECT};

    if (!colon)
        return (struct raw_value){.kind = RAW_TEXT, .as.text = text};
    raw.as.reference.object = (struct text){text.bytes, (size_t)(colon - text.bytes)};
    raw.as.reference.id =
        (struct text){colon + 1, text.length - raw.as.reference.object.length - 1};
    return raw;
}

/* ---- CSV ---- */

/* What each column is: an index in the object's fields, or the id. */
struct columns {
    struct text *names;
    size_t count, id; /* id: SIZE_MAX if there is none */
};

/* Is the field that of one of the columns before? */
static bool is_named_before(const struct columns *columns, size_t index)
{
    for (size_t before = 0; before < index; before++)
        if (text_equal(columns->names[before], columns->names[index]))
            return true;
    return false;
}

static char plain_letter(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Are they the same but for letter case, blanks and punctuation: "E-Mail" and "email"? */
static bool is_alike(struct text left, struct text right)
{
    static const char ignored[] = " \t-_./(),:;";
    size_t i = 0, j = 0;
    for (;;) {
        while (i < left.length && left.bytes[i] && strchr(ignored, left.bytes[i]))
            i++;
        while (j < right.length && right.bytes[j] && strchr(ignored, right.bytes[j]))
            j++;
        if (i == left.length || j == right.length)
            return i == left.length && j == right.length && i > 0;
        if (plain_letter(left.bytes[i++]) != plain_letter(right.bytes[j++]))
            return false;
    }
}

/* The field that a column is named after, else by its label; absent if there is none, or several. */
static struct text field_named(const struct import *import, struct text name)
{
    const struct object_schema *const schema = &import->object->schema;
    struct text found = TEXT_ABSENT;
    if (store_field_of(import->object, name) != SIZE_MAX)
        return name;
    if (is_alike(name, TEXT("id")))
        return TEXT("id");
    for (int by_label = 0; by_label < 2 && text_is_absent(found); by_label++) {
        size_t count = 0;
        for (size_t index = 0; index < schema->field_count; index++) {
            const struct field_schema *const field = &schema->fields[index];
            if (!is_alike(name, by_label ? field->label : field->name))
                continue;
            found = field->name;
            count++;
        }
        if (count > 1)
            return TEXT_ABSENT;
    }
    return found;
}

/* What the options or the fields say of a column; *left_out: nothing of it is taken. */
static struct text field_of_column(const struct import *import, struct text name, bool *left_out)
{
    const struct import_options *const options = import->options;
    *left_out = false;
    for (size_t i = 0; options && i < options->map_count; i++) {
        if (!text_equal(options->maps[i].column, name))
            continue;
        *left_out = text_is_empty(options->maps[i].field);
        return options->maps[i].field;
    }
    return field_named(import, name);
}

static enum error_code unknown_column(const struct import *import, const struct columns *columns,
                                      struct text name, struct error *error)
{
    if (columns->count == 1 && name.length && memchr(name.bytes, ';', name.length))
        return error_set(error, ERROR_INVALID,
                         "the header has semicolons: save the file with commas between its cells");
    return error_set(error, ERROR_INVALID,
                     "the header names a field '%.*s' that '%.*s' does not have; 'tandem field "
                     "list %.*s' shows them, --map '%.*s=FIELD' says which one it is, and --map '%.*s=' leaves it out",
                     TEXT_PRINT(name), TEXT_PRINT(import->object->schema.name),
                     TEXT_PRINT(import->object->schema.name), TEXT_PRINT(name), TEXT_PRINT(name));
}

/* Its field in the place of its name; an empty one for what is left out. */
static enum error_code settle_column(const struct import *import, struct columns *columns,
                                     size_t index, struct error *error)
{
    const struct text name = columns->names[index];
    bool left_out = false;
    const struct text field = field_of_column(import, name, &left_out);
    struct import_result *const result = import->result;

    if (result->column_count < IMPORT_COLUMNS_TOLD) {
        struct import_column *const told = &result->columns[result->column_count++];
        (void)snprintf(told->name, sizeof told->name, "%.*s", TEXT_PRINT(name));
        (void)snprintf(told->field, sizeof told->field, "%.*s", TEXT_PRINT(field));
    }
    columns->names[index] = left_out ? TEXT("") : field;
    if (left_out)
        return ERROR_NONE;
    if (text_is_absent(field) ||
        (!text_equal(field, TEXT("id")) && store_field_of(import->object, field) == SIZE_MAX))
        return unknown_column(import, columns, text_is_absent(field) ? name : field, error);
    if (is_named_before(columns, index))
        return error_set(error, ERROR_INVALID, "the header names '%.*s' twice", TEXT_PRINT(field));
    return ERROR_NONE;
}

static enum error_code read_header(struct import *import, struct csv_reader *reader,
                                   struct arena *arena, struct columns *columns,
                                   struct error *error)
{
    bool there = false;
    enum error_code code = csv_read(reader, &there, error);

    columns->id = SIZE_MAX;
    columns->count = reader->count;
    columns->names = ARENA_ARRAY(arena, reader->count, struct text);
    if (!code && !columns->names)
        code = error_memory(error, "a header");
    if (!code && !there)
        return error_set(error, ERROR_INVALID,
                         "the file is empty; a header of field names is needed");
    for (size_t index = 0; !code && index < columns->count; index++) {
        code = text_copy(arena, text_trim(csv_cell(reader, index)), &columns->names[index], error);
        if (!code)
            code = settle_column(import, columns, index, error);
        if (!code && text_equal(columns->names[index], TEXT("id")))
            columns->id = index;
    }
    return code;
}

static struct raw_value raw_cell(const struct field_schema *field, struct text cell)
{
    if (cell.length == 0 && !value_type_is_text(field->type))
        return (struct raw_value){.kind = RAW_NULL};
    if (field->type == VALUE_TYPE_REFERENCE)
        return raw_reference(cell);
    return (struct raw_value){.kind = RAW_TEXT, .as.text = cell};
}

static enum error_code take_row(struct import *import, const struct csv_reader *reader,
                                const struct columns *columns, struct error *error)
{
    struct object_assignment *assignments =
        ARENA_ARRAY(import->arena, columns->count, struct object_assignment);
    struct text id = TEXT_ABSENT;
    size_t count = 0;

    if (!assignments)
        return error_memory(error, "a record");
    if (reader->count != columns->count)
        return error_set(error, ERROR_INVALID, "there are %zu cells instead of %zu", reader->count,
                         columns->count);
    for (size_t index = 0; index < columns->count; index++) {
        const struct text cell = csv_cell(reader, index);
        const struct field_schema *field = NULL;
        if (index < import->result->column_count && !*import->result->columns[index].sample)
            (void)snprintf(import->result->columns[index].sample, IMPORT_COLUMN_SIZE, "%.*s",
                           TEXT_PRINT(cell));
        if (index == columns->id) {
            id = cell;
            continue;
        }
        if (columns->names[index].length == 0)
            continue;
        field = &import->object->fields[store_field_of(import->object, columns->names[index])];
        assignments[count].field = field->name;
        assignments[count++].value = raw_cell(field, cell);
    }
    return take(import, id, assignments, count, error);
}

static enum error_code import_csv(struct import *import, FILE *in, struct arena *arena,
                                  struct error *error)
{
    struct csv_reader reader;
    struct columns columns = {.names = NULL};
    bool there = true;
    enum error_code code = ERROR_NONE;

    csv_reader_init(&reader, in);
    code = read_header(import, &reader, arena, &columns, error);
    while (!code && there) {
        code = csv_read(&reader, &there, error);
        if (code == ERROR_INVALID) { /* a quote that is not closed has taken the rest of the file */
            code = settle(import, code, reader.line, error);
            break;
        }
        if (!code && there)
            code = settle(import, take_row(import, &reader, &columns, error), reader.line, error);
    }
    csv_reader_release(&reader);
    return code;
}

/* ---- lines of JSON ---- */

static enum error_code raw_json(const json_t *json, struct arena *arena, struct raw_value *raw,
                                struct error *error)
{
    struct raw_value *items = NULL;
    const json_t *reference = NULL;
    enum error_code code = ERROR_NONE;

    switch (json_typeof(json)) {
    case JSON_TRUE:
    case JSON_FALSE:
        *raw = (struct raw_value){.kind = RAW_BOOLEAN, .as.boolean = json_is_true(json)};
        break;
    case JSON_INTEGER:
        *raw = (struct raw_value){.kind = RAW_INTEGER, .as.integer = json_integer_value(json)};
        break;
    case JSON_REAL:
        *raw = (struct raw_value){.kind = RAW_NUMBER, .as.number = json_real_value(json)};
        break;
    case JSON_STRING:
        *raw = (struct raw_value){.kind = RAW_TEXT,
                                  .as.text = {json_string_value(json), json_string_length(json)}};
        break;
    case JSON_ARRAY:
        items = ARENA_ARRAY(arena, json_array_size(json), struct raw_value);
        if (!items)
            return error_memory(error, "a list");
        for (size_t index = 0; !code && index < json_array_size(json); index++)
            code = raw_json(json_array_get(json, index), arena, &items[index], error);
        *raw = (struct raw_value){.kind = RAW_LIST, .as.list = {items, json_array_size(json)}};
        break;
    case JSON_OBJECT:
        reference = json_object_get(json, "reference");
        *raw = (struct raw_value){.kind = RAW_OBJECT};
        raw->as.reference.object = text_of(json_string_value(json_object_get(reference, "object")));
        raw->as.reference.id = text_of(json_string_value(json_object_get(reference, "id")));
        break;
    default:
        *raw = (struct raw_value){.kind = RAW_NULL};
        break;
    }
    return code;
}

static enum error_code take_json(struct import *import, json_t *json, struct error *error)
{
    struct object_assignment *assignments =
        ARENA_ARRAY(import->arena, json_object_size(json), struct object_assignment);
    struct text id = TEXT_ABSENT;
    const char *name = NULL;
    json_t *member = NULL;
    size_t count = 0;
    enum error_code code = assignments ? ERROR_NONE : error_memory(error, "a record");

    json_object_foreach(json, name, member)
    {
        if (code)
            break;
        if (strcmp(name, "id") == 0) {
            if (json_is_integer(member))
                code = text_of_integer(import->arena, json_integer_value(member), &id, error);
            else
                id = text_of(json_string_value(member));
            continue;
        }
        bool left_out = false;
        const struct text field = field_of_column(import, text_of(name), &left_out);
        if (left_out)
            continue;
        assignments[count].field = text_is_absent(field) ? text_of(name) : field;
        code = raw_json(member, import->arena, &assignments[count++].value, error);
    }
    return code ? code : take(import, id, assignments, count, error);
}

static enum error_code take_line(struct import *import, const char *line, size_t length,
                                 struct error *error)
{
    json_error_t where;
    json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, &where);
    enum error_code code = ERROR_NONE;

    if (!json)
        return error_set(error, ERROR_INVALID, "it is not JSON: %s", where.text);
    if (!json_is_object(json))
        code = error_set(error, ERROR_INVALID, "it is not a JSON object");
    else
        code = take_json(import, json, error);
    json_decref(json);
    return code;
}

static enum error_code import_jsonl(struct import *import, FILE *in, struct error *error)
{
    char *line = NULL;
    size_t capacity = 0;
    uint64_t number = 0;
    enum error_code code = ERROR_NONE;

    while (!code) {
        const ssize_t length = getline(&line, &capacity, in);
        if (length < 0)
            break;
        number++;
        if (text_trim((struct text){line, (size_t)length}).length == 0)
            continue;
        code = settle(import, take_line(import, line, (size_t)length, error), number, error);
    }
    free(line);
    if (!code && ferror(in))
        return error_set(error, ERROR_SYSTEM, "reading failed: %s", strerror(errno));
    return code;
}

/* ---- vCards ---- */

/* The card lives in an arena of its own, since `settle` clears that of the record. */
static enum error_code import_vcard(struct import *import, FILE *in, struct arena *arena,
                                    struct error *error)
{
    struct vcard_reader reader;
    struct objects_card card;
    bool there = true;
    enum error_code code = ERROR_NONE;

    if (!import->object->schema.is_contact)
        return error_set(error, ERROR_USAGE, "vCards are contacts, not of the kind '%.*s'",
                         TEXT_PRINT(import->object->schema.name));
    vcard_reader_init(&reader, in);
    while (!code && there) {
        arena_clear(arena);
        code = objects_vcard_read(&reader, import->object, arena, &card, &there, error);
        if (!code && there)
            code = settle(import, take(import, TEXT_ABSENT, card.assignments, card.count, error),
                          reader.number, error);
    }
    vcard_reader_release(&reader);
    return code;
}

enum error_code objects_import(struct store *store, struct text name, enum objects_format format,
                               FILE *in, const struct import_options *options,
                               struct import_result *result, struct error *error)
{
    struct import import = {
        .store = store, .result = result, .options = options, .arena = arena_new(0)};
    struct arena *arena = arena_new(0);
    struct store_object *object = NULL;
    struct error own;
    struct error *where = error ? error : &own; /* refusals are read from it */
    enum error_code code = store_object_get(store, name, &object, where);

    *result = (struct import_result){.added = 0};
    import.object = object;
    if (!code && (!arena || !import.arena))
        code = error_memory(where, "an import");
    if (!code)
        code = begin_turn(&import, where);
    if (!code) {
        code = format == OBJECTS_CSV     ? import_csv(&import, in, arena, where)
               : format == OBJECTS_JSONL ? import_jsonl(&import, in, where)
                                         : import_vcard(&import, in, arena, where);
        if (!code && options && options->preview)
            objects_rollback(store);
        else
            code = sql_end(&store->sql, code, where);
    }
    arena_free(import.arena);
    arena_free(arena);
    return code;
}
