/* text_plain: normalization and folding by utf8proc, then the blanks. */
#include "base/text_plain.h"

#include <stdlib.h>

#include <utf8proc.h>

#include "base/arena.h"

bool text_plain_is_blank(int32_t character)
{
    if (character >= 0x09 && character <= 0x0d)
        return true;
    switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return character == 0x85;
    }
}

/* One blank for each row of blanks; `out` has room for the whole text. */
static struct text collapse(struct text text, char *out)
{
    size_t at = 0, written = 0;
    bool blank = false;

    while (at < text.length) {
        utf8proc_int32_t character = 0;
        const utf8proc_ssize_t step =
            utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at,
                             (utf8proc_ssize_t)(text.length - at), &character);
        if (step < 1)
            break; /* cannot be: it has just been normalized */
        if (text_plain_is_blank(character)) {
            blank = written > 0;
        } else {
            if (blank)
                out[written++] = ' ';
            blank = false;
            memcpy(out + written, text.bytes + at, (size_t)step);
            written += (size_t)step;
        }
        at += (size_t)step;
    }
    return (struct text){out, written};
}

enum error_code text_plain(struct arena *arena, struct text text, struct text *plain,
                           struct error *error)
{
    const utf8proc_option_t options =
        UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD;
    utf8proc_uint8_t *mapped = NULL;
    char *bytes = NULL;

    *plain = text;
    if (text.length == 0)
        return ERROR_NONE;
    const utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text.bytes,
                                                 (utf8proc_ssize_t)text.length, &mapped, options);
    if (length == UTF8PROC_ERROR_NOMEM)
        return error_memory(error, "a text");
    if (length < 0)
        return ERROR_NONE;
    bytes = arena_alloc(arena, (size_t)length + 1);
    if (!bytes) {
        free(mapped);
        return error_memory(error, "a text");
    }
    *plain = collapse((struct text){(const char *)mapped, (size_t)length}, bytes);
    free(mapped);
    return ERROR_NONE;
}
