/* text_fold: when people read two texts as the same. Normalization and case folding by utf8proc. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"

/* ---- Characters ---- */

static utf8proc_ssize_t map(struct text text, utf8proc_option_t options, utf8proc_uint8_t **mapped)
{
    return utf8proc_map((const utf8proc_uint8_t *)text.bytes, (utf8proc_ssize_t)text.length, mapped,
                        UTF8PROC_COMPOSE | UTF8PROC_STABLE | options);
}

static bool is_blank(utf8proc_int32_t character)
{
    const utf8proc_category_t category = utf8proc_category(character);
    return (character >= 0x09 && character <= 0x0d) || character == 0x85 ||
           category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

/* Zero-width characters, soft hyphens, marks of direction, variation selectors, fillers, byte order
 * marks: what Unicode says may be ignored. */
static bool is_invisible(utf8proc_int32_t character)
{
    return utf8proc_category(character) == UTF8PROC_CATEGORY_CF ||
           utf8proc_get_property(character)->ignorable;
}

/* The character that begins at `at`, and how many bytes it has; the text is UTF-8. */
static size_t read_character(struct text text, size_t at, utf8proc_int32_t *character)
{
    const utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at,
                                                   (utf8proc_ssize_t)(text.length - at), character);

    return step < 1 ? text.length - at : (size_t)step;
}

/* ---- Invisible characters ---- */

/* Without blanks and invisible characters at its ends. */
static struct text trim_unseen(struct text text)
{
    size_t first = text.length, end = text.length;

    for (size_t at = 0; at < text.length;) {
        utf8proc_int32_t character = 0;
        const size_t step = read_character(text, at, &character);
        if (!is_blank(character) && !is_invisible(character)) {
            first = first == text.length ? at : first;
            end = at + step;
        }
        at += step;
    }
    return first == text.length ? (struct text){text.bytes, 0}
                                : (struct text){text.bytes + first, end - first};
}

/* The dotted I of Turkish as an i: those who write in capitals mean that, and case folding leaves
 * its dot behind. In place. */
static void undot(struct text *text, char *bytes)
{
    static const char dotted[] = "\xC4\xB0";
    size_t written = 0;

    for (size_t at = 0; at < text->length; at++) {
        const bool found = at + 1 < text->length && memcmp(text->bytes + at, dotted, 2) == 0;
        bytes[written++] = found ? 'i' : text->bytes[at];
        at += found;
    }
    *text = (struct text){bytes, written};
}

static bool has_controls(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] < ' ' || text.bytes[i] == 0x7f)
            return true;
    return false;
}

enum error_code text_visible(struct arena *arena, struct text text, struct text *visible,
                             struct error *error)
{
    utf8proc_uint8_t *mapped = NULL;

    *visible = text;
    if ((text_is_ascii(text) && !has_controls(text)) || !text_is_utf8(text))
        return ERROR_NONE;
    const utf8proc_ssize_t length =
        map(text, UTF8PROC_COMPAT | UTF8PROC_IGNORE | UTF8PROC_STRIPCC, &mapped);
    if (length < 0)
        return length == UTF8PROC_ERROR_NOMEM ? error_memory(error, "a text") : ERROR_NONE;
    const struct text whole = {(const char *)mapped, (size_t)length};
    char *const bytes = arena_alloc(arena, whole.length + 1);
    if (bytes) {
        *visible = whole;
        undot(visible, bytes);
    }
    free(mapped);
    return bytes ? ERROR_NONE : error_memory(error, "a text");
}

/* ---- Folding ---- */

static enum error_code fold_ascii(struct arena *arena, struct text text, struct text *folded,
                                  struct error *error)
{
    char *bytes = arena_alloc(arena, text.length + 1);

    if (!bytes)
        return error_memory(error, "text");
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        bytes[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    }
    *folded = (struct text){bytes, text.length};
    return ERROR_NONE;
}

enum error_code text_fold(struct arena *arena, struct text text, struct text *folded,
                          struct error *error)
{
    utf8proc_uint8_t *mapped = NULL;

    *folded = TEXT_ABSENT;
    if (!text.bytes)
        return ERROR_NONE;
    if (text_is_ascii(text) || !text_is_utf8(text))
        return fold_ascii(arena, text_trim(text), folded, error);
    const utf8proc_ssize_t length = map(text, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &mapped);
    if (length < 0) {
        return length == UTF8PROC_ERROR_NOMEM ? error_memory(error, "text")
                                              : fold_ascii(arena, text_trim(text), folded, error);
    }
    const struct text whole = {(const char *)mapped, (size_t)length};
    const enum error_code code = text_copy(arena, trim_unseen(whole), folded, error);
    free(mapped);
    return code;
}

/* One blank for each row of blanks; `out` has room for the whole text. */
static struct text collapse(struct text text, char *out)
{
    size_t at = 0, written = 0;
    bool blank = false;

    while (at < text.length) {
        utf8proc_int32_t character = 0;
        const size_t step = read_character(text, at, &character);
        if (is_blank(character)) {
            blank = written > 0;
        } else {
            if (blank)
                out[written++] = ' ';
            blank = false;
            memcpy(out + written, text.bytes + at, step);
            written += step;
        }
        at += step;
    }
    return (struct text){out, written};
}

enum error_code text_plain(struct arena *arena, struct text text, struct text *plain,
                           struct error *error)
{
    utf8proc_uint8_t *mapped = NULL;

    *plain = text;
    if (text.length == 0)
        return ERROR_NONE;
    const utf8proc_ssize_t length = map(text, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &mapped);
    if (length == UTF8PROC_ERROR_NOMEM)
        return error_memory(error, "a text");
    if (length < 0)
        return ERROR_NONE;
    char *const bytes = arena_alloc(arena, (size_t)length + 1);
    if (bytes)
        *plain = collapse((struct text){(const char *)mapped, (size_t)length}, bytes);
    free(mapped);
    return bytes ? ERROR_NONE : error_memory(error, "a text");
}

/* ---- Composition ---- */

/* No text of characters below U+0300 has another composed form. */
static bool is_surely_composed(struct text text)
{
    enum { FIRST_BYTE_OF_MARKS = 0xcc };

    if (text_is_ascii(text))
        return true;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] >= FIRST_BYTE_OF_MARKS)
            return false;
    return true;
}

struct text text_compose(struct text text, char **owned)
{
    utf8proc_uint8_t *mapped = NULL;

    *owned = NULL;
    if (is_surely_composed(text))
        return text;
    const utf8proc_ssize_t length = map(text, 0, &mapped);
    if (length < 0)
        return text;
    *owned = (char *)mapped;
    return (struct text){*owned, (size_t)length};
}

bool text_equal_composed(struct text left, struct text right)
{
    char *owned_left = NULL, *owned_right = NULL;
    bool equal = text_equal(left, right);

    if (!equal && !(is_surely_composed(left) && is_surely_composed(right))) {
        equal = text_equal(text_compose(left, &owned_left), text_compose(right, &owned_right));
        free(owned_left);
        free(owned_right);
    }
    return equal;
}
