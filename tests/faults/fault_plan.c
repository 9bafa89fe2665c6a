#include "fault_plan.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[FAULT_KIND_COUNT] = {"step",  "journal", "request", "response",
                                                    "write", "io",      "full",    "memory"};
static atomic_ulong met[FAULT_KIND_COUNT];
static enum fault_kind wanted = FAULT_KIND_COUNT;
static unsigned long at;

static void write_counts(void)
{
    FILE *const file = fopen(getenv("FAULT_COUNTS"), "we");
    for (int kind = 0; file && kind < FAULT_KIND_COUNT; kind++)
        fprintf(file, "%s %lu\n", names[kind], atomic_load(&met[kind]));
    if (file)
        fclose(file);
}

void fault_plan_read(void)
{
    const char *const kind = getenv("FAULT_KIND"), *const number = getenv("FAULT_AT");
    for (int i = 0; kind && number && i < FAULT_KIND_COUNT; i++) {
        if (strcmp(names[i], kind) == 0)
            wanted = (enum fault_kind)i;
    }
    at = number ? strtoul(number, NULL, 10) : 0;
    if (getenv("FAULT_COUNTS"))
        atexit(write_counts);
}

bool fault_plan_meet(enum fault_kind kind)
{
    const unsigned long number = atomic_fetch_add(&met[kind], 1) + 1;
    return kind == wanted && number == at;
}

bool fault_plan_meet_lasting(enum fault_kind kind)
{
    const unsigned long number = atomic_fetch_add(&met[kind], 1) + 1;
    return kind == wanted && number >= at;
}

void fault_plan_die(enum fault_kind kind)
{
    if (fault_plan_meet(kind))
        kill(getpid(), SIGKILL);
}
