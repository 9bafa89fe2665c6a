/* Statements: prepared once and kept, their parameters, their rows. */
#include "store/sql/sql.h"

#include <stdlib.h>

/* ---- preparing ---- */

enum error_code sql_run(struct sql *sql, const char *text, struct error *error)
{
    if (sql_regain(sql, error))
        return sql->late.code;
    if (!sql->driver->run(sql->connection, text))
        return sql_failed(sql, error, "carry out a statement");
    return ERROR_NONE;
}

enum error_code sql_prepare(struct sql *sql, const char *text, struct sql_statement **statement,
                            struct error *error)
{
    struct sql_statement made = {.driver = sql->driver};

    *statement = NULL;
    if (sql_regain(sql, error))
        return sql->late.code;
    if (!sql->driver->prepare(sql->connection, text, &made.handle))
        return sql_failed(sql, error, "prepare a statement");
    *statement = malloc(sizeof **statement);
    if (!*statement) {
        sql->driver->finalize(made.handle);
        return error_memory(error, "a statement");
    }
    **statement = made;
    return ERROR_NONE;
}

void sql_finalize(struct sql_statement *statement)
{
    if (!statement)
        return;
    statement->driver->finalize(statement->handle);
    free(statement);
}

enum error_code sql_cached(struct sql *sql, const char *text, struct sql_statement **statement,
                           struct error *error)
{
    size_t slot = ((uintptr_t)text >> 3) * 31 % SQL_CACHE_SLOTS;
    enum error_code code = sql_regain(sql, error);

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
    sql_wait_for_commit(sql);
    for (size_t slot = 0; slot < SQL_CACHE_SLOTS; slot++) {
        sql_finalize(sql->cache[slot].statement);
        sql->cache[slot].statement = NULL;
        sql->cache[slot].text = NULL;
    }
}

/* ---- parameters ---- */

bool sql_bind_null(struct sql_statement *statement, int index)
{
    return statement->driver->bind_null(statement->handle, index);
}

bool sql_bind_integer(struct sql_statement *statement, int index, int64_t value)
{
    return statement->driver->bind_integer(statement->handle, index, value);
}

bool sql_bind_number(struct sql_statement *statement, int index, double value)
{
    return statement->driver->bind_number(statement->handle, index, value);
}

bool sql_bind_text(struct sql_statement *statement, int index, struct text value)
{
    if (text_is_absent(value))
        return sql_bind_null(statement, index);
    return statement->driver->bind_text(statement->handle, index, value);
}

static bool bind_blob(struct sql_statement *statement, int index, struct text value)
{
    if (text_is_absent(value))
        return sql_bind_null(statement, index);
    return statement->driver->bind_blob(statement->handle, index, value);
}

static bool bind_instant(struct sql_statement *statement, int index, instant value)
{
    return value == INSTANT_NONE ? sql_bind_null(statement, index)
                                 : sql_bind_integer(statement, index, value);
}

enum error_code sql_bind_list(struct sql *sql, struct sql_statement *statement, struct error *error,
                              const char *letters, va_list arguments)
{
    bool bound = true;

    for (int index = 1; letters[index - 1] && bound; index++) {
        switch (letters[index - 1]) {
        case 'i':
            bound = sql_bind_integer(statement, index, va_arg(arguments, int64_t));
            break;
        case 't':
            bound = sql_bind_text(statement, index, va_arg(arguments, struct text));
            break;
        case 'b':
            bound = bind_blob(statement, index, va_arg(arguments, struct text));
            break;
        case 'a':
            bound = bind_instant(statement, index, va_arg(arguments, instant));
            break;
        default:
            bound = sql_bind_null(statement, index);
            break;
        }
    }
    return bound ? ERROR_NONE : sql_failed(sql, error, "take a value");
}

enum error_code sql_bind(struct sql *sql, struct sql_statement *statement, struct error *error,
                         const char *letters, ...)
{
    va_list arguments;
    enum error_code code = sql_regain(sql, error);

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
    struct sql_statement *statement = NULL;
    va_list arguments;
    enum error_code code = sql_cached(sql, text, &statement, error);

    if (code)
        return code;
    va_start(arguments, letters);
    code = sql_bind_list(sql, statement, error, letters, arguments);
    va_end(arguments);
    return code ? code : sql_finish(sql, statement, error);
}

/* ---- rows ---- */

enum error_code sql_step(struct sql *sql, struct sql_statement *statement, bool *row,
                         struct error *error)
{
    const enum sql_progress progress = sql->driver->step(statement->handle);
    enum error_code code = ERROR_NONE;

    *row = progress == SQL_ROW;
    if (progress != SQL_FAILED)
        return ERROR_NONE;
    code = sql_failed(sql, error, "read or write a row");
    sql_done(statement);
    return code;
}

enum error_code sql_finish(struct sql *sql, struct sql_statement *statement, struct error *error)
{
    bool row = false;
    enum error_code code = sql_step(sql, statement, &row, error);

    sql_done(statement);
    return code;
}

void sql_done(struct sql_statement *statement)
{
    if (statement)
        statement->driver->reset(statement->handle);
}

enum error_code sql_try(struct sql *sql, struct sql_statement *statement, struct arena *arena,
                        struct text *refusal, struct error *error)
{
    enum error_code code = ERROR_NONE;

    *refusal = TEXT_ABSENT;
    if (sql->driver->step(statement->handle) == SQL_FAILED) {
        struct sql_trouble trouble;
        sql->driver->trouble(sql->connection, &trouble);
        const enum sql_cause cause = sql->driver->cause(trouble.detail);
        /* A failure that has ended the transaction concerns more than one row. */
        if (cause > SQL_CAUSE_DUPLICATE || !sql->driver->in_transaction(sql->connection))
            code = sql_failed(sql, error, "write a row");
        else
            code = text_copy(arena, text_of(trouble.words), refusal, error);
    }
    sql_done(statement);
    return code;
}

enum sql_type sql_type(struct sql_statement *statement, int index)
{
    return statement->driver->type(statement->handle, index);
}

struct sql_cell sql_cell(struct sql_statement *statement, int index)
{
    return statement->driver->cell(statement->handle, index);
}

bool sql_is_null(struct sql_statement *statement, int index)
{
    return sql_type(statement, index) == SQL_NULL;
}

int64_t sql_integer(struct sql_statement *statement, int index)
{
    return statement->driver->integer(statement->handle, index);
}

double sql_number(struct sql_statement *statement, int index)
{
    return statement->driver->number(statement->handle, index);
}

struct text sql_text(struct sql_statement *statement, int index)
{
    return statement->driver->text(statement->handle, index);
}

struct text sql_blob(struct sql_statement *statement, int index)
{
    return statement->driver->blob(statement->handle, index);
}

instant sql_instant(struct sql_statement *statement, int index)
{
    return sql_is_null(statement, index) ? INSTANT_NONE : sql_integer(statement, index);
}

const char *sql_column_name(struct sql_statement *statement, int index)
{
    return statement->driver->column_name(statement->handle, index);
}

enum error_code sql_copy(struct sql_statement *statement, int index, struct arena *arena,
                         struct text *copy, struct error *error)
{
    return text_copy(arena, sql_text(statement, index), copy, error);
}

int64_t sql_changes(const struct sql *sql)
{
    return sql->driver->changes(sql->connection);
}

int64_t sql_total_changes(const struct sql *sql)
{
    return sql->driver->total_changes(sql->connection);
}

int64_t sql_last_key(const struct sql *sql)
{
    return sql->driver->last_key(sql->connection);
}

bool sql_id_of(struct text text, int64_t *id)
{
    /* one number has one text: "007", "+7" and "-0" are other ids */
    if (text_is_empty(text) || (text.length > 1 && text.bytes[0] == '0') || text.bytes[0] == '+' ||
        (text.length > 1 && text.bytes[0] == '-' && text.bytes[1] == '0'))
        return false;
    return text_to_integer(text, id);
}
