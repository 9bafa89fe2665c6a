/* What the layout of the file lacks, compared with a new store and with the fields. */
#include "store/check/check_rules.h"
#include "base/array.h"
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

/* Something of sqlite_master. */
struct part {
    struct text name, sql;
};

struct parts {
    struct part *items;
    size_t count;
};

static void read_part(struct rows *rows, void *item)
{
    struct part *const part = item;

    part->name = rows_text(rows);
    part->sql = rows_text(rows);
}

static enum error_code read_parts(struct store *store, const char *query, struct arena *arena,
                                  struct parts *parts, struct error *error)
{
    struct rows rows;

    rows_open_once(&rows, &store->sql, arena, error, query, "");
    parts->items = rows_list(&rows, read_part, sizeof *parts->items, &parts->count);
    return rows_close(&rows);
}

static const struct part *part_of(const struct parts *list, struct text name)
{
    const struct part *parts = list->items;

    for (size_t index = 0; index < list->count; index++)
        if (text_equal(parts[index].name, name))
            return &parts[index];
    return NULL;
}

/* The list of what is missing, being built. */
struct lacks {
    struct arena *arena;
    struct check_lack *items;
    size_t count, capacity;
};

static enum error_code add(struct lacks *lacks, const struct check_lack *lack, struct error *error)
{
    struct check_lack *const items =
        array_grow(lacks->arena, lacks->items, lacks->count, &lacks->capacity, sizeof *items);
    if (!items)
        return error_memory(error, "the findings");
    lacks->items = items;
    lacks->items[lacks->count++] = *lack;
    return ERROR_NONE;
}

/* ---- tables and indexes of the books ---- */

static const char tables[] = "SELECT name, NULL FROM sqlite_master WHERE type = 'table'"
                             " AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
static const char indexes[] = "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
                              " AND sql IS NOT NULL";
static const char book_indexes[] =
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    " AND tbl_name NOT IN (SELECT name FROM object)";

static enum error_code lacks_table(const struct store *store, struct text name, struct error *error)
{
    return error_set(error, ERROR_STORE,
                     "the store '%s' has lost its table '%.*s'; restore it from a backup",
                     store->path, TEXT_PRINT(name));
}

static enum error_code compare_books(struct store *store, struct store *fresh, struct parts *own,
                                     struct lacks *lacks, struct error *error)
{
    struct parts list = {.count = 0};
    const struct part *parts = NULL;
    enum error_code code = read_parts(fresh, tables, lacks->arena, &list, error);

    if (!code)
        code = read_parts(store, tables, lacks->arena, own, error);
    parts = list.items;
    for (size_t index = 0; !code && index < list.count; index++)
        if (!part_of(own, parts[index].name))
            code = lacks_table(store, parts[index].name, error);
    for (size_t index = 0; !code && index < store->object_count; index++)
        if (!part_of(own, store->objects[index].schema.name))
            code = lacks_table(store, store->objects[index].schema.name, error);
    if (!code)
        code = read_parts(fresh, book_indexes, lacks->arena, &list, error);
    if (!code)
        code = read_parts(store, indexes, lacks->arena, own, error);
    parts = list.items;
    for (size_t index = 0; !code && index < list.count; index++) {
        const struct check_lack lack = {
            .part = PART_INDEX, .name = parts[index].name, .sql = parts[index].sql};
        if (!part_of(own, lack.name))
            code = add(lacks, &lack, error);
    }
    return code;
}

/* ---- columns and indexes of objects ---- */

static enum error_code compare_object(struct store *store, const struct store_object *object,
                                      const struct parts *own_indexes, struct lacks *lacks,
                                      struct error *error)
{
    struct buffer query = BUFFER(1024);
    struct parts columns = {.count = 0};
    enum error_code code =
        buffer_append_format(&query, error, "SELECT name, NULL FROM pragma_table_info('%.*s')",
                             TEXT_PRINT(object->schema.name));

    if (!code)
        code = read_parts(store, query.data, lacks->arena, &columns, error);
    buffer_release(&query);
    for (size_t index = 0; !code && index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        struct check_lack lack = {.part = PART_COLUMN, .object = object, .field = index};
        if (store_is_column(field) && !part_of(&columns, field->name)) {
            code = text_format(lacks->arena, &lack.name, error, "%.*s.%.*s",
                               TEXT_PRINT(object->schema.name), TEXT_PRINT(field->name));
        } else if (field->unique) {
            lack.part = PART_INDEX;
            code = text_format(lacks->arena, &lack.name, error, "identifier_%.*s_%.*s",
                               TEXT_PRINT(object->schema.name), TEXT_PRINT(field->name));
            if (!code && part_of(own_indexes, lack.name))
                continue;
        } else {
            continue;
        }
        if (!code)
            code = add(lacks, &lack, error);
    }
    return code;
}

enum error_code check_layout(struct store *store, struct arena *arena, struct check_lack **result,
                             size_t *count, struct error *error)
{
    struct store_options options = store_options_default();
    struct lacks lacks = {.arena = arena};
    struct parts own_indexes = {.count = 0};
    struct store *fresh = NULL;
    options.create = true;
    enum error_code code = store_open(":memory:", &options, &fresh, error);

    if (!code)
        code = compare_books(store, fresh, &own_indexes, &lacks, error);
    store_close(fresh);
    for (size_t index = 0; !code && index < store->object_count; index++)
        code = compare_object(store, &store->objects[index], &own_indexes, &lacks, error);
    *result = lacks.items;
    *count = lacks.count;
    return code;
}

/* ---- making them anew ---- */

static enum error_code restore(struct store *store, const struct check_lack *lack,
                               struct error *error)
{
    const struct store_object *object = lack->object;
    struct text copy = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;

    if (object && lack->part == PART_COLUMN)
        return tables_add_column(store, object->schema.name, &object->fields[lack->field], error);
    if (object)
        return tables_index_field(store, object->key, object->schema.name,
                                  object->fields[lack->field].name, error);
    code = text_copy(store->arena, lack->sql, &copy, error);
    return code ? code : sql_run(&store->sql, copy.bytes, error);
}

enum error_code check_restore(struct store *store, const struct check_lack *lacks, size_t count,
                              uint64_t *made, struct error *error)
{
    for (size_t index = 0; index < count; index++) {
        struct error failure = {.code = ERROR_NONE};
        enum error_code code = sql_begin(&store->sql, error);
        if (code)
            return code;
        code = sql_end(&store->sql, restore(store, &lacks[index], &failure), &failure);
        /* rows that a person has to separate first: it stays a finding */
        if (code && sql_cause_of(&store->sql, &failure) == SQL_CAUSE_DUPLICATE)
            continue;
        if (code) {
            *error = failure;
            return code;
        }
        ++*made;
    }
    return ERROR_NONE;
}

/* ---- triggers ---- */

enum error_code check_triggers(struct store *store, struct arena *arena, uint64_t *count,
                               struct text *first, struct error *error)
{
    static const char triggers[] = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
    struct parts before = {.count = 0}, after = {.count = 0};
    const struct part *wanted = NULL;
    enum error_code code = read_parts(store, triggers, arena, &before, error);

    *count = 0;
    *first = TEXT_ABSENT;
    if (!code)
        code = triggers_renew(store, error);
    if (!code)
        code = read_parts(store, triggers, arena, &after, error);
    wanted = after.items;
    for (size_t index = 0; !code && index < after.count; index++) {
        const struct part *had = part_of(&before, wanted[index].name);
        if (had && text_equal(had->sql, wanted[index].sql))
            continue;
        if (++*count == 1)
            *first = wanted[index].name;
    }
    return code;
}
