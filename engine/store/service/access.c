/* Tokens, accounts, sessions and the audit log as rows. */
#include "store/service/access.h"

#include "store/schema/store_layout.h"
#include "store/sql/list.h"

enum { USE_NOTED_MS = 60000 };

static const char *const role_names[] = {"viewer", "operator", "admin"};
static const char *const scope_names[] = {"read", "run", "admin"};
enum { ROLES = 3 };

static bool find_name(const char *const names[ROLES], struct text name, enum access_role *role)
{
    for (int i = 0; i < ROLES; i++) {
        if (text_equal(name, text_of(names[i]))) {
            *role = (enum access_role)i;
            return true;
        }
    }
    return false;
}

const char *access_role_name(enum access_role role)
{
    return role_names[role];
}

bool access_role_of(struct text name, enum access_role *role)
{
    return find_name(role_names, name, role);
}

const char *access_scope_name(enum access_role role)
{
    return scope_names[role];
}

bool access_scope_of(struct text name, enum access_role *role)
{
    return find_name(scope_names, name, role);
}

/* ---- tokens ---- */

enum error_code access_token_add(struct store *store, struct text name, enum access_role scope,
                                 struct text hash, instant expires, int64_t *id,
                                 struct error *error)
{
    const enum error_code code =
        sql_do(&store->sql,
               "INSERT INTO service_token(name, scope, hash, created, expires)"
               " VALUES(?, ?, ?, ?, ?)",
               error, "ttbaa", name, text_of(scope_names[scope]), hash, store_now(store), expires);

    *id = code ? 0 : sqlite3_last_insert_rowid(store->sql.connection);
    return code;
}

enum error_code access_token_revoke(struct store *store, int64_t id, struct error *error)
{
    const enum error_code code =
        sql_do(&store->sql, "DELETE FROM service_token WHERE id = ?", error, "i", id);

    if (!code && sqlite3_changes(store->sql.connection) == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no token %lld; see 'tandem token list'",
                         (long long)id);
    return code;
}

enum error_code access_token_find(struct store *store, struct text hash, struct arena *arena,
                                  struct access_caller *caller, bool *found, struct error *error)
{
    const instant now = store_now(store);
    sqlite3_stmt *statement = NULL;
    int64_t id = 0;
    instant used = INSTANT_NONE;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT id, last_used, expires, scope, name FROM service_token"
                   " WHERE hash = ? AND (expires IS NULL OR expires > ?)",
                   &statement, error);

    *found = false;
    if (!code)
        code = sql_bind(&store->sql, statement, error, "ba", hash, now);
    if (!code)
        code = sql_step(&store->sql, statement, found, error);
    if (!code && *found) {
        id = sqlite3_column_int64(statement, 0);
        used = sql_instant(statement, 1);
        *caller = (struct access_caller){.is_token = true, .expires = sql_instant(statement, 2)};
        *found = access_scope_of(sql_text(statement, 3), &caller->role);
        code = sql_copy(statement, 4, arena, &caller->name, error);
    }
    sql_done(statement);
    if (!code && *found && (used == INSTANT_NONE || now - used >= USE_NOTED_MS))
        code = sql_do(&store->sql, "UPDATE service_token SET last_used = ? WHERE id = ?", error,
                      "ai", now, id);
    return code;
}

static enum error_code read_token(sqlite3_stmt *statement, struct arena *arena, void *item,
                                  struct error *error)
{
    struct access_token *const token = item;
    struct text *const places[] = {&token->name, &token->scope};

    token->id = sqlite3_column_int64(statement, 0);
    token->created = sql_instant(statement, 1);
    token->expires = sql_instant(statement, 2);
    token->last_used = sql_instant(statement, 3);
    return list_copy_texts(statement, 4, arena, places, 2, error);
}

enum error_code access_token_list(struct store *store, struct arena *arena,
                                  struct access_token **tokens, size_t *count, struct error *error)
{
    struct list list = {.arena = arena, .size = sizeof **tokens};
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT id, created, expires, last_used, name, scope FROM service_token"
                   " ORDER BY id",
                   &statement, error);

    if (!code)
        code = list_read(&store->sql, statement, &list, read_token, error);
    *tokens = list.items;
    *count = list.count;
    return code;
}

/* ---- people ---- */

enum error_code access_account_set(struct store *store, struct text name, enum access_role role,
                                   struct text password, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO service_account(name, role, password, created) VALUES(?, ?, ?, ?)"
                  " ON CONFLICT(name) DO UPDATE SET role = excluded.role,"
                  " password = excluded.password",
                  error, "ttta", name, text_of(role_names[role]), password, store_now(store));
}

enum error_code access_account_remove(struct store *store, struct text name, struct error *error)
{
    bool removed = false;
    enum error_code code = sql_begin(&store->sql, error);

    if (code)
        return code;
    code = sql_do(&store->sql, "DELETE FROM service_account WHERE name = ?", error, "t", name);
    removed = !code && sqlite3_changes(store->sql.connection) > 0;
    if (!code)
        code = sql_do(&store->sql, "DELETE FROM service_session WHERE name = ?", error, "t", name);
    if (!code && !removed)
        code = error_set(error, ERROR_NOT_FOUND, "there is no account '%.*s'", TEXT_PRINT(name));
    return sql_end(&store->sql, code, error);
}

enum error_code access_account_find(struct store *store, struct text name, struct arena *arena,
                                    enum access_role *role, struct text *password, bool *found,
                                    struct error *error)
{
    sqlite3_stmt *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql, "SELECT role, password FROM service_account WHERE name = ?",
                   &statement, error);

    *found = false;
    *password = TEXT_ABSENT;
    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", name);
    if (!code)
        code = sql_step(&store->sql, statement, found, error);
    if (!code && *found) {
        *found = access_role_of(sql_text(statement, 0), role);
        code = sql_copy(statement, 1, arena, password, error);
    }
    sql_done(statement);
    return code;
}

enum error_code access_code_add(struct store *store, struct text hash, struct text name,
                                enum access_role role, instant expires, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO service_code(hash, name, role, expires) VALUES(?, ?, ?, ?)", error,
                  "btta", hash, name, text_of(role_names[role]), expires);
}

/* Name and role of the row of a statement that is bound. */
static enum error_code read_caller(struct store *store, sqlite3_stmt *statement,
                                   struct arena *arena, struct access_caller *caller, bool *found,
                                   struct error *error)
{
    enum error_code code = sql_step(&store->sql, statement, found, error);

    if (!code && *found) {
        *caller = (struct access_caller){.expires = sql_instant(statement, 2)};
        *found = access_role_of(sql_text(statement, 1), &caller->role);
        code = sql_copy(statement, 0, arena, &caller->name, error);
    }
    return code;
}

enum error_code access_code_take(struct store *store, struct text hash, struct arena *arena,
                                 struct access_caller *caller, bool *found, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    enum error_code code = ERROR_NONE;

    *found = false;
    code = sql_do(&store->sql, "DELETE FROM service_code WHERE expires <= ?", error, "a",
                  store_now(store));
    if (!code)
        code = sql_cached(&store->sql,
                          "DELETE FROM service_code WHERE hash = ? RETURNING name, role, expires",
                          &statement, error);
    if (!code)
        code = sql_bind(&store->sql, statement, error, "b", hash);
    if (code)
        return code;
    code = read_caller(store, statement, arena, caller, found, error);
    if (!code && *found) {
        bool more = false; /* the deletion counts when the statement has come to its end */
        code = sql_step(&store->sql, statement, &more, error);
    }
    sql_done(statement);
    return code;
}

enum error_code access_session_add(struct store *store, struct text hash,
                                   const struct access_caller *caller, struct text address,
                                   struct error *error)
{
    const instant now = store_now(store);
    const enum error_code code =
        sql_do(&store->sql, "DELETE FROM service_session WHERE expires <= ?", error, "a", now);

    return code ? code
                : sql_do(&store->sql,
                         "INSERT INTO service_session(hash, name, role, created, used, expires,"
                         " address) VALUES(?, ?, ?, ?, ?, ?, ?)",
                         error, "bttaaat", hash, caller->name, text_of(role_names[caller->role]),
                         now, now, caller->expires, address);
}

enum error_code access_session_find(struct store *store, struct text hash, int64_t idle_ms,
                                    struct arena *arena, struct access_caller *caller, bool *found,
                                    struct error *error)
{
    const instant now = store_now(store);
    sqlite3_stmt *statement = NULL;
    instant used = INSTANT_NONE;
    enum error_code code = sql_cached(&store->sql,
                                      "SELECT name, role, expires, used FROM service_session"
                                      " WHERE hash = ? AND expires > ? AND used > ?",
                                      &statement, error);

    *found = false;
    if (!code)
        code = sql_bind(&store->sql, statement, error, "baa", hash, now, now - idle_ms);
    if (!code)
        code = read_caller(store, statement, arena, caller, found, error);
    if (!code && *found)
        used = sql_instant(statement, 3);
    sql_done(statement);
    if (!code && *found && now - used >= USE_NOTED_MS)
        code = sql_do(&store->sql, "UPDATE service_session SET used = ? WHERE hash = ?", error,
                      "ab", now, hash);
    return code;
}

enum error_code access_session_end(struct store *store, struct text hash, struct error *error)
{
    return sql_do(&store->sql, "DELETE FROM service_session WHERE hash = ?", error, "b", hash);
}

/* ---- the audit log ---- */

enum error_code access_audit(struct store *store, const struct access_deed *deed,
                             struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO service_audit(at, actor, address, action, integration, detail)"
                  " VALUES(?, ?, ?, ?, ?, ?)",
                  error, "attttt", store_now(store), deed->actor, deed->address, deed->action,
                  deed->integration, deed->detail);
}
