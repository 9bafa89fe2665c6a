/*
 * plan_members: what a plan tells of contacts whose company is renamed; no change of the order
 * names them, since the store itself lets the name follow.
 *
 * plan_members_before is called before the order is carried out, plan_members_tell after it.
 * Everything lives in the order's arena.
 */
#ifndef TANDEM_HOST_PLAN_MEMBERS_H
#define TANDEM_HOST_PLAN_MEMBERS_H

#include "host/plan_watch.h"
#include "store/inspect/company_members.h"

struct plan_members {
    struct company_member *members;
    size_t count;
};

/* *members has one entry for each change of the order; NULL if `store` is NULL. */
WARN_UNUSED enum error_code plan_members_before(struct store *store, const struct order *order,
                                                struct plan_members **members, struct error *error);
/* Tells those whose name has changed and that no change of the order has told. */
WARN_UNUSED enum error_code plan_members_tell(struct store *store, const struct order *order,
                                              const struct plan_members *members, plan_tell *tell,
                                              void *context, struct error *error);

#endif
