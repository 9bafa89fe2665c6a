#include "conformance/scenario_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/case_manual.h"
#include "conformance/json_value.h"
#include "store/objects/objects.h"
#include "store/schema/registry.h"
#include "support/seed.h"

static struct text member(const json_t *object, const char *key)
{
    return json_value_text(json_object_get(object, key));
}

static instant instant_of(const json_t *object, const char *key)
{
    return json_value_instant(json_object_get(object, key));
}

/* ------------------------------------------------------------------ objects, users, manuals */

static enum error_code make_fields(struct scenario_store *scenario, struct error *error)
{
    const char *name = NULL;
    json_t *list = NULL;
    json_object_foreach(json_object_get(scenario->input, "fields"), name, list)
    {
        struct field_schema *fields = NULL;
        size_t count = 0;
        if (case_manual_fields(scenario->arena, list, &fields, &count, error) ||
            store_fields_replace(scenario->store, text_of(name), fields, count, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code make_users(struct scenario_store *scenario, struct error *error)
{
    const json_t *users = json_object_get(scenario->input, "users");
    for (size_t i = 0; i < json_array_size(users); i++) {
        const json_t *told = json_array_get(users, i);
        const struct store_user user = {.id = member(told, "id"),
                                        .name = member(told, "id"),
                                        .email = TEXT(""),
                                        .admin = json_is_true(json_object_get(told, "admin"))};
        if (store_user_set(scenario->store, &user, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* "dnc_<channel>" of a manual is a field only if the channel is known. */
static enum error_code make_line_channels(struct scenario_store *scenario, const json_t *lines,
                                          struct error *error)
{
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const struct text name = member(json_array_get(lines, i), "internal");
        if (!text_starts_with(name, TEXT("dnc_")))
            continue;
        if (seed_channel(scenario->store, (struct text){name.bytes + 4, name.length - 4}, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* To be called before any manual is made: a new channel changes the schema that manuals point into.
 */
static enum error_code make_channels(struct scenario_store *scenario, struct error *error)
{
    const char *name = NULL;
    json_t *told = NULL;
    json_object_foreach(json_object_get(scenario->input, "integrations"), name, told)
    {
        const json_t *entries = json_object_get(told, "manual");
        for (size_t i = 0; i < json_array_size(entries); i++) {
            if (make_line_channels(scenario, json_object_get(json_array_get(entries, i), "fields"),
                                   error))
                return error->code;
        }
    }
    const json_t *rows = json_object_get(scenario->input, "dnc");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        if (seed_channel(scenario->store, member(json_array_get(rows, i), "channel"), error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Objects that the case does not name do not exist. */
static const struct object_schema *schema_of(const struct scenario_store *scenario,
                                             struct text name)
{
    const struct text real = text_equal(name, TEXT("lead")) ? TEXT("contact") : name;
    const json_t *fields = json_object_get(scenario->input, "fields");
    if (!json_object_getn(fields, real.bytes, real.length))
        return NULL;
    return store_schema(scenario->store, real);
}

static enum error_code make_manual(struct scenario_store *scenario,
                                   struct scenario_integration *integration, struct error *error)
{
    const json_t *entries = integration->manual_told;
    if (manual_new(scenario->arena, &integration->manual, error))
        return error->code;
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *told = json_array_get(entries, i);
        const struct object_schema *schema = schema_of(scenario, member(told, "internal_object"));
        struct manual_entry *entry = NULL;
        if (!schema)
            continue;
        if (manual_add_entry(integration->manual, schema, member(told, "integration_object"),
                             &entry, error) ||
            case_manual_lines(integration->manual, entry, schema, json_object_get(told, "fields"),
                              error))
            return error->code;
    }
    return manual_finish(integration->manual, error);
}

static enum error_code set_registry(struct scenario_store *scenario, struct error *error)
{
    struct registry_integration *registry =
        ARENA_ARRAY(scenario->arena, scenario->integration_count, struct registry_integration);
    if (!registry)
        return error_memory(error, "the integrations of a case");
    for (size_t i = 0; i < scenario->integration_count; i++) {
        const struct scenario_integration *integration = &scenario->integrations[i];
        registry[i] = (struct registry_integration){.name = text_of(integration->name),
                                                    .enabled = integration->enabled,
                                                    .manual = integration->manual};
    }
    return registry_set(scenario->store, registry, scenario->integration_count, error);
}

static enum error_code make_integrations(struct scenario_store *scenario, struct error *error)
{
    json_t *told = json_object_get(scenario->input, "integrations");
    const size_t count = json_object_size(told);
    scenario->integrations = ARENA_ARRAY(scenario->arena, count, struct scenario_integration);
    if (!scenario->integrations)
        return error_memory(error, "the integrations of a case");
    const char *name = NULL;
    json_t *one = NULL;
    json_object_foreach(told, name, one)
    {
        struct scenario_integration *integration =
            &scenario->integrations[scenario->integration_count];
        integration->name = name;
        integration->told = one;
        integration->enabled = json_is_true(json_object_get(one, "enabled"));
        integration->manual_told = json_object_get(one, "manual");
        integration->config_told = json_object_get(one, "config");
        if (make_manual(scenario, integration, error))
            return error->code;
        scenario->integration_count++;
    }
    return set_registry(scenario, error);
}

static void change_integration(struct scenario_integration *integration, const json_t *told)
{
    const json_t *enabled = json_object_get(told, "enabled");
    json_t *manual = json_object_get(told, "manual");
    json_t *config = json_object_get(told, "config");
    if (enabled)
        integration->enabled = json_is_true(enabled);
    if (manual)
        integration->manual_told = manual;
    if (config)
        integration->config_told = config;
}

enum error_code scenario_store_change(struct scenario_store *scenario, const json_t *told,
                                      struct error *error)
{
    if (!told)
        return ERROR_NONE;
    for (size_t i = 0; i < scenario->integration_count; i++) {
        struct scenario_integration *integration = &scenario->integrations[i];
        const json_t *one = json_object_get(told, integration->name);
        if (!one)
            continue;
        change_integration(integration, one);
        if (make_manual(scenario, integration, error))
            return error->code;
    }
    return set_registry(scenario, error);
}

const struct scenario_integration *scenario_store_integration(const struct scenario_store *scenario,
                                                              const char *name)
{
    for (size_t i = 0; i < scenario->integration_count; i++) {
        if (strcmp(scenario->integrations[i].name, name) == 0)
            return &scenario->integrations[i];
    }
    return NULL;
}

/* ------------------------------------------------------------------ rows */

/* The members of `row` but those in `except`. */
static enum error_code read_assignments(struct scenario_store *scenario, const json_t *row,
                                        const char *const *except,
                                        struct object_assignment **assignments, size_t *count,
                                        struct error *error)
{
    *count = 0;
    *assignments = ARENA_ARRAY(scenario->arena, json_object_size(row), struct object_assignment);
    if (!*assignments)
        return error_memory(error, "an object of a case");
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)row, key, value)
    {
        bool skipped = false;
        for (size_t i = 0; except && except[i]; i++)
            skipped |= strcmp(except[i], key) == 0;
        if (skipped)
            continue;
        struct object_assignment *assignment = &(*assignments)[(*count)++];
        assignment->field = text_of(key);
        if (json_value_to_raw(scenario->arena, value, &assignment->value, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill_objects(struct scenario_store *scenario, struct error *error)
{
    static const char *const except[] = {"id", "added", "modified", "identified", NULL};
    const char *object = NULL;
    json_t *rows = NULL;
    json_object_foreach(json_object_get(scenario->input, "internal_objects"), object, rows)
    {
        for (size_t i = 0; i < json_array_size(rows); i++) {
            const json_t *row = json_array_get(rows, i);
            struct object_assignment *assignments = NULL;
            size_t count = 0;
            if (read_assignments(scenario, row, except, &assignments, &count, error) ||
                seed_object(scenario->store, text_of(object), member(row, "id"),
                            instant_of(row, "added"), instant_of(row, "modified"),
                            instant_of(row, "identified"), assignments, count, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* ------------------------------------------------------------------ books */

static enum error_code fill_do_not_contact(struct scenario_store *scenario, struct error *error)
{
    const json_t *rows = json_object_get(scenario->input, "dnc");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (seed_do_not_contact(scenario->store, member(row, "contact"), member(row, "channel"),
                                (int)json_integer_value(json_object_get(row, "reason")), error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill_mappings(struct scenario_store *scenario, struct error *error)
{
    const json_t *rows = json_object_get(scenario->input, "mappings");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (seed_mapping(scenario->store, member(row, "integration"),
                         member(row, "internal_object"), member(row, "internal_id"),
                         member(row, "integration_object"), member(row, "integration_id"),
                         instant_of(row, "last_sync"),
                         json_is_true(json_object_get(row, "deleted")), NULL, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill_field_changes(struct scenario_store *scenario, struct error *error)
{
    const json_t *rows = json_object_get(scenario->input, "field_changes");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const json_t *origin = json_object_get(row, "origin");
        int64_t key = 0;
        if (json_is_object(origin) &&
            seed_find_mapping(scenario->store, member(origin, "integration"), member(row, "object"),
                              member(origin, "object"), member(origin, "id"), &key, error))
            return error->code;
        if (seed_field_change(scenario->store, member(row, "integration"), member(row, "object"),
                              member(row, "id"), member(row, "field"), instant_of(row, "at"), key,
                              error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill_positions(struct scenario_store *scenario, struct error *error)
{
    const json_t *rows = json_object_get(scenario->input, "positions");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (seed_position(scenario->store, member(row, "integration"), member(row, "object"),
                          instant_of(row, "at"), error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill_agreement(struct scenario_store *scenario, const json_t *row,
                                      struct error *error)
{
    const json_t *theirs = json_object_get(row, "theirs");
    const json_t *unseen = json_object_get(row, "unseen");
    const json_t *before = json_object_get(unseen, "before");
    struct raw_value form = {0};
    struct seed_agreement agreement = {.field = member(row, "field")};
    if (json_value_to_raw(scenario->arena, json_object_get(row, "value"), &agreement.ours, error) ||
        (theirs && json_value_to_raw(scenario->arena, theirs, &form, error)) ||
        (before && json_value_to_raw(scenario->arena, before, &agreement.before, error)) ||
        seed_find_mapping(scenario->store, member(row, "integration"),
                          member(row, "internal_object"), member(row, "integration_object"),
                          member(row, "integration_id"), &agreement.mapping, error))
        return error->code;
    if (theirs)
        agreement.theirs = &form;
    agreement.unseen = unseen != NULL;
    if (unseen)
        agreement.answered_at = instant_of(unseen, "at");
    return seed_agreement(scenario->store, &agreement, error);
}

static enum error_code fill_fingerprints(struct scenario_store *scenario, struct error *error)
{
    const json_t *rows = json_object_get(scenario->input, "fingerprints");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        if (fill_agreement(scenario, json_array_get(rows, i), error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill_matters(struct scenario_store *scenario, struct error *error)
{
    const json_t *rows = json_object_get(scenario->input, "open");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct seed_matter matter = {.integration = member(row, "integration"),
                                     .integration_object = member(row, "integration_object"),
                                     .object = member(row, "object"),
                                     .id = member(row, "id"),
                                     .field = member(row, "field"),
                                     .first = instant_of(row, "first"),
                                     .last = instant_of(row, "last")};
        const struct text record = member(row, "integration_id");
        if (!matter_reason_of_name(member(row, "reason"), &matter.reason))
            return error_set(error, ERROR_INVALID, "the case names an unknown reason");
        if (!text_is_absent(record) &&
            seed_find_mapping(scenario->store, matter.integration, matter.object,
                              matter.integration_object, record, &matter.mapping, error))
            return error->code;
        if (seed_matter(scenario->store, &matter, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill_refusals(struct scenario_store *scenario, struct error *error)
{
    const json_t *rows = json_object_get(scenario->input, "store_refuses");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct raw_value raw = {0};
        if (json_value_to_raw(scenario->arena, json_object_get(row, "value"), &raw, error) ||
            seed_refusal(scenario->store, member(row, "object"), member(row, "field"), &raw, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code fill(struct scenario_store *scenario, struct error *error)
{
    /* Books of the reference have rows of objects that are gone. */
    if (make_fields(scenario, error) || make_users(scenario, error) ||
        make_channels(scenario, error) || make_integrations(scenario, error) ||
        seed_sql(scenario->store, "PRAGMA foreign_keys = OFF", error) ||
        objects_begin(scenario->store, error))
        return error->code;
    if (fill_objects(scenario, error) || fill_do_not_contact(scenario, error) ||
        fill_mappings(scenario, error) || fill_field_changes(scenario, error) ||
        fill_positions(scenario, error) || fill_fingerprints(scenario, error) ||
        fill_matters(scenario, error)) {
        objects_rollback(scenario->store);
        return error->code;
    }
    if (objects_commit(scenario->store, error) || fill_refusals(scenario, error) ||
        seed_sql(scenario->store, "PRAGMA foreign_keys = ON", error))
        return error->code;
    return ERROR_NONE;
}

/* ------------------------------------------------------------------ the file */

/* A file of memory is as real for SQLite, and much faster. */
static const char *temporary_folder(void)
{
    const char *wanted = getenv("TMPDIR");
    if (wanted)
        return wanted;
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

enum error_code scenario_store_open(struct scenario_store *scenario, struct arena *arena,
                                    const json_t *input, struct error *error)
{
    *scenario = (struct scenario_store){.arena = arena, .input = input};
    struct text path;
    if (text_format(arena, &path, error, "%s/tandem-conformance-%ld.db", temporary_folder(),
                    (long)getpid()))
        return error->code;
    scenario->path = (char *)path.bytes;
    (void)unlink(scenario->path);
    struct store_options options = store_options_default();
    options.create = true;
    options.clock = json_value_instant(
        json_object_get(json_array_get(json_object_get(input, "runs"), 0), "now"));
    enum error_code code = store_open(scenario->path, &options, &scenario->store, error);
    if (!code)
        code = fill(scenario, error);
    if (code)
        scenario_store_close(scenario);
    return code;
}

void scenario_store_close(struct scenario_store *scenario)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    store_close(scenario->store);
    scenario->store = NULL;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s%s", scenario->path, suffixes[i]);
        (void)unlink(path);
    }
}

/* ------------------------------------------------------------------ edits */

static enum error_code make_edit(struct scenario_store *scenario, const json_t *edit,
                                 struct error *error)
{
    const struct text operation = member(edit, "op");
    const struct text object = member(edit, "object");
    const struct text id = member(edit, "id");
    struct object_assignment *assignments = NULL;
    size_t count = 0;
    if (store_set_clock(scenario->store, instant_of(edit, "at"), error) ||
        read_assignments(scenario, json_object_get(edit, "fields"), NULL, &assignments, &count,
                         error))
        return error->code;
    if (text_equal(operation, TEXT("delete")))
        return objects_delete(scenario->store, object, id, error);
    if (text_equal(operation, TEXT("set")) || text_equal(operation, TEXT("create")))
        return seed_edit(scenario->store, object, id, assignments, count, error);
    return error_set(error, ERROR_INVALID, "the case has an unknown edit '%.*s'",
                     TEXT_PRINT(operation));
}

enum error_code scenario_store_edit(struct scenario_store *scenario, const json_t *edits,
                                    struct error *error)
{
    for (size_t i = 0; i < json_array_size(edits); i++) {
        if (make_edit(scenario, json_array_get(edits, i), error))
            return error_prefix(error, "edit %zu", i + 1);
    }
    return ERROR_NONE;
}
