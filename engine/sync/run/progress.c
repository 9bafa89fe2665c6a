/* Positions, cursor and paging, stored with each iteration. */
#include "sync/run/progress.h"

#include <string.h>

enum error_code progress_store(const struct run_context *context, const char *phase,
                               unsigned iteration, struct text cursor, struct error *error)
{
    const struct run *run = context->run;
    const size_t count = run->manual->integration_count;
    struct position_floor *floors = ARENA_ARRAY(context->pages[0], count, struct position_floor);
    const struct run_progress progress = {.phase = phase,
                                          .iteration = iteration,
                                          .cursor = cursor,
                                          .floors = floors,
                                          .page_after = context->page_after};
    if (!floors)
        return error_memory(error, "the progress of a run");
    for (size_t i = 0; i < count; i++)
        floors[i] = context->windows[i].floor;
    return run->books->set_progress(run->books, &progress, error);
}

bool progress_pull_is_done(const struct run_context *context)
{
    const struct run_progress *resume = context->run->resume;
    return resume && strcmp(resume->phase, "push") == 0;
}

enum error_code progress_restore(struct run_context *context, struct error *error)
{
    const struct run_progress *resume = context->run->resume;
    const struct manual *manual = context->run->manual;
    if (!resume)
        return ERROR_NONE;
    for (size_t i = 0; resume->floors && i < manual->integration_count; i++) {
        struct position_floor *floor = &context->windows[i].floor;
        *floor = resume->floors[i];
        if (text_copy(context->arena, floor->token, &floor->token, error))
            return error->code;
    }
    for (size_t i = 0; resume->page_after && i < manual->internal_count; i++) {
        if (text_copy(context->arena, resume->page_after[i], &context->page_after[i], error))
            return error->code;
    }
    return ERROR_NONE;
}
