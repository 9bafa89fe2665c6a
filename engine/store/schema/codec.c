/* From values to columns and back, for each type. */
#include "store/schema/codec.h"

#include <math.h>
#include <string.h>

/* ---- values ---- */

/* The column's value, as a report would give it. */
static struct raw_value raw_of(const struct sql_cell *cell)
{
    switch (cell->type) {
    case SQL_INTEGER:
        return (struct raw_value){.kind = RAW_INTEGER, .as.integer = cell->as.integer};
    case SQL_NUMBER:
        return (struct raw_value){.kind = RAW_NUMBER, .as.number = cell->as.number};
    case SQL_NULL:
        return (struct raw_value){.kind = RAW_NULL};
    default:
        return (struct raw_value){.kind = RAW_TEXT, .as.text = cell->as.text};
    }
}

/* A null that stands for an unreadable value: see the header. */
static void mark_unreadable(struct value *value)
{
    *value = value_null(value->type);
    value->as.text = TEXT("?");
}

bool codec_is_unreadable(const struct value *value)
{
    return value->kind == VALUE_NULL && !text_is_absent(value->as.text);
}

/* Items are separated by '|'; a '|' or '\\' of an item that would be misread has a '\\' before
 * it. */
static bool is_escape(struct text text, size_t index)
{
    return text.bytes[index] == '\\' && index + 1 < text.length &&
           (text.bytes[index + 1] == '|' || text.bytes[index + 1] == '\\');
}

/* The item that begins at *at, unescaped into `bytes`; *at is behind it and its '|'. */
static struct text read_item(struct text text, size_t *at, char *bytes)
{
    size_t length = 0;

    while (*at < text.length && text.bytes[*at] != '|') {
        *at += is_escape(text, *at);
        bytes[length++] = text.bytes[(*at)++];
    }
    ++*at;
    return (struct text){bytes, length};
}

static enum error_code read_list(struct text text, struct arena *arena, struct value *value,
                                 struct error *error)
{
    char *bytes = arena_alloc(arena, text.length + 1);
    struct text *items = NULL;
    size_t most = text.length ? 1 : 0, count = 0, at = 0;

    for (size_t index = 0; index < text.length; index++)
        most += text.bytes[index] == '|';
    items = ARENA_ARRAY(arena, most, struct text);
    if (!items || !bytes)
        return error_memory(error, "a list");
    while (text.length && at <= text.length) {
        items[count] = read_item(text, &at, bytes);
        bytes += items[count++].length;
    }
    value->kind = VALUE_LIST;
    value->as.list.items = items;
    value->as.list.count = count;
    return ERROR_NONE;
}

static void read_reference(struct text text, struct value *value)
{
    const char *colon = memchr(text.bytes, ':', text.length);

    if (!colon)
        return;
    value->kind = VALUE_REFERENCE;
    value->as.reference.object = (struct text){text.bytes, (size_t)(colon - text.bytes)};
    value->as.reference.id =
        (struct text){colon + 1, text.length - value->as.reference.object.length - 1};
}

static enum error_code read_text(struct text stored, struct arena *arena, struct value *value,
                                 struct error *error)
{
    struct text text = TEXT_ABSENT;

    if (text_copy(arena, stored, &text, error))
        return error->code;
    if (!text_is_utf8(text)) {
        mark_unreadable(value);
        return ERROR_NONE;
    }
    switch (value->type) {
    case VALUE_TYPE_MULTISELECT:
        return read_list(text, arena, value, error);
    case VALUE_TYPE_REFERENCE:
        read_reference(text, value);
        if (value->kind == VALUE_NULL && text.length)
            mark_unreadable(value);
        return ERROR_NONE;
    default:
        value->kind = VALUE_TEXT;
        value->as.text = text;
        return ERROR_NONE;
    }
}

/* The years 1 to 9999, in milliseconds. */
#define FIRST_INSTANT INT64_C(-62135596800000)
#define LAST_INSTANT  INT64_C(253402300799999)

/* The column has the storage class that its type is written with. */
static bool read_plain_cell(int64_t integer, struct value *value)
{
    switch (value->type) {
    case VALUE_TYPE_BOOLEAN:
        if (integer != 0 && integer != 1)
            return false;
        value->kind = VALUE_BOOLEAN;
        value->as.boolean = integer == 1;
        return true;
    case VALUE_TYPE_INT:
        value->kind = VALUE_INTEGER;
        value->as.integer = integer;
        return true;
    case VALUE_TYPE_DATETIME:
        if (integer < FIRST_INSTANT || integer > LAST_INSTANT)
            return false;
        value->kind = VALUE_INSTANT;
        value->as.at = integer;
        return true;
    case VALUE_TYPE_FLOAT:
    case VALUE_TYPE_DOUBLE:
        value->kind = VALUE_NUMBER;
        value->as.number = (double)integer;
        return true;
    default:
        return false;
    }
}

/* Somebody wrote the column with another storage class: it is read as a report's value would be. */
static enum error_code read_foreign(const struct sql_cell *cell, struct arena *arena,
                                    struct value *value, struct error *error)
{
    const struct raw_value raw = raw_of(cell);
    struct value normalized = value_null(value->type);
    bool readable = false;

    if ((raw.kind != RAW_TEXT || text_is_utf8(raw.as.text)) &&
        value_normalize(arena, &raw, value->type, &normalized, &readable, error))
        return error->code;
    if (readable)
        return value_copy(arena, &normalized, value, error);
    mark_unreadable(value);
    return ERROR_NONE;
}

enum error_code codec_read(struct sql_statement *statement, int index,
                           const struct field_schema *field, struct arena *arena,
                           struct value *value, struct error *error)
{
    const struct sql_cell cell = sql_cell(statement, index);

    *value = value_null(field->type);
    switch (cell.type) {
    case SQL_NULL:
        return ERROR_NONE;
    case SQL_TEXT:
        if (value_type_is_text(field->type) || field->type == VALUE_TYPE_MULTISELECT ||
            field->type == VALUE_TYPE_REFERENCE)
            return read_text(cell.as.text, arena, value, error);
        break;
    case SQL_INTEGER:
        if (read_plain_cell(cell.as.integer, value))
            return ERROR_NONE;
        break;
    case SQL_NUMBER:
        if (value_type_is_number(field->type) && field->type != VALUE_TYPE_INT &&
            isfinite(cell.as.number)) {
            value->kind = VALUE_NUMBER;
            value->as.number = cell.as.number;
            return ERROR_NONE;
        }
        break;
    default:
        break;
    }
    return read_foreign(&cell, arena, value, error);
}

static enum error_code list_text(const struct value *value, struct arena *arena, struct text *text,
                                 struct error *error)
{
    size_t length = 0, at = 0;
    char *bytes = NULL;

    for (size_t index = 0; index < value->as.list.count; index++)
        length += 2 * value->as.list.items[index].length + 1;
    bytes = arena_alloc(arena, length + 1);
    if (!bytes)
        return error_memory(error, "a list");
    for (size_t index = 0; index < value->as.list.count; index++) {
        const struct text item = value->as.list.items[index];
        if (index > 0)
            bytes[at++] = '|';
        for (size_t i = 0; i < item.length; i++) {
            if (item.bytes[i] == '|' || is_escape(item, i) ||
                (item.bytes[i] == '\\' && i + 1 == item.length))
                bytes[at++] = '\\';
            bytes[at++] = item.bytes[i];
        }
    }
    *text = (struct text){bytes, at};
    return ERROR_NONE;
}

enum error_code codec_bind(struct sql *sql, struct sql_statement *statement, int index,
                           const struct value *value, struct arena *arena, struct error *error)
{
    struct text text = TEXT_ABSENT;
    bool bound = true;

    switch (value->kind) {
    case VALUE_NULL:
        bound = sql_bind_null(statement, index);
        break;
    case VALUE_BOOLEAN:
        bound = sql_bind_integer(statement, index, value->as.boolean);
        break;
    case VALUE_INTEGER:
        bound = sql_bind_integer(statement, index, value->as.integer);
        break;
    case VALUE_NUMBER:
        bound = sql_bind_number(statement, index, value->as.number);
        break;
    case VALUE_INSTANT:
        bound = sql_bind_integer(statement, index, value->as.at);
        break;
    case VALUE_TEXT:
        bound = sql_bind_text(statement, index, value->as.text);
        break;
    case VALUE_LIST:
        if (list_text(value, arena, &text, error))
            return error->code;
        bound = sql_bind_text(statement, index, text);
        break;
    case VALUE_REFERENCE:
        if (text_format(arena, &text, error, "%.*s:%.*s", TEXT_PRINT(value->as.reference.object),
                        TEXT_PRINT(value->as.reference.id)))
            return error->code;
        bound = sql_bind_text(statement, index, text);
        break;
    }
    return bound ? ERROR_NONE : sql_failed(sql, error, "take a value");
}
