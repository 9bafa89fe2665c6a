/*
 * ambiguous_records: records of third parties that several objects here match, for people. Runs
 * remember them and ask for them again (sync/pull/ambiguous.h); everything returned lives in the
 * given arena.
 */
#ifndef TANDEM_STORE_BOOKS_AMBIGUOUS_RECORDS_H
#define TANDEM_STORE_BOOKS_AMBIGUOUS_RECORDS_H

#include "model/run.h"
#include "store/schema/store.h"

enum { AMBIGUOUS_MATCHES = 5 };

struct ambiguous_records_entry {
    int64_t key;                                /* of the books */
    struct text integration, record, record_id; /* theirs */
    struct text object;                         /* what it would be here */
    instant since;
    struct text message;  /* why requesting it failed; absent: it was not requested */
    bool held;            /* no longer requested, unless it is reported or selected */
    bool asked;           /* it was decided about: the next run asks for it */
    struct text *matches; /* ids of objects here that it matches now, at most AMBIGUOUS_MATCHES */
    size_t match_count;   /* below 2: it is ambiguous no more */
};

/* By integration and age; `integration` absent: of all. */
WARN_UNUSED enum error_code ambiguous_records_list(struct store *store, struct text integration,
                                                   struct arena *arena,
                                                   struct ambiguous_records_entry **entries,
                                                   size_t *count, struct error *error);

/* Ids of objects here that one such record matches now, at most AMBIGUOUS_MATCHES; none if it does
 * not wait (any more). */
WARN_UNUSED enum error_code ambiguous_records_matches(struct store *store, struct text integration,
                                                      struct object_name record,
                                                      struct arena *arena, struct text **ids,
                                                      size_t *count, struct error *error);

/* The next ordinary run asks for this record by its id; all names are keys of the store. */
WARN_UNUSED enum error_code ambiguous_records_ask(struct store *store, int64_t record,
                                                  struct text record_id, int64_t object,
                                                  struct error *error);

#endif
