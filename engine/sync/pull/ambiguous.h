/*
 * ambiguous: records that matched several objects of ours. Once people have told these apart, the
 * records are requested again by their ids; so are those that a create has found, or whose object
 * was edited while the integration was off, unless their pages have shown all of them. Private to
 * sync/.
 *
 * A record is remembered when it is found ambiguous (matching.c) and forgotten when a pull has
 * linked, created, skipped or missed it. As long as several objects match, it is not requested.
 */
#ifndef TANDEM_SYNC_PULL_AMBIGUOUS_H
#define TANDEM_SYNC_PULL_AMBIGUOUS_H

#include "sync/run/run_context.h"

/* Request the records that are no longer ambiguous. If the script fails for one record, the
 * others are still requested; any other error ends the run. Outside a transaction, after the
 * pages of the pull. */
WARN_UNUSED enum error_code ambiguous_retry(struct run_context *context, nested_pull_function *pull,
                                            struct error *error);
/* Remember a record that contradicts the object with its identifiers; a later page may move
 * these. Without an object (`internal_id` absent): one that did not tell its identifiers. */
WARN_UNUSED enum error_code ambiguous_contradicted(struct run_context *context,
                                                   const struct ambiguous_record *record,
                                                   struct text internal_id, struct error *error);
/* Request again the records of this run that contradicted an object whose identifiers have changed
 * since, and those that told none. As above. */
WARN_UNUSED enum error_code ambiguous_retry_contradicted(struct run_context *context,
                                                         nested_pull_function *pull,
                                                         struct error *error);
/* Request the records of the open matters that this run is to retry, and those that showed an old
 * value for too long. */
WARN_UNUSED enum error_code ambiguous_retry_matters(struct run_context *context,
                                                    nested_pull_function *pull,
                                                    struct error *error);

#endif
