/* Users: owners of objects, readers of notifications. */
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum error_code store_user_set(struct store *store, const struct store_user *user,
                               struct error *error)
{
    if (text_is_empty(user->id))
        return error_set(error, ERROR_INVALID, "a user needs an id");
    return sql_do(&store->sql,
                  "INSERT INTO user(id, name, email, admin) VALUES(?, ?, ?, ?)"
                  " ON CONFLICT(id) DO UPDATE SET name = excluded.name, email = excluded.email,"
                  " admin = excluded.admin",
                  error, "ttti", user->id, user->name, user->email, (int64_t)user->admin);
}

enum error_code store_user_remove(struct store *store, struct text id, struct error *error)
{
    enum error_code code = sql_do(&store->sql, "DELETE FROM user WHERE id = ?", error, "t", id);

    if (!code && sql_changes(&store->sql) == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no user '%.*s'", TEXT_PRINT(id));
    return code;
}

static void read_user(struct rows *rows, void *item)
{
    struct store_user *const user = item;

    user->id = rows_text(rows);
    user->name = rows_text(rows);
    user->email = rows_text(rows);
    user->admin = rows_flag(rows);
}

enum error_code store_user_list(struct store *store, struct arena *arena, struct store_user **users,
                                size_t *count, struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_user, users, count), error,
                    "SELECT id, name, email, admin FROM user ORDER BY id", "");
}
