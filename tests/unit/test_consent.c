/* Do-not-contact values that nobody is known to have edited here: which one is kept, and why. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sync/pull/consent.h"

static struct value reason(int64_t number)
{
    return (struct value){.type = VALUE_TYPE_INT, .kind = VALUE_INTEGER, .as.integer = number};
}

enum agreed { UNKNOWN, OURS, THIRD };

static const struct example {
    int64_t ours, theirs;
    enum agreed base; /* what both last agreed on */
    bool dated;
    enum direction direction;
    enum conflict_policy on_conflict;
    enum verdict verdict;
    const char *decided_by;
} examples[] = {
    {1, 0, UNKNOWN, false, DIRECTION_BIDIRECTIONAL, CONFLICT_NEWEST, VERDICT_LEFT, "consent"},
    {3, 1, UNKNOWN, false, DIRECTION_BIDIRECTIONAL, CONFLICT_NEWEST, VERDICT_LEFT, "consent"},
    {0, 2, UNKNOWN, false, DIRECTION_BIDIRECTIONAL, CONFLICT_NEWEST, VERDICT_RIGHT, "consent"},
    {1, 0, UNKNOWN, true, DIRECTION_BIDIRECTIONAL, CONFLICT_NEWEST, VERDICT_RIGHT, "dated"},
    {1, 0, OURS, false, DIRECTION_BIDIRECTIONAL, CONFLICT_NEWEST, VERDICT_RIGHT, "base"},
    {1, 0, THIRD, false, DIRECTION_BIDIRECTIONAL, CONFLICT_NEWEST, VERDICT_LEFT, "consent"},
    {1, 0, THIRD, true, DIRECTION_BIDIRECTIONAL, CONFLICT_NEWEST, VERDICT_RIGHT, "dated"},
    {1, 0, THIRD, false, DIRECTION_TO_INTERNAL, CONFLICT_NEWEST, VERDICT_RIGHT, "base"},
    {1, 0, UNKNOWN, false, DIRECTION_TO_INTERNAL, CONFLICT_NEWEST, VERDICT_LEFT, "consent"},
    {1, 0, UNKNOWN, false, DIRECTION_BIDIRECTIONAL, CONFLICT_STRICTEST, VERDICT_LEFT, "consent"},
    {1, 0, UNKNOWN, false, DIRECTION_BIDIRECTIONAL, CONFLICT_INTEGRATION, VERDICT_RIGHT,
     "policy integration"},
};

static void test_consent__a_laxer_value_needs_proof(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *example = &examples[i];
        const struct value ours = reason(example->ours), theirs = reason(example->theirs);
        const struct value third = reason(7);
        const struct manual_line line = {.direction = example->direction,
                                         .on_conflict = example->on_conflict};
        const uint64_t base = example->base == UNKNOWN
                                  ? 0
                                  : value_fingerprint(example->base == OURS ? &ours : &third);
        const struct consent_case consent = {.line = &line,
                                             .ours = &ours,
                                             .theirs = &theirs,
                                             .base = {base, base},
                                             .shown = value_fingerprint(&theirs),
                                             .ours_at = INSTANT_NONE,
                                             .theirs_at = example->dated ? 1 : INSTANT_NONE};
        const char *decided_by = NULL;
        assert_int_equal(consent_decide(&consent, &decided_by), example->verdict);
        assert_string_equal(decided_by, example->decided_by);
    }
}

/* 2026-03-10 in milliseconds, and what is known of ours. */
static enum verdict at_first_contact(instant ours_at, instant theirs_at)
{
    const instant day = INT64_C(1773100800000);
    const struct value ours = reason(1), theirs = reason(0);
    const struct manual_line line = {.direction = DIRECTION_BIDIRECTIONAL};
    const struct consent_case consent = {.line = &line,
                                         .ours = &ours,
                                         .theirs = &theirs,
                                         .shown = value_fingerprint(&theirs),
                                         .first_contact = true,
                                         .ours_at = day + ours_at,
                                         .theirs_at = day + theirs_at};
    const char *decided_by = NULL;
    return consent_decide(&consent, &decided_by);
}

static void test_consent__at_first_contact_a_block_is_lifted_by_a_later_date_only(void **state)
{
    (void)state;
    assert_int_equal(at_first_contact(5001, 6001), VERDICT_RIGHT);
    assert_int_equal(at_first_contact(6001, 6001), VERDICT_LEFT);
    assert_int_equal(at_first_contact(7001, 6001), VERDICT_LEFT);
}

static void test_consent__within_the_unit_of_their_date_it_is_a_tie(void **state)
{
    (void)state;
    assert_int_equal(at_first_contact(6001, 6999), VERDICT_RIGHT); /* milliseconds */
    assert_int_equal(at_first_contact(6001, 6000 + 1000), VERDICT_RIGHT);
    assert_int_equal(at_first_contact(7001, 7000), VERDICT_LEFT);               /* seconds */
    assert_int_equal(at_first_contact(60 * 1000 + 1, 60 * 1000), VERDICT_LEFT); /* minutes */
    assert_int_equal(at_first_contact(60 * 1000, 0), VERDICT_LEFT); /* days: the same day */
}

static enum verdict of_tie(int ours, instant ours_at, int theirs, instant theirs_at)
{
    const struct value left = reason(ours), right = reason(theirs);
    const instant day = (instant)20000 * 24 * 3600 * 1000;
    return consent_of_tie(
        &(struct judge_side){.value = &left, .certain = day + ours_at, .possible = INSTANT_NONE},
        &(struct judge_side){
            .value = &right, .certain = INSTANT_NONE, .possible = day + theirs_at});
}

static void test_consent__of_two_edits_within_a_unit_the_stricter_stays(void **state)
{
    (void)state;
    assert_int_equal(of_tie(0, 7500, 1, 7000), VERDICT_RIGHT);
    assert_int_equal(of_tie(3, 7500, 0, 7000), VERDICT_LEFT);
    assert_int_equal(of_tie(0, 8000, 1, 7000), VERDICT_UNRESOLVED); /* ours is a second later */
    assert_int_equal(of_tie(0, 7500, 1, 7001), VERDICT_UNRESOLVED); /* theirs has milliseconds */
    assert_int_equal(of_tie(2, 7500, 2, 7000), VERDICT_UNRESOLVED);
}

static void test_stricter__the_greater_reason(void **state)
{
    (void)state;
    const struct value none = reason(0), bounced = reason(2), manual = reason(3);
    const struct value null = value_null(VALUE_TYPE_INT);
    assert_int_equal(consent_stricter(&bounced, &manual), VERDICT_RIGHT);
    assert_int_equal(consent_stricter(&manual, &none), VERDICT_LEFT);
    assert_int_equal(consent_stricter(&manual, &manual), VERDICT_UNRESOLVED);
    assert_int_equal(consent_stricter(&manual, &null), VERDICT_UNRESOLVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_consent__a_laxer_value_needs_proof),
        cmocka_unit_test(test_consent__at_first_contact_a_block_is_lifted_by_a_later_date_only),
        cmocka_unit_test(test_consent__within_the_unit_of_their_date_it_is_a_tie),
        cmocka_unit_test(test_consent__of_two_edits_within_a_unit_the_stricter_stays),
        cmocka_unit_test(test_stricter__the_greater_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
