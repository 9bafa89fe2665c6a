/* Names of integration objects as the store's keys. */
#include "store/books/run_layout.h"
#include "store/sql/rows.h"

/* ---- names ---- */

enum error_code books_integration_object(struct store_run *run, struct text name, bool add,
                                         int64_t *key, struct error *error)
{
    const struct manual_object *object = manual_integration(run->manual, name);
    enum error_code code = ERROR_NONE;

    *key = 0;
    if (object && run->integration_objects[object->index]) {
        *key = run->integration_objects[object->index];
        return ERROR_NONE;
    }
    code = rows_ask(&run->store->sql, key, error,
                    "SELECT id FROM integration_object WHERE integration = ? AND name = ?", "it",
                    run->integration, name);
    if (!code && !*key && add) {
        code = sql_do(&run->store->sql,
                      "INSERT INTO integration_object(integration, name) VALUES(?, ?)", error, "it",
                      run->integration, name);
        if (!code)
            *key = sql_last_key(&run->store->sql);
    }
    return code;
}
