/* value_fit: what a field of the internal side stores, or why it refuses (spec section 8). */
#include "model/value.h"

#include <math.h>

#include "model/value_text.h"

static enum error_code fit_text(struct arena *arena, const struct field_schema *field,
                                const struct value *value, struct value *stored,
                                enum field_verdict *verdict, struct error *error)
{
    struct text text = TEXT_ABSENT;

    if (value->kind == VALUE_REFERENCE)
        return ERROR_NONE;
    if (value->kind == VALUE_TEXT)
        text = value->as.text;
    else if (value_text_of(arena, value, &text, error))
        return error->code;
    /* A text of few bytes cannot have too many characters. */
    *verdict = field->limit > 0 && text.length > (size_t)field->limit &&
                       text_characters(text) > (size_t)field->limit
                   ? FIELD_TOO_LONG
                   : FIELD_FITS;
    *stored = value_text(field->type, text);
    return ERROR_NONE;
}

static void fit_number(const struct field_schema *field, const struct value *value,
                       struct value *stored, enum field_verdict *verdict)
{
    if (!value_type_is_number(value->type))
        return;
    if (field->type != VALUE_TYPE_INT) {
        stored->kind = VALUE_NUMBER;
        stored->as.number =
            value->kind == VALUE_INTEGER ? (double)value->as.integer : value->as.number;
        *verdict = FIELD_FITS;
    } else if (value->kind == VALUE_INTEGER) {
        stored->kind = VALUE_INTEGER;
        stored->as.integer = value->as.integer;
        *verdict = FIELD_FITS;
    } else if (value->as.number >= -0x1p63 && value->as.number < 0x1p63 &&
               trunc(value->as.number) == value->as.number) {
        stored->kind = VALUE_INTEGER;
        stored->as.integer = (int64_t)value->as.number;
        *verdict = FIELD_FITS;
    }
}

static enum error_code fit_list(struct arena *arena, const struct field_schema *field,
                                const struct value *value, struct value *stored,
                                enum field_verdict *verdict, struct error *error)
{
    struct text text = TEXT_ABSENT;

    if (value->kind == VALUE_REFERENCE)
        return ERROR_NONE;
    *verdict = FIELD_FITS;
    if (value->kind == VALUE_LIST) {
        *stored = *value;
        stored->type = field->type;
        return ERROR_NONE;
    }
    if (value_text_of(arena, value, &text, error))
        return error->code;
    if (text.length == 0)
        return ERROR_NONE;
    if (value_text_split(arena, text, &stored->as.list.items, &stored->as.list.count, error))
        return error->code;
    stored->kind = VALUE_LIST;
    return ERROR_NONE;
}

enum error_code value_fit(struct arena *arena, const struct field_schema *field,
                          const struct value *value, struct value *stored,
                          enum field_verdict *verdict, struct error *error)
{
    *stored = value_null(field->type);
    *verdict = FIELD_WRONG_TYPE;
    if (value->kind == VALUE_NULL) {
        *verdict = FIELD_FITS;
        return ERROR_NONE;
    }
    if (value_type_is_text(field->type))
        return fit_text(arena, field, value, stored, verdict, error);
    if (field->type == VALUE_TYPE_MULTISELECT)
        return fit_list(arena, field, value, stored, verdict, error);
    if (value_type_is_number(field->type)) {
        fit_number(field, value, stored, verdict);
    } else if (field->type == value->type && field->type != VALUE_TYPE_UNKNOWN) {
        *stored = *value;
        *verdict = FIELD_FITS;
    }
    return ERROR_NONE;
}

/* ---- Do not contact ---- */

enum { CONTACTABLE = 0, BOUNCED = 2, MANUAL = 3 };

static int reason_of_number(double number)
{
    return number == CONTACTABLE || number == 1 || number == BOUNCED ? (int)number : MANUAL;
}

static int reason_of_decimal(const struct value_decimal *decimal)
{
    if (decimal->fraction.length > 0 || decimal->whole.length > 1)
        return MANUAL;
    if (decimal->whole.length == 0)
        return CONTACTABLE;
    return decimal->negative ? MANUAL : reason_of_number(decimal->whole.bytes[0] - '0');
}

bool value_do_not_contact(const struct value *value, int *reason)
{
    struct value_decimal decimal;

    switch (value->kind) {
    case VALUE_BOOLEAN:
        *reason = value->as.boolean ? 1 : CONTACTABLE;
        return true;
    case VALUE_INTEGER:
        *reason = reason_of_number((double)value->as.integer);
        return true;
    case VALUE_NUMBER:
        *reason = reason_of_number(value->as.number);
        return true;
    case VALUE_TEXT:
        if (!value_type_is_text(value->type) || !value_text_decimal(value->as.text, &decimal))
            return false;
        *reason = reason_of_decimal(&decimal);
        return true;
    default:
        return false;
    }
}
