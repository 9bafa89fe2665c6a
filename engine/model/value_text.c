/* value_text: see the header. */
#include "model/value_text.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Numbers ---- */

/* sign, digit, point, 16 digits, exponent */
enum { SCIENTIFIC_SIZE = 32, PRECISION_MOST = 16 };

const char *value_text_number(double number, char out[VALUE_TEXT_NUMBER_SIZE])
{
    char scientific[SCIENTIFIC_SIZE];
    char digits[SCIENTIFIC_SIZE];
    const char *at = scientific;
    size_t count = 0;
    size_t length = 0;
    long exponent = 0;
    /* Every normal double has its shortest form among 15 (padded with zeros, which go), 16 or 17
     * digits; those next to zero have fewer. */
    int precision = fabs(number) < DBL_MIN ? 0 : DBL_DIG - 1;

    if (number == 0) {
        memcpy(out, "0", 2);
        return out;
    }
    for (; precision <= PRECISION_MOST; precision++) {
        snprintf(scientific, sizeof(scientific), "%.*e", precision, number);
        if (strtod(scientific, NULL) == number)
            break;
    }
    if (*at == '-')
        out[length++] = *at++;
    for (; *at && *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            digits[count++] = *at;
    exponent = *at ? strtol(at + 1, NULL, 10) : 0;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    if (exponent < 0) {
        out[length++] = '0';
        out[length++] = '.';
        memset(out + length, '0', (size_t)(-exponent - 1));
        length += (size_t)(-exponent - 1);
        memcpy(out + length, digits, count);
        length += count;
    } else {
        for (size_t i = 0; i < count || i <= (size_t)exponent; i++) {
            if (i == (size_t)exponent + 1)
                out[length++] = '.';
            out[length++] = i < count ? digits[i] : '0';
        }
    }
    out[length] = '\0';
    return out;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static struct text leading_digits(const char *at, const char *end)
{
    struct text digits = {at, 0};

    while (at < end && is_digit(*at)) {
        at++;
        digits.length++;
    }
    return digits;
}

bool value_text_decimal(struct text text, struct value_decimal *decimal)
{
    struct text trimmed = text_trim(text);
    const char *at = trimmed.bytes;
    const char *end = NULL;
    struct value_decimal found = {false, TEXT_ABSENT, {"", 0}};

    if (text_is_empty(trimmed))
        return false;
    end = at + trimmed.length;
    if (*at == '-' || *at == '+') {
        found.negative = *at == '-';
        at++;
    }
    found.whole = leading_digits(at, end);
    at += found.whole.length;
    if (found.whole.length == 0)
        return false;
    if (at < end && *at == '.') {
        found.fraction = leading_digits(at + 1, end);
        at += 1 + found.fraction.length;
        if (found.fraction.length == 0)
            return false;
    }
    if (at != end)
        return false;
    while (found.whole.length > 0 && found.whole.bytes[0] == '0') {
        found.whole.bytes++;
        found.whole.length--;
    }
    while (found.fraction.length > 0 && found.fraction.bytes[found.fraction.length - 1] == '0')
        found.fraction.length--;
    *decimal = found;
    return true;
}

/* ---- Lists ---- */

enum error_code value_text_split(struct arena *arena, struct text text, const struct text **items,
                                 size_t *count, struct error *error)
{
    size_t bars = 0;
    size_t start = 0;
    size_t made = 0;
    struct text *list = NULL;

    *items = NULL;
    *count = 0;
    for (size_t i = 0; i < text.length; i++)
        bars += text.bytes[i] == '|';
    list = ARENA_ARRAY(arena, bars + 1, struct text);
    if (!list)
        return error_memory(error, "list");
    for (size_t i = 0; i <= text.length; i++) {
        if (i == text.length || text.bytes[i] == '|') {
            list[made++] = (struct text){text.bytes + start, i - start};
            start = i + 1;
        }
    }
    *items = list;
    *count = made;
    return ERROR_NONE;
}

static enum error_code join(struct arena *arena, const struct value *value, struct text *text,
                            struct error *error)
{
    const struct text *items = value->as.list.items;
    size_t count = value->as.list.count;
    size_t length = 0;
    char *bytes = NULL;

    for (size_t i = 0; i < count; i++)
        length += items[i].length + 1;
    bytes = arena_alloc(arena, length + 1);
    if (!bytes)
        return error_memory(error, "list");
    length = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            bytes[length++] = '|';
        if (items[i].length > 0) {
            memcpy(bytes + length, items[i].bytes, items[i].length);
            length += items[i].length;
        }
    }
    *text = (struct text){bytes, length};
    return ERROR_NONE;
}

enum error_code value_text_of(struct arena *arena, const struct value *value, struct text *text,
                              struct error *error)
{
    char number[VALUE_TEXT_NUMBER_SIZE];
    char time[INSTANT_TEXT_SIZE];

    *text = TEXT_ABSENT;
    switch (value->kind) {
    case VALUE_NULL:
        return ERROR_NONE;
    case VALUE_BOOLEAN:
        *text = value->as.boolean ? TEXT("true") : TEXT("false");
        return ERROR_NONE;
    case VALUE_INTEGER:
        return text_format(arena, text, error, "%" PRId64, value->as.integer);
    case VALUE_NUMBER:
        return text_copy(arena, text_of(value_text_number(value->as.number, number)), text, error);
    case VALUE_TEXT:
        *text = value->as.text;
        return ERROR_NONE;
    case VALUE_INSTANT:
        return text_copy(arena, text_of(instant_format(value->as.at, time)), text, error);
    case VALUE_LIST:
        return join(arena, value, text, error);
    case VALUE_REFERENCE:
        return text_format(arena, text, error, "%.*s:%.*s", TEXT_PRINT(value->as.reference.object),
                           TEXT_PRINT(value->as.reference.id));
    }
    return ERROR_NONE;
}
