/*
 * text: UTF-8 bytes with a length, and a growing buffer with a ceiling.
 *
 * `struct text` is a view: it owns nothing. bytes == NULL means "absent", which
 * differs from the empty text. Texts may contain NUL bytes; those made by this
 * module are NUL-terminated after `length` bytes for the convenience of C APIs.
 */
#ifndef TANDEM_BASE_TEXT_H
#define TANDEM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"

struct text {
    const char *bytes; /* NULL: absent */
    size_t length;     /* in bytes */
};

struct arena;

#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
#define TEXT_ABSENT   ((struct text){NULL, 0})
/* For printf: "%.*s", TEXT_PRINT(text) */
#define TEXT_PRINT(text) (int)(text).length, ((text).bytes ? (text).bytes : "")

/* A view of a NUL-terminated string; NULL gives the absent text. */
struct text text_of(const char *string);
/* Byte by byte; absent != empty. */
static inline bool text_equal(struct text left, struct text right)
{
    if (!left.bytes || !right.bytes)
        return !left.bytes && !right.bytes;
    return left.length == right.length && memcmp(left.bytes, right.bytes, left.length) == 0;
}
/* Is it one of these? */
static inline bool text_is_among(struct text text, const struct text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(texts[i], text))
            return true;
    return false;
}
int text_compare(struct text left, struct text right); /* by bytes; absent first */
void text_sort(struct text *texts, size_t count);      /* in this order */
static inline bool text_is_absent(struct text text)
{
    return !text.bytes;
}

/* Absent, or no bytes. */
static inline bool text_is_empty(struct text text)
{
    return !text.bytes || text.length == 0;
}

/* Nothing but ASCII? Asked of nearly every text, so it looks at whole words. */
static inline bool text_is_ascii(struct text text)
{
    uint64_t any = 0, word = 0;

    if (text.length < sizeof(word)) {
        for (size_t i = 0; i < text.length; i++)
            any |= (unsigned char)text.bytes[i];
        return any < 0x80;
    }
    for (size_t at = 0; at + sizeof(word) < text.length; at += sizeof(word)) {
        memcpy(&word, text.bytes + at, sizeof(word));
        any |= word;
    }
    memcpy(&word, text.bytes + text.length - sizeof(word), sizeof(word)); /* may overlap */
    return ((any | word) & 0x8080808080808080u) == 0;
}

struct text text_trim(struct text text); /* ASCII blanks off both ends, a view */
bool text_starts_with(struct text text, struct text prefix);
/* Cut at the first `separator`: what is before it and what is after. False if there is none: then
 * all of it is before, and nothing (an empty text) after. */
bool text_cut(struct text text, char separator, struct text *before, struct text *after);
/* Nothing but visible ASCII: no blanks, no control characters? */
bool text_is_visible_ascii(struct text text);
/* Copy into the arena, NUL-terminated; absent stays absent. On failure *copy is absent. */
WARN_UNUSED enum error_code text_copy(struct arena *arena, struct text text, struct text *copy,
                                      struct error *error);
/* A list of texts; whoever made it says where they live. */
struct texts {
    struct text *items;
    size_t count;
};

/* Copy each of these texts into the arena and let it point there; NULL behind the last. */
WARN_UNUSED enum error_code text_keep(struct arena *arena, struct error *error, struct text *first,
                                      ...) __attribute__((sentinel));
/* Format into the arena. */
WARN_UNUSED enum error_code text_format(struct arena *arena, struct text *out, struct error *error,
                                        const char *format, ...) PRINTF_LIKE(4, 5);
/* Is it well-formed UTF-8 (no surrogates, no overlong forms)? */
bool text_is_utf8(struct text text);
/* Number of code points; the text must be UTF-8. */
size_t text_characters(struct text text);
/* NFKC and full case folding (utf8proc), without blanks of every kind and invisible characters at
 * the ends: the key by which unique identifiers are compared. Text that is not UTF-8 is folded as
 * ASCII. */
WARN_UNUSED enum error_code text_fold(struct arena *arena, struct text text, struct text *folded,
                                      struct error *error);
/* NFKC, case folded, each run of blanks (line ends included) as one, none at the ends: to compare
 * what two texts say. What is not UTF-8 stays as it is. */
WARN_UNUSED enum error_code text_plain(struct arena *arena, struct text text, struct text *plain,
                                       struct error *error);
/* NFKC without the characters that nobody sees (zero-width ones, soft hyphens, control characters
 * ...), wherever they are, with blanks for tabs and line ends, and with an i for the dotted I of
 * Turkish; `text` itself if it is no UTF-8. */
WARN_UNUSED enum error_code text_visible(struct arena *arena, struct text text,
                                         struct text *visible, struct error *error);
/* The composed form (NFC); `text` itself if it is composed, or no UTF-8. *owned: free it
 * afterwards; may be NULL. */
struct text text_compose(struct text text, char **owned);
/* Are the composed forms equal? */
bool text_equal_composed(struct text left, struct text right);
/* 64-bit hash (XXH3) of the bytes. */
uint64_t text_hash(struct text text);
/* Signed decimal, the whole text, no blanks. False if it is anything else or does not fit. */
bool text_to_integer(struct text text, int64_t *integer);
/* The reverse: written at the end of `digits`, of which the text is a view. Without the locale and
 * the parsing of formats, since ids are made into texts once for each record. */
enum { TEXT_DIGITS = 24 };
struct text text_digits(int64_t integer, char digits[TEXT_DIGITS]);
/* The same in the arena. */
WARN_UNUSED enum error_code text_of_integer(struct arena *arena, int64_t integer, struct text *text,
                                            struct error *error);

/* A growing byte buffer. Zero-initialise with a ceiling: struct buffer b = BUFFER(1 << 20);
 * `data` is always NUL-terminated once something was appended. Release with buffer_release. */
struct buffer {
    char *data; /* owned; NULL until the first append */
    size_t length;
    size_t capacity;
    size_t ceiling; /* length can't grow beyond; an append that would fails with ERROR_MEMORY */
};
#define BUFFER(limit)                                                                              \
    {                                                                                              \
        NULL, 0, 0, (limit)                                                                        \
    }
WARN_UNUSED enum error_code buffer_append(struct buffer *buffer, const char *bytes, size_t length,
                                          struct error *error);
WARN_UNUSED enum error_code buffer_append_text(struct buffer *buffer, struct text text,
                                               struct error *error);
WARN_UNUSED enum error_code buffer_append_format(struct buffer *buffer, struct error *error,
                                                 const char *format, ...) PRINTF_LIKE(3, 4);
WARN_UNUSED enum error_code buffer_append_list(struct buffer *buffer, struct error *error,
                                               const char *format, va_list arguments)
    PRINTF_LIKE(3, 0);
void buffer_clear(struct buffer *buffer);             /* length 0, memory kept */
void buffer_release(struct buffer *buffer);           /* memory freed; reusable */
struct text buffer_text(const struct buffer *buffer); /* borrowed until the next append */

#endif
