/*
 * exchange_proxy: wraps what a side offers, to trace and count its calls and to fail them on
 * purpose (proxy_plan.h). The run itself needs no such cases.
 *
 * A proxy is the caller's storage and offers a table like the one that it wraps: hand
 * `&proxy.exchange` or `&proxy.side` to the run in its place. It owns nothing; the table wrapped
 * and the plan must outlive it. Members that the wrapped table leaves out are left out as well.
 */
#ifndef TANDEM_TESTS_SUPPORT_EXCHANGE_PROXY_H
#define TANDEM_TESTS_SUPPORT_EXCHANGE_PROXY_H

#include "model/side.h"
#include "support/proxy_plan.h"

/* Around an integration. */
struct exchange_proxy {
    struct exchange exchange; /* first: it is recovered from it */
    struct exchange *inner;
    struct proxy_plan *plan;
};
/* plan must not be NULL; an all-zero one only counts. */
void exchange_proxy_init(struct exchange_proxy *proxy, struct exchange *inner,
                         struct proxy_plan *plan);

/* Around the internal side. */
struct internal_proxy {
    struct internal_side side; /* first: it is recovered from it */
    struct internal_side *inner;
    struct proxy_plan *plan;
};
void exchange_proxy_init_internal(struct internal_proxy *proxy, struct internal_side *inner,
                                  struct proxy_plan *plan);

#endif
