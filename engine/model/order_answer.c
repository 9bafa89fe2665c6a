/* order_answer: the integration's answer to each change. */
#include "base/pair_index.h"
#include "model/order.h"

static enum error_code misused(struct error *error, const char *function, const char *what)
{
    return error_set(error, ERROR_USAGE, "'%s' was called without %s, give one", function, what);
}

static enum error_code copy_fields(struct arena *arena, const struct order_answer *given,
                                   struct order_answer *made, struct error *error)
{
    struct stored_field *stored = ARENA_ARRAY(arena, given->stored_count, struct stored_field);

    if (!stored)
        return error_memory(error, "an answer");
    for (size_t i = 0; i < given->stored_count; i++) {
        stored[i].field = given->stored[i].field;
        if (value_copy(arena, &given->stored[i].value, &stored[i].value, error))
            return error->code;
    }
    made->stored = stored;
    made->stored_count = given->stored_count;
    made->refused = given->refused_count ? arena_copy(arena, given->refused, given->refused_count,
                                                      sizeof *given->refused)
                                         : NULL;
    made->refused_count = given->refused_count;
    return given->refused_count && !made->refused ? error_memory(error, "an answer") : ERROR_NONE;
}

/* Append a copy to the change's answers, then make it durable: from here on it counts. `function`:
 * as scripts know it. */
static enum error_code answer(struct order *order, struct order_change *change,
                              const struct order_answer *given, const char *function,
                              struct error *error)
{
    enum { MOST = 100 }; /* a few are right; each is made durable */
    size_t count = 0;

    if (!change)
        return misused(error, function, "a change");
    if (change->withdrawn)
        return ERROR_NONE;
    struct order_answer *made = arena_copy(order->arena, given, 1, sizeof *given);
    struct order_answer **end = &change->answers;
    if (!made)
        return error_memory(error, "an answer");
    if (text_keep(order->arena, error, &made->object, &made->id, &made->old_object, &made->old_id,
                  &made->message, &made->version, NULL) ||
        copy_fields(order->arena, given, made, error))
        return error->code;
    for (; *end; count++)
        end = &(*end)->next;
    if (count >= MOST)
        return error_set(error, ERROR_USAGE, "more than %d answers were given for one change",
                         MOST);
    *end = made;
    return order->answered ? order->answered(order->answered_context, change, made, error)
                           : ERROR_NONE;
}

enum error_code order_add_object_mapping(struct order *order, struct order_change *change,
                                         struct text object, struct text id, instant at,
                                         struct error *error)
{
    const struct order_answer given = {
        .kind = ANSWER_CREATED, .object = object, .id = id, .at = at};

    if (change && text_is_empty(object))
        return misused(error, "add_object_mapping", "the object that was created");
    if (change && text_is_empty(id))
        return misused(error, "add_object_mapping", "the id of the new record");
    return answer(order, change, &given, "add_object_mapping", error);
}

enum error_code order_update_last_sync_date(struct order *order, struct order_change *change,
                                            instant at, struct error *error)
{
    const struct order_answer given = {.kind = ANSWER_UPDATED, .at = at};

    return answer(order, change, &given, "update_last_sync_date", error);
}

enum error_code order_remap_object(struct order *order, struct order_change *change,
                                   const struct report_remap *remap, struct error *error)
{
    struct order_answer given = {.kind = ANSWER_REMAPPED,
                                 .at = INSTANT_NONE,
                                 .old_object = remap->old_object,
                                 .old_id = remap->old_id,
                                 .object = remap->new_object};

    if (change && text_is_empty(given.old_object))
        given.old_object = change->object;
    if (change && text_is_empty(given.old_id))
        given.old_id = change->object_id;
    given.id = text_is_empty(remap->new_id) ? given.old_id : remap->new_id;
    /* A create has no old id: then the remap only says that it is done. */
    if (text_is_empty(given.old_object) || (text_is_empty(given.old_id) && !change))
        return misused(error, "remap_object", "the old object and id");
    if (text_is_empty(given.object))
        return misused(error, "remap_object", "the new object");
    if (!change)
        change = pair_index_find(order->by_receiver, given.old_object, given.old_id);
    if (!change)
        return error_set(error, ERROR_USAGE,
                         "'remap_object' was called for '%.*s:%.*s', which is not in the order, "
                         "remap only what was ordered",
                         TEXT_PRINT(given.old_object), TEXT_PRINT(given.old_id));
    return answer(order, change, &given, "remap_object", error);
}

enum error_code order_delete_object(struct order *order, struct order_change *change,
                                    struct error *error)
{
    const struct order_answer given = {.kind = ANSWER_DELETED, .at = INSTANT_NONE};

    return answer(order, change, &given, "delete_object", error);
}

enum error_code order_retry_because(struct order *order, struct order_change *change, bool counts,
                                    struct text reason, struct error *error)
{
    const struct order_answer given = {
        .kind = ANSWER_RETRY, .at = INSTANT_NONE, .uncounted = !counts, .message = reason};

    return answer(order, change, &given, "retry_sync_later", error);
}

enum error_code order_stale(struct order *order, struct order_change *change, struct error *error)
{
    const struct order_answer given = {.kind = ANSWER_RETRY, .at = INSTANT_NONE, .stale = true};

    return answer(order, change, &given, "stale", error);
}

enum error_code order_add_stored(struct order *order, struct order_change *change,
                                 const struct order_answer *given, struct error *error)
{
    if (change && given->kind == ANSWER_CREATED &&
        (text_is_empty(given->object) || text_is_empty(given->id)))
        return misused(error, "add_object_mapping", "the object and the id of the new record");
    return answer(order, change, given, "add_object_mapping", error);
}

/* Index of the change's field of this name; SIZE_MAX: it has none. */
static size_t field_of_name(const struct order_change *change, struct text name)
{
    const struct manual_object *object = change->entry->integration;

    for (size_t i = 0; i < change->field_count; i++)
        if (text_equal(object->fields[change->fields[i].field].name, name))
            return change->fields[i].field;
    return SIZE_MAX;
}

enum error_code order_refuse_fields(struct order *order, struct order_change *change,
                                    struct text message, const struct text *names, size_t count,
                                    struct error *error)
{
    struct order_answer given = {
        .kind = ANSWER_ISSUE,
        .at = INSTANT_NONE,
        .message = text_is_empty(message) ? TEXT("was refused, without a reason") : message,
    };
    size_t *refused = ARENA_ARRAY(order->arena, count, size_t);

    if (!refused)
        return error_memory(error, "an answer");
    for (size_t i = 0; change && i < count; i++) {
        const size_t field = field_of_name(change, names[i]);
        if (field != SIZE_MAX)
            refused[given.refused_count++] = field;
    }
    given.refused = refused;
    return answer(order, change, &given, "note_object_sync_issue", error);
}
