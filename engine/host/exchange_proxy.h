/*
 * exchange_proxy: wraps what a side offers: for traces, dry runs, counting calls and failing them
 * on purpose (proxy_plan.h). The run itself needs no such cases.
 *
 * A proxy is the caller's storage and offers a table like the one that it wraps: hand
 * `&proxy.exchange` or `&proxy.side` to the run in its place. It owns nothing; the table wrapped
 * and the plan must outlive it. Members that the wrapped table leaves out are left out as well.
 */
#ifndef TANDEM_HOST_EXCHANGE_PROXY_H
#define TANDEM_HOST_EXCHANGE_PROXY_H

#include "model/side.h"
#include "host/proxy_plan.h"

/* Around an integration. */
struct exchange_proxy {
    struct exchange exchange; /* first: it is recovered from it */
    struct exchange *inner;
    struct proxy_plan *plan;
    /* Orders are not executed: what would be sent is logged (LOG_INFO), and each change is
     * answered as if it had succeeded, creates with ids "dry-run-1", "dry-run-2" ... Listeners
     * are not told. The caller must discard the books of such a run. */
    bool dry_run;
    uint64_t dry_ids; /* private */
};
/* plan must not be NULL; an all-zero one only counts. */
void exchange_proxy_init(struct exchange_proxy *proxy, struct exchange *inner,
                         struct proxy_plan *plan, bool dry_run);

/* Around the internal side. */
struct internal_proxy {
    struct internal_side side; /* first: it is recovered from it */
    struct internal_side *inner;
    struct proxy_plan *plan;
};
void exchange_proxy_init_internal(struct internal_proxy *proxy, struct internal_side *inner,
                                  struct proxy_plan *plan);

#endif
