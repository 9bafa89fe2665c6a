/* Compares what integrations track with what the store tracks, and updates the difference. */
#include "store/schema/registry.h"

#include "store/schema/store_layout.h"
#include "store/schema/registry_lines.h"
#include "store/sql/rows.h"

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
    const bool listed = !integration->unread && integration->enabled && manual;
    const char *state = integration->unread ? "unread" : integration->enabled ? "on" : "off";

    if (buffer_append_format(out, error, "%.*s %s", TEXT_PRINT(integration->name), state))
        return error->code;
    for (size_t index = 0; listed && index < manual->entry_count; index++) {
        const struct manual_entry *entry = manual->entries[index];
        if (sign_deletions(out, entry, error))
            return error->code;
        for (size_t line = 0; line < entry->line_count; line++)
            if (sign_line(out, entry, &entry->lines[line], error))
                return error->code;
    }
    return buffer_append_format(out, error, "\n");
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
    for (size_t index = 0; !code && integration->enabled && index < manual->entry_count; index++) {
        const struct manual_entry *entry = manual->entries[index];
        code = store_deletions(store, integration->name, entry, error);
        for (size_t line = 0; !code && line < entry->line_count; line++)
            code = store_line(store, integration->name, entry, &entry->lines[line], error);
    }
    return code;
}

/* Everything that the list replaces is deleted, except for integrations that could not be read. */
static enum error_code clear(struct store *store, const struct registry_integration *integrations,
                             size_t count, struct error *error)
{
    for (size_t index = 0; index < count; index++)
        if (integrations[index].unread &&
            sql_do(&store->sql, "UPDATE integration SET enabled = 2 WHERE name = ? AND enabled = 1",
                   error, "t", integrations[index].name))
            return error->code;
    return sql_run(&store->sql,
                   "DELETE FROM tracked_field WHERE integration NOT IN"
                   " (SELECT id FROM integration WHERE enabled = 2);"
                   "DELETE FROM passed_deletion WHERE integration_object NOT IN (SELECT o.id"
                   " FROM integration_object o JOIN integration i ON i.id = o.integration"
                   " WHERE i.enabled = 2);"
                   "UPDATE integration SET enabled = enabled / 2",
                   error);
}

static enum error_code write_all(struct store *store,
                                 const struct registry_integration *integrations, size_t count,
                                 struct text signature, struct error *error)
{
    if (registry_lines_before(store, error) || clear(store, integrations, count, error))
        return error->code;
    for (size_t index = 0; index < count; index++)
        if (!integrations[index].unread && store_integration(store, &integrations[index], error))
            return error->code;
    for (size_t index = 0; index < count; index++)
        if (integrations[index].enabled && !integrations[index].unread &&
            registry_lines_learn(store, &integrations[index], error))
            return error->code;
    if (registry_lines_after(store, error) || triggers_renew(store, error))
        return error->code;
    return store_set_setting(store, TEXT("registry"), signature, error);
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
    const struct text text = buffer_text(&signature);
    if (!code)
        code =
            rows_ask_flag(&store->sql, &same, error,
                          "SELECT 1 FROM setting WHERE name = 'registry' AND value = ?", "t", text);
    if (!code && !same) {
        code = sql_begin(&store->sql, error);
        if (!code)
            code = sql_end(&store->sql, write_all(store, integrations, count, text, error), error);
    }
    buffer_release(&signature);
    return code;
}

/* ---- what is known about the scripts ---- */

enum error_code registry_script(struct store *store, struct text integration, struct arena *arena,
                                struct text *record, struct error *error)
{
    struct text name = TEXT_ABSENT;

    *record = TEXT_ABSENT;
    return text_format(arena, &name, error, "script.%.*s", TEXT_PRINT(integration)) ||
                   store_setting(store, name, arena, record, error)
               ? error->code
               : ERROR_NONE;
}

enum error_code registry_set_script(struct store *store, struct text integration,
                                    struct text record, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT OR REPLACE INTO setting(name, value) VALUES('script.' || ?, ?)", error,
                  "tt", integration, record);
}
