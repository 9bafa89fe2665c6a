/*
 * pair_index: look-up by two texts (an object and an id) in constant time.
 *
 * Lives in the arena that it was made in; keys and values are borrowed and must live as long. The
 * first value stored for a key is the one that is found. Keys differ by any byte, by where one text
 * ends and the other begins, and by absent and empty.
 */
#ifndef TANDEM_BASE_PAIR_INDEX_H
#define TANDEM_BASE_PAIR_INDEX_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct pair_index; /* opaque */

/* An empty index. */
WARN_UNUSED enum error_code pair_index_new(struct arena *arena, struct pair_index **index,
                                           struct error *error);
/* `value` must not be NULL. A key that is there already keeps its value. */
WARN_UNUSED enum error_code pair_index_add(struct pair_index *index, struct text first,
                                           struct text second, void *value, struct error *error);
/* NULL if there is none. */
void *pair_index_find(const struct pair_index *index, struct text first, struct text second);

#endif
