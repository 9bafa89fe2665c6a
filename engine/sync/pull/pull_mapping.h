/*
 * pull_mapping: what our side has executed is kept: mappings, base versions, and who is told.
 * Private to sync/.
 */
#ifndef TANDEM_SYNC_PULL_PULL_MAPPING_H
#define TANDEM_SYNC_PULL_PULL_MAPPING_H

#include "model/books.h"

/* After our side has executed the order, in the same transaction: each change that became part of
 * an object has its mapping stored (change->mapping), with what is agreed now. */
WARN_UNUSED enum error_code pull_mapping_keep(struct books *books, const struct order *order,
                                              struct error *error);

#endif
