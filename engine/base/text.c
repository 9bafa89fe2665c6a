/* text: views of UTF-8 bytes. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/arena.h"

static bool is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct text text_of(const char *string)
{
    return (struct text){string, string ? strlen(string) : 0};
}

int text_compare(struct text left, struct text right)
{
    const size_t shorter = left.length < right.length ? left.length : right.length;

    if (!left.bytes || !right.bytes)
        return !right.bytes - !left.bytes;
    const int order = memcmp(left.bytes, right.bytes, shorter);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (left.length > right.length) - (left.length < right.length);
}

static int compare_texts(const void *left, const void *right)
{
    return text_compare(*(const struct text *)left, *(const struct text *)right);
}

void text_sort(struct text *texts, size_t count)
{
    if (count > 0)
        qsort(texts, count, sizeof *texts, compare_texts);
}

struct text text_trim(struct text text)
{
    while (text.length > 0 && is_blank(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

bool text_starts_with(struct text text, struct text prefix)
{
    return text.bytes && prefix.bytes && text.length >= prefix.length &&
           memcmp(text.bytes, prefix.bytes, prefix.length) == 0;
}

bool text_cut(struct text text, char separator, struct text *before, struct text *after)
{
    const char *const at = text.length > 0 ? memchr(text.bytes, separator, text.length) : NULL;
    const size_t length = at ? (size_t)(at - text.bytes) : text.length;
    const size_t used = length + (at ? 1 : 0);
    *before = (struct text){text.bytes, length};
    *after = text.bytes ? (struct text){text.bytes + used, text.length - used} : TEXT("");
    return at != NULL;
}

bool text_is_visible_ascii(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] <= 0x20 || (unsigned char)text.bytes[i] >= 0x7f)
            return false;
    return true;
}

enum error_code text_copy(struct arena *arena, struct text text, struct text *copy,
                          struct error *error)
{
    *copy = TEXT_ABSENT;
    if (!text.bytes)
        return ERROR_NONE;
    const char *const bytes = arena_string(arena, text.bytes, text.length);
    if (!bytes)
        return error_memory(error, "text");
    *copy = (struct text){bytes, text.length};
    return ERROR_NONE;
}

enum error_code text_keep(struct arena *arena, struct error *error, struct text *first, ...)
{
    enum error_code code = ERROR_NONE;
    va_list others;

    va_start(others, first);
    for (struct text *text = first; text && !code; text = va_arg(others, struct text *))
        code = text_copy(arena, *text, text, error);
    va_end(others);
    return code;
}

enum error_code text_format(struct arena *arena, struct text *out, struct error *error,
                            const char *format, ...)
{
    va_list arguments;

    *out = TEXT_ABSENT;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return error_set(error, ERROR_INTERNAL, "cannot format a text with '%s'", format);
    char *const bytes = arena_alloc(arena, (size_t)length + 1);
    if (!bytes)
        return error_memory(error, "text");
    va_start(arguments, format);
    vsnprintf(bytes, (size_t)length + 1, format, arguments);
    va_end(arguments);
    *out = (struct text){bytes, (size_t)length};
    return ERROR_NONE;
}

/* Length of the well-formed character at the start, or 0. */
static size_t character_length(const unsigned char *bytes, size_t length)
{
    const unsigned char lead = bytes[0];
    const size_t need = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4 || length < need)
        return 0;
    /* The second byte tells overlong forms, surrogates and what is beyond U+10FFFF. */
    const unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (bytes[1] < lowest || bytes[1] > highest)
        return 0;
    for (size_t i = 2; i < need; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    return need;
}

bool text_is_utf8(struct text text)
{
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    size_t at = text_is_ascii(text) ? text.length : 0;

    while (at < text.length) {
        size_t step = character_length(bytes + at, text.length - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

size_t text_characters(struct text text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    return count;
}

uint64_t text_hash(struct text text)
{
    return XXH3_64bits(text.bytes ? text.bytes : "", text.length);
}

bool text_to_integer(struct text text, int64_t *integer)
{
    size_t at = 0;
    bool negative = false;
    int64_t sum = 0;

    if (text.length > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+')) {
        negative = text.bytes[0] == '-';
        at = 1;
    }
    if (at == text.length)
        return false;
    /* Summed up as negative numbers, whose range is larger by one. */
    for (; at < text.length; at++) {
        int digit = text.bytes[at] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(sum, (int64_t)10, &sum) ||
            __builtin_sub_overflow(sum, (int64_t)digit, &sum))
            return false;
    }
    if (!negative && sum == INT64_MIN)
        return false;
    *integer = negative ? sum : -sum;
    return true;
}

struct text text_digits(int64_t integer, char digits[TEXT_DIGITS])
{
    char *const end = digits + TEXT_DIGITS;
    char *at = end;
    uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (integer < 0)
        *--at = '-';
    return (struct text){at, (size_t)(end - at)};
}

enum error_code text_of_integer(struct arena *arena, int64_t integer, struct text *text,
                                struct error *error)
{
    char digits[TEXT_DIGITS];

    return text_copy(arena, text_digits(integer, digits), text, error);
}
