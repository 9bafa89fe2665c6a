#include "conformance/unit_changes.h"

#include "conformance/case_manual.h"
#include "conformance/engine_json.h"
#include "conformance/json_value.h"
#include "sync/pull/change_pull.h"
#include "sync/push/change_push.h"

/* What a case works with. */
struct bench {
    struct arena *arena;
    const json_t *input, *reported;
    struct object_schema schema;
    struct manual *manual;
    struct manual_entry *entry;
    struct report_object *object;
    struct mapping *mapping;
    struct judge judge;
    instant now;
};

/* The one entry of the manual that the case describes. */
static enum error_code make_manual(struct bench *bench, struct text internal,
                                   struct text integration, struct error *error)
{
    struct field_schema *fields = NULL;
    if (case_manual_fields(bench->arena, json_object_get(bench->input, "fields"), &fields,
                           &bench->schema.field_count, error))
        return error->code;
    bench->schema.name = internal;
    bench->schema.is_contact = text_equal(internal, TEXT("contact"));
    bench->schema.fields = fields;
    if (manual_new(bench->arena, &bench->manual, error) ||
        manual_add_entry(bench->manual, &bench->schema, integration, &bench->entry, error) ||
        case_manual_lines(bench->manual, bench->entry, &bench->schema,
                          json_object_get(bench->input, "lines"), error) ||
        manual_finish(bench->manual, error))
        return error->code;
    return ERROR_NONE;
}

static enum field_state state_of(const json_t *field)
{
    const struct text name = json_value_text(json_object_get(field, "state"));
    if (text_equal(name, TEXT("required")))
        return FIELD_REQUIRED;
    return text_equal(name, TEXT("unchanged")) ? FIELD_UNCHANGED : FIELD_CHANGED;
}

/* The reported object; fields that the manual does not have are left out. */
static enum error_code make_object(struct bench *bench, const struct manual_object *manual_object,
                                   struct error *error)
{
    struct report_object *object = ARENA_NEW(bench->arena, struct report_object);
    if (!object)
        return error_memory(error, "a reported object");
    object->object = manual_object;
    object->name = json_value_text(json_object_get(bench->reported, "object"));
    object->id = json_value_text(json_object_get(bench->reported, "id"));
    object->changed_at = json_value_instant(json_object_get(bench->reported, "at"));
    object->fields = ARENA_ARRAY(bench->arena, manual_object->field_count, struct report_field);
    if (!object->fields)
        return error_memory(error, "a reported object");
    const json_t *fields = json_object_get(bench->reported, "fields");
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *told = json_array_get(fields, i);
        const size_t index =
            manual_object_field(manual_object, json_value_text(json_object_get(told, "name")));
        if (index == SIZE_MAX)
            continue;
        struct report_field *field = &object->fields[index];
        const struct text type = json_value_text(json_object_get(told, "type"));
        const json_t *value = json_object_get(told, "value");
        bool readable = false;
        if (json_value_to_raw(bench->arena, value, &field->raw, error) ||
            value_normalize(bench->arena, &field->raw, value_type_of_name(type), &field->value,
                            &readable, error))
            return error->code;
        field->state = readable ? state_of(told) : FIELD_ABSENT;
        field->unreadable = !readable;
        field->changed_at = json_value_instant(json_object_get(told, "at"));
    }
    bench->object = object;
    return ERROR_NONE;
}

static enum error_code make_mapping(struct bench *bench, struct text internal_id,
                                    struct text integration_id, struct error *error)
{
    struct mapping *mapping = ARENA_NEW(bench->arena, struct mapping);
    struct base_version *base_versions =
        ARENA_ARRAY(bench->arena, bench->entry->internal->field_count, struct base_version);
    if (!mapping || !base_versions)
        return error_memory(error, "a mapping");
    *mapping = (struct mapping){.key = 1,
                                .entry = bench->entry,
                                .internal_object = bench->entry->internal->name,
                                .internal_id = internal_id,
                                .integration_object = bench->entry->integration->name,
                                .integration_id = integration_id,
                                .last_sync = INSTANT_NONE,
                                .base_versions = base_versions};
    bench->mapping = mapping;
    return ERROR_NONE;
}

/* A value of our side, of its field's own type. */
static enum error_code read_stored(struct bench *bench, size_t field, const json_t *json,
                                   struct value *value, struct error *error)
{
    const struct field_schema *schema = bench->entry->internal->fields[field].schema;
    bool readable = false;
    if (json_value_normalize(bench->arena, json, schema->type, value, &readable, error))
        return error->code;
    if (!readable)
        return error_set(error, ERROR_INVALID, "the value of '%.*s' is no '%s'",
                         TEXT_PRINT(schema->name), value_type_name(schema->type));
    return ERROR_NONE;
}

static enum error_code read_base_versions(struct bench *bench, const json_t *fingerprints,
                                          struct error *error)
{
    const char *name = NULL;
    json_t *json = NULL;
    json_object_foreach((json_t *)fingerprints, name, json)
    {
        const size_t field = manual_object_field(bench->entry->internal, text_of(name));
        struct value value;
        if (field == SIZE_MAX)
            continue;
        if (read_stored(bench, field, json, &value, error))
            return error->code;
        base_version_agree(&bench->mapping->base_versions[field], value_fingerprint(&value),
                           INSTANT_NONE);
    }
    return ERROR_NONE;
}

static enum error_code read_local_object(struct bench *bench, const json_t *told,
                                         struct local_object *local_object, struct error *error)
{
    const struct manual_object *internal = bench->entry->internal;
    const json_t *values = json_object_get(told, "values");
    *local_object = (struct local_object){.exists = true};
    local_object->values = ARENA_ARRAY(bench->arena, internal->field_count, struct value);
    if (!local_object->values)
        return error_memory(error, "values");
    for (size_t i = 0; i < internal->field_count; i++) {
        const json_t *json = json_object_getn(values, internal->fields[i].name.bytes,
                                              internal->fields[i].name.length);
        if (read_stored(bench, i, json, &local_object->values[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

/* {field: instant} */
static enum error_code read_tracked(struct bench *bench, const json_t *changed,
                                    struct tracked_changes *tracked, struct error *error)
{
    tracked->count = 0;
    tracked->items = ARENA_ARRAY(bench->arena, json_object_size(changed), struct tracked_change);
    if (!tracked->items)
        return error_memory(error, "tracked changes");
    const char *name = NULL;
    json_t *at = NULL;
    json_object_foreach((json_t *)changed, name, at)
    {
        const size_t field = manual_object_field(bench->entry->internal, text_of(name));
        tracked->items[tracked->count] = (struct tracked_change){
            .sequence = (int64_t)tracked->count + 1, .field = field, .at = json_value_instant(at)};
        tracked->count++;
    }
    return ERROR_NONE;
}

/* Modes in order; without any, dates alone decide. */
static enum error_code read_judge(struct bench *bench, struct error *error)
{
    const json_t *modes = json_object_get(bench->input, "judge");
    bench->judge = (struct judge){{JUDGE_HARD, JUDGE_BEST, JUDGE_FUZZY}, 3};
    if (!modes)
        return ERROR_NONE;
    bench->judge.mode_count = 0;
    for (size_t i = 0; i < json_array_size(modes) && i < JUDGE_MODE_COUNT; i++) {
        if (!judge_mode_of_name(json_value_text(json_array_get(modes, i)), &bench->judge.modes[i]))
            return error_set(error, ERROR_INVALID, "the case names an unknown mode of the judge");
        bench->judge.mode_count++;
    }
    return ERROR_NONE;
}

static enum tie_policy tie_policy_of(const json_t *input)
{
    const struct text name = json_value_text(json_object_get(input, "on_tie"));
    if (text_equal(name, TEXT("internal")))
        return TIE_INTERNAL;
    return text_equal(name, TEXT("integration")) ? TIE_INTEGRATION : TIE_NOBODY;
}

static json_t *change_json(const struct order_change *change, enum side receiver)
{
    return change ? engine_json_change(change, receiver) : json_null();
}

/* Compare, and drop `actual`. */
static enum error_code compare(struct comparison *comparison, const json_t *item, json_t *actual,
                               struct error *error)
{
    if (!actual)
        return error_memory(error, "a result");
    comparison_result(comparison, "expected", json_object_get(item, "expected"), actual);
    json_decref(actual);
    return ERROR_NONE;
}

static enum error_code pull(struct bench *bench, const json_t *item, struct comparison *comparison,
                            struct error *error)
{
    struct pull_decision decision;
    struct local_object local_object;
    const json_t *internal = json_object_get(bench->input, "internal");
    const bool known = json_is_object(internal);
    if (make_manual(bench, json_value_text(json_object_get(bench->input, "internal_object")),
                    json_value_text(json_object_get(bench->reported, "object")), error) ||
        make_object(bench, bench->entry->integration, error) || read_judge(bench, error))
        return error->code;
    const struct run_settings settings = {.judge = bench->judge,
                                          .on_tie = tie_policy_of(bench->input)};
    const struct run run = {.now = bench->now, .settings = &settings};
    struct pull_case pull_case = {.run = &run, .entry = bench->entry, .reported = bench->object};
    if (known) {
        pull_case.internal_id = json_value_text(json_object_get(internal, "id"));
        if (make_mapping(bench, pull_case.internal_id, bench->object->id, error) ||
            read_base_versions(bench, json_object_get(internal, "fingerprints"), error) ||
            read_local_object(bench, internal, &local_object, error) ||
            read_tracked(bench, json_object_get(internal, "changed"), &pull_case.tracked, error))
            return error->code;
        pull_case.local_object = &local_object;
        pull_case.mapping = bench->mapping;
    }
    struct pull_workspace *workspace = NULL;
    if (change_pull_workspace(bench->arena, bench->manual, &workspace, error) ||
        change_pull_generate(bench->arena, workspace, &pull_case, &decision, error))
        return error->code;
    json_t *noted = json_array();
    for (size_t i = 0; i < decision.note_count; i++) {
        const struct pull_note *note = &decision.notes[i];
        const struct text field = bench->entry->internal->fields[note->line->internal_field].name;
        comparison_set_add(noted, engine_json_about(change_pull_note_name(note->kind), field));
    }
    return compare(comparison, item,
                   json_pack("{s:o, s:{s:i, s:i, s:i}, s:o, s:b}", "change",
                             change_json(decision.change, SIDE_INTERNAL), "conflicts", "internal",
                             (int)decision.conflicts.internal, "integration",
                             (int)decision.conflicts.integration, "unresolved",
                             (int)decision.conflicts.unresolved, "noted", noted, "held_back",
                             decision.held_back),
                   error);
}

/* In a partial report the changed fields are those that were tracked. */
static enum error_code track_reported(struct bench *bench, struct error *error)
{
    struct report_object *object = bench->object;
    const size_t fields = object->object->field_count;
    struct tracked_change *tracked = ARENA_ARRAY(bench->arena, fields, struct tracked_change);
    if (!tracked)
        return error_memory(error, "tracked changes");
    for (size_t i = 0; i < fields; i++) {
        if (object->fields[i].state != FIELD_CHANGED)
            continue;
        tracked[object->tracked.count] = (struct tracked_change){
            .sequence = (int64_t)i + 1, .field = i, .at = object->changed_at};
        object->tracked.count++;
    }
    object->tracked.items = tracked;
    return ERROR_NONE;
}

static enum error_code push(struct bench *bench, const json_t *item, struct comparison *comparison,
                            struct error *error)
{
    struct push_decision decision;
    const json_t *integration_id = json_object_get(bench->input, "integration_id");
    if (make_manual(bench, json_value_text(json_object_get(bench->reported, "object")),
                    json_value_text(json_object_get(bench->input, "integration_object")), error) ||
        make_object(bench, bench->entry->internal, error) || read_judge(bench, error) ||
        track_reported(bench, error))
        return error->code;
    if (json_is_string(integration_id)) {
        if (make_mapping(bench, bench->object->id, json_value_text(integration_id), error) ||
            read_base_versions(bench, json_object_get(bench->input, "fingerprints"), error))
            return error->code;
    }
    const struct push_case push_case = {.entry = bench->entry,
                                        .reported = bench->object,
                                        .mapping = bench->mapping,
                                        .use_base = judge_has_base(&bench->judge),
                                        .on_tie = tie_policy_of(bench->input)};
    if (change_push_generate(bench->arena, &push_case, &decision, error))
        return error->code;
    json_t *noted = json_array();
    for (size_t i = 0; i < decision.empty_count; i++) {
        const struct text field =
            bench->entry->internal->fields[decision.empty[i]->internal_field].name;
        comparison_set_add(noted, engine_json_about("required_empty", field));
    }
    return compare(comparison, item,
                   json_pack("{s:o, s:o, s:b}", "change",
                             change_json(decision.change, SIDE_INTEGRATION), "noted", noted,
                             "held_back", decision.held_back),
                   error);
}

typedef enum error_code bench_run(struct bench *bench, const json_t *item,
                                  struct comparison *comparison, struct error *error);

static enum error_code with_arena(const json_t *item, struct comparison *comparison,
                                  struct error *error, bench_run *run)
{
    struct bench bench = {.arena = arena_new(0), .input = json_object_get(item, "input")};
    if (!bench.arena)
        return error_memory(error, "a case");
    bench.reported = json_object_get(bench.input, "reported");
    bench.now = json_value_instant(json_object_get(bench.input, "now"));
    const enum error_code code = run(&bench, item, comparison, error);
    arena_free(bench.arena);
    return code;
}

enum error_code unit_changes_pull(const json_t *item, struct comparison *comparison,
                                  struct error *error)
{
    return with_arena(item, comparison, error, pull);
}

enum error_code unit_changes_push(const json_t *item, struct comparison *comparison,
                                  struct error *error)
{
    return with_arena(item, comparison, error, push);
}
