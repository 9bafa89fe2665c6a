/* The engine's own allocations (Lua's among them: it asks the sandbox). */
#include <stdatomic.h>
#include <stdlib.h>

#include "fault_plan.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *string);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *string);

static atomic_bool counting;

void fault_memory_begin(void)
{
    atomic_store(&counting, true);
}

static bool fails(void)
{
    return atomic_load(&counting) && fault_plan_meet(FAULT_MEMORY);
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
