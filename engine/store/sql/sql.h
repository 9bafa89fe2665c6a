/*
 * sql: the database for the other files of store/: prepare, bind, step, and what its errors mean.
 *
 * Which database it is, is the driver's business (driver.h).
 *
 * For store/ only. Statements from sql_cached belong to the store and are reset by whoever steps
 * them (sql_finish, sql_done); those from sql_prepare are finalized by the caller.
 */
#ifndef TANDEM_STORE_SQL_SQL_H
#define TANDEM_STORE_SQL_SQL_H

#include <signal.h>
#include <stdarg.h>

#include "base/instant.h"
#include "base/text.h"
#include "store/sql/committer.h"
#include "store/sql/driver.h"

enum { SQL_CACHE_SLOTS = 256 };

/* A statement and the driver that understands it. Owned: sql_finalize, or the cache. */
struct sql_statement {
    const struct sql_driver *driver;
    void *handle;
};

/* A connection with its statements, by the address of their text. */
struct sql {
    const struct sql_driver *driver;
    void *connection; /* NULL: not open */
    struct {
        const char *text;
        struct sql_statement *statement;
    } cache[SQL_CACHE_SLOTS];
    unsigned depth;                         /* of sql_begin */
    struct sql_statement *commit;           /* for the committer */
    struct committer *committer;            /* NULL: none was needed yet */
    bool committing;                        /* it is at work with the connection */
    struct error late;                      /* why it failed, until somebody takes it */
    int patience_ms;                        /* how long to wait for other processes */
    const volatile sig_atomic_t *interrupt; /* NULL: never */
};

/* Open the database at `path`; the driver says what an empty path means. sql_close must follow,
 * even after a failure. */
WARN_UNUSED enum error_code sql_open(struct sql *sql, const struct sql_driver *driver,
                                     const char *path, enum sql_access access, struct error *error);
/* Roll back what is not committed, and close; no effect if it is not open. */
void sql_close(struct sql *sql);
/* Wait that long for other processes. */
void sql_wait_for_others(struct sql *sql, int patience_ms, const volatile sig_atomic_t *interrupt);

/* What the connection's last failure means: ERROR_BUSY (ERROR_INTERRUPTED if that ended the wait),
 * ERROR_MEMORY or ERROR_STORE, with "the store cannot <doing>: <the database's words>". */
enum error_code sql_failed(struct sql *sql, struct error *error, const char *doing);
/* What an error of sql_failed goes back to. */
enum sql_cause sql_cause_of(const struct sql *sql, const struct error *error);

/* Statements without parameters or results; several, separated by semicolons. */
WARN_UNUSED enum error_code sql_run(struct sql *sql, const char *text, struct error *error);
WARN_UNUSED enum error_code sql_prepare(struct sql *sql, const char *text,
                                        struct sql_statement **statement, struct error *error);
/* The same statement for the same address: `text` must be a static string. */
WARN_UNUSED enum error_code sql_cached(struct sql *sql, const char *text,
                                       struct sql_statement **statement, struct error *error);
/* Accepts NULL. */
void sql_finalize(struct sql_statement *statement);
/* Finalize everything that is cached (before the schema changes, and at the end). */
void sql_forget(struct sql *sql);

/* Bind parameters 1, 2 ... by a letter each: i int64_t, t struct text (absent: NULL), b the same as
 * a blob, a instant (NONE: NULL), n NULL (no argument). Texts are borrowed until the
 * statement is reset. */
WARN_UNUSED enum error_code sql_bind(struct sql *sql, struct sql_statement *statement,
                                     struct error *error, const char *letters, ...);
WARN_UNUSED enum error_code sql_bind_list(struct sql *sql, struct sql_statement *statement,
                                          struct error *error, const char *letters,
                                          va_list arguments);
/* Bind, run to the end, reset. */
WARN_UNUSED enum error_code sql_do(struct sql *sql, const char *text, struct error *error,
                                   const char *letters, ...);
/* One step; *row tells whether there is one. On failure the statement is reset. */
WARN_UNUSED enum error_code sql_step(struct sql *sql, struct sql_statement *statement, bool *row,
                                     struct error *error);
/* Run a statement that gives no rows to its end and reset it. */
WARN_UNUSED enum error_code sql_finish(struct sql *sql, struct sql_statement *statement,
                                       struct error *error);
void sql_done(struct sql_statement *statement); /* reset after reading; accepts NULL */

/* Run a write to its end and reset it. That the row is refused is no failure: *refusal has the
 * database's words then (copied), else it is absent. */
WARN_UNUSED enum error_code sql_try(struct sql *sql, struct sql_statement *statement,
                                    struct arena *arena, struct text *refusal, struct error *error);

/* One parameter, from 1; false: sql_failed tells. Texts are borrowed until the statement is reset.
 */
WARN_UNUSED bool sql_bind_null(struct sql_statement *statement, int index);
WARN_UNUSED bool sql_bind_integer(struct sql_statement *statement, int index, int64_t value);
WARN_UNUSED bool sql_bind_number(struct sql_statement *statement, int index, double value);
WARN_UNUSED bool sql_bind_text(struct sql_statement *statement, int index, struct text value);

/* Column `index` of the current row. Text is borrowed until the next step. NULL: 0, absent, NONE.
 */
enum sql_type sql_type(struct sql_statement *statement, int index);
/* The same and its value, as it is stored. */
struct sql_cell sql_cell(struct sql_statement *statement, int index);
bool sql_is_null(struct sql_statement *statement, int index);
int64_t sql_integer(struct sql_statement *statement, int index);
double sql_number(struct sql_statement *statement, int index);
struct text sql_text(struct sql_statement *statement, int index);
struct text sql_blob(struct sql_statement *statement, int index);
instant sql_instant(struct sql_statement *statement, int index);
const char *sql_column_name(struct sql_statement *statement, int index);
WARN_UNUSED enum error_code sql_copy(struct sql_statement *statement, int index,
                                     struct arena *arena, struct text *copy, struct error *error);

/* Rows that the last statement wrote; all that were written since it was opened; the key of the
 * last row that was added. */
int64_t sql_changes(const struct sql *sql);
int64_t sql_total_changes(const struct sql *sql);
int64_t sql_last_key(const struct sql *sql);

/* Transactions nest: an inner one that fails (sql_end) takes back only its own writes; sql_rollback
 * ends all of them. */
WARN_UNUSED enum error_code sql_begin(struct sql *sql, struct error *error);
/* A transaction that only reads, outside of all others: it keeps no writer waiting. End it by
 * sql_rollback. */
WARN_UNUSED enum error_code sql_begin_reading(struct sql *sql, struct error *error);
WARN_UNUSED enum error_code sql_commit(struct sql *sql, struct error *error);
void sql_rollback(struct sql *sql);
/* The same as sql_commit, but may return before the disk has everything. Whatever uses the
 * connection next waits for that; if it failed, everything was rolled back, and all of store/ fails
 * with its error until sql_await_commit has reported it. */
WARN_UNUSED enum error_code sql_commit_later(struct sql *sql, struct error *error);
/* Wait for sql_commit_later and report once how it ended. */
WARN_UNUSED enum error_code sql_await_commit(struct sql *sql, struct error *error);
/* Commit if `code` is ERROR_NONE, else roll back; gives the final code. */
WARN_UNUSED enum error_code sql_end(struct sql *sql, enum error_code code, struct error *error);

/* For the other files of sql/: wait for sql_commit_later, without and with its failure; roll back
 * what is open. */
void sql_wait_for_commit(struct sql *sql);
WARN_UNUSED enum error_code sql_regain(struct sql *sql, struct error *error);
void sql_take_back(struct sql *sql);

/* An object's id as it is stored; false if the text is not exactly such a number. */
bool sql_id_of(struct text text, int64_t *id);

#endif
