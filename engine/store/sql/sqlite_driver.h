/*
 * sqlite_driver: SQLite 3.40 or later as the store's database.
 */
#ifndef TANDEM_STORE_SQL_SQLITE_DRIVER_H
#define TANDEM_STORE_SQL_SQLITE_DRIVER_H

#include "store/sql/driver.h"

extern const struct sql_driver sqlite_driver;

#endif
