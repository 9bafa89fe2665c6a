/* limits.buckets: further limits of an account, by name (net/wire/rate_bucket.h). */
#include <string.h>

#include "net/wire/rate_bucket.h"
#include "script/configuration/reader.h"

enum { MOST_BUCKETS = 16 };

/* A file is named after it. */
static void check_name(struct reader *reader, struct text name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    if (name.length == 0 || name.length > RATE_BUCKET_NAME ||
        strspn(name.bytes, letters) != name.length)
        reader_fail(reader, "is not a name of up to %d small letters, digits and '_'",
                    RATE_BUCKET_NAME);
}

static void read_bucket(struct reader *reader, struct text name, void *item)
{
    struct rate_bucket_settings *const bucket = item;
    check_name(reader, name);
    if (!lua_istable(reader->state, -1))
        reader_fail(reader, "must be a table such as { per_second = 5 }");
    reader_keys(reader, "buckets");
    bucket->name = name;
    bucket->per_second = reader_number(reader, "per_second", 0, 1e9, 0);
    bucket->burst = reader_number(reader, "burst", 0, 1e9, 0);
    bucket->per_day = (int64_t)reader_number(reader, "per_day", 0, 1e12, 0);
}

void reader_buckets(struct reader *reader, void *out)
{
    struct http_client_options *const http = out;
    http->buckets = reader_each(reader, sizeof *http->buckets, read_bucket, &http->bucket_count);
    if (http->bucket_count > MOST_BUCKETS)
        reader_fail(reader, "has more than %d names", MOST_BUCKETS);
}
