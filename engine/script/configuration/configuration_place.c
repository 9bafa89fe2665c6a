/* Finds a key in the text of a configuration by counting braces, without running it. */
#include "script/configuration/configuration_place.h"

#include <ctype.h>
#include <string.h>

static bool is_name_byte(char byte)
{
    return byte == '_' || isalnum((unsigned char)byte);
}

/* Is `part` at `at` a key that is assigned a value? */
static bool is_key(struct text source, size_t at, struct text part)
{
    size_t end = at + part.length;
    if (end > source.length || memcmp(source.bytes + at, part.bytes, part.length) != 0 ||
        (at > 0 && is_name_byte(source.bytes[at - 1])))
        return false;
    while (end < source.length && strchr("\"'] \t", source.bytes[end]) && source.bytes[end] != '\0')
        end++;
    return end < source.length && source.bytes[end] == '=' &&
           !(end + 1 < source.length && source.bytes[end + 1] == '=');
}

/* The position after the part, with its line in *line; SIZE_MAX if it is not there. */
static size_t find_part(struct text source, size_t from, struct text part, size_t *line)
{
    bool comment = false;
    size_t at_line = *line;
    for (size_t at = from; at < source.length; at++) {
        if (source.bytes[at] == '\n') {
            at_line++;
            comment = false;
        }
        if (source.bytes[at] == '-' && at + 1 < source.length && source.bytes[at + 1] == '-')
            comment = true;
        if (comment || !is_key(source, at, part))
            continue;
        *line = at_line;
        return at + part.length;
    }
    return SIZE_MAX;
}

size_t configuration_place(struct text source, const char *key)
{
    size_t at = 0, line = 1;
    bool found = false;
    while (*key != '\0') {
        const size_t length = strcspn(key, ".");
        const size_t next = find_part(source, at, (struct text){key, length}, &line);
        if (next == SIZE_MAX || length == 0)
            break;
        found = true;
        at = next;
        key += length + (key[length] == '.');
    }
    return found ? line : 0;
}
