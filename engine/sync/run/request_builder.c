/* Objects, fields, windows and ids of a request, from the manual. */
#include "sync/run/request_builder.h"

bool request_asks_for(const struct manual_line *line, enum side side)
{
    const enum direction away =
        side == SIDE_INTEGRATION ? DIRECTION_TO_INTEGRATION : DIRECTION_TO_INTERNAL;
    return line->direction != away || line->required;
}

/* The fields of one object, in the manual's order, each once. */
static enum error_code collect_fields(const struct run_context *context, struct arena *arena,
                                      const struct manual_object *object, enum side side,
                                      struct request_object *asked, struct error *error)
{
    const struct manual *manual = context->run->manual;
    size_t *fields = ARENA_ARRAY(arena, object->field_count, size_t);
    size_t *required_fields = ARENA_ARRAY(arena, object->field_count, size_t);
    bool *requested = ARENA_ARRAY(arena, object->field_count, bool);
    bool *required = ARENA_ARRAY(arena, object->field_count, bool);
    bool *identifies = ARENA_ARRAY(arena, object->field_count, bool);
    if (!fields || !required_fields || !requested || !required || !identifies)
        return error_memory(error, "a request");
    for (size_t i = 0; i < manual->entry_count; i++) {
        const struct manual_entry *entry = manual->entries[i];
        if ((side == SIDE_INTEGRATION ? entry->integration : entry->internal) != object)
            continue;
        for (size_t j = 0; j < entry->line_count; j++) {
            const struct manual_line *line = &entry->lines[j];
            const size_t field =
                side == SIDE_INTEGRATION ? line->integration_field : line->internal_field;
            identifies[field] |= entry->internal->fields[line->internal_field].schema->unique;
            if (request_asks_for(line, side) && !requested[field]) {
                requested[field] = true;
                fields[asked->field_count++] = field;
            }
            if (line->required && !required[field]) {
                required[field] = true;
                required_fields[asked->required_count++] = field;
            }
        }
    }
    asked->fields = fields;
    asked->required_fields = required_fields;
    asked->requested = requested;
    asked->required = required;
    asked->identifies = identifies;
    return ERROR_NONE;
}

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
    asked->from = window->from;
    asked->position = window->token;
    if (text_is_absent(window->token) && window->stored != INSTANT_NONE)
        return text_copy(arena, text_of(instant_format(window->stored, text)), &asked->position,
                         error);
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
                             .named = plan->ids != NULL,
                             .full = run->options->first_time || context->named,
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
        if (plan->after)
            asked->after = plan->after[i];
        if (collect_fields(context, arena, objects[i], plan->side, asked, error) ||
            describe_window(context, arena, plan, asked, error))
            return error->code;
        if (asked->field_count > 0)
            made->object_count++;
    }
    *request = made;
    return ERROR_NONE;
}
