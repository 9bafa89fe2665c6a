/* What records showed and how they were judged, in a private database that is deleted when closed.
 */
#include "store/inspect/reported_values.h"

#include <stdlib.h>

#include "model/value_json.h"
#include "store/sql/rows.h"
#include "store/sql/sqlite_driver.h"

struct reported_values {
    struct sql sql;
};

static const char layout[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    /* fields: a JSON object of [type, value] by name */
    "CREATE TABLE shown(object TEXT NOT NULL, id TEXT NOT NULL, fields TEXT NOT NULL,"
    " PRIMARY KEY(object, id)) WITHOUT ROWID;"
    "CREATE TABLE judged(object TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,"
    " field TEXT NOT NULL, decided_by TEXT NOT NULL, PRIMARY KEY(object, id, kind, field))"
    " WITHOUT ROWID;";

enum error_code reported_values_new(struct reported_values **values, struct error *error)
{
    struct reported_values *const made = calloc(1, sizeof *made);
    *values = made;
    if (!made)
        return error_memory(error, "the values of a plan");
    if (sql_open(&made->sql, &sqlite_driver, "", SQL_CREATE, error))
        return error_prefix(error, "a temporary database");
    return sql_run(&made->sql, layout, error);
}

void reported_values_free(struct reported_values *values)
{
    if (!values)
        return;
    sql_close(&values->sql);
    free(values);
}

/* ---- what was shown ---- */

static json_t *fields_json(const struct report_object *reported)
{
    const struct manual_object *const object = reported->object;
    json_t *const fields = json_object();
    for (size_t i = 0; fields && i < object->field_count; i++) {
        const struct report_field *const field = &reported->fields[i];
        if (field->state == FIELD_ABSENT)
            continue;
        json_t *const pair =
            json_pack("[s, o]", value_type_name(field->value.type), value_json_of(&field->value));
        const struct text name = object->fields[i].name;
        if (json_object_setn_new(fields, name.bytes, name.length, pair)) {
            json_decref(fields);
            return NULL;
        }
    }
    return fields;
}

static enum error_code add_record(struct reported_values *values,
                                  const struct report_object *reported, struct error *error)
{
    json_t *const fields = fields_json(reported);
    char *const text = fields ? json_dumps(fields, JSON_COMPACT) : NULL;
    enum error_code code = ERROR_NONE;
    json_decref(fields);
    if (!text)
        return error_memory(error, "the values of a plan");
    code = sql_do(&values->sql,
                  "INSERT INTO shown(object, id, fields) VALUES(?, ?, ?)"
                  " ON CONFLICT DO UPDATE SET fields = json_patch(fields, excluded.fields)",
                  error, "ttt", reported->name, reported->id, text_of(text));
    free(text);
    return code;
}

enum error_code reported_values_add(struct reported_values *values, const struct report *report,
                                    struct error *error)
{
    enum error_code code = sql_begin(&values->sql, error);
    if (code)
        return code;
    for (size_t i = 0; !code && i < report->object_count; i++) {
        if (report->objects[i]->object)
            code = add_record(values, report->objects[i], error);
    }
    return sql_end(&values->sql, code, error);
}

/* NULL in *value if it cannot be read; a value that was written always can be. */
static enum error_code read_value(const json_t *pair, struct arena *arena,
                                  const struct value **value, struct error *error)
{
    const enum value_type type =
        value_type_of_name(text_of(json_string_value(json_array_get(pair, 0))));
    struct value *const made = ARENA_NEW(arena, struct value);
    struct raw_value raw;
    bool readable = false;
    if (!made)
        return error_memory(error, "the values of a plan");
    if (value_json_raw(arena, json_array_get(pair, 1), &raw, error) ||
        value_normalize(arena, &raw, type, made, &readable, error))
        return error->code;
    *value = readable ? made : NULL;
    return ERROR_NONE;
}

static enum error_code read_fields(struct text text, const struct manual_object *object,
                                   struct arena *arena, const struct value **shown,
                                   struct error *error)
{
    json_t *const fields = json_loadb(text.bytes, text.length, 0, NULL);
    enum error_code code = fields ? ERROR_NONE : error_memory(error, "the values of a plan");
    for (size_t i = 0; !code && i < object->field_count; i++) {
        const struct text name = object->fields[i].name;
        const json_t *const pair = json_object_getn(fields, name.bytes, name.length);
        if (pair)
            code = read_value(pair, arena, &shown[i], error);
    }
    json_decref(fields);
    return code;
}

enum error_code reported_values_of(struct reported_values *values,
                                   const struct manual_object *object, struct text id,
                                   struct arena *arena, const struct value ***shown,
                                   struct error *error)
{
    struct rows rows;
    *shown = NULL;
    rows_open(&rows, &values->sql, NULL, error,
              "SELECT fields FROM shown WHERE object = ? AND id = ?", "tt", object->name, id);
    if (rows_next(&rows)) {
        *shown = (const struct value **)arena_array(arena, object->field_count, sizeof **shown);
        rows.code = *shown ? read_fields(rows_text(&rows), object, arena, *shown, error)
                           : error_memory(error, "the values of a plan");
    }
    return rows_close(&rows);
}

enum error_code reported_values_count(struct reported_values *values, uint64_t *count,
                                      struct error *error)
{
    return rows_ask_count(&values->sql, count, error, "SELECT count(*) FROM shown", "");
}

/* ---- how it was judged ---- */

enum error_code reported_values_judge(struct reported_values *values,
                                      const struct decision *decision, struct error *error)
{
    const struct manual_object *const internal = decision->entry->internal;
    return sql_do(&values->sql,
                  "INSERT OR REPLACE INTO judged(object, id, kind, field, decided_by)"
                  " VALUES(?, ?, ?, ?, ?)",
                  error, "ttttt", decision->entry->integration->name, decision->integration_id,
                  internal->name, internal->fields[decision->line->internal_field].name,
                  text_of(decision->decided_by ? decision->decided_by : "nobody"));
}

enum error_code reported_values_judged(struct reported_values *values,
                                       const struct manual_entry *entry,
                                       const struct manual_line *line, struct text id,
                                       struct arena *arena, struct text *decided_by,
                                       struct error *error)
{
    struct rows rows;
    *decided_by = TEXT_ABSENT;
    rows_open(&rows, &values->sql, arena, error,
              "SELECT decided_by FROM judged WHERE object = ? AND id = ? AND kind = ?"
              " AND field = ?",
              "tttt", entry->integration->name, id, entry->internal->name,
              entry->internal->fields[line->internal_field].name);
    if (rows_next(&rows))
        *decided_by = rows_text(&rows);
    return rows_close(&rows);
}
