/*
 * overview: the state of all integrations, in a few statements.
 *
 * Everything returned lives in the given arena.
 */
#ifndef TANDEM_STORE_SERVICE_OVERVIEW_H
#define TANDEM_STORE_SERVICE_OVERVIEW_H

#include "store/schema/store.h"

struct overview_row {
    struct text integration;
    int64_t links, waiting;
    int64_t held, quarantined, in_doubt, ambiguous; /* matters for these reasons */
    int64_t open;                                   /* matters that need a person, for any reason */
    struct text matters; /* how many for each reason: a JSON object; absent: none */
    int64_t last_run;    /* 0: none */
    struct text last_status, last_message;
    instant last_started, last_success; /* INSTANT_NONE: never */
    instant failing_since;              /* the first run that failed after the last success */
    instant position;    /* up to when all of its objects are pulled; INSTANT_NONE: not known */
    struct text scripts; /* of the last run: JSON, or absent */
};
/* By name: all that the store knows, or (`only` not absent) one of them. */
WARN_UNUSED enum error_code overview_read(struct store *store, struct text only,
                                          struct arena *arena, struct overview_row **list,
                                          size_t *count, struct error *error);
const struct overview_row *overview_find(const struct overview_row *rows, size_t count,
                                         struct text integration); /* NULL: there is none */

/* Runs that ended in one hour. */
struct overview_hour {
    struct text integration;
    int64_t hour; /* since 1970 */
    int64_t runs, changed, failed;
};
/* From an hour on, by integration and hour. */
WARN_UNUSED enum error_code overview_hours(struct store *store, struct text only, int64_t from_hour,
                                           struct arena *arena, struct overview_hour **hours,
                                           size_t *count, struct error *error);
/* How large the store is: {its file, its write-ahead log} in bytes. */
void overview_size(const struct store *store, int64_t *bytes, int64_t *log_bytes);

#endif
