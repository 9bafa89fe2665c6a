/* Transactions that nest, and commits that run in the background. */
#include "store/sql/sql.h"

static enum error_code begin_by(struct sql *sql, const char *text, struct error *error)
{
    if (sql_do(sql, text, error, ""))
        return error->code;
    sql->depth++;
    return ERROR_NONE;
}

enum error_code sql_begin(struct sql *sql, struct error *error)
{
    return begin_by(sql, sql->depth == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT nested", error);
}

enum error_code sql_begin_reading(struct sql *sql, struct error *error)
{
    return begin_by(sql, "BEGIN", error);
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
    struct sql_statement *statement = sql->commit;
    enum error_code code = ERROR_NONE;

    if (sql->driver->step(statement->handle) != SQL_DONE)
        code = sql_failed(sql, error, "commit a transaction");
    sql_done(statement);
    if (code)
        sql_take_back(sql);
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

enum error_code sql_end(struct sql *sql, enum error_code code, struct error *error)
{
    if (!code)
        return sql_commit(sql, error);
    if (sql->depth > 1 && sql->driver->in_transaction(sql->connection) &&
        sql->driver->run(sql->connection, "ROLLBACK TO nested; RELEASE nested"))
        sql->depth--;
    else
        sql_rollback(sql);
    return code;
}
