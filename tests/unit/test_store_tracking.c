/* Changes that users make, with plain SQL: what is tracked, for whom, when. */
#include <string.h>

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"
#include "support/store_fixture.h"

static void sql(struct store_fixture *fixture, const char *text)
{
    OK(fixture, seed_sql(fixture->store, text, &fixture->error));
}

static void map(struct store_fixture *fixture, const char *integration, const char *object,
                const char *record, const char *id)
{
    OK(fixture,
       seed_mapping(fixture->store, text_of(integration), text_of("contact"), text_of(id),
                    text_of(object), text_of(record), fixture_now, false, NULL, &fixture->error));
}

static void test_tracking__insert_tracks_what_has_a_value(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(email, firstname, lastname, phone)"
                 " VALUES('a@x.test', 'Ann', '', '1')");
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 email +0 user; crm contact:1 firstname +0 user; "
                        "hub contact:1 email +0 user; hub contact:1 firstname +0 user");
}

static void test_tracking__update_tracks_only_what_changed(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(email, firstname, lastname) VALUES('a@x.test', 'Ann', 'Low');"
                 "DELETE FROM field_change;"
                 "UPDATE contact SET email = 'a@x.test', firstname = 'Kim', city = 'Ulm'");
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 firstname +0 user; hub contact:1 firstname +0 user");
    sql(fixture, "DELETE FROM field_change; UPDATE contact SET phone = '7'");
    assert_string_equal(store_fixture_changes(fixture), "");
}

static void test_tracking__empty_values_are_the_same(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(email) VALUES('a@x.test'); DELETE FROM field_change;"
                 "UPDATE contact SET lastname = ''; UPDATE contact SET lastname = NULL");
    assert_string_equal(store_fixture_changes(fixture), "");
}

static void test_tracking__newer_change_replaces_the_older(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(email) VALUES('a@x.test'); DELETE FROM field_change;"
                 "UPDATE contact SET lastname = 'A'");
    OK(fixture, store_set_clock(fixture->store, fixture_now + 5000, &fixture->error));
    sql(fixture, "UPDATE contact SET lastname = 'B'");
    assert_string_equal(store_fixture_changes(fixture), "hub contact:1 lastname +5000 user");
}

static void test_tracking__conflict_clause_of_the_writer_does_no_harm(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT OR IGNORE INTO contact(id, email) VALUES(1, 'a@x.test')");
    OK(fixture, store_set_clock(fixture->store, fixture_now + 5000, &fixture->error));
    sql(fixture, "UPDATE OR IGNORE contact SET email = 'b@x.test';"
                 "UPDATE OR FAIL contact SET email = 'c@x.test'");
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 email +5000 user; hub contact:1 email +5000 user");
}

static void test_tracking__anonymous_contacts_concern_only_who_has_them(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(id) VALUES(1)");
    map(fixture, "hub", "Contact", "C1", "1");
    sql(fixture, "UPDATE contact SET firstname = 'Ann'");
    assert_string_equal(store_fixture_changes(fixture), "hub contact:1 firstname +0 user");
    sql(fixture, "UPDATE contact SET email = 'a@x.test'");
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 email +0 user; hub contact:1 email +0 user; "
                        "hub contact:1 firstname +0 user");
}

static void test_tracking__do_not_contact_is_a_field(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(email) VALUES('a@x.test'); DELETE FROM field_change;"
                 "INSERT INTO do_not_contact VALUES(1, 'email', 2);"
                 "INSERT INTO do_not_contact VALUES(1, 'sms', 2)");
    assert_string_equal(store_fixture_changes(fixture), "hub contact:1 dnc_email +0 user");
    sql(fixture, "DELETE FROM field_change; DELETE FROM do_not_contact WHERE channel = 'email'");
    assert_string_equal(store_fixture_changes(fixture), "hub contact:1 dnc_email +0 user");
}

static void test_tracking__disabled_integrations_hear_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    const struct registry_integration integrations[] = {
        {.name = TEXT("hub"), .enabled = false, .manual = fixture->hub},
        {.name = TEXT("crm"), .enabled = true, .manual = fixture->crm},
    };

    OK(fixture, registry_set(fixture->store, integrations, 2, &fixture->error));
    sql(fixture, "INSERT INTO contact(email) VALUES('a@x.test')");
    assert_string_equal(store_fixture_changes(fixture), "crm contact:1 email +0 user");
}

/* What waits, as the integration's next run sees it. */
static const char *returned(struct store_fixture *fixture)
{
    const struct registry_integration hub = {
        .name = TEXT("hub"), .enabled = true, .manual = fixture->hub};
    int64_t marks = 0;

    OK(fixture, registry_set(fixture->store, &hub, 1, &fixture->error));
    store_fixture_run(fixture);
    OK(fixture, rows_ask(&fixture->store->sql, &marks, &fixture->error,
                         "SELECT count(*) FROM change_mark", ""));
    assert_int_equal(marks, 0); /* nobody has the new value */
    return store_fixture_changes(fixture);
}

static void switch_off(struct store_fixture *fixture)
{
    const struct registry_integration hub = {
        .name = TEXT("hub"), .enabled = false, .manual = fixture->hub};

    sql(fixture, "DELETE FROM field_change WHERE integration ="
                 " (SELECT id FROM integration WHERE name = 'crm')");
    OK(fixture, registry_set(fixture->store, &hub, 1, &fixture->error));
    OK(fixture, store_set_clock(fixture->store, fixture_now + 5000, &fixture->error));
}

/* While nobody tracks a field, an edit of it takes the place of the one that waits: what waits is
 * as old as the value when the integration is back (13.4). */
static void test_tracking__what_waits_for_a_disabled_integration_is_edited_again(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(email, lastname) VALUES('a@x.test', 'Low');"
                 "INSERT INTO change_mark(sequence, mapping, kind)"
                 " SELECT sequence, 7, 0 FROM field_change c JOIN field f ON f.id = c.field"
                 " WHERE f.name = 'lastname'");
    switch_off(fixture);
    sql(fixture, "UPDATE contact SET lastname = 'High', firstname = 'Ann'");
    assert_string_equal(store_fixture_changes(fixture),
                        "hub contact:1 email +0 user; hub contact:1 lastname +0 user");
    assert_string_equal(returned(fixture),
                        "hub contact:1 email +0 user; hub contact:1 lastname +5000 user");
}

/* ... and so is consent, which would not be sent at all if nothing was ever agreed on. */
static void
test_tracking__consent_that_waits_for_a_disabled_integration_goes_on_waiting(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(email) VALUES('a@x.test'); DELETE FROM field_change;"
                 "INSERT INTO do_not_contact VALUES(1, 'email', 2);"
                 "INSERT INTO change_mark(sequence, mapping, kind) SELECT sequence, 7, 0"
                 " FROM field_change");
    switch_off(fixture);
    sql(fixture, "UPDATE do_not_contact SET reason = 1");
    assert_string_equal(store_fixture_changes(fixture), "hub contact:1 dnc_email +0 user");
    assert_string_equal(returned(fixture), "hub contact:1 dnc_email +5000 user");
}

/* A broken file of one integration must not lose the changes for it, nor hold up the others. */
static void test_tracking__an_unread_integration_goes_on_as_it_was(void **state)
{
    struct store_fixture *fixture = *state;
    struct registry_integration integrations[] = {
        {.name = TEXT("hub"), .unread = true},
        {.name = TEXT("crm"), .enabled = false},
        {.name = TEXT("new"), .unread = true},
    };

    OK(fixture, registry_set(fixture->store, integrations, 3, &fixture->error));
    sql(fixture, "INSERT INTO contact(email) VALUES('a@x.test')");
    assert_string_equal(store_fixture_changes(fixture), "hub contact:1 email +0 user");
    integrations[1] =
        (struct registry_integration){.name = TEXT("crm"), .enabled = true, .manual = fixture->crm};
    OK(fixture, registry_set(fixture->store, integrations, 3, &fixture->error));
    sql(fixture, "DELETE FROM field_change; UPDATE contact SET email = 'b@x.test'");
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 email +0 user; hub contact:1 email +0 user");
    integrations[0] = (struct registry_integration){.name = TEXT("hub"), .enabled = false};
    OK(fixture, registry_set(fixture->store, integrations, 3, &fixture->error));
    integrations[0].unread = true; /* off it was, and off it stays */
    OK(fixture, registry_set(fixture->store, integrations, 3, &fixture->error));
    sql(fixture, "DELETE FROM field_change; UPDATE contact SET email = 'c@x.test'");
    assert_string_equal(store_fixture_changes(fixture), "crm contact:1 email +0 user");
}

static void test_tracking__dates_are_kept_whoever_writes(void **state)
{
    struct store_fixture *fixture = *state;
    struct object_row *row = NULL;

    sql(fixture, "INSERT INTO contact(firstname) VALUES('Ann')");
    OK(fixture, objects_get(fixture->store, TEXT("contact"), TEXT("1"), fixture->arena, &row,
                            &fixture->error));
    assert_int_equal(row->added, fixture_now);
    assert_true(row->modified == INSTANT_NONE && row->identified == INSTANT_NONE);
    OK(fixture, store_set_clock(fixture->store, fixture_now + 1000, &fixture->error));
    sql(fixture, "UPDATE contact SET email = ' '; UPDATE contact SET email = 'a@x.test'");
    OK(fixture, objects_get(fixture->store, TEXT("contact"), TEXT("1"), fixture->arena, &row,
                            &fixture->error));
    assert_int_equal(row->added, fixture_now);
    assert_int_equal(row->modified, fixture_now + 1000);
    assert_int_equal(row->identified, fixture_now + 1000);
}

static void test_tracking__deleting_keeps_the_mapping_as_deleted(void **state)
{
    struct store_fixture *fixture = *state;
    struct status_mapping *mappings = NULL;
    uint64_t removed = 0;
    size_t count = 0;

    sql(fixture, "INSERT INTO contact(email) VALUES('a@x.test')");
    map(fixture, "hub", "Contact", "C1", "1");
    sql(fixture, "DELETE FROM contact");
    OK(fixture, status_mappings(fixture->store, TEXT_ABSENT, fixture->arena, &mappings, &count,
                                &fixture->error));
    assert_int_equal(count, 1);
    assert_true(mappings[0].deleted);
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 email +0 user; hub contact:1 email +0 user");
    OK(fixture, status_cleanup(fixture->store, &removed, &fixture->error));
    assert_int_equal(removed, 2);
    assert_string_equal(store_fixture_changes(fixture), "");
}

static void test_tracking__ids_are_never_given_again(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(id, email) VALUES(41, 'a@x.test'); DELETE FROM contact");
    const struct text id = store_fixture_add(fixture, "contact", "email", "b@x.test", NULL);
    assert_true(text_equal(id, TEXT("42")));
}

static void test_tracking__a_row_that_is_replaced_clears_what_it_lacks(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(id, email, firstname, lastname)"
                 " VALUES(1, 'a@x.test', 'Ann', 'Low')");
    map(fixture, "hub", "Lead", "L1", "1");
    sql(fixture,
        "DELETE FROM field_change;"
        "INSERT OR REPLACE INTO contact(id, email, firstname) VALUES(1, 'a@x.test', 'Kim')");
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 email +0 user; crm contact:1 firstname +0 user; "
                        "hub contact:1 email +0 user; hub contact:1 firstname +0 user; "
                        "hub contact:1 lastname +0 user; hub contact:1 owner_id +0 user; "
                        "hub contact:1 points +0 user");
}

static void test_tracking__ids_cannot_be_changed(void **state)
{
    struct store_fixture *fixture = *state;

    sql(fixture, "INSERT INTO contact(id, email) VALUES(1, 'a@x.test')");
    assert_int_equal(
        seed_sql(fixture->store, "UPDATE contact SET id = 7 WHERE id = 1", &fixture->error),
        ERROR_STORE);
    assert_non_null(strstr(fixture->error.message, "the id of a contact cannot be changed"));
    sql(fixture, "UPDATE contact SET id = 1, lastname = 'Low'");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tracking__insert_tracks_what_has_a_value),
        TEST(test_tracking__update_tracks_only_what_changed),
        TEST(test_tracking__empty_values_are_the_same),
        TEST(test_tracking__newer_change_replaces_the_older),
        TEST(test_tracking__conflict_clause_of_the_writer_does_no_harm),
        TEST(test_tracking__anonymous_contacts_concern_only_who_has_them),
        TEST(test_tracking__do_not_contact_is_a_field),
        TEST(test_tracking__disabled_integrations_hear_nothing),
        TEST(test_tracking__what_waits_for_a_disabled_integration_is_edited_again),
        TEST(test_tracking__consent_that_waits_for_a_disabled_integration_goes_on_waiting),
        TEST(test_tracking__an_unread_integration_goes_on_as_it_was),
        TEST(test_tracking__dates_are_kept_whoever_writes),
        TEST(test_tracking__deleting_keeps_the_mapping_as_deleted),
        TEST(test_tracking__ids_are_never_given_again),
        TEST(test_tracking__a_row_that_is_replaced_clears_what_it_lacks),
        TEST(test_tracking__ids_cannot_be_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
