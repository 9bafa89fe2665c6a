#include "convergence/history.h"

#include <string.h>

#include "convergence/check.h"
#include "convergence/habits.h"
#include "convergence/rewriting.h"
#include "convergence/manners.h"
#include "convergence/world_process.h"

static enum step_kind choose_kind(struct random *random)
{
    const uint32_t chance = random_below(random, 100);
    return chance < 32   ? STEP_SYNC
           : chance < 44 ? STEP_STORE_CREATE
           : chance < 62 ? STEP_STORE_EDIT
           : chance < 64 ? STEP_STORE_DELETE
           : chance < 76 ? STEP_PARTY_CREATE
           : chance < 94 ? STEP_PARTY_EDIT
           : chance < 97 ? STEP_PARTY_DELETE
                         : STEP_PARTY_CONVERT;
}

/* Mostly seconds, sometimes minutes, and now and then hardly any time, or none at all. */
static int64_t choose_wait(struct random *random)
{
    const uint32_t chance = random_below(random, 100);
    if (chance < 8)
        return 0;
    if (chance < 20)
        return 1 + random_below(random, 20);
    if (chance < 35)
        return STEP_UNTIL_MINUTE;
    if (chance < 50)
        return 1 + random_below(random, 20 * 60 * 1000);
    return 1 + random_below(random, 90 * 1000);
}

struct history history_of(uint64_t seed, bool faults, bool kills)
{
    struct random random = random_of(seed ^ 0xA11CE);
    struct history history = {.seed = seed, .faults = faults, .kills = kills};
    history.count = 10 + random_below(&random, STEP_MAX - 10);
    for (size_t i = 0; i < history.count; i++) {
        struct step *step = &history.steps[i];
        step->kind = choose_kind(&random);
        step->wait = choose_wait(&random);
        for (size_t j = 0; j < sizeof step->numbers / sizeof step->numbers[0]; j++)
            step->numbers[j] = (uint32_t)random_next(&random);
        step->faults = faults && random_chance(&random, 60);
        step->meddling = random_chance(&random, 50);
        step->first_time = random_chance(&random, 6);
        step->killed = kills && step->numbers[2] % 100 < 60;
        step->again = step->numbers[3] % 3 == 0;
    }
    return history;
}

static void take_step(struct world *world, const struct step *step)
{
    const uint32_t *n = step->numbers;
    /* On the minute the instants of a party that knows no seconds can tie with ours. */
    world_wait(world, step->wait == STEP_UNTIL_MINUTE ? 60000 - world->now % 60000 : step->wait);
    if (step->kind == STEP_SYNC && (world->planned || n[0] % PARTY_COUNT == 1))
        habits_connect(world);
    switch (step->kind) {
    case STEP_STORE_CREATE:
        /* what is here before the second integration is connected is for a first-time sync */
        if (world->unconnected)
            break;
        world_store_create(world, n[0], n[1], n[2]);
        break;
    case STEP_STORE_EDIT:
        if (!habits_edit(world, n))
            world_store_edit(world, n[0], n[1], n[2], n[3]);
        break;
    case STEP_STORE_DELETE:
        if (n[2] % 2 == 0 && setup_has_manner(&world->setup, MANNER_RELOADS))
            world_store_reload(world);
        else
            world_store_delete(world, n[0], n[1]);
        break;
    case STEP_PARTY_CREATE:
        world_party_create(world, n[0], n[1], n[2], n[3]);
        break;
    case STEP_PARTY_EDIT:
        if (!habits_party_edit(world, n))
            world_party_edit(world, n[0], n[1], n[2], n[3]);
        break;
    case STEP_PARTY_DELETE:
        world_party_delete(world, n[0], n[1]);
        break;
    case STEP_PARTY_CONVERT:
        world_party_convert(world, n[0], n[1]);
        break;
    case STEP_SYNC: {
        struct sync_request request = {.party = n[0],
                                       .seed = n[1],
                                       .faults = step->faults,
                                       .meddling = step->meddling && !world->planned,
                                       .first_time = step->first_time};
        (void)rewriting_work(world);
        if (!habits_before_sync(world, n))
            break;
        if (step->killed)
            request.killed_at = kill_choose(n[3], n[4]);
        const bool named = habits_name(world, n, &request);
        const struct sync_result result = world_sync(world, &request);
        if (step->again && !named)
            check_second(world, &request, &result);
        break;
    }
    }
}

/* The rest of a history, and its end. */
static void live(struct world *world, const void *context)
{
    const struct history *history = context;
    while (world->step < history->count && !world_failed(world)) {
        take_step(world, &history->steps[world->step++]);
        arena_clear(world->scratch);
    }
    habits_end(world);
    if (!world_failed(world))
        check_quiet(world);
    if (!world_failed(world))
        check_all(world);
    if (!world_failed(world))
        check_ties(world);
}

enum error_code history_run(const struct history *history, FILE *story, struct history_end *end,
                            struct error *error)
{
    struct world *world = NULL;
    *end = (struct history_end){.alone = 0};
    if (world_new(history->seed, history->faults, history->manners, story, &world, error))
        return error->code;
    world->planned = history->planned;
    world->without_base = history->without_base;
    world->without_journal = history->without_journal;
    if (history->kills)
        world_process(world, live, history);
    else
        live(world, history);
    memcpy(end->failure, world->failure, FAILURE_SIZE);
    end->alone = world->alone_count;
    end->tally = world->tally;
    world_free(world);
    return ERROR_NONE;
}

/* ------------------------------------------------------------------ shrinking */

static enum error_code still_fails(const struct history *history, bool *fails, struct error *error)
{
    struct history_end end;
    if (history_run(history, NULL, &end, error))
        return error->code;
    *fails = end.failure[0] != '\0';
    return ERROR_NONE;
}

static struct history without(const struct history *history, size_t first, size_t count)
{
    struct history shorter = *history;
    memmove(&shorter.steps[first], &shorter.steps[first + count],
            (history->count - first - count) * sizeof shorter.steps[0]);
    shorter.count -= count;
    return shorter;
}

/* Try to do without each run of `size` steps. */
static enum error_code drop_steps(struct history *history, size_t size, struct error *error)
{
    for (size_t first = 0; first + size <= history->count;) {
        const struct history shorter = without(history, first, size);
        bool fails = false;
        if (still_fails(&shorter, &fails, error))
            return error->code;
        if (fails)
            *history = shorter;
        else
            first += size;
    }
    return ERROR_NONE;
}

/* Try each sync without its faults, its meddling, its first time, its death. */
static enum error_code calm_syncs(struct history *history, struct error *error)
{
    for (size_t i = 0; i < history->count; i++) {
        for (int what = 0; what < 4; what++) {
            struct history calmer = *history;
            bool *flag = what == 0   ? &calmer.steps[i].faults
                         : what == 1 ? &calmer.steps[i].meddling
                         : what == 2 ? &calmer.steps[i].first_time
                                     : &calmer.steps[i].killed;
            bool fails = false;
            if (calmer.steps[i].kind != STEP_SYNC || !*flag)
                continue;
            *flag = false;
            if (still_fails(&calmer, &fails, error))
                return error->code;
            if (fails)
                *history = calmer;
        }
    }
    return ERROR_NONE;
}

/* Try without each manner. */
static enum error_code drop_manners(struct history *history, struct error *error)
{
    for (int manner = 0; manner < MANNER_COUNT; manner++) {
        struct history plainer = *history;
        bool fails = false;
        plainer.manners &= ~(1u << manner);
        if (plainer.manners == history->manners || plainer.manners == 0)
            continue;
        if (still_fails(&plainer, &fails, error))
            return error->code;
        if (fails)
            *history = plainer;
    }
    return ERROR_NONE;
}

enum error_code history_shrink(struct history *history, struct error *error)
{
    if (drop_manners(history, error))
        return error->code;
    for (int round = 0; round < 3; round++) {
        const size_t before = history->count;
        for (size_t size = history->count / 2; size > 0; size /= 2) {
            if (drop_steps(history, size, error))
                return error->code;
        }
        if (calm_syncs(history, error))
            return error->code;
        if (history->count == before)
            break;
    }
    return ERROR_NONE;
}

void history_describe(const struct history *history, FILE *out)
{
    static const char *const policies[] = {"nobody", "internal", "integration"};
    const struct setup setup = setup_of(history->seed, history->faults, history->manners);
    fprintf(out, "  on_tie: %s\n", policies[setup.on_tie]);
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        const struct party_setup *party = &setup.parties[i];
        char manners[200];
        manners_describe(&party->manners, manners, sizeof manners);
        fprintf(out, "  %s: %spages of %u by %s, %s dates%s, clock %+.1f s%s%s%s%s%s;", party->name,
                party->tokens ? "change tokens, " : "", party->page_size,
                party->cursors ? "cursor" : "iteration", party->field_dates ? "field" : "object",
                party->minute_cut ? " cut to minutes" : "", (double)party->skew_ms / 1000,
                party->dated ? ", which it tells" : "", party->upper_bound ? ", bounded above" : "",
                party->idempotent ? ", idempotent" : "",
                party->changed_only ? ", only changed fields" : "", manners);
        for (size_t j = 0; j < party->kind_count; j++) {
            const enum object_type type = party->kinds[j].type;
            fprintf(out, " %s", party->kinds[j].name);
            for (size_t field = 0; field < FIELD_COUNT; field++)
                fprintf(out, " %s:%s", setup_field_name(type, field),
                        setup_flow_name(party->flows[type][field]));
            fprintf(out, ";");
        }
        fprintf(out, "\n");
    }
}
