/* Names of integration objects as the store's keys; and what is asked once in a transaction. */
#include "store/books/run_layout.h"

/* ---- names ---- */

enum error_code books_integration_key(struct store *store, struct text name, int64_t *key,
                                      struct error *error)
{
    if (rows_ask(&store->sql, key, error, "SELECT id FROM integration WHERE name = ?", "t", name))
        return error->code;
    if (!*key)
        return error_set(error, ERROR_NOT_FOUND, "the store does not know the integration '%.*s'",
                         TEXT_PRINT(name));
    return ERROR_NONE;
}

enum error_code books_integration_object(struct store_run *run, struct text name, bool add,
                                         int64_t *key, struct error *error)
{
    const struct manual_object *object = manual_integration(run->manual, name);

    *key = object ? run->integration_objects[object->index] : 0;
    if (*key)
        return ERROR_NONE;
    if (rows_ask(&run->store->sql, key, error,
                 "SELECT id FROM integration_object WHERE integration = ? AND name = ?", "it",
                 run->integration, name))
        return error->code;
    if (*key || !add)
        return ERROR_NONE;
    return rows_ask(&run->store->sql, key, error,
                    "INSERT INTO integration_object(integration, name) VALUES(?, ?) RETURNING id",
                    "it", run->integration, name);
}

enum error_code books_integration_name(struct store_run *run, int64_t key, struct arena *arena,
                                       struct text *name, struct error *error)
{
    struct rows rows;

    for (size_t index = 0; index < run->manual->integration_count; index++) {
        if (run->integration_objects[index] == key) {
            *name = run->manual->integration[index]->name;
            return ERROR_NONE;
        }
    }
    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT name FROM integration_object WHERE id = ?", "i", key);
    *name = rows_next(&rows) ? rows_text(&rows) : TEXT_ABSENT;
    return rows_close(&rows);
}

/* ---- what is seldom there ---- */

enum error_code books_has_any(struct store_run *run, struct run_any *any, bool *has,
                              struct error *error, const char *text, const char *letters, ...)
{
    struct rows rows;
    va_list values;

    *has = any->known == ANY_SOME;
    if (any->known != ANY_UNASKED && (any->lasts || run->in_transaction))
        return ERROR_NONE;
    va_start(values, letters);
    rows_open_list(&rows, &run->store->sql, NULL, error, text, letters, values);
    va_end(values);
    *has = rows_next(&rows);
    if (!rows.code)
        any->known = *has ? ANY_SOME : ANY_NONE;
    return rows_close(&rows);
}
