/* What the layout of the file lacks, compared with a new store and with the fields. */
#include "store/check/check_rules.h"
#include "base/array.h"
#include "store/schema/store_layout.h"
#include "store/sql/composed.h"

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
    return rows_all(&store->sql, ROWS_INTO(arena, read_part, &parts->items, &parts->count), error,
                    query, "");
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

    if (read_parts(fresh, tables, lacks->arena, &list, error) ||
        read_parts(store, tables, lacks->arena, own, error))
        return error->code;
    for (size_t index = 0; index < list.count; index++)
        if (!part_of(own, list.items[index].name))
            return lacks_table(store, list.items[index].name, error);
    for (size_t index = 0; index < store->object_count; index++)
        if (!part_of(own, store->objects[index].schema.name))
            return lacks_table(store, store->objects[index].schema.name, error);
    if (read_parts(fresh, book_indexes, lacks->arena, &list, error) ||
        read_parts(store, indexes, lacks->arena, own, error))
        return error->code;
    for (size_t index = 0; index < list.count; index++) {
        const struct check_lack lack = {
            .part = PART_INDEX, .name = list.items[index].name, .sql = list.items[index].sql};
        if (!part_of(own, lack.name) && add(lacks, &lack, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* ---- columns and indexes of objects ---- */

static enum error_code compare_field(const struct store_object *object, size_t index,
                                     const struct parts *columns, const struct parts *own_indexes,
                                     struct lacks *lacks, struct error *error)
{
    const struct text table = object->schema.name, field = object->fields[index].name;
    struct check_lack lack = {.part = PART_COLUMN, .object = object, .field = index};

    if (store_is_column(&object->fields[index]) && !part_of(columns, field))
        return text_format(lacks->arena, &lack.name, error, "%.*s.%.*s", TEXT_PRINT(table),
                           TEXT_PRINT(field)) ||
                       add(lacks, &lack, error)
                   ? error->code
                   : ERROR_NONE;
    if (!object->fields[index].unique)
        return ERROR_NONE;
    lack.part = PART_INDEX;
    if (text_format(lacks->arena, &lack.name, error, "identifier_%.*s_%.*s", TEXT_PRINT(table),
                    TEXT_PRINT(field)))
        return error->code;
    return part_of(own_indexes, lack.name) ? ERROR_NONE : add(lacks, &lack, error);
}

static enum error_code compare_object(struct store *store, const struct store_object *object,
                                      const struct parts *own_indexes, struct lacks *lacks,
                                      struct error *error)
{
    struct parts columns = {.count = 0};

    if (rows_all(&store->sql, ROWS_INTO(lacks->arena, read_part, &columns.items, &columns.count),
                 error, "SELECT name, NULL FROM pragma_table_info(?)", "t", object->schema.name))
        return error->code;
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (compare_field(object, index, &columns, own_indexes, lacks, error))
            return error->code;
    return ERROR_NONE;
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

    if (object && lack->part == PART_COLUMN)
        return tables_add_column(store, object->schema.name, &object->fields[lack->field], error);
    if (object)
        return tables_index_field(store, object->key, object->schema.name,
                                  object->fields[lack->field].name, error);
    return composed_do(&store->sql, error, "%.*s", TEXT_PRINT(lack->sql));
}

enum error_code check_restore(struct store *store, const struct check_lack *lacks, size_t count,
                              uint64_t *made, struct error *error)
{
    for (size_t index = 0; index < count; index++) {
        struct error failure = {.code = ERROR_NONE};
        if (sql_begin(&store->sql, error))
            return error->code;
        if (!sql_end(&store->sql, restore(store, &lacks[index], &failure), &failure)) {
            ++*made;
        } else if (sql_cause_of(&store->sql, &failure) != SQL_CAUSE_DUPLICATE) {
            *error = failure;
            return error->code;
        } /* else rows that a person has to separate first: it stays a finding */
    }
    return ERROR_NONE;
}

/* ---- triggers ---- */

enum error_code check_triggers(struct store *store, struct arena *arena, uint64_t *count,
                               struct text *first, struct error *error)
{
    static const char triggers[] = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
    struct parts before = {.count = 0}, after = {.count = 0};

    *count = 0;
    *first = TEXT_ABSENT;
    if (read_parts(store, triggers, arena, &before, error) || triggers_renew(store, error) ||
        read_parts(store, triggers, arena, &after, error))
        return error->code;
    for (size_t index = 0; index < after.count; index++) {
        const struct part *had = part_of(&before, after.items[index].name);
        if (had && text_equal(had->sql, after.items[index].sql))
            continue;
        if (++*count == 1)
            *first = after.items[index].name;
    }
    return ERROR_NONE;
}
