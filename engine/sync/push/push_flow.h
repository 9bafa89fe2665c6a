/*
 * push_flow: all pages of a push: each is judged and sent, and its results are stored. Private to
 * sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_FLOW_H
#define TANDEM_SYNC_PUSH_PUSH_FLOW_H

#include "sync/run/run_context.h"

/* Delete there what was deleted here, where the manual says so. */
WARN_UNUSED enum error_code push_flow_deletions(struct run_context *context, struct error *error);
/* All pages of our own objects, until there are no more. While the integration waits for the
 * answers to one page, the results of the previous page are stored and the next page is read and
 * judged. Records that somebody else was faster with are pulled before the next page. */
WARN_UNUSED enum error_code push_flow_objects(struct run_context *context,
                                              nested_pull_function *pull, struct error *error);

#endif
