/* What the internal side offers for a push: the full and the partial report (spec section 5). */
#include "store/books/run_layout.h"

#include <stdlib.h>

enum { COLUMN_ID = 0, COLUMN_DATE = 2 };

/* One kind of object in one report. */
struct page {
    struct store_run *run;
    const struct request *request;
    const struct request_object *asked;
    struct run_object *object;
    struct report *report;
};

/* ---- one object ---- */

static instant latest_of(const struct tracked_changes *tracked)
{
    instant latest = INSTANT_NONE;

    for (size_t index = 0; index < tracked->count; index++)
        if (tracked->items[index].at > latest)
            latest = tracked->items[index].at;
    return latest;
}

static enum error_code add_object(const struct page *page, int64_t id, const struct value *values,
                                  instant changed_at, const struct tracked_changes *tracked,
                                  struct report_object **object, struct error *error)
{
    const struct request_object *asked = page->asked;
    struct report_object *added = NULL;
    struct text id_text = TEXT_ABSENT;

    if (text_of_integer(page->report->arena, id, &id_text, error) ||
        report_add_object(page->report, page->run->manual, asked->object->name, id_text, changed_at,
                          &added, error))
        return error->code;
    for (size_t field = 0; field < asked->object->field_count; field++) {
        struct report_field *reported = &added->fields[field];
        if (!asked->requested[field])
            continue;
        if (codec_is_unreadable(&values[field])) {
            reported->unreadable = true; /* not sent, since it would clear what is there */
            continue;
        }
        reported->value = values[field];
        reported->state = page->request->full && !asked->required[field] ? FIELD_CHANGED
                          : asked->required[field]                       ? FIELD_REQUIRED
                                                                         : FIELD_UNCHANGED;
    }
    for (size_t index = 0; index < tracked->count; index++) {
        const size_t field = tracked->items[index].field;
        if (field == SIZE_MAX || !asked->requested[field] || added->fields[field].unreadable)
            continue;
        added->fields[field].changed_at = tracked->items[index].at;
        if (!page->request->full)
            added->fields[field].state = FIELD_CHANGED;
    }
    added->tracked = *tracked;
    *object = added;
    return ERROR_NONE;
}

/* Decision 33: what changed after the window waits. */
static enum error_code mark_waiting(const struct page *page, int64_t id,
                                    struct report_object *object, struct error *error)
{
    struct rows rows;

    rows_open(&rows, &page->run->store->sql, NULL, error,
              "SELECT field FROM field_change c WHERE integration = ?"
              " AND object = ? AND object_id = ? AND NOT " CHANGE_IS_DUE " AND owed = 0",
              "iii" CHANGE_DUE_LETTERS, page->run->integration, page->object->stored->key, id,
              CHANGE_DUE(page->run, page->asked->to));
    while (rows_next(&rows)) {
        const size_t field = run_object_field(page->object, rows_integer(&rows));
        if (field != SIZE_MAX)
            object->fields[field].waits = true;
    }
    return rows_close(&rows);
}

/* Is it on this page in addition to those that are due? */
static bool comes_again(const struct page *page, int64_t id)
{
    for (size_t index = 0; index < page->asked->again_count; index++) {
        int64_t again = 0;
        if (sql_id_of(page->asked->again[index], &again) && again == id)
            return true;
    }
    return false;
}

/* ---- full: by dates ---- */

static enum error_code add_full(const struct page *page, struct sql_statement *statement,
                                struct error *error)
{
    const int64_t id = sql_integer(statement, COLUMN_ID);
    struct arena *arena = page->report->arena;
    struct tracked_changes tracked;
    struct report_object *object = NULL;
    const instant changed_at = sql_instant(statement, COLUMN_DATE);
    struct value *values = NULL;

    /* decision 32: the full report has read what is tracked up to its end */
    if (run_object_read(page->run, page->object, statement, arena, &values, error) ||
        books_tracked(page->run, page->object, id, page->asked->to, arena, &tracked, error) ||
        add_object(page, id, values, changed_at, &tracked, &object, error))
        return error->code;
    object->pulled = !page->request->selective && changed_at == page->run->now;
    return ERROR_NONE;
}

static enum error_code after_of(const struct page *page, int64_t *after, struct error *error)
{
    *after = INT64_MIN;
    if (!text_is_absent(page->asked->page_after) && !sql_id_of(page->asked->page_after, after))
        return error_set(error, ERROR_INTERNAL, "'%.*s' is not an id after which to continue",
                         TEXT_PRINT(page->asked->page_after));
    return ERROR_NONE;
}

static enum error_code report_full(const struct page *page, struct error *error)
{
    struct rows rows;
    int64_t after = 0;

    if (after_of(page, &after, error))
        return error->code;
    rows_over(&rows, &page->run->store->sql, page->object->page, NULL, error, "iiiiiii", after,
              page->asked->from == INSTANT_NONE ? INT64_MIN : page->asked->from,
              page->asked->to == INSTANT_NONE ? INT64_MAX : page->asked->to,
              (int64_t)page->request->page_size, page->run->integration, page->run->now,
              page->run->id);
    while (rows_next(&rows))
        if (!comes_again(page, sql_integer(rows.statement, COLUMN_ID)))
            rows.code = add_full(page, rows.statement, error);
    return rows_close(&rows);
}

/* ---- full: by ids ---- */

static int compare_ids(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* The ids that can exist, in order. */
static enum error_code sort_ids(const struct page *page, int64_t **ids, size_t *count,
                                struct error *error)
{
    const struct request_object *asked = page->asked;

    *count = 0;
    *ids = ARENA_ARRAY(page->report->arena, asked->id_count, int64_t);
    if (!*ids)
        return error_memory(error, "the ids asked for");
    for (size_t index = 0; index < asked->id_count; index++)
        if (sql_id_of(asked->ids[index], &(*ids)[*count]))
            (*count)++;
    qsort(*ids, *count, sizeof **ids, compare_ids);
    return ERROR_NONE;
}

static enum error_code report_named(const struct page *page, struct error *error)
{
    int64_t *ids = NULL, after = 0;
    size_t count = 0, reported = 0;

    if (after_of(page, &after, error) || sort_ids(page, &ids, &count, error))
        return error->code;
    for (size_t index = 0; index < count && reported < page->request->page_size; index++) {
        struct rows rows;
        if (ids[index] <= after || comes_again(page, ids[index]))
            continue;
        after = ids[index];
        rows_over(&rows, &page->run->store->sql, page->object->load, NULL, error, "i", after);
        if (rows_next(&rows)) {
            rows.code = add_full(page, rows.statement, error);
            reported++;
        }
        if (rows_close(&rows))
            return error->code;
    }
    return ERROR_NONE;
}

/* ---- partial: by tracked changes ---- */

static const struct change_mark *mark_of(const struct tracked_change *tracked, int64_t mapping)
{
    for (size_t index = 0; index < tracked->mark_count; index++)
        if (tracked->marks[index].mapping == mapping)
            return &tracked->marks[index];
    return NULL;
}

static bool has_refusal(const struct tracked_change *tracked)
{
    for (size_t index = 0; index < tracked->mark_count; index++)
        if (tracked->marks[index].kind == MARK_REFUSED)
            return true;
    return false;
}

/* Is there a record that neither has the change nor has refused it? */
static bool is_waited_for(const struct tracked_change *tracked, const struct mappings *mappings)
{
    for (size_t index = 0; index < mappings->count; index++) {
        const struct mapping *mapping = mappings->items[index];
        const struct change_mark *mark = mark_of(tracked, mapping->key);
        if (!mapping->deleted && tracked->origin != mapping->key &&
            (!mark || (mark->kind != MARK_SETTLED && mark->kind != MARK_REFUSED)))
            return true;
    }
    return false;
}

/* Decision 97: what was refused does not bring its object into a report. */
static enum error_code is_due(const struct page *page, int64_t id,
                              const struct tracked_changes *tracked, bool *due, struct error *error)
{
    struct books *books = &page->run->books;
    struct arena *arena = page->report->arena;
    struct mappings mappings = {.count = 0};
    struct text id_text = TEXT_ABSENT;
    bool refused = false;

    *due = false;
    for (size_t index = 0; index < tracked->count; index++) {
        refused = refused || has_refusal(&tracked->items[index]);
        *due = *due || !has_refusal(&tracked->items[index]);
    }
    if (*due || !refused)
        return ERROR_NONE;
    if (text_of_integer(arena, id, &id_text, error) ||
        books->mappings_of_object(books, page->asked->object->name, id_text, arena, &mappings,
                                  error))
        return error->code;
    for (size_t index = 0; index < tracked->count && !*due; index++)
        *due = is_waited_for(&tracked->items[index], &mappings);
    return ERROR_NONE;
}

/* The object on whose first row the rows are; then they are on the next one's, if *row. */
static enum error_code add_partial(const struct page *page, struct rows *rows, bool *row,
                                   size_t *reported, struct error *error)
{
    const int64_t id = sql_integer(rows->statement, CHANGE_OBJECT);
    struct arena *arena = page->report->arena;
    const struct arena_mark mark = arena_mark(arena);
    struct local_object local_object = {.exists = false};
    struct report_object *object = NULL;
    struct tracked_changes tracked = {.count = 0};
    bool due = false;

    do {
        if (books_read_change(page->run, page->object, rows, arena, &tracked))
            return error->code;
        *row = rows_next(rows);
    } while (*row && sql_integer(rows->statement, CHANGE_OBJECT) == id);
    if (rows->code || run_object_load(page->run, page->object, id, arena, &local_object, error))
        return error->code;
    if (local_object.exists && !comes_again(page, id) && is_due(page, id, &tracked, &due, error))
        return error->code;
    if (!due) { /* decision 34: objects that are gone are left to cleanup */
        arena_rewind(arena, mark);
        return ERROR_NONE;
    }
    (*reported)++;
    if (add_object(page, id, local_object.values, latest_of(&tracked), &tracked, &object, error))
        return error->code;
    return page->asked->to == INSTANT_NONE ? ERROR_NONE : mark_waiting(page, id, object, error);
}

static enum error_code report_partial(const struct page *page, struct error *error)
{
    struct rows rows;
    int64_t after = 0;
    size_t reported = 0;

    if (after_of(page, &after, error))
        return error->code;
    rows_open(&rows, &page->run->store->sql, NULL, error,
              "SELECT " CHANGE_COLUMNS " WHERE c.integration = ?"
              " AND c.object = ? AND c.object_id > ? AND (" CHANGE_IS_DUE " OR c.owed <> 0)"
              " AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.integration = c.integration"
              " AND q.object = c.object AND q.object_id = c.object_id AND q.held = 1"
              " AND q.last_at > ? - " QUARANTINE_PAUSE_MS ") ORDER BY c.object_id, c.field",
              "iii" CHANGE_DUE_LETTERS "i", page->run->integration, page->object->stored->key,
              after, CHANGE_DUE(page->run, page->asked->to), page->run->now);
    bool row = rows_next(&rows);
    while (!rows.code && row && reported < page->request->page_size)
        rows.code = add_partial(page, &rows, &row, &reported, error);
    return rows_close(&rows);
}

/* ---- once more ---- */

static enum error_code add_again(const struct page *page, int64_t id, struct error *error)
{
    struct arena *arena = page->report->arena;
    struct local_object local_object = {.exists = false};
    struct report_object *object = NULL;
    struct tracked_changes tracked;

    if (run_object_load(page->run, page->object, id, arena, &local_object, error) ||
        books_tracked(page->run, page->object, id, page->asked->to, arena, &tracked, error))
        return error->code;
    if (!local_object.exists)
        return ERROR_NONE;
    const instant at = page->request->full ? local_object.changed_at : latest_of(&tracked);
    if (add_object(page, id, local_object.values, at, &tracked, &object, error))
        return error->code;
    object->again = true;
    return ERROR_NONE;
}

static enum error_code report_again(const struct page *page, struct error *error)
{
    for (size_t index = 0; index < page->asked->again_count; index++) {
        int64_t id = 0;
        if (sql_id_of(page->asked->again[index], &id) && add_again(page, id, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code report_kind(const struct page *page, struct error *error)
{
    if (page->asked->ids)
        return report_named(page, error);
    return page->request->full ? report_full(page, error) : report_partial(page, error);
}

enum error_code internal_report(struct exchange *exchange, const struct request *request,
                                struct report *report, struct error *error)
{
    struct store_run *run = run_of_exchange(exchange);

    run->matters.known = run->unknown.known = ANY_UNASKED;
    for (size_t index = 0; index < request->object_count; index++) {
        const struct request_object *asked = &request->objects[index];
        const struct page page = {.run = run,
                                  .request = request,
                                  .asked = asked,
                                  .object = run_object_of(run, asked->object),
                                  .report = report};
        if (!page.object)
            return error_set(error, ERROR_INTERNAL, "'%.*s' was asked for, but not opened",
                             TEXT_PRINT(asked->object->name));
        if (report_again(&page, error) || report_kind(&page, error))
            return error->code;
    }
    return ERROR_NONE;
}
