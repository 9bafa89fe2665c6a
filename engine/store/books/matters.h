/*
 * matters: everything that is open, from wherever the books keep it (spec section 13.3).
 *
 * Refusals and ties are marks at tracked changes, ambiguous records wait in a list of their own, the
 * rest is in open_matter: here they are one list, of live links and objects only.
 */
#ifndef TANDEM_STORE_MATTERS_H
#define TANDEM_STORE_MATTERS_H

#include "model/matter.h"
#include "store/schema/store.h"

struct open_matter {
    enum matter_reason reason;
    struct text integration;
    struct text object, id;                         /* ours; id absent: it is not one of ours */
    struct text integration_object, integration_id; /* id absent: a record to be created */
    struct text field;                              /* of ours; absent: the whole */
    instant first, last;
    struct text message; /* for people; absent: none */
};

/* Which of them; absent or 0: all. */
struct matter_query {
    struct text integration;
    enum matter_reason reason;
    struct text object, id; /* of either side: TYPE:ID */
};

/* By integration, reason, first instant. Everything lives in the arena. */
WARN_UNUSED enum error_code matters_list(struct store *store, const struct matter_query *query,
                                         struct arena *arena, struct open_matter **matters,
                                         size_t *count, struct error *error);

#endif
