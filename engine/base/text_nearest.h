/*
 * text_nearest: the name that a mistyped word may have meant, for "did you mean".
 */
#ifndef TANDEM_BASE_TEXT_NEAREST_H
#define TANDEM_BASE_TEXT_NEAREST_H

#include <stddef.h>

#include "base/text.h"

/* A search in names that are offered one after the other. */
struct text_nearest {
    struct text word;
    struct text name; /* the most similar one so far; absent: none is similar enough */
    size_t far;       /* how far it is; at first, what is too far */
};
struct text_nearest text_nearest_to(struct text word);
/* Borrowed by the search. */
void text_nearest_offer(struct text_nearest *nearest, struct text name);
/* The one of `count` names that is so similar to `word` that it may have been meant, by optimal
 * string alignment distance; a prefix counts as similar. Borrowed from `names`; NULL: none. */
const char *text_nearest(const char *word, const char *const *names, size_t count);

#endif
