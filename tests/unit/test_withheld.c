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

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_withheld__##name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(value_that_cannot_be_read_is_explained),
        TEST(value_of_a_new_record_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
