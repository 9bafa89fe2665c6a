/* The time window of a run, and where the next one begins. */
#include "sync/run/window.h"

#include "sync/run/progress.h"
#include "sync/run/their_clock.h"

static enum error_code read_moment(const struct run *run, struct text option, const char *name,
                                   instant *at, struct error *error)
{
    if (text_is_absent(option))
        return ERROR_NONE;
    if (!instant_parse_moment(option, run->now, at))
        return error_set(error, ERROR_REFUSED,
                         "%s '%.*s' is not understood; use for example '2026-03-10 12:00:00' or "
                         "'-10 minutes'",
                         name, TEXT_PRINT(option));
    return ERROR_NONE;
}

static enum error_code refuse_empty(struct text object, instant from, instant to,
                                    struct error *error)
{
    char from_text[INSTANT_TEXT_SIZE], to_text[INSTANT_TEXT_SIZE];
    return error_set(error, ERROR_REFUSED,
                     "the window of '%.*s' is empty: it would begin at %s and end at %s; give "
                     "another --start-datetime or --end-datetime",
                     TEXT_PRINT(object), instant_format(from, from_text),
                     instant_format(to, to_text));
}

/* A position that a wrong clock left in the future does not count: the run begins where the last
 * complete one did whose start is not later than now (decision 105). */
static enum error_code mend_position(struct run_context *context, struct window *window,
                                     struct error *error)
{
    const struct run *run = context->run;
    if (window->stored.at == INSTANT_NONE || window->stored.at <= run->now)
        return ERROR_NONE;
    context->summary->position_in_future = true;
    window->mended = true;
    return run->books->last_complete(run->books, run->now, &window->stored.at, error);
}

/* A line that is new is filled once: this pull begins at the beginning, and the position may move
 * back (decision 111). */
static void begin_anew(struct run_context *context, struct window *window)
{
    window->fills = window->stored.unfilled && context->start == INSTANT_NONE &&
                    judge_has_base(&context->run->settings->judge);
    if (!window->fills)
        return;
    context->summary->fills_lines = true;
    window->stored.at = INSTANT_NONE;
    window->stored.token = TEXT_ABSENT;
}

enum error_code window_open(struct run_context *context, struct error *error)
{
    const struct run *run = context->run;
    context->to = run->now;
    if (read_moment(run, run->options->start, "--start-datetime", &context->start, error) ||
        read_moment(run, run->options->end, "--end-datetime", &context->to, error))
        return error->code;
    /* The future cannot have been pulled (spec 13.9). */
    if (context->to > run->now)
        context->to = run->now;
    if (context->start != INSTANT_NONE && context->start >= context->to)
        return refuse_empty(run->integration, context->start, context->to, error);

    for (size_t i = 0; i < run->manual->integration_count; i++) {
        const struct manual_object *object = run->manual->integration[i];
        struct window *window = &context->windows[i];
        window->floor.at = INSTANT_NONE;
        if (run->books->position(run->books, object, &window->stored, context->arena, error))
            return error->code;
        begin_anew(context, window);
        if (mend_position(context, window, error))
            return error->code;
        window->from = context->start;
        if (context->start == INSTANT_NONE && window->stored.at != INSTANT_NONE)
            window->from = window->stored.at - run->settings->overlap_ms;
        /* A run that is resumed in its push has stored its own end already. */
        if (window->from != INSTANT_NONE && window->from >= context->to &&
            !progress_pull_is_done(context))
            return refuse_empty(object->name, window->from, context->to, error);
    }
    their_clock_remember(context);
    context->summary->from =
        run->manual->integration_count > 0 ? context->windows[0].from : context->start;
    context->summary->to = context->to;
    return ERROR_NONE;
}

void window_set_floor(struct run_context *context, const struct manual_object *object, instant at)
{
    struct window *window = &context->windows[object->index];
    if (at == INSTANT_NONE)
        window->floor.stays = true;
    else if (window->floor.at == INSTANT_NONE || at < window->floor.at)
        window->floor.at = at;
}

/* The position stays, but what they write until it moves is dated by their present clock.
 */
static enum error_code stay(struct run_context *context, const struct manual_object *object,
                            const struct window *window, struct error *error)
{
    struct books *books = context->run->books;
    struct window_end end = window->stored;
    if (end.at == INSTANT_NONE || window->mended || context->behind_ms <= end.behind_ms)
        return ERROR_NONE;
    end.behind_ms = context->behind_ms;
    return books->set_position(books, object, &end, error);
}

static enum error_code store_one(struct run_context *context, const struct manual_object *object,
                                 struct window *window, struct error *error)
{
    struct books *books = context->run->books;
    const bool held = window->floor.stays || window->floor.at != INSTANT_NONE;
    /* without a base 13.1 does not hold, and nothing waits */
    const bool unfilled =
        !window->fills && window->stored.unfilled && judge_has_base(&context->run->settings->judge);
    struct window_end end = {
        .at = context->to, .behind_ms = context->behind_ms, .unfilled = unfilled};
    if (!text_is_absent(window->floor.token)) {
        end.at = INSTANT_NONE;
        end.token = window->floor.token;
        return held ? ERROR_NONE : books->set_position(books, object, &end, error);
    }
    if (window->floor.at != INSTANT_NONE && window->floor.at < end.at)
        end.at = window->floor.at;
    if (context->run->options->slice) {
        if (window->floor.stays)
            end.at = INSTANT_NONE;
        return books->set_reach(books, object, &end, error);
    }
    const bool moves = window->stored.at == INSTANT_NONE || window->mended ||
                       (end.at > window->stored.at &&
                        (context->start == INSTANT_NONE || context->start <= window->stored.at));
    if (window->floor.stays || !moves)
        return stay(context, object, window, error);
    return books->set_position(books, object, &end, error);
}

enum error_code window_store(struct run_context *context, struct error *error)
{
    const struct manual *manual = context->run->manual;
    for (size_t i = 0; i < manual->integration_count; i++) {
        struct window *window = &context->windows[i];
        if (window->asked && store_one(context, manual->integration[i], window, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code window_note_positions(struct run_context *context, const struct report *report,
                                      struct error *error)
{
    /* Records asked for by their ids are not all that changed. */
    if (report->request->depth > 0 || report->request->selective)
        return ERROR_NONE;
    for (size_t i = 0; i < report->position_count; i++) {
        const struct report_position *position = &report->positions[i];
        if (text_copy(context->arena, position->token,
                      &context->windows[position->object->index].floor.token, error))
            return error->code;
    }
    return ERROR_NONE;
}
