/* The state of the store after a run, as `final` shows it. */
#include "conformance/json_value.h"
#include "conformance/scenario_store.h"
#include "store/objects/objects.h"
#include "store/books/matters.h"
#include "store/inspect/status.h"
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

static json_t *row_json(const struct object_schema *schema, const struct object_row *row)
{
    json_t *shown = json_pack("{s:o}", "id", value_json_text(row->id));
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field_schema *field = &schema->fields[i];
        const struct value *value = &row->values[i];
        const bool stored = field->role == FIELD_ORDINARY || field->role == FIELD_OWNER_ID ||
                            field->role == FIELD_POINTS;
        if (!stored || value->kind == VALUE_NULL)
            continue;
        if (field->role == FIELD_POINTS && value->kind == VALUE_NUMBER && value->as.number == 0)
            continue;
        json_object_setn_new_nocheck(shown, field->name.bytes, field->name.length,
                                     value_json_of(value));
    }
    return shown;
}

static enum error_code add_objects(struct scenario_store *scenario, json_t *state,
                                   struct error *error)
{
    const char *name = NULL;
    json_t *fields = NULL;
    json_object_foreach(json_object_get(scenario->input, "fields"), name, fields)
    {
        const struct object_query query = {.object = text_of(name)};
        const struct object_schema *schema = store_schema(scenario->store, query.object);
        struct object_row *rows = NULL;
        size_t count = 0;
        if (objects_list(scenario->store, &query, scenario->arena, &rows, &count, error))
            return error->code;
        json_t *list = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(list, row_json(schema, &rows[i]));
        json_object_set_new(state, name, list);
    }
    return ERROR_NONE;
}

static enum error_code add_mappings(struct scenario_store *scenario, json_t *state,
                                    struct error *error)
{
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    json_t *list = json_array();
    json_object_set_new(state, "mappings", list);
    if (status_mappings(scenario->store, TEXT_ABSENT, scenario->arena, &mappings, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct status_mapping *mapping = &mappings[i];
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "integration",
                            value_json_text(mapping->integration), "internal_object",
                            value_json_text(mapping->internal_object), "internal_id",
                            value_json_text(mapping->internal_id), "integration_object",
                            value_json_text(mapping->integration_object), "integration_id",
                            value_json_text(mapping->integration_id), "last_sync",
                            value_json_instant(mapping->last_sync), "deleted", mapping->deleted));
    }
    return ERROR_NONE;
}

static json_t *origin_json(const struct status_change *change)
{
    if (change->origin == 0)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "integration", value_json_text(change->origin_integration),
                     "object", value_json_text(change->origin_object), "id",
                     value_json_text(change->origin_id));
}

static enum error_code add_field_changes(struct scenario_store *scenario, json_t *state,
                                         struct error *error)
{
    struct status_change *changes = NULL;
    size_t count = 0;
    json_t *list = json_array();
    json_object_set_new(state, "field_changes", list);
    if (status_changes(scenario->store, TEXT_ABSENT, scenario->arena, &changes, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct status_change *change = &changes[i];
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "integration",
                            value_json_text(change->integration), "object",
                            value_json_text(change->object), "id", value_json_text(change->id),
                            "field", value_json_text(change->field), "at",
                            value_json_instant(change->at), "origin", origin_json(change)));
    }
    return ERROR_NONE;
}

static enum error_code add_do_not_contact(struct scenario_store *scenario, json_t *state,
                                          struct error *error)
{
    struct rows rows;
    json_t *list = json_array();
    json_object_set_new(state, "dnc", list);
    rows_open(&rows, &scenario->store->sql, NULL, error,
              "SELECT CAST(contact AS TEXT), channel, reason FROM do_not_contact"
              " ORDER BY contact, channel",
              "");
    while (rows_next(&rows)) {
        const struct text contact = rows_text(&rows), channel = rows_text(&rows);
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:I}", "contact", value_json_text(contact), "channel",
                            value_json_text(channel), "reason", (json_int_t)rows_integer(&rows)));
    }
    return rows_close(&rows);
}

static enum error_code add_positions(struct scenario_store *scenario, json_t *state,
                                     struct error *error)
{
    json_t *list = json_array();
    json_object_set_new(state, "positions", list);
    for (size_t i = 0; i < scenario->integration_count; i++) {
        struct status_position *rows = NULL;
        size_t count = 0;
        if (status_positions(scenario->store, text_of(scenario->integrations[i].name),
                             scenario->arena, &rows, &count, error))
            return error->code;
        for (size_t j = 0; j < count; j++)
            json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "integration",
                                                  value_json_text(rows[j].integration), "object",
                                                  value_json_text(rows[j].object), "at",
                                                  text_is_absent(rows[j].token)
                                                      ? value_json_instant(rows[j].at)
                                                      : value_json_text(rows[j].token)));
    }
    return ERROR_NONE;
}

static enum error_code add_open(struct scenario_store *scenario, json_t *state, struct error *error)
{
    struct open_matter *matters = NULL;
    size_t count = 0;
    const struct matter_query query = {.integration = TEXT_ABSENT};
    json_t *list = json_array();
    json_object_set_new(state, "open", list);
    if (matters_list(scenario->store, &query, scenario->arena, &matters, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct open_matter *matter = &matters[i];
        /* Of what the cases do not know; tests/end_to_end prove it. */
        if (matter->reason == MATTER_MERGE)
            continue;
        json_array_append_new(
            list,
            json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "reason",
                      matter_reason_name(matter->reason), "integration",
                      value_json_text(matter->integration), "object",
                      value_json_text(matter->object), "id", value_json_text(matter->id),
                      "integration_object", value_json_text(matter->integration_object),
                      "integration_id", value_json_text(matter->integration_id), "field",
                      value_json_text(matter->field), "first", value_json_instant(matter->first),
                      "last", value_json_instant(matter->last)));
    }
    return ERROR_NONE;
}

enum error_code scenario_store_final(struct scenario_store *scenario, json_t **state,
                                     struct error *error)
{
    *state = json_object();
    if (!*state)
        return error_memory(error, "the state of the store");
    if (add_objects(scenario, *state, error) || add_mappings(scenario, *state, error) ||
        add_field_changes(scenario, *state, error) || add_do_not_contact(scenario, *state, error) ||
        add_positions(scenario, *state, error) || add_open(scenario, *state, error)) {
        json_decref(*state);
        *state = NULL;
        return error->code;
    }
    return ERROR_NONE;
}
