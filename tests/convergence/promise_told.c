/* The plan: made as cli/commands/plan.c makes it, and what it tells. */
#include "convergence/promise_parts.h"

#include <unistd.h>

size_t promise_field_number(enum object_type type, struct text name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (text_equal(text_of(setup_field_name(type, i)), name))
            return i;
    }
    return SIZE_MAX;
}

enum object_type promise_type(const struct promise *promise, enum side receiver, struct text object)
{
    if (receiver == SIDE_INTERNAL)
        return text_equal(object, TEXT("company")) ? TYPE_COMPANY : TYPE_CONTACT;
    const struct party_setup *setup = promise->party->setup;
    for (size_t i = 0; i < setup->kind_count; i++) {
        if (text_equal(text_of(setup->kinds[i].name), object))
            return setup->kinds[i].type;
    }
    return TYPE_CONTACT;
}

struct promise_change *promise_add(struct promise *promise, struct promise_changes *changes,
                                   const struct promise_change *change, struct error *error)
{
    if (changes->count == CHANGE_MAX) {
        (void)error_set(error, ERROR_INTERNAL, "there are too many changes for the test");
        return NULL;
    }
    struct promise_change *added = &changes->items[changes->count];
    *added = *change;
    if (text_keep(promise->arena, error, &added->object, &added->id, &added->expected_id,
                  &added->from_object, &added->from_id, NULL))
        return NULL;
    changes->count++;
    return added;
}

enum error_code promise_meet(struct promise *promise, struct promise_mets *mets,
                             const struct outcome *outcome, struct error *error)
{
    if (mets->count == MET_MAX)
        return error_set(error, ERROR_INTERNAL, "there are too many outcomes for the test");
    struct promise_met *met = &mets->items[mets->count];
    *met = (struct promise_met){.side = outcome->side,
                                .object = outcome->object,
                                .id = outcome->id,
                                .kind = outcome->kind,
                                .reason = outcome->reason};
    if (text_keep(promise->arena, error, &met->object, &met->id, NULL))
        return error->code;
    mets->count++;
    return ERROR_NONE;
}

static enum error_code hear(void *context, const struct plan_change *change, struct error *error)
{
    struct promise *promise = context;
    const struct promise_change told = {.receiver = change->receiver,
                                        .action = change->action,
                                        .object = change->object,
                                        .id = change->id,
                                        .expected_id = change->expected_id,
                                        .from_object = change->from_object,
                                        .from_id = change->from_id};
    struct promise_change *added = promise_add(promise, &promise->told, &told, error);
    if (!added)
        return error->code;
    const enum object_type type = promise_type(promise, change->receiver, change->object);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct plan_field *field = &change->fields[i];
        const size_t number = promise_field_number(type, field->name);
        if (number == SIZE_MAX)
            continue;
        struct promise_field *to = &added->fields[number];
        *to = (struct promise_field){.set = true,
                                     .after = cell_of_value(field->after),
                                     .known = field->before != NULL,
                                     .replaces = field->replaces};
        if (field->before)
            to->before = cell_of_value(field->before);
        snprintf(to->why, sizeof to->why, "%.*s", TEXT_PRINT(field->why));
    }
    return ERROR_NONE;
}

static void outcome_foretold(void *context, const struct outcome *outcome)
{
    struct promise *promise = context;
    if (!promise->trouble.code)
        (void)!promise_meet(promise, &promise->foretold, outcome, &promise->trouble);
}

static enum error_code run_on(struct promise *promise, struct store *copy,
                              const struct sync_request *request, struct store_run *store_run,
                              struct reported_values *values, struct error *error)
{
    struct plan_watch watch;
    plan_watch_init(&watch, &(struct plan_parties){.internal = store_run_internal(store_run),
                                                   .exchange = &promise->party->exchange,
                                                   .store = copy,
                                                   .values = values,
                                                   .tell = hear,
                                                   .context = promise});
    const struct observer observers[] = {watch.observer,
                                         {.context = promise, .outcome = outcome_foretold}};
    const struct world_run parts = {.world = promise->world,
                                    .request = request,
                                    .exchange = &watch.theirs,
                                    .internal = &watch.ours,
                                    .store_run = store_run,
                                    .planned = true,
                                    .observers = observers,
                                    .observer_count = sizeof observers / sizeof *observers};
    if (world_run_carry_out(&parts, &promise->summary, error))
        return error->code;
    if (watch.trouble.code)
        *error = watch.trouble;
    else if (promise->trouble.code)
        *error = promise->trouble;
    return error->code;
}

static enum error_code plan_on(struct promise *promise, struct store *copy,
                               const struct sync_request *request, struct error *error)
{
    struct store_run *store_run = NULL;
    struct reported_values *values = NULL;
    const struct store_run_options options = world_run_options(promise->party, request);
    const struct matter_query query = {.integration = options.integration};
    const bool failed = reported_values_new(&values, error) ||
                        store_run_open(copy, &options, &store_run, error) ||
                        run_on(promise, copy, request, store_run, values, error) ||
                        store_run_forget_settled(store_run, error) ||
                        matters_list(copy, &query, promise->arena, &promise->matters,
                                     &promise->matter_count, error);
    store_run_close(store_run);
    reported_values_free(values);
    return failed ? error->code : ERROR_NONE;
}

enum error_code promise_plan(struct promise *promise, const struct sync_request *request,
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
