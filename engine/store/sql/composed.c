/* Statements made of names: pieces are added until the first failure. */
#include "store/sql/composed.h"

#include <stdarg.h>

static void add_list(struct composed *statement, const char *format, va_list arguments)
{
    if (!statement->code)
        statement->code = buffer_append_list(&statement->text, statement->error, format, arguments);
}

void composed_add(struct composed *statement, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_list(statement, format, arguments);
    va_end(arguments);
}

enum error_code composed_run(struct composed *statement)
{
    if (!statement->code && statement->text.length)
        statement->code = sql_run(statement->sql, statement->text.data, statement->error);
    buffer_release(&statement->text);
    return statement->code;
}

enum error_code composed_prepare(struct composed *statement, struct sql_statement **prepared)
{
    *prepared = NULL;
    if (!statement->code)
        statement->code =
            sql_prepare(statement->sql, statement->text.data, prepared, statement->error);
    buffer_release(&statement->text);
    return statement->code;
}

void composed_open(struct composed *statement, struct rows *rows, struct arena *arena)
{
    *rows = (struct rows){
        .sql = statement->sql, .arena = arena, .error = statement->error, .once = true};
    rows->code = composed_prepare(statement, &rows->statement);
}

enum error_code composed_ask(struct sql *sql, int64_t *answer, struct error *error,
                             const char *format, ...)
{
    struct composed query = COMPOSED(sql, error);
    struct rows rows;
    va_list arguments;

    va_start(arguments, format);
    add_list(&query, format, arguments);
    va_end(arguments);
    composed_open(&query, &rows, NULL);
    *answer = rows_next(&rows) ? rows_integer(&rows) : 0;
    return rows_close(&rows);
}

enum error_code composed_do(struct sql *sql, struct error *error, const char *format, ...)
{
    struct composed statement = COMPOSED(sql, error);
    va_list arguments;

    va_start(arguments, format);
    add_list(&statement, format, arguments);
    va_end(arguments);
    return composed_run(&statement);
}
