/* A reader of Lua that understands only texts, comments and braces. */
#include "script/configuration/lua_text.h"

#include <ctype.h>
#include <string.h>

/* ---- finding ---- */

/* Behind a long bracket ([[ ... ]], [=[ ... ]=]) that begins at `at`; `at` itself if none does. */
static size_t skip_long(struct text file, size_t at)
{
    size_t level = 0, place = at + 1;
    while (place < file.length && file.bytes[place] == '=') {
        level++;
        place++;
    }
    if (file.bytes[at] != '[' || place >= file.length || file.bytes[place] != '[')
        return at;
    for (; place < file.length; place++) {
        size_t count = 0;
        if (file.bytes[place] != ']')
            continue;
        while (place + 1 + count < file.length && file.bytes[place + 1 + count] == '=')
            count++;
        if (count == level && place + 1 + count < file.length &&
            file.bytes[place + 1 + count] == ']')
            return place + count + 2;
    }
    return file.length;
}

/* The position after a text or a comment that begins at `at`; `at` itself if neither does. */
static size_t skip_quiet(struct text file, size_t at)
{
    const char byte = file.bytes[at];
    size_t place = at + 1;
    if (byte == '"' || byte == '\'') {
        while (place < file.length && file.bytes[place] != byte)
            place += file.bytes[place] == '\\' ? 2 : 1;
        return place < file.length ? place + 1 : file.length;
    }
    if (byte == '[')
        return skip_long(file, at);
    if (byte != '-' || place >= file.length || file.bytes[place] != '-')
        return at;
    place++;
    if (place < file.length && file.bytes[place] == '[' && skip_long(file, place) > place)
        return skip_long(file, place);
    while (place < file.length && file.bytes[place] != '\n')
        place++;
    return place;
}

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* Is the whole word at `at`? */
static bool word_at(struct text file, size_t at, struct text word)
{
    return at + word.length <= file.length &&
           memcmp(file.bytes + at, word.bytes, word.length) == 0 &&
           (at == 0 || !is_word(file.bytes[at - 1])) &&
           (at + word.length == file.length || !is_word(file.bytes[at + word.length]));
}

static size_t skip_blanks(struct text file, size_t at)
{
    for (;;) {
        const size_t before = at;
        while (at < file.length && isspace((unsigned char)file.bytes[at]))
            at++;
        if (at < file.length && file.bytes[at] == '-')
            at = skip_quiet(file, at);
        if (at == before)
            return at;
    }
}

/* The position after the brace that closes the one at `at`; *has_code as for lua_text_find. */
static size_t skip_table(struct text file, size_t at, bool *has_code)
{
    size_t depth = 0;
    while (at < file.length) {
        const size_t after = skip_quiet(file, at);
        if (after > at) {
            at = after;
            continue;
        }
        *has_code |= word_at(file, at, TEXT("function")) || word_at(file, at, TEXT("env"));
        depth += file.bytes[at] == '{';
        depth -= file.bytes[at] == '}';
        at++;
        if (depth == 0)
            return at;
    }
    return 0;
}

/* The position after the key if it is at `at`, as NAME or ["NAME"]; else `at`. */
static size_t skip_key(struct text file, size_t at, struct text key)
{
    const bool quoted = file.bytes[at] == '[';
    const size_t begin = quoted ? skip_blanks(file, at + 1) : at;
    if (!quoted && word_at(file, at, key))
        return at + key.length;
    if (!quoted || begin >= file.length || (file.bytes[begin] != '"' && file.bytes[begin] != '\''))
        return at;
    const struct text inner = {file.bytes + begin + 1, file.length - begin - 1};
    if (inner.length < key.length + 2 || memcmp(inner.bytes, key.bytes, key.length) != 0 ||
        inner.bytes[key.length] != file.bytes[begin])
        return at;
    const size_t end = skip_blanks(file, begin + key.length + 2);
    return end < file.length && file.bytes[end] == ']' ? end + 1 : at;
}

bool lua_text_find(struct text file, struct text key, struct text *table, bool *has_code)
{
    size_t depth = 0;
    *has_code = false;
    for (size_t at = 0; at < file.length;) {
        const size_t named = depth == 1 ? skip_key(file, at, key) : at;
        if (named > at) {
            size_t begin = skip_blanks(file, named);
            begin = begin < file.length && file.bytes[begin] == '=' ? skip_blanks(file, begin + 1)
                                                                    : file.length;
            const size_t end = begin < file.length && file.bytes[begin] == '{'
                                   ? skip_table(file, begin, has_code)
                                   : 0;
            *table = (struct text){file.bytes + begin, end > begin ? end - begin : 0};
            return end > begin;
        }
        const size_t after = skip_quiet(file, at);
        if (after > at) {
            at = after;
            continue;
        }
        depth += file.bytes[at] == '{';
        depth -= file.bytes[at] == '}' && depth > 0;
        at++;
    }
    return false;
}

/* The position after the key where it is next given a value; the end: nowhere. */
static size_t find_assigned(struct text file, size_t at, struct text key)
{
    while (at < file.length) {
        const size_t after = skip_key(file, at, key), quiet = skip_quiet(file, at);
        const size_t sign = after > at ? skip_blanks(file, after) : file.length;
        if (sign < file.length && file.bytes[sign] == '=' &&
            !(sign + 1 < file.length && file.bytes[sign + 1] == '='))
            return after;
        at = quiet > at ? quiet : at + 1;
    }
    return file.length;
}

size_t lua_text_line(struct text file, const char *key)
{
    size_t at = 0, line = 0;
    while (*key != '\0' && *key != '.') {
        const struct text part = {key, strcspn(key, ".")};
        const size_t from = at;
        at = find_assigned(file, from, part);
        if (at == file.length)
            break;
        line += line == 0;
        for (size_t i = from; i < at; i++)
            line += file.bytes[i] == '\n';
        key += part.length + (key[part.length] == '.');
    }
    return line;
}

/* ---- writing ---- */

enum error_code lua_text_quote(struct buffer *out, const char *text, struct error *error)
{
    enum error_code code = buffer_append(out, "\"", 1, error);
    for (; !code && *text; text++) {
        const unsigned char byte = (unsigned char)*text;
        code = byte == '"' || byte == '\\' ? buffer_append_format(out, error, "\\%c", byte)
               : byte < 0x20               ? buffer_append_format(out, error, "\\%03u", byte)
                                           : buffer_append(out, text, 1, error);
    }
    return code ? code : buffer_append(out, "\"", 1, error);
}

enum error_code lua_text_key(struct buffer *out, const char *key, struct error *error)
{
    static const char *const reserved[] = {"and",   "break", "do",       "else", "elseif", "end",
                                           "false", "for",   "function", "goto", "if",     "in",
                                           "local", "nil",   "not",      "or",   "repeat", "return",
                                           "then",  "true",  "until",    "while"};
    bool plain = key[0] && !isdigit((unsigned char)key[0]);
    for (const char *byte = key; *byte; byte++)
        plain = plain && is_word(*byte);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        plain = plain && strcmp(key, reserved[i]) != 0;
    if (plain)
        return buffer_append_format(out, error, "%s", key);
    if (buffer_append(out, "[", 1, error) || lua_text_quote(out, key, error))
        return error->code;
    return buffer_append(out, "]", 1, error);
}
