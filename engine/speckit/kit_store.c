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
    enum error_code code = kit_open_store(kit, error);
    if (!code)
        code = store_set_clock(kit->store, kit->now, error);
    return code ? code : registry_set(kit->store, &registered, 1, error);
}

static enum error_code read_assignments(struct arena *arena, const json_t *fields,
                                        struct object_assignment **assignments, size_t *count,
                                        struct error *error)
{
    const char *name = NULL;
    json_t *value = NULL;
    struct object_assignment *const made =
        ARENA_ARRAY(arena, json_object_size(fields), struct object_assignment);
    enum error_code code = made ? ERROR_NONE : error_memory(error, "fields");
    *count = 0;
    json_object_foreach((json_t *)fields, name, value)
    {
        if (!code)
            code = text_copy(arena, text_of(name), &made[*count].field, error);
        if (!code)
            code = value_json_raw(arena, value, &made[(*count)++].value, error);
    }
    *assignments = made;
    return code;
}

enum error_code kit_store_add(struct kit *kit, struct text object, const json_t *fields,
                              json_t **id, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    struct text made = TEXT_ABSENT;
    enum error_code code = arena ? prepare(kit, error) : error_memory(error, "an object");

    *id = NULL;
    if (!code)
        code = read_assignments(arena, fields, &assignments, &count, error);
    if (!code)
        code = objects_add(kit->store, object, assignments, count, arena, &made, error);
    if (!code)
        *id = kit_string(made);
    if (!code && !*id)
        code = error_memory(error, "an id");
    arena_free(arena);
    return code;
}

enum error_code kit_store_set(struct kit *kit, struct text object, struct text id,
                              const json_t *fields, struct error *error)
{
    struct arena *const arena = arena_new(0);
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    enum error_code code = arena ? prepare(kit, error) : error_memory(error, "an object");
    if (!code)
        code = read_assignments(arena, fields, &assignments, &count, error);
    if (!code)
        code = objects_set(kit->store, object, id, assignments, count, error);
    arena_free(arena);
    return code;
}

enum error_code kit_store_delete(struct kit *kit, struct text object, struct text id,
                                 struct error *error)
{
    const enum error_code code = prepare(kit, error);
    return code ? code : objects_delete(kit->store, object, id, error);
}

static json_t *row_json(const struct object_schema *schema, const struct object_row *row)
{
    json_t *const json = json_object();
    bool right = json && kit_set_text(json, "id", row->id);
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
    struct arena *const arena = arena_new(0);
    const struct object_schema *schema = NULL;
    struct object_row *row = NULL;
    enum error_code code = arena ? prepare(kit, error) : error_memory(error, "an object");

    *json = NULL;
    if (!code)
        code = schema_of(kit, object, &schema, error);
    if (!code)
        code = objects_get(kit->store, object, id, arena, &row, error);
    if (!code && row) {
        *json = row_json(schema, row);
        code = *json ? ERROR_NONE : error_memory(error, "an object");
    }
    arena_free(arena);
    return code;
}

enum error_code kit_store_list(struct kit *kit, struct text object, struct text field,
                               struct text value, json_t **json, struct error *error)
{
    struct arena *const arena = arena_new(0);
    const struct object_query query = {.object = object, .filter = field, .value = value};
    const struct object_schema *schema = NULL;
    struct object_row *rows = NULL;
    size_t count = 0;
    enum error_code code = arena ? prepare(kit, error) : error_memory(error, "objects");

    *json = NULL;
    if (!code)
        code = schema_of(kit, object, &schema, error);
    if (!code)
        code = objects_list(kit->store, &query, arena, &rows, &count, error);
    if (code)
        goto out;
    *json = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(*json, row_json(schema, &rows[i])) != 0)
            code = error_memory(error, "objects");
    }
out:
    arena_free(arena);
    return code;
}

/* ---- the books ---- */

static bool append(json_t *list, json_t *row)
{
    return row && json_array_append_new(list, row) == 0;
}

static enum error_code list_mappings(const struct kit *kit, struct arena *arena, json_t *list,
                                     struct error *error)
{
    struct status_mapping *rows = NULL;
    size_t count = 0;
    const enum error_code code =
        status_mappings(kit->store, kit->name, arena, &rows, &count, error);
    for (size_t i = 0; !code && i < count; i++) {
        const struct status_mapping *const it = &rows[i];
        json_t *const row = json_pack("{s:b}", "deleted", (int)it->deleted);
        if (!append(list, row) || !kit_set_text(row, "internal_object", it->internal_object) ||
            !kit_set_text(row, "internal_id", it->internal_id) ||
            !kit_set_text(row, "integration_object", it->integration_object) ||
            !kit_set_text(row, "integration_id", it->integration_id) ||
            !kit_set_instant(row, "last_sync", it->last_sync))
            return error_memory(error, "mappings");
    }
    return code;
}

static enum error_code list_changes(const struct kit *kit, struct arena *arena, json_t *list,
                                    struct error *error)
{
    struct status_change *rows = NULL;
    size_t count = 0;
    const enum error_code code = status_changes(kit->store, kit->name, arena, &rows, &count, error);
    for (size_t i = 0; !code && i < count; i++) {
        const struct status_change *const it = &rows[i];
        json_t *const row = json_object();
        if (!append(list, row) || !kit_set_text(row, "object", it->object) ||
            !kit_set_text(row, "id", it->id) || !kit_set_text(row, "field", it->field) ||
            !kit_set_instant(row, "at", it->at))
            return error_memory(error, "changes");
    }
    return code;
}

static enum error_code list_notes(const struct kit *kit, struct arena *arena, json_t *list,
                                  struct error *error)
{
    struct status_note *rows = NULL;
    size_t count = 0;
    const struct status_note_query query = {.integration = kit->name};
    const enum error_code code = status_notes(kit->store, &query, arena, &rows, &count, error);
    for (size_t i = 0; !code && i < count; i++) {
        const struct status_note *const it = &rows[i];
        json_t *const row = json_object();
        if (!append(list, row) || !kit_set_text(row, "object", it->object) ||
            !kit_set_text(row, "object_id", it->object_id) ||
            !kit_set_text(row, "integration_object", it->integration_object) ||
            !kit_set_text(row, "integration_id", it->integration_id) ||
            !kit_set_text(row, "about", it->about) || !kit_set_text(row, "field", it->field) ||
            !kit_set_text(row, "message", it->message))
            return error_memory(error, "notes");
    }
    return code;
}

enum error_code kit_store_books(struct kit *kit, struct text kind, json_t **json,
                                struct error *error)
{
    struct arena *const arena = arena_new(0);
    enum error_code code = arena ? prepare(kit, error) : error_memory(error, "the books");

    *json = code ? NULL : json_array();
    if (!code && text_equal(kind, TEXT("mappings")))
        code = list_mappings(kit, arena, *json, error);
    else if (!code && text_equal(kind, TEXT("changes")))
        code = list_changes(kit, arena, *json, error);
    else if (!code && text_equal(kind, TEXT("notes")))
        code = list_notes(kit, arena, *json, error);
    else if (!code)
        code = error_set(error, ERROR_USAGE, "the books have no '%.*s'", TEXT_PRINT(kind));
    arena_free(arena);
    return code;
}
