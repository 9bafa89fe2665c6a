/* Compares what integrations track with what the store tracks, and updates the difference. */
#include "store/schema/registry.h"

#include "store/schema/store_layout.h"
#include "store/schema/registry_lines.h"

enum { SIGNATURE_CEILING = 16 << 20 };

/* ---- the signature: has anything changed? ---- */

static enum error_code sign_line(struct buffer *out, const struct manual_entry *entry,
                                 const struct manual_line *line, struct error *error)
{
    static const char *const arrows[] = {[DIRECTION_TO_INTERNAL] = "<",
                                         [DIRECTION_TO_INTEGRATION] = ">",
                                         [DIRECTION_BIDIRECTIONAL] = "="};

    return buffer_append_format(
        out, error, " %.*s.%.*s%s%.*s.%.*s", TEXT_PRINT(entry->internal->name),
        TEXT_PRINT(entry->internal->fields[line->internal_field].name), arrows[line->direction],
        TEXT_PRINT(entry->integration->name),
        TEXT_PRINT(entry->integration->fields[line->integration_field].name));
}

static enum error_code sign_deletions(struct buffer *out, const struct manual_entry *entry,
                                      struct error *error)
{
    if (entry->on_deleted_here != DELETION_DELETE)
        return ERROR_NONE;
    return buffer_append_format(out, error, " -%.*s.%.*s", TEXT_PRINT(entry->internal->name),
                                TEXT_PRINT(entry->integration->name));
}

static enum error_code sign(struct buffer *out, const struct registry_integration *integration,
                            struct error *error)
{
    const struct manual *manual = integration->manual;
    const char *state = integration->unread ? "unread" : integration->enabled ? "on" : "off";
    enum error_code code =
        buffer_append_format(out, error, "%.*s %s", TEXT_PRINT(integration->name), state);

    if (integration->unread || !integration->enabled || !manual)
        return code ? code : buffer_append_format(out, error, "\n");
    for (size_t entry = 0; !code && entry < manual->entry_count; entry++) {
        code = sign_deletions(out, manual->entries[entry], error);
        for (size_t line = 0; !code && line < manual->entries[entry]->line_count; line++)
            code =
                sign_line(out, manual->entries[entry], &manual->entries[entry]->lines[line], error);
    }
    return code ? code : buffer_append_format(out, error, "\n");
}

/* *same: the file holds this very signature. */
static enum error_code compare_signature(struct store *store, struct text signature, bool *same,
                                         struct error *error)
{
    struct arena *arena = arena_new(0);
    struct text stored = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;

    if (!arena)
        return error_memory(error, "the list of integrations");
    code = store_setting(store, TEXT("registry"), arena, &stored, error);
    *same = !code && text_equal(stored, signature);
    arena_free(arena);
    return code;
}

/* ---- writing it down ---- */

static enum error_code store_line(struct store *store, struct text integration,
                                  const struct manual_entry *entry, const struct manual_line *line,
                                  struct error *error)
{
    const struct store_object *object = store_object_of(store, entry->internal->name);
    size_t field = SIZE_MAX;

    if (line->direction == DIRECTION_TO_INTERNAL || !object)
        return ERROR_NONE;
    field = store_field_of(object, entry->internal->fields[line->internal_field].name);
    /* fields that nobody can write never change */
    if (field == SIZE_MAX || object->fields[field].role == FIELD_INTERNAL_ID ||
        object->fields[field].role == FIELD_TIMELINE_URL)
        return ERROR_NONE;
    return sql_do(&store->sql,
                  "INSERT OR IGNORE INTO tracked_field(object, field, integration)"
                  " SELECT ?, ?, id FROM integration WHERE name = ?",
                  error, "iit", object->key, object->field_keys[field], integration);
}

/* Deletions of this object are passed on, by the trigger of its table. */
static enum error_code store_deletions(struct store *store, struct text integration,
                                       const struct manual_entry *entry, struct error *error)
{
    const struct store_object *object = store_object_of(store, entry->internal->name);

    if (entry->on_deleted_here != DELETION_DELETE || !object)
        return ERROR_NONE;
    return sql_do(&store->sql,
                  "INSERT OR IGNORE INTO passed_deletion(object, integration_object)"
                  " SELECT ?, o.id FROM integration_object o"
                  " JOIN integration i ON i.id = o.integration WHERE i.name = ? AND o.name = ?",
                  error, "itt", object->key, integration, entry->integration->name);
}

static enum error_code store_integration(struct store *store,
                                         const struct registry_integration *integration,
                                         struct error *error)
{
    const struct manual *manual = integration->manual;
    enum error_code code = sql_do(&store->sql,
                                  "INSERT INTO integration(name, enabled) VALUES(?, ?)"
                                  " ON CONFLICT(name) DO UPDATE SET enabled = excluded.enabled",
                                  error, "ti", integration->name, (int64_t)integration->enabled);

    if (!manual)
        return code;
    for (size_t index = 0; !code && index < manual->integration_count; index++)
        code = sql_do(&store->sql,
                      "INSERT OR IGNORE INTO integration_object(integration, name)"
                      " SELECT id, ? FROM integration WHERE name = ?",
                      error, "tt", manual->integration[index]->name, integration->name);
    if (!integration->enabled)
        return code;
    for (size_t entry = 0; !code && entry < manual->entry_count; entry++)
        code = store_deletions(store, integration->name, manual->entries[entry], error);
    for (size_t entry = 0; !code && entry < manual->entry_count; entry++)
        for (size_t line = 0; !code && line < manual->entries[entry]->line_count; line++)
            code = store_line(store, integration->name, manual->entries[entry],
                              &manual->entries[entry]->lines[line], error);
    return code;
}

/* Everything that the list replaces is deleted, except for integrations that could not be read. */
static enum error_code clear(struct store *store, const struct registry_integration *integrations,
                             size_t count, struct error *error)
{
    static const char *const steps[] = {
        "DELETE FROM tracked_field WHERE integration NOT IN"
        " (SELECT id FROM integration WHERE enabled = 2)",
        "DELETE FROM passed_deletion WHERE integration_object NOT IN (SELECT o.id"
        " FROM integration_object o JOIN integration i ON i.id = o.integration"
        " WHERE i.enabled = 2)",
        "UPDATE integration SET enabled = enabled / 2",
    };
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < count; index++)
        if (integrations[index].unread)
            code = sql_do(&store->sql,
                          "UPDATE integration SET enabled = 2 WHERE name = ? AND enabled = 1",
                          error, "t", integrations[index].name);
    for (size_t step = 0; !code && step < sizeof steps / sizeof *steps; step++)
        code = sql_do(&store->sql, steps[step], error, "");
    return code;
}

static enum error_code write_all(struct store *store,
                                 const struct registry_integration *integrations, size_t count,
                                 struct text signature, struct error *error)
{
    enum error_code code = registry_lines_before(store, error);

    if (!code)
        code = clear(store, integrations, count, error);

    for (size_t index = 0; !code && index < count; index++)
        if (!integrations[index].unread)
            code = store_integration(store, &integrations[index], error);
    for (size_t index = 0; !code && index < count; index++)
        if (integrations[index].enabled && !integrations[index].unread)
            code = registry_lines_learn(store, &integrations[index], error);
    if (!code)
        code = registry_lines_after(store, error);
    if (!code)
        code = triggers_renew(store, error);
    return code ? code : store_set_setting(store, TEXT("registry"), signature, error);
}

enum error_code registry_set(struct store *store, const struct registry_integration *integrations,
                             size_t count, struct error *error)
{
    struct buffer signature = BUFFER(SIGNATURE_CEILING);
    bool same = false;
    /* an empty list has a signature, too */
    enum error_code code = buffer_append_format(&signature, error, "1\n");

    for (size_t index = 0; !code && index < count; index++)
        code = sign(&signature, &integrations[index], error);
    if (!code)
        code = compare_signature(store, buffer_text(&signature), &same, error);
    if (!code && !same) {
        code = sql_begin(&store->sql, error);
        if (!code)
            code = sql_end(&store->sql,
                           write_all(store, integrations, count, buffer_text(&signature), error),
                           error);
    }
    buffer_release(&signature);
    return code;
}

/* ---- what is known about the scripts ---- */

/* The name of its setting; at most so many bytes. */
enum { SETTING_CEILING = 1024 };

static enum error_code name_setting(struct buffer *name, struct text integration,
                                    struct error *error)
{
    return buffer_append_format(name, error, "script.%.*s", TEXT_PRINT(integration));
}

enum error_code registry_script(struct store *store, struct text integration, struct arena *arena,
                                struct text *record, struct error *error)
{
    struct buffer name = BUFFER(SETTING_CEILING);
    enum error_code code = name_setting(&name, integration, error);

    *record = TEXT_ABSENT;
    if (!code)
        code = store_setting(store, buffer_text(&name), arena, record, error);
    buffer_release(&name);
    return code;
}

enum error_code registry_set_script(struct store *store, struct text integration,
                                    struct text record, struct error *error)
{
    struct buffer name = BUFFER(SETTING_CEILING);
    enum error_code code = name_setting(&name, integration, error);

    if (!code)
        code = store_set_setting(store, buffer_text(&name), record, error);
    buffer_release(&name);
    return code;
}
