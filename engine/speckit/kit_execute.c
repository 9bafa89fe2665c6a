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

static bool lists(const json_t *names, struct text name)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        if (text_equal(text_of(json_string_value(json_array_get(names, i))), name))
            return true;
    }
    return false;
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
    enum error_code code = ERROR_NONE;
    struct order_field *const field = &change->fields[change->field_count++];
    *field = (struct order_field){
        .field = line->integration_field, .line = line, .at = INSTANT_NONE, .state = FIELD_CHANGED};
    if (changed && !lists(changed, name))
        field->state = FIELD_UNCHANGED;
    if (lists(json_object_get(told, "required"), name))
        field->state = FIELD_REQUIRED;
    code = value_json_raw(arena, value, &raw, error);
    if (!code)
        code = value_normalize(arena, &raw, schema->type, &field->value, &readable, error);
    if (code)
        return code;
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
    enum error_code code = ERROR_NONE;
    json_object_foreach((json_t *)fields, name, value)
    {
        if (!has_line(entry, text_of(name)))
            return error_set(error, ERROR_USAGE, "the field '%s' of '%.*s' is not mapped", name,
                             TEXT_PRINT(entry->integration->name));
    }
    change->fields = ARENA_ARRAY(arena, entry->line_count, struct order_field);
    if (!change->fields)
        return error_memory(error, "a change");
    for (size_t i = 0; !code && i < entry->line_count; i++) {
        const struct manual_line *const line = &entry->lines[i];
        const struct text known = entry->integration->fields[line->integration_field].name;
        const json_t *const given = json_object_getn(fields, known.bytes, known.length);
        if (given)
            code = add_field(arena, told, line, given, change, error);
    }
    return code;
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

static enum error_code read_change(const struct kit *kit, struct arena *arena, const json_t *told,
                                   size_t number, struct order_change **made, struct error *error)
{
    struct manual_entry *entry = NULL;
    struct order_change *const change = ARENA_NEW(arena, struct order_change);
    enum error_code code = entry_of(kit, told, &entry, error);
    if (code)
        return code;
    if (!change)
        return error_memory(error, "a change");
    code = check_references(told, error);
    if (code)
        return code;
    change->entry = entry;
    change->object = entry->integration->name;
    change->mapped_object = entry->internal->name;
    change->deletion = json_is_true(json_object_get(told, "deletion"));
    code = optional_id(arena, told, "object_id", &change->object_id, error);
    if (!code)
        code = optional_id(arena, told, "mapped_id", &change->mapped_id, error);
    if (!code)
        code = optional_id(arena, told, "idempotency_key", &change->idempotency_key, error);
    if (!code)
        code = optional_id(arena, told, "version", &change->version, error);
    if (!code)
        code = kit_instant(told, "changed_at", &change->changed_at, error);
    if (code)
        return code;
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
        json_t *const json = json_object();
        if (!json || !kit_set_text(json, "action", text_of(kinds[it->kind])) ||
            !kit_set_text(json, "object", it->object) || !kit_set_text(json, "id", it->id) ||
            !kit_set_text(json, "old_object", it->old_object) ||
            !kit_set_text(json, "old_id", it->old_id) || !kit_set_instant(json, "at", it->at) ||
            !kit_set_text(json, "message", it->message) ||
            !kit_set_text(json, "version", it->version) ||
            (it->stale && json_object_set_new(json, "action", json_string("stale")) != 0) ||
            json_array_append_new(list, json) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

enum error_code kit_execute(struct kit *kit, const json_t *changes, json_t **answers,
                            struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct exchange *const exchange = script_exchange_table(kit->exchange);
    const size_t count = json_array_size(changes);
    struct order *order = NULL;
    struct order_change **made = NULL;
    enum error_code code = arena ? ERROR_NONE : error_memory(error, "an order");

    *answers = NULL;
    if (!code)
        code = order_new(arena, SIDE_INTEGRATION, &order, error);
    if (code)
        goto out;
    order->integration = kit->name;
    order->iteration = 1;
    order->now = kit->now;
    made = ARENA_ARRAY(arena, count, struct order_change *);
    if (!made) {
        code = error_memory(error, "an order");
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        code = read_change(kit, arena, json_array_get(changes, i), i + 1, &made[i], error);
        if (code) {
            error_prefix(error, "change %zu", i + 1);
            goto out;
        }
        code = order_add(order, made[i], error);
        if (code)
            goto out;
    }
    struct told_order told = {.told = changes, .made = made, .arena = arena};
    order->find_reference = find_reference;
    order->links_context = &told;
    code = exchange->execute_order(exchange, order, error);
    *answers = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(*answers, answers_json(made[i])) != 0) {
            json_decref(*answers);
            *answers = NULL;
            code = code ? code : error_memory(error, "answers");
            break;
        }
    }
out:
    arena_free(arena);
    return code;
}

enum error_code kit_find(struct kit *kit, const json_t *told, json_t **found, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct exchange *const exchange = script_exchange_table(kit->exchange);
    struct order_change *change = NULL;
    struct text id = TEXT_ABSENT;
    bool known = false;
    enum error_code code = arena ? ERROR_NONE : error_memory(error, "a change");

    *found = NULL;
    if (!code)
        code = read_change(kit, arena, told, 1, &change, error);
    if (!code)
        code = kit_instant(told, "sent_at", &change->sent_at, error);
    if (!code)
        code = exchange->find(exchange, change, arena, &id, &known, error);
    if (code)
        goto out;
    *found = json_object();
    if (!*found || json_object_set_new(*found, "known", json_boolean(known)) != 0 ||
        !kit_set_text(*found, "id", id)) {
        json_decref(*found);
        *found = NULL;
        code = error_memory(error, "what was found");
    }
out:
    arena_free(arena);
    return code;
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
        json_array_append_new(*records,
                              json_pack("{s:o, s:o}", "object", value_json_text(names[i].object),
                                        "id", value_json_text(names[i].id)));
    return *records ? ERROR_NONE : error_memory(error, "the records of a delivery");
}
