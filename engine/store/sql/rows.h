/*
 * rows: one statement and what it gives, a line for each column. For store/ only.
 *
 * Columns are taken one after the other, in the order of the statement. The first failure stays in
 * `code`: from then on there are no rows, columns are 0 or absent, and rows_close tells it.
 *
 *     rows_open(&rows, &store->sql, arena, error, "SELECT id, name FROM object", "");
 *     while (rows_next(&rows)) {
 *         item->id = rows_integer(&rows);
 *         item->name = rows_text(&rows);
 *     }
 *     return rows_close(&rows);
 */
#ifndef TANDEM_STORE_SQL_ROWS_H
#define TANDEM_STORE_SQL_ROWS_H

#include "store/sql/sql.h"

struct rows {
    struct sql *sql;
    struct sql_statement *statement;
    struct arena *arena; /* of the copies; NULL: texts are borrowed until the next row */
    struct error *error;
    enum error_code code;
    int column; /* that comes next */
    bool once;  /* the statement is finalized when it is closed */
};

/* Makes one zeroed item of the current row; what fails is in rows->code. */
typedef void rows_item(struct rows *rows, void *item);

/* Prepare and bind; `text` must be a static string, letters and values are those of sql_bind.
 * rows_close must follow. */
void rows_open(struct rows *rows, struct sql *sql, struct arena *arena, struct error *error,
               const char *text, const char *letters, ...);
void rows_open_list(struct rows *rows, struct sql *sql, struct arena *arena, struct error *error,
                    const char *text, const char *letters, va_list values);
/* The same for a text that is made for this one time; it may go at once. */
void rows_open_once(struct rows *rows, struct sql *sql, struct arena *arena, struct error *error,
                    const char *text, const char *letters, ...);
/* The same for a prepared statement, which stays its owner's: rows_close resets it. */
void rows_over(struct rows *rows, struct sql *sql, struct sql_statement *statement,
               struct arena *arena, struct error *error, const char *letters, ...);
/* Is there another row? Its columns start from the first again. */
bool rows_next(struct rows *rows);
/* Reset or finalize the statement; the code of what failed first. */
WARN_UNUSED enum error_code rows_close(struct rows *rows);

/* The next column of this row. NULL: 0, false, NONE, absent. */
int64_t rows_integer(struct rows *rows);
bool rows_flag(struct rows *rows);
instant rows_instant(struct rows *rows);
struct text rows_text(struct rows *rows);
struct text rows_blob(struct rows *rows);

/* All rows as an array in the arena; NULL if there are none. */
void *rows_list(struct rows *rows, rows_item *read, size_t size, size_t *count);
/* A list of texts: `item` is a struct text. */
rows_item rows_read_text;

/* Open, rows_list and close. `items` is the address of a pointer to what `read` makes. */
#define ROWS_INTO(arena, read, items, count)                                                       \
    (&(const struct rows_into){arena, read, sizeof **(items), items, count})
struct rows_into {
    struct arena *arena;
    rows_item *read;
    size_t size;
    void *items;
    size_t *count;
};
WARN_UNUSED enum error_code rows_all(struct sql *sql, const struct rows_into *into,
                                     struct error *error, const char *text, const char *letters,
                                     ...);

/* The first column of the first row as an integer; 0 if there is none. */
WARN_UNUSED enum error_code rows_ask(struct sql *sql, int64_t *answer, struct error *error,
                                     const char *text, const char *letters, ...);
/* The same as a flag, and as a number that is never negative. */
WARN_UNUSED enum error_code rows_ask_flag(struct sql *sql, bool *flag, struct error *error,
                                          const char *text, const char *letters, ...);
WARN_UNUSED enum error_code rows_ask_count(struct sql *sql, uint64_t *count, struct error *error,
                                           const char *text, const char *letters, ...);

#endif
