/* Users: owners of objects, readers of notifications. */
#include "store/schema/store_layout.h"

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

    if (!code && sqlite3_changes(store->sql.connection) == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no user '%.*s'", TEXT_PRINT(id));
    return code;
}

enum error_code store_user_list(struct store *store, struct arena *arena, struct store_user **users,
                                size_t *count, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    size_t capacity = 0;
    bool row = true;
    enum error_code code = sql_cached(&store->sql,
                                      "SELECT id, name, email, admin, (SELECT count(*) FROM user)"
                                      " FROM user ORDER BY id",
                                      &statement, error);

    *users = NULL;
    *count = 0;
    while (!code && row) {
        struct store_user *user = NULL;
        code = sql_step(&store->sql, statement, &row, error);
        if (code || !row)
            break;
        if (!*users) {
            capacity = (size_t)sqlite3_column_int64(statement, 4);
            *users = ARENA_ARRAY(arena, capacity, struct store_user);
        }
        if (!*users || *count == capacity) {
            code = error_memory(error, "the users");
            break;
        }
        user = &(*users)[(*count)++];
        user->admin = sqlite3_column_int(statement, 3) != 0;
        code = sql_copy(statement, 0, arena, &user->id, error);
        if (!code)
            code = sql_copy(statement, 1, arena, &user->name, error);
        if (!code)
            code = sql_copy(statement, 2, arena, &user->email, error);
    }
    sql_done(statement);
    return code;
}
