/*
 * sql: SQLite for the other files of store/: prepare, bind, step, and what its errors mean.
 *
 * For store/ only. Statements from sql_cached belong to the store and are reset by whoever steps
 * them (sql_finish, sql_done); those from sql_prepare are finalized by the caller.
 */
#ifndef TANDEM_STORE_SQL_SQL_H
#define TANDEM_STORE_SQL_SQL_H

#include <signal.h>
#include <stdarg.h>

#include <sqlite3.h>

#include "base/instant.h"
#include "base/text.h"
#include "store/sql/committer.h"

enum { SQL_CACHE_SLOTS = 256 };

/* A connection with its statements, by the address of their text. */
struct sql {
    sqlite3 *connection;
    struct {
        const char *text;
        sqlite3_stmt *statement;
    } cache[SQL_CACHE_SLOTS];
    unsigned depth;                         /* of sql_begin */
    sqlite3_stmt *commit;                   /* for the committer */
    struct committer *committer;            /* NULL: none was needed yet */
    bool committing;                        /* it is at work with the connection */
    struct error late;                      /* why it failed, until somebody takes it */
    int patience_ms;                        /* how long to wait for other processes */
    const volatile sig_atomic_t *interrupt; /* NULL: never */
};

/* Wait for other processes as patiently as that. */
void sql_wait_for_others(struct sql *sql, int patience_ms, const volatile sig_atomic_t *interrupt);

/* What the connection's last failure means: ERROR_BUSY (ERROR_INTERRUPTED if it was given up for
 * that), ERROR_MEMORY or ERROR_STORE, with
 * "cannot <doing>: <SQLite's words>". */
enum error_code sql_failed(struct sql *sql, struct error *error, const char *doing);
/* Does this result code say that the file or the machine is at fault, not the row? */
bool sql_is_fatal(int code);

/* Statements without parameters or results; several, separated by semicolons. */
WARN_UNUSED enum error_code sql_run(struct sql *sql, const char *text, struct error *error);
WARN_UNUSED enum error_code sql_prepare(struct sql *sql, const char *text, sqlite3_stmt **statement,
                                        struct error *error);
/* The same statement for the same address: `text` must be a static string. */
WARN_UNUSED enum error_code sql_cached(struct sql *sql, const char *text, sqlite3_stmt **statement,
                                       struct error *error);
/* Finalize everything that is cached (before the schema changes, and at the end). */
void sql_forget(struct sql *sql);

/* Bind parameters 1, 2 ... by a letter each: i int64_t, t struct text (absent: NULL), b the same as
 * a blob, a instant (NONE: NULL), d double, n NULL (no argument). Texts are borrowed until the
 * statement is reset. */
WARN_UNUSED enum error_code sql_bind(struct sql *sql, sqlite3_stmt *statement, struct error *error,
                                     const char *letters, ...);
WARN_UNUSED enum error_code sql_bind_list(struct sql *sql, sqlite3_stmt *statement,
                                          struct error *error, const char *letters,
                                          va_list arguments);
/* Bind, run to the end, reset. */
WARN_UNUSED enum error_code sql_do(struct sql *sql, const char *text, struct error *error,
                                   const char *letters, ...);
/* One step; *row tells whether there is one. On failure the statement is reset. */
WARN_UNUSED enum error_code sql_step(struct sql *sql, sqlite3_stmt *statement, bool *row,
                                     struct error *error);
/* Run a statement that gives no rows to its end and reset it. */
WARN_UNUSED enum error_code sql_finish(struct sql *sql, sqlite3_stmt *statement,
                                       struct error *error);
void sql_done(sqlite3_stmt *statement); /* reset after reading; accepts NULL */

/* Column `index` of the current row. Text is borrowed until the next step. NULL: absent, NONE. */
struct text sql_text(sqlite3_stmt *statement, int index);
struct text sql_blob(sqlite3_stmt *statement, int index);
instant sql_instant(sqlite3_stmt *statement, int index);
WARN_UNUSED enum error_code sql_copy(sqlite3_stmt *statement, int index, struct arena *arena,
                                     struct text *copy, struct error *error);

/* Transactions nest: an inner one that fails (sql_end) takes back only its own writes; sql_rollback
 * ends all of them. */
WARN_UNUSED enum error_code sql_begin(struct sql *sql, struct error *error);
WARN_UNUSED enum error_code sql_commit(struct sql *sql, struct error *error);
void sql_rollback(struct sql *sql);
/* The same as sql_commit, but may return before the disk has everything. Whatever uses the
 * connection next waits for that; if it failed, everything was taken back, and all of store/ fails
 * with its error until sql_await_commit has told it. */
WARN_UNUSED enum error_code sql_commit_later(struct sql *sql, struct error *error);
/* Wait for sql_commit_later and tell once how it ended. */
WARN_UNUSED enum error_code sql_await_commit(struct sql *sql, struct error *error);
/* Commit if `code` is ERROR_NONE, else roll back; gives the final code. */
WARN_UNUSED enum error_code sql_end(struct sql *sql, enum error_code code, struct error *error);

/* An object's id as it stands in the file; false if the text is not exactly such a number. */
bool sql_id_of(struct text text, int64_t *id);

#endif
