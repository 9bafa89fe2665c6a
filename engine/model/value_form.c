/* value_form: texts by their letters, numbers by what rounding leaves, datetimes by their minute.
 */
#include "model/value_form.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text_entities.h"

enum { CUT_LEAST = 10, NUMBER_SIZE = 32, DIGITS_MOST = 17 };
enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 60 * MINUTE_MS };

/* ---- texts ---- */

static bool either_is(const struct value *left, const struct value *right, enum value_type type)
{
    return left->type == type || right->type == type;
}

/* The digits, without the "+", "00" or "0" in front. */
static struct text phone_digits(struct text text, char *out)
{
    size_t count = 0;

    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] >= '0' && text.bytes[i] <= '9')
            out[count++] = text.bytes[i];
    for (unsigned zeros = 0; zeros < 2 && count > 0 && out[0] == '0'; zeros++) {
        memmove(out, out + 1, count - 1);
        count--;
    }
    return (struct text){out, count};
}

static enum error_code equal_phones(struct arena *arena, struct text sent, struct text reported,
                                    bool *equal, struct error *error)
{
    char *left = arena_alloc(arena, sent.length + 1);
    char *right = arena_alloc(arena, reported.length + 1);

    if (!left || !right)
        return error_memory(error, "a phone number");
    const struct text ours = phone_digits(sent, left);
    *equal = ours.length > 0 && text_equal(ours, phone_digits(reported, right));
    return ERROR_NONE;
}

static struct text without_prefix(struct text text, struct text prefix)
{
    if (!text_starts_with(text, prefix))
        return text;
    return (struct text){text.bytes + prefix.length, text.length - prefix.length};
}

/* Without scheme, "www." and slashes at the end; `text` is folded. */
static struct text bare_url(struct text text)
{
    struct text bare = text;
    size_t scheme = 0;

    while (scheme + 3 <= text.length && memcmp(text.bytes + scheme, "://", 3) != 0)
        scheme++;
    if (scheme + 3 <= text.length)
        bare = (struct text){text.bytes + scheme + 3, text.length - scheme - 3};
    bare = without_prefix(bare, TEXT("www."));
    while (bare.length > 0 && bare.bytes[bare.length - 1] == '/')
        bare.length--;
    return bare;
}

static enum error_code plain_of(struct arena *arena, struct text text, struct text *plain,
                                struct error *error)
{
    struct text decoded = TEXT_ABSENT;

    if (text_decode_entities(arena, text, &decoded, error))
        return error->code;
    return text_plain(arena, decoded, plain, error);
}

static enum error_code is_form_of_text(struct arena *arena, const struct value *sent,
                                       const struct value *reported, bool *form,
                                       struct error *error)
{
    struct text ours = TEXT_ABSENT, theirs = TEXT_ABSENT;

    if (plain_of(arena, sent->as.text, &ours, error) ||
        plain_of(arena, reported->as.text, &theirs, error))
        return error->code;
    *form = text_equal(ours, theirs) ||
            (text_starts_with(ours, theirs) && text_characters(theirs) >= CUT_LEAST);
    if (*form)
        return ERROR_NONE;
    if (either_is(sent, reported, VALUE_TYPE_PHONE) &&
        equal_phones(arena, ours, theirs, form, error))
        return error->code;
    if (!*form && either_is(sent, reported, VALUE_TYPE_URL))
        *form = text_equal(bare_url(ours), bare_url(theirs)) && bare_url(ours).length > 0;
    return ERROR_NONE;
}

/* ---- numbers ---- */

/* Digits after the point of the shortest text that reads as this very number. */
static int decimals_of(double number)
{
    char text[NUMBER_SIZE];
    int precision = 0;
    const char *exponent = NULL;

    do {
        snprintf(text, sizeof text, "%.*e", precision, number);
    } while (precision++ < DIGITS_MOST && strtod(text, NULL) != number);
    exponent = strchr(text, 'e');
    const long decimals = precision - 1 - (exponent ? strtol(exponent + 1, NULL, 10) : 0);
    return decimals > 0 ? (int)decimals : 0;
}

static double number_of(const struct value *value)
{
    return value->kind == VALUE_INTEGER ? (double)value->as.integer : value->as.number;
}

/* The difference is at most half a unit of the last decimal of the one with fewer. */
static bool is_rounded(double left, double right)
{
    const int decimals_left = decimals_of(left), decimals_right = decimals_of(right);
    const int fewer = decimals_left < decimals_right ? decimals_left : decimals_right;
    const double half = 0.5 * pow(10, -fewer);

    return fabs(left - right) <= half * (1 + 1e-9);
}

static bool is_number_kind(const struct value *value)
{
    return value->kind == VALUE_INTEGER || value->kind == VALUE_NUMBER;
}

static bool same_numbers(const struct value *sent, const struct value *reported)
{
    if (sent->kind == VALUE_INTEGER && reported->kind == VALUE_INTEGER)
        return sent->as.integer == reported->as.integer;
    return is_rounded(number_of(sent), number_of(reported));
}

/* A text as a number: sign, digits, perhaps a point and digits. */
static enum error_code is_number_as_text(struct arena *arena, const struct value *number,
                                         struct text text, bool *same, struct error *error)
{
    const struct raw_value raw = {.kind = RAW_TEXT, .as.text = text};
    struct value read = value_null(VALUE_TYPE_DOUBLE);
    bool readable = false;

    if (value_normalize(arena, &raw, VALUE_TYPE_DOUBLE, &read, &readable, error))
        return error->code;
    *same = readable && is_number_kind(&read) && number_of(&read) == number_of(number);
    return ERROR_NONE;
}

/* ---- dates and lists ---- */

static int64_t floor_to(instant at, int64_t unit)
{
    return at >= 0 ? at / unit : -((-at + unit - 1) / unit);
}

/* A datetime, or a date as the midnight that begins it. */
static bool day_or_moment(const struct value *value, instant *at)
{
    if (value->kind == VALUE_INSTANT) {
        *at = value->as.at;
        return true;
    }
    return value->type == VALUE_TYPE_DATE && value->kind == VALUE_TEXT &&
           instant_read(value->as.text, at);
}

/* Cut to the minute; or theirs is cut to the day. */
static bool is_cut_moment(const struct value *sent, const struct value *reported)
{
    instant ours = 0, theirs = 0;

    if (!day_or_moment(sent, &ours) || !day_or_moment(reported, &theirs))
        return false;
    if (floor_to(ours, MINUTE_MS) == floor_to(theirs, MINUTE_MS))
        return true;
    return floor_to(ours, DAY_MS) == floor_to(theirs, DAY_MS) && theirs % DAY_MS == 0;
}

static bool list_within(const struct value *list, const struct value *other)
{
    for (size_t i = 0; i < list->as.list.count; i++)
        if (!text_is_among(list->as.list.items[i], other->as.list.items, other->as.list.count))
            return false;
    return true;
}

static bool is_of_text_type(const struct value *value)
{
    return value->kind == VALUE_TEXT && value_type_is_text(value->type);
}

enum error_code value_is_form(struct arena *arena, const struct value *sent,
                              const struct value *reported, bool *form, struct error *error)
{
    *form = value_equal(sent, reported);
    if (*form || value_is_empty(sent) || value_is_empty(reported))
        return ERROR_NONE;
    if (is_of_text_type(sent) && is_of_text_type(reported))
        return is_form_of_text(arena, sent, reported, form, error);
    if (is_number_kind(sent) && is_number_kind(reported))
        *form = same_numbers(sent, reported);
    else if (is_number_kind(sent) && is_of_text_type(reported))
        return is_number_as_text(arena, sent, reported->as.text, form, error);
    else if (is_of_text_type(sent) && is_number_kind(reported))
        return is_number_as_text(arena, reported, sent->as.text, form, error);
    else if (sent->kind == VALUE_LIST && reported->kind == VALUE_LIST)
        *form = list_within(sent, reported) && list_within(reported, sent);
    else
        *form = is_cut_moment(sent, reported);
    return ERROR_NONE;
}
