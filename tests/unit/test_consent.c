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

enum base { UNKNOWN, OURS, THIRD };

static const struct example {
    int64_t ours, theirs;
    enum base base; /* what both last agreed on */
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

static void test_consent__a_laxer_value_needs_evidence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *example = &examples[i];
        const struct value ours = reason(example->ours), theirs = reason(example->theirs);
        const struct value third = reason(7);
        const struct manual_line line = {.direction = example->direction,
                                         .on_conflict = example->on_conflict};
        const struct consent_case consent = {
            .line = &line,
            .ours = &ours,
            .theirs = &theirs,
            .base = example->base == UNKNOWN
                        ? 0
                        : value_fingerprint(example->base == OURS ? &ours : &third),
            .dated = example->dated};
        const char *decided_by = NULL;
        assert_int_equal(consent_decide(&consent, &decided_by), example->verdict);
        assert_string_equal(decided_by, example->decided_by);
    }
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
        cmocka_unit_test(test_consent__a_laxer_value_needs_evidence),
        cmocka_unit_test(test_stricter__the_greater_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
