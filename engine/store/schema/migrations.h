/*
 * migrations: the history of the store's schema, one step for each version. For
 * store/schema/ only.
 */
#ifndef TANDEM_STORE_SCHEMA_MIGRATIONS_H
#define TANDEM_STORE_SCHEMA_MIGRATIONS_H

#include "store/schema/store_layout.h"

/* A step is a text of SQL, or what makes it where text is not enough. */
struct migration {
    const char *text;
    enum error_code (*make)(struct store *store, struct error *error);
};

/* The step at N leads from schema N to N + 1. */
extern const struct migration migrations[];
extern const int migrations_count;

#endif
