/* registry_lines: lines that were added or removed. */
#include "store/schema/registry_lines.h"
#include "store/sql/rows.h"

enum error_code registry_lines_before(struct store *store, struct error *error)
{
    return sql_run(&store->sql,
                   "CREATE TEMP TABLE IF NOT EXISTS tracked_before(object INTEGER, field INTEGER,"
                   " integration INTEGER); DELETE FROM tracked_before;"
                   "CREATE TEMP TABLE IF NOT EXISTS integration_before(id INTEGER);"
                   "DELETE FROM integration_before;"
                   "INSERT INTO integration_before SELECT id FROM integration;"
                   "INSERT INTO tracked_before SELECT object, field, integration FROM"
                   " tracked_field",
                   error);
}

enum error_code registry_lines_after(struct store *store, struct error *error)
{
    return sql_run(&store->sql,
                   "INSERT OR IGNORE INTO returned_field(integration, object, field)"
                   " SELECT integration, object, field FROM (SELECT object, field, integration"
                   " FROM tracked_field EXCEPT SELECT object, field, integration"
                   " FROM tracked_before)"
                   /* nothing can have been missed before an integration existed */
                   " WHERE integration IN (SELECT id FROM integration_before);"
                   "DROP TABLE tracked_before; DROP TABLE integration_before",
                   error);
}

/* Ids and timelines of ours are never written by anybody else. */
static bool leads_here(const struct manual_entry *entry, const struct manual_line *line)
{
    const enum field_role role = entry->internal->fields[line->internal_field].schema->role;

    return line->direction != DIRECTION_TO_INTEGRATION && role != FIELD_INTERNAL_ID &&
           role != FIELD_TIMELINE_URL;
}

static enum error_code add_line(struct store *store, int64_t record,
                                const struct store_object *object, const struct manual_entry *entry,
                                const struct manual_line *line, bool unfilled, struct error *error)
{
    const size_t field = store_field_of(object, entry->internal->fields[line->internal_field].name);
    const bool inward = leads_here(entry, line);

    if (field == SIZE_MAX)
        return ERROR_NONE;
    return sql_do(&store->sql,
                  "INSERT INTO known_line(integration_object, object, field, name, outward,"
                  " unfilled) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET unfilled ="
                  " CASE WHEN outward = 1 THEN excluded.unfilled ELSE unfilled END,"
                  " outward = excluded.outward WHERE outward <> excluded.outward",
                  error, "iiitii", record, object->key, object->field_keys[field],
                  entry->integration->fields[line->integration_field].name, (int64_t)!inward,
                  (int64_t)(inward && unfilled));
}

/* The key of an integration's object, and how many of its lines that lead here are known. */
static enum error_code record_of(struct store *store, struct text integration, struct text name,
                                 int64_t *record, int64_t *known, struct error *error)
{
    struct rows rows;

    *record = *known = 0;
    rows_open(&rows, &store->sql, NULL, error,
              "SELECT n.id, (SELECT count(*) FROM known_line k"
              " WHERE k.integration_object = n.id AND k.outward = 0) FROM integration_object n"
              " JOIN integration i ON i.id = n.integration WHERE i.name = ? AND n.name = ?",
              "tt", integration, name);
    if (rows_next(&rows)) {
        *record = rows_integer(&rows);
        *known = rows_integer(&rows);
    }
    return rows_close(&rows);
}

static enum error_code learn_entry(struct store *store, const struct manual_entry *entry,
                                   int64_t known, int64_t record, struct error *error)
{
    const struct store_object *object = store_object_of(store, entry->internal->name);

    for (size_t index = 0; object && index < entry->line_count; index++)
        if (add_line(store, record, object, entry, &entry->lines[index], known > 0, error))
            return error->code;
    return ERROR_NONE;
}

enum error_code registry_lines_learn(struct store *store,
                                     const struct registry_integration *integration,
                                     struct error *error)
{
    const struct manual *manual = integration->manual;

    for (size_t index = 0; manual && index < manual->integration_count; index++) {
        int64_t record = 0, known = 0;
        if (record_of(store, integration->name, manual->integration[index]->name, &record, &known,
                      error))
            return error->code;
        for (size_t entry = 0; entry < manual->entry_count; entry++)
            if (manual->entries[entry]->integration == manual->integration[index] &&
                learn_entry(store, manual->entries[entry], known, record, error))
                return error->code;
    }
    return ERROR_NONE;
}
