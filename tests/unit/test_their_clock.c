/* A third party whose clock is wrong, is set, and goes wrong again: no window leaves a gap, and
 * what it dates is compared by our clock (spec 13.9). */
#include "support/linked_contacts.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, OVERLAP = 5 * MINUTE };

static void their_clock_is(struct scripted_run *run, int64_t behind)
{
    run->their_clock = (struct clock_bounds){.known = true, .least = behind, .most = behind};
}

/* A run at fixture_now and so much later. */
static void run_at(struct scripted_run *run, int64_t later)
{
    run->now = fixture_now + later;
    scripted_run(run);
    assert_int_equal(run->code, ERROR_NONE);
}

/* What it asked for, by their clock. */
static void asked(const struct scripted_run *run, unsigned times, int64_t from, int64_t to)
{
    assert_int_equal(run->asked, times);
    assert_int_equal(run->asked_from, fixture_now + from);
    assert_int_equal(run->asked_to, fixture_now + to);
}

static void test_their_clock__ahead_then_set_then_ahead_again(void **state)
{
    struct scripted_run run = linked_contacts(*state, 1);
    run_at(&run, 0);
    assert_int_equal(run.asked, 1);
    their_clock_is(&run, -3 * HOUR);
    run_at(&run, HOUR);
    asked(&run, 2, -OVERLAP, 4 * HOUR + SECOND); /* anew, as the first answer told */
    assert_int_equal(run.summary.clock_behind_ms, -3 * HOUR);
    assert_int_equal(run.summary.to, fixture_now + HOUR);
    run_at(&run, 2 * HOUR);
    asked(&run, 1, 4 * HOUR - OVERLAP, 5 * HOUR + SECOND); /* it was known */
    their_clock_is(&run, 0);
    run_at(&run, 3 * HOUR);
    asked(&run, 2, 2 * HOUR - OVERLAP, 6 * HOUR + SECOND); /* by both clocks */
    run_at(&run, 4 * HOUR);
    asked(&run, 1, 3 * HOUR - OVERLAP, 4 * HOUR);
    their_clock_is(&run, -3 * HOUR);
    run_at(&run, 5 * HOUR);
    asked(&run, 2, 4 * HOUR - OVERLAP, 8 * HOUR + SECOND);
}

static void test_their_clock__behind_then_set_then_behind_again(void **state)
{
    struct scripted_run run = linked_contacts(*state, 1);
    their_clock_is(&run, 3 * HOUR);
    run_at(&run, 0);
    assert_int_equal(run.asked, 2);
    run_at(&run, HOUR);
    asked(&run, 1, -3 * HOUR - OVERLAP, HOUR); /* it may be set at any moment */
    their_clock_is(&run, 0);
    run_at(&run, 2 * HOUR);
    asked(&run, 2, -2 * HOUR - OVERLAP, 2 * HOUR);
    run_at(&run, 3 * HOUR);
    asked(&run, 1, 2 * HOUR - OVERLAP, 3 * HOUR);
    their_clock_is(&run, 3 * HOUR);
    run_at(&run, 4 * HOUR);
    asked(&run, 2, -OVERLAP, 4 * HOUR);
}

/* The position does not move over what an operator left out, but it is read by the clock of today.
 */
static void test_their_clock__of_a_run_that_does_not_move_the_position(void **state)
{
    struct scripted_run run = linked_contacts(*state, 1);
    run_at(&run, 0);
    their_clock_is(&run, 3 * HOUR);
    run.options.start = TEXT("2026-03-10T12:30:00Z"); /* half an hour after fixture_now */
    run_at(&run, HOUR);
    asked(&run, 2, HOUR / 2 - 3 * HOUR, HOUR);
    their_clock_is(&run, 0);
    run.options.start = TEXT_ABSENT;
    run_at(&run, 2 * HOUR);
    asked(&run, 2, -3 * HOUR - OVERLAP, 2 * HOUR);
}

static void test_their_clock__dates_are_ours(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    their_clock_is(&run, -3 * HOUR);
    scripted_run_tell(
        &run, &(struct told_record){
                  "Contact", "C1", {"FirstName", "Theirs"}, fixture_now + 3 * HOUR - 2 * MINUTE});
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "Ours",
                      NULL); /* at fixture_now */
    run_at(&run, MINUTE);
    assert_string_equal(run.sent, "update Contact:C1; ");
}

/* ---- ours ---- */

/* A run that goes on is as old as the run that died: what was edited since is no edit of the
 * future, and newer than what they edited before it. */
static void test_our_clock__an_edit_after_the_run_began_keeps_its_instant(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture, store_set_clock(fixture->store, fixture_now + 10 * MINUTE, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "Ours", NULL);
    scripted_run_tell(
        &run,
        &(struct told_record){"Contact", "C1", {"FirstName", "Theirs"}, fixture_now + 5 * MINUTE});
    run_at(&run, MINUTE);
    assert_string_equal(run.sent, "update Contact:C1; ");
}

/* What was typed with a wrong clock counts as typed now. */
static void test_our_clock__an_edit_of_the_future_counts_as_made_now(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture, store_set_clock(fixture->store, fixture_now + HOUR, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "Ours", NULL);
    OK(fixture, store_set_clock(fixture->store, fixture_now + 10 * MINUTE, &fixture->error));
    scripted_run_tell(
        &run,
        &(struct told_record){"Contact", "C1", {"FirstName", "Theirs"}, fixture_now + 20 * MINUTE});
    run_at(&run, MINUTE);
    assert_string_equal(run.sent, "");
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_##name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(their_clock__ahead_then_set_then_ahead_again),
        TEST(their_clock__behind_then_set_then_behind_again),
        TEST(their_clock__of_a_run_that_does_not_move_the_position),
        TEST(their_clock__dates_are_ours),
        TEST(our_clock__an_edit_after_the_run_began_keeps_its_instant),
        TEST(our_clock__an_edit_of_the_future_counts_as_made_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
