/*
 * text_nearest: the name that a mistyped word may have meant, for "did you mean".
 */
#ifndef TANDEM_BASE_TEXT_NEAREST_H
#define TANDEM_BASE_TEXT_NEAREST_H

#include <stddef.h>

/* Which of `count` names is so near to `word` that it may have been meant? By optimal string
 * alignment distance; a beginning counts as near. Borrowed from `names`; NULL: none. */
const char *text_nearest(const char *word, const char *const *names, size_t count);

#endif
