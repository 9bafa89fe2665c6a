/*
 * driver: what a database must be able to do for the store, as a table of functions.
 *
 * Only sql.c calls it, and only a driver's own file includes the database's header: SQLite today
 * (sqlite_driver.h), a second one needs a file like that and nothing else here. Connections and
 * statements are handles that only the driver understands. A failing function returns false;
 * `trouble` gives the reason, before anything else is done with the connection. Texts are UTF-8.
 */
#ifndef TANDEM_STORE_SQL_DRIVER_H
#define TANDEM_STORE_SQL_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum sql_access { SQL_READ, SQL_WRITE, SQL_CREATE /* write, and make it if it is missing */ };

enum sql_type { SQL_NULL, SQL_INTEGER, SQL_NUMBER, SQL_TEXT, SQL_BLOB };

enum sql_progress { SQL_ROW, SQL_DONE, SQL_FAILED };

enum sql_cause {
    SQL_CAUSE_ROW,       /* the values: a constraint, a trigger that refuses */
    SQL_CAUSE_DUPLICATE, /* the same, because such a row exists already */
    SQL_CAUSE_BUSY,
    SQL_CAUSE_MEMORY,
    SQL_CAUSE_FULL,
    SQL_CAUSE_READ_ONLY,
    SQL_CAUSE_DAMAGED,
    SQL_CAUSE_OTHER, /* of the file or the machine */
};

/* A column of the current row as it is stored; the bytes of a blob are in `text`, too. */
struct sql_cell {
    enum sql_type type;
    union {
        int64_t integer;
        double number;
        struct text text;
    } as;
};

/* Why the last call failed. */
struct sql_trouble {
    long detail;       /* the database's own number for it: see `cause` */
    const char *words; /* the database's; valid until the connection is used again */
};

/* Called while others write; `times` is how often it has been. False: give up. */
typedef bool sql_wait_function(void *context, int times);

struct sql_driver {
    const char *name;

    /* Even after a failure there may be a handle, which can be asked for its trouble and must be
     * closed. An empty path is a database of its own that is gone when it is closed. */
    bool (*open)(const char *path, enum sql_access access, void **connection);
    void (*close)(void *connection); /* accepts NULL */
    void (*wait_with)(void *connection, sql_wait_function *wait, void *context);
    void (*trouble)(void *connection, struct sql_trouble *trouble);
    enum sql_cause (*cause)(long detail);
    /* Statements without parameters or results, separated by semicolons. */
    bool (*run)(void *connection, const char *text);
    bool (*in_transaction)(void *connection);
    /* Of the last INSERT, UPDATE or DELETE; of all since it was opened; the last row's key. */
    int64_t (*changes)(void *connection);
    int64_t (*total_changes)(void *connection);
    int64_t (*last_key)(void *connection);

    bool (*prepare)(void *connection, const char *text, void **statement);
    void (*finalize)(void *statement);
    /* Parameters count from 1; bytes are borrowed until the statement is reset. */
    bool (*bind_null)(void *statement, int index);
    bool (*bind_integer)(void *statement, int index, int64_t value);
    bool (*bind_number)(void *statement, int index, double value);
    bool (*bind_text)(void *statement, int index, struct text value);
    bool (*bind_blob)(void *statement, int index, struct text value);
    enum sql_progress (*step)(void *statement);
    void (*reset)(void *statement);
    /* Columns of the current row, from 0; what is of another type is converted as the database does
     * it. Bytes are borrowed until the next step. */
    enum sql_type (*type)(void *statement, int column);
    struct sql_cell (*cell)(void *statement, int column); /* not converted */
    int64_t (*integer)(void *statement, int column);
    double (*number)(void *statement, int column);
    struct text (*text)(void *statement, int column);
    struct text (*blob)(void *statement, int column);
    const char *(*column_name)(void *statement, int column);
};

#endif
