/*
 * budget: what is left today of the limits that operators gave an integration
 * (limits.requests_per_day and those of its buckets), as all processes of the account have used
 * them.
 */
#ifndef TANDEM_HOST_BUDGET_H
#define TANDEM_HOST_BUDGET_H

#include "host/home.h"
#include "net/client/http_client.h"

struct budget {
    struct text name; /* of the integration or "account.NAME", perhaps with ".bucket.NAME" */
    int64_t per_day;
};

/* The daily limits among these options; in the arena. */
WARN_UNUSED enum error_code budget_list(struct text integration,
                                        const struct http_client_options *options,
                                        struct arena *arena, struct budget **budgets, size_t *count,
                                        struct error *error);
/* How many requests are left until midnight (UTC); never below 0. */
int64_t budget_left(const struct home *home, const struct budget *budget, instant now);

#endif
