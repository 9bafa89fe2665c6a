/* integration_limits: one file below var/rate for each limit. */
#include "host/integration_limits.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "host/home.h"
#include "host/signals.h"
#include "net/wire/rate_bucket.h"

/* "account." and the account's name, or the name of an integration. */
enum { ACCOUNT_LONGEST = 512 };

static enum error_code open_share(struct session *session, const char *name,
                                  struct rate_share **share, struct error *error)
{
    char path[PATH_MAX];
    if (home_path(&session->home, path, error, "var/rate") || home_make_folder(path, error) ||
        home_path(&session->home, path, error, "var/rate/%s", name))
        return error->code;
    return rate_share_open(path, session->log, signals_flag(), share, error);
}

static enum error_code open_buckets(struct session *session, const char *account,
                                    struct http_client_options *options,
                                    struct integration_limits *limits, struct error *error)
{
    const size_t count = options->bucket_count;
    struct rate_bucket_settings *const buckets =
        ARENA_ARRAY(session->arena, count, struct rate_bucket_settings);
    limits->buckets = ARENA_ARRAY(session->arena, count, struct rate_share *);
    if (!buckets || !limits->buckets)
        return error_memory(error, "rate limits");
    memcpy(buckets, options->buckets, count * sizeof *buckets);
    for (size_t i = 0; i < count; i++) {
        char name[ACCOUNT_LONGEST + RATE_BUCKET_NAME + 16];
        snprintf(name, sizeof name, "%s.bucket.%.*s", account, TEXT_PRINT(buckets[i].name));
        if (open_share(session, name, &limits->buckets[i], error))
            return error->code;
        buckets[i].share = limits->buckets[i];
        limits->bucket_count++;
    }
    options->buckets = buckets;
    return ERROR_NONE;
}

enum error_code integration_limits_open(struct session *session, struct text integration,
                                        struct http_client_options *options,
                                        struct integration_limits *limits, struct error *error)
{
    const bool alone = text_is_absent(options->account);
    const struct text name = alone ? integration : options->account;
    char account[ACCOUNT_LONGEST];
    enum error_code code = ERROR_NONE;
    /* no account has the name of an integration by accident */
    snprintf(account, sizeof account, "%s%.*s", alone ? "" : "account.", TEXT_PRINT(name));
    if (options->requests_per_second > 0 || options->requests_per_day > 0)
        code = open_share(session, account, &limits->general, error);
    options->share = limits->general;
    if (!code && options->bucket_count > 0)
        code = open_buckets(session, account, options, limits, error);
    if (session->clock != INSTANT_NONE)
        options->day_shift_ms = session->clock - instant_now();
    return code;
}

void integration_limits_close(struct integration_limits *limits)
{
    rate_share_close(limits->general);
    for (size_t i = 0; i < limits->bucket_count; i++)
        rate_share_close(limits->buckets[i]);
    *limits = (struct integration_limits){0};
}
