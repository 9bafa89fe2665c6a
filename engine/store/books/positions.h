/*
 * positions: up to when each object of an integration was pulled, for operators.
 *
 * A run stores the position of an object when its window was pulled completely, and the next one
 * begins there, less an overlap. Everything returned lives in the given arena.
 */
#ifndef TANDEM_STORE_BOOKS_POSITIONS_H
#define TANDEM_STORE_BOOKS_POSITIONS_H

#include "store/schema/store.h"

struct position {
    struct text object; /* the integration's */
    instant at;         /* INSTANT_NONE: none, or a token */
    struct text token;  /* of an API with change tokens; absent: none */
};

/* Every object that the store knows of the integration, by name, also those without a position. */
WARN_UNUSED enum error_code positions_list(struct store *store, struct text integration,
                                           struct arena *arena, struct position **positions,
                                           size_t *count, struct error *error);
/* From here on; `at` INSTANT_NONE: from the beginning. A token is forgotten either way. `object`
 * absent: of all objects of the integration. */
WARN_UNUSED enum error_code positions_set(struct store *store, struct text integration,
                                          struct text object, instant at, struct error *error);

#endif
