/* What operators have kept apart (links.c), as a run asks for it. */
#include "store/books/run_layout.h"

static enum error_code kept_apart(struct books *books, const struct manual_entry *entry,
                                  struct text integration_id, struct arena *arena,
                                  struct kept_apart *apart, struct error *error)
{
    struct store_run *const run = run_of_books(books);
    const struct run_object *const object = run_object_of(run, entry->internal);
    const int64_t record = run->integration_objects[entry->integration->index];
    bool any = false;

    *apart = (struct kept_apart){.count = 0};
    if (books_has_any(run, &run->apart, &any, error,
                      "SELECT 1 FROM kept_apart a JOIN integration_object n"
                      " ON n.id = a.integration_object WHERE n.integration = ? LIMIT 1",
                      "i", run->integration))
        return error->code;
    if (!object || !any)
        return ERROR_NONE;
    if (rows_all(&run->store->sql, ROWS_INTO(arena, rows_read_text, &apart->ids, &apart->count),
                 error,
                 "SELECT CAST(object_id AS TEXT) FROM kept_apart WHERE integration_object = ?"
                 " AND integration_id = ? AND object IN (0, ?)",
                 "iti", record, integration_id, object->stored->key))
        return error->code;
    for (size_t index = 0; index < apart->count; index++)
        apart->of_all = apart->of_all || text_equal(apart->ids[index], TEXT("0"));
    return ERROR_NONE;
}

void books_install_apart(struct store_run *run)
{
    run->books.kept_apart = kept_apart;
}
