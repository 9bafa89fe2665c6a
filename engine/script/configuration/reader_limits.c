/* limits: how much an integration may request, receive and use. */
#include "script/configuration/reader.h"

#include <string.h>

struct limits {
    struct sandbox_limits *sandbox;
    struct http_client_options *http;
};

static int64_t read_mebibytes(struct reader *reader, const char *key, double least, double most,
                              int64_t otherwise)
{
    const double mebibyte = 1 << 20;
    return (int64_t)(mebibyte *
                     reader_number(reader, key, least, most, (double)otherwise / mebibyte));
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
        (void)reader_enter(reader, "account");
        reader_fail(reader, "must be a name of up to 64 letters, digits, '_' and '-'");
    }
    http->account = account;
}

static void read_limits(struct reader *reader, void *out)
{
    const struct limits *const limits = out;
    struct http_client_options *const http = limits->http;
    struct sandbox_limits *const sandbox = limits->sandbox;
    reader_keys(reader, "limits");
    http->requests_per_second =
        reader_number(reader, "requests_per_second", 0, 1e6, http->requests_per_second);
    http->burst = reader_number(reader, "burst", 0, 1e6, http->burst);
    http->requests_per_day =
        (int64_t)reader_number(reader, "requests_per_day", 0, 1e12, (double)http->requests_per_day);
    read_account(reader, http);
    http->share_of_limits = reader_number(reader, "share", 0.01, 1, http->share_of_limits);
    reader_section(reader, "buckets", "a table such as { search = { per_second = 5 } }",
                   reader_buckets, http);
    http->max_concurrent =
        (int)reader_number(reader, "concurrent_requests", 1, 100, http->max_concurrent);
    http->max_attempts = (int)reader_number(reader, "attempts", 1, 100, http->max_attempts);
    reader_seconds(reader, "timeout_seconds", 0.001, 86400, &http->limits.timeout_ms);
    reader_seconds(reader, "connect_timeout_seconds", 0.001, 3600,
                   &http->limits.connect_timeout_ms);
    reader_seconds(reader, "retry_after_seconds", 0, 86400, &http->max_retry_after_ms);
    http->limits.max_body_bytes = (uint64_t)read_mebibytes(reader, "body_mib", 0.001, 4096,
                                                           (int64_t)http->limits.max_body_bytes);
    sandbox->memory_bytes =
        (size_t)read_mebibytes(reader, "memory_mib", 1, 16384, (int64_t)sandbox->memory_bytes);
    reader_seconds(reader, "cpu_seconds", 0.01, 86400, &sandbox->cpu_ms);
    reader_seconds(reader, "wall_seconds", 0.01, 86400, &sandbox->wall_ms);
}

void reader_limits(struct reader *reader, struct sandbox_limits *sandbox,
                   struct http_client_options *http)
{
    struct limits limits = {sandbox, http};
    reader_section(reader, "limits", "a table", read_limits, &limits);
}
