/*
 * composed: a statement that is made of the names of tables and columns, which cannot be bound.
 * Values are bound, if they are no whole numbers. For store/ only.
 *
 *     struct composed query = COMPOSED(&store->sql, error);
 *     composed_add(&query, "SELECT id FROM \"%.*s\"", TEXT_PRINT(table));
 *     return composed_prepare(&query, &statement);
 *
 * The first failure sticks: nothing more is added, and whoever uses the statement is told. Each use
 * releases it.
 */
#ifndef TANDEM_STORE_SQL_COMPOSED_H
#define TANDEM_STORE_SQL_COMPOSED_H

#include "store/sql/rows.h"

struct composed {
    struct sql *sql;
    struct error *error;
    enum error_code code; /* may be set by whoever could not find out what to add */
    struct buffer text;
};
#define COMPOSED(sql, error)                                                                       \
    {                                                                                              \
        (sql), (error), ERROR_NONE, BUFFER(8 << 20)                                                \
    }

/* Append to the text. What fails is kept in `code`, and told by whoever runs the statement. */
void composed_add(struct composed *statement, const char *format, ...) PRINTF_LIKE(2, 3);

/* Statements without results; nothing was added: nothing is done. */
WARN_UNUSED enum error_code composed_run(struct composed *statement);
WARN_UNUSED enum error_code composed_prepare(struct composed *statement,
                                             struct sql_statement **prepared);
/* As rows_open_once; rows_close must follow. */
void composed_open(struct composed *statement, struct rows *rows, struct arena *arena);

/* The first column of the first row of a statement that needs no loop to be made; 0 if there is
 * none. */
WARN_UNUSED enum error_code composed_ask(struct sql *sql, int64_t *answer, struct error *error,
                                         const char *format, ...) PRINTF_LIKE(4, 5);
/* Such a statement without results. */
WARN_UNUSED enum error_code composed_do(struct sql *sql, struct error *error, const char *format,
                                        ...) PRINTF_LIKE(3, 4);

#endif
