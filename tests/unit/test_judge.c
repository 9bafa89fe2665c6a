/* Who wins a field: modes alone, modes in order, base versions, and how long it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "model/judge.h"

enum { ABSENT_HOUR = -1 };

static const struct value ours = {
    .type = VALUE_TYPE_TEXT, .kind = VALUE_TEXT, .as.text = {"Kim", 3}};
static const struct value theirs = {
    .type = VALUE_TYPE_STRING, .kind = VALUE_TEXT, .as.text = {"Lee", 3}};

static instant at(int hour)
{
    return hour == ABSENT_HOUR ? INSTANT_NONE : (instant)hour * 3600 * 1000;
}

static struct judge_side testimony_of(const struct value *value, int certain, int possible)
{
    return (struct judge_side){.value = value,
                               .fingerprint = value_fingerprint(value),
                               .certain = at(certain),
                               .possible = at(possible)};
}

static enum verdict by_mode(enum judge_mode mode, int left_certain, int left_possible,
                            int right_certain, int right_possible)
{
    struct judge_side left = testimony_of(&ours, left_certain, left_possible);
    struct judge_side right = testimony_of(&theirs, right_certain, right_possible);

    return judge_by_mode(mode, &left, &right, (struct base){0});
}

static void test_judge_by_mode__equal_values_need_no_dates(void **state)
{
    struct judge_side left = testimony_of(&ours, 1, 1);
    struct value same = ours;
    struct judge_side right;

    (void)state;
    same.type = VALUE_TYPE_STRING;
    right = testimony_of(&same, 2, 2);
    for (int mode = 0; mode < JUDGE_MODE_COUNT; mode++) {
        assert_int_equal(judge_by_mode((enum judge_mode)mode, &left, &right, (struct base){0}),
                         VERDICT_EQUAL);
    }
}

static void test_judge_by_mode__hard(void **state)
{
    (void)state;
    assert_int_equal(by_mode(JUDGE_HARD, 2, 2, 1, 9), VERDICT_LEFT);
    assert_int_equal(by_mode(JUDGE_HARD, 1, 1, 2, 2), VERDICT_RIGHT);
    assert_int_equal(by_mode(JUDGE_HARD, 1, 2, 1, 1), VERDICT_UNRESOLVED);
    assert_int_equal(by_mode(JUDGE_HARD, ABSENT_HOUR, 2, 1, 1), VERDICT_UNRESOLVED);
    assert_int_equal(by_mode(JUDGE_HARD, 2, 2, ABSENT_HOUR, 1), VERDICT_UNRESOLVED);
}

static void test_judge_by_mode__best_looks_at_possible_ones_only_after_certain_ones(void **state)
{
    (void)state;
    assert_int_equal(by_mode(JUDGE_BEST, 2, 2, 1, 9), VERDICT_LEFT);
    assert_int_equal(by_mode(JUDGE_BEST, 1, 3, 1, 2), VERDICT_LEFT);
    assert_int_equal(by_mode(JUDGE_BEST, 5, 5, ABSENT_HOUR, 6), VERDICT_RIGHT);
    assert_int_equal(by_mode(JUDGE_BEST, 5, 5, ABSENT_HOUR, 5), VERDICT_UNRESOLVED);
    assert_int_equal(by_mode(JUDGE_BEST, 5, 5, ABSENT_HOUR, ABSENT_HOUR), VERDICT_UNRESOLVED);
}

static void test_judge_by_mode__fuzzy_compares_certain_with_possible(void **state)
{
    (void)state;
    assert_int_equal(by_mode(JUDGE_FUZZY, 3, ABSENT_HOUR, ABSENT_HOUR, 2), VERDICT_LEFT);
    assert_int_equal(by_mode(JUDGE_FUZZY, ABSENT_HOUR, 2, 3, ABSENT_HOUR), VERDICT_RIGHT);
    /* Earlier than the other's possible instant proves nothing. */
    assert_int_equal(by_mode(JUDGE_FUZZY, 1, ABSENT_HOUR, ABSENT_HOUR, 2), VERDICT_UNRESOLVED);
    assert_int_equal(by_mode(JUDGE_FUZZY, ABSENT_HOUR, 2, 1, ABSENT_HOUR), VERDICT_UNRESOLVED);
    assert_int_equal(by_mode(JUDGE_FUZZY, ABSENT_HOUR, ABSENT_HOUR, ABSENT_HOUR, ABSENT_HOUR),
                     VERDICT_UNRESOLVED);
}

static void test_judge_by_mode__base_lets_the_side_win_that_changed(void **state)
{
    const struct value third = value_text(VALUE_TYPE_TEXT, TEXT("Max"));
    struct judge_side left = testimony_of(&ours, 1, 1);
    struct judge_side right = testimony_of(&theirs, 9, 9);

    (void)state;
    assert_int_equal(
        judge_by_mode(JUDGE_BASE, &left, &right, (struct base){left.fingerprint, left.fingerprint}),
        VERDICT_RIGHT);
    assert_int_equal(judge_by_mode(JUDGE_BASE, &left, &right,
                                   (struct base){right.fingerprint, right.fingerprint}),
                     VERDICT_LEFT);
    assert_int_equal(
        judge_by_mode(JUDGE_BASE, &left, &right,
                      (struct base){value_fingerprint(&third), value_fingerprint(&third)}),
        VERDICT_UNRESOLVED);
    assert_int_equal(judge_by_mode(JUDGE_BASE, &left, &right, (struct base){0}),
                     VERDICT_UNRESOLVED);
    /* No base must not be taken for a base of values without a fingerprint. */
    left.fingerprint = 0;
    assert_int_equal(judge_by_mode(JUDGE_BASE, &left, &right, (struct base){0}),
                     VERDICT_UNRESOLVED);
}

static void test_judge_adjudicate__base_goes_before_dates(void **state)
{
    const struct judge judge = judge_default();
    struct judge_side left = testimony_of(&ours, 9, 9);
    struct judge_side right = testimony_of(&theirs, 1, 1);
    enum judge_mode decided_by = JUDGE_FUZZY;

    (void)state;
    assert_int_equal(judge_adjudicate(&judge, &left, &right,
                                      (struct base){left.fingerprint, left.fingerprint},
                                      &decided_by),
                     VERDICT_RIGHT);
    assert_int_equal(decided_by, JUDGE_BASE);
    assert_int_equal(judge_adjudicate(&judge, &left, &right, (struct base){0}, &decided_by),
                     VERDICT_LEFT);
    assert_int_equal(decided_by, JUDGE_HARD);
}

static void test_judge_adjudicate__tells_the_mode_that_decided(void **state)
{
    const struct judge judge = judge_default();
    struct judge_side left = testimony_of(&ours, 5, 5);
    struct judge_side right = testimony_of(&theirs, ABSENT_HOUR, 6);
    enum judge_mode decided_by = JUDGE_BASE;

    (void)state;
    assert_int_equal(judge_adjudicate(&judge, &left, &right, (struct base){0}, &decided_by),
                     VERDICT_RIGHT);
    assert_int_equal(decided_by, JUDGE_BEST);
    left = testimony_of(&ours, 5, ABSENT_HOUR);
    right = testimony_of(&theirs, ABSENT_HOUR, 4);
    assert_int_equal(judge_adjudicate(&judge, &left, &right, (struct base){0}, &decided_by),
                     VERDICT_LEFT);
    assert_int_equal(decided_by, JUDGE_FUZZY);
    right = testimony_of(&theirs, ABSENT_HOUR, 5);
    assert_int_equal(judge_adjudicate(&judge, &left, &right, (struct base){0}, &decided_by),
                     VERDICT_UNRESOLVED);
    assert_int_equal(decided_by, JUDGE_MODE_COUNT);
    right = testimony_of(&ours, 1, 1);
    decided_by = JUDGE_BASE;
    assert_int_equal(judge_adjudicate(&judge, &left, &right, (struct base){0}, &decided_by),
                     VERDICT_EQUAL);
    assert_int_equal(decided_by, JUDGE_MODE_COUNT);
}

static void test_judge_adjudicate__without_modes_nobody_wins(void **state)
{
    const struct judge none = {.mode_count = 0};
    const struct judge hard = {.modes = {JUDGE_HARD}, .mode_count = 1};
    struct judge_side left = testimony_of(&ours, 5, 9);
    struct judge_side right = testimony_of(&theirs, ABSENT_HOUR, 6);

    (void)state;
    assert_int_equal(judge_adjudicate(&none, &left, &right, (struct base){1, 1}, NULL),
                     VERDICT_UNRESOLVED);
    assert_int_equal(judge_adjudicate(&hard, &left, &right, (struct base){0}, NULL),
                     VERDICT_UNRESOLVED);
    assert_false(judge_has_base(&none));
    assert_false(judge_has_base(&hard));
    right = testimony_of(&ours, 1, 1);
    assert_int_equal(judge_adjudicate(&none, &left, &right, (struct base){0}, NULL), VERDICT_EQUAL);
}

static void test_judge_mode__names_go_both_ways(void **state)
{
    const struct judge judge = judge_default();
    enum judge_mode mode = JUDGE_BASE;

    (void)state;
    assert_true(judge_has_base(&judge));
    assert_int_equal(judge.mode_count, JUDGE_MODE_COUNT);
    for (size_t i = 0; i < judge.mode_count; i++) {
        assert_int_equal(judge.modes[i], i);
        assert_true(judge_mode_of_name(text_of(judge_mode_name(judge.modes[i])), &mode));
        assert_int_equal(mode, i);
    }
    assert_false(judge_mode_of_name(TEXT("Hard"), &mode));
    assert_false(judge_mode_of_name(TEXT(""), &mode));
    assert_false(judge_mode_of_name(TEXT_ABSENT, &mode));
    assert_string_equal(judge_mode_name(JUDGE_MODE_COUNT), "none");
    assert_string_equal(judge_verdict_name(VERDICT_EQUAL), "equal");
    assert_string_equal(judge_verdict_name(VERDICT_UNRESOLVED), "unresolved");
}

/* The promise is 50 ns in a release build; the bound here is that of a debug build with sanitizers
 * on a busy machine, and catches only an allocation or a hash that slipped in. */
static void test_judge_adjudicate__is_quick(void **state)
{
    const struct judge judge = judge_default();
    struct judge_side left = testimony_of(&ours, 5, ABSENT_HOUR);
    struct judge_side right = testimony_of(&theirs, ABSENT_HOUR, 4);
    struct timespec began, ended;
    enum { ROUNDS = 1000000 };
    size_t lefts = 0;
    double each = 0;

    (void)state;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &began);
    for (int i = 0; i < ROUNDS; i++) {
        left.certain = at(5 + i % 3); /* a loop that can't be hoisted */
        lefts += judge_adjudicate(&judge, &left, &right, (struct base){1, 1}, NULL) == VERDICT_LEFT;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
    each = ((double)(ended.tv_sec - began.tv_sec) * 1e9 + (double)(ended.tv_nsec - began.tv_nsec)) /
           ROUNDS;
    print_message("judge_adjudicate: %.1f ns per decision\n", each);
    assert_int_equal(lefts, ROUNDS);
    assert_true(each < 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge_by_mode__equal_values_need_no_dates),
        cmocka_unit_test(test_judge_by_mode__hard),
        cmocka_unit_test(test_judge_by_mode__best_looks_at_possible_ones_only_after_certain_ones),
        cmocka_unit_test(test_judge_by_mode__fuzzy_compares_certain_with_possible),
        cmocka_unit_test(test_judge_by_mode__base_lets_the_side_win_that_changed),
        cmocka_unit_test(test_judge_adjudicate__base_goes_before_dates),
        cmocka_unit_test(test_judge_adjudicate__tells_the_mode_that_decided),
        cmocka_unit_test(test_judge_adjudicate__without_modes_nobody_wins),
        cmocka_unit_test(test_judge_mode__names_go_both_ways),
        cmocka_unit_test(test_judge_adjudicate__is_quick),
    };
    return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
