/* json_mend: one pass over the characters; only strings and numbers are looked into. */
#include "script/convert/json_mend.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"

struct mending {
    struct text json;
    size_t at;
    struct buffer *out;
    struct error *error;
};

static enum error_code put(struct mending *mending, const char *bytes, size_t length)
{
    return buffer_append_text(mending->out, (struct text){bytes, length}, mending->error);
}

static enum error_code copy(struct mending *mending, size_t length)
{
    const enum error_code code = put(mending, mending->json.bytes + mending->at, length);
    mending->at += length;
    return code;
}

static bool starts_with(const struct mending *mending, const char *word)
{
    const size_t length = strlen(word);
    return mending->json.length - mending->at >= length &&
           memcmp(mending->json.bytes + mending->at, word, length) == 0;
}

/* ---- strings ---- */

/* The code unit that is escaped at `at`; -1 if there is none. */
static long unit_at(const struct mending *mending, size_t at)
{
    char digits[5] = "";
    char *end = NULL;
    if (mending->json.length < at + 6 || mending->json.bytes[at] != '\\' ||
        mending->json.bytes[at + 1] != 'u')
        return -1;
    memcpy(digits, mending->json.bytes + at + 2, 4);
    const long unit = strtol(digits, &end, 16);
    return end == digits + 4 ? unit : -1;
}

/* Is the string that begins here the name of a member? Those have no NUL for the reader. */
static bool is_name(const struct mending *mending)
{
    const char *const bytes = mending->json.bytes;
    size_t at = mending->at + 1;
    while (at < mending->json.length && bytes[at] != '"')
        at += bytes[at] == '\\' ? 2 : 1;
    do
        at++;
    while (at < mending->json.length && memchr(" \t\r\n", bytes[at], 4));
    return at < mending->json.length && bytes[at] == ':';
}

static enum error_code mend_escape(struct mending *mending, bool name)
{
    enum { ESCAPE = 6, HIGH = 0xD800, LOW = 0xDC00, END = 0xE000 };
    const long unit = unit_at(mending, mending->at);
    const size_t left = mending->json.length - mending->at;
    const bool lost = name && unit == 0;
    if (!lost && (unit < HIGH || unit >= END))
        return copy(mending, left < 2 ? left : 2);
    const long next = unit_at(mending, mending->at + ESCAPE);
    if (!lost && unit < LOW && next >= LOW && next < END)
        return copy(mending, 2 * (size_t)ESCAPE);
    mending->at += ESCAPE;
    return put(mending, REPLACEMENT, strlen(REPLACEMENT));
}

/* Bytes of the UTF-8 character that begins here; 0: it is none. */
static size_t character_length(const struct mending *mending)
{
    const size_t left = mending->json.length - mending->at;
    for (size_t length = 1; length <= 4 && length <= left; length++) {
        if (text_is_utf8((struct text){mending->json.bytes + mending->at, length}))
            return length;
    }
    return 0;
}

static enum error_code mend_character(struct mending *mending, bool name)
{
    const unsigned char byte = (unsigned char)mending->json.bytes[mending->at];
    const size_t length = byte < 0x80 ? 1 : character_length(mending);
    if (byte >= 0x20 && length > 0)
        return copy(mending, length);
    mending->at++;
    if (byte < 0x20 && (byte > 0 || !name))
        return buffer_append_format(mending->out, mending->error, "\\u%04x", byte);
    return put(mending, REPLACEMENT, strlen(REPLACEMENT));
}

static enum error_code mend_string(struct mending *mending)
{
    const bool name = is_name(mending);
    enum error_code code = copy(mending, 1);
    while (!code && mending->at < mending->json.length) {
        const char byte = mending->json.bytes[mending->at];
        if (byte == '"')
            return copy(mending, 1);
        code = byte == '\\' ? mend_escape(mending, name) : mend_character(mending, name);
    }
    return code;
}

/* ---- numbers ---- */

static size_t number_length(const struct mending *mending)
{
    const char *const bytes = mending->json.bytes + mending->at;
    size_t length = 0;
    while (length < mending->json.length - mending->at &&
           (strchr("+-.eE", bytes[length]) ? bytes[length] != '\0'
                                           : bytes[length] >= '0' && bytes[length] <= '9'))
        length++;
    return length;
}

static enum error_code mend_number(struct mending *mending)
{
    enum { LONGEST = 400 };
    char number[LONGEST + 1] = "";
    const size_t length = number_length(mending);
    const char *const bytes = mending->json.bytes + mending->at;
    if (length > LONGEST)
        return copy(mending, length);
    memcpy(number, bytes, length);
    const bool whole = strcspn(number, ".eE") == length;
    errno = 0;
    if (whole) {
        (void)strtoll(number, NULL, 10);
        if (errno != ERANGE)
            return copy(mending, length);
        mending->at += length;
        return buffer_append_format(mending->out, mending->error, "\"%s\"", number);
    }
    if (isfinite(strtod(number, NULL)))
        return copy(mending, length);
    mending->at += length;
    return put(mending, "\"" REPLACEMENT "\"", strlen(REPLACEMENT) + 2);
}

/* Words that other languages write for values that are not numbers. */
static bool is_no_number(const struct mending *mending, size_t *length)
{
    static const char *const words[] = {"NaN", "-Infinity", "Infinity", "-NaN"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (starts_with(mending, words[i])) {
            *length = strlen(words[i]);
            return true;
        }
    }
    return false;
}

static enum error_code mend_token(struct mending *mending)
{
    const char byte = mending->json.bytes[mending->at];
    size_t length = 0;
    if (byte == '"')
        return mend_string(mending);
    if (is_no_number(mending, &length)) {
        mending->at += length;
        return put(mending, "\"" REPLACEMENT "\"", strlen(REPLACEMENT) + 2);
    }
    if (byte == '-' || (byte >= '0' && byte <= '9'))
        return mend_number(mending);
    return copy(mending, 1);
}

enum error_code json_mend(struct text json, struct buffer *mended, struct error *error)
{
    struct mending mending = {.json = json, .out = mended, .error = error};
    enum error_code code = ERROR_NONE;
    if (starts_with(&mending, "\xEF\xBB\xBF"))
        mending.at = 3;
    while (!code && mending.at < json.length)
        code = mend_token(&mending);
    return code;
}
