/* Values by the first and the last write of each, in a private database that is deleted when
 * closed. */
#include "store/inspect/replaced_values.h"

#include <stdlib.h>

#include "store/sql/rows.h"
#include "store/sql/sqlite_driver.h"

struct replaced_values {
    struct sql sql;
};

static const char layout[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "CREATE TABLE created(object TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(object, id))"
    " WITHOUT ROWID;"
    "CREATE TABLE written(number INTEGER PRIMARY KEY, side INTEGER NOT NULL, object TEXT NOT NULL,"
    " id TEXT NOT NULL, field TEXT NOT NULL, other_object TEXT, other_id TEXT, before TEXT,"
    " after TEXT, why TEXT, replaces INTEGER NOT NULL, again INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE(side, object, id, field));";

enum error_code replaced_values_new(struct replaced_values **values, struct error *error)
{
    struct replaced_values *const made = calloc(1, sizeof *made);
    *values = made;
    if (!made)
        return error_memory(error, "the values of a plan");
    if (sql_open(&made->sql, &sqlite_driver, "", SQL_CREATE, error))
        return error_prefix(error, "a temporary database");
    return sql_run(&made->sql, layout, error);
}

void replaced_values_free(struct replaced_values *values)
{
    if (!values)
        return;
    sql_close(&values->sql);
    free(values);
}

enum error_code replaced_values_add(struct replaced_values *values,
                                    const struct replaced_value *value, struct error *error)
{
    return sql_do(&values->sql,
                  "INSERT INTO written(side, object, id, field, other_object, other_id, before,"
                  " after, why, replaces) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT DO UPDATE SET again = 1, other_object = excluded.other_object,"
                  " other_id = excluded.other_id, after = excluded.after, why = excluded.why",
                  error, "itttttttti", (int64_t)value->side, value->object, value->id, value->field,
                  value->other_object, value->other_id, value->before, value->after, value->why,
                  (int64_t)value->replaces);
}

enum error_code replaced_values_create(struct replaced_values *values, struct text object,
                                       struct text id, struct error *error)
{
    return sql_do(&values->sql, "INSERT OR IGNORE INTO created(object, id) VALUES(?, ?)", error,
                  "tt", object, id);
}

enum error_code replaced_values_delete(struct replaced_values *values, enum side side,
                                       struct text object, struct text id, struct error *error)
{
    return sql_do(&values->sql, "DELETE FROM written WHERE side = ? AND object = ? AND id = ?",
                  error, "itt", (int64_t)side, object, id);
}

enum error_code replaced_values_each(struct replaced_values *values, replaced_values_tell *tell,
                                     void *context, struct error *error)
{
    struct rows rows;
    rows_open(&rows, &values->sql, NULL, error,
              "SELECT side, object, id, field, other_object, other_id, before, after, why"
              " FROM written WHERE replaces AND NOT (again AND before IS after)"
              " AND NOT (side = ? AND (object, id) IN (SELECT object, id FROM created))"
              " ORDER BY number",
              "i", (int64_t)SIDE_INTERNAL);
    while (rows_next(&rows)) {
        struct replaced_value value = {.replaces = true};
        value.side = (enum side)rows_integer(&rows);
        value.object = rows_text(&rows);
        value.id = rows_text(&rows);
        value.field = rows_text(&rows);
        value.other_object = rows_text(&rows);
        value.other_id = rows_text(&rows);
        value.before = rows_text(&rows);
        value.after = rows_text(&rows);
        value.why = rows_text(&rows);
        rows.code = tell(context, &value, error);
    }
    return rows_close(&rows);
}
