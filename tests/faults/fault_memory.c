/*
 * The engine's own allocations (Lua's among them: it asks the sandbox).
 *
 * With FAULT_STACKS the call stack of each place is written to that file when the program ends by
 * itself, so that places that are reached in the same way can be told: one line for each, its
 * number and the addresses in this program from the innermost on; after '/' the one address in a
 * library through which the program was asked (Lua's function that wants memory).
 */
#include <execinfo.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault_plan.h"

extern const char __executable_start, etext; /* the linker's */

enum { DEPTH = 48, MOST_STACKS = 1 << 17 };

static struct stack {
    uintptr_t frames[DEPTH]; /* in this program, relative to its start; 0: the end */
    uintptr_t asked;         /* in a library */
} * stacks;                  /* NULL: not asked for */
static atomic_ulong stack_count;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *string);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *string);

static atomic_bool counting;

static void write_stacks(void)
{
    atomic_store(&counting, false);
    FILE *const file = fopen(getenv("FAULT_STACKS"), "we");
    for (unsigned long i = 0; file && i < atomic_load(&stack_count) && i < MOST_STACKS; i++) {
        fprintf(file, "%lu", i + 1);
        for (int depth = 0; depth < DEPTH && stacks[i].frames[depth]; depth++)
            fprintf(file, " %lx", (unsigned long)stacks[i].frames[depth]);
        fprintf(file, " / %lx\n", (unsigned long)stacks[i].asked);
    }
    if (file)
        fclose(file);
}

void fault_memory_begin(void)
{
    void *frames[2];
    if (getenv("FAULT_STACKS")) {
        stacks = __real_calloc(MOST_STACKS, sizeof *stacks);
        (void)backtrace(frames, 2); /* the first call allocates */
        atexit(write_stacks);
    }
    atomic_store(&counting, true);
}

static void note_stack(void)
{
    void *frames[2 * DEPTH];
    const unsigned long number = atomic_fetch_add(&stack_count, 1);
    const int count = backtrace(frames, 2 * DEPTH);
    int kept = 0;
    if (number >= MOST_STACKS)
        return;
    for (int i = 0; i < count && kept < DEPTH; i++) {
        const char *const at = frames[i];
        if (at >= &__executable_start && at < &etext)
            stacks[number].frames[kept++] = (uintptr_t)(at - &__executable_start);
        else if (stacks[number].asked == 0)
            stacks[number].asked = (uintptr_t)at;
    }
}

static bool fails(void)
{
    if (!atomic_load(&counting))
        return false;
    if (stacks)
        note_stack();
    return fault_plan_meet(FAULT_MEMORY);
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return fails() ? NULL : __real_realloc(block, size);
}

char *__wrap_strdup(const char *string)
{
    return fails() ? NULL : __real_strdup(string);
}
