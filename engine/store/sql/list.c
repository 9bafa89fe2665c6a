/* The rows of a statement as an array in an arena. */
#include "base/array.h"
#include "store/sql/list.h"

#include <string.h>

/* Room for one item more, zeroed; NULL if out of memory. */
static void *list_add(struct list *list)
{
    void *const items =
        array_grow(list->arena, list->items, list->count, &list->capacity, list->size);
    if (!items)
        return NULL;
    list->items = items;
    void *const item = (char *)items + list->count++ * list->size;
    return memset(item, 0, list->size);
}

enum error_code list_read(struct sql *sql, sqlite3_stmt *statement, struct list *list,
                          list_item *read, struct error *error)
{
    bool row = true;
    enum error_code code = ERROR_NONE;

    while (!code && row) {
        void *item = NULL;
        code = sql_step(sql, statement, &row, error);
        if (code || !row)
            break;
        item = list_add(list);
        code = item ? read(statement, list->arena, item, error)
                    : error_memory(error, "a list of the store");
    }
    sql_done(statement);
    return code;
}

enum error_code list_copy_texts(sqlite3_stmt *statement, int first, struct arena *arena,
                                struct text *const *places, size_t count, struct error *error)
{
    enum error_code code = ERROR_NONE;

    for (size_t index = 0; !code && index < count; index++)
        code = sql_copy(statement, first + (int)index, arena, places[index], error);
    return code;
}
