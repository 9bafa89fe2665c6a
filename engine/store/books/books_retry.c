/* Retrying open matters: by reason, by object, or all (spec section 13.3). */
#include "store/books/run_layout.h"

#include <string.h>

#include "store/books/matters.h"
#include "store/schema/stored_kinds.h"

/* ---- edits of ours: refused, not kept ---- */

/* ?2 and ?3 name an object of either side; NULL: all. */
static enum error_code send_refused(struct store_run *run, const struct retry_wish *wish,
                                    struct error *error)
{
    if (sql_do(&run->store->sql,
               "UPDATE object_mapping AS m SET pending_deletion = 1 WHERE integration = ?1"
               " AND pending_deletion = " STORED_DELETION_REFUSED " AND (?2 IS NULL"
               " OR (CAST(object_id AS TEXT) = ?3"
               " AND ?2 = (SELECT name FROM object o WHERE o.id = m.object))"
               " OR (integration_id = ?3 AND ?2 = (SELECT name FROM integration_object n"
               " WHERE n.id = m.integration_object)))",
               error, "itt", run->integration, wish->name.object, wish->name.id))
        return error->code;
    return sql_do(&run->store->sql,
                  "UPDATE change_mark AS k SET kind = " STORED_MARK_RETRIED
                  " WHERE kind = " STORED_MARK_REFUSED " AND EXISTS"
                  " (SELECT 1 FROM field_change c JOIN object o ON o.id = c.object"
                  " WHERE c.sequence = k.sequence AND c.integration = ?1 AND (?2 IS NULL"
                  " OR (o.name = ?2 AND CAST(c.object_id AS TEXT) = ?3)"
                  " OR EXISTS (SELECT 1 FROM object_mapping m JOIN integration_object n"
                  " ON n.id = m.integration_object WHERE m.key = k.mapping AND n.name = ?2"
                  " AND m.integration_id = ?3)))",
                  error, "itt", run->integration, wish->name.object, wish->name.id);
}

/* A field that was not kept. */
struct not_kept {
    int64_t mapping, object, object_id, field;
};

static void read_field(struct rows *rows, void *item)
{
    struct not_kept *const field = item;

    field->mapping = rows_integer(rows);
    field->object = rows_integer(rows);
    field->object_id = rows_integer(rows);
    field->field = rows_integer(rows);
}

static enum error_code read_not_kept(struct store_run *run, const struct retry_wish *wish,
                                     struct arena *arena, struct not_kept **fields, size_t *count,
                                     struct error *error)
{
    return rows_all(&run->store->sql, ROWS_INTO(arena, read_field, fields, count), error,
                    "SELECT m.key, m.object, m.object_id, x.field FROM open_matter x"
                    " JOIN object_mapping m ON m.key = x.mapping JOIN object o ON o.id = m.object"
                    " JOIN integration_object n ON n.id = m.integration_object WHERE x.reason = ?4"
                    " AND m.integration = ?1 AND m.deleted = 0 AND (?2 IS NULL"
                    " OR (o.name = ?2 AND CAST(m.object_id AS TEXT) = ?3)"
                    " OR (n.name = ?2 AND m.integration_id = ?3))",
                    "itti", run->integration, wish->name.object, wish->name.id,
                    (int64_t)MATTER_NOT_KEPT);
}

static enum error_code send_not_kept(struct store_run *run, const struct not_kept *kept,
                                     struct arena *arena, struct error *error)
{
    struct run_object *object = run_object_by_key(run, kept->object);
    struct local_object local_object = {.exists = false};
    const size_t field = object ? run_object_field(object, kept->field) : SIZE_MAX;

    if (field == SIZE_MAX)
        return ERROR_NONE;
    if (run_object_load(run, object, kept->object_id, arena, &local_object, error))
        return error->code;
    return local_object.exists ? books_owe(run, object, kept->object_id, field,
                                           local_object.changed_at, kept->mapping, error)
                               : ERROR_NONE;
}

static enum error_code retry_edits(struct books *books, const struct retry_wish *wish,
                                   struct error *error)
{
    struct store_run *run = run_of_books(books);
    struct arena *arena = arena_new(0);
    struct not_kept *fields = NULL;
    size_t count = 0;
    enum error_code code = arena ? ERROR_NONE : error_memory(error, "what is tried again");

    if (!code && (!wish->reason || wish->reason == MATTER_REFUSED))
        code = send_refused(run, wish, error);
    if (!code && (!wish->reason || wish->reason == MATTER_NOT_KEPT))
        code = read_not_kept(run, wish, arena, &fields, &count, error);
    if (!code && (!wish->reason || wish->reason == MATTER_LOOP))
        code = books_loop_free(run, wish, error);
    for (size_t index = 0; !code && index < count; index++)
        code = send_not_kept(run, &fields[index], arena, error);
    arena_free(arena);
    return code;
}

/* ---- records of theirs: withheld, held, ambiguous, doubtful, late ---- */

static bool is_of_a_record(const struct open_matter *matter, instant now)
{
    if (matter->reason == MATTER_LATE)
        return now >= matter->first + MATTER_LATE_ASKED_MS;
    return (matter->reason == MATTER_WITHHELD || matter->reason == MATTER_HELD ||
            matter->reason == MATTER_AMBIGUOUS || matter->reason == MATTER_DOUBTFUL) &&
           !text_is_absent(matter->integration_id);
}

static bool is_listed(const struct ambiguous_record *records, size_t count,
                      const struct manual_entry *entry, struct text id)
{
    for (size_t index = 0; index < count; index++)
        if (records[index].entry->integration == entry->integration &&
            text_equal(records[index].integration_id, id))
            return true;
    return false;
}

static enum error_code retried_records(struct books *books, const struct retry_wish *wish,
                                       struct arena *arena, struct ambiguous_record **records,
                                       size_t *count, struct error *error)
{
    struct store_run *run = run_of_books(books);
    const struct matter_query query = {.integration = run->integration_name,
                                       .reason = wish->reason,
                                       .object = wish->name.object,
                                       .id = wish->name.id};
    struct open_matter *matters = NULL;
    size_t found = 0;
    enum error_code code = matters_list(run->store, &query, arena, &matters, &found, error);

    *count = 0;
    *records = NULL;
    if (!code)
        *records = ARENA_ARRAY(arena, found, struct ambiguous_record);
    if (!code && !*records)
        code = error_memory(error, "the records to ask for");
    for (size_t index = 0; !code && index < found; index++) {
        const struct manual_entry *entry =
            manual_entry_of(run->manual, manual_internal(run->manual, matters[index].object),
                            manual_integration(run->manual, matters[index].integration_object));
        if (entry && is_of_a_record(&matters[index], run->now) &&
            !is_listed(*records, *count, entry, matters[index].integration_id))
            (*records)[(*count)++] = (struct ambiguous_record){
                .entry = entry, .integration_id = matters[index].integration_id};
    }
    return code;
}

/* ---- the set-up ---- */

enum error_code books_retry_after_change(struct store_run *run, struct text setup,
                                         struct error *error)
{
    const struct retry_wish everything = {.all = true};
    struct text name = TEXT_ABSENT, stored = TEXT_ABSENT;

    if (text_is_absent(setup))
        return ERROR_NONE;
    if (text_format(run->arena, &name, error, "setup %.*s", TEXT_PRINT(run->integration_name)) ||
        store_setting(run->store, name, run->arena, &stored, error))
        return error->code;
    if (text_equal(stored, setup))
        return ERROR_NONE;
    if (!text_is_absent(stored) && send_refused(run, &everything, error))
        return error->code;
    return store_set_setting(run->store, name, setup, error);
}

void books_install_retry(struct store_run *run)
{
    run->books.retry_edits = retry_edits;
    run->books.retried_records = retried_records;
}
