/*
 * journal_proxy: wraps a run's journal, to count its calls and to break them on purpose
 * (proxy_plan.h).
 *
 * The caller's storage; hand `&proxy.journal` to the run in place of the journal wrapped. It owns
 * nothing; the journal wrapped and the plan must outlive it.
 */
#ifndef TANDEM_SYNC_JOURNAL_PROXY_H
#define TANDEM_SYNC_JOURNAL_PROXY_H

#include "model/journal.h"
#include "support/proxy_plan.h"

struct journal_proxy {
    struct journal journal; /* first: it is recovered from it */
    struct journal *inner;
    struct proxy_plan *plan;
};

/* plan must not be NULL; an all-zero one only counts. */
void journal_proxy_init(struct journal_proxy *proxy, struct journal *inner,
                        struct proxy_plan *plan);

#endif
