/* Statements are prepared once and kept; errors of SQLite become sentences. */
#include "store/sql/sql.h"

#include "base/error_number.h"

#include <stdio.h>
#include <string.h>

bool sql_is_fatal(int code)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOTADB:
    case SQLITE_MISUSE:
        return true;
    default:
        return false;
    }
}

/* ---- waiting for other processes ---- */

enum { INTERRUPTED_PATIENCE_MS = 1000, LONGEST_PAUSE_MS = 50 };

static bool is_interrupted(const struct sql *sql)
{
    return sql->interrupt && *sql->interrupt;
}

/* Longer and longer pauses; `times` is how many there have been. */
static int wait_for_others(void *context, int times)
{
    const struct sql *sql = context;
    const int patience = is_interrupted(sql) && sql->patience_ms > INTERRUPTED_PATIENCE_MS
                             ? INTERRUPTED_PATIENCE_MS
                             : sql->patience_ms;
    const int64_t pause = times < LONGEST_PAUSE_MS ? times + 1 : LONGEST_PAUSE_MS;
    const int64_t growing = times < LONGEST_PAUSE_MS ? times : LONGEST_PAUSE_MS;
    const int64_t waited = growing * (growing + 1) / 2 + (times - growing) * LONGEST_PAUSE_MS;

    if (waited >= patience)
        return 0;
    sqlite3_sleep((int)pause);
    return 1;
}

void sql_wait_for_others(struct sql *sql, int patience_ms, const volatile sig_atomic_t *interrupt)
{
    sql->patience_ms = patience_ms;
    sql->interrupt = interrupt;
    sqlite3_busy_handler(sql->connection, wait_for_others, sql);
}

/* ---- commits that are carried out meanwhile ---- */

static void wait_for_commit(struct sql *sql)
{
    if (!sql->committing)
        return;
    sql->committing = false;
    (void)!committer_take(sql->committer, &sql->late);
}

/* The connection is ours again; its last commit may have failed. */
static enum error_code regain(struct sql *sql, struct error *error)
{
    wait_for_commit(sql);
    if (sql->late.code && error)
        *error = sql->late;
    return sql->late.code;
}

enum error_code sql_await_commit(struct sql *sql, struct error *error)
{
    const enum error_code code = regain(sql, error);

    sql->late.code = ERROR_NONE;
    return code;
}

/* ---- failures and statements ---- */

enum error_code sql_failed(struct sql *sql, struct error *error, const char *doing)
{
    const int extended = sqlite3_extended_errcode(sql->connection);
    const int code = extended & 0xff;
    enum error_code result = ERROR_STORE;
    enum error_number number = ERROR_NUMBER_NONE;
    const char *advice = "";

    if ((code == SQLITE_BUSY || code == SQLITE_LOCKED) && is_interrupted(sql)) {
        result = ERROR_INTERRUPTED;
        advice = "; interrupted while another process was writing to it";
    } else if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        result = ERROR_BUSY;
        advice = "; another process is writing to it, try again";
    } else if (code == SQLITE_NOMEM) {
        result = ERROR_MEMORY;
    } else if (code == SQLITE_FULL) {
        number = ERROR_NUMBER_STORE_FULL;
        advice = "; make room on the disk and run again";
    } else if (code == SQLITE_READONLY) {
        number = ERROR_NUMBER_STORE_READ_ONLY;
        advice = "; check the permissions of the file and its folder";
    } else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        number = ERROR_NUMBER_STORE_DAMAGED;
        advice = "; restore the file from a backup";
    }
    error_set(error, result, "the store cannot %s: %s%s", doing, sqlite3_errmsg(sql->connection),
              advice);
    if (error) {
        (void)error_number_set(error, number, result);
        error->detail = extended;
        error->retry = result == ERROR_BUSY ? ERROR_RETRY_LATER : ERROR_RETRY_NEVER;
    }
    return result;
}

enum error_code sql_run(struct sql *sql, const char *text, struct error *error)
{
    if (regain(sql, error))
        return sql->late.code;
    if (sqlite3_exec(sql->connection, text, NULL, NULL, NULL) != SQLITE_OK)
        return sql_failed(sql, error, "carry out a statement");
    return ERROR_NONE;
}

enum error_code sql_prepare(struct sql *sql, const char *text, sqlite3_stmt **statement,
                            struct error *error)
{
    *statement = NULL;
    if (regain(sql, error))
        return sql->late.code;
    if (sqlite3_prepare_v3(sql->connection, text, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL))
        return sql_failed(sql, error, "prepare a statement");
    return ERROR_NONE;
}

enum error_code sql_cached(struct sql *sql, const char *text, sqlite3_stmt **statement,
                           struct error *error)
{
    size_t slot = ((uintptr_t)text >> 3) * 31 % SQL_CACHE_SLOTS;
    enum error_code code = regain(sql, error);

    *statement = NULL;
    if (code)
        return code;
    for (size_t tried = 0; tried < SQL_CACHE_SLOTS && sql->cache[slot].text; tried++) {
        if (sql->cache[slot].text == text) {
            *statement = sql->cache[slot].statement;
            return ERROR_NONE;
        }
        slot = (slot + 1) % SQL_CACHE_SLOTS;
    }
    if (sql->cache[slot].text)
        return error_set(error, ERROR_INTERNAL, "the store has more statements than its cache");
    code = sql_prepare(sql, text, statement, error);
    if (code)
        return code;
    sql->cache[slot].text = text;
    sql->cache[slot].statement = *statement;
    return ERROR_NONE;
}

void sql_forget(struct sql *sql)
{
    wait_for_commit(sql);
    for (size_t slot = 0; slot < SQL_CACHE_SLOTS; slot++) {
        sqlite3_finalize(sql->cache[slot].statement);
        sql->cache[slot].statement = NULL;
        sql->cache[slot].text = NULL;
    }
}

static int bind_bytes(sqlite3_stmt *statement, int index, struct text text, bool blob)
{
    if (text_is_absent(text))
        return sqlite3_bind_null(statement, index);
    if (blob)
        return sqlite3_bind_blob64(statement, index, text.bytes, text.length, SQLITE_STATIC);
    return sqlite3_bind_text64(statement, index, text.bytes, text.length, SQLITE_STATIC,
                               SQLITE_UTF8);
}

enum error_code sql_bind_list(struct sql *sql, sqlite3_stmt *statement, struct error *error,
                              const char *letters, va_list arguments)
{
    int result = SQLITE_OK;

    for (int index = 1; letters[index - 1] && result == SQLITE_OK; index++) {
        instant at = INSTANT_NONE;
        switch (letters[index - 1]) {
        case 'i':
            result = sqlite3_bind_int64(statement, index, va_arg(arguments, int64_t));
            break;
        case 't':
            result = bind_bytes(statement, index, va_arg(arguments, struct text), false);
            break;
        case 'b':
            result = bind_bytes(statement, index, va_arg(arguments, struct text), true);
            break;
        case 'a':
            at = va_arg(arguments, instant);
            result = at == INSTANT_NONE ? sqlite3_bind_null(statement, index)
                                        : sqlite3_bind_int64(statement, index, at);
            break;
        case 'd':
            result = sqlite3_bind_double(statement, index, va_arg(arguments, double));
            break;
        default:
            result = sqlite3_bind_null(statement, index);
            break;
        }
    }
    return result == SQLITE_OK ? ERROR_NONE : sql_failed(sql, error, "take a value");
}

enum error_code sql_bind(struct sql *sql, sqlite3_stmt *statement, struct error *error,
                         const char *letters, ...)
{
    va_list arguments;
    enum error_code code = regain(sql, error);

    if (code)
        return code;
    va_start(arguments, letters);
    code = sql_bind_list(sql, statement, error, letters, arguments);
    va_end(arguments);
    return code;
}

enum error_code sql_do(struct sql *sql, const char *text, struct error *error, const char *letters,
                       ...)
{
    sqlite3_stmt *statement = NULL;
    va_list arguments;
    enum error_code code = sql_cached(sql, text, &statement, error);

    if (code)
        return code;
    va_start(arguments, letters);
    code = sql_bind_list(sql, statement, error, letters, arguments);
    va_end(arguments);
    return code ? code : sql_finish(sql, statement, error);
}

enum error_code sql_step(struct sql *sql, sqlite3_stmt *statement, bool *row, struct error *error)
{
    const int result = sqlite3_step(statement);
    enum error_code code = ERROR_NONE;

    *row = result == SQLITE_ROW;
    if (result == SQLITE_ROW || result == SQLITE_DONE)
        return ERROR_NONE;
    code = sql_failed(sql, error, "read or write a row");
    sqlite3_reset(statement);
    return code;
}

enum error_code sql_finish(struct sql *sql, sqlite3_stmt *statement, struct error *error)
{
    bool row = false;
    enum error_code code = sql_step(sql, statement, &row, error);

    sqlite3_reset(statement);
    return code;
}

void sql_done(sqlite3_stmt *statement)
{
    if (statement)
        sqlite3_reset(statement);
}

struct text sql_text(sqlite3_stmt *statement, int index)
{
    const char *const bytes = (const char *)sqlite3_column_text(statement, index);

    return bytes ? (struct text){bytes, (size_t)sqlite3_column_bytes(statement, index)}
                 : TEXT_ABSENT;
}

struct text sql_blob(sqlite3_stmt *statement, int index)
{
    const void *bytes = sqlite3_column_blob(statement, index);

    return (struct text){bytes, bytes ? (size_t)sqlite3_column_bytes(statement, index) : 0};
}

instant sql_instant(sqlite3_stmt *statement, int index)
{
    if (sqlite3_column_type(statement, index) == SQLITE_NULL)
        return INSTANT_NONE;
    return sqlite3_column_int64(statement, index);
}

enum error_code sql_copy(sqlite3_stmt *statement, int index, struct arena *arena, struct text *copy,
                         struct error *error)
{
    return text_copy(arena, sql_text(statement, index), copy, error);
}

enum error_code sql_begin(struct sql *sql, struct error *error)
{
    enum error_code code =
        sql_do(sql, sql->depth == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT nested", error, "");

    if (!code)
        sql->depth++;
    return code;
}

enum error_code sql_commit(struct sql *sql, struct error *error)
{
    enum error_code code = sql_do(sql, sql->depth <= 1 ? "COMMIT" : "RELEASE nested", error, "");

    if (code)
        sql_rollback(sql);
    else
        sql->depth--;
    return code;
}

static enum error_code commit_beside(void *context, struct error *error)
{
    struct sql *sql = context;
    sqlite3_stmt *statement = sql->commit;
    enum error_code code = ERROR_NONE;

    if (sqlite3_step(statement) != SQLITE_DONE)
        code = sql_failed(sql, error, "commit a transaction");
    sqlite3_reset(statement);
    if (code && !sqlite3_get_autocommit(sql->connection))
        sqlite3_exec(sql->connection, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

enum error_code sql_commit_later(struct sql *sql, struct error *error)
{
    enum error_code code = ERROR_NONE;

    if (sql->depth > 1 || (!sql->committer && committer_new(&sql->committer, NULL)))
        return sql_commit(sql, error);
    code = sql_cached(sql, "COMMIT", &sql->commit, error);
    if (code) {
        sql_rollback(sql);
        return code;
    }
    sql->depth = 0;
    sql->committing = true;
    committer_give(sql->committer, commit_beside, sql);
    return ERROR_NONE;
}

void sql_rollback(struct sql *sql)
{
    wait_for_commit(sql);
    sql->depth = 0;
    /* a failed statement may have ended the transaction already */
    if (!sqlite3_get_autocommit(sql->connection))
        sqlite3_exec(sql->connection, "ROLLBACK", NULL, NULL, NULL);
}

enum error_code sql_end(struct sql *sql, enum error_code code, struct error *error)
{
    if (!code)
        return sql_commit(sql, error);
    if (sql->depth > 1 && !sqlite3_get_autocommit(sql->connection) &&
        sqlite3_exec(sql->connection, "ROLLBACK TO nested; RELEASE nested", NULL, NULL, NULL) ==
            SQLITE_OK)
        sql->depth--;
    else
        sql_rollback(sql);
    return code;
}

bool sql_id_of(struct text text, int64_t *id)
{
    /* one number has one text: "007", "+7" and "-0" are other ids */
    if (text_is_empty(text) || (text.length > 1 && text.bytes[0] == '0') || text.bytes[0] == '+' ||
        (text.length > 1 && text.bytes[0] == '-' && text.bytes[1] == '0'))
        return false;
    return text_to_integer(text, id);
}
