/*
 * value_normalize: raw values to normalized ones (decisions 3 to 12).
 *
 * One function per type family. Each returns ERROR_NONE with *readable left false for what cannot
 * be read; nothing is guessed.
 */
#include "model/value.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/value_text.h"

/* Longer decimals than this are converted in the arena. */
enum { SHORT_NUMBER = 64 };

struct job {
    struct arena *arena;
    const struct raw_value *raw;
    struct value *value;
    bool *readable;
    struct error *error;
};

static enum error_code found_null(const struct job *job)
{
    *job->readable = true;
    return ERROR_NONE;
}

static bool is_blank_text(const struct raw_value *raw)
{
    return raw->kind == RAW_TEXT && text_is_empty(text_trim(raw->as.text));
}

/* ---- Boolean ---- */

static bool is_word(struct text text, const char *word)
{
    if (text.length != strlen(word))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if ((byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte) != word[i])
            return false;
    }
    return true;
}

static enum error_code normalize_boolean(const struct job *job)
{
    static const char *const words[][2] = {
        {"false", "true"}, {"0", "1"}, {"no", "yes"}, {"off", "on"}};
    const struct raw_value *raw = job->raw;
    struct text text = TEXT_ABSENT;
    int answer = -1;

    if (raw->kind == RAW_BOOLEAN) {
        answer = raw->as.boolean;
    } else if (raw->kind == RAW_INTEGER && (raw->as.integer == 0 || raw->as.integer == 1)) {
        answer = raw->as.integer == 1;
    } else if (raw->kind == RAW_NUMBER && (raw->as.number == 0 || raw->as.number == 1)) {
        answer = raw->as.number == 1;
    } else if (raw->kind == RAW_TEXT) {
        text = text_trim(raw->as.text);
        for (size_t i = 0; i < 2 * sizeof(words) / sizeof(words[0]); i++)
            if (is_word(text, words[i / 2][i % 2]))
                answer = (int)(i % 2);
    }
    if (answer >= 0) {
        *job->readable = true;
        job->value->kind = VALUE_BOOLEAN;
        job->value->as.boolean = answer == 1;
    }
    return ERROR_NONE;
}

/* ---- Numbers ---- */

static enum error_code found_integer(const struct job *job, int64_t integer)
{
    *job->readable = true;
    job->value->kind = VALUE_INTEGER;
    job->value->as.integer = integer;
    return ERROR_NONE;
}

static enum error_code found_number(const struct job *job, double number)
{
    if (isfinite(number)) {
        *job->readable = true;
        job->value->kind = VALUE_NUMBER;
        job->value->as.number = number == 0 ? 0 : number; /* no -0 */
    }
    return ERROR_NONE;
}

static enum error_code normalize_int(const struct job *job)
{
    const struct raw_value *raw = job->raw;
    struct value_decimal decimal;
    uint64_t amount = 0;

    if (raw->kind == RAW_INTEGER)
        return found_integer(job, raw->as.integer);
    if (raw->kind == RAW_NUMBER && raw->as.number >= -0x1p63 && raw->as.number < 0x1p63 &&
        trunc(raw->as.number) == raw->as.number)
        return found_integer(job, (int64_t)raw->as.number);
    if (raw->kind != RAW_TEXT || !value_text_decimal(raw->as.text, &decimal) ||
        decimal.fraction.length > 0)
        return ERROR_NONE;
    for (size_t i = 0; i < decimal.whole.length; i++)
        if (__builtin_mul_overflow(amount, (uint64_t)10, &amount) ||
            __builtin_add_overflow(amount, (uint64_t)(decimal.whole.bytes[i] - '0'), &amount))
            return ERROR_NONE;
    if (amount <= (uint64_t)INT64_MAX)
        return found_integer(job, decimal.negative ? -(int64_t)amount : (int64_t)amount);
    if (decimal.negative && amount == (uint64_t)INT64_MAX + 1)
        return found_integer(job, INT64_MIN);
    return ERROR_NONE;
}

static enum error_code normalize_number(const struct job *job)
{
    const struct raw_value *raw = job->raw;
    struct value_decimal decimal;
    struct text trimmed = TEXT_ABSENT;
    char small[SHORT_NUMBER];
    char *digits = small;

    if (raw->kind == RAW_INTEGER)
        return found_number(job, (double)raw->as.integer);
    if (raw->kind == RAW_NUMBER)
        return found_number(job, raw->as.number);
    if (raw->kind != RAW_TEXT || !value_text_decimal(raw->as.text, &decimal))
        return ERROR_NONE;
    /* strtod wants a NUL; what it may read is known to be a plain decimal. */
    trimmed = text_trim(raw->as.text);
    if (trimmed.length >= sizeof(small)) {
        digits = arena_alloc(job->arena, trimmed.length + 1);
        if (!digits)
            return error_memory(job->error, "number");
    }
    memcpy(digits, trimmed.bytes, trimmed.length);
    digits[trimmed.length] = '\0';
    return found_number(job, strtod(digits, NULL));
}

/* ---- Dates and times ---- */

static enum error_code found_text(const struct job *job, struct text text)
{
    *job->readable = true;
    job->value->kind = VALUE_TEXT;
    job->value->as.text = text;
    return ERROR_NONE;
}

/* The instant that the raw value means, and the day as it is written there. */
static bool instant_of_raw(const struct raw_value *raw, instant *at, struct calendar_date *written)
{
    if (raw->kind == RAW_TEXT && instant_parse(raw->as.text, at, written))
        return true;
    if ((raw->kind == RAW_TEXT && instant_read(raw->as.text, at)) ||
        (raw->kind == RAW_INTEGER && instant_from_epoch((double)raw->as.integer, at)) ||
        (raw->kind == RAW_NUMBER && instant_from_epoch(raw->as.number, at))) {
        *written = instant_date_of(*at);
        return true;
    }
    return false;
}

static enum error_code normalize_date(const struct job *job)
{
    instant at = 0;
    struct calendar_date date = {0, 0, 0};
    struct text text = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;

    if (!instant_of_raw(job->raw, &at, &date))
        return ERROR_NONE;
    if (job->raw->kind == RAW_TEXT) {
        struct text trimmed = text_trim(job->raw->as.text);
        /* A written date begins with ten bytes; an epoch number has no dash there. */
        if (trimmed.length >= 10 && trimmed.bytes[4] == '-')
            return found_text(job, (struct text){trimmed.bytes, 10});
    }
    code = text_format(job->arena, &text, job->error, "%04d-%02d-%02d", date.year, date.month,
                       date.day);
    return code ? code : found_text(job, text);
}

static enum error_code normalize_datetime(const struct job *job)
{
    instant at = 0;
    struct calendar_date date = {0, 0, 0};

    if (instant_of_raw(job->raw, &at, &date)) {
        *job->readable = true;
        job->value->kind = VALUE_INSTANT;
        job->value->as.at = at;
    }
    return ERROR_NONE;
}

/* Two digits at `at`, at most `highest`. */
static bool two_digits(const char *at, int highest)
{
    bool digits = at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9';

    return digits && (at[0] - '0') * 10 + at[1] - '0' <= highest;
}

static enum error_code normalize_time(const struct job *job)
{
    struct text trimmed = TEXT_ABSENT;
    struct text text = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;

    if (job->raw->kind != RAW_TEXT)
        return ERROR_NONE;
    trimmed = text_trim(job->raw->as.text);
    if ((trimmed.length != 5 && trimmed.length != 8) || !two_digits(trimmed.bytes, 23) ||
        trimmed.bytes[2] != ':' || !two_digits(trimmed.bytes + 3, 59))
        return ERROR_NONE;
    if (trimmed.length == 8) {
        bool whole = trimmed.bytes[5] == ':' && two_digits(trimmed.bytes + 6, 59);
        return whole ? found_text(job, trimmed) : ERROR_NONE;
    }
    code = text_format(job->arena, &text, job->error, "%.*s:00", TEXT_PRINT(trimmed));
    return code ? code : found_text(job, text);
}

/* ---- Texts, lists, references ---- */

/* A scalar as text (decision 9); absent for anything else. */
static enum error_code scalar_text(struct arena *arena, const struct raw_value *raw,
                                   struct text *text, struct error *error)
{
    char number[VALUE_TEXT_NUMBER_SIZE];

    *text = TEXT_ABSENT;
    switch (raw->kind) {
    case RAW_TEXT:
        *text = raw->as.text;
        return ERROR_NONE;
    case RAW_BOOLEAN:
        *text = raw->as.boolean ? TEXT("true") : TEXT("false");
        return ERROR_NONE;
    case RAW_INTEGER:
        return text_format(arena, text, error, "%" PRId64, raw->as.integer);
    case RAW_NUMBER:
        if (!isfinite(raw->as.number))
            return ERROR_NONE;
        return text_copy(arena, text_of(value_text_number(raw->as.number, number)), text, error);
    default:
        return ERROR_NONE;
    }
}

static enum error_code normalize_text(const struct job *job)
{
    struct text text = TEXT_ABSENT;
    enum error_code code = scalar_text(job->arena, job->raw, &text, job->error);

    if (code || text_is_absent(text))
        return code;
    return found_text(job, text);
}

static enum error_code normalize_list(const struct job *job)
{
    const struct raw_value *raw = job->raw;
    struct text *items = NULL;
    enum error_code code = ERROR_NONE;

    if (raw->kind == RAW_TEXT) {
        code = value_text_split(job->arena, raw->as.text, &job->value->as.list.items,
                                &job->value->as.list.count, job->error);
        if (!code) {
            *job->readable = true;
            job->value->kind = VALUE_LIST;
        }
        return code;
    }
    if (raw->kind != RAW_LIST)
        return ERROR_NONE;
    items = ARENA_ARRAY(job->arena, raw->as.list.count, struct text);
    if (!items)
        return error_memory(job->error, "list");
    for (size_t i = 0; i < raw->as.list.count; i++) {
        code = scalar_text(job->arena, &raw->as.list.items[i], &items[i], job->error);
        if (code || text_is_absent(items[i]))
            return code;
    }
    *job->readable = true;
    job->value->kind = VALUE_LIST;
    job->value->as.list.items = items;
    job->value->as.list.count = raw->as.list.count;
    return ERROR_NONE;
}

static enum error_code normalize_reference(const struct job *job)
{
    const struct raw_value *raw = job->raw;

    if (raw->kind == RAW_OBJECT && !text_is_absent(raw->as.reference.object) &&
        !text_is_absent(raw->as.reference.id)) {
        *job->readable = true;
        job->value->kind = VALUE_REFERENCE;
        job->value->as.reference.object = raw->as.reference.object;
        job->value->as.reference.id = raw->as.reference.id;
    }
    return ERROR_NONE;
}

/* ---- All ---- */

/* Blanks are null for these; any other type is a text. */
static enum error_code (*const readers[VALUE_TYPE_COUNT])(const struct job *job) = {
    [VALUE_TYPE_BOOLEAN] = normalize_boolean, [VALUE_TYPE_INT] = normalize_int,
    [VALUE_TYPE_FLOAT] = normalize_number,    [VALUE_TYPE_DOUBLE] = normalize_number,
    [VALUE_TYPE_DATE] = normalize_date,       [VALUE_TYPE_DATETIME] = normalize_datetime,
    [VALUE_TYPE_TIME] = normalize_time,
};

static enum error_code normalize(const struct job *job, enum value_type type)
{
    if (type == VALUE_TYPE_MULTISELECT || type == VALUE_TYPE_REFERENCE) {
        /* Blanks may be an option's text, but are not an id: only the empty text is null. */
        if (job->raw->kind == RAW_TEXT && job->raw->as.text.length == 0)
            return found_null(job);
        return type == VALUE_TYPE_REFERENCE ? normalize_reference(job) : normalize_list(job);
    }
    if (!readers[type])
        return normalize_text(job);
    return is_blank_text(job->raw) ? found_null(job) : readers[type](job);
}

enum error_code value_normalize(struct arena *arena, const struct raw_value *raw,
                                enum value_type type, struct value *value, bool *readable,
                                struct error *error)
{
    const struct job job = {arena, raw, value, readable, error};
    enum error_code code = ERROR_NONE;

    if (raw->kind == RAW_TEXT && value_type_is_text(type) && raw->as.text.bytes) {
        *value = value_text(type, raw->as.text); /* nearly all are */
        *readable = true;
        return ERROR_NONE;
    }
    *value = value_null(type);
    *readable = false;
    if (type == VALUE_TYPE_UNKNOWN || (size_t)type >= VALUE_TYPE_COUNT)
        return ERROR_NONE;
    if (raw->kind == RAW_NULL) {
        *readable = true;
        return ERROR_NONE;
    }
    code = normalize(&job, type);
    if (code || !*readable) {
        *value = value_null(type);
        *readable = false;
    }
    return code;
}
