/* Objects, fields, windows and ids of a request, from the manual. */
#include "sync/run/request_builder.h"

#include "sync/run/their_clock.h"

static enum error_code describe_window(const struct run_context *context, struct arena *arena,
                                       const struct request_plan *plan,
                                       struct request_object *asked, struct error *error)
{
    asked->to = context->to;
    asked->from = context->start;
    if (plan->side == SIDE_INTERNAL)
        return ERROR_NONE;
    const struct window *window = &context->windows[asked->object->index];
    char text[INSTANT_TEXT_SIZE];
    asked->to = their_clock_end(context, window);
    asked->from = their_clock_begin(context, window);
    asked->position = window->stored.token;
    if (text_is_absent(asked->position) && window->stored.at != INSTANT_NONE) {
        const instant position = instant_shift(window->stored.at, asked->from - window->from);
        return text_copy(arena, text_of(instant_format(position, text)), &asked->position, error);
    }
    return ERROR_NONE;
}

enum error_code request_build(const struct run_context *context, struct arena *arena,
                              const struct request_plan *plan, struct request **request,
                              struct error *error)
{
    const struct run *run = context->run;
    const struct manual *manual = run->manual;
    const bool theirs = plan->side == SIDE_INTEGRATION;
    struct manual_object *const *objects = theirs ? manual->integration : manual->internal;
    const size_t object_count = theirs ? manual->integration_count : manual->internal_count;
    struct request *made = ARENA_NEW(arena, struct request);
    if (!made)
        return error_memory(error, "a request");
    *made = (struct request){.side = plan->side,
                             .integration = run->integration,
                             .iteration = plan->iteration,
                             .depth = plan->depth,
                             .first_time = run->options->first_time,
                             .selective = plan->ids != NULL,
                             .full = run->options->first_time || context->selective,
                             .options = run->options->options,
                             .option_count = run->options->option_count,
                             .cursor = plan->cursor};
    made->page_size = made->full ? run->settings->page_full : run->settings->page_partial;
    made->objects = ARENA_ARRAY(arena, object_count, struct request_object);
    if (!made->objects)
        return error_memory(error, "a request");
    for (size_t i = 0; i < object_count; i++) {
        struct request_object *asked = &made->objects[made->object_count];
        if (plan->ids && plan->ids[i].count == 0)
            continue;
        *asked = (struct request_object){.object = objects[i]};
        if (plan->ids) {
            asked->ids = plan->ids[i].ids;
            asked->id_count = plan->ids[i].count;
        }
        if (plan->again) {
            asked->again = plan->again[i].ids;
            asked->again_count = plan->again[i].count;
        }
        if (plan->page_after)
            asked->page_after = plan->page_after[i];
        if (request_object_fields(arena, context->run->manual, plan->side, asked, error) ||
            describe_window(context, arena, plan, asked, error))
            return error->code;
        if (asked->field_count > 0)
            made->object_count++;
    }
    *request = made;
    return ERROR_NONE;
}
