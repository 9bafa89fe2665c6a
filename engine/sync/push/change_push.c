#include "sync/push/change_push.h"

#include "model/tracked_change.h"

/* Everything that the lines share. */
struct generation {
    struct arena *arena;
    const struct push_case *push;
    struct push_decision *decision;
    struct order_change *change;
    size_t *slot;    /* by integration field: its place in change->fields, or SIZE_MAX */
    size_t *tracked; /* by internal field: index in reported->tracked, or SIZE_MAX */
    bool lacks_required;
    bool worth_sending;
};

static enum error_code generation_start(struct generation *generation, struct error *error)
{
    const struct push_case *push = generation->push;
    struct push_decision *decision = generation->decision;
    const struct manual_entry *entry = push->entry;
    const size_t tracked = push->reported->tracked_count;
    struct arena *arena = generation->arena;

    *decision = (struct push_decision){.entry = entry};
    generation->slot = ARENA_ARRAY(arena, entry->integration->field_count, size_t);
    generation->tracked = ARENA_ARRAY(arena, entry->internal->field_count, size_t);
    generation->change = ARENA_NEW(arena, struct order_change);
    decision->empty = ARENA_ARRAY(arena, entry->line_count, const struct manual_line *);
    decision->has = ARENA_ARRAY(arena, tracked, bool);
    decision->tie = ARENA_ARRAY(arena, tracked, bool);
    decision->wanted = ARENA_ARRAY(arena, tracked, bool);
    if (!generation->slot || !generation->tracked || !generation->change || !decision->empty ||
        !decision->has || !decision->tie || !decision->wanted)
        return error_memory(error, "a change");
    generation->change->fields = ARENA_ARRAY(arena, entry->line_count, struct order_field);
    generation->change->evidence =
        ARENA_ARRAY(arena, entry->internal->field_count, struct evidence);
    if (!generation->change->fields || !generation->change->evidence)
        return error_memory(error, "a change");
    for (size_t i = 0; i < entry->integration->field_count; i++)
        generation->slot[i] = SIZE_MAX;
    for (size_t i = 0; i < entry->internal->field_count; i++)
        generation->tracked[i] = SIZE_MAX;
    for (size_t i = 0; i < tracked; i++) {
        if (push->reported->tracked[i].field != SIZE_MAX)
            generation->tracked[push->reported->tracked[i].field] = i;
    }
    return ERROR_NONE;
}

/* Decision 30: what makes a mapping "already have" a field's value. */
static bool already_has(const struct generation *generation, size_t field, size_t tracked)
{
    const struct push_case *push = generation->push;
    const struct mapping *mapping = push->mapping;
    if (!mapping)
        return false;
    if (tracked != SIZE_MAX &&
        tracked_change_is_settled_for(&push->reported->tracked[tracked], mapping->key))
        return true;
    if (!mapping->evidence || mapping->evidence[field].fingerprint == 0)
        return false;
    if (!push->use_base && !(push->full && mapping->evidence[field].seen))
        return false;
    return mapping->evidence[field].fingerprint ==
           value_fingerprint(&push->reported->fields[field].value);
}

/* Decision 41: nobody won, so the field is not pushed; on_tie = "internal" settles it. */
static bool is_tied(const struct generation *generation, size_t tracked)
{
    const struct push_case *push = generation->push;
    return tracked != SIZE_MAX && push->mapping && push->on_tie != TIE_INTERNAL &&
           tracked_change_has_mark(&push->reported->tracked[tracked], push->mapping->key, MARK_TIE);
}

static void put_field(struct generation *generation, const struct manual_line *line,
                      const struct value *value, enum field_state state)
{
    struct order_change *change = generation->change;
    size_t *slot = &generation->slot[line->integration_field];
    if (*slot == SIZE_MAX)
        *slot = change->field_count++;
    change->fields[*slot] = (struct order_field){.field = line->integration_field,
                                                 .line = line,
                                                 .state = state,
                                                 .value = *value,
                                                 .at = INSTANT_NONE};
    /* A side that writes only what changed does not get what waits for a later run. */
    const struct report_field *field = &generation->push->reported->fields[line->internal_field];
    if (state != FIELD_UNCHANGED || !generation->push->mapping || !field->waits)
        change->evidence[line->internal_field].fingerprint = value_fingerprint(value);
}

static void generate_line(struct generation *generation, const struct manual_line *line)
{
    const struct push_case *push = generation->push;
    struct push_decision *decision = generation->decision;
    const struct report_field *field = &push->reported->fields[line->internal_field];
    const size_t tracked = generation->tracked[line->internal_field];
    const struct value *value = &field->value;

    if (tracked != SIZE_MAX)
        decision->wanted[tracked] = true;
    if (field->state == FIELD_ABSENT) {
        generation->lacks_required |= field->unreadable && line->required;
        return;
    }
    if (is_tied(generation, tracked)) {
        decision->tie[tracked] = true;
        decision->tied = true;
        return;
    }
    const bool required = line->required || field->state == FIELD_REQUIRED;
    const bool has = already_has(generation, line->internal_field, tracked);
    if (tracked != SIZE_MAX && has)
        decision->has[tracked] = true;
    if (value_is_empty(value)) {
        if (required && line->has_default) {
            value = &line->default_value;
        } else if (required) {
            decision->empty[decision->empty_count++] = line;
            generation->lacks_required = true;
            return;
        } else if (line->on_clear == CLEAR_IGNORE && push->mapping) {
            return;
        }
    }
    const bool changed =
        field->state == FIELD_CHANGED || (push->full && field->state == FIELD_REQUIRED);
    enum field_state state = field->state;
    if (state == FIELD_CHANGED && has)
        state = line->required ? FIELD_REQUIRED : FIELD_UNCHANGED;
    put_field(generation, line, value, state);
    generation->worth_sending |= changed && !has;
}

enum error_code change_push_generate(struct arena *arena, const struct push_case *push,
                                     struct push_decision *decision, struct error *error)
{
    struct generation generation = {.arena = arena, .push = push, .decision = decision};
    const struct manual_entry *entry = push->entry;
    if (generation_start(&generation, error))
        return error->code;
    for (size_t i = 0; i < entry->line_count; i++) {
        if (entry->lines[i].direction != DIRECTION_TO_INTERNAL)
            generate_line(&generation, &entry->lines[i]);
    }
    if (!push->mapping && generation.lacks_required) {
        decision->held_back = true;
        return ERROR_NONE;
    }
    if (!generation.worth_sending)
        return ERROR_NONE;

    struct order_change *change = generation.change;
    change->entry = entry;
    change->object = entry->integration->name;
    change->object_id = push->mapping ? push->mapping->integration_id : TEXT_ABSENT;
    change->mapped_object = entry->internal->name;
    change->mapped_id = push->reported->id;
    change->changed_at = push->reported->changed_at;
    change->mapping = push->mapping;
    change->reported = push->reported;
    decision->change = change;
    return ERROR_NONE;
}
