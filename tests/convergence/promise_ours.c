/* Our objects: as they were, and what was told of them done to them. */
#include "convergence/promise_parts.h"

#include <string.h>

enum error_code promise_read_rows(struct promise *promise, struct promise_rows *rows,
                                  struct error *error)
{
    struct world *world = promise->world;
    rows->count = 0;
    rows->items = ARENA_ARRAY(promise->arena, TYPE_COUNT * OBJECT_MAX, struct promise_row);
    if (!rows->items)
        return error_memory(error, "our objects");
    for (int type = 0; type < TYPE_COUNT; type++) {
        const struct object_query query = {.object =
                                               text_of(setup_object_name((enum object_type)type))};
        struct object_row *found = NULL;
        size_t count = 0;
        if (objects_list(world->store, &query, promise->arena, &found, &count, error))
            return error->code;
        for (size_t i = 0; i < count && rows->count < TYPE_COUNT * OBJECT_MAX; i++) {
            struct promise_row *row = &rows->items[rows->count++];
            *row = (struct promise_row){.type = (enum object_type)type, .id = found[i].id};
            for (size_t field = 0; field < FIELD_COUNT; field++)
                row->cells[field] = world_cell(world, row->type, &found[i], field);
        }
    }
    return ERROR_NONE;
}

static struct promise_row *row_of(const struct promise_rows *rows, enum object_type type,
                                  struct text id)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].type == type && text_equal(rows->items[i].id, id))
            return &rows->items[i];
    }
    return NULL;
}

/* What the plan makes under this id; NULL: nothing. */
static struct promise_change *create_of(const struct promise *promise, enum object_type type,
                                        struct text id)
{
    for (size_t i = 0; i < promise->told.count; i++) {
        struct promise_change *told = &promise->told.items[i];
        if (told->receiver == SIDE_INTERNAL && strcmp(told->action, "create") == 0 &&
            promise_type(promise, SIDE_INTERNAL, told->object) == type &&
            text_equal(told->expected_id, id))
            return told;
    }
    return NULL;
}

/* What is made on one page and changed on a later one. */
static void add_to_create(const struct promise *promise, enum object_type type,
                          const struct promise_change *update)
{
    struct promise_change *create = create_of(promise, type, update->id);
    if (!create) {
        world_fail(promise->world, "the plan changes %.*s:%.*s, which is not there",
                   TEXT_PRINT(update->object), TEXT_PRINT(update->id));
        return;
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (update->fields[i].set)
            create->fields[i] = update->fields[i];
    }
}

/* Two records of one object on one page are told one by one, each with what the page found and
 * with what it left. */
static void check_before(const struct promise *promise, const struct promise_change *told,
                         size_t field, const struct cell *now)
{
    const struct promise_field *change = &told->fields[field];
    const enum object_type type = promise_type(promise, SIDE_INTERNAL, told->object);
    if (!change->known)
        world_fail(promise->world, "what %s of %.*s:%.*s was is not told",
                   setup_field_name(type, field), TEXT_PRINT(told->object), TEXT_PRINT(told->id));
    else if (!cell_equal(&change->before, now) && !cell_equal(&change->after, now))
        world_fail(promise->world, "%s of %.*s:%.*s was '%s', but '%s' is told",
                   setup_field_name(type, field), TEXT_PRINT(told->object), TEXT_PRINT(told->id),
                   now->text, change->before.text);
    else if (change->replaces == cell_is_empty(&change->before))
        world_fail(promise->world, "it is %stold that %s of %.*s:%.*s is written over",
                   change->replaces ? "" : "not ", setup_field_name(type, field),
                   TEXT_PRINT(told->object), TEXT_PRINT(told->id));
}

/* The run's own order has the field, and gives the same reason. */
static void check_why(const struct promise *promise, const struct promise_change *told,
                      size_t field)
{
    const char *why = NULL;
    for (size_t i = 0; i < promise->made.count; i++) {
        const struct promise_change *made = &promise->made.items[i];
        if (made->receiver != SIDE_INTERNAL || !made->fields[field].set ||
            !text_equal(made->from_object, told->from_object) ||
            !text_equal(made->from_id, told->from_id) || !text_equal(made->id, told->id) ||
            !text_equal(made->object, told->object))
            continue;
        why = made->fields[field].why;
        if (strcmp(why, told->fields[field].why) == 0)
            return;
    }
    const enum object_type type = promise_type(promise, SIDE_INTERNAL, told->object);
    world_fail(promise->world, "%s of %.*s:%.*s is planned to change here as '%s', but %s%s",
               setup_field_name(type, field), TEXT_PRINT(told->object), TEXT_PRINT(told->id),
               told->fields[field].why, why ? "it did as " : "no order had it", why ? why : "");
}

static void apply(const struct promise *promise, const struct promise_change *told,
                  struct promise_row *row)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!told->fields[i].set)
            continue;
        check_before(promise, told, i, &row->cells[i]);
        check_why(promise, told, i);
        row->cells[i] = told->fields[i].after;
    }
    if (strcmp(told->action, "delete") == 0)
        row->gone = true;
}

/* What was told of our objects, done to how they were. */
static void foretell_rows(struct promise *promise)
{
    for (size_t i = 0; i < promise->told.count; i++) {
        const struct promise_change *told = &promise->told.items[i];
        if (told->receiver != SIDE_INTERNAL || text_is_absent(told->id) ||
            strcmp(told->action, "remap") == 0)
            continue;
        const enum object_type type = promise_type(promise, SIDE_INTERNAL, told->object);
        struct promise_row *row = row_of(&promise->rows, type, told->id);
        if (row)
            apply(promise, told, row);
        else
            add_to_create(promise, type, told);
    }
}

/* A create that was told and is just like `row`. */
static bool take_created(const struct promise *promise, const struct promise_row *row)
{
    static const struct cell none = {.null = true};
    struct promise_change *told = create_of(promise, row->type, row->id);
    if (!told || told->done)
        return false;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct promise_field *field = &told->fields[i];
        if (!cell_equal(field->set ? &field->after : &none, &row->cells[i]))
            return false;
    }
    told->done = true;
    return true;
}

static void check_row(const struct promise *promise, const struct promise_row *row)
{
    struct world *world = promise->world;
    const struct promise_row *foretold = row_of(&promise->rows, row->type, row->id);
    if (!foretold) {
        if (!take_created(promise, row))
            world_fail(world, "%s:%.*s was made as no plan told", setup_object_name(row->type),
                       TEXT_PRINT(row->id));
        return;
    }
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        if (!cell_equal(&row->cells[field], &foretold->cells[field]))
            world_fail(world, "%s of %s:%.*s is '%s', but by the plan it would be '%s'",
                       setup_field_name(row->type, field), setup_object_name(row->type),
                       TEXT_PRINT(row->id), row->cells[field].text, foretold->cells[field].text);
    }
}

void promise_check_ours(struct promise *promise)
{
    struct world *world = promise->world;
    struct promise_rows rows;
    struct error error = {0};
    if (promise_read_rows(promise, &rows, &error)) {
        world_fail(world, "our objects cannot be read: %s", error.message);
        return;
    }
    foretell_rows(promise);
    for (size_t i = 0; i < rows.count; i++)
        check_row(promise, &rows.items[i]);
    for (size_t i = 0; i < promise->rows.count; i++) {
        const struct promise_row *row = &promise->rows.items[i];
        const bool gone = !row_of(&rows, row->type, row->id);
        if (gone != row->gone)
            world_fail(world, "%s:%.*s is %s, but that was not planned",
                       setup_object_name(row->type), TEXT_PRINT(row->id),
                       gone ? "deleted" : "not deleted");
    }
    for (size_t i = 0; i < promise->told.count; i++) {
        const struct promise_change *told = &promise->told.items[i];
        if (told->receiver == SIDE_INTERNAL && strcmp(told->action, "create") == 0 && !told->done)
            world_fail(world, "a new %.*s from %.*s:%.*s was planned, but not made",
                       TEXT_PRINT(told->object), TEXT_PRINT(told->from_object),
                       TEXT_PRINT(told->from_id));
    }
}
