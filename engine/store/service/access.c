/* Tokens, accounts, sessions and the audit log as rows. */
#include "store/service/access.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

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
    *id = 0;
    if (sql_do(&store->sql,
               "INSERT INTO service_token(name, scope, hash, created, expires)"
               " VALUES(?, ?, ?, ?, ?)",
               error, "ttbaa", name, text_of(scope_names[scope]), hash, store_now(store), expires))
        return error->code;
    *id = sql_last_key(&store->sql);
    return ERROR_NONE;
}

enum error_code access_token_revoke(struct store *store, int64_t id, struct error *error)
{
    if (sql_do(&store->sql, "DELETE FROM service_token WHERE id = ?", error, "i", id))
        return error->code;
    if (sql_changes(&store->sql) == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no token %lld; see 'tandem token list'",
                         (long long)id);
    return ERROR_NONE;
}

enum error_code access_token_find(struct store *store, struct text hash, struct arena *arena,
                                  struct access_caller *caller, bool *found, struct error *error)
{
    const instant now = store_now(store);
    struct rows rows;
    int64_t id = 0;
    instant used = INSTANT_NONE;

    rows_open(&rows, &store->sql, arena, error,
              "SELECT id, last_used, expires, scope, name FROM service_token"
              " WHERE hash = ? AND (expires IS NULL OR expires > ?)",
              "ba", hash, now);
    *found = rows_next(&rows);
    if (*found) {
        id = rows_integer(&rows);
        used = rows_instant(&rows);
        *caller = (struct access_caller){.is_token = true, .expires = rows_instant(&rows)};
        *found = access_scope_of(rows_text(&rows), &caller->role);
        caller->name = rows_text(&rows);
    }
    if (rows_close(&rows))
        return error->code;
    if (!*found || (used != INSTANT_NONE && now - used < USE_NOTED_MS))
        return ERROR_NONE;
    return sql_do(&store->sql, "UPDATE service_token SET last_used = ? WHERE id = ?", error, "ai",
                  now, id);
}

static void read_token(struct rows *rows, void *item)
{
    struct access_token *const token = item;

    token->id = rows_integer(rows);
    token->created = rows_instant(rows);
    token->expires = rows_instant(rows);
    token->last_used = rows_instant(rows);
    token->name = rows_text(rows);
    token->scope = rows_text(rows);
}

enum error_code access_token_list(struct store *store, struct arena *arena,
                                  struct access_token **tokens, size_t *count, struct error *error)
{
    return rows_all(&store->sql, ROWS_INTO(arena, read_token, tokens, count), error,
                    "SELECT id, created, expires, last_used, name, scope FROM service_token"
                    " ORDER BY id",
                    "");
}

/* ---- people ---- */

/* The old password and role are no longer valid; and the transaction ends, if `code` failed too. */
static enum error_code end_sessions(struct store *store, struct text name, enum error_code code,
                                    struct error *error)
{
    if (!code)
        code = sql_do(&store->sql, "DELETE FROM service_session WHERE name = ?", error, "t", name);
    return sql_end(&store->sql, code, error);
}

enum error_code access_account_set(struct store *store, struct text name, enum access_role role,
                                   struct text password, struct error *error)
{
    if (sql_begin(&store->sql, error))
        return error->code;
    return end_sessions(
        store, name,
        sql_do(&store->sql,
               "INSERT INTO service_account(name, role, password, created) VALUES(?, ?, ?, ?)"
               " ON CONFLICT(name) DO UPDATE SET role = excluded.role,"
               " password = excluded.password",
               error, "ttta", name, text_of(role_names[role]), password, store_now(store)),
        error);
}

enum error_code access_account_remove(struct store *store, struct text name, struct error *error)
{
    if (sql_begin(&store->sql, error))
        return error->code;
    enum error_code code =
        sql_do(&store->sql, "DELETE FROM service_account WHERE name = ?", error, "t", name);
    if (!code && sql_changes(&store->sql) == 0)
        code = error_set(error, ERROR_NOT_FOUND, "there is no account '%.*s'", TEXT_PRINT(name));
    return end_sessions(store, name, code, error);
}

enum error_code access_account_find(struct store *store, struct text name, struct arena *arena,
                                    enum access_role *role, struct text *password, bool *found,
                                    struct error *error)
{
    struct rows rows;

    *password = TEXT_ABSENT;
    rows_open(&rows, &store->sql, arena, error,
              "SELECT role, password FROM service_account WHERE name = ?", "t", name);
    *found = rows_next(&rows);
    if (*found) {
        *found = access_role_of(rows_text(&rows), role);
        *password = rows_text(&rows);
    }
    return rows_close(&rows);
}

enum error_code access_code_add(struct store *store, struct text hash, struct text name,
                                enum access_role role, instant expires, struct error *error)
{
    return sql_do(&store->sql,
                  "INSERT INTO service_code(hash, name, role, expires) VALUES(?, ?, ?, ?)", error,
                  "btta", hash, name, text_of(role_names[role]), expires);
}

/* Name and role of the row, if there is one. */
static bool read_caller(struct rows *rows, struct access_caller *caller)
{
    if (!rows_next(rows))
        return false;
    *caller = (struct access_caller){.name = rows_text(rows)};
    const bool known = access_role_of(rows_text(rows), &caller->role);
    caller->expires = rows_instant(rows);
    return known;
}

enum error_code access_code_take(struct store *store, struct text hash, struct arena *arena,
                                 struct access_caller *caller, bool *found, struct error *error)
{
    struct rows rows;

    *found = false;
    if (sql_do(&store->sql, "DELETE FROM service_code WHERE expires <= ?", error, "a",
               store_now(store)))
        return error->code;
    rows_open(&rows, &store->sql, arena, error,
              "DELETE FROM service_code WHERE hash = ? RETURNING name, role, expires", "b", hash);
    *found = read_caller(&rows, caller);
    if (*found)
        (void)rows_next(&rows); /* the deletion takes effect when the statement has ended */
    return rows_close(&rows);
}

enum error_code access_session_add(struct store *store, struct text hash,
                                   const struct access_caller *caller, struct text address,
                                   struct error *error)
{
    const instant now = store_now(store);

    if (sql_do(&store->sql, "DELETE FROM service_session WHERE expires <= ?", error, "a", now))
        return error->code;
    return sql_do(&store->sql,
                  "INSERT INTO service_session(hash, name, role, created, used, expires, address)"
                  " VALUES(?, ?, ?, ?, ?, ?, ?)",
                  error, "bttaaat", hash, caller->name, text_of(role_names[caller->role]), now, now,
                  caller->expires, address);
}

enum error_code access_session_find(struct store *store, struct text hash, int64_t idle_ms,
                                    struct arena *arena, struct access_caller *caller, bool *found,
                                    struct error *error)
{
    const instant now = store_now(store);
    struct rows rows;
    instant used = INSTANT_NONE;

    rows_open(&rows, &store->sql, arena, error,
              "SELECT name, role, expires, used FROM service_session"
              " WHERE hash = ? AND expires > ? AND used > ?",
              "baa", hash, now, now - idle_ms);
    *found = read_caller(&rows, caller);
    if (*found)
        used = rows_instant(&rows);
    if (rows_close(&rows))
        return error->code;
    if (!*found || now - used < USE_NOTED_MS)
        return ERROR_NONE;
    return sql_do(&store->sql, "UPDATE service_session SET used = ? WHERE hash = ?", error, "ab",
                  now, hash);
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
