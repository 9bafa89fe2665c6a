/*
 * deletion: objects deleted here are deleted in the integration as well, where the manual says so.
 * Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_DELETION_H
#define TANDEM_SYNC_PUSH_DELETION_H

#include "sync/push/push.h"

enum { DELETION_PAGE_SIZE = 100 };

/* The deletions after mapping `after` as an order; page->order stays empty if there are none.
 * *last is the last mapping's key. */
WARN_UNUSED enum error_code deletion_page(struct push_page *page, int64_t after, int64_t *last,
                                          struct error *error);
/* Apply the answers. Inside a transaction. */
WARN_UNUSED enum error_code deletion_book(struct push_page *page, struct error *error);

#endif
