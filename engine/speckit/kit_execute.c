/* Changes for the integration to make, and its answers; what it finds after a crash, and what its
 * webhooks name. */
#include "model/value_json.h"
#include "speckit/kit.h"

static enum error_code entry_of(const struct kit *kit, const json_t *told,
                                struct manual_entry **entry, struct error *error)
{
    const struct text object = kit_text(told, "object"), mapped = kit_text(told, "mapped_object");
    for (size_t i = 0; i < kit->manual->entry_count; i++) {
        struct manual_entry *const one = kit->manual->entries[i];
        if (text_equal(one->integration->name, object) &&
            (text_is_absent(mapped) || text_equal(one->internal->name, mapped))) {
            *entry = one;
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_USAGE, "nothing is mapped to the object '%.*s' of a change",
                     TEXT_PRINT(object));
}

static bool has_line(const struct manual_entry *entry, struct text name)
{
    for (size_t i = 0; i < entry->line_count; i++) {
        const size_t field = entry->lines[i].integration_field;
        if (text_equal(entry->integration->fields[field].name, name))
            return true;
    }
    return false;
}

/* The value as our side would send it: of the type of our field. */
static enum error_code add_field(struct arena *arena, const json_t *told,
                                 const struct manual_line *line, const json_t *value,
                                 struct order_change *change, struct error *error)
{
    const struct manual_entry *const entry = change->entry;
    const struct text name = entry->integration->fields[line->integration_field].name;
    const struct field_schema *const schema = entry->internal->fields[line->internal_field].schema;
    const json_t *const changed = json_object_get(told, "changed");
    struct raw_value raw;
    bool readable = false;
    struct order_field *const field = &change->fields[change->field_count++];
    *field = (struct order_field){
        .field = line->integration_field, .line = line, .at = INSTANT_NONE, .state = FIELD_CHANGED};
    if (changed && !kit_lists(changed, name))
        field->state = FIELD_UNCHANGED;
    if (kit_lists(json_object_get(told, "required"), name))
        field->state = FIELD_REQUIRED;
    if (value_json_raw(arena, value, &raw, error) ||
        value_normalize(arena, &raw, schema->type, &field->value, &readable, error))
        return error->code;
    if (!readable)
        return error_set(error, ERROR_USAGE, "the value of '%.*s' cannot be read as %s",
                         TEXT_PRINT(name), value_type_name(schema->type));
    return ERROR_NONE;
}

/* In the manual's order, whatever the order in the spec's table. */
static enum error_code add_fields(struct arena *arena, const json_t *told,
                                  struct order_change *change, struct error *error)
{
    const struct manual_entry *const entry = change->entry;
    const json_t *const fields = json_object_get(told, "fields");
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)fields, name, value)
    {
        if (!has_line(entry, text_of(name)))
            return error_set(error, ERROR_USAGE, "the field '%s' of '%.*s' is not mapped", name,
                             TEXT_PRINT(entry->integration->name));
    }
    change->fields = ARENA_ARRAY(arena, entry->line_count, struct order_field);
    if (!change->fields)
        return error_memory(error, "a change");
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *const line = &entry->lines[i];
        const struct text known = entry->integration->fields[line->integration_field].name;
        const json_t *const given = json_object_getn(fields, known.bytes, known.length);
        if (given && add_field(arena, told, line, given, change, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code optional_id(struct arena *arena, const json_t *told, const char *key,
                                   struct text *id, struct error *error)
{
    const json_t *const json = json_object_get(told, key);
    *id = TEXT_ABSENT;
    return json ? kit_id(arena, json, key, id, error) : ERROR_NONE;
}

/* ---- references ---- */

/* The changes of an order, and what the spec says about each. */
struct told_order {
    const json_t *told;
    struct order_change *const *made;
    struct arena *arena;
};

static const json_t *told_of(const struct told_order *order, const struct order_change *change)
{
    size_t i = 0;
    while (order->made[i] != change)
        i++;
    return json_array_get(order->told, i);
}

static enum error_code find_reference(void *context, const struct order_change *change,
                                      const struct order_field *field, struct order_link *record,
                                      bool *awaited, struct error *error)
{
    const struct told_order *const order = context;
    const struct text name = change->entry->integration->fields[field->field].name;
    const json_t *const references = json_object_get(told_of(order, change), "references");
    const json_t *const reference = json_object_getn(references, name.bytes, name.length);
    *awaited = false;
    if (!reference)
        return ERROR_NONE;
    record->object = kit_text(reference, "object");
    return kit_id(order->arena, json_object_get(reference, "id"), "id", &record->id, error);
}

/* A spec that names a field which the change does not have would prove nothing. */
static enum error_code check_references(const json_t *told, struct error *error)
{
    const json_t *const references = json_object_get(told, "references");
    const char *name = NULL;
    json_t *reference = NULL;
    json_object_foreach((json_t *)references, name, reference)
    {
        if (!json_object_get(json_object_get(told, "fields"), name))
            return error_set(error, ERROR_USAGE,
                             "references: the field '%s' is not among the change's fields", name);
        if (text_is_empty(kit_text(reference, "object")) || !json_object_get(reference, "id"))
            return error_set(error, ERROR_USAGE,
                             "references: '%s' needs an object and an id: {object=, id=}", name);
    }
    return ERROR_NONE;
}

/* ---- changes ---- */

static enum error_code read_change(const struct kit *kit, const json_t *told, size_t number,
                                   struct order_change **made, struct error *error)
{
    struct arena *const arena = kit->arena;
    struct manual_entry *entry = NULL;
    struct order_change *const change = ARENA_NEW(arena, struct order_change);
    if (entry_of(kit, told, &entry, error))
        return error->code;
    if (!change)
        return error_memory(error, "a change");
    change->entry = entry;
    change->object = entry->integration->name;
    change->mapped_object = entry->internal->name;
    change->deletion = json_is_true(json_object_get(told, "deletion"));
    if (check_references(told, error) ||
        optional_id(arena, told, "object_id", &change->object_id, error) ||
        optional_id(arena, told, "mapped_id", &change->mapped_id, error) ||
        optional_id(arena, told, "idempotency_key", &change->idempotency_key, error) ||
        optional_id(arena, told, "version", &change->version, error) ||
        kit_instant(told, "changed_at", &change->changed_at, error))
        return error->code;
    if (change->changed_at == INSTANT_NONE)
        change->changed_at = kit->now;
    if ((text_is_absent(change->mapped_id) &&
         text_format(arena, &change->mapped_id, error, "%zu", number)) ||
        (text_is_absent(change->idempotency_key) &&
         text_format(arena, &change->idempotency_key, error, "spec-%zu", number)))
        return error->code;
    *made = change;
    return add_fields(arena, told, change, error);
}

/* ---- answers ---- */

static const char *const kinds[] = {
    [ANSWER_CREATED] = "created", [ANSWER_UPDATED] = "updated", [ANSWER_REMAPPED] = "remapped",
    [ANSWER_DELETED] = "deleted", [ANSWER_RETRY] = "retry",     [ANSWER_ISSUE] = "issue",
};

static json_t *answers_json(const struct order_change *change)
{
    json_t *const list = json_array();
    for (const struct order_answer *it = change->answers; list && it; it = it->next) {
        json_t *const row =
            KIT_ROW({"action", text_of(it->stale ? "stale" : kinds[it->kind])},
                    {"object", it->object}, {"id", it->id}, {"old_object", it->old_object},
                    {"old_id", it->old_id}, {"message", it->message}, {"version", it->version});
        if (json_array_append_new(list, row) != 0 || !kit_set_instant(row, "at", it->at)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static enum error_code make_order(struct kit *kit, const json_t *changes, struct order **order,
                                  struct order_change **made, struct error *error)
{
    if (order_new(kit->arena, SIDE_INTEGRATION, order, error))
        return error->code;
    (*order)->integration = kit->name;
    (*order)->iteration = 1;
    (*order)->now = kit->now;
    for (size_t i = 0; i < json_array_size(changes); i++) {
        if (read_change(kit, json_array_get(changes, i), i + 1, &made[i], error))
            return error_prefix(error, "change %zu", i + 1);
        if (order_add(*order, made[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code kit_execute(struct kit *kit, const json_t *changes, json_t **answers,
                            struct error *error)
{
    struct exchange *const exchange = script_exchange_table(kit->exchange);
    const size_t count = json_array_size(changes);
    struct order_change **const made = ARENA_ARRAY(kit->arena, count, struct order_change *);
    struct order *order = NULL;
    *answers = NULL;
    if (!made)
        return error_memory(error, "an order");
    if (make_order(kit, changes, &order, made, error))
        return error->code;
    struct told_order told = {.told = changes, .made = made, .arena = kit->arena};
    order->find_reference = find_reference;
    order->links_context = &told;
    const enum error_code code = exchange->execute_order(exchange, order, error);
    *answers = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(*answers, answers_json(made[i])) != 0) {
            json_decref(*answers);
            *answers = NULL;
            return code ? code : error_memory(error, "answers");
        }
    }
    return code;
}

enum error_code kit_find(struct kit *kit, const json_t *told, json_t **found, struct error *error)
{
    struct exchange *const exchange = script_exchange_table(kit->exchange);
    struct order_change *change = NULL;
    struct text id = TEXT_ABSENT;
    bool known = false;
    *found = NULL;
    if (read_change(kit, told, 1, &change, error) ||
        kit_instant(told, "sent_at", &change->sent_at, error) ||
        exchange->find(exchange, change, kit->arena, &id, &known, error))
        return error->code;
    *found = KIT_ROW({"id", id});
    return json_object_set_new(*found, "known", json_boolean(known)) == 0
               ? ERROR_NONE
               : error_memory(error, "what was found");
}

enum error_code kit_read_webhook(struct kit *kit, struct text body, json_t **records,
                                 struct error *error)
{
    struct object_name *names = NULL;
    size_t count = 0;
    *records = NULL;
    if (script_exchange_read_webhook(kit->exchange, body, kit->arena, &names, &count, error))
        return error->code;
    *records = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(*records, KIT_ROW({"object", names[i].object}, {"id", names[i].id}));
    return *records ? ERROR_NONE : error_memory(error, "the records of a delivery");
}
