/* What operators have kept apart (links.c), as a run asks for it. */
#include "store/books/run_layout.h"
#include "store/sql/rows.h"

/* Read once in a run: operators hold the lock while they change it. */
static enum error_code ask_whether_any(struct store_run *run, struct error *error)
{
    int64_t any = 0;

    if (journal_ask(run,
                    "SELECT EXISTS (SELECT 1 FROM kept_apart a JOIN integration_object n"
                    " ON n.id = a.integration_object WHERE n.integration = ?)",
                    &any, error))
        return error->code;
    run->apart = any ? APART_SOME : APART_NONE;
    return ERROR_NONE;
}

static void read_id(struct rows *rows, void *item)
{
    *(struct text *)item = rows_text(rows);
}

static enum error_code kept_apart(struct books *books, const struct manual_entry *entry,
                                  struct text integration_id, struct arena *arena,
                                  struct kept_apart *apart, struct error *error)
{
    struct store_run *const run = run_of_books(books);
    const struct run_object *const object = run_object_of(run, entry->internal);
    const int64_t record = run->integration_objects[entry->integration->index];
    struct rows rows;

    *apart = (struct kept_apart){.count = 0};
    if (run->apart == APART_UNASKED && ask_whether_any(run, error))
        return error->code;
    if (!object || !record || run->apart == APART_NONE)
        return ERROR_NONE;
    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT CAST(object_id AS TEXT) FROM kept_apart WHERE integration_object = ?"
              " AND integration_id = ? AND object IN (0, ?)",
              "iti", record, integration_id, object->stored->key);
    apart->ids = rows_list(&rows, read_id, sizeof *apart->ids, &apart->count);
    for (size_t index = 0; index < apart->count; index++)
        apart->of_all = apart->of_all || text_equal(apart->ids[index], TEXT("0"));
    return rows_close(&rows);
}

void books_install_apart(struct store_run *run)
{
    run->books.kept_apart = kept_apart;
}
