/* renamed_lines: compares known lines with the manual, and updates the links of those that were
 * replaced.
 */
#include "store/books/renamed_lines.h"

/* A former line, as recorded in known_line. */
struct known_line {
    int64_t record, object, field;
    bool outward; /* it only led there */
    struct text record_name, name;
};

static void read_line(struct rows *rows, void *item)
{
    struct known_line *const line = item;

    line->record = rows_integer(rows);
    line->object = rows_integer(rows);
    line->field = rows_integer(rows);
    line->outward = rows_flag(rows);
    line->record_name = rows_text(rows);
    line->name = rows_text(rows);
}

static enum error_code read_lines(struct store_run *run, struct arena *arena,
                                  struct known_line **lines, size_t *count, struct error *error)
{
    return rows_all(
        &run->store->sql, ROWS_INTO(arena, read_line, lines, count), error,
        "SELECT k.integration_object, k.object, k.field, k.outward, n.name, k.name FROM "
        "known_line k"
        " JOIN integration_object n ON n.id = k.integration_object"
        " WHERE n.integration = ?",
        "i", run->integration);
}

/* What happened to it. */
enum fate { LINE_IS_THERE, LINE_IS_GONE, LINE_IS_ANOTHER };

/* By the manual's lines of the same field of ours. What was agreed under a line that leads both
 * ways or here counts for the field, so a line that only leads there does not replace it. */
static enum fate fate_of(const struct store_run *run, const struct run_object *object,
                         const struct known_line *known, size_t field)
{
    const struct manual_object *record = manual_integration(run->manual, known->record_name);
    const struct manual_entry *entry = manual_entry_of(run->manual, object->manual, record);
    bool any = false, inward = false;

    for (size_t index = 0; entry && index < entry->line_count; index++) {
        const struct manual_line *line = &entry->lines[index];
        if (line->internal_field != field)
            continue;
        if (text_equal(record->fields[line->integration_field].name, known->name))
            return LINE_IS_THERE;
        any = true;
        inward |= line->direction != DIRECTION_TO_INTEGRATION;
    }
    return any && !(known->outward && inward) ? LINE_IS_ANOTHER : LINE_IS_GONE;
}

/* One page of the links of a record's kind; *last: where the next one begins, 0: there is none. */
static enum error_code forget_page(struct store_run *run, const struct known_line *known,
                                   size_t field, struct arena *arena, int64_t *last,
                                   struct error *error)
{
    enum { PAGE = 500 };
    struct mappings mappings;

    if (books_read_mappings(run, arena, &mappings, error,
                            "SELECT " MAPPING_COLUMNS " FROM object_mapping m WHERE m.key > ?"
                            " AND m.integration_object = ? AND m.object = ?"
                            " AND m.base_versions IS NOT NULL ORDER BY m.key LIMIT ?",
                            "iiii", *last, known->record, known->object, (int64_t)PAGE))
        return error->code;
    for (size_t index = 0; index < mappings.count; index++) {
        struct mapping *const mapping = mappings.items[index];
        if (!mapping->base_versions)
            continue;
        mapping->base_versions[field] = (struct base_version){.at = INSTANT_NONE};
        if (run->books.update_mapping(&run->books, mapping, error))
            return error->code;
    }
    *last = mappings.count < PAGE ? 0 : mappings.items[mappings.count - 1]->key;
    return ERROR_NONE;
}

static enum error_code forget_field(struct store_run *run, const struct known_line *known,
                                    size_t field, struct arena *arena, struct error *error)
{
    int64_t last = 0;

    do {
        const struct arena_mark mark = arena_mark(arena);
        if (forget_page(run, known, field, arena, &last, error))
            return error->code;
        arena_rewind(arena, mark);
    } while (last);
    return sql_do(&run->store->sql,
                  "DELETE FROM open_matter WHERE field = ? AND mapping IN (SELECT key FROM"
                  " object_mapping WHERE integration_object = ? AND object = ?)",
                  error, "iii", known->field, known->record, known->object);
}

static enum error_code compare_line(struct store_run *run, const struct known_line *known,
                                    struct arena *arena, struct error *error)
{
    const struct run_object *object = run_object_by_key(run, known->object);
    const size_t field = object ? run_object_field(object, known->field) : SIZE_MAX;
    const enum fate fate = object ? fate_of(run, object, known, field) : LINE_IS_GONE;

    if (fate == LINE_IS_THERE)
        return ERROR_NONE;
    if (fate == LINE_IS_ANOTHER && forget_field(run, known, field, arena, error))
        return error->code;
    return sql_do(&run->store->sql,
                  "DELETE FROM known_line WHERE integration_object = ? AND object = ?"
                  " AND field = ? AND name = ?",
                  error, "iiit", known->record, known->object, known->field, known->name);
}

enum error_code renamed_lines_forget(struct store_run *run, struct error *error)
{
    struct arena *arena = arena_new(0);
    struct known_line *lines = NULL;
    size_t count = 0;
    enum error_code code = arena ? read_lines(run, arena, &lines, &count, error)
                                 : error_memory(error, "the lines of a mapping");

    for (size_t index = 0; !code && index < count; index++)
        code = compare_line(run, &lines[index], arena, error);
    arena_free(arena);
    return code;
}
