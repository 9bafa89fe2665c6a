/* One object for one of its records: which fields are sent, and in which state. */
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
    bool any_due; /* a field changed, though it may be left out */
    bool worth_sending;
};

static enum error_code generation_start(struct generation *generation, struct error *error)
{
    const struct push_case *push = generation->push;
    struct push_decision *decision = generation->decision;
    const struct manual_entry *entry = push->entry;
    const size_t tracked = push->reported->tracked.count;
    struct arena *arena = generation->arena;

    *decision = (struct push_decision){.entry = entry};
    generation->slot = ARENA_ARRAY(arena, entry->integration->field_count, size_t);
    generation->tracked = ARENA_ARRAY(arena, entry->internal->field_count, size_t);
    generation->change = ARENA_NEW(arena, struct order_change);
    decision->empty = ARENA_ARRAY(arena, entry->line_count, const struct manual_line *);
    decision->emptied = ARENA_ARRAY(arena, entry->line_count, size_t);
    decision->waits = ARENA_ARRAY(arena, tracked, bool);
    decision->wanted = ARENA_ARRAY(arena, tracked, bool);
    if (!generation->slot || !generation->tracked || !generation->change || !decision->empty ||
        !decision->emptied || !decision->waits || !decision->wanted)
        return error_memory(error, "a change");
    generation->change->fields = ARENA_ARRAY(arena, entry->line_count, struct order_field);
    generation->change->base_versions =
        ARENA_ARRAY(arena, entry->internal->field_count, struct base_version);
    if (!generation->change->fields || !generation->change->base_versions)
        return error_memory(error, "a change");
    for (size_t i = 0; i < entry->integration->field_count; i++)
        generation->slot[i] = SIZE_MAX;
    for (size_t i = 0; i < entry->internal->field_count; i++)
        generation->tracked[i] = SIZE_MAX;
    for (size_t i = 0; i < tracked; i++) {
        if (push->reported->tracked.items[i].field != SIZE_MAX)
            generation->tracked[push->reported->tracked.items[i].field] = i;
    }
    return ERROR_NONE;
}

static const struct base_version *base_version_of(const struct generation *generation, size_t field)
{
    const struct mapping *mapping = generation->push->mapping;
    return mapping && mapping->base_versions ? &mapping->base_versions[field] : NULL;
}

static const struct tracked_change *change_of(const struct generation *generation, size_t tracked)
{
    return tracked == SIZE_MAX ? NULL : &generation->push->reported->tracked.items[tracked];
}

/* Decision 30: what makes a mapping "already have" a field's value. A value that it did not keep
 * counts as missing there once it is edited here or sent again. */
static bool already_has(const struct generation *generation, size_t field, size_t tracked)
{
    const struct push_case *push = generation->push;
    const struct base_version *base = base_version_of(generation, field);
    const struct tracked_change *change = change_of(generation, tracked);
    if (!push->mapping)
        return false;
    if (change && tracked_change_has_reached(change, push->mapping->key))
        return true;
    if (!base || !base_version_is_agreed(base))
        return false;
    if (!push->use_base && !base->seen)
        return false;
    if (change && mapping_matter(generation->push->mapping, field, MATTER_NOT_KEPT))
        return false;
    return base_version_keeps(base, value_fingerprint(&push->reported->fields[field].value));
}

/* Decision 41: nobody won, so the field is not pushed; on_tie = "internal" settles it. A field that
 * a first link holds waits until somebody edits it here (decision 90). */
static bool is_held(const struct generation *generation, size_t field, size_t tracked)
{
    const struct push_case *push = generation->push;
    const struct tracked_change *change = change_of(generation, tracked);
    const struct field_matter *held = mapping_matter(generation->push->mapping, field, MATTER_HELD);
    if (change && push->mapping && push->on_tie != TIE_INTERNAL &&
        tracked_change_has_mark(change, push->mapping->key, MARK_TIE))
        return true;
    return held && push->use_base && (!change || change->at <= held->first);
}

/* Ours is not written over a value that we could not take, until ours is edited after that
 * (13.1). */
static bool is_withheld(const struct generation *generation, size_t field, size_t tracked)
{
    const struct tracked_change *change = change_of(generation, tracked);
    const struct field_matter *withheld =
        mapping_matter(generation->push->mapping, field, MATTER_WITHHELD);
    return withheld && generation->push->use_base && (!change || change->at <= withheld->first);
}

/* Refused before, or a moment ago (13.3). */
static bool is_refused(const struct generation *generation, const struct manual_line *line,
                       size_t tracked)
{
    const struct push_case *push = generation->push;
    const struct tracked_change *change = change_of(generation, tracked);
    if (push->left_out && push->left_out[line->integration_field])
        return true;
    return change && !push->full && tracked_change_has_mark(change, push->key, MARK_REFUSED);
}

/* Has this run's pull shown what they have (decision 108), though it could not be taken? An
 * unreadable value counts as not shown, and an object that was created from it has nothing to
 * send. */
static bool is_shown_unusable(const struct generation *generation, size_t field)
{
    const struct push_case *push = generation->push;
    const struct base_version *base = base_version_of(generation, field);
    const struct field_matter *withheld =
        mapping_matter(generation->push->mapping, field, MATTER_WITHHELD);
    if (!base || base->theirs == 0 || base_version_is_agreed(base) || !withheld)
        return false;
    if (!push->pulled)
        return true;
    return withheld->last == push->now &&
           !(push->reported->pulled && withheld->first == push->now &&
             value_is_empty(&push->reported->fields[field].value));
}

/* Is the field left out for now? Its change stays. */
static bool is_waiting(struct generation *generation, const struct manual_line *line,
                       size_t tracked, bool has)
{
    struct push_decision *decision = generation->decision;
    const size_t field = line->internal_field;
    const bool held = is_held(generation, field, tracked);
    const bool withheld = !held && is_withheld(generation, field, tracked);
    const bool looped = mapping_matter(generation->push->mapping, field, MATTER_LOOP) != NULL;
    if (!held && !withheld && !looped && !is_refused(generation, line, tracked))
        return false;
    const enum field_state state = generation->push->reported->fields[field].state;
    const bool due = tracked != SIZE_MAX || (generation->push->full && state != FIELD_UNCHANGED &&
                                             (held || is_shown_unusable(generation, field)));
    decision->tied |= held && due;
    if (tracked == SIZE_MAX || !has) { /* else nothing waits: the mapping has it already */
        decision->withheld |= withheld && due;
        decision->looped |= looped && due;
        if (tracked != SIZE_MAX)
            decision->waits[tracked] = true;
    }
    return true;
}

/* Decision 108: a full push overwrites a value that was never agreed on only if no report could
 * have shown it.
 */
static bool is_unseen_there(const struct generation *generation, const struct manual_line *line,
                            size_t tracked)
{
    const struct push_case *push = generation->push;
    const struct base_version *base = base_version_of(generation, line->internal_field);
    return push->full && push->use_base && push->pulled && push->mapping && tracked == SIZE_MAX &&
           line->direction == DIRECTION_BIDIRECTIONAL && (!base || !base_version_is_agreed(base));
}

/* Decision 106: without a base, an empty value written by the pull does not empty a field there
 * that it was not shown. */
static bool is_silence(const struct generation *generation, size_t field, size_t tracked,
                       const struct value *value)
{
    const struct push_case *push = generation->push;
    const struct base_version *base = base_version_of(generation, field);
    return push->full && !push->use_base && push->pulled && push->reported->pulled &&
           push->mapping && tracked == SIZE_MAX && value_is_empty(value) && (!base || !base->seen);
}

/* The values that they may still show after this was sent: what they showed last (for a create,
 * nothing: decision 91), and what was sent since and not seen yet. */
static enum error_code list_before(const struct generation *generation, size_t field,
                                   struct unseen *unseen, struct error *error)
{
    enum { BEFORE_MOST = 8, ADDED_MOST = 2 };
    const struct base_version *base = base_version_of(generation, field);
    const struct unseen *last = base ? base->unseen : NULL;
    const size_t kept = BEFORE_MOST - ADDED_MOST;
    const size_t skipped = last && last->before_count > kept ? last->before_count - kept : 0;
    const struct value nothing = value_null(VALUE_TYPE_STRING);
    uint64_t *before = NULL;
    before = ARENA_ARRAY(generation->arena, BEFORE_MOST, uint64_t);
    if (!before)
        return error_memory(error, "a change");
    for (size_t i = skipped; last && i < last->before_count; i++)
        before[unseen->before_count++] = last->before[i];
    before[unseen->before_count++] =
        base && base->theirs != 0 ? base->theirs : value_fingerprint(&nothing);
    if (base && base_version_is_unanswered(base))
        before[unseen->before_count++] = value_fingerprint(&last->sent);
    unseen->before = before;
    return ERROR_NONE;
}

/* What both agree on once the change is answered. A value that never comes back need not be
 * seen. */
static enum error_code promise(struct generation *generation, const struct manual_line *line,
                               const struct value *value, size_t tracked, struct error *error)
{
    const struct push_case *push = generation->push;
    const size_t field = line->internal_field;
    const struct tracked_change *change = change_of(generation, tracked);
    struct base_version *base = &generation->change->base_versions[field];
    struct unseen *unseen = NULL;
    base_version_agree(base, value_fingerprint(value), change ? change->at : INSTANT_NONE);
    base->ours = value_fingerprint(&push->reported->fields[field].value);
    if (!push->use_base || line->direction != DIRECTION_BIDIRECTIONAL)
        return ERROR_NONE;
    unseen = ARENA_NEW(generation->arena, struct unseen);
    if (!unseen)
        return error_memory(error, "a change");
    *unseen = (struct unseen){.sent = *value, .answered_at = INSTANT_NONE};
    base->unseen = unseen;
    return list_before(generation, field, unseen, error);
}

static void put_field(struct generation *generation, const struct manual_line *line,
                      const struct value *value, enum field_state state, bool due)
{
    struct order_change *change = generation->change;
    size_t *slot = &generation->slot[line->integration_field];
    if (*slot == SIZE_MAX)
        *slot = change->field_count++;
    change->fields[*slot] = (struct order_field){.field = line->integration_field,
                                                 .line = line,
                                                 .state = state,
                                                 .value = *value,
                                                 .at = INSTANT_NONE,
                                                 .due = due};
}

/* Does their record have a value of its own, as far as reports have shown? */
static bool is_filled_there(const struct generation *generation, size_t field)
{
    const struct base_version *base = base_version_of(generation, field);
    const struct value nothing = value_null(VALUE_TYPE_STRING);
    return base && base->theirs != 0 && base->theirs != value_fingerprint(&nothing) &&
           !mapping_matter(generation->push->mapping, field, MATTER_WITHHELD);
}

/* Have both agreed on what they have? On what could not be read nobody did. */
static bool is_agreed(const struct generation *generation, size_t field)
{
    const struct base_version *base = base_version_of(generation, field);
    return base && base_version_is_agreed(base) &&
           !mapping_matter(generation->push->mapping, field, MATTER_WITHHELD);
}

/* An empty value: the default in its place, or the field is left out. *left_out: it is. */
static void settle_empty(struct generation *generation, const struct manual_line *line,
                         size_t tracked, bool required, const struct value **value, bool *left_out)
{
    const struct push_case *push = generation->push;
    struct push_decision *decision = generation->decision;
    *left_out = true;
    if (required && line->has_default) {
        *value = &line->default_value;
        *left_out = false;
    } else if (required) {
        decision->empty[decision->empty_count++] = line;
        generation->lacks_required = true;
    } else if (!push->mapping) {
        *left_out = push->use_base; /* a create leaves out empty fields (13.1) */
    } else if (line->on_clear != CLEAR_IGNORE) {
        *left_out = push->use_base && !is_agreed(generation, line->internal_field);
        if (*left_out && tracked != SIZE_MAX && line->direction == DIRECTION_BIDIRECTIONAL &&
            is_filled_there(generation, line->internal_field))
            decision->emptied[decision->emptied_count++] = line->internal_field;
    }
}

static enum error_code generate_line(struct generation *generation, const struct manual_line *line,
                                     struct error *error)
{
    const struct push_case *push = generation->push;
    struct push_decision *decision = generation->decision;
    const struct report_field *field = &push->reported->fields[line->internal_field];
    const size_t tracked = generation->tracked[line->internal_field];
    const struct value *value = &field->value;
    bool left_out = false;

    if (tracked != SIZE_MAX)
        decision->wanted[tracked] = true;
    if (field->state == FIELD_ABSENT) {
        generation->lacks_required |= field->unreadable && line->required;
        return ERROR_NONE;
    }
    const bool has = already_has(generation, line->internal_field, tracked);
    if (is_waiting(generation, line, tracked, has)) {
        generation->lacks_required |= line->required;
        return ERROR_NONE;
    }
    const bool required = line->required || field->state == FIELD_REQUIRED;
    const bool changed =
        (field->state == FIELD_CHANGED || (push->full && field->state == FIELD_REQUIRED)) &&
        !is_unseen_there(generation, line, tracked) &&
        !is_silence(generation, line->internal_field, tracked, value);
    generation->any_due |= changed && !has;
    if (value_is_empty(value))
        settle_empty(generation, line, tracked, required, &value, &left_out);
    if (left_out)
        return ERROR_NONE;
    enum field_state state = field->state;
    if (state == FIELD_CHANGED && (has || !changed))
        state = line->required ? FIELD_REQUIRED : FIELD_UNCHANGED;
    const bool due = (changed && !has) || !push->mapping;
    put_field(generation, line, value, state, due);
    generation->worth_sending |= changed && !has;
    return due ? promise(generation, line, value, tracked, error) : ERROR_NONE;
}

enum error_code change_push_generate(struct arena *arena, const struct push_case *push,
                                     struct push_decision *decision, struct error *error)
{
    struct generation generation = {.arena = arena, .push = push, .decision = decision};
    const struct manual_entry *entry = push->entry;
    if (generation_start(&generation, error))
        return error->code;
    for (size_t i = 0; i < entry->line_count; i++) {
        if (entry->lines[i].direction != DIRECTION_TO_INTERNAL &&
            generate_line(&generation, &entry->lines[i], error))
            return error->code;
    }
    if (!push->mapping && generation.lacks_required) {
        decision->held_back = true;
        return ERROR_NONE;
    }
    /* decision 87: a create is sent even if the due field is left out because it is empty */
    if (!push->mapping && generation.any_due && generation.change->field_count > 0)
        generation.worth_sending = true;
    if (!generation.worth_sending)
        return ERROR_NONE;

    struct order_change *change = generation.change;
    change->entry = entry;
    change->object = entry->integration->name;
    change->object_id = push->mapping ? push->mapping->integration_id : TEXT_ABSENT;
    change->version = push->mapping ? push->mapping->version : TEXT_ABSENT;
    change->mapped_object = entry->internal->name;
    change->mapped_id = push->reported->id;
    change->changed_at = push->reported->changed_at;
    change->mapping = push->mapping;
    change->reported = push->reported;
    decision->change = change;
    return ERROR_NONE;
}
