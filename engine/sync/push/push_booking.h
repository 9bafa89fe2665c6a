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

WARN_UNUSED enum error_code push_booking_note(const struct push_booking *booking, const char *about,
                                              struct text message, struct text integration_id,
                                              struct error *error);
/* The answer's instant, or the run's. */
instant push_booking_instant(const struct push_booking *booking, const struct order_answer *answer);
/* Both sides agree on what was sent (push_stored.h); the stored mapping is written, with all
 * consequences. What is tried again as well agrees on nothing. */
WARN_UNUSED enum error_code push_booking_update(struct push_booking *booking,
                                                const struct order_answer *answer,
                                                struct mapping *mapping, struct error *error);
/* The change is an update that was sent and not answered. It may have arrived, so that what both
 * agreed on before is not known of them any more: an edit back to it is sent. */
WARN_UNUSED enum error_code push_booking_unanswered(struct push_booking *booking,
                                                    struct error *error);

#endif
