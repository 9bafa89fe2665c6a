/* Which changes of an order are for the same object (spec section 8, decision 38). */
#include "store/books/target.h"

#include "base/array.h"
#include "base/pair_index.h"

enum { KEY_CEILING = 1 << 30 };

/* Was this value reported, or is it the manual's default? A default names nobody. */
static bool is_reported(const struct order_change *change, const struct order_field *field)
{
    const struct report_object *reported = change->reported;

    if (!reported || !reported->fields || !field->line)
        return true;
    return reported->fields[field->line->integration_field].state != FIELD_ABSENT &&
           !value_is_empty(&reported->fields[field->line->integration_field].value);
}

static const struct order_field *field_of(const struct order_change *change, size_t field)
{
    const struct order_field *found = NULL;

    for (size_t index = 0; index < change->field_count; index++)
        if (change->fields[index].field == field) /* of two lines the later one counts */
            found = &change->fields[index];
    return found;
}

/* Field and length precede the key, so that no two sets give the same text. */
static enum error_code append_key(struct buffer *buffer, size_t field, struct text key,
                                  struct error *error)
{
    const size_t head[] = {field, key.length};
    enum error_code code =
        buffer_append_text(buffer, (struct text){(const char *)head, sizeof head}, error);

    return code ? code : buffer_append_text(buffer, key, error);
}

/* The set of filled identifiers as one text: absent if there is none. */
static enum error_code identity_of(const struct run_object *object,
                                   const struct order_change *change, struct arena *arena,
                                   struct text *identity, struct error *error)
{
    struct buffer buffer = BUFFER(KEY_CEILING);
    enum error_code code = ERROR_NONE;

    *identity = TEXT_ABSENT;
    if (change->stands_alone)
        return ERROR_NONE;
    for (size_t index = 0; !code && index < object->manual->field_count; index++) {
        const struct order_field *field = NULL;
        struct text key = TEXT_ABSENT;
        if (!object->manual->fields[index].schema->unique)
            continue;
        field = field_of(change, index);
        if (!field || !is_reported(change, field))
            continue;
        code = value_identifier_key(arena, &field->value,
                                    object->manual->fields[index].schema->type, &key, error);
        if (!code && !text_is_empty(key))
            code = append_key(&buffer, index, key, error);
    }
    if (!code && buffer.length > 0)
        code = text_copy(arena, buffer_text(&buffer), identity, error);
    buffer_release(&buffer);
    return code;
}

static enum error_code add_to_target(struct target *target, struct order_change *change,
                                     struct arena *arena, struct error *error)
{
    struct order_change **const grown = (struct order_change **)array_grow(
        arena, (void *)target->executed.changes, target->executed.change_count,
        &target->change_capacity, sizeof *grown);

    if (!grown)
        return error_memory(error, "the changes of an object");
    target->executed.changes = grown;
    target->executed.changes[target->executed.change_count++] = change;
    return ERROR_NONE;
}

/* Is this change for this kind, and of the wanted sort? */
static bool is_wanted(const struct run_object *object, const struct order_change *change,
                      bool creates)
{
    return change->entry->internal == object->manual &&
           text_is_absent(change->object_id) == creates;
}

enum error_code internal_group_changes(struct run_object *object, const struct order *order,
                                       bool creates, struct target **targets, size_t *count,
                                       struct error *error)
{
    struct pair_index *by_key = NULL; /* the targets found so far */
    size_t wanted = 0;

    *count = 0;
    for (size_t index = 0; index < order->change_count; index++)
        wanted += is_wanted(object, order->changes[index], creates);
    *targets = ARENA_ARRAY(order->arena, wanted, struct target);
    if (!*targets)
        return error_memory(error, "the objects of an order");
    if (pair_index_new(order->arena, &by_key, error))
        return error->code;
    for (size_t index = 0; index < order->change_count; index++) {
        struct order_change *change = order->changes[index];
        struct text key = change->object_id;
        if (!is_wanted(object, change, creates))
            continue;
        if (creates && identity_of(object, change, order->arena, &key, error))
            return error->code;
        struct target *target = text_is_absent(key) ? NULL : pair_index_find(by_key, key, TEXT(""));
        if (!target) {
            target = &(*targets)[(*count)++];
            target->object = object;
            target->executed.object = object->manual;
            if (!text_is_absent(key) && pair_index_add(by_key, key, TEXT(""), target, error))
                return error->code;
        }
        if (add_to_target(target, change, order->arena, error))
            return error->code;
    }
    return ERROR_NONE;
}
