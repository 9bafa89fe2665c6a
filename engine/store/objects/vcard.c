/* Reading and writing vCards line by line (RFC 2426, RFC 6350, and what 2.1 did otherwise). */
#include "store/objects/vcard.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MOST = 1 << 20, FOLD_AT = 75 };

/* ---- lines ---- */

void vcard_reader_init(struct vcard_reader *reader, FILE *in)
{
    *reader = (struct vcard_reader){.in = in};
}

void vcard_reader_release(struct vcard_reader *reader)
{
    free(reader->line);
    free(reader->next);
}

/* The next line unchanged, without its line end; NULL at the end of the file. */
static char *raw_line(struct vcard_reader *reader)
{
    const ssize_t length = getline(&reader->next, &reader->next_size, reader->in);
    if (length < 0)
        return NULL;
    size_t end = (size_t)length;
    while (end && (reader->next[end - 1] == '\n' || reader->next[end - 1] == '\r'))
        end--;
    reader->next[end] = '\0';
    return reader->next;
}

static bool append(struct vcard_reader *reader, const char *text)
{
    const size_t used = reader->line ? strlen(reader->line) : 0, more = strlen(text);
    if (used + more + 1 > LINE_MOST)
        return false;
    if (used + more + 1 > reader->size) {
        char *const grown = realloc(reader->line, 2 * (used + more + 1));
        if (!grown)
            return false;
        reader->line = grown;
        reader->size = 2 * (used + more + 1);
    }
    memcpy(reader->line + used, text, more + 1);
    return true;
}

/* Is the value quoted-printable and the line broken softly, with '=' at its end? */
static bool is_soft(const char *line)
{
    const char *const colon = strchr(line, ':');
    const size_t length = strlen(line);
    if (!colon || length == 0 || line[length - 1] != '=')
        return false;
    const char *const found = strcasestr(line, "QUOTED-PRINTABLE");
    return found && found < colon;
}

/* The next line with those that continue it, in reader->line; false: there is none. */
static bool whole_line(struct vcard_reader *reader, bool *too_long)
{
    if (!reader->has_next)
        reader->has_next = raw_line(reader) != NULL;
    if (!reader->has_next)
        return false;
    reader->number++;
    if (reader->line)
        *reader->line = '\0';
    *too_long = !append(reader, reader->next);
    while (!*too_long) {
        reader->has_next = raw_line(reader) != NULL;
        if (!reader->has_next)
            break;
        const bool soft = is_soft(reader->line);
        const bool folded = *reader->next == ' ' || *reader->next == '\t';
        if (!soft && !folded)
            break;
        reader->number++;
        if (soft)
            reader->line[strlen(reader->line) - 1] = '\0';
        *too_long = !append(reader, soft ? reader->next : reader->next + 1);
    }
    return true;
}

/* ---- values ---- */

static int hex_digit(char digit)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *const found =
        digit ? strchr(digits, digit >= 'a' && digit <= 'f' ? digit - 'a' + 'A' : digit) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* In place; returns the new length. Anything that is not an escape stays. */
static size_t decode_quoted(char *text, size_t length)
{
    size_t out = 0;
    for (size_t i = 0; i < length; i++) {
        const int high = i + 2 < length ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        const bool escape = text[i] == '=' && i + 2 < length && high >= 0 && low >= 0;
        text[out++] = escape ? (char)(high * 16 + low) : text[i];
        i += escape ? 2 : 0;
    }
    return out;
}

/* ISO-8859-1 as UTF-8. */
static enum error_code from_latin(struct text *value, struct arena *arena, struct error *error)
{
    char *const wide = arena_alloc(arena, 2 * value->length + 1);
    size_t out = 0;
    if (!wide)
        return error_memory(error, "a vCard");
    for (size_t i = 0; i < value->length; i++) {
        const unsigned char byte = (unsigned char)value->bytes[i];
        if (byte >= 0x80)
            wide[out++] = (char)(0xC0 | byte >> 6);
        wide[out++] = (char)(byte >= 0x80 ? 0x80 | (byte & 0x3F) : byte);
    }
    *value = (struct text){wide, out};
    return ERROR_NONE;
}

static enum error_code decode(struct vcard_property *property, struct arena *arena,
                              struct error *error)
{
    char *const value = arena_string(arena, property->value.bytes, property->value.length);
    if (!value)
        return error_memory(error, "a vCard");
    property->value.bytes = value;
    if (property->parameters.length &&
        memmem(property->parameters.bytes, property->parameters.length, "QUOTED-PRINTABLE", 16))
        property->value.length = decode_quoted(value, property->value.length);
    return text_is_utf8(property->value) ? ERROR_NONE : from_latin(&property->value, arena, error);
}

static void upper(char *text)
{
    for (; *text; text++) {
        if (*text >= 'a' && *text <= 'z')
            *text = (char)(*text - 'a' + 'A');
    }
}

/* The colon that ends name and parameters: none within quotes. */
static const char *end_of_name(const char *line)
{
    bool quoted = false;
    for (; *line; line++) {
        if (*line == '"')
            quoted = !quoted;
        else if (*line == ':' && !quoted)
            return line;
    }
    return NULL;
}

/* "item1.EMAIL;TYPE=work:kim@example.com"; false: it is no property. */
static bool split(const char *line, struct arena *arena, struct vcard_property *property)
{
    const char *const colon = end_of_name(line);
    if (!colon)
        return false;
    const char *name = line;
    const size_t length = strcspn(line, ";:");
    const char *const dot = memchr(line, '.', length);
    if (dot)
        name = dot + 1;
    const size_t named = length - (size_t)(name - line);
    char *const parameters = arena_string(arena, line + length, (size_t)(colon - line) - length);
    if (!named || named >= sizeof property->name || !parameters)
        return false;
    memcpy(property->name, name, named);
    property->name[named] = '\0';
    upper(property->name);
    upper(parameters);
    property->parameters = text_of(parameters);
    property->value = text_of(colon + 1);
    return true;
}

enum error_code vcard_read(struct vcard_reader *reader, struct arena *arena,
                           struct vcard_property *property, bool *there, struct error *error)
{
    bool too_long = false;
    *there = false;
    while (!*there && whole_line(reader, &too_long)) {
        if (too_long)
            return error_set(error, ERROR_INVALID, "a line is longer than a mebibyte");
        *there = split(reader->line, arena, property);
    }
    return *there ? decode(property, arena, error) : ERROR_NONE;
}

enum error_code vcard_component(struct text value, size_t index, struct arena *arena,
                                struct text *component, struct error *error)
{
    char *const out = arena_alloc(arena, value.length + 1);
    size_t length = 0;
    *component = TEXT_ABSENT;
    if (!out)
        return error_memory(error, "a vCard");
    for (size_t i = 0, at = 0; i < value.length && at <= index; i++) {
        const char letter = value.bytes[i];
        const char after = i + 1 < value.length ? value.bytes[i + 1] : '\0';
        if (letter == ';') {
            at++;
            continue;
        }
        const bool escape = letter == '\\' && after && strchr("\\,;:nN", after);
        i += escape;
        if (at == index)
            out[length++] = !escape ? letter : after == 'n' || after == 'N' ? '\n' : after;
    }
    if (length)
        *component = text_trim((struct text){out, length});
    return ERROR_NONE;
}

/* ---- writing ---- */

/* One byte, on a new line if the old one is full; a character is never cut. */
static void put_folded(FILE *out, char byte, size_t *column)
{
    if (*column >= FOLD_AT && ((unsigned char)byte & 0xC0) != 0x80) {
        fputs("\r\n ", out);
        *column = 1;
    }
    putc(byte, out);
    ++*column;
}

void vcard_write(FILE *out, const char *name, const struct text *texts, size_t count)
{
    size_t column = strlen(name) + 1, filled = 0;
    for (size_t i = 0; i < count; i++)
        filled += texts[i].length;
    if (!filled)
        return;
    fprintf(out, "%s:", name);
    for (size_t i = 0; i < count; i++) {
        if (i)
            put_folded(out, ';', &column);
        for (size_t j = 0; j < texts[i].length; j++) {
            const char byte = texts[i].bytes[j];
            if (byte == '\r' || byte == '\0')
                continue;
            if (strchr("\\,;\n", byte))
                put_folded(out, '\\', &column);
            put_folded(out, byte == '\n' ? 'n' : byte, &column);
        }
    }
    fputs("\r\n", out);
}
