/*
 * quarantine: objects that were to be tried again in too many runs, and are left alone until
 * somebody releases them.
 *
 * A run counts an object's tries at each of its records; reports leave out what is held. Everything
 * returned lives in the given arena.
 */
#ifndef TANDEM_STORE_BOOKS_QUARANTINE_H
#define TANDEM_STORE_BOOKS_QUARANTINE_H

#include "store/books/links.h"

struct quarantine_entry {
    struct text integration, object, id;
    struct text record, record_id; /* integration's object; id empty: it was to be created */
    struct text reason;            /* "retry", "no_answer" or "in_doubt" */
    uint64_t failures;             /* runs in which it was tried in vain */
    instant first_at, last_at;
    bool held; /* in quarantine, or with an unknown outcome that people have to decide; else runs
                * still retry it */
};

/* By integration and object; `integration` absent: of all. `held_only`: what people have to decide;
 * else also objects that failed lately, and creates whose outcome the next report will show.
 */
WARN_UNUSED enum error_code quarantine_list(struct store *store, struct text integration,
                                            bool held_only, struct arena *arena,
                                            struct quarantine_entry **entries, size_t *count,
                                            struct error *error);
/* Let it go: the next run tries it again, with the full number of tries; creates with an unknown
 * outcome are sent again. `object` absent: all of the integration. *released: how many objects. */
WARN_UNUSED enum error_code quarantine_retry(struct store *store, struct text integration,
                                             struct text object, struct text id, uint64_t *released,
                                             struct error *error);
/* Let it go and give up what waits to be sent of it: its tracked changes are dropped. */
WARN_UNUSED enum error_code quarantine_drop(struct store *store, struct text integration,
                                            struct text object, struct text id, uint64_t *dropped,
                                            struct error *error);

/* The create with an unknown outcome that may have made this record: as its kind, else as another
 * one, for it may have been converted since (a Lead became a Contact). *create: its key; 0: there
 * is none. */
WARN_UNUSED enum error_code quarantine_create_of(struct store *store, const struct link_name *link,
                                                 int64_t *create, struct error *error);
/* A create in doubt turned out to have made this record: store the mapping that the lost answer
 * would have made, unless the object has one to it by now. ERROR_NOT_FOUND: there is no such create
 * with an unknown outcome; ERROR_USAGE: the record belongs to another object of ours. */
WARN_UNUSED enum error_code quarantine_link(struct store *store, const struct link_name *link,
                                            struct error *error);

#endif
