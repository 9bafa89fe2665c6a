/* Positions, cursor and paging, stored with each iteration. */
#include "sync/run/progress.h"

#include <string.h>

enum error_code progress_store(const struct run_context *context, const char *phase,
                               unsigned iteration, struct text cursor, struct error *error)
{
    const struct run *run = context->run;
    struct run_progress progress = {
        .phase = phase, .iteration = iteration, .cursor = cursor, .after = context->after};
    struct position_floor *holds =
        ARENA_ARRAY(context->pages[0], run->manual->integration_count, struct position_floor);
    if (!holds)
        return error_memory(error, "the progress of a run");
    for (size_t i = 0; i < run->manual->integration_count; i++)
        holds[i] = (struct position_floor){context->windows[i].frozen, context->windows[i].hold,
                                           context->windows[i].new_token};
    progress.holds = holds;
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
    for (size_t i = 0; resume->holds && i < manual->integration_count; i++) {
        context->windows[i].frozen = resume->holds[i].frozen;
        context->windows[i].hold = resume->holds[i].at;
        if (text_copy(context->arena, resume->holds[i].token, &context->windows[i].new_token,
                      error))
            return error->code;
    }
    for (size_t i = 0; resume->after && i < manual->internal_count; i++) {
        if (text_copy(context->arena, resume->after[i], &context->after[i], error))
            return error->code;
    }
    return ERROR_NONE;
}
