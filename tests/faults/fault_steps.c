/* A run with proxies around everything that it asks of the world. */
/* FAULT_NO_JOURNAL shows that the tests notice when there is none. */
#include <stdlib.h>

#include "fault_plan.h"
#include "support/books_proxy.h"
#include "support/exchange_proxy.h"
#include "support/journal_proxy.h"
#include "sync/process.h"

enum error_code __real_process_run(const struct run *run, struct run_summary *summary,
                                   struct error *error);
enum error_code __wrap_process_run(const struct run *run, struct run_summary *summary,
                                   struct error *error);

static void stepped(void *context, enum proxy_step step, uint64_t number)
{
    (void)context;
    (void)number;
    fault_plan_die(step == PROXY_BOOKS_JOURNAL ? FAULT_JOURNAL : FAULT_STEP);
}

enum error_code __wrap_process_run(const struct run *run, struct run_summary *summary,
                                   struct error *error)
{
    struct proxy_plan plan = {.stepped = stepped};
    struct exchange_proxy exchange;
    struct internal_proxy internal;
    struct books_proxy books;
    struct journal_proxy journal;
    struct run wrapped = *run;

    exchange_proxy_init(&exchange, run->exchange, &plan);
    exchange_proxy_init_internal(&internal, run->internal, &plan);
    books_proxy_init(&books, run->books, &plan);
    wrapped.exchange = &exchange.exchange;
    wrapped.internal = &internal.side;
    wrapped.books = &books.books;
    wrapped.journal = getenv("FAULT_NO_JOURNAL") ? NULL : run->journal;
    if (wrapped.journal) {
        journal_proxy_init(&journal, run->journal, &plan);
        wrapped.journal = &journal.journal;
    }
    return __real_process_run(&wrapped, summary, error);
}
