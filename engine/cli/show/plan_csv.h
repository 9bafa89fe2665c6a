/*
 * plan_csv: what a plan found as CSV: a file that may not be wanted, and the pairs by kind.
 */
#ifndef TANDEM_CLI_SHOW_PLAN_CSV_H
#define TANDEM_CLI_SHOW_PLAN_CSV_H

#include <stdio.h>

#include "host/plan_watch.h"

/* An object of ours and a record of theirs, of which an id may be absent. */
struct plan_pair {
    struct text object, id, integration_object, integration_id;
};
/* Of an object that is created here: the id that it will have. */
struct plan_pair plan_pair_of(const struct plan_change *change);

/* A file being written; zeroed: none, and nothing is written. */
struct plan_csv {
    const char *path; /* borrowed */
    FILE *file;       /* owned */
};

/* Make the file, with what its lines hold; a NULL path makes none. */
#define PLAN_CSV_PAIRS "kind,object,id,integration_object,integration_id\n"
WARN_UNUSED enum error_code plan_csv_open(struct plan_csv *csv, const char *path,
                                          const char *heading, struct error *error);
/* Also after a failed open. Returns `code`; a write that failed is the error if there was none. */
WARN_UNUSED enum error_code plan_csv_close(struct plan_csv *csv, enum error_code code,
                                           struct error *error);
/* A line of PLAN_CSV_PAIRS. */
WARN_UNUSED enum error_code plan_csv_pair(struct plan_csv *csv, const char *kind,
                                          const struct plan_pair *pair, struct error *error);
WARN_UNUSED enum error_code plan_csv_line(struct plan_csv *csv, const struct text *cells,
                                          size_t count, struct error *error);

#endif
