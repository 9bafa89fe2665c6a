/*
 * sync_preparation: everything that 'tandem sync' holds while it runs, and how it is acquired. For
 * cli/commands/ only.
 */
#ifndef TANDEM_CLI_COMMANDS_SYNC_PREPARATION_H
#define TANDEM_CLI_COMMANDS_SYNC_PREPARATION_H

#include <time.h>

#include "cli/line/command.h"
#include "cli/show/progress.h"
#include "host/deliveries.h"
#include "host/integration.h"
#include "host/run_lock.h"
#include "store/books/matters.h"
#include "store/books/store_run.h"

/* Releases everything, in one place. */
struct sync {
    const struct invocation *invocation;
    struct session *session;
    struct integration integration;
    struct run_lock lock;
    struct run_options options;
    int64_t slice; /* of a backfill, from 1; 0: none */
    instant now;
    struct text options_json, scripts_json; /* unchanged since a run that is resumed */
    struct store_unfinished unfinished;
    bool resumes; /* continues `unfinished` */
    struct store_run *run;
    struct text *wishes; /* what 'tandem retry' requested and this run retries */
    size_t wish_count;
    struct matter_count *matters; /* what is open after the run */
    size_t matter_count;
    uint64_t left_out;
    struct progress progress;
    struct deliveries deliveries; /* webhook deliveries that this run processes */
    bool idle;                    /* no delivery needs a run */
    int report;                   /* where progress is reported to 'tandem serve'; -1: nowhere */
    struct timespec started;
};

/* Options, lock, deliveries, registration, the run in the books. Begin with a zeroed sync but for
 * its invocation and the descriptors, which are -1. Whatever it returns, the caller must release
 * everything.
 */
WARN_UNUSED enum error_code sync_preparation_begin(struct sync *sync, struct error *error);

#endif
