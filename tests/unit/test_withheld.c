/* Values of theirs that we cannot hold: what people are told of them; whole runs over a real store
 * (spec section 13.1). */
#include "support/linked_contacts.h"

#include "store/inspect/explain.h"

#include <string.h>

static void tell_points(struct scripted_run *run, const char *points, instant at)
{
    scripted_run_tell(run, &(struct told_record){"Contact", "C1", {"Points", points}, at});
}

/* "theirs decided_by; ..." of what 'explain' says of the record's points, the newest first. */
static const char *explained(struct store_fixture *fixture)
{
    const struct explain_subject subject = {.integration = TEXT("hub"),
                                            .theirs = true,
                                            .object = TEXT("Contact"),
                                            .id = TEXT("C1"),
                                            .field = TEXT("points")};
    struct explain_decision *decisions = NULL;
    size_t count = 0;
    struct text all = TEXT("");
    OK(fixture, explain_decisions(fixture->store, &subject, 10, fixture->arena, &decisions, &count,
                                  &fixture->error));
    for (size_t i = 0; i < count; i++)
        OK(fixture,
           text_format(fixture->arena, &all, &fixture->error, "%.*s%.*s %.*s; ", TEXT_PRINT(all),
                       TEXT_PRINT(decisions[i].right), TEXT_PRINT(decisions[i].decided_by)));
    return all.bytes;
}

/* An edit here that follows is sent over it: then it is on neither side any more. */
static void test_withheld__value_that_cannot_be_read_is_explained(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    tell_points(&run, "about 4", 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_string_equal(explained(fixture), "about 4 withheld; ");
    run.record_count = 0;
    OK(fixture, store_set_clock(fixture->store, fixture_now + 60000, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "points", "7", NULL);
    run.now = fixture_now + 60000;
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_string_equal(explained(fixture), "about 4 withheld; ");
}

static void test_withheld__value_of_a_new_record_is_explained(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = scripted_run_of(fixture);
    scripted_run_tell(
        &run, &(struct told_record){
                  "Contact", "C1", {"Email", "c1@x.test", "Points", "about 4"}, fixture_now});
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 1);
    assert_string_equal(explained(fixture), "about 4 withheld; ");
}

/* ---- what was known before a value came damaged ---- */

#define DAMAGED "A\xEF\xBF\xBD"

enum { MINUTE = 60000 };

/* A run at this minute, which is told these records. */
static void tell_at(struct scripted_run *run, int minute, const struct told_record *records,
                    size_t count)
{
    run->record_count = 0;
    for (size_t i = 0; i < count; i++)
        scripted_run_tell(run, &records[i]);
    run->now = fixture_now + minute * MINUTE;
    OK(run->fixture, store_set_clock(run->fixture->store, run->now, &run->fixture->error));
    scripted_run(run);
}

/* So many minutes later, they show this as the first name, as old as it says. */
static void run_later(struct scripted_run *run, int minutes, const char *name, int written)
{
    const struct told_record record = {
        "Contact", "C1", {"FirstName", name}, fixture_now + written * MINUTE};
    tell_at(run, minutes, &record, 1);
}

static void edit_name(struct store_fixture *fixture, int minutes, const char *name)
{
    OK(fixture, store_set_clock(fixture->store, fixture_now + minutes * MINUTE, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", name, NULL);
}

/* They lag, and one of their answers is damaged: their old value is no edit for all that (13.2). */
static void test_withheld__what_was_sent_is_still_awaited(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    edit_name(fixture, 1, "Ann");
    run_later(&run, 2, "C1", 0);
    assert_string_equal(run.sent, "update Contact:C1; ");
    run_later(&run, 3, DAMAGED, 2);
    run_later(&run, 4, "C1", 2);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "Ann");
    assert_string_equal(run.sent, "");
    run_later(&run, 5, "Ann", 2);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "Ann");
    run_later(&run, 6, "Eve", 6);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "Eve");
}

static void test_withheld__edit_that_is_taken_back_is_not_sent(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    run_later(&run, 1, DAMAGED, 1);
    edit_name(fixture, 2, "Ann");
    edit_name(fixture, 3, "C1");
    run.record_count = 0;
    run.now = fixture_now + 4 * MINUTE;
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

/* What could not be read was never agreed, so it is not emptied (13.1) ... */
static void test_withheld__emptied_here_waits_until_it_can_be_read(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    run_later(&run, 1, DAMAGED, 1);
    edit_name(fixture, 2, "");
    run.record_count = 0;
    run.now = fixture_now + 4 * MINUTE;
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    run_later(&run, 5, "C1", 1); /* it was what both had agreed on */
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "");
}

static void test_withheld__emptied_here_is_sent_once_what_was_sent_is_seen(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    edit_name(fixture, 1, "Ann");
    run_later(&run, 2, "C1", 0);
    run_later(&run, 3, DAMAGED, 2);
    edit_name(fixture, 4, "");
    run.record_count = 0;
    run.now = fixture_now + 5 * MINUTE;
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    run_later(&run, 6, "Ann", 2);
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "");
}

/* ... nor are we by what they have after it. */
static void test_withheld__emptied_there_does_not_empty_ours(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    run_later(&run, 1, DAMAGED, 1);
    run_later(&run, 2, "", 2);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "C1");
    assert_string_equal(run.sent, "update Contact:C1; ");
}

/* Nor is what a further record of the page brings, on which nobody agreed. */
static void test_withheld__emptied_there_does_not_empty_what_a_further_record_has(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    const struct told_record filled = {"Contact", "C1", {"Phone", "5"}, fixture_now + MINUTE},
                             emptied = {"Contact", "C1", {"Phone", ""}, fixture_now + 9 * MINUTE},
                             further = {"Contact",
                                        "C2",
                                        {"Email", "c1@x.test", "Phone", "7"},
                                        fixture_now + 8 * MINUTE};
    tell_at(&run, 5, &filled, 1);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "phone"), "5");
    tell_at(&run, 10, (const struct told_record[]){further, emptied}, 2);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C2 contact:1; ");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "phone"), "7");
}

/* Somebody may say later who wins; then their value has to come again (decision 41). */
static void test_withheld__tie_goes_on_holding_the_position(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    edit_name(fixture, 10, "Ann");
    run_later(&run, 11, "Eve", 10);
    assert_int_equal(run.summary.pull.conflicts.unresolved, 1);
    run_later(&run, 30, DAMAGED, 10);
    assert_string_equal(run.sent, "");
    run.settings.on_tie = TIE_INTEGRATION;
    run_later(&run, 50, "Eve", 10);
    assert_true(run.asked_from <= fixture_now + 10 * MINUTE);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "Eve");
}

/* ---- what they refuse ---- */

/* All that was to change at C1 is refused; C2 is sent the rest once more, and C1 nothing. */
static void test_withheld__what_was_refused_is_not_sent_again_for_another_record(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    scripted_run_tell(&run, &(struct told_record){"Contact", "C2", {"Email", "c1@x.test"}, 0});
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C2 contact:1; ");
    edit_name(fixture, 10, "Ann");
    run.record_count = 0;
    run.now = fixture_now + 11 * MINUTE;
    OK(fixture, store_set_clock(fixture->store, run.now, &fixture->error));
    scripted_run_tell(&run, &(struct told_record){"Contact", "C1", {"LastName", "Lee"}, run.now});
    run.never = "FirstName";
    run.options.first_time = true;
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; update Contact:C2; update Contact:C2; ");
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_withheld__##name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(value_that_cannot_be_read_is_explained),
        TEST(value_of_a_new_record_is_explained),
        TEST(what_was_sent_is_still_awaited),
        TEST(edit_that_is_taken_back_is_not_sent),
        TEST(emptied_here_waits_until_it_can_be_read),
        TEST(emptied_here_is_sent_once_what_was_sent_is_seen),
        TEST(emptied_there_does_not_empty_ours),
        TEST(emptied_there_does_not_empty_what_a_further_record_has),
        TEST(tie_goes_on_holding_the_position),
        TEST(what_was_refused_is_not_sent_again_for_another_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
