/*
 * push_booking: one change whose answers are being applied to the books, and what all kinds of
 * answers have in common. Private to sync/push/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_BOOKING_H
#define TANDEM_SYNC_PUSH_PUSH_BOOKING_H

#include "sync/push/push.h"

struct push_booking {
    struct push_page *page;
    struct push_item *item;
    struct push_target *target;
    struct order_change *change;
    bool updated, retried, issued, deleted, created, remapped, foreign, not_kept;
    bool stale, uncounted; /* of a retry */
    bool again;            /* it is sent again in this run */
};

/* A note for the object's owner. Inside a transaction, as all that follows. */
WARN_UNUSED enum error_code push_booking_note(const struct push_booking *booking, const char *about,
                                              struct text message, struct text integration_id,
                                              struct error *error);
/* The answer's instant, or the run's. */
instant push_booking_instant(const struct push_booking *booking, const struct order_answer *answer);
/* Both sides agree on what was sent (push_stored_agree). Nobody knows what they have of what is
 * tried again as well: an update agrees on nothing then, and a create keeps in mind what it sent.
 */
WARN_UNUSED enum error_code push_booking_agree(struct push_booking *booking,
                                               const struct order_answer *answer,
                                               struct mapping *mapping, struct error *error);
/* What follows once the mapping is written (push_stored_book), unless it is tried again. */
WARN_UNUSED enum error_code push_booking_settle(struct push_booking *booking,
                                                const struct order_answer *answer,
                                                struct mapping *mapping, struct error *error);
/* push_booking_agree; the stored mapping is written, with all consequences. */
WARN_UNUSED enum error_code push_booking_update(struct push_booking *booking,
                                                const struct order_answer *answer,
                                                struct mapping *mapping, struct error *error);
/* The change is an update that was sent and not answered. It may have arrived, so that what both
 * agreed on before is not known of them any more: an edit back to it is sent; and if they show what
 * was sent, that is no edit of theirs. */
WARN_UNUSED enum error_code push_booking_unanswered(struct push_booking *booking,
                                                    struct error *error);

/* ---- push_stored.c: what both sides agree on (spec section 13.2, decisions 91 and 93) ---- */

/* Both sides now agree on every field that was sent because it changed (decisions 47, 91): the
 * base versions of the mapping, which is still to be written. The record as stored, if the answer
 * shows it, becomes `theirs` at once; booking->not_kept: they stored something else. */
WARN_UNUSED enum error_code push_stored_agree(struct push_booking *booking,
                                              const struct order_answer *answer,
                                              struct mapping *mapping, struct error *error);
/* After the mapping was written: matters of the sent fields are resolved, unless the value was
 * not kept. */
WARN_UNUSED enum error_code push_stored_book(const struct push_booking *booking,
                                             const struct order_answer *answer,
                                             const struct mapping *mapping, struct error *error);

/* ---- each kind of answer ---- */

/* push_created.c: the object now has a mapping to the record, a new or an existing one (spec
 * section 10, decisions 61, 97, 109). */
WARN_UNUSED enum error_code push_created_book(struct push_booking *booking,
                                              const struct order_answer *answer,
                                              struct error *error);
/* push_deleted.c: the record is gone there; end its links. Where the policy is to delete our object
 * as well, and the object was edited, the edit decides as it does when a report tells of the
 * deletion (spec 13.5). */
WARN_UNUSED enum error_code push_deleted_book(struct push_booking *booking, struct error *error);
/* push_refusals.c: the change was answered with issues only (spec section 13.3, decisions 97 and
 * 98): its edits are kept, marked as refused. *again: only some fields were refused, and the others
 * are sent again in this run. */
WARN_UNUSED enum error_code push_refusals_book(struct push_page *page, struct push_item *item,
                                               struct push_target *target, bool *again,
                                               struct error *error);

#endif
