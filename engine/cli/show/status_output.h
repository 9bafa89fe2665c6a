/*
 * status_output: what is known of an integration, for people and for programs.
 */
#ifndef TANDEM_CLI_SHOW_STATUS_OUTPUT_H
#define TANDEM_CLI_SHOW_STATUS_OUTPUT_H

#include <jansson.h>

#include "store/books/backfill.h"
#include "store/books/matters.h"
#include "store/books/quarantine.h"
#include "store/inspect/status.h"
#include "store/books/store_run.h"
#include "store/books/ambiguous_records.h"

struct status_facts {
    struct status_integration integration;
    bool needs_reauth;       /* `tandem auth` has to be run */
    struct text script;      /* what is to be known of it: broken, changed; absent: nothing */
    struct status_run *runs; /* the newest first */
    size_t run_count;
    struct status_position *positions;
    size_t position_count;
    struct status_note *notes; /* of the newest run */
    size_t note_count;
    struct store_outcome *attention; /* outcomes of the newest run that somebody should look at */
    size_t attention_count;
    struct quarantine_entry *quarantine; /* quarantined, failed lately, or with an unknown
                                          * outcome */
    size_t quarantine_count;
    struct ambiguous_records_entry *ambiguous; /* records that match several objects here */
    size_t ambiguous_count;
    struct matter_count *counts; /* what is open, by reason */
    size_t count_count;
    struct open_matter *matters; /* one by one */
    size_t matter_count;
    struct backfill backfill; /* the last one, done or not */
    bool has_backfill;
};

/* NULL if out of memory. */
json_t *status_output_json(const struct status_facts *facts);
WARN_UNUSED enum error_code status_output_text(const struct status_facts *facts,
                                               struct error *error);

#endif
