/* The rows of a statement; the first failure sticks. */
#include "store/sql/rows.h"

#include <stdarg.h>
#include <string.h>

#include "base/array.h"

void rows_open_list(struct rows *rows, struct sql *sql, struct arena *arena, struct error *error,
                    const char *text, const char *letters, va_list values)
{
    *rows = (struct rows){.sql = sql, .arena = arena, .error = error};
    rows->code = sql_cached(sql, text, &rows->statement, error);
    if (!rows->code)
        rows->code = sql_bind_list(sql, rows->statement, error, letters, values);
}

void rows_open(struct rows *rows, struct sql *sql, struct arena *arena, struct error *error,
               const char *text, const char *letters, ...)
{
    va_list values;

    va_start(values, letters);
    rows_open_list(rows, sql, arena, error, text, letters, values);
    va_end(values);
}

void rows_open_once(struct rows *rows, struct sql *sql, struct arena *arena, struct error *error,
                    const char *text, const char *letters, ...)
{
    va_list values;

    *rows = (struct rows){.sql = sql, .arena = arena, .error = error, .once = true};
    rows->code = sql_prepare(sql, text, &rows->statement, error);
    va_start(values, letters);
    if (!rows->code)
        rows->code = sql_bind_list(sql, rows->statement, error, letters, values);
    va_end(values);
}

void rows_over(struct rows *rows, struct sql *sql, struct sql_statement *statement,
               struct arena *arena, struct error *error, const char *letters, ...)
{
    va_list values;

    *rows = (struct rows){.sql = sql, .statement = statement, .arena = arena, .error = error};
    va_start(values, letters);
    rows->code = sql_bind_list(sql, statement, error, letters, values);
    va_end(values);
}

bool rows_next(struct rows *rows)
{
    bool row = false;

    if (!rows->code)
        rows->code = sql_step(rows->sql, rows->statement, &row, rows->error);
    rows->column = 0;
    return !rows->code && row;
}

enum error_code rows_close(struct rows *rows)
{
    if (rows->once)
        sql_finalize(rows->statement);
    else
        sql_done(rows->statement);
    return rows->code;
}

/* ---- columns ---- */

int64_t rows_integer(struct rows *rows)
{
    return sql_integer(rows->statement, rows->column++);
}

bool rows_flag(struct rows *rows)
{
    return rows_integer(rows) != 0;
}

instant rows_instant(struct rows *rows)
{
    return sql_instant(rows->statement, rows->column++);
}

static struct text keep(struct rows *rows, struct text text)
{
    struct text copy = TEXT_ABSENT;

    if (!rows->arena)
        return text;
    if (!rows->code)
        rows->code = text_copy(rows->arena, text, &copy, rows->error);
    return copy;
}

struct text rows_text(struct rows *rows)
{
    return keep(rows, sql_text(rows->statement, rows->column++));
}

struct text rows_blob(struct rows *rows)
{
    return keep(rows, sql_blob(rows->statement, rows->column++));
}

/* ---- all of them ---- */

void *rows_list(struct rows *rows, rows_item *read, size_t size, size_t *count)
{
    char *items = NULL;
    size_t capacity = 0;

    for (*count = 0; rows_next(rows); ++*count) {
        char *const grown = array_grow(rows->arena, items, *count, &capacity, size);
        if (!grown) {
            rows->code = error_memory(rows->error, "a list of the store");
            break;
        }
        items = grown;
        read(rows, memset(items + *count * size, 0, size));
    }
    return items;
}

void rows_read_text(struct rows *rows, void *item)
{
    *(struct text *)item = rows_text(rows);
}

enum error_code rows_all(struct sql *sql, const struct rows_into *into, struct error *error,
                         const char *text, const char *letters, ...)
{
    struct rows rows;
    va_list values;

    va_start(values, letters);
    rows_open_list(&rows, sql, into->arena, error, text, letters, values);
    va_end(values);
    void *const items = rows_list(&rows, into->read, into->size, into->count);
    memcpy(into->items, &items, sizeof items);
    return rows_close(&rows);
}

/* ---- one answer ---- */

static enum error_code ask(struct sql *sql, int64_t *answer, struct error *error, const char *text,
                           const char *letters, va_list values)
{
    struct rows rows;

    rows_open_list(&rows, sql, NULL, error, text, letters, values);
    *answer = rows_next(&rows) ? rows_integer(&rows) : 0;
    return rows_close(&rows);
}

enum error_code rows_ask(struct sql *sql, int64_t *answer, struct error *error, const char *text,
                         const char *letters, ...)
{
    va_list values;

    va_start(values, letters);
    const enum error_code code = ask(sql, answer, error, text, letters, values);
    va_end(values);
    return code;
}

enum error_code rows_ask_flag(struct sql *sql, bool *flag, struct error *error, const char *text,
                              const char *letters, ...)
{
    int64_t answer = 0;
    va_list values;

    va_start(values, letters);
    const enum error_code code = ask(sql, &answer, error, text, letters, values);
    va_end(values);
    *flag = answer != 0;
    return code;
}

enum error_code rows_ask_count(struct sql *sql, uint64_t *count, struct error *error,
                               const char *text, const char *letters, ...)
{
    int64_t answer = 0;
    va_list values;

    va_start(values, letters);
    const enum error_code code = ask(sql, &answer, error, text, letters, values);
    va_end(values);
    *count = (uint64_t)answer;
    return code;
}
