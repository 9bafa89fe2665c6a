/* The files of net/wire/rate_share.h, read from outside. */
#include "host/budget.h"

#include <limits.h>

#include "base/arena.h"
#include "net/wire/rate_bucket.h"
#include "net/wire/rate_share.h"

static enum error_code add(struct arena *arena, struct text account, struct text bucket,
                           int64_t per_day, struct budget *budgets, size_t *count,
                           struct error *error)
{
    if (per_day <= 0)
        return ERROR_NONE;
    struct budget *const budget = &budgets[(*count)++];
    budget->per_day = per_day;
    if (text_is_absent(bucket))
        return text_copy(arena, account, &budget->name, error);
    return text_format(arena, &budget->name, error, "%.*s.bucket.%.*s", TEXT_PRINT(account),
                       TEXT_PRINT(bucket));
}

enum error_code budget_list(struct text integration, const struct http_client_options *options,
                            struct arena *arena, struct budget **budgets, size_t *count,
                            struct error *error)
{
    struct text account = integration;
    *count = 0;
    *budgets = ARENA_ARRAY(arena, options->bucket_count + 1, struct budget);
    if (!*budgets)
        return error_memory(error, "the budgets");
    if (!text_is_absent(options->account) &&
        text_format(arena, &account, error, "account.%.*s", TEXT_PRINT(options->account)))
        return error->code;
    if (add(arena, account, TEXT_ABSENT, options->requests_per_day, *budgets, count, error))
        return error->code;
    for (size_t i = 0; i < options->bucket_count; i++)
        if (add(arena, account, options->buckets[i].name, options->buckets[i].per_day, *budgets,
                count, error))
            return error->code;
    return ERROR_NONE;
}

int64_t budget_left(const struct home *home, const struct budget *budget, instant now)
{
    char path[PATH_MAX];
    struct error ignored = {.code = ERROR_NONE};
    if (home_path(home, path, &ignored, "var/rate/%.*s", TEXT_PRINT(budget->name)))
        return budget->per_day;
    const int64_t used = rate_share_used(path, now);
    return used < budget->per_day ? budget->per_day - used : 0;
}
