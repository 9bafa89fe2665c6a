/* raw_sqlite: SQLite below the store's driver, for tests that look at plans and traces. */
#ifndef TANDEM_SUPPORT_RAW_SQLITE_H
#define TANDEM_SUPPORT_RAW_SQLITE_H

#include <sqlite3.h>

#include "store/schema/store_layout.h"

/* The driver's connection begins with it. */
static inline sqlite3 *raw_sqlite(const struct store *store)
{
    return *(sqlite3 *const *)store->sql.connection;
}

#endif
