#include "convergence/world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "convergence/world_process.h"
#include "store/schema/registry.h"

/* Where every history begins. */
#define WORLD_BEGIN INT64_C(1773144000000) /* 2026-03-10T12:00:00Z */

static const char *temporary_folder(void)
{
    const char *wanted = getenv("TMPDIR");
    if (wanted)
        return wanted;
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static enum error_code make_fields(struct world *world, enum object_type type, struct error *error)
{
    struct field_schema fields[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct text name = text_of(setup_field_name(type, i));
        fields[i] = (struct field_schema){.name = name,
                                          .label = name,
                                          .type = setup_field_type(type, i),
                                          .required = type == TYPE_COMPANY && i == FIELD_KEY,
                                          .unique = i == FIELD_KEY};
    }
    return store_fields_replace(world->store, text_of(setup_object_name(type)), fields, FIELD_COUNT,
                                error);
}

static enum error_code add_line(struct world *world, struct manual *manual,
                                struct manual_entry *entry, enum object_type type, size_t field,
                                enum flow flow, struct error *error)
{
    static const enum direction directions[] = {DIRECTION_BIDIRECTIONAL, DIRECTION_BIDIRECTIONAL,
                                                DIRECTION_TO_INTERNAL, DIRECTION_TO_INTEGRATION};
    const struct text name = text_of(setup_field_name(type, field));
    const struct object_schema *schema =
        store_schema(world->store, text_of(setup_object_name(type)));
    const struct manual_line line = {.direction = directions[flow], .required = field == FIELD_KEY};
    return manual_add_line(manual, entry, manual_schema_field(schema, name), name, NULL, &line,
                           error);
}

static enum error_code make_manual(struct world *world, size_t party, struct error *error)
{
    const struct party_setup *setup = &world->setup.parties[party];
    if (manual_new(world->arena, &world->manuals[party], error))
        return error->code;
    struct manual *manual = world->manuals[party];
    for (size_t i = 0; i < setup->kind_count; i++) {
        const enum object_type type = setup->kinds[i].type;
        const struct object_schema *schema =
            store_schema(world->store, text_of(setup_object_name(type)));
        struct manual_entry *entry = NULL;
        if (manual_add_entry(manual, schema, text_of(setup->kinds[i].name), &entry, error))
            return error->code;
        if (setup->deletes_here)
            entry->on_deleted_there = DELETION_DELETE;
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            const enum flow flow = setup->flows[type][field];
            if (flow != FLOW_NONE && add_line(world, manual, entry, type, field, flow, error))
                return error->code;
        }
    }
    return manual_finish(manual, error);
}

static enum error_code fill(struct world *world, struct error *error)
{
    const struct store_user admin = {
        .id = TEXT("1"), .name = TEXT("admin"), .email = TEXT("admin@x.test"), .admin = true};
    for (int type = 0; type < TYPE_COUNT; type++) {
        if (make_fields(world, (enum object_type)type, error))
            return error->code;
    }
    for (int i = 0; i < PARTY_COUNT; i++)
        party_init(&world->parties[i], world, i);
    return store_user_set(world->store, &admin, error);
}

static enum error_code tell_registry(struct world *world, struct error *error)
{
    struct registry_integration integrations[PARTY_COUNT];
    const size_t count = world->unconnected ? 1 : PARTY_COUNT;
    for (size_t i = 0; i < count; i++) {
        integrations[i] = (struct registry_integration){
            .name = text_of(world->setup.parties[i].name),
            .enabled = !world->off,
            .manual = world->manuals[i],
        };
    }
    return registry_set(world->store, integrations, count, error);
}

enum error_code world_register(struct world *world, size_t party, struct error *error)
{
    if (make_manual(world, party, error))
        return error->code;
    world->parties[party].manual = world->manuals[party];
    return tell_registry(world, error);
}

static enum error_code register_parties(struct world *world, struct error *error)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (make_manual(world, i, error))
            return error->code;
        world->parties[i].manual = world->manuals[i];
    }
    return tell_registry(world, error);
}

static enum error_code open_file(struct world *world, bool create, struct error *error)
{
    struct store_options options = store_options_default();
    options.create = create;
    options.clock = world->now;
    return store_open(world->path, &options, &world->store, error);
}

enum error_code world_open_store(struct world *world, struct error *error)
{
    if (open_file(world, false, error))
        return error->code;
    return register_parties(world, error);
}

void world_close_store(struct world *world)
{
    store_close(world->store);
    world->store = NULL;
    /* The manuals know the fields by the store's schemas. */
    arena_clear(world->arena);
}

static void remove_files(const struct world *world)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[sizeof world->path + 16];
        snprintf(path, sizeof path, "%s%s", world->path, suffixes[i]);
        (void)unlink(path);
    }
}

enum error_code world_new(uint64_t seed, bool faults, unsigned manners, FILE *story,
                          struct world **world, struct error *error)
{
    struct world *made = world_share(sizeof *made);
    if (!made)
        return error_memory(error, "a world");
    made->setup = setup_of(seed, faults, manners);
    made->unconnected = setup_has_manner(&made->setup, MANNER_CONNECTS);
    made->now = WORLD_BEGIN;
    made->story = story;
    made->next_value = 1;
    made->arena = arena_new(0);
    made->scratch = arena_new(0);
    snprintf(made->path, sizeof made->path, "%s/tandem-convergence-%ld.db", temporary_folder(),
             (long)getpid());
    remove_files(made);
    made->truth.edits = world_share(TRUTH_MAX * sizeof *made->truth.edits);
    enum error_code code = ERROR_NONE;
    if (!made->arena || !made->scratch || !made->truth.edits)
        code = error_memory(error, "a world");
    else if (open_file(made, true, error) || fill(made, error) || register_parties(made, error))
        code = error->code;
    if (code) {
        world_free(made);
        made = NULL;
    }
    *world = made;
    return code;
}

void world_free(struct world *world)
{
    if (!world)
        return;
    store_close(world->store);
    remove_files(world);
    world_unshare(world->truth.edits, TRUTH_MAX * sizeof *world->truth.edits);
    arena_free(world->arena);
    arena_free(world->scratch);
    world_unshare(world, sizeof *world);
}

void world_fail(struct world *world, const char *format, ...)
{
    if (world_failed(world))
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(world->failure, sizeof world->failure, format, arguments);
    va_end(arguments);
    world_tell(world, "FAILED: %s", world->failure);
}

bool world_failed(const struct world *world)
{
    return world->failure[0] != '\0';
}

static size_t place_of(struct text id)
{
    const size_t number = strtoul(id.bytes, NULL, 10);
    return number < OBJECT_MAX ? number : 0;
}

void world_touch(struct world *world, enum object_type type, struct text id)
{
    world->touches[type][place_of(id)]++;
}

void world_wrote(struct world *world, enum object_type type, struct text id, size_t field)
{
    world->wrote[type][place_of(id)][field] = ++world->moment;
}

void world_touch_pulled(struct world *world, enum object_type type, struct text id)
{
    world->touches[type][place_of(id)]++;
    world->touches_begun[type][place_of(id)]++;
}

void world_touches_begin(struct world *world)
{
    memcpy(world->touches_begun, world->touches, sizeof world->touches);
    world->pulled_before = world->pulled_at;
}

bool world_wrote_since(const struct world *world, const struct party *party, enum object_type type,
                       struct text id, size_t field)
{
    return world->wrote[type][place_of(id)][field] >= party->setup->mapped_when[type][field];
}

void world_touch_all(struct world *world)
{
    for (int type = 0; type < TYPE_COUNT; type++) {
        for (size_t i = 0; i < OBJECT_MAX; i++)
            world->touches[type][i]++;
    }
}

uint32_t world_touches(struct world *world, enum object_type type, struct text id)
{
    return world->touches[type][place_of(id)];
}

void world_touches_keep(struct world *world, enum object_type type, struct text id)
{
    world->touches_sent[type][place_of(id)] = world->touches_begun[type][place_of(id)];
}

uint32_t world_touches_sent(struct world *world, enum object_type type, struct text id)
{
    return world->touches_sent[type][place_of(id)];
}

void world_tell(struct world *world, const char *format, ...)
{
    if (!world->story)
        return;
    char at[INSTANT_TEXT_SIZE];
    fprintf(world->story, "    %s  ", instant_format(world->now, at) + 11);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(world->story, format, arguments);
    va_end(arguments);
    fputc('\n', world->story);
}

struct cell world_cell(const struct world *world, enum object_type type,
                       const struct object_row *row, size_t field)
{
    const struct object_schema *schema =
        store_schema(world->store, text_of(setup_object_name(type)));
    const struct field_schema *wanted =
        manual_schema_field(schema, text_of(setup_field_name(type, field)));
    return cell_of_value(&row->values[wanted - schema->fields]);
}

void world_wait(struct world *world, int64_t milliseconds)
{
    struct error error = {0};
    world->now += milliseconds;
    if (store_set_clock(world->store, world->now, &error))
        world_fail(world, "the store's clock cannot be set: %s", error.message);
}
