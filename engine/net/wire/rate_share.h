/*
 * rate_share: one rate limit for all processes that use the same account of an API.
 *
 * The state of the limit is a small file of whole records, locked for as long as it is looked at;
 * it outlives processes, however they end, and is read again each time. Its monotonic times are
 * valid only until the machine restarts; the count of the day stays. A damaged file counts as
 * missing; if it cannot be read or written, the process continues with its own count, and reports
 * that once.
 */
#ifndef TANDEM_NET_WIRE_RATE_SHARE_H
#define TANDEM_NET_WIRE_RATE_SHARE_H

#include <signal.h>

#include "base/log.h"
#include "net/wire/rate_limit.h"

struct rate_share; /* opaque */

/* Open the file, which is made if it is missing; its folder must be there. `log` may be NULL;
 * `interrupt` (may be NULL) ends a wait for another process when it becomes nonzero. */
WARN_UNUSED enum error_code rate_share_open(const char *path, struct log *log,
                                            const volatile sig_atomic_t *interrupt,
                                            struct rate_share **share, struct error *error);
void rate_share_close(struct rate_share *share); /* accepts NULL */
/* Update the limit with what all processes did, and keep others out until rate_share_leave, which
 * writes the new state. Never for longer than a few instructions. Accept NULL: nothing is
 * shared. */
void rate_share_enter(struct rate_share *share, struct rate_limit *limit);
void rate_share_leave(struct rate_share *share, const struct rate_limit *limit);
/* How many requests the file counts for the day (UTC) of this instant; 0 if it is unknown. It takes
 * no lock, so the number may be one request old. */
int64_t rate_share_used(const char *path, instant now);

#endif
