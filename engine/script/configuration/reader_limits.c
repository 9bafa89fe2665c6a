/* limits: how much an integration may request, receive and use. */
#include "script/configuration/reader.h"

#include "script/configuration/configuration_place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A setting in a larger unit than the struct has. */
static int64_t scaled(struct reader *reader, const char *key, double least, double most,
                      double unit, int64_t otherwise)
{
    return (int64_t)(unit * reader_number(reader, key, least, most, (double)otherwise / unit));
}

/* A file is named after it. */
static void read_account(struct reader *reader, struct http_client_options *http)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const struct text account = reader_text(reader, "account");
    if (text_is_absent(account))
        return;
    if (text_is_empty(account) || account.length > 64 ||
        strspn(account.bytes, letters) != account.length) {
        const size_t mark = reader_enter(reader, "account");
        reader_fail(reader, "must be a name of up to 64 letters, digits, '_' and '-'");
        reader_leave(reader, mark);
    }
    http->account = account;
}

void reader_limits(struct reader *reader, struct sandbox_limits *limits,
                   struct http_client_options *http)
{
    const double mebibyte = 1 << 20;
    size_t mark = 0;
    if (!reader_begin_section(reader, "limits", "a table", &mark))
        return;
    reader_keys(reader, "limits");
    http->requests_per_second =
        reader_number(reader, "requests_per_second", 0, 1e6, http->requests_per_second);
    http->burst = reader_number(reader, "burst", 0, 1e6, http->burst);
    http->requests_per_day =
        (int64_t)reader_number(reader, "requests_per_day", 0, 1e12, (double)http->requests_per_day);
    read_account(reader, http);
    http->share_of_limits = reader_number(reader, "share", 0.01, 1, http->share_of_limits);
    reader_buckets(reader, http);
    http->max_concurrent =
        (int)reader_number(reader, "concurrent_requests", 1, 100, http->max_concurrent);
    http->max_attempts = (int)reader_number(reader, "attempts", 1, 100, http->max_attempts);
    http->limits.timeout_ms =
        scaled(reader, "timeout_seconds", 0.001, 86400, 1000, http->limits.timeout_ms);
    http->limits.connect_timeout_ms = scaled(reader, "connect_timeout_seconds", 0.001, 3600, 1000,
                                             http->limits.connect_timeout_ms);
    http->max_retry_after_ms =
        scaled(reader, "retry_after_seconds", 0, 86400, 1000, http->max_retry_after_ms);
    http->limits.max_body_bytes = (uint64_t)scaled(reader, "body_mib", 0.001, 4096, mebibyte,
                                                   (int64_t)http->limits.max_body_bytes);
    limits->memory_bytes =
        (size_t)scaled(reader, "memory_mib", 1, 16384, mebibyte, (int64_t)limits->memory_bytes);
    limits->cpu_ms = scaled(reader, "cpu_seconds", 0.01, 86400, 1000, limits->cpu_ms);
    limits->wall_ms = scaled(reader, "wall_seconds", 0.01, 86400, 1000, limits->wall_ms);
    reader_end_section(reader, mark);
}
