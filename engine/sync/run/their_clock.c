/* The third party's clock beside ours. */
#include "sync/run/their_clock.h"

void their_clock_remember(struct run_context *context)
{
    const struct manual *manual = context->run->manual;
    for (size_t i = 0; i < manual->integration_count; i++) {
        const struct window_end *stored = &context->windows[i].stored;
        context->clock_known |= stored->clock_known;
        if (stored->clock_known)
            context->behind_ms = stored->clock_ms;
        else if (stored->behind_ms != 0)
            context->behind_ms = stored->behind_ms;
    }
    context->summary->clock_behind_ms = context->behind_ms;
}

bool their_clock_look(struct run_context *context)
{
    struct exchange *exchange = context->run->exchange;
    struct clock_bounds bounds = {.known = false};
    if (exchange->clock_behind)
        bounds = exchange->clock_behind(exchange);
    const int64_t behind = clock_bounds_behind(&bounds, context->behind_ms);
    const bool is_another = behind != context->behind_ms;
    context->behind_ms = behind;
    context->clock_known |= bounds.known;
    context->summary->clock_behind_ms = behind;
    context->summary->clock_measured |= bounds.known;
    context->summary->clock_unknown = bounds.undated && !context->clock_known;
    return is_another;
}

instant their_clock_ours(const struct run_context *context, instant at)
{
    return instant_shift(at, context->behind_ms);
}

instant their_clock_begin(const struct run_context *context, const struct window *window)
{
    if (window->from == INSTANT_NONE)
        return INSTANT_NONE;
    const int64_t before = window->stored.behind_ms;
    const bool goes_on = context->start == INSTANT_NONE;
    const int64_t behind = goes_on && before > context->behind_ms ? before : context->behind_ms;
    return instant_shift(window->from, -behind);
}

/* Up to now: by their present clock or the one they had before, or, if they are behind, by ours;
 * their clock may have been set, and may be set at any moment. */
instant their_clock_end(const struct run_context *context, const struct window *window)
{
    enum {
        READ_MS = 1000
    }; /* it may be that much later there, because dates are cut to the
        * second */
    const int64_t before = window->stored.behind_ms;
    int64_t behind = context->behind_ms;
    if (context->to == context->run->now) {
        behind = behind < before ? behind : before;
        behind = behind < 0 ? behind - READ_MS : 0;
    }
    return instant_shift(context->to, -behind);
}
