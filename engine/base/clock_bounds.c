/* What is known of another clock. */
#include "base/clock_bounds.h"

void clock_bounds_narrow(struct clock_bounds *bounds, int64_t least, int64_t most)
{
    const bool contradicts = !bounds->known || least > bounds->most || most < bounds->least;
    if (contradicts || least > bounds->least)
        bounds->least = least;
    if (contradicts || most < bounds->most)
        bounds->most = most;
    bounds->known = true;
}

static bool may_be(const struct clock_bounds *bounds, int64_t behind)
{
    return behind >= bounds->least - CLOCK_UNNOTICED_MS && behind <= bounds->most + CLOCK_UNNOTICED_MS;
}

int64_t clock_bounds_behind(const struct clock_bounds *bounds, int64_t last)
{
    if (!bounds->known || may_be(bounds, last))
        return last;
    if (may_be(bounds, 0))
        return 0;
    return bounds->least > 0 ? bounds->least : bounds->most;
}
