/*
 * text_set: a set of pairs of texts, in an arena of its own.
 *
 * An empty set is a NULL pointer; text_set_free frees everything that was added. Texts are copied.
 */
#ifndef TANDEM_BASE_TEXT_SET_H
#define TANDEM_BASE_TEXT_SET_H

#include "base/error.h"
#include "base/text.h"

struct text_set; /* opaque */

/* Adds `first` and `second` (may be absent) as one key; *added is false if it was there. */
WARN_UNUSED enum error_code text_set_add(struct text_set **set, struct text first,
                                         struct text second, bool *added, struct error *error);
void text_set_remove(struct text_set **set, struct text first, struct text second);
bool text_set_has(struct text_set *const *set, struct text first, struct text second);
void text_set_free(struct text_set **set);

#endif
