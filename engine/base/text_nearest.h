/*
 * text_nearest: the name that a mistyped word may have meant, for "did you mean".
 */
#ifndef TANDEM_BASE_TEXT_NEAREST_H
#define TANDEM_BASE_TEXT_NEAREST_H

#include <stddef.h>

/* The one of `count` names that is so similar to `word` that it may have been meant, by optimal
 * string alignment distance; a prefix counts as similar. Borrowed from `names`; NULL: none. */
const char *text_nearest(const char *word, const char *const *names, size_t count);

#endif
