/*
 * pull: one page of the integration's records, applied to our side (spec sections 4, 6, 8, 9).
 * Private to sync/.
 *
 * A page is judged as a whole against the state before it (decision 27), then executed, then its
 * results are stored; the caller holds the transaction.
 */
#ifndef TANDEM_SYNC_PULL_PULL_H
#define TANDEM_SYNC_PULL_PULL_H

#include "sync/run/batch.h"
#include "sync/pull/change_pull.h"
#include "sync/run/relation.h"
#include "sync/run/run_context.h"

/* One record for one internal kind. */
struct pull_item {
    const struct manual_entry *entry;
    size_t record; /* index in report->objects */
    const struct report_object *reported;
    struct text internal_id;
    struct mapping *mapping;  /* NULL: none */
    bool matched_now;         /* found by its identifiers in this page */
    bool contradicts;         /* ... although the object has another name (13.7) */
    bool stands_alone;        /* operators have forbidden to link it to an existing object */
    bool restored_now;        /* its link had ended and was restored */
    struct text edited_apart; /* our object that was linked before, if it was edited while the link
                               * had ended, so that they were not told; zeroed: none */
    bool has_new_version;     /* the report has another version than the link */
    struct tracked_changes tracked;
    const struct local_object *local_object; /* NULL: to be created */
    struct pull_decision decision;
};

struct pull_page {
    struct run_context *context;
    struct report *report;
    struct order *order;
    struct batch batch;
    struct pull_workspace *workspace;
    struct pull_item *items;
    size_t item_count, item_capacity;
    size_t mover_count; /* linked records with a change, after which their objects may have other
                         * identifiers */
    struct relation_unresolved *unresolved;
    size_t unresolved_count;
    bool *pending; /* by entry and record: it has no link, and is matched after the linked ones */
    struct text *edited_apart; /* by entry and record: that of an item whose link was removed */
    struct outcome *outcomes;  /* by index of report->objects; reason and kind so far */
    bool *met;                 /* has an outcome yet */
};

/* Nothing is decided yet. The page lives in the report's arena, and borrows the report. */
WARN_UNUSED enum error_code pull_page_init(struct pull_page *page, struct run_context *context,
                                           struct report *report, struct error *error);
/* Remaps, merges and deletions that the page reports. */
WARN_UNUSED enum error_code pull_page_move(struct pull_page *page, struct error *error);
/* Record an outcome; the most important one of a record counts. */
void pull_page_meet(struct pull_page *page, size_t record, enum outcome_kind kind,
                    const char *reason);
/* The record matches an object but contradicts it: it is skipped and noted, and an open matter. */
WARN_UNUSED enum error_code pull_page_doubtful(struct pull_page *page, const struct pull_item *item,
                                               struct error *error);
/* A note about a record, at its object here. Inside a transaction. */
WARN_UNUSED enum error_code pull_page_note(struct pull_page *page, const struct pull_item *item,
                                           const char *about, struct text field,
                                           const char *message, struct error *error);
/* Find the local objects, judge, and build the order. */
WARN_UNUSED enum error_code pull_page_judge(struct pull_page *page, struct error *error);
/* Decide about one record for one internal kind, given the local object (NULL: to be created)
 * and its tracked changes; the change is not in the order yet. */
WARN_UNUSED enum error_code pull_page_judge_item(struct pull_page *page, struct pull_item *item,
                                                 const struct local_object *local_object,
                                                 struct error *error);
/* After the order was executed: store the result of each item, without outcomes. */
WARN_UNUSED enum error_code pull_page_book_items(struct pull_page *page, struct error *error);
/* After the order was executed: store mappings, base versions, tracked changes, notes, outcomes. */
WARN_UNUSED enum error_code pull_page_book(struct pull_page *page, struct error *error);

/* ---- pull_deletion.c ---- */

/* Records that the page reports as deleted (spec 8, 13.5, 13.12): apply the policies of their
 * entries, with counts, outcomes and notes. Inside a transaction. */
WARN_UNUSED enum error_code pull_deletions(struct pull_page *page, struct error *error);

/* ---- pull_merged.c ---- */

/* Is the item's record, which is linked, one that remains separate there although its object was
 * merged here, because it refuses the object's identifiers? Where e-mail addresses are unique, it
 * cannot become a copy of the first record: it stays what it was. What is edited in it would
 * overwrite what was merged, so it is not taken. */
WARN_UNUSED enum error_code pull_merged_refuses(const struct pull_page *page,
                                                const struct pull_item *item, bool *refuses,
                                                struct error *error);

/* ---- after the order was executed, inside the transaction ---- */

/* pull_matters.c: open matters that a record raises or resolves (withheld, held and unkept fields),
 * values of ours that it is to be sent, and edits that were not tracked (spec 13.1 to 13.4). */
WARN_UNUSED enum error_code pull_matters_book(struct pull_page *page, const struct pull_item *item,
                                              struct error *error);
/* Nobody won the field. Their value is remembered, so that a tie that somebody resolves stays
 * resolved. */
WARN_UNUSED enum error_code pull_matters_tie(struct pull_page *page, const struct pull_item *item,
                                             int64_t sequence, size_t field, struct error *error);
/* pull_late.c: which references of the item's record to records that have no object here yet wait
 * from now on, and which no longer do (spec 13.8, decision 104). A waiting reference belongs to the
 * link of the referring record, until the field is reported with another value or edited here, or
 * until it is due (pull_due.h). */
WARN_UNUSED enum error_code pull_late_book(struct pull_page *page, const struct pull_item *item,
                                           struct error *error);
/* pull_duplicates.c: several records of one object of ours (decision 65). A value from one of them
 * is tracked for the others; one that has the same value on this page must not be sent it. After
 * the verdicts were stored. */
WARN_UNUSED enum error_code pull_duplicates_acknowledge(struct pull_page *page,
                                                        struct error *error);

#endif
