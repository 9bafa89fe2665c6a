#include "convergence/kill.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "convergence/random.h"
#include "faults/fault_plan.h"

/* Of the process, as the store's files know no world. */
static struct {
    struct death *death; /* NULL: not armed */
    uint32_t met[KILL_KIND_COUNT];
    unsigned pauses;
} armed;

struct kill_place kill_choose(uint32_t kind, uint32_t number)
{
    /* Syncs are of very different lengths: as many kills at the first places as far behind. */
    static const uint32_t magnitudes[KILL_KIND_COUNT] = {9, 7, 5};
    const enum kill_kind chosen = (enum kill_kind)(kind % KILL_KIND_COUNT);
    struct random random = random_of(number);
    const uint32_t bound = UINT32_C(1) << (1 + random_below(&random, magnitudes[chosen]));
    return (struct kill_place){chosen, 1 + random_below(&random, bound)};
}

const char *kill_kind_name(enum kill_kind kind)
{
    static const char *const names[] = {"step", "write", "place of the party"};
    return names[kind];
}

void kill_watch_files(void)
{
    fault_vfs_install();
}

void kill_arm(struct death *death)
{
    armed.death = death;
    armed.pauses = 0;
    for (size_t i = 0; i < KILL_KIND_COUNT; i++)
        armed.met[i] = 0;
}

void kill_disarm(void)
{
    armed.death = NULL;
}

void kill_meet(enum kill_kind kind)
{
    struct death *death = armed.death;
    if (!death || armed.pauses > 0 || ++armed.met[kind] != death->place.number ||
        kind != death->place.kind)
        return;
    death->done = true;
    kill(getpid(), SIGKILL);
}

void kill_pause(void)
{
    armed.pauses++;
}

void kill_resume(void)
{
    armed.pauses--;
}

/* ---- what faults/fault_vfs.c asks ---- */

void fault_plan_die(enum fault_kind kind)
{
    if (kind == FAULT_WRITE)
        kill_meet(KILL_WRITE);
}

bool fault_plan_meet_lasting(enum fault_kind kind)
{
    (void)kind;
    return false;
}
