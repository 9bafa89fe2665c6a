/* arena: zeroed memory, ceilings, marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void assert_zero(const char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(memory[i], 0);
    }
}

static void test_arena__memory_is_zeroed_and_aligned(void **state)
{
    struct arena *arena = arena_new(0);

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 300; size++) {
            char *memory = arena_alloc(arena, size);
            assert_non_null(memory);
            assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
            assert_zero(memory, size);
            memset(memory, 0xAB, size);
        }
        /* What is handed out again after a clear is zero again. */
        arena_clear(arena);
        assert_int_equal(arena_used(arena), 0);
    }
    arena_free(arena);
}

static void test_arena__blocks_are_used_again(void **state)
{
    struct arena *arena = arena_new(300 * 1024);

    (void)state;
    /* More than one block, many times the ceiling in all: what was taken back must serve again. */
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 250; i++) {
            char *memory = arena_alloc(arena, 1000);
            assert_non_null(memory);
            assert_zero(memory, 1000);
            memset(memory, 'x', 1000);
        }
        arena_clear(arena);
    }
    /* Spare blocks give way to an allocation that none of them has room for. */
    assert_non_null(arena_alloc(arena, 290 * 1024));
    arena_free(arena);
}

static void test_arena__copies_are_whole(void **state)
{
    static const int numbers[] = {1, 2, 3};
    struct arena *arena = arena_new(0);
    const int *copy = NULL;

    (void)state;
    memset(arena_alloc(arena, 4096), 0xFF, 4096);
    arena_clear(arena);
    copy = arena_copy(arena, numbers, 3, sizeof *numbers);
    assert_memory_equal(copy, numbers, sizeof numbers);
    assert_non_null(arena_copy(arena, NULL, 0, sizeof *numbers));
    assert_null(arena_copy(arena, numbers, SIZE_MAX, sizeof *numbers));
    assert_string_equal(arena_string(arena, "hello world", 5), "hello");
    assert_string_equal(arena_string(arena, "", 0), "");
    assert_null(arena_string(arena, "", SIZE_MAX));
    arena_free(arena);
}

static void test_arena__size_zero_gives_distinct_pointers(void **state)
{
    struct arena *arena = arena_new(0);
    char *first = arena_alloc(arena, 0);
    char *second = arena_alloc(arena, 0);

    (void)state;
    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    assert_non_null(arena_array(arena, 0, 16));
    arena_free(arena);
}

static void test_arena__blocks_grow(void **state)
{
    struct arena *arena = arena_new(0);
    char *huge = NULL;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        char *memory = arena_alloc(arena, 1000);
        assert_non_null(memory);
        memory[0] = memory[999] = 'x';
    }
    huge = arena_alloc(arena, 10 * 1024 * 1024);
    assert_non_null(huge);
    huge[10 * 1024 * 1024 - 1] = 'x';
    assert_true(arena_used(arena) >= 5000u * 1000 + 10 * 1024 * 1024);
    arena_free(arena);
}

static void test_arena__ceiling_is_kept(void **state)
{
    struct arena *arena = arena_new(100 * 1024);
    size_t count = 0;

    (void)state;
    while (arena_alloc(arena, 1024)) {
        count++;
        assert_true(count <= 100);
    }
    /* Nearly all of it can be used although the blocks' usual sizes do not add up to it. */
    assert_true(count >= 98);
    assert_true(arena_used(arena) <= 100 * 1024);
    arena_clear(arena);
    assert_non_null(arena_alloc(arena, 1024));
    assert_null(arena_alloc(arena, 101 * 1024));
    arena_free(arena);

    arena = arena_new(100);
    assert_non_null(arena_alloc(arena, 64));
    assert_null(arena_alloc(arena, 64));
    arena_free(arena);
}

static void test_arena__overflow_is_refused(void **state)
{
    struct arena *arena = arena_new(0);

    (void)state;
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_null(arena_alloc(arena, SIZE_MAX - 40));
    assert_null(arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(arena_array(arena, 3, SIZE_MAX / 2));
    assert_non_null(arena_array(arena, 3, 5));
    arena_free(arena);
}

static void test_arena__rewind_keeps_what_was_before(void **state)
{
    struct arena *arena = arena_new(0);
    char *kept = arena_alloc(arena, 100);
    char *again = NULL;
    size_t used = 0;
    struct arena_mark mark;

    (void)state;
    memset(kept, 'k', 100);
    mark = arena_mark(arena);
    used = arena_used(arena);
    for (int round = 0; round < 3; round++) {
        char *first = arena_alloc(arena, 50);
        assert_zero(first, 50);
        memset(first, 'x', 50);
        if (again) {
            assert_ptr_equal(first, again);
        }
        again = first;
        /* Beyond the block, too. */
        for (int i = 0; i < 300; i++) {
            memset(arena_alloc(arena, 4000), 'y', 4000);
        }
        arena_rewind(arena, mark);
        assert_int_equal(arena_used(arena), used);
    }
    for (int i = 0; i < 100; i++) {
        assert_int_equal(kept[i], 'k');
    }
    arena_free(arena);
}

static void test_arena__rewind_to_the_empty_arena(void **state)
{
    struct arena *arena = arena_new(0);
    struct arena_mark mark = arena_mark(arena);

    (void)state;
    memset(arena_alloc(arena, 200000), 'x', 200000);
    arena_rewind(arena, mark);
    assert_int_equal(arena_used(arena), 0);
    assert_zero(arena_alloc(arena, 1000), 1000);
    arena_free(arena);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena__memory_is_zeroed_and_aligned),
        cmocka_unit_test(test_arena__blocks_are_used_again),
        cmocka_unit_test(test_arena__copies_are_whole),
        cmocka_unit_test(test_arena__size_zero_gives_distinct_pointers),
        cmocka_unit_test(test_arena__blocks_grow),
        cmocka_unit_test(test_arena__ceiling_is_kept),
        cmocka_unit_test(test_arena__overflow_is_refused),
        cmocka_unit_test(test_arena__rewind_keeps_what_was_before),
        cmocka_unit_test(test_arena__rewind_to_the_empty_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
