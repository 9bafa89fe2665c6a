/*
 * push_booking: one change whose answers are being carried out in the books, and what every kind of
 * answer does to them. Private to sync/push/.
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
    bool again;            /* it comes once more in this run */
};

WARN_UNUSED enum error_code push_booking_note(const struct push_booking *booking, const char *about,
                                              struct text message, struct text integration_id,
                                              struct error *error);
/* The answer's own, else the run's. */
instant push_booking_instant(const struct push_booking *booking, const struct order_answer *answer);
/* Both sides now agree on every field that was sent because it changed (decisions 47, 91). The
 * mapping is still to be written. */
WARN_UNUSED enum error_code push_booking_agree(struct push_booking *booking,
                                               const struct order_answer *answer,
                                               struct mapping *mapping, struct error *error);
/* The same for a mapping that the books have: it is written, with what follows from it. */
WARN_UNUSED enum error_code push_booking_update(struct push_booking *booking,
                                                const struct order_answer *answer,
                                                struct mapping *mapping, struct error *error);

#endif
