/*
 * books_proxy: wraps the books, to count their calls and to break them on purpose (proxy_plan.h).
 *
 * The caller's storage; hand `&proxy.books` to the run in place of the books wrapped. It owns
 * nothing; the books wrapped and the plan must outlive it.
 */
#ifndef TANDEM_SYNC_BOOKS_PROXY_H
#define TANDEM_SYNC_BOOKS_PROXY_H

#include "model/books.h"
#include "support/proxy_plan.h"

struct books_proxy {
    struct books books; /* first: it is recovered from it */
    struct books *inner;
    struct proxy_plan *plan;
};

/* plan must not be NULL; an all-zero one only counts. */
void books_proxy_init(struct books_proxy *proxy, struct books *inner, struct proxy_plan *plan);

#endif
