/* text_fold: full case folding, without any other normalization. */
#include "base/text.h"

#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"

/* Full folding makes at most three code points of one. */
enum { FOLDED_MOST = 8, CHARACTER_BYTES = 4 };

static bool is_ascii(struct text text)
{
    unsigned char any = 0;

    for (size_t i = 0; i < text.length; i++) {
        any |= (unsigned char)text.bytes[i];
    }
    return any < 0x80;
}

/* Fold the UTF-8 `text` into `out` (NULL: only count); the number of bytes. */
static size_t fold(struct text text, char *out)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.bytes;
    size_t at = 0;
    size_t written = 0;

    while (at < text.length) {
        utf8proc_int32_t character = 0;
        utf8proc_int32_t folded[FOLDED_MOST] = {0};
        utf8proc_uint8_t encoded[CHARACTER_BYTES];
        utf8proc_ssize_t count = 0;
        int boundary = 0;
        utf8proc_ssize_t step =
            utf8proc_iterate(bytes + at, (utf8proc_ssize_t)(text.length - at), &character);

        if (step < 1) {
            break; /* cannot be: the caller has checked the text */
        }
        at += (size_t)step;
        count =
            utf8proc_decompose_char(character, folded, FOLDED_MOST, UTF8PROC_CASEFOLD, &boundary);
        if (count < 1 || count > FOLDED_MOST) {
            folded[0] = character;
            count = 1;
        }
        for (utf8proc_ssize_t i = 0; i < count; i++) {
            size_t length = (size_t)utf8proc_encode_char(folded[i], encoded);
            if (out) {
                memcpy(out + written, encoded, length);
            }
            written += length;
        }
    }
    return written;
}

static void fold_ascii(struct text text, char *out)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        out[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    }
}

enum error_code text_fold(struct arena *arena, struct text text, struct text *folded,
                          struct error *error)
{
    struct text trimmed = text_trim(text);
    bool plain = is_ascii(trimmed) || !text_is_utf8(trimmed);
    size_t length = plain ? trimmed.length : fold(trimmed, NULL);
    char *bytes = NULL;

    *folded = TEXT_ABSENT;
    if (!text.bytes) {
        return ERROR_NONE;
    }
    bytes = arena_alloc(arena, length + 1);
    if (!bytes) {
        return error_memory(error, "text");
    }
    if (plain) {
        fold_ascii(trimmed, bytes);
    } else {
        fold(trimmed, bytes);
    }
    *folded = (struct text){bytes, length};
    return ERROR_NONE;
}
