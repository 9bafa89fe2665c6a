/* value: types, copies, equality, and how a value is shown. */
#include "model/value.h"

#include <string.h>

#include "model/value_text.h"

/* ---- Types ---- */

static const char *const type_names[VALUE_TYPE_COUNT] = {
#define X(constant, name) [constant] = name,
    VALUE_TYPES(X)
#undef X
};

const char *value_type_name(enum value_type type)
{
    return (size_t)type < VALUE_TYPE_COUNT ? type_names[type] : type_names[VALUE_TYPE_UNKNOWN];
}

enum value_type value_type_of_name(struct text name)
{
    for (size_t i = 0; i < VALUE_TYPE_COUNT; i++)
        if (text_equal(name, text_of(type_names[i])))
            return (enum value_type)i;
    return VALUE_TYPE_UNKNOWN;
}

/* ---- Copies ---- */

static enum error_code copy_list(struct arena *arena, const struct value *value, struct value *copy,
                                 struct error *error)
{
    const size_t count = value->as.list.count;
    struct text *items = ARENA_ARRAY(arena, count, struct text);

    if (!items)
        return error_memory(error, "list");
    for (size_t i = 0; i < count; i++)
        if (text_copy(arena, value->as.list.items[i], &items[i], error))
            return error->code;
    copy->as.list.items = items;
    return ERROR_NONE;
}

enum error_code value_copy(struct arena *arena, const struct value *value, struct value *copy,
                           struct error *error)
{
    struct value made = *value;
    enum error_code code = ERROR_NONE;

    if (value->kind == VALUE_TEXT)
        code = text_copy(arena, value->as.text, &made.as.text, error);
    else if (value->kind == VALUE_LIST)
        code = copy_list(arena, value, &made, error);
    else if (value->kind == VALUE_REFERENCE)
        code = text_keep(arena, error, &made.as.reference.object, &made.as.reference.id, NULL);
    *copy = code ? value_null(value->type) : made;
    return code;
}

static enum error_code copy_raw_list(struct arena *arena, const struct raw_value *raw,
                                     struct raw_value *copy, struct error *error)
{
    const size_t count = raw->as.list.count;
    struct raw_value *items = ARENA_ARRAY(arena, count, struct raw_value);

    if (!items)
        return error_memory(error, "list");
    for (size_t i = 0; i < count; i++)
        if (value_raw_copy(arena, &raw->as.list.items[i], &items[i], error))
            return error->code;
    copy->as.list.items = items;
    return ERROR_NONE;
}

enum error_code value_raw_copy(struct arena *arena, const struct raw_value *raw,
                               struct raw_value *copy, struct error *error)
{
    struct raw_value made = *raw;
    enum error_code code = ERROR_NONE;

    if (raw->kind == RAW_TEXT) { /* nearly all are */
        code = text_copy(arena, raw->as.text, &copy->as.text, error);
        copy->kind = code ? RAW_NULL : RAW_TEXT;
        return code;
    }
    if (raw->kind == RAW_LIST)
        code = copy_raw_list(arena, raw, &made, error);
    else if (raw->kind == RAW_OBJECT)
        code = text_keep(arena, error, &made.as.reference.object, &made.as.reference.id, NULL);
    *copy = code ? (struct raw_value){.kind = RAW_NULL} : made;
    return code;
}

/* ---- Equality ---- */

/* By value, exactly: 9007199254740993 is not 9007199254740992.0. */
static bool integer_equals_number(int64_t integer, double number)
{
    return number >= -0x1p63 && number < 0x1p63 && (double)(int64_t)number == number &&
           (int64_t)number == integer;
}

static bool numbers_equal(const struct value *left, const struct value *right)
{
    if (left->kind == VALUE_INTEGER && right->kind == VALUE_INTEGER)
        return left->as.integer == right->as.integer;
    if (left->kind == VALUE_NUMBER && right->kind == VALUE_NUMBER)
        return left->as.number == right->as.number;
    return left->kind == VALUE_INTEGER ? integer_equals_number(left->as.integer, right->as.number)
                                       : integer_equals_number(right->as.integer, left->as.number);
}

static bool lists_equal(const struct value *left, const struct value *right)
{
    if (left->as.list.count != right->as.list.count)
        return false;
    for (size_t i = 0; i < left->as.list.count; i++)
        if (!text_equal_composed(left->as.list.items[i], right->as.list.items[i]))
            return false;
    return true;
}

static bool same_family(enum value_type left, enum value_type right)
{
    return left == right || (value_type_is_text(left) && value_type_is_text(right)) ||
           (value_type_is_number(left) && value_type_is_number(right));
}

bool value_equal(const struct value *left, const struct value *right)
{
    if (value_is_empty(left) || value_is_empty(right))
        return value_is_empty(left) && value_is_empty(right);
    if (!same_family(left->type, right->type))
        return false;
    if (value_type_is_number(left->type))
        return numbers_equal(left, right);
    if (left->kind != right->kind)
        return false;
    switch (left->kind) {
    case VALUE_BOOLEAN:
        return left->as.boolean == right->as.boolean;
    case VALUE_TEXT:
        return text_equal_composed(left->as.text, right->as.text);
    case VALUE_INSTANT:
        return left->as.at == right->as.at;
    case VALUE_LIST:
        return lists_equal(left, right);
    case VALUE_REFERENCE:
        return text_equal(left->as.reference.object, right->as.reference.object) &&
               text_equal(left->as.reference.id, right->as.reference.id);
    default:
        return false;
    }
}

/* ---- Identifiers ---- */

enum error_code value_identifier_key(struct arena *arena, const struct value *value,
                                     enum value_type type, struct text *key, struct error *error)
{
    struct text text = TEXT_ABSENT, folded = TEXT_ABSENT;

    *key = TEXT_ABSENT;
    if (value_text_of(arena, value, &text, error) ||
        (type == VALUE_TYPE_EMAIL ? value_mail_address(arena, text, &folded, error)
                                  : text_fold(arena, text, &folded, error)))
        return error->code;
    /* Blanks alone are not an identifier. */
    if (!value_is_empty(value) && !text_is_empty(folded))
        *key = folded;
    return ERROR_NONE;
}

/* ---- For people ---- */

static const char ellipsis[] = "\xE2\x80\xA6";

/* At most `limit` characters, the ellipsis included. */
static enum error_code cut(struct arena *arena, struct text text, size_t limit, struct text *out,
                           struct error *error)
{
    size_t bytes = 0;
    size_t characters = 0;

    if (limit == 0 || text_characters(text) <= limit) {
        *out = text;
        return ERROR_NONE;
    }
    for (; bytes < text.length; bytes++) {
        bool starts = ((unsigned char)text.bytes[bytes] & 0xC0) != 0x80;
        if (starts && characters++ == limit - 1)
            break;
    }
    return text_format(arena, out, error, "%.*s%s", (int)bytes, text.bytes, ellipsis);
}

static enum error_code append_list(struct buffer *line, const struct value *value, size_t limit,
                                   struct error *error)
{
    for (size_t i = 0; i < value->as.list.count; i++) {
        if (buffer_append_text(line, i > 0 ? TEXT(", ") : TEXT("["), error) ||
            buffer_append_text(line, value->as.list.items[i], error))
            return error->code;
        /* A list of thousands need not be written out only to be cut. */
        if (limit > 0 && line->length > 4 * limit + 4)
            break;
    }
    return buffer_append_text(line, value->as.list.count > 0 ? TEXT("]") : TEXT("[]"), error);
}

static enum error_code format_list(struct arena *arena, const struct value *value, size_t limit,
                                   struct text *out, struct error *error)
{
    struct buffer line = BUFFER(SIZE_MAX / 2);
    enum error_code code = append_list(&line, value, limit, error);

    if (!code)
        code = text_copy(arena, buffer_text(&line), out, error);
    buffer_release(&line);
    return code;
}

enum error_code value_format(struct arena *arena, const struct value *value, size_t limit,
                             struct text *out, struct error *error)
{
    struct text whole = TEXT("null");
    enum error_code code = ERROR_NONE;

    *out = TEXT_ABSENT;
    if (value->kind == VALUE_LIST)
        code = format_list(arena, value, limit, &whole, error);
    else if (value->kind != VALUE_NULL)
        code = value_text_of(arena, value, &whole, error);
    return code ? code : cut(arena, whole, limit, out, error);
}
