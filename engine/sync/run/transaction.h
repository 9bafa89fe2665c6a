/*
 * transaction: all or nothing, including the counts of the summary. Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_TRANSACTION_H
#define TANDEM_SYNC_RUN_TRANSACTION_H

#include "sync/run/run_context.h"

/* transaction_end or transaction_end_later must follow, unless it fails. */
WARN_UNUSED enum error_code transaction_begin(struct run_context *context, struct error *error);
/* Commit if `code` is ERROR_NONE, else undo the whole iteration; gives the final code. */
WARN_UNUSED enum error_code transaction_end(struct run_context *context, enum error_code code,
                                            struct error *error);
/* The same, but the commit runs in the background while the next page is fetched, unless
 * somebody listens for stored pages. transaction_await_commit returns its result. */
WARN_UNUSED enum error_code transaction_end_later(struct run_context *context, enum error_code code,
                                                  struct error *error);

/* The result of the last transaction_end_later. If it failed, its counts are taken back. */
WARN_UNUSED enum error_code transaction_await_commit(struct run_context *context,
                                                     struct error *error);

typedef enum error_code transaction_step(struct run_context *context, struct error *error);
/* A step of the run that is a transaction of its own. */
WARN_UNUSED enum error_code transaction_run(struct run_context *context, transaction_step *step,
                                            struct error *error);

#endif
