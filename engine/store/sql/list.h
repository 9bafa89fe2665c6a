/*
 * list: the rows of a statement as an array in an arena. For store/ only.
 */
#ifndef TANDEM_STORE_SQL_LIST_H
#define TANDEM_STORE_SQL_LIST_H

#include "store/sql/sql.h"

/* In the making; begin with arena and the size of an item, the rest zero. */
struct list {
    struct arena *arena;
    void *items;
    size_t count, capacity, size;
};

typedef enum error_code list_item(sqlite3_stmt *statement, struct arena *arena, void *item,
                                  struct error *error);

/* All rows of a bound statement, each made into a zeroed item by `read`; resets the statement. */
WARN_UNUSED enum error_code list_read(struct sql *sql, sqlite3_stmt *statement, struct list *list,
                                      list_item *read, struct error *error);
/* Columns `first` ... as texts, each into the place given. */
WARN_UNUSED enum error_code list_copy_texts(sqlite3_stmt *statement, int first, struct arena *arena,
                                            struct text *const *places, size_t count,
                                            struct error *error);

#endif
