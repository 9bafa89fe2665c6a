/*
 * tokens: what authentication must remember, as the caller encrypted it.
 *
 * The store never sees a secret: `sealed` is ciphertext. A token is durable when tokens_set
 * returns, so that a rotated one is never lost.
 */
#ifndef TANDEM_STORE_BOOKS_TOKENS_H
#define TANDEM_STORE_BOOKS_TOKENS_H

#include "store/schema/store.h"

/* *sealed absent: there is none. */
WARN_UNUSED enum error_code tokens_get(struct store *store, struct text integration,
                                       struct arena *arena, struct text *sealed,
                                       struct error *error);
/* An absent text removes it. */
WARN_UNUSED enum error_code tokens_set(struct store *store, struct text integration,
                                       struct text sealed, struct error *error);

#endif
