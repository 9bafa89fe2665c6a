/*
 * observer: notifications about a run, for progress, plans, traces and tests.
 */
#ifndef TANDEM_MODEL_OBSERVER_H
#define TANDEM_MODEL_OBSERVER_H

#include "model/order.h"
#include "model/outcome.h"
#include "model/side.h"

/* All members may be NULL. All arguments are borrowed for the call. */
struct observer {
    void *context;
    void (*request_made)(void *context, const struct request *request);
    void (*report_received)(void *context, const struct request *request,
                            const struct report *report);
    /* A pull order before it is executed, a push order likewise. */
    void (*order_made)(void *context, const struct order *order);
    void (*batch_completed)(void *context, const struct batch_result *result);
    void (*outcome)(void *context, const struct outcome *outcome);
    void (*note)(void *context, const struct note *note);
    void (*decision)(void *context, const struct decision *decision);
};

#endif
