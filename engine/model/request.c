/* request: what the engine asks of a side. */
#include "model/request.h"

const struct request_object *request_object_of(const struct request *request,
                                               const struct manual_object *object)
{
    for (size_t i = 0; i < request->object_count; i++)
        if (request->objects[i].object == object)
            return &request->objects[i];
    return NULL;
}

bool request_asks_for(const struct manual_line *line, enum side side)
{
    const enum direction away =
        side == SIDE_INTEGRATION ? DIRECTION_TO_INTEGRATION : DIRECTION_TO_INTERNAL;
    return line->direction != away || line->required;
}

enum error_code request_object_fields(struct arena *arena, const struct manual *manual,
                                      enum side side, struct request_object *asked,
                                      struct error *error)
{
    const struct manual_object *object = asked->object;
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
