/* Brakes, deletions, merges and remaps: whole runs over a real store. */
#include "support/linked_contacts.h"

#include <stdio.h>
#include <string.h>

#include "store/objects/objects.h"

enum { MANY = 30 };

static void report_deleted(struct scripted_run *run, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++) {
        struct text id = TEXT_ABSENT;
        OK(run->fixture, text_format(run->fixture->arena, &id, &run->fixture->error, "C%zu", i));
        const struct told_move move = {"Contact", id.bytes, NULL, NULL, 0};
        scripted_run_move(run, &move);
    }
}

static uint64_t contacts(struct store_fixture *fixture)
{
    uint64_t count = 0;
    OK(fixture, objects_count(fixture->store, TEXT("contact"), &count, &fixture->error));
    return count;
}

/* ---- deletions ---- */

static void test_deletion__there_unlinks(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 2);
    report_deleted(&run, 1, 1);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1 deleted; C2 contact:2; ");
    assert_int_equal(contacts(fixture), 2);
    run.move_count = 0;
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "New", NULL);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

static void test_deletion__there_is_ignored(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_IGNORE);
    struct scripted_run run = linked_contacts(fixture, 1);
    report_deleted(&run, 1, 1);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; ");
}

static void test_deletion__there_deletes_here_and_is_not_sent_back(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 2);
    report_deleted(&run, 2, 2);
    scripted_run(&run);
    assert_int_equal(contacts(fixture), 1);
    assert_string_equal(run.sent, "");
    run.move_count = 0;
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

static void test_deletion__here_is_passed_on_once(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 2);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    scripted_run(&run);
    assert_string_equal(run.sent, "delete Contact:C1; ");
    assert_int_equal(run.summary.push.deleted, 1);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

static void test_deletion__here_is_not_passed_on_and_nothing_comes_back(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    const struct told_record record = {
        "Contact", "C1", {"Email", "c1@x.test", "FirstName", "Again"}, fixture_now + 1};
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_int_equal(contacts(fixture), 0);
}

/* ---- brakes ---- */

static void test_brake__many_deletions_there_end_the_run_and_undo_the_page(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, MANY);
    report_deleted(&run, 1, 21);
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_MASS_CHANGE);
    assert_null(strstr(linked_contacts_mappings(fixture), "deleted"));
    run.options.allow_mass_change = true;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_non_null(strstr(linked_contacts_mappings(fixture), "C21 contact:21 deleted"));
}

static void test_brake__as_many_as_the_minimum_may_go(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, MANY);
    report_deleted(&run, 1, 20);
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
}

static void test_brake__a_share_above_the_minimum_may_go(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, MANY);
    run.settings.mass_minimum = 2;
    run.settings.mass_share = 0.2;
    report_deleted(&run, 1, 6);
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    run.move_count = 0;
    report_deleted(&run, 7, 11);
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_MASS_CHANGE);
}

static void test_brake__many_deletions_here_are_not_sent(void **state)
{
    struct store_fixture *fixture = *state;
    char id[16];
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, MANY);
    for (int i = 1; i <= 21; i++) {
        snprintf(id, sizeof id, "%d", i);
        OK(fixture, objects_delete(fixture->store, TEXT("contact"), text_of(id), &fixture->error));
    }
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_MASS_CHANGE);
    assert_string_equal(run.sent, "");
    run.options.allow_mass_change = true;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_int_equal(run.summary.push.deleted, 21);
}

static void test_brake__a_side_that_knows_nothing_any_more_unlinks_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    char id[16];
    struct scripted_run run = linked_contacts(fixture, MANY);
    for (int i = 1; i <= MANY; i++) {
        snprintf(id, sizeof id, "%d", i);
        store_fixture_set(fixture, "contact", text_of(id), "firstname", "New", NULL);
    }
    run.knows_nothing = true;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_MASS_CHANGE);
    /* what was over the share keeps its link and its change */
    assert_non_null(strstr(linked_contacts_mappings(fixture), "C30 contact:30; "));
    run.knows_nothing = false;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_non_null(strstr(run.sent, "update Contact:C30; "));
}

static void test_brake__a_side_that_is_suddenly_empty_ends_the_run(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, MANY);
    run.options = (struct run_options){.first_time = true, .start = TEXT_ABSENT};
    /* everything is asked for again only without a position */
    OK(fixture,
       store_run_books(fixture->run)->begin(store_run_books(fixture->run), &fixture->error));
    const struct window_end nothing = {.at = INSTANT_NONE};
    OK(fixture, store_run_books(fixture->run)
                    ->set_position(store_run_books(fixture->run), fixture->hub->integration[1],
                                   &nothing, &fixture->error));
    OK(fixture,
       store_run_books(fixture->run)->commit(store_run_books(fixture->run), &fixture->error));
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_MASS_CHANGE);
    assert_string_equal(run.sent, "");
}

/* Somebody took away the right to read a field, and their API answers with null. */
static void report_emptied(struct scripted_run *run, size_t from, size_t to)
{
    run->record_count = 0;
    for (size_t i = from; i <= to; i++) {
        struct text id = TEXT_ABSENT, email = TEXT_ABSENT;
        OK(run->fixture, text_format(run->fixture->arena, &id, &run->fixture->error, "C%zu", i));
        OK(run->fixture,
           text_format(run->fixture->arena, &email, &run->fixture->error, "c%zu@x.test", i));
        const struct told_record record = {
            "Contact", id.bytes, {"Email", email.bytes, "FirstName", ""}, fixture_now + 1000};
        scripted_run_tell(run, &record);
    }
}

static void test_brake__a_field_that_is_suddenly_empty_everywhere_ends_the_run(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, MANY);
    report_emptied(&run, 1, 21);
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_MASS_CHANGE);
    assert_non_null(strstr(fixture->error.message, "'firstname' would be emptied"));
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "C1");
    run.options.allow_mass_change = true;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "");
}

static void test_brake__as_many_values_as_the_minimum_may_be_emptied(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, MANY);
    report_emptied(&run, 1, 20);
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("20"), "firstname"), "");
}

static void test_brake__an_outage_ends_the_run(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, MANY);
    char id[16];
    for (int i = 1; i <= MANY; i++) {
        snprintf(id, sizeof id, "%d", i);
        store_fixture_set(fixture, "contact", text_of(id), "firstname", "New", NULL);
    }
    run.refuses = true;
    run.settings.page_partial = 10;
    run.settings.outage_minimum = 10;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_OUTAGE);
    assert_int_equal(run.summary.push.iterations, 1);
}

/* ---- merges and remaps there ---- */

static void test_merge__there_of_two_contacts_keeps_the_winner_and_notes(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 2);
    const struct told_move move = {"Contact", "C1", NULL, "C2", 0};
    scripted_run_move(&run, &move);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1 deleted; C2 contact:2; ");
    assert_non_null(strstr(run.notes, "remap_conflict contact:1; "));
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
}

static void test_merge__there_of_two_contacts_is_told_once(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 2);
    const struct told_move move = {"Contact", "C1", NULL, "C2", 0};
    scripted_run_move(&run, &move);
    scripted_run(&run);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1 deleted; C2 contact:2; ");
    assert_null(strstr(run.notes, "remap_conflict"));
    assert_int_equal(run.summary.status, RUN_DONE);
}

static void test_merge__there_of_two_records_of_one_contact_leaves_one(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    const struct told_record twin = {"Contact", "C9", {"Email", "C1@x.test"}, 0};
    scripted_run_tell(&run, &twin);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C9 contact:1; ");
    run.record_count = 0;
    const struct told_move move = {"Contact", "C9", NULL, "C1", 0};
    scripted_run_move(&run, &move);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; ");
    assert_string_equal(run.notes, "");
}

/* What both once agreed on says nothing of a record any more once it has come with something else.
 */
static void test_twins__the_loser_is_told_the_value_that_it_once_had(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    /* nothing tells contacts apart, or two names would be two people */
    const struct distinguishing nothing = {.object = TEXT("contact")};
    run.settings.distinguish = &nothing;
    run.settings.distinguish_count = 1;
    const struct told_record loser = {
        "Contact", "C1", {"Email", "c1@x.test", "FirstName", "Loser"}, fixture_now - 2000};
    const struct told_record winner = {
        "Contact", "C9", {"Email", "c1@x.test", "FirstName", "C1"}, fixture_now - 1000};
    OK(fixture, store_set_clock(fixture->store, fixture_now - 3000, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "Ours", NULL);
    OK(fixture, store_set_clock(fixture->store, fixture_now, &fixture->error));
    scripted_run_tell(&run, &loser);
    scripted_run_tell(&run, &winner);
    scripted_run(&run);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "C1");
    assert_non_null(strstr(run.sent, "update Contact:C1; "));
    assert_null(strstr(run.sent, "Contact:C9"));
}

static void test_merge__into_a_record_that_is_not_known_moves_the_link(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    const struct told_move move = {"Contact", "C1", NULL, "C7", 0};
    scripted_run_move(&run, &move);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C7 contact:1; ");
}

/* ---- merges here ---- */

static void test_objects_merge__keeps_records_values_and_consent(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 2);
    store_fixture_set(fixture, "contact", TEXT("2"), "lastname", "Lee", "dnc_email", "1", NULL);
    OK(fixture,
       objects_merge(fixture->store, TEXT("contact"), TEXT("1"), TEXT("2"), &fixture->error));
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C2 contact:1; ");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "lastname"), "Lee");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "firstname"), "C1");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "dnc_email"), "1");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("2"), "email"), "gone");
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; update Contact:C2; ");
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

static void test_objects_merge__of_companies_takes_references_along(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_add(fixture, "company", "companyname", "Acme", NULL);
    store_fixture_add(fixture, "company", "companyname", "ACME Ltd", NULL);
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture,
       objects_merge(fixture->store, TEXT("company"), TEXT("1"), TEXT("2"), &fixture->error));
    assert_string_equal(linked_contacts_mappings(fixture),
                        "C1 contact:1; N1 company:1; N2 company:1; ");
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
}

/* Its contacts have the winner's name from now on, or they would be no company's. */
static void test_objects_merge__of_companies_renames_for_contacts(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_add(fixture, "company", "companyname", "Acme", NULL);
    store_fixture_add(fixture, "company", "companyname", "ACME Ltd", NULL);
    store_fixture_add(fixture, "contact", "email", "a@x.test", "company", "ACME Ltd", NULL);
    store_fixture_add(fixture, "contact", "email", "b@x.test", "company", "ACME Ltd", NULL);
    OK(fixture,
       seed_sql(fixture->store,
                "INSERT INTO contact_company(contact, company, is_primary) VALUES(1, 2, 1)",
                &fixture->error));
    OK(fixture,
       objects_merge(fixture->store, TEXT("company"), TEXT("1"), TEXT("2"), &fixture->error));
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "company"), "Acme");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("2"), "company"), "ACME Ltd");
    assert_string_equal(store_fixture_value(fixture, "company", TEXT("1"), "companyname"), "Acme");
}

static void test_objects_merge__refuses_what_is_not_there(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    assert_int_equal(
        objects_merge(fixture->store, TEXT("contact"), TEXT("1"), TEXT("9"), &fixture->error),
        ERROR_NOT_FOUND);
    assert_int_equal(
        objects_merge(fixture->store, TEXT("contact"), TEXT("1"), TEXT("1"), &fixture->error),
        ERROR_INVALID);
    assert_int_equal(contacts(fixture), 1);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_##name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(deletion__there_unlinks),
        TEST(deletion__there_is_ignored),
        TEST(deletion__there_deletes_here_and_is_not_sent_back),
        TEST(deletion__here_is_passed_on_once),
        TEST(deletion__here_is_not_passed_on_and_nothing_comes_back),
        TEST(brake__many_deletions_there_end_the_run_and_undo_the_page),
        TEST(brake__as_many_as_the_minimum_may_go),
        TEST(brake__a_share_above_the_minimum_may_go),
        TEST(brake__many_deletions_here_are_not_sent),
        TEST(brake__a_side_that_knows_nothing_any_more_unlinks_nothing),
        TEST(brake__a_side_that_is_suddenly_empty_ends_the_run),
        TEST(brake__a_field_that_is_suddenly_empty_everywhere_ends_the_run),
        TEST(brake__as_many_values_as_the_minimum_may_be_emptied),
        TEST(brake__an_outage_ends_the_run),
        TEST(merge__there_of_two_contacts_keeps_the_winner_and_notes),
        TEST(merge__there_of_two_contacts_is_told_once),
        TEST(merge__there_of_two_records_of_one_contact_leaves_one),
        TEST(twins__the_loser_is_told_the_value_that_it_once_had),
        TEST(merge__into_a_record_that_is_not_known_moves_the_link),
        TEST(objects_merge__keeps_records_values_and_consent),
        TEST(objects_merge__of_companies_takes_references_along),
        TEST(objects_merge__of_companies_renames_for_contacts),
        TEST(objects_merge__refuses_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
