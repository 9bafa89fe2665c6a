/*
 * pull_deletion: records that a page reports as deleted (spec 8, 13.5, 13.12). Private to sync/.
 */
#ifndef TANDEM_SYNC_PULL_PULL_DELETION_H
#define TANDEM_SYNC_PULL_PULL_DELETION_H

#include "sync/pull/pull.h"

/* Apply the policies of the records' entries, with counts, outcomes and notes. Inside a
 * transaction. */
WARN_UNUSED enum error_code pull_deletions(struct pull_page *page, struct error *error);

#endif
