/* text_fold: when people read two texts as the same. Normalization and case folding by utf8proc. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"
#include "base/text_plain.h"

/* ---- Invisible characters ---- */

/* Zero-width characters, soft hyphens, marks of direction, byte order marks. */
static bool is_invisible(utf8proc_int32_t character)
{
    return utf8proc_category(character) == UTF8PROC_CATEGORY_CF;
}

/* The character that begins at `at`, and how many bytes it has; the text is UTF-8. */
static size_t read_character(struct text text, size_t at, utf8proc_int32_t *character)
{
    const utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at,
                                                   (utf8proc_ssize_t)(text.length - at), character);

    return step < 1 ? text.length - at : (size_t)step;
}

/* Without blanks and invisible characters at its ends. */
static struct text trim_unseen(struct text text)
{
    size_t first = text.length;
    size_t end = text.length;

    for (size_t at = 0; at < text.length;) {
        utf8proc_int32_t character = 0;
        const size_t step = read_character(text, at, &character);
        if (!text_plain_is_blank(character) && !is_invisible(character)) {
            first = first == text.length ? at : first;
            end = at + step;
        }
        at += step;
    }
    return first == text.length ? (struct text){text.bytes, 0}
                                : (struct text){text.bytes + first, end - first};
}

enum error_code text_visible(struct arena *arena, struct text text, struct text *visible,
                             struct error *error)
{
    size_t written = 0;
    char *bytes = NULL;

    *visible = text;
    if (text_is_ascii(text) || !text_is_utf8(text))
        return ERROR_NONE;
    bytes = arena_alloc(arena, text.length + 1);
    if (!bytes)
        return error_memory(error, "text");
    for (size_t at = 0; at < text.length;) {
        utf8proc_int32_t character = 0;
        const size_t step = read_character(text, at, &character);
        if (!is_invisible(character)) {
            memcpy(bytes + written, text.bytes + at, step);
            written += step;
        }
        at += step;
    }
    *visible = (struct text){bytes, written};
    return ERROR_NONE;
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
    const utf8proc_option_t options =
        UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD;
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t length = 0;
    enum error_code code = ERROR_NONE;

    *folded = TEXT_ABSENT;
    if (!text.bytes)
        return ERROR_NONE;
    if (text_is_ascii(text) || !text_is_utf8(text))
        return fold_ascii(arena, text_trim(text), folded, error);
    length = utf8proc_map((const utf8proc_uint8_t *)text.bytes, (utf8proc_ssize_t)text.length,
                          &mapped, options);
    if (length < 0) {
        return length == UTF8PROC_ERROR_NOMEM ? error_memory(error, "text")
                                              : fold_ascii(arena, text_trim(text), folded, error);
    }
    code = text_copy(arena, trim_unseen((struct text){(const char *)mapped, (size_t)length}),
                     folded, error);
    free(mapped);
    return code;
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
    utf8proc_ssize_t length = 0;

    *owned = NULL;
    if (is_surely_composed(text))
        return text;
    length = utf8proc_map((const utf8proc_uint8_t *)text.bytes, (utf8proc_ssize_t)text.length,
                          &mapped, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    if (length < 0)
        return text;
    *owned = (char *)mapped;
    return (struct text){*owned, (size_t)length};
}

bool text_equal_composed(struct text left, struct text right)
{
    char *owned_left = NULL;
    char *owned_right = NULL;
    bool equal = text_equal(left, right);

    if (!equal && !(is_surely_composed(left) && is_surely_composed(right))) {
        equal = text_equal(text_compose(left, &owned_left), text_compose(right, &owned_right));
        free(owned_left);
        free(owned_right);
    }
    return equal;
}
