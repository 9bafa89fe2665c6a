/* SQLite behind the table of a driver; the only file that knows it. */
#include "store/sql/sqlite_driver.h"

#include <sqlite3.h>
#include <stdlib.h>

/* ---- connections ---- */

/* The wait function with its context, kept by the connection. */
struct connection {
    sqlite3 *sqlite; /* the first: tests look at it */
    sql_wait_function *wait;
    void *context;
};

static sqlite3 *sqlite_of(void *connection)
{
    return ((struct connection *)connection)->sqlite;
}

static bool open_connection(const char *path, enum sql_access access, void **connection)
{
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (access == SQL_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                      (access == SQL_CREATE ? SQLITE_OPEN_CREATE : 0);
    struct connection *const made = malloc(sizeof *made);

    *connection = made;
    if (!made)
        return false;
    *made = (struct connection){.sqlite = NULL};
    /* Counting allocations takes a lock each time; the call is refused, without harm, if SQLite is
     * already initialized. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return sqlite3_open_v2(path, &made->sqlite, flags, NULL) == SQLITE_OK;
}

static void close_connection(void *connection)
{
    if (!connection)
        return;
    sqlite3_close_v2(sqlite_of(connection));
    free(connection);
}

static int wait_again(void *context, int times)
{
    const struct connection *const connection = context;
    return connection->wait(connection->context, times);
}

static void wait_with(void *connection, sql_wait_function *wait, void *context)
{
    struct connection *const waiting = connection;
    waiting->wait = wait;
    waiting->context = context;
    sqlite3_busy_handler(waiting->sqlite, wait_again, waiting);
}

static enum sql_cause cause_of(long detail)
{
    switch (detail & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return SQL_CAUSE_BUSY;
    case SQLITE_NOMEM:
        return SQL_CAUSE_MEMORY;
    case SQLITE_FULL:
        return SQL_CAUSE_FULL;
    case SQLITE_READONLY:
        return SQL_CAUSE_READ_ONLY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return SQL_CAUSE_DAMAGED;
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_MISUSE:
        return SQL_CAUSE_OTHER;
    default:
        return detail == SQLITE_CONSTRAINT_UNIQUE ? SQL_CAUSE_DUPLICATE : SQL_CAUSE_ROW;
    }
}

static void trouble_of(void *connection, struct sql_trouble *trouble)
{
    sqlite3 *const sqlite = !connection ? NULL : sqlite_of(connection);
    const int code = !sqlite ? SQLITE_NOMEM : sqlite3_extended_errcode(sqlite);
    *trouble = (struct sql_trouble){code, !sqlite ? "out of memory" : sqlite3_errmsg(sqlite)};
}

static bool run_text(void *connection, const char *text)
{
    return sqlite3_exec(sqlite_of(connection), text, NULL, NULL, NULL) == SQLITE_OK;
}

static bool in_transaction(void *connection)
{
    sqlite3 *const sqlite = sqlite_of(connection);
    return sqlite && !sqlite3_get_autocommit(sqlite);
}

static int64_t changes(void *connection)
{
    return sqlite3_changes64(sqlite_of(connection));
}

static int64_t total_changes(void *connection)
{
    return sqlite3_total_changes64(sqlite_of(connection));
}

static int64_t last_key(void *connection)
{
    return sqlite3_last_insert_rowid(sqlite_of(connection));
}

/* ---- statements ---- */

static bool prepare(void *connection, const char *text, void **statement)
{
    sqlite3_stmt *made = NULL;
    const int code =
        sqlite3_prepare_v3(sqlite_of(connection), text, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL);
    *statement = made;
    return code == SQLITE_OK;
}

static void finalize(void *statement)
{
    sqlite3_finalize(statement);
}

static bool bind_null(void *statement, int index)
{
    return sqlite3_bind_null(statement, index) == SQLITE_OK;
}

static bool bind_integer(void *statement, int index, int64_t value)
{
    return sqlite3_bind_int64(statement, index, value) == SQLITE_OK;
}

static bool bind_number(void *statement, int index, double value)
{
    return sqlite3_bind_double(statement, index, value) == SQLITE_OK;
}

static bool bind_text(void *statement, int index, struct text value)
{
    return sqlite3_bind_text64(statement, index, value.bytes, value.length, SQLITE_STATIC,
                               SQLITE_UTF8) == SQLITE_OK;
}

static bool bind_blob(void *statement, int index, struct text value)
{
    return sqlite3_bind_blob64(statement, index, value.bytes, value.length, SQLITE_STATIC) ==
           SQLITE_OK;
}

static enum sql_progress step(void *statement)
{
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return SQL_ROW;
    case SQLITE_DONE:
        return SQL_DONE;
    default:
        return SQL_FAILED;
    }
}

static void reset(void *statement)
{
    sqlite3_reset(statement);
}

/* ---- columns ---- */

static enum sql_type type_of(int type)
{
    switch (type) {
    case SQLITE_INTEGER:
        return SQL_INTEGER;
    case SQLITE_FLOAT:
        return SQL_NUMBER;
    case SQLITE_TEXT:
        return SQL_TEXT;
    case SQLITE_BLOB:
        return SQL_BLOB;
    default:
        return SQL_NULL;
    }
}

static enum sql_type type(void *statement, int column)
{
    return type_of(sqlite3_column_type(statement, column));
}

/* Its value is looked up once: each function of a column would do it again. That is allowed since
 * no other thread uses the connection meanwhile (SQLITE_OPEN_NOMUTEX). */
static struct sql_cell cell(void *statement, int column)
{
    sqlite3_value *const value = sqlite3_column_value(statement, column);
    struct sql_cell cell = {.type = type_of(sqlite3_value_type(value))};
    const char *bytes = NULL;

    switch (cell.type) {
    case SQL_NULL:
        break;
    case SQL_INTEGER:
        cell.as.integer = sqlite3_value_int64(value);
        break;
    case SQL_NUMBER:
        cell.as.number = sqlite3_value_double(value);
        break;
    case SQL_TEXT:
    case SQL_BLOB:
        bytes = (const char *)sqlite3_value_text(value);
        cell.as.text =
            bytes ? (struct text){bytes, (size_t)sqlite3_value_bytes(value)} : TEXT_ABSENT;
        break;
    }
    return cell;
}

static int64_t integer(void *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

static double number(void *statement, int column)
{
    return sqlite3_column_double(statement, column);
}

static struct text text(void *statement, int column)
{
    const char *const bytes = (const char *)sqlite3_column_text(statement, column);
    return bytes ? (struct text){bytes, (size_t)sqlite3_column_bytes(statement, column)}
                 : TEXT_ABSENT;
}

static struct text blob(void *statement, int column)
{
    const void *const bytes = sqlite3_column_blob(statement, column);
    return (struct text){bytes, bytes ? (size_t)sqlite3_column_bytes(statement, column) : 0};
}

static const char *column_name(void *statement, int column)
{
    return sqlite3_column_name(statement, column);
}

const struct sql_driver sqlite_driver = {
    .name = "SQLite",
    .open = open_connection,
    .close = close_connection,
    .wait_with = wait_with,
    .trouble = trouble_of,
    .cause = cause_of,
    .run = run_text,
    .in_transaction = in_transaction,
    .changes = changes,
    .total_changes = total_changes,
    .last_key = last_key,
    .prepare = prepare,
    .finalize = finalize,
    .bind_null = bind_null,
    .bind_integer = bind_integer,
    .bind_number = bind_number,
    .bind_text = bind_text,
    .bind_blob = bind_blob,
    .step = step,
    .reset = reset,
    .type = type,
    .cell = cell,
    .integer = integer,
    .number = number,
    .text = text,
    .blob = blob,
    .column_name = column_name,
};
