/*
 * signals: SIGINT and SIGTERM ask a run to end, a second one ends the process.
 *
 * The one place with state of the whole process: a signal handler has no other way to reach it.
 */
#ifndef TANDEM_HOST_SIGNALS_H
#define TANDEM_HOST_SIGNALS_H

#include <signal.h>

struct http_client;

/* From now on a first signal sets the flag and wakes `client` (may be NULL); a second one leaves at
 * once. SIGPIPE is ignored: a failed write says so by itself. */
void signals_watch(struct http_client *client);
/* The client is about to go. */
void signals_forget(void);
/* Nonzero once a signal has come; static. */
const volatile sig_atomic_t *signals_flag(void);

#endif
