/*
 * cache: what scripts want to keep between runs; one namespace per integration.
 *
 * What is set waits in memory for the transaction of the next page, so it needs no transaction of
 * its own; if the page is rolled back, it is lost with it. cache_get finds it at once.
 */
#ifndef TANDEM_STORE_BOOKS_CACHE_H
#define TANDEM_STORE_BOOKS_CACHE_H

#include "store/schema/store.h"

/* *value absent: there is none, or it has expired. The integration need not be registered. */
WARN_UNUSED enum error_code cache_get(struct store *store, struct text integration, struct text key,
                                      struct arena *arena, struct text *value, struct error *error);
/* Keep until `expires` (INSTANT_NONE: for ever); an absent value removes it. */
WARN_UNUSED enum error_code cache_set(struct store *store, struct text integration, struct text key,
                                      struct text value, instant expires, struct error *error);
/* Write what waits: inside the transaction that is open, else in one of its own. */
WARN_UNUSED enum error_code cache_write_waiting(struct store *store, struct error *error);

/* What an integration keeps, in bytes; what has expired is dropped first. */
WARN_UNUSED enum error_code cache_size(struct store *store, struct text integration,
                                       uint64_t *bytes, struct error *error);

#endif
