/* told_wait: reads the body only of answers that ask to wait, which are short. */
#include "net/wire/told_wait.h"

#include <jansson.h>

enum { LARGEST_BODY = 65536 };
static const double LONGEST_SECONDS = 10.0 * 366 * 86400;

static int64_t wait_of(const struct http_told_wait *wait, const json_t *value)
{
    if (!text_is_absent(wait->word)) {
        const char *said = json_string_value(value);
        return said && text_equal(wait->word, text_of(said)) ? wait->ms : -1;
    }
    const double seconds = json_is_number(value) ? json_number_value(value) : -1;
    return seconds >= 0 && seconds <= LONGEST_SECONDS ? (int64_t)(seconds * 1000) : -1;
}

int64_t told_wait(const struct http_told_wait *waits, size_t count, struct text body)
{
    int64_t longest = -1;
    if (count == 0 || text_is_empty(body) || body.length > LARGEST_BODY)
        return -1;
    json_t *json = json_loadb(body.bytes, body.length, 0, NULL);
    for (size_t i = 0; i < count; i++) {
        const int64_t wait = wait_of(
            &waits[i], json_object_getn(json, waits[i].member.bytes, waits[i].member.length));
        longest = wait > longest ? wait : longest;
    }
    json_decref(json);
    return longest;
}
