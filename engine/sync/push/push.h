/*
 * push: one page of our objects, sent to the integration (spec sections 5, 7, 10). Private to
 * sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_H
#define TANDEM_SYNC_PUSH_PUSH_H

#include "sync/run/batch.h"
#include "sync/push/change_push.h"
#include "sync/run/run_context.h"

/* One of our objects at one of its records, or at the one to be created. */
struct push_target {
    struct mapping *mapping; /* NULL: to be created */
    struct push_decision decision;
    bool settled; /* answered, and its changes need not be sent again */
};

struct push_item {
    const struct report_object *reported;
    struct mappings mappings; /* all of this integration, deleted ones as well */
    struct push_target *targets;
    size_t target_count;
    bool met;
    enum outcome_kind kind;
    const char *reason;
};

struct push_page {
    struct run_context *context;
    const struct report *report;
    struct order *order;
    struct batch batch;
    struct push_item *items; /* one per report object */
    struct error failure;    /* of the executioner: changes without an answer are not to blame
                              * for it */
    struct error guard;      /* the mass change guard's; code ERROR_NONE: none */
    bool booked;             /* its results are committed */
};

/* Nothing is decided yet. The page lives in the report's arena, and borrows the report. */
WARN_UNUSED enum error_code push_page_init(struct push_page *page, struct run_context *context,
                                           const struct report *report, struct error *error);
/* Read the mappings, decide the changes, build the order. No writes. */
WARN_UNUSED enum error_code push_page_judge(struct push_page *page, struct error *error);
/* Is nothing on the page sent, because every record of its objects is deleted? Their changes are
 * dropped, and the page does not count. */
bool push_page_is_dropped(const struct push_page *page);
/* The next page begins after this one: paging is by the last id of each kind (decision 36).
 * `page_after` is by index of the internal object; its texts live as long as the run. */
WARN_UNUSED enum error_code push_page_remember(const struct push_page *page,
                                               struct text *page_after, struct error *error);
/* Was every change made as requested? Then the answers affect only their own objects, and a page
 * that was judged before they were stored is still right. */
bool push_page_is_plain(const struct push_page *page);
/* Apply the answers: mappings, base versions, tracked changes, notes, outcomes. Inside a
 * transaction. */
WARN_UNUSED enum error_code push_page_book(struct push_page *page, struct error *error);
/* Record an outcome; the most important one of an object counts. */
void push_item_meet(struct push_item *item, enum outcome_kind kind, const char *reason);
/* Tell what was recorded, if anything. Inside a transaction. */
WARN_UNUSED enum error_code push_item_tell(const struct push_item *item,
                                           struct run_context *context, struct error *error);

/* ---- push_answers.c ---- */

/* Apply the integration's answers for one change to the books (spec section 10, decisions 59 to
 * 64). Sets target->settled, the item's outcome, the batch result. Inside a transaction. */
WARN_UNUSED enum error_code push_answers_book(struct push_page *page, struct push_item *item,
                                              struct push_target *target, struct error *error);

#endif
