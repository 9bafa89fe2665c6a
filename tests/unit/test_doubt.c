/* Creates whose answer was lost: whole runs over a real store. */
#include "support/linked_contacts.h"

#include <stdio.h>
#include <string.h>

#include "store/books/quarantine.h"
#include "store/schema/store_layout.h"

/* A contact that was sent to be created, and no answer came. */
static struct scripted_run lose(struct store_fixture *fixture)
{
    struct scripted_run run = scripted_run_of(fixture);
    run.loses_answers = true;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_TRANSPORT);
    run.loses_answers = false;
    return run;
}

/* A company whose name goes there and never comes back, so that no report shows it. */
static void add_hidden(struct store_fixture *fixture, const char *name)
{
    fixture->hub->entries[0]->lines[0].direction = DIRECTION_TO_INTEGRATION;
    store_fixture_add(fixture, "company", "companyname", name, NULL);
}

static struct quarantine_entry *waiting(struct store_fixture *fixture, size_t *count)
{
    struct quarantine_entry *entries = NULL;
    OK(fixture, quarantine_list(fixture->store, TEXT("hub"), false, fixture->arena, &entries, count,
                                &fixture->error));
    return entries;
}

static size_t unknown_outcomes(struct store_fixture *fixture)
{
    size_t count = 0;
    (void)waiting(fixture, &count);
    return count;
}

static void test_doubt__unique_identifiers_tell_that_it_did_not_happen(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    assert_int_equal(run.summary.status, RUN_DONE);
    assert_int_equal(unknown_outcomes(fixture), 0);
}

static void test_doubt__unique_identifiers_tell_that_it_happened(void **state)
{
    struct store_fixture *fixture = *state;
    const struct told_record record = {"Contact", "N1", {"Email", "a@x.test"}, 0};
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_int_equal(run.summary.pull.created, 0);
    assert_int_equal(unknown_outcomes(fixture), 0);
}

static void test_doubt__without_identifiers_it_is_never_sent_again_by_itself(void **state)
{
    struct store_fixture *fixture = *state;
    size_t count = 0;
    add_hidden(fixture, "Acme");
    struct scripted_run run = lose(fixture);
    assert_false(waiting(fixture, &count)->held);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_string_equal(run.notes, "in_doubt company:1; ");
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
    const struct quarantine_entry *entry = waiting(fixture, &count);
    assert_int_equal(count, 1);
    assert_true(entry->held);
    assert_true(text_equal(entry->reason, TEXT("in_doubt")));
    /* once is enough; but it goes on needing attention, with or without a pull */
    run.options.no_pull = true;
    scripted_run(&run);
    assert_string_equal(run.notes, "");
    assert_string_equal(run.sent, "");
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
    run.options = (struct run_options){.first_time = true};
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

static void test_doubt__what_only_takes_and_never_reports_tells_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    run.only_written_to = true;
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
}

static void test_doubt__identifiers_that_were_edited_since_tell_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    const struct text id = store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    store_fixture_set(fixture, "contact", id, "email", "b@x.test", NULL);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_int_equal(unknown_outcomes(fixture), 1);
}

static void test_doubt__identifiers_that_others_have_as_well_tell_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    store_fixture_add(fixture, "contact", "email", "A@x.test", NULL);
    const struct told_record record = {"Contact", "N1", {"Email", "a@x.test"}, 0};
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:2; ");
    assert_int_equal(unknown_outcomes(fixture), 1);
}

static void test_doubt__a_script_that_finds_ends_it(void **state)
{
    struct store_fixture *fixture = *state;
    add_hidden(fixture, "Acme");
    struct scripted_run run = lose(fixture);
    scripted_run(&run);
    assert_int_equal(unknown_outcomes(fixture), 1);
    run.can_find = true;
    run.found = "A7";
    scripted_run(&run);
    assert_int_equal(unknown_outcomes(fixture), 0);
    assert_string_equal(run.sent, "");
    assert_int_equal(run.summary.status, RUN_DONE);
}

static void test_doubt__a_script_that_finds_nothing_lets_it_be_sent_again(void **state)
{
    struct store_fixture *fixture = *state;
    add_hidden(fixture, "Acme");
    struct scripted_run run = lose(fixture);
    run.can_find = true;
    scripted_run(&run);
    assert_string_equal(run.sent, "create Account from company:1; ");
    assert_int_equal(unknown_outcomes(fixture), 0);
}

static void test_doubt__an_api_that_takes_keys_gets_it_again_under_the_old_one(void **state)
{
    struct store_fixture *fixture = *state;
    char key[sizeof(struct scripted_run){0}.keys];
    add_hidden(fixture, "Acme");
    struct scripted_run run = lose(fixture);
    snprintf(key, sizeof key, "%s", run.keys);
    store_fixture_set(fixture, "company", TEXT("1"), "companyname", "Acme Ltd", NULL);
    run.idempotent_creates = run.loses_answers = true;
    scripted_run(&run);
    assert_string_equal(run.sent, "create Account from company:1; ");
    assert_string_equal(run.keys, key);
    assert_int_equal(unknown_outcomes(fixture), 1);
    run.loses_answers = false;
    scripted_run(&run);
    assert_string_equal(run.keys, key);
    assert_int_equal(unknown_outcomes(fixture), 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_int_equal(run.summary.status, RUN_DONE);
}

/* The script ended well and said nothing of it: the record may exist all the same. */
static void test_doubt__a_create_that_was_not_answered_is_sent_again_under_the_old_key(void **state)
{
    struct store_fixture *fixture = *state;
    char key[sizeof(struct scripted_run){0}.keys];
    add_hidden(fixture, "Acme");
    struct scripted_run run = scripted_run_of(fixture);
    run.idempotent_creates = run.says_nothing = true;
    scripted_run(&run);
    assert_string_equal(run.sent, "create Account from company:1; ");
    snprintf(key, sizeof key, "%s", run.keys);
    store_fixture_set(fixture, "company", TEXT("1"), "companyname", "Acme Ltd", NULL);
    run.says_nothing = false;
    scripted_run(&run);
    assert_string_equal(run.sent, "create Account from company:1; ");
    assert_string_equal(run.keys, key);
    assert_int_equal(unknown_outcomes(fixture), 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

static void test_doubt__an_api_that_has_forgotten_the_key_does_not_get_it_again(void **state)
{
    struct store_fixture *fixture = *state;
    add_hidden(fixture, "Acme");
    struct scripted_run run = lose(fixture);
    run.idempotent_creates = true;
    run.idempotent_for_ms = 86400000;
    OK(fixture,
       sql_run(&fixture->store->sql, "UPDATE journal_change SET sent_at = 0", &fixture->error));
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_int_equal(unknown_outcomes(fixture), 1);
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
}

static void test_doubt__people_may_say_which_record_it_is(void **state)
{
    struct store_fixture *fixture = *state;
    struct link_name link = {TEXT("hub"), TEXT("company"), TEXT("1"), TEXT("Account"), TEXT("A9")};
    add_hidden(fixture, "Acme");
    struct scripted_run run = lose(fixture);
    scripted_run(&run);
    OK(fixture, quarantine_link(fixture->store, &link, &fixture->error));
    assert_int_equal(unknown_outcomes(fixture), 0);
    assert_int_equal(quarantine_link(fixture->store, &link, &fixture->error), ERROR_NOT_FOUND);
    link.record_id = TEXT("A10");
    assert_int_equal(quarantine_link(fixture->store, &link, &fixture->error), ERROR_NOT_FOUND);
    scripted_run(&run);
    /* what was sent then is what both have: nothing to send */
    assert_string_equal(run.sent, "");
    assert_int_equal(run.summary.status, RUN_DONE);
    store_fixture_set(fixture, "company", TEXT("1"), "companyname", "Acme Ltd", NULL);
    scripted_run(&run);
    assert_string_equal(run.sent, "update Account:A9; ");
}

/* The lead that was made became a contact before people looked; an account it never was. */
static void test_doubt__people_may_say_what_the_record_has_become(void **state)
{
    struct store_fixture *fixture = *state;
    struct link_name link = {TEXT("hub"), TEXT("contact"), TEXT("1"), TEXT("Account"), TEXT("C9")};
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    (void)lose(fixture);
    OK(fixture, sql_run(&fixture->store->sql, "UPDATE journal_change SET object = 'Lead'",
                        &fixture->error));
    assert_int_equal(unknown_outcomes(fixture), 1);
    assert_int_equal(quarantine_link(fixture->store, &link, &fixture->error), ERROR_NOT_FOUND);
    link.record = TEXT("Contact");
    OK(fixture, quarantine_link(fixture->store, &link, &fixture->error));
    assert_int_equal(unknown_outcomes(fixture), 0);
    assert_string_equal(linked_contacts_mappings(fixture), "C9 contact:1; ");
}

/* The record was taken for a new one, and people have merged the two, as they are told to. */
static void test_doubt__people_may_merge_first_and_then_say_which_record_it_is(void **state)
{
    struct store_fixture *fixture = *state;
    const struct link_name link = {TEXT("hub"), TEXT("contact"), TEXT("1"), TEXT("Contact"),
                                   TEXT("C9")};
    const struct told_record record = {"Contact", "C9", {"Email", "a@x.test"}, 0};
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    store_fixture_set(fixture, "contact", TEXT("1"), "email", "b@x.test", NULL);
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C9 contact:2; ");
    assert_int_equal(quarantine_link(fixture->store, &link, &fixture->error), ERROR_USAGE);
    OK(fixture,
       objects_merge(fixture->store, TEXT("contact"), TEXT("1"), TEXT("2"), &fixture->error));
    OK(fixture, quarantine_link(fixture->store, &link, &fixture->error));
    assert_int_equal(unknown_outcomes(fixture), 0);
    assert_string_equal(linked_contacts_mappings(fixture), "C9 contact:1; ");
}

/* The record was taken for a new one that was deleted here: a link that has ended owns nothing. */
static void test_doubt__people_may_name_a_record_whose_object_is_gone(void **state)
{
    struct store_fixture *fixture = *state;
    const struct link_name link = {TEXT("hub"), TEXT("contact"), TEXT("1"), TEXT("Contact"),
                                   TEXT("C9")};
    const struct told_record record = {"Contact", "C9", {"Email", "a@x.test"}, 0};
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    store_fixture_set(fixture, "contact", TEXT("1"), "email", "b@x.test", NULL);
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C9 contact:2; ");
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("2"), &fixture->error));
    OK(fixture, quarantine_link(fixture->store, &link, &fixture->error));
    assert_string_equal(linked_contacts_mappings(fixture), "C9 contact:1; ");
    assert_int_equal(unknown_outcomes(fixture), 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C9; ");
}

/* What somebody wrote there meanwhile was skipped as long as nobody knew whose record it is. */
static void test_doubt__a_record_that_people_have_named_is_read_whole(void **state)
{
    struct store_fixture *fixture = *state;
    const struct link_name link = {TEXT("hub"), TEXT("contact"), TEXT("1"), TEXT("Contact"),
                                   TEXT("C9")};
    const struct told_record record = {
        "Contact", "C9", {"Email", "a@x.test", "LastName", "Lee"}, 0};
    struct object_row *row = NULL;
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    assert_int_equal(unknown_outcomes(fixture), 1);
    OK(fixture, quarantine_link(fixture->store, &link, &fixture->error));
    run.when[0] = TOLD_BY_ID;
    scripted_run(&run);
    OK(fixture, objects_get(fixture->store, TEXT("contact"), TEXT("1"), fixture->arena, &row,
                            &fixture->error));
    const struct object_schema *schema = store_schema(fixture->store, TEXT("contact"));
    const struct field_schema *lastname = manual_schema_field(schema, TEXT("lastname"));
    assert_true(text_equal(row->values[lastname - schema->fields].as.text, TEXT("Lee")));
}

/* All of it was sent, and nothing of it was ever shown. */
static void test_doubt__a_record_that_people_have_named_may_have_been_edited_there(void **state)
{
    struct store_fixture *fixture = *state;
    const struct link_name link = {TEXT("hub"), TEXT("company"), TEXT("1"), TEXT("Account"),
                                   TEXT("A9")};
    const struct told_record sent = {"Account", "A9", {"Name", "Acme"}, 0};
    struct object_row *row = NULL;
    store_fixture_add(fixture, "company", "companyname", "Acme", NULL);
    struct scripted_run run = lose(fixture);
    store_fixture_add(fixture, "company", "companyname", "Acme", NULL);
    scripted_run_tell(&run, &sent);
    scripted_run(&run);
    assert_int_equal(unknown_outcomes(fixture), 1);
    OK(fixture, quarantine_link(fixture->store, &link, &fixture->error));
    run.records[0].fields[1] = "Acme Ltd";
    run.when[0] = TOLD_BY_ID;
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    OK(fixture, objects_get(fixture->store, TEXT("company"), TEXT("1"), fixture->arena, &row,
                            &fixture->error));
    const struct object_schema *schema = store_schema(fixture->store, TEXT("company"));
    const struct field_schema *name = manual_schema_field(schema, TEXT("companyname"));
    assert_true(text_equal(row->values[name - schema->fields].as.text, TEXT("Acme Ltd")));
}

static void test_doubt__people_may_let_it_be_sent_again_or_give_it_up(void **state)
{
    struct store_fixture *fixture = *state;
    uint64_t count = 0;
    add_hidden(fixture, "Acme");
    add_hidden(fixture, "Bcme");
    struct scripted_run run = lose(fixture);
    scripted_run(&run);
    OK(fixture, quarantine_retry(fixture->store, TEXT("hub"), TEXT("company"), TEXT("1"), &count,
                                 &fixture->error));
    assert_int_equal(count, 1);
    OK(fixture, quarantine_drop(fixture->store, TEXT("hub"), TEXT("company"), TEXT("2"), &count,
                                &fixture->error));
    assert_int_equal(count, 1);
    scripted_run(&run);
    assert_string_equal(run.sent, "create Account from company:1; ");
    assert_int_equal(run.summary.status, RUN_DONE);
}

static void test_doubt__an_object_that_is_gone_here_ends_it(void **state)
{
    struct store_fixture *fixture = *state;
    add_hidden(fixture, "Acme");
    struct scripted_run run = lose(fixture);
    scripted_run(&run);
    OK(fixture, objects_delete(fixture->store, TEXT("company"), TEXT("1"), &fixture->error));
    scripted_run(&run);
    assert_int_equal(unknown_outcomes(fixture), 0);
    assert_int_equal(run.summary.status, RUN_DONE);
}

/* ---- records that may be it and tell no identifiers ---- */

/* The answer to the create of a contact was lost; then only what changed in a record is told. */
static struct scripted_run lose_and_tell_a_name(struct store_fixture *fixture, enum told_when when)
{
    const struct told_record changed = {"Contact", "C1", {"LastName", "Lee"}, 0};
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    scripted_run_tell_when(&run, when, &changed);
    scripted_run(&run);
    return run;
}

/* An integration that does not answer by ids tells the same again: the record becomes a contact of
 * its own, which is told, and the create is not repeated. */
static void test_doubt__a_record_that_tells_no_identifiers_by_its_id_is_told(void **state)
{
    struct store_fixture *fixture = *state;
    const struct scripted_run run = lose_and_tell_a_name(fixture, TOLD_ALWAYS);
    assert_int_equal(run.summary.pull.created, 1);
    assert_string_equal(run.notes, "in_doubt contact:; in_doubt contact:1; ");
    assert_string_equal(run.sent, "");
    assert_int_equal(unknown_outcomes(fixture), 1);
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
}

static void test_doubt__a_record_that_is_not_found_by_its_id_is_told(void **state)
{
    struct store_fixture *fixture = *state;
    const struct scripted_run run = lose_and_tell_a_name(fixture, TOLD_IN_WINDOW);
    assert_int_equal(run.summary.pull.created, 0);
    assert_string_equal(run.notes, "not_reported contact:; in_doubt contact:1; ");
    assert_string_equal(run.sent, "");
    assert_int_equal(unknown_outcomes(fixture), 1);
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
}

/* It is somebody else's: that it did not happen is certain as before. */
static void test_doubt__a_record_that_tells_its_identifiers_by_its_id_leaves_no_doubt(void **state)
{
    struct store_fixture *fixture = *state;
    const struct told_record changed = {"Contact", "C1", {"LastName", "Lee"}, 0};
    const struct told_record whole = {"Contact", "C1", {"Email", "b@x.test", "LastName", "Lee"}, 0};
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    scripted_run_tell_when(&run, TOLD_IN_WINDOW, &changed);
    scripted_run_tell_when(&run, TOLD_BY_ID, &whole);
    scripted_run(&run);
    assert_string_equal(run.notes, "");
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    assert_int_equal(unknown_outcomes(fixture), 0);
}

/* Their identifiers are never reported: a request by id would tell none, either. */
static void test_doubt__records_that_have_no_identifiers_are_not_read_by_their_ids(void **state)
{
    struct store_fixture *fixture = *state;
    struct manual_line *const email = &linked_contacts_entry(fixture)->lines[0];
    const struct told_record other = {"Contact", "C1", {"LastName", "Lee"}, 0};
    assert_true(
        linked_contacts_entry(fixture)->internal->fields[email->internal_field].schema->unique);
    email->direction = DIRECTION_TO_INTEGRATION;
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct scripted_run run = lose(fixture);
    scripted_run_tell(&run, &other);
    scripted_run(&run);
    assert_int_equal(run.asked, 1);
    assert_int_equal(run.summary.pull.created, 1);
    assert_int_equal(unknown_outcomes(fixture), 1);
}

/* ---- updates ---- */

/* It may have arrived: what both agreed on before is not known of them any more. */
static void take_back(struct store_fixture *fixture, bool breaks)
{
    struct scripted_run run = linked_contacts(fixture, 1);
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "Other", NULL);
    run.says_nothing = !breaks;
    run.loses_answers = breaks;
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; ");
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "C1", NULL);
    run.says_nothing = run.loses_answers = false;
    run.record_count = 0;
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; ");
}

static void test_doubt__an_update_without_an_answer_may_be_taken_back(void **state)
{
    take_back(*state, false);
}

static void test_doubt__an_update_whose_answer_was_lost_may_be_taken_back(void **state)
{
    take_back(*state, true);
}

/* An hour after an update that was not answered, and after another edit here, they show that they
 * have this first name. */
static struct scripted_run show_after_edit(struct store_fixture *fixture, const char *shown,
                                           const char *edited)
{
    const instant later = fixture_now + 3600 * 1000;
    const struct told_record record = {
        "Contact", "C1", {"Email", "c1@x.test", "FirstName", shown}, later};
    struct scripted_run run = linked_contacts(fixture, 1);
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "Other", NULL);
    run.loses_answers = true;
    scripted_run(&run);
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", edited, NULL);
    run.loses_answers = false;
    run.now = later + 3600 * 1000;
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    return run;
}

static void test_doubt__what_an_update_without_an_answer_sent_is_no_edit_of_theirs(void **state)
{
    const struct scripted_run run = show_after_edit(*state, "Other", "Newer");
    assert_string_equal(store_fixture_value(*state, "contact", TEXT("1"), "firstname"), "Newer");
    assert_string_equal(run.sent, "update Contact:C1; ");
}

static void test_doubt__their_form_of_it_is_no_edit_either(void **state)
{
    const struct scripted_run run = show_after_edit(*state, "OTHER", "Newer");
    assert_string_equal(store_fixture_value(*state, "contact", TEXT("1"), "firstname"), "Newer");
    assert_string_equal(run.sent, "update Contact:C1; ");
}

static void test_doubt__it_may_be_emptied_here_although_nobody_answered(void **state)
{
    const struct scripted_run run = show_after_edit(*state, "Other", "");
    assert_string_equal(store_fixture_value(*state, "contact", TEXT("1"), "firstname"), "");
    assert_string_equal(run.sent, "update Contact:C1; ");
}

static void test_doubt__another_value_than_was_sent_is_an_edit_of_theirs(void **state)
{
    const struct scripted_run run = show_after_edit(*state, "Theirs", "Newer");
    assert_string_equal(store_fixture_value(*state, "contact", TEXT("1"), "firstname"), "Theirs");
    assert_string_equal(run.sent, "");
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_doubt__##name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unique_identifiers_tell_that_it_did_not_happen),
        TEST(an_api_that_has_forgotten_the_key_does_not_get_it_again),
        TEST(unique_identifiers_tell_that_it_happened),
        TEST(without_identifiers_it_is_never_sent_again_by_itself),
        TEST(what_only_takes_and_never_reports_tells_nothing),
        TEST(identifiers_that_were_edited_since_tell_nothing),
        TEST(identifiers_that_others_have_as_well_tell_nothing),
        TEST(a_script_that_finds_ends_it),
        TEST(a_script_that_finds_nothing_lets_it_be_sent_again),
        TEST(an_api_that_takes_keys_gets_it_again_under_the_old_one),
        TEST(a_create_that_was_not_answered_is_sent_again_under_the_old_key),
        TEST(people_may_say_which_record_it_is),
        TEST(people_may_say_what_the_record_has_become),
        TEST(people_may_merge_first_and_then_say_which_record_it_is),
        TEST(people_may_name_a_record_whose_object_is_gone),
        TEST(a_record_that_people_have_named_is_read_whole),
        TEST(a_record_that_people_have_named_may_have_been_edited_there),
        TEST(people_may_let_it_be_sent_again_or_give_it_up),
        TEST(an_object_that_is_gone_here_ends_it),
        TEST(a_record_that_tells_no_identifiers_by_its_id_is_told),
        TEST(a_record_that_is_not_found_by_its_id_is_told),
        TEST(a_record_that_tells_its_identifiers_by_its_id_leaves_no_doubt),
        TEST(records_that_have_no_identifiers_are_not_read_by_their_ids),
        TEST(an_update_without_an_answer_may_be_taken_back),
        TEST(an_update_whose_answer_was_lost_may_be_taken_back),
        TEST(what_an_update_without_an_answer_sent_is_no_edit_of_theirs),
        TEST(their_form_of_it_is_no_edit_either),
        TEST(it_may_be_emptied_here_although_nobody_answered),
        TEST(another_value_than_was_sent_is_an_edit_of_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
