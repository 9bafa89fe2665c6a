/* The internal side, as seen by a user of the spec's store. */
#include "model/value_json.h"
#include "speckit/kit.h"
#include "store/objects/objects.h"
#include "store/schema/registry.h"
#include "store/inspect/status.h"

/* An edit is tracked for this integration only if the store knows what it maps. */
static enum error_code prepare(struct kit *kit, struct error *error)
{
    const struct registry_integration registered = {
        .name = kit->name, .enabled = true, .manual = kit->manual};
    if (kit_open_store(kit, error) || store_set_clock(kit->store, kit->now, error))
        return error->code;
    return registry_set(kit->store, &registered, 1, error);
}

static enum error_code read_assignments(struct kit *kit, const json_t *fields,
                                        struct object_assignment **assignments, size_t *count,
                                        struct error *error)
{
    const char *name = NULL;
    json_t *value = NULL;
    struct object_assignment *const made =
        ARENA_ARRAY(kit->arena, json_object_size(fields), struct object_assignment);
    *assignments = made;
    *count = 0;
    if (!made)
        return error_memory(error, "fields");
    json_object_foreach((json_t *)fields, name, value)
    {
        struct object_assignment *const one = &made[(*count)++];
        if (text_copy(kit->arena, text_of(name), &one->field, error) ||
            value_json_raw(kit->arena, value, &one->value, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code kit_store_add(struct kit *kit, struct text object, const json_t *fields,
                              json_t **id, struct error *error)
{
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    struct text made = TEXT_ABSENT;
    *id = NULL;
    if (prepare(kit, error) || read_assignments(kit, fields, &assignments, &count, error) ||
        objects_add(kit->store, object, assignments, count, kit->arena, &made, error))
        return error->code;
    *id = value_json_text(made);
    return *id ? ERROR_NONE : error_memory(error, "an id");
}

enum error_code kit_store_set(struct kit *kit, struct text object, struct text id,
                              const json_t *fields, struct error *error)
{
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    if (prepare(kit, error) || read_assignments(kit, fields, &assignments, &count, error))
        return error->code;
    return objects_set(kit->store, object, id, assignments, count, error);
}

enum error_code kit_store_delete(struct kit *kit, struct text object, struct text id,
                                 struct error *error)
{
    const enum error_code code = prepare(kit, error);
    return code ? code : objects_delete(kit->store, object, id, error);
}

static json_t *row_json(const struct object_schema *schema, const struct object_row *row)
{
    json_t *const json = KIT_ROW({"id", row->id});
    bool right = json != NULL;
    for (size_t i = 0; right && i < schema->field_count; i++) {
        if (row->values[i].kind != VALUE_NULL)
            right = json_object_setn_new(json, schema->fields[i].name.bytes,
                                         schema->fields[i].name.length,
                                         value_json_of(&row->values[i])) == 0;
    }
    if (right)
        return json;
    json_decref(json);
    return NULL;
}

static enum error_code schema_of(const struct kit *kit, struct text object,
                                 const struct object_schema **schema, struct error *error)
{
    *schema = store_schema(kit->store, object);
    return *schema ? ERROR_NONE
                   : error_set(error, ERROR_USAGE, "the store has no object '%.*s'",
                               TEXT_PRINT(object));
}

enum error_code kit_store_get(struct kit *kit, struct text object, struct text id, json_t **json,
                              struct error *error)
{
    const struct object_schema *schema = NULL;
    struct object_row *row = NULL;
    *json = NULL;
    if (prepare(kit, error) || schema_of(kit, object, &schema, error) ||
        objects_get(kit->store, object, id, kit->arena, &row, error))
        return error->code;
    *json = row ? row_json(schema, row) : NULL;
    return *json || !row ? ERROR_NONE : error_memory(error, "an object");
}

enum error_code kit_store_list(struct kit *kit, struct text object, struct text field,
                               struct text value, json_t **json, struct error *error)
{
    const struct object_query query = {.object = object, .filter = field, .value = value};
    const struct object_schema *schema = NULL;
    struct object_row *rows = NULL;
    size_t count = 0;
    *json = NULL;
    if (prepare(kit, error) || schema_of(kit, object, &schema, error) ||
        objects_list(kit->store, &query, kit->arena, &rows, &count, error))
        return error->code;
    *json = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(*json, row_json(schema, &rows[i])) != 0)
            return error_memory(error, "objects");
    }
    return ERROR_NONE;
}

/* ---- the books ---- */

static enum error_code list_mappings(const struct kit *kit, json_t *list, struct error *error)
{
    struct status_mapping *rows = NULL;
    size_t count = 0;
    if (status_mappings(kit->store, kit->name, kit->arena, &rows, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct status_mapping *const it = &rows[i];
        json_t *const row = KIT_ROW(
            {"internal_object", it->internal_object}, {"internal_id", it->internal_id},
            {"integration_object", it->integration_object}, {"integration_id", it->integration_id});
        if (json_array_append_new(list, row) != 0 ||
            json_object_set_new(row, "deleted", json_boolean(it->deleted)) != 0 ||
            !kit_set_instant(row, "last_sync", it->last_sync))
            return error_memory(error, "mappings");
    }
    return ERROR_NONE;
}

static enum error_code list_changes(const struct kit *kit, json_t *list, struct error *error)
{
    struct status_change *rows = NULL;
    size_t count = 0;
    if (status_changes(kit->store, kit->name, kit->arena, &rows, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct status_change *const it = &rows[i];
        json_t *const row = KIT_ROW({"object", it->object}, {"id", it->id}, {"field", it->field});
        if (json_array_append_new(list, row) != 0 || !kit_set_instant(row, "at", it->at))
            return error_memory(error, "changes");
    }
    return ERROR_NONE;
}

static enum error_code list_notes(const struct kit *kit, json_t *list, struct error *error)
{
    struct status_note *rows = NULL;
    size_t count = 0;
    const struct status_note_query query = {.integration = kit->name};
    if (status_notes(kit->store, &query, kit->arena, &rows, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct status_note *const it = &rows[i];
        json_t *const row = KIT_ROW({"object", it->object}, {"object_id", it->object_id},
                                    {"integration_object", it->integration_object},
                                    {"integration_id", it->integration_id}, {"about", it->about},
                                    {"field", it->field}, {"message", it->message});
        if (json_array_append_new(list, row) != 0)
            return error_memory(error, "notes");
    }
    return ERROR_NONE;
}

enum error_code kit_store_books(struct kit *kit, struct text kind, json_t **json,
                                struct error *error)
{
    static const struct {
        const char *name;
        enum error_code (*list)(const struct kit *kit, json_t *list, struct error *error);
    } kinds[] = {{"mappings", list_mappings}, {"changes", list_changes}, {"notes", list_notes}};
    *json = NULL;
    if (prepare(kit, error))
        return error->code;
    *json = json_array();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (text_equal(kind, text_of(kinds[i].name)))
            return kinds[i].list(kit, *json, error);
    }
    return error_set(error, ERROR_USAGE, "the books have no '%.*s'", TEXT_PRINT(kind));
}
