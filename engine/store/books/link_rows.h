/*
 * link_rows: what the store keeps about one link.
 */
#ifndef TANDEM_STORE_BOOKS_LINK_ROWS_H
#define TANDEM_STORE_BOOKS_LINK_ROWS_H

#include "store/schema/store.h"

/* Remove a link with its open matters, marks and failed tries. The caller holds the transaction. */
WARN_UNUSED enum error_code link_rows_remove(struct store *store, int64_t key, struct error *error);

#endif
