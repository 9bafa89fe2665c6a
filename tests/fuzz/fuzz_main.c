/*
 * Runs a fuzzer's function over the files that it is given, the corpus as a test, and then over
 * random inputs: fuzz_NAME [--cases N] [--seed S] [--say] [FILE ...]
 *
 * Case N of a seed is always the same input; --say tells the number of each before it runs, so the
 * last one told is that which crashed: --seed S+N --cases 1 is that case alone.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 1 << 20, RANDOM_LARGEST = 1 << 10 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A copy of the exact size, so that reading beyond it is seen. */
static void run(const uint8_t *bytes, size_t length)
{
    uint8_t *const exact = malloc(length > 0 ? length : 1);
    if (!exact)
        return;
    memcpy(exact, bytes, length);
    (void)LLVMFuzzerTestOneInput(exact, length); /* aborts if it fails */
    free(exact);
}

static int run_file(const char *name, uint8_t *bytes)
{
    FILE *const file = fopen(name, "rb");
    if (!file)
        return 0;
    const size_t length = fread(bytes, 1, LARGEST, file);
    (void)fclose(file);
    run(bytes, length);
    return 1;
}

/* splitmix64: good from the first number on, whatever the seed. */
static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = *state;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

static void run_random(uint64_t seed, uint8_t *bytes)
{
    uint64_t state = seed;
    const size_t length = 16 + (size_t)(next_random(&state) % (RANDOM_LARGEST - 16));
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(next_random(&state) >> 56);
    run(bytes, length);
}

int main(int count, char **arguments)
{
    int passed = 0, failed = 0;
    uint64_t cases = 0, seed = 1;
    bool say = false;
    uint8_t *const bytes = malloc(LARGEST);
    for (int i = 1; i < count && bytes; i++) {
        if (strcmp(arguments[i], "--cases") == 0 && i + 1 < count)
            cases = strtoull(arguments[++i], NULL, 10);
        else if (strcmp(arguments[i], "--seed") == 0 && i + 1 < count)
            seed = strtoull(arguments[++i], NULL, 10);
        else if (strcmp(arguments[i], "--say") == 0)
            say = true;
        else if (run_file(arguments[i], bytes))
            passed++;
        else
            failed++;
    }
    for (uint64_t i = 0; i < cases && bytes; i++) {
        if (say)
            fprintf(stderr, "case %llu\n", (unsigned long long)i);
        run_random(seed + i, bytes);
    }
    passed += cases > 0; /* all of them are one test */
    free(bytes);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
