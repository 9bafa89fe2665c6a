#include "convergence/promise.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/plan_watch.h"
#include "store/inspect/status.h"

enum { TOLD_MAX = 2048 };

struct told {
    enum side receiver;
    struct text action, object, id, expected_id, from_object, from_id;
    struct cell cells[FIELD_COUNT];
    bool set[FIELD_COUNT]; /* what was told of which field */
    bool done;             /* something that was made has been found for it */
};

/* One object of ours. */
struct row {
    enum object_type type;
    struct text id; /* absent: to be created */
    struct cell cells[FIELD_COUNT];
    bool gone;
};

struct promise {
    struct world *world;
    struct party *party;
    struct party *before; /* owned: the party as it was */
    struct arena *arena;  /* owned: what follows */
    struct told *told;
    size_t told_count;
    struct row *rows;
    size_t row_count;
    struct status_mapping *mappings;
    size_t mapping_count;
    struct run_summary summary;
};

/* ------------------------------------------------------------------ what is there */

static bool read_rows(struct promise *promise, struct row **rows, size_t *count,
                      struct error *error)
{
    struct world *world = promise->world;
    *rows = ARENA_ARRAY(promise->arena, TYPE_COUNT * OBJECT_MAX, struct row);
    *count = 0;
    for (int type = 0; *rows && type < TYPE_COUNT; type++) {
        const struct object_query query = {.object =
                                               text_of(setup_object_name((enum object_type)type))};
        struct object_row *found = NULL;
        size_t found_count = 0;
        if (objects_list(world->store, &query, promise->arena, &found, &found_count, error))
            return false;
        for (size_t i = 0; i < found_count && *count < TYPE_COUNT * OBJECT_MAX; i++) {
            struct row *row = &(*rows)[(*count)++];
            *row = (struct row){.type = (enum object_type)type, .id = found[i].id};
            for (size_t field = 0; field < FIELD_COUNT; field++)
                row->cells[field] = world_cell(world, row->type, &found[i], field);
        }
    }
    return *rows != NULL;
}

static bool read_mappings(struct promise *promise, struct status_mapping **mappings, size_t *count,
                          struct error *error)
{
    return !status_mappings(promise->world->store, text_of(promise->party->setup->name),
                            promise->arena, mappings, count, error);
}

/* A hash of the files of the store. */
static uint64_t hash_of_store(const struct world *world)
{
    static const char *const ends[] = {"", "-wal"};
    uint64_t hash = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[sizeof world->path + 8], block[1 << 16];
        size_t length = 0;
        snprintf(path, sizeof path, "%s%s", world->path, ends[i]);
        FILE *const file = fopen(path, "rb");
        while (file && (length = fread(block, 1, sizeof block, file)) > 0)
            hash = hash * 31 + text_hash((struct text){block, length});
        if (file)
            fclose(file);
    }
    return hash;
}

/* ------------------------------------------------------------------ the plan */

static size_t field_number(enum object_type type, struct text name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (text_equal(text_of(setup_field_name(type, i)), name))
            return i;
    }
    return SIZE_MAX;
}

static enum object_type type_of_told(const struct promise *promise, const struct told *told)
{
    if (told->receiver == SIDE_INTERNAL)
        return text_equal(told->object, TEXT("company")) ? TYPE_COMPANY : TYPE_CONTACT;
    for (size_t i = 0; i < promise->party->setup->kind_count; i++) {
        if (text_equal(text_of(promise->party->setup->kinds[i].name), told->object))
            return promise->party->setup->kinds[i].type;
    }
    return TYPE_CONTACT;
}

static enum error_code hear(void *context, const struct plan_change *change, struct error *error)
{
    struct promise *promise = context;
    struct arena *arena = promise->arena;
    if (promise->told_count == TOLD_MAX)
        return error_set(error, ERROR_INTERNAL, "the plan is too long for the test");
    struct told *told = &promise->told[promise->told_count];
    *told = (struct told){.receiver = change->receiver};
    if (text_copy(arena, text_of(change->action), &told->action, error) ||
        text_copy(arena, change->object, &told->object, error) ||
        text_copy(arena, change->id, &told->id, error) ||
        text_copy(arena, change->expected_id, &told->expected_id, error) ||
        text_copy(arena, change->from_object, &told->from_object, error) ||
        text_copy(arena, change->from_id, &told->from_id, error))
        return error->code;
    for (size_t i = 0; i < change->field_count; i++) {
        const size_t field = field_number(type_of_told(promise, told), change->fields[i].name);
        if (field == SIZE_MAX)
            continue;
        told->cells[field] = cell_of_value(change->fields[i].after);
        told->set[field] = true;
    }
    promise->told_count++;
    return ERROR_NONE;
}

/* The whole run on the copy, as cli/plan.c has it. */
static enum error_code plan_on(struct promise *promise, struct store *copy,
                               const struct sync_request *request, struct error *error)
{
    struct world *world = promise->world;
    struct store_run *store_run = NULL;
    struct plan_watch watch;
    const struct store_run_options options = world_run_options(promise->party, request);
    enum error_code code = store_run_open(copy, &options, &store_run, error);
    if (code)
        return code;
    plan_watch_init(&watch, &(struct plan_parties){.internal = store_run_internal(store_run),
                                                   .exchange = &promise->party->exchange,
                                                   .store = copy,
                                                   .tell = hear,
                                                   .context = promise});
    struct world_run parts = {.world = world,
                              .request = request,
                              .exchange = &watch.theirs,
                              .internal = &watch.ours,
                              .store_run = store_run,
                              .observer = watch.observer};
    code = world_run_carry_out(&parts, &promise->summary, error);
    if (!code && watch.trouble.code) {
        *error = watch.trouble;
        code = error->code;
    }
    store_run_close(store_run);
    return code;
}

static enum error_code plan(struct promise *promise, const struct sync_request *request,
                            struct error *error)
{
    struct world *world = promise->world;
    struct store_options options = store_options_default();
    struct store *original = NULL, *copy = NULL;
    char path[sizeof world->path + 8];
    snprintf(path, sizeof path, "%s.plan", world->path);
    options.clock = world->now;
    options.read_only = true;
    enum error_code code = store_open(world->path, &options, &original, error);
    if (!code)
        code = store_snapshot(original, path, error);
    store_close(original);
    options.read_only = false;
    if (!code)
        code = store_open(path, &options, &copy, error);
    if (!code)
        code = plan_on(promise, copy, request, error);
    store_close(copy);
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char file[sizeof path + 16];
        snprintf(file, sizeof file, "%s%s", path, ends[i]);
        (void)unlink(file);
    }
    return code;
}

struct promise *promise_make(struct world *world, const struct sync_request *request)
{
    struct error error = {0};
    struct promise *promise = calloc(1, sizeof *promise);
    if (!promise) {
        world_fail(world, "out of memory");
        return NULL;
    }
    promise->world = world;
    promise->party = &world->parties[request->party % PARTY_COUNT];
    promise->arena = arena_new(0);
    promise->before = malloc(sizeof *promise->before);
    promise->told = promise->arena ? ARENA_ARRAY(promise->arena, TOLD_MAX, struct told) : NULL;
    if (!promise->told || !promise->before ||
        !read_rows(promise, &promise->rows, &promise->row_count, &error) ||
        !read_mappings(promise, &promise->mappings, &promise->mapping_count, &error)) {
        world_fail(world, "a promise cannot be made: %s", error.message);
        goto out;
    }
    *promise->before = *promise->party;
    const uint64_t hash = hash_of_store(world);
    if (plan(promise, request, &error))
        world_fail(world, "a plan fails: %s", error.message);
    /* What was asked has been answered to the plan; the sync asks once more. */
    *promise->party = *promise->before;
    if (hash != hash_of_store(world))
        world_fail(world, "a plan changes the store");
out:
    if (world_failed(world)) {
        promise_free(promise);
        promise = NULL;
    }
    return promise;
}

void promise_free(struct promise *promise)
{
    if (!promise)
        return;
    arena_free(promise->arena);
    free(promise->before);
    free(promise);
}

/* ------------------------------------------------------------------ ours */

static struct row *row_of(struct row *rows, size_t count, enum object_type type, struct text id)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].type == type && text_equal(rows[i].id, id))
            return &rows[i];
    }
    return NULL;
}

static bool cells_equal(const struct cell left[FIELD_COUNT], const struct cell right[FIELD_COUNT])
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!cell_equal(&left[i], &right[i]))
            return false;
    }
    return true;
}

static void set_told(const struct told *told, struct cell cells[FIELD_COUNT])
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (told->set[i])
            cells[i] = told->cells[i];
    }
}

/* What the plan makes under this id; NULL: nothing. */
static struct told *create_of(const struct promise *promise, enum object_type type, struct text id)
{
    for (size_t i = 0; i < promise->told_count; i++) {
        struct told *told = &promise->told[i];
        if (told->receiver == SIDE_INTERNAL && text_equal(told->action, TEXT("create")) &&
            type_of_told(promise, told) == type && text_equal(told->expected_id, id))
            return told;
    }
    return NULL;
}

/* What is made on one page and changed on a later one. */
static void add_to_create(const struct promise *promise, enum object_type type,
                          const struct told *update)
{
    struct told *create = create_of(promise, type, update->id);
    if (!create) {
        world_fail(promise->world, "the plan changes %.*s:%.*s, which is not there",
                   TEXT_PRINT(update->object), TEXT_PRINT(update->id));
        return;
    }
    set_told(update, create->cells);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        create->set[i] |= update->set[i];
}

/* What was told of our objects, done to how they were. */
static void foretell_rows(const struct promise *promise)
{
    for (size_t i = 0; i < promise->told_count; i++) {
        const struct told *told = &promise->told[i];
        const enum object_type type = type_of_told(promise, told);
        if (told->receiver != SIDE_INTERNAL || text_is_absent(told->id) ||
            text_equal(told->action, TEXT("remap")))
            continue;
        struct row *row = row_of(promise->rows, promise->row_count, type, told->id);
        if (!row) {
            add_to_create(promise, type, told);
            continue;
        }
        if (text_equal(told->action, TEXT("delete")))
            row->gone = true;
        set_told(told, row->cells);
    }
}

/* A create that was told and is just like `cells`. */
static bool take_created(const struct promise *promise, enum side receiver, enum object_type type,
                         const struct cell cells[FIELD_COUNT])
{
    for (size_t i = 0; i < promise->told_count; i++) {
        struct told *told = &promise->told[i];
        struct cell made[FIELD_COUNT];
        if (told->done || told->receiver != receiver || type_of_told(promise, told) != type ||
            !text_equal(told->action, TEXT("create")))
            continue;
        for (size_t field = 0; field < FIELD_COUNT; field++)
            made[field] = (struct cell){.null = true};
        set_told(told, made);
        if (!cells_equal(made, cells))
            continue;
        told->done = true;
        return true;
    }
    return false;
}

static void check_row(const struct promise *promise, const struct row *row)
{
    struct world *world = promise->world;
    const struct row *foretold = row_of(promise->rows, promise->row_count, row->type, row->id);
    if (!foretold) {
        if (!take_created(promise, SIDE_INTERNAL, row->type, row->cells))
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

static void check_ours(struct promise *promise, struct error *error)
{
    struct row *rows = NULL;
    size_t count = 0;
    if (!read_rows(promise, &rows, &count, error)) {
        world_fail(promise->world, "our objects cannot be read: %s", error->message);
        return;
    }
    foretell_rows(promise);
    for (size_t i = 0; i < count; i++)
        check_row(promise, &rows[i]);
    for (size_t i = 0; i < promise->row_count; i++) {
        const struct row *row = &promise->rows[i];
        const bool gone = !row_of(rows, count, row->type, row->id);
        if (gone != row->gone)
            world_fail(promise->world, "%s:%.*s is %s, but that was not planned",
                       setup_object_name(row->type), TEXT_PRINT(row->id),
                       gone ? "deleted" : "not deleted");
    }
}

/* ------------------------------------------------------------------ theirs */

/* The record that an update goes to, also if it has another name now. */
static size_t record_of(const struct promise *promise, struct text object, struct text id)
{
    const struct party *party = promise->party;
    for (size_t kind = 0; kind < party->setup->kind_count; kind++) {
        if (text_equal(text_of(party->setup->kinds[kind].name), object)) {
            for (size_t i = 0; i < party->conversion_count; i++) {
                if (party->conversions[i].old_kind == kind &&
                    text_equal(text_of(party->conversions[i].old_id), id))
                    return party->conversions[i].record;
            }
            return party_find(party, kind, id);
        }
    }
    return SIZE_MAX;
}

static void check_theirs(const struct promise *promise)
{
    const struct party *party = promise->party;
    struct world *world = promise->world;
    struct record *records = promise->before->records;
    for (size_t i = 0; i < promise->told_count; i++) {
        const struct told *told = &promise->told[i];
        if (told->receiver != SIDE_INTEGRATION || !text_equal(told->action, TEXT("update")))
            continue;
        const size_t record = record_of(promise, told->object, told->id);
        /* What was deleted there is answered with that, which no plan can know. */
        if (record != SIZE_MAX && !records[record].gone)
            set_told(told, records[record].cells);
    }
    for (size_t i = 0; i < party->record_count; i++) {
        const struct record *record = &party->records[i];
        const enum object_type type = party_type_of(party, i);
        if (i >= promise->before->record_count) {
            if (!take_created(promise, SIDE_INTEGRATION, type, record->cells))
                world_fail(world, "%s:%s was made as no plan told", party->setup->name, record->id);
            continue;
        }
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            if (!cell_equal(&record->cells[field], &records[i].cells[field]))
                world_fail(world, "%s of %s:%s is '%s', but by the plan it would be '%s'",
                           setup_field_name(type, field), party->setup->name, record->id,
                           record->cells[field].text, records[i].cells[field].text);
        }
    }
}

/* ------------------------------------------------------------------ links and counts */

static const struct status_mapping *mapping_of(const struct status_mapping *mappings, size_t count,
                                               struct text object, struct text id)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(mappings[i].integration_object, object) &&
            text_equal(mappings[i].integration_id, id))
            return &mappings[i];
    }
    return NULL;
}

/* Was this said of the record? */
static bool was_told(const struct promise *promise, const char *action, struct text object,
                     struct text id)
{
    for (size_t i = 0; i < promise->told_count; i++) {
        const struct told *told = &promise->told[i];
        if (told->receiver == SIDE_INTERNAL && text_equal(told->action, text_of(action)) &&
            ((text_equal(told->from_object, object) && text_equal(told->from_id, id)) ||
             (text_equal(told->object, object) && text_equal(told->id, id))))
            return true;
    }
    return false;
}

static bool is_made_there(const struct promise *promise, struct text id)
{
    for (size_t i = promise->before->record_count; i < promise->party->record_count; i++) {
        if (text_equal(text_of(promise->party->records[i].id), id))
            return true;
    }
    return false;
}

/* A record that was linked, or had another name before, as was told. */
static void check_links(struct promise *promise, struct error *error)
{
    struct status_mapping *mappings = NULL;
    size_t count = 0;
    if (!read_mappings(promise, &mappings, &count, error)) {
        world_fail(promise->world, "mappings cannot be read: %s", error->message);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct status_mapping *now = &mappings[i];
        const struct text object = now->integration_object, id = now->integration_id;
        const struct status_mapping *was =
            mapping_of(promise->mappings, promise->mapping_count, object, id);
        if (!was && !is_made_there(promise, id) && !was_told(promise, "link", object, id) &&
            !was_told(promise, "create", object, id) && !was_told(promise, "remap", object, id))
            world_fail(promise->world, "the link of %.*s:%.*s to %.*s:%.*s was not planned",
                       TEXT_PRINT(object), TEXT_PRINT(id), TEXT_PRINT(now->internal_object),
                       TEXT_PRINT(now->internal_id));
    }
    for (size_t i = 0; i < promise->told_count; i++) {
        const struct told *told = &promise->told[i];
        if (text_equal(told->action, TEXT("create")) && !told->done)
            world_fail(promise->world, "a new %.*s from %.*s:%.*s was planned, but not made",
                       TEXT_PRINT(told->object), TEXT_PRINT(told->from_object),
                       TEXT_PRINT(told->from_id));
        if (text_equal(told->action, TEXT("link")) &&
            !mapping_of(mappings, count, told->from_object, told->from_id))
            world_fail(promise->world, "a link of %.*s:%.*s was planned, but not made",
                       TEXT_PRINT(told->from_object), TEXT_PRINT(told->from_id));
    }
}

static void check_counts(const struct promise *promise, const struct run_summary *done)
{
    const struct pull_counts *pulled = &done->pull, *foretold = &promise->summary.pull;
    const struct push_counts *pushed = &done->push, *planned = &promise->summary.push;
    const struct {
        const char *name;
        uint64_t planned, done;
    } counts[] = {
        {"reported", foretold->reported, pulled->reported},
        {"created here", foretold->created, pulled->created},
        {"updated here", foretold->updated, pulled->updated},
        {"unchanged here", foretold->unchanged, pulled->unchanged},
        {"skipped here", foretold->skipped, pulled->skipped},
        {"failed here", foretold->failed, pulled->failed},
        {"won by us", foretold->conflicts.internal, pulled->conflicts.internal},
        {"won by them", foretold->conflicts.integration, pulled->conflicts.integration},
        {"tied", foretold->conflicts.unresolved, pulled->conflicts.unresolved},
        {"sent", planned->reported, pushed->reported},
        {"created there", planned->created, pushed->created},
        {"unchanged there", planned->unchanged, pushed->unchanged},
        {"deferred there", planned->deferred, pushed->deferred},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (counts[i].planned != counts[i].done)
            world_fail(promise->world, "%llu %s, but %llu were planned",
                       (unsigned long long)counts[i].done, counts[i].name,
                       (unsigned long long)counts[i].planned);
    }
    /* A record that is gone is answered with that, which no plan can know. */
    if (planned->updated < pushed->updated || planned->updated > pushed->updated + pushed->deleted)
        world_fail(promise->world, "%llu updated and %llu deleted there, but %llu were planned",
                   (unsigned long long)pushed->updated, (unsigned long long)pushed->deleted,
                   (unsigned long long)planned->updated);
}

void promise_check(const struct promise *made, const struct run_summary *done)
{
    struct promise promise = *made;
    struct error error = {0};
    check_ours(&promise, &error);
    check_theirs(&promise);
    check_links(&promise, &error);
    check_counts(&promise, done);
    for (size_t i = 0; world_failed(made->world) && i < made->told_count; i++) {
        const struct told *told = &made->told[i];
        world_tell(made->world, "  planned %s %.*s %.*s:%.*s from %.*s:%.*s",
                   told->receiver == SIDE_INTERNAL ? "here" : "there", TEXT_PRINT(told->action),
                   TEXT_PRINT(told->object), TEXT_PRINT(told->id), TEXT_PRINT(told->from_object),
                   TEXT_PRINT(told->from_id));
    }
}
