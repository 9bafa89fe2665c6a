/* Asks for every field there is, as if all were mapped, and keeps the first values. */
#include "cli/commands/field_samples.h"

#include <string.h>

#include "model/report.h"
#include "model/value_json.h"

enum { PAGES_MOST = 3, SAMPLES_MOST = 3, SAMPLE_CHARACTERS = 60 };

/* ---- a manual of all their fields ---- */

static bool is_wanted(const struct integration *integration, struct text object)
{
    return !integration->manual->entry_count || manual_integration(integration->manual, object);
}

static enum error_code add_object(struct integration *integration, struct text object,
                                  struct manual *manual, struct error *error)
{
    struct arena *const arena = manual->arena;
    struct script_field *fields = NULL;
    struct manual_entry *entry = NULL;
    size_t count = 0;
    if (script_exchange_fields(integration->exchange, object, false, arena, &fields, &count, error))
        return error->code;
    struct field_schema *const ours = ARENA_ARRAY(arena, count, struct field_schema);
    struct object_schema *const schema = ARENA_NEW(arena, struct object_schema);
    if (!ours || !schema)
        return error_memory(error, "the fields of an object");
    for (size_t i = 0; i < count; i++)
        ours[i] = (struct field_schema){.name = fields[i].name, .type = fields[i].type};
    *schema = (struct object_schema){.name = object, .fields = ours, .field_count = count};
    enum error_code code =
        count ? manual_add_entry(manual, schema, object, &entry, error) : ERROR_NONE;
    for (size_t i = 0; !code && i < count; i++) {
        const struct manual_line line = {.direction = DIRECTION_TO_INTERNAL};
        if (fields[i].type != VALUE_TYPE_UNKNOWN)
            code = manual_add_line(manual, entry, &ours[i], fields[i].name, NULL, &line, error);
    }
    return code;
}

static enum error_code map_all(struct integration *integration, struct manual **manual,
                               struct error *error)
{
    const struct manifest *const manifest = script_exchange_manifest(integration->exchange);
    enum error_code code = manual_new(integration->session->arena, manual, error);
    for (size_t i = 0; !code && i < manifest->object_count; i++) {
        if (is_wanted(integration, manifest->objects[i].name))
            code = add_object(integration, manifest->objects[i].name, *manual, error);
    }
    return code ? code : manual_finish(*manual, error);
}

/* ---- asking ---- */

static enum error_code ask_for(const struct integration *integration, const struct manual *manual,
                               struct request *request, struct error *error)
{
    *request = (struct request){.side = SIDE_INTEGRATION,
                                .integration = integration->name,
                                .first_time = true,
                                .object_count = manual->integration_count};
    request->objects = ARENA_ARRAY(manual->arena, request->object_count, struct request_object);
    if (!request->objects)
        return error_memory(error, "a request");
    for (size_t i = 0; i < request->object_count; i++) {
        struct request_object *const asked = &request->objects[i];
        *asked = (struct request_object){.object = manual->integration[i],
                                         .from = INSTANT_NONE,
                                         .to = session_now(integration->session)};
        if (request_object_fields(manual->arena, manual, SIDE_INTEGRATION, asked, error))
            return error->code;
    }
    return ERROR_NONE;
}

static json_t *member_of(json_t *parent, struct text name, json_t *(*make)(void))
{
    json_t *member = json_object_getn(parent, name.bytes, name.length);
    if (member)
        return member;
    json_object_setn_new(parent, name.bytes, name.length, make());
    return json_object_getn(parent, name.bytes, name.length);
}

/* Another value of the field, if it is one. */
static enum error_code keep(struct arena *arena, json_t *fields, struct text name,
                            const struct value *value, struct error *error)
{
    struct text shown = TEXT_ABSENT;
    if (value_is_empty(value))
        return ERROR_NONE;
    json_t *const kept = member_of(fields, name, json_array);
    if (json_array_size(kept) >= SAMPLES_MOST)
        return ERROR_NONE;
    if (value_format(arena, value, SAMPLE_CHARACTERS, &shown, error))
        return error->code;
    json_t *const sample = value_json_text(shown);
    size_t i = 0;
    const json_t *other = NULL;
    json_array_foreach(kept, i, other)
    {
        if (!json_equal(other, sample))
            continue;
        json_decref(sample);
        return ERROR_NONE;
    }
    return json_array_append_new(kept, sample) == 0 ? ERROR_NONE : error_memory(error, "samples");
}

static enum error_code keep_all(struct arena *arena, const struct report *report, json_t *samples,
                                struct error *error)
{
    for (size_t i = 0; i < report->object_count; i++) {
        const struct report_object *const object = report->objects[i];
        json_t *const fields =
            object->object ? member_of(samples, object->object->name, json_object) : NULL;
        for (size_t j = 0; fields && j < object->object->field_count; j++) {
            const struct report_field *const field = &object->fields[j];
            if (field->state != FIELD_ABSENT && !field->unreadable &&
                keep(arena, fields, object->object->fields[j].name, &field->value, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

enum error_code field_samples_read(struct integration *integration, json_t **samples,
                                   struct error *error)
{
    struct exchange *const exchange = script_exchange_table(integration->exchange);
    struct arena *const arena = integration->session->arena;
    struct manual *manual = NULL;
    struct request request = {.object_count = 0};
    enum error_code code = map_all(integration, &manual, error);
    *samples = json_object();
    if (!code && !*samples)
        code = error_memory(error, "samples");
    if (!code)
        code = ask_for(integration, manual, &request, error);
    if (!code)
        script_exchange_set_manual(integration->exchange, manual);
    while (!code && request.object_count && request.iteration < PAGES_MOST) {
        struct report *report = NULL;
        request.iteration++;
        code = report_new(arena, &request, &report, error);
        if (!code)
            code = exchange->get_report(exchange, &request, report, error);
        if (!code)
            code = keep_all(arena, report, *samples, error);
        if (code || text_is_absent(report->cursor))
            break;
        request.cursor = report->cursor;
    }
    return code;
}
