/*
 * log: one line per event, to a stream or a function.
 *
 * Lines look like `2026-03-10T12:00:00Z helloworld#12 info net: GET /api/citizen 200 12 ms`.
 * Control bytes are escaped. Secrets registered with log_hide are replaced by *** wherever they
 * would appear. A log is passed to everything that writes to it; there is no global one. Thread
 * safe: the network thread and the main thread may write at the same time.
 */
#ifndef TANDEM_BASE_LOG_H
#define TANDEM_BASE_LOG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/secrets.h"
#include "base/text.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log; /* opaque */

/* Where lines go: called with one complete line without newline, one call at a time (the log's
 * lock is held: a sink must not use the log that calls it). */
typedef void log_sink(void *context, enum log_level level, const char *line);

/* A log that writes lines up to `level` to `sink` (NULL: standard error). NULL if out of memory. */
struct log *log_new(enum log_level level, log_sink *sink, void *context);
void log_free(struct log *log); /* accepts NULL; wipes the secrets */
/* "helloworld#12": precedes each following line. Copied; may be NULL. */
WARN_UNUSED enum error_code log_set_prefix(struct log *log, const char *prefix,
                                           struct error *error);
/* Never show this text again (copied), in any of the forms of base/secrets.h. */
WARN_UNUSED enum error_code log_hide(struct log *log, struct text secret, struct error *error);
/* Replace every hidden text in `text` in place by ***; for messages that are not written to the
 * log. */
void log_redact(const struct log *log, char *text);
/* The hidden texts, for output that does not go through the log; borrowed. NULL without a log. */
const struct secrets *log_secrets(const struct log *log);
void log_set_level(struct log *log, enum log_level level);
bool log_enabled(const struct log *log, enum log_level level);
/* component: "net", "script", "store", "sync" ... `log` may be NULL: nothing happens. */
void log_write(struct log *log, enum log_level level, const char *component, const char *format,
               ...) PRINTF_LIKE(4, 5);
const char *log_level_name(enum log_level level);

#endif
