/*
 * backfill_work: runs the slices of a backfill as processes, and reports their results.
 *
 * Each slice is a 'tandem sync NAME --disable-push' of its own window in a process of its own,
 * several at once, the oldest first. All of them share the lock of the integration, so that it is
 * free only when the last of them has ended, however this process ends. The store records which
 * slices are done (store/books/backfill.h); the run of each slice writes it.
 */
#ifndef TANDEM_CLI_COMMANDS_BACKFILL_WORK_H
#define TANDEM_CLI_COMMANDS_BACKFILL_WORK_H

#include <jansson.h>

#include "base/error_number.h"
#include "cli/line/command.h"
#include "host/exit_code.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "host/slices.h"

/* A slice that failed, to be shown to people. */
struct backfill_trouble {
    uint64_t slice; /* from 1 */
    instant from, to;
    int64_t run; /* 0: none was begun */
    bool failed; /* else it is done, but objects need attention */
    char message[256], error_code[ERROR_NUMBER_TEXT_SIZE]; /* of a failure; "": none */
};

struct backfill_work {
    /* the caller's */
    const struct invocation *invocation;
    struct session *session;
    const char *name;
    struct run_lock lock;
    struct slices slices;
    size_t jobs;
    bool quiet;   /* print nothing for each slice */
    bool resumed; /* the last backfill goes on */
    /* what became of it */
    bool *done;                           /* by slice; owned */
    size_t done_count, started, failed;   /* started and failed: in this call */
    size_t attention;                     /* done in this call, but objects need attention */
    long long reported, created, updated; /* of the slices of this call */
    enum exit_code worst;                 /* of the processes */
    bool interrupted;                     /* by a signal */
    bool given_up;                        /* too many failed in a row */
    struct backfill_trouble *troubles;    /* the first ones; owned */
    size_t trouble_count;
    /* private */
    size_t next, failed_in_a_row;
    bool stopped;
};

enum { BACKFILL_MOST_TROUBLES = 100, BACKFILL_MOST_OPTIONS = 64, BACKFILL_GIVES_UP = 10 };

/* Finish what earlier runs left behind, once, so that the slices do not all have to. The
 * exit code of that run is in `worst`. */
WARN_UNUSED enum error_code backfill_work_recover(struct backfill_work *work, struct error *error);
/* All slices that are not done. */
WARN_UNUSED enum error_code backfill_work_carry_out(struct backfill_work *work,
                                                    struct error *error);
void backfill_work_release(struct backfill_work *work);

#endif
