/*
 * push_flow: all pages of a push, each judged, sent and booked. Private to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_FLOW_H
#define TANDEM_SYNC_PUSH_PUSH_FLOW_H

#include "sync/run/run_context.h"

/* What was deleted here is deleted there, where the manual says so. */
WARN_UNUSED enum error_code push_flow_deletions(struct run_context *context, struct error *error);
/* All pages of our own objects, until there are no more. While the integration waits for its
 * answers to one, the books of the page before are kept and the page after is read and judged. What
 * somebody was faster with is pulled before the next page. */
WARN_UNUSED enum error_code push_flow_objects(struct run_context *context,
                                              nested_pull_function *pull, struct error *error);

#endif
