#include "cli/daily_requests.h"

#include <inttypes.h>
#include <stdlib.h>

#include "store/cache.h"

static const int64_t DAY_MS = INT64_C(86400000);

/* A namespace of its own, which no integration can have: no name holds a '/'. */
static enum error_code make_names(const struct session *session, struct text integration,
                                  instant now, struct text *place, struct text *day,
                                  struct error *error)
{
    const enum error_code code =
        text_format(session->arena, place, error, "%.*s/requests", TEXT_PRINT(integration));
    return code ? code : text_format(session->arena, day, error, "%" PRId64, now / DAY_MS);
}

enum error_code daily_requests_read(const struct session *session, struct text integration,
                                    instant now, int64_t *count, struct error *error)
{
    struct text place = TEXT_ABSENT, day = TEXT_ABSENT, value = TEXT_ABSENT;
    enum error_code code = make_names(session, integration, now, &place, &day, error);
    *count = 0;
    if (!code)
        code = cache_get(session->store, place, day, session->arena, &value, error);
    if (!code && !text_is_absent(value))
        *count = strtoll(value.bytes, NULL, 10);
    return code;
}

enum error_code daily_requests_add(const struct session *session, struct text integration,
                                   instant now, uint64_t count, struct error *error)
{
    struct text place = TEXT_ABSENT, day = TEXT_ABSENT, value = TEXT_ABSENT;
    int64_t before = 0;
    enum error_code code = daily_requests_read(session, integration, now, &before, error);
    if (!code)
        code = make_names(session, integration, now, &place, &day, error);
    if (!code)
        code = text_format(session->arena, &value, error, "%" PRId64, before + (int64_t)count);
    return code ? code : cache_set(session->store, place, day, value, now + 2 * DAY_MS, error);
}
