#include "convergence/promise_parts.h"

#include <stdlib.h>

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

static bool make_room(struct promise *promise)
{
    promise->arena = arena_new(0);
    promise->before = malloc(sizeof *promise->before);
    if (!promise->arena || !promise->before)
        return false;
    struct arena *arena = promise->arena;
    promise->told.items = ARENA_ARRAY(arena, CHANGE_MAX, struct promise_change);
    promise->made.items = ARENA_ARRAY(arena, CHANGE_MAX, struct promise_change);
    promise->foretold.items = ARENA_ARRAY(arena, MET_MAX, struct promise_met);
    promise->met.items = ARENA_ARRAY(arena, MET_MAX, struct promise_met);
    promise->judged = ARENA_ARRAY(arena, JUDGED_MAX, struct promise_judged);
    promise->shown = ARENA_ARRAY(arena, RECORD_MAX, struct promise_shown);
    return promise->told.items && promise->made.items && promise->foretold.items &&
           promise->met.items && promise->judged && promise->shown;
}

/* Nobody is told of what the plan asks: the sync asks once more. */
static void make_plan(struct promise *promise, const struct sync_request *request)
{
    struct world *world = promise->world;
    struct error error = {0};
    FILE *const story = world->story;
    const uint64_t hash = hash_of_store(world);
    world->story = NULL;
    const bool failed = promise_plan(promise, request, &error);
    world->story = story;
    *promise->party = *promise->before;
    if (failed)
        world_fail(world, "a plan fails: %s", error.message);
    if (hash != hash_of_store(world))
        world_fail(world, "a plan changes the store");
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
    promise->theirs = promise_theirs(promise);
    if (!make_room(promise)) {
        world_fail(world, "out of memory for a promise");
    } else if (promise_read_rows(promise, &promise->rows, &error) ||
               promise_read_mappings(promise, &promise->mappings, &promise->mapping_count,
                                     &error)) {
        world_fail(world, "a promise cannot be made: %s", error.message);
    } else {
        *promise->before = *promise->party;
        make_plan(promise, request);
    }
    if (!world_failed(world))
        return promise;
    promise_free(promise);
    return NULL;
}

void promise_free(struct promise *promise)
{
    if (!promise)
        return;
    arena_free(promise->arena);
    free(promise->before);
    free(promise);
}

static void tell_changes(const struct promise *promise, const char *word,
                         const struct promise_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        const struct promise_change *change = &changes->items[i];
        const enum object_type type = promise_type(promise, change->receiver, change->object);
        char fields[512] = "";
        size_t used = 0;
        for (size_t field = 0; field < FIELD_COUNT && used < sizeof fields; field++) {
            if (!change->fields[field].set)
                continue;
            const int more = snprintf(fields + used, sizeof fields - used, " %s=%s (%s)",
                                      setup_field_name(type, field),
                                      change->fields[field].after.text, change->fields[field].why);
            used += more > 0 ? (size_t)more : 0;
        }
        world_tell(promise->world, "  %s %s %s %.*s:%.*s from %.*s:%.*s%s%s", word,
                   change->receiver == SIDE_INTERNAL ? "here" : "there", change->action,
                   TEXT_PRINT(change->object), TEXT_PRINT(change->id),
                   TEXT_PRINT(change->from_object), TEXT_PRINT(change->from_id), fields,
                   change->otherwise ? ", answered otherwise" : "");
    }
}

void promise_check(struct promise *promise, const struct run_summary *done)
{
    struct world *world = promise->world;
    if (promise->trouble.code)
        world_fail(world, "a run cannot be compared: %s", promise->trouble.message);
    promise_check_sent(promise);
    promise_check_ours(promise);
    promise_check_theirs(promise);
    promise_check_links(promise);
    promise_check_outcomes(promise);
    promise_check_matters(promise);
    promise_check_counts(promise, done);
    if (!world_failed(world))
        return;
    tell_changes(promise, "planned", &promise->told);
    tell_changes(promise, "ordered", &promise->made);
}
