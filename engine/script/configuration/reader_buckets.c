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

static void read_bucket(struct reader *reader, struct text name,
                        struct rate_bucket_settings *bucket)
{
    const size_t mark = reader_enter(reader, name.bytes);
    check_name(reader, name);
    if (reader_push(reader, name.bytes) != LUA_TTABLE)
        reader_fail(reader, "must be a table such as { per_second = 5 }");
    reader_keys(reader, "buckets");
    bucket->name = name;
    bucket->per_second = reader_number(reader, "per_second", 0, 1e9, 0);
    bucket->burst = reader_number(reader, "burst", 0, 1e9, 0);
    bucket->per_day = (int64_t)reader_number(reader, "per_day", 0, 1e12, 0);
    lua_pop(reader->state, 1);
    reader_leave(reader, mark);
}

void reader_buckets(struct reader *reader, struct http_client_options *http)
{
    size_t mark = 0;
    if (!reader_begin_section(reader, "buckets", "a table such as { search = { per_second = 5 } }",
                              &mark))
        return;
    size_t count = 0;
    const struct text *const names = reader_sorted_keys(reader, &count);
    if (count > MOST_BUCKETS)
        reader_fail(reader, "has more than %d names", MOST_BUCKETS);
    struct rate_bucket_settings *const buckets =
        ARENA_ARRAY(reader->arena, count, struct rate_bucket_settings);
    if (!buckets)
        reader_fail(reader, "is too large");
    for (size_t i = 0; i < count; i++) {
        buckets[i] = (struct rate_bucket_settings){.share = NULL};
        read_bucket(reader, names[i], &buckets[i]);
    }
    http->buckets = buckets;
    http->bucket_count = count;
    reader_end_section(reader, mark);
}
