/* Lives of links: deletions, returns, merges and what happens meanwhile; whole runs over a real
 * store. */
#include "support/linked_contacts.h"

#include <string.h>

#include <sqlite3.h>

#include "store/books/edited_deletions.h"
#include "store/books/links.h"
#include "store/books/matters.h"

/* Plain SQL by another connection, as anybody may use it. */
static void sql(struct store_fixture *fixture, const char *statements)
{
    sqlite3 *connection = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection, statements, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(connection);
}

static const char *value(struct store_fixture *fixture, const char *id, const char *field)
{
    struct object_row *row = NULL;
    const struct object_schema *schema = store_schema(fixture->store, TEXT("contact"));
    OK(fixture, objects_get(fixture->store, TEXT("contact"), text_of(id), fixture->arena, &row,
                            &fixture->error));
    for (size_t i = 0; row && i < schema->field_count; i++) {
        struct text shown = TEXT_ABSENT;
        if (!text_equal(schema->fields[i].name, text_of(field)))
            continue;
        OK(fixture, value_format(fixture->arena, &row->values[i], 100, &shown, &fixture->error));
        return shown.bytes;
    }
    return NULL;
}

static void tell_gone(struct scripted_run *run, const char *id, instant at)
{
    scripted_run_move(run, &(struct told_move){"Contact", id, NULL, NULL, at});
}

static void tell_record(struct scripted_run *run, const char *id, const char *email,
                        const char *name, instant at)
{
    scripted_run_tell(
        run, &(struct told_record){"Contact", id, {"Email", email, "FirstName", name}, at});
}

static void forget_told(struct scripted_run *run)
{
    run->record_count = run->move_count = 0;
}

/* ---- a first meeting ---- */

/* Nobody won, and nothing was agreed: theirs is empty now, so ours is the only value (13.1). */
static void test_tie__of_a_first_meeting_ends_when_they_empty_the_field(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = scripted_run_of(fixture);
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", "firstname", "Ours", NULL);
    tell_record(&run, "C1", "a@x.test", "Theirs", INSTANT_NONE);
    scripted_run(&run);
    assert_int_equal(run.summary.pull.conflicts.unresolved, 1);
    assert_string_equal(run.sent, "");
    forget_told(&run);
    tell_record(&run, "C1", "a@x.test", "", INSTANT_NONE);
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_string_equal(value(fixture, "1", "firstname"), "Ours");
}

/* Ours won and was to be sent, and people emptied it before: an empty value does not go out where
 * nothing was agreed (13.1), so theirs comes, and the two do not stay apart. */
static struct scripted_run emptied_before_it_was_sent(struct store_fixture *fixture)
{
    struct scripted_run run = scripted_run_of(fixture);
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", "firstname", "Ours", NULL);
    tell_record(&run, "C1", "a@x.test", "Theirs", fixture_now - 86400000);
    run.options.no_push = true;
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "firstname"), "Ours");
    run.options.no_push = false;
    run.when[0] = TOLD_BY_ID;
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", NULL, NULL);
    return run;
}

static void test_first_link__that_ours_won_and_lost_its_value_takes_theirs(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = emptied_before_it_was_sent(fixture);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_string_equal(value(fixture, "1", "firstname"), "Theirs");
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

static void test_first_link__without_a_pull_theirs_is_asked_for_later(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = emptied_before_it_was_sent(fixture);
    run.options.no_pull = true;
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "firstname"), "null");
    run.options.no_pull = false;
    run.now = fixture_now + 2 * 86400000;
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_string_equal(value(fixture, "1", "firstname"), "Theirs");
}

/* What comes so is told to the object's other records by the same run (13.10). */
static void test_first_link__that_lost_its_value_tells_the_other_record(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = scripted_run_of(fixture);
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", "firstname", "Ann", NULL);
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    scripted_run_tell(&run, &(struct told_record){"Contact",
                                                  "C9",
                                                  {"Email", "a@x.test", "FirstName", "ANN"},
                                                  fixture_now - 86400000});
    run.options.no_push = true;
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "N1 contact:1; C9 contact:1; ");
    assert_string_equal(value(fixture, "1", "firstname"), "Ann");
    run.options.no_push = false;
    run.when[0] = TOLD_BY_ID;
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", NULL, NULL);
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "firstname"), "ANN");
    assert_string_equal(run.sent, "update Contact:N1; update Contact:N1; ");
    scripted_run(&run);
    assert_string_equal(run.sent, "");
}

/* A record that is emptied and one that nobody knew yet are one object, on one page: a value that
 * was never agreed is not replaced by an empty one, whichever is later (13.1), and the run tells
 * the other record at once (13.10). */
static void test_first_link__is_not_emptied_by_another_record_of_the_page(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    scripted_run_tell(&run, &(struct told_record){"Contact", "C1", {"LastName", "Old"}, 0});
    scripted_run(&run);
    forget_told(&run);
    scripted_run_tell(&run,
                      &(struct told_record){"Contact", "C1", {"LastName", ""}, fixture_now + 2000});
    scripted_run_tell(&run, &(struct told_record){"Contact",
                                                  "C9",
                                                  {"Email", "c1@x.test", "LastName", "Theirs"},
                                                  fixture_now + 1000});
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C9 contact:1; ");
    assert_string_equal(value(fixture, "1", "lastname"), "Theirs");
    assert_string_equal(run.sent, "update Contact:C1; ");
}

/* ---- an edit is made while a run is under way ---- */

/* It waits for the next run, but its value went with the create: that they keep another one is not
 * what it was made against (13.2). */
static void test_edited__after_the_run_began_and_sent_is_not_sent_again(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = scripted_run_of(fixture);
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", "firstname", "Ours", NULL);
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    sql(fixture, "INSERT INTO field_change(integration, object, object_id, field, at) SELECT i.id,"
                 " f.object, 1, f.id, m.last_sync FROM integration i, field f, object_mapping m"
                 " WHERE i.name = 'hub' AND f.name = 'firstname'");
    assert_non_null(strstr(store_fixture_changes(fixture), "hub contact:1 firstname"));
    tell_record(&run, "N1", "a@x.test", "Theirs", 0);
    scripted_run(&run);
    assert_string_equal(run.notes, "not_kept contact:1; ");
    assert_string_equal(run.sent, "");
    assert_null(strstr(store_fixture_changes(fixture), "hub contact:1 firstname"));
}

/* ---- a record is deleted there ---- */

static void test_deletion__of_one_of_two_records_leaves_the_object(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    tell_record(&run, "C9", "c1@x.test", "C1", 0);
    scripted_run(&run);
    forget_told(&run);
    tell_gone(&run, "C9", 0);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C9 contact:1 deleted; ");
    assert_string_equal(run.sent, "");
    assert_int_equal(run.summary.pull.unlinked, 1);
    forget_told(&run);
    tell_gone(&run, "C1", 0);
    scripted_run(&run);
    assert_null(value(fixture, "1", "email"));
    assert_int_equal(run.summary.pull.deleted, 1);
    assert_string_equal(run.notes, "deleted contact:1; ");
}

static void test_deletion__before_the_record_in_a_report_was_undone(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    run.moves_first = true;
    tell_gone(&run, "C1", 0);
    tell_record(&run, "C1", "c1@x.test", "Back", 0);
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "firstname"), "Back");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; ");
}

static void test_deletion__after_the_record_in_a_report_stands(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    tell_record(&run, "C1", "c1@x.test", "Last words", 0);
    tell_gone(&run, "C1", 0);
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "firstname"), "C1");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1 deleted; ");
}

static void test_deletion__and_record_count_by_their_instants(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 2);
    tell_record(&run, "C1", "c1@x.test", "Restored", fixture_now - 1000);
    tell_record(&run, "C2", "c2@x.test", "Gone", fixture_now - 3000);
    tell_gone(&run, "C1", fixture_now - 2000);
    tell_gone(&run, "C2", fixture_now - 2000);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C2 contact:2 deleted; ");
    assert_string_equal(value(fixture, "1", "firstname"), "Restored");
}

static void replace(struct store_fixture *fixture, enum deletion_policy there)
{
    linked_contacts_policies(fixture, DELETION_UNLINK, there);
    struct scripted_run run = linked_contacts(fixture, 1);
    run.moves_first = true;
    tell_gone(&run, "C1", 0);
    tell_record(&run, "C1", "new@x.test", "New", 0);
    scripted_run(&run);
}

static void test_deletion__and_somebody_else_under_its_id_are_two_people(void **state)
{
    struct store_fixture *fixture = *state;
    replace(fixture, DELETION_UNLINK);
    assert_string_equal(value(fixture, "1", "firstname"), "C1");
    assert_string_equal(value(fixture, "2", "firstname"), "New");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:2; ");
}

static void test_deletion__goes_before_somebody_else_comes_under_its_id(void **state)
{
    struct store_fixture *fixture = *state;
    replace(fixture, DELETION_DELETE);
    assert_null(value(fixture, "1", "firstname"));
    assert_string_equal(value(fixture, "2", "firstname"), "New");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:2; ");
}

/* ---- records are merged in a circle ---- */

static void test_merge__in_a_circle_changes_no_link(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 3);
    scripted_run(&run);
    forget_told(&run);
    for (int times = 0; times < 2; times++) {
        forget_told(&run);
        scripted_run_move(&run, &(struct told_move){"Contact", "C1", NULL, "C2", 0});
        scripted_run_move(&run, &(struct told_move){"Contact", "C2", NULL, "C3", 0});
        scripted_run_move(&run, &(struct told_move){"Contact", "C3", NULL, "C1", 0});
        tell_record(&run, "C1", "c1@x.test", "One", 0);
        scripted_run(&run);
        assert_int_equal(run.code, ERROR_NONE);
        assert_string_equal(linked_contacts_mappings(fixture),
                            "C1 contact:1; C2 contact:2; C3 contact:3; ");
        assert_string_equal(value(fixture, "1", "firstname"), "One");
        assert_non_null(strstr(run.notes, "merge_circle"));
    }
}

/* ---- and is there again ---- */

static void test_restored__record_of_an_object_that_lives_is_in_sync_again(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    tell_gone(&run, "C1", 0);
    scripted_run(&run);
    forget_told(&run);
    tell_record(&run, "C1", "c1@x.test", "Edited there", 0);
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "firstname"), "Edited there");
    forget_told(&run);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited here", NULL);
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; ");
}

/* Nothing is agreed any more (13.6): what only leads there is owed, and what is overwritten here is
 * counted. */
static void test_restored__record_gets_what_only_leads_there(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    linked_contacts_entry(fixture)->lines[2].direction = DIRECTION_TO_INTEGRATION; /* LastName */
    forget_told(&run);
    tell_gone(&run, "C1", fixture_now - 2000);
    scripted_run(&run);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Pending", "firstname", "Edited",
                      NULL);
    scripted_run(&run);
    forget_told(&run);
    tell_record(&run, "C1", "c1@x.test", "Restored", fixture_now + 60000);
    run.now = fixture_now + 120000;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_string_equal(value(fixture, "1", "firstname"), "Restored");
    assert_int_equal(run.summary.pull.overwritten.internal, 1);
    assert_string_equal(run.sent, "update Contact:C1; ");
}

static void test_restored__record_of_an_object_that_went_with_it_is_a_new_one(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    tell_gone(&run, "C1", fixture_now - 2000);
    scripted_run(&run);
    forget_told(&run);
    tell_record(&run, "C1", "c1@x.test", "C1", fixture_now - 3000);
    scripted_run(&run);
    assert_int_equal(run.summary.pull.skipped, 1);
    forget_told(&run);
    tell_record(&run, "C1", "c1@x.test", "C1", fixture_now - 1000);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:2; ");
}

static void test_restored__record_of_an_object_deleted_here_is_left_alone(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    tell_record(&run, "C1", "c1@x.test", "Edited", fixture_now + 1000);
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 0);
    assert_int_equal(run.summary.pull.skipped, 1);
}

/* ---- records that wait, and reports of what changed only ---- */

/* C2 has the address of contact 1 and another name. */
static struct scripted_run doubtful_record(struct store_fixture *fixture)
{
    struct scripted_run run = linked_contacts(fixture, 1);
    tell_record(&run, "C2", "c1@x.test", "Somebody", 0);
    scripted_run(&run);
    assert_string_equal(run.notes, "doubtful contact:; ");
    forget_told(&run);
    const struct told_record changed = {"Contact", "C2", {"LastName", "Lee"}, 0};
    scripted_run_tell_when(&run, TOLD_IN_WINDOW, &changed);
    return run;
}

static void test_doubtful__record_that_is_reported_without_its_key_stays_so(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = doubtful_record(fixture);
    const struct told_record whole = {
        "Contact", "C2", {"Email", "c1@x.test", "FirstName", "Somebody"}, 0};
    scripted_run_tell_when(&run, TOLD_BY_ID, &whole);
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 0);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; ");
    run.record_count = 1; /* it is not found by its id, either */
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 0);
}

static void test_doubtful__record_that_changed_its_key_is_read_whole(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = doubtful_record(fixture);
    const struct told_record whole = {
        "Contact", "C2", {"Email", "c2@x.test", "FirstName", "Somebody"}, 0};
    scripted_run_tell_when(&run, TOLD_BY_ID, &whole);
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 1);
    assert_string_equal(value(fixture, "2", "email"), "c2@x.test");
}

/* The answer to a create is lost, and what is made there is reported by what changed since. */
static void test_unknown__create_that_is_reported_without_its_key_is_read_whole(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = scripted_run_of(fixture);
    (void)store_fixture_add(fixture, "contact", "email", "a@x.test", "firstname", "Ann", NULL);
    run.loses_answers = true;
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    run.loses_answers = false;
    const struct told_record changed = {"Contact", "C1", {"LastName", "Lee"}, 0};
    const struct told_record whole = {"Contact", "C1", {"Email", "a@x.test", "LastName", "Lee"}, 0};
    scripted_run_tell_when(&run, TOLD_IN_WINDOW, &changed);
    scripted_run_tell_when(&run, TOLD_BY_ID, &whole);
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 0);
    assert_string_equal(run.sent,
                        "update Contact:C1; "); /* with the name, which it does not show */
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; ");
    assert_string_equal(value(fixture, "1", "lastname"), "Lee");
}

/* ---- deleted on one side, edited on the other ---- */

static void test_edited__here_and_deleted_there_is_held(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    tell_gone(&run, "C1", 0);
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "lastname"), "Edited");
    assert_string_equal(run.notes, "deleted_and_edited contact:1; ");
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
}

static void test_edited__here_and_deleted_there_goes_if_that_is_wanted(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    run.settings.on_deleted_and_edited = EDITED_DELETE;
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    tell_gone(&run, "C1", 0);
    scripted_run(&run);
    assert_null(value(fixture, "1", "lastname"));
}

static void test_edited__here_and_deleted_there_is_made_there_anew_if_that_is_wanted(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_UNLINK, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    run.settings.on_deleted_and_edited = EDITED_RESTORE;
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    tell_gone(&run, "C1", 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    assert_string_equal(linked_contacts_mappings(fixture), "N1 contact:1; ");
}

static void test_edited__there_and_deleted_here_is_held(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    tell_record(&run, "C1", "c1@x.test", "Edited there", 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_string_equal(run.notes, "deleted_and_edited contact:1; ");
}

static void test_edited__there_and_deleted_here_comes_back_if_that_is_wanted(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    run.settings.on_deleted_and_edited = EDITED_RESTORE;
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    tell_record(&run, "C1", "c1@x.test", "Edited there", 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:2; ");
}

/* The only open one, found by either name. */
static struct edited_deletion *open_deletion(struct store_fixture *fixture)
{
    struct edited_deletion *ours = NULL, *theirs = NULL;
    size_t count = 0;
    OK(fixture, edited_deletions_find(fixture->store, TEXT("contact"), TEXT("1"), fixture->arena,
                                      &ours, &count, &fixture->error));
    assert_int_equal(count, 1);
    OK(fixture, edited_deletions_find(fixture->store, TEXT("Contact"), TEXT("C1"), fixture->arena,
                                      &theirs, &count, &fixture->error));
    assert_int_equal(count, 1);
    assert_int_equal(ours->mapping, theirs->mapping);
    return ours;
}

/* ... and then no more: no run finds it open. */
static void none_is_open(struct store_fixture *fixture)
{
    struct edited_deletion *none = NULL;
    size_t count = 0;
    assert_int_equal(edited_deletions_find(fixture->store, TEXT("contact"), TEXT("1"),
                                           fixture->arena, &none, &count, &fixture->error),
                     ERROR_NOT_FOUND);
}

/* The third party reports no deletions: the answer to our edit is what tells of it. */
static struct scripted_run edited_at_a_lost_record(struct store_fixture *fixture,
                                                   enum deletion_policy there)
{
    linked_contacts_policies(fixture, DELETION_UNLINK, there);
    struct scripted_run run = linked_contacts(fixture, 1);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    run.lost = "C1";
    return run;
}

static void test_edited__here_and_found_deleted_by_the_push_is_held(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = edited_at_a_lost_record(fixture, DELETION_DELETE);
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_string_equal(value(fixture, "1", "lastname"), "Edited");
    assert_string_equal(run.notes, "deleted_and_edited contact:1; ");
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
    /* it stays open, though nothing is sent any more */
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    const struct edited_deletion *open = open_deletion(fixture);
    assert_false(open->here);
    OK(fixture, edited_deletion_restore(fixture->store, open, &fixture->error));
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    none_is_open(fixture);
}

static void test_edited__here_and_found_deleted_goes_if_that_is_wanted(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = edited_at_a_lost_record(fixture, DELETION_DELETE);
    run.settings.on_deleted_and_edited = EDITED_DELETE;
    scripted_run(&run);
    assert_null(value(fixture, "1", "lastname"));
    assert_string_equal(run.notes, "deleted contact:1; ");
}

static void test_edited__here_and_found_deleted_is_made_anew_at_once_if_wanted(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = edited_at_a_lost_record(fixture, DELETION_DELETE);
    run.settings.on_deleted_and_edited = EDITED_RESTORE;
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; create Contact from contact:1; ");
    assert_string_equal(linked_contacts_mappings(fixture), "N1 contact:1; ");
}

/* The push meets a record that is gone, and only then do they tell that it was merged. */
static struct scripted_run merged_after_its_loss(struct store_fixture *fixture,
                                                 enum deletion_policy there)
{
    linked_contacts_policies(fixture, DELETION_UNLINK, there);
    struct scripted_run run = linked_contacts(fixture, 2);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    run.lost = "C1";
    scripted_run(&run);
    scripted_run_move(&run, &(struct told_move){"Contact", "C1", NULL, "C2", 0});
    scripted_run(&run);
    return run;
}

static void test_merge__that_is_reported_after_the_push_met_it_is_open(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = merged_after_its_loss(fixture, DELETION_UNLINK);
    assert_string_equal(run.notes, "remap_conflict contact:1; ");
    assert_int_equal(run.summary.status, RUN_DONE_WITH_ISSUES);
    scripted_run(&run); /* the window overlaps: it is told once */
    assert_string_equal(run.notes, "");
}

/* What the open matter advises: without the ended link the object gets a record of its own. */
static void test_merge__object_without_a_record_is_created_when_its_link_is_forgotten(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 2);
    const int64_t first = 1;
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    scripted_run_move(&run, &(struct told_move){"Contact", "C1", NULL, "C2", 0});
    scripted_run(&run);
    assert_string_equal(run.notes, "remap_conflict contact:1; ");
    assert_string_equal(run.sent, "");
    forget_told(&run);
    OK(fixture, links_forget(fixture->store, &first, 1, &fixture->error));
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    assert_string_equal(linked_contacts_mappings(fixture), "C2 contact:2; N1 contact:1; ");
}

static void test_merge__explains_a_deletion_that_was_held(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = merged_after_its_loss(fixture, DELETION_DELETE);
    assert_string_equal(run.notes, "remap_conflict contact:1; ");
    none_is_open(fixture);
}

/* Decision 63: the policy says that a deletion there only ends the link. */
static void test_edited__here_and_found_deleted_is_unlinked_if_that_is_the_policy(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = edited_at_a_lost_record(fixture, DELETION_UNLINK);
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "lastname"), "Edited");
    assert_string_equal(run.notes, "");
    none_is_open(fixture);
}

/* 13.12: the object lives as long as one of its records does. */
static void test_edited__here_and_one_of_two_records_found_deleted_is_unlinked(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = edited_at_a_lost_record(fixture, DELETION_DELETE);
    tell_record(&run, "C2", "c1@x.test", "C1", 0);
    scripted_run(&run);
    assert_string_equal(value(fixture, "1", "lastname"), "Edited");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1 deleted; C2 contact:1; ");
    none_is_open(fixture);
}

static void test_edited__here_and_deleted_there_is_restored_by_people(void **state)
{
    struct store_fixture *fixture = *state;
    test_edited__here_and_deleted_there_is_held(state);
    struct scripted_run run = scripted_run_of(fixture);
    OK(fixture, edited_deletion_restore(fixture->store, open_deletion(fixture), &fixture->error));
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
    none_is_open(fixture);
}

static void test_edited__here_and_deleted_there_goes_by_people(void **state)
{
    struct store_fixture *fixture = *state;
    test_edited__here_and_deleted_there_is_held(state);
    struct scripted_run run = scripted_run_of(fixture);
    const struct edited_deletion *deletion = open_deletion(fixture);
    assert_false(deletion->here);
    OK(fixture, objects_delete(fixture->store, deletion->object, deletion->id, &fixture->error));
    OK(fixture, edited_deletion_confirm(fixture->store, deletion, &fixture->error));
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    none_is_open(fixture);
}

/* Though the record is reported once more, with the edit. */
static void test_edited__there_and_deleted_here_goes_by_people(void **state)
{
    struct store_fixture *fixture = *state;
    test_edited__there_and_deleted_here_is_held(state);
    struct scripted_run run = scripted_run_of(fixture);
    const struct edited_deletion *deletion = open_deletion(fixture);
    assert_true(deletion->here);
    OK(fixture, edited_deletion_confirm(fixture->store, deletion, &fixture->error));
    tell_record(&run, "C1", "c1@x.test", "Edited there", 0);
    scripted_run(&run);
    assert_string_equal(run.sent, "delete Contact:C1; ");
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    none_is_open(fixture);
}

static void test_edited__there_and_deleted_here_is_restored_by_people(void **state)
{
    struct store_fixture *fixture = *state;
    test_edited__there_and_deleted_here_is_held(state);
    struct scripted_run run = scripted_run_of(fixture);
    OK(fixture, edited_deletion_restore(fixture->store, open_deletion(fixture), &fixture->error));
    tell_record(&run, "C1", "c1@x.test", "Edited there", 0);
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:2; ");
    none_is_open(fixture);
}

/* ---- an object is put back ---- */

static void test_return__before_the_sync_keeps_the_link(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 2);
    sql(fixture, "CREATE TEMP TABLE kept AS SELECT * FROM contact; DELETE FROM contact;"
                 "INSERT INTO contact SELECT * FROM kept;"
                 "UPDATE contact SET lastname = 'Reloaded' WHERE id = 2");
    scripted_run(&run);
    assert_null(strstr(run.sent, "delete"));
    assert_non_null(strstr(run.sent, "update Contact:C2; "));
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C2 contact:2; ");
}

static void test_return__by_replace_keeps_the_link(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    sql(fixture,
        "PRAGMA recursive_triggers = ON;"
        "INSERT OR REPLACE INTO contact(id, email, firstname) VALUES(1, 'c1@x.test', 'R')");
    scripted_run(&run);
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; ");
}

static void test_return__without_triggers_is_seen_before_the_deletion_is_sent(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    sql(fixture, "UPDATE object_mapping SET deleted = 1, pending_deletion = 1");
    scripted_run(&run);
    assert_string_equal(run.sent, "");
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; ");
}

static void put_back(struct store_fixture *fixture)
{
    sql(fixture, "INSERT OR IGNORE INTO contact(id, email, firstname)"
                 " VALUES(1, 'c1@x.test', 'Back')");
}

static void test_return__while_the_deletion_is_out_is_created_there_anew(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    run.meanwhile = put_back;
    scripted_run(&run);
    run.meanwhile = NULL;
    if (!strstr(run.sent, "create"))
        scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "N1 contact:1; ");
}

static void test_return__after_the_deletion_was_carried_out_is_created_there_anew(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 1);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    scripted_run(&run);
    put_back(fixture);
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:1; ");
}

/* ---- dead links own nothing ---- */

static void test_dead_link__does_not_stop_a_merge_there(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 2);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("2"), &fixture->error));
    scripted_run_move(&run, &(struct told_move){"Contact", "C1", NULL, "C2", 0});
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C2 contact:1; ");
}

static void test_dead_link__of_the_same_object_gives_way_to_the_living_one(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    tell_record(&run, "C9", "c1@x.test", "C1", 0);
    scripted_run(&run);
    forget_told(&run);
    tell_gone(&run, "C9", 0);
    scripted_run(&run);
    forget_told(&run);
    scripted_run_move(&run, &(struct told_move){"Contact", "C1", NULL, "C9", 0});
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C9 contact:1; ");
}

static void
test_dead_link__is_taken_over_by_the_object_that_its_record_was_created_for(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = scripted_run_of(fixture);
    tell_record(&run, "C2", "c1@x.test", "C1", 0);
    scripted_run(&run);
    forget_told(&run);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    store_fixture_add(fixture, "contact", "email", "c1@x.test", "firstname", "Again", NULL);
    run.made_ids = "C"; /* the API knows her by her address */
    scripted_run(&run);
    assert_string_equal(run.sent, "create Contact from contact:2; ");
    assert_string_equal(linked_contacts_mappings(fixture), "C2 contact:2; ");
}

/* What was open at it went with the object that it belonged to: nobody can settle that any more. */
static void test_dead_link__that_is_taken_over_brings_no_open_matter(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = scripted_run_of(fixture);
    const struct matter_query all = {.integration = TEXT_ABSENT};
    struct open_matter *matters = NULL;
    size_t count = 0;
    tell_record(&run, "C2", "c1@x.test", "C1", 0);
    scripted_run(&run);
    forget_told(&run);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    run.refuses = true;
    scripted_run(&run);
    OK(fixture,
       matters_list(fixture->store, &all, fixture->arena, &matters, &count, &fixture->error));
    assert_int_equal(count, 1);
    run.refuses = false;
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    store_fixture_add(fixture, "contact", "email", "c1@x.test", "firstname", "Again", NULL);
    run.made_ids = "C";
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C2 contact:2; ");
    OK(fixture,
       matters_list(fixture->store, &all, fixture->arena, &matters, &count, &fixture->error));
    assert_int_equal(count, 0);
}

/* ... and that tells only what changed. Nobody knows what it has in its other fields, on which
 * nothing is agreed (13.1), and no report would ever show them. */
static struct scripted_run taken_over(struct store_fixture *fixture)
{
    struct scripted_run run = scripted_run_of(fixture);
    tell_record(&run, "C2", "c1@x.test", "Theirs", 0);
    scripted_run(&run);
    forget_told(&run);
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    store_fixture_add(fixture, "contact", "email", "c1@x.test", "lastname", "Lee", NULL);
    run.made_ids = "C";
    scripted_run(&run);
    assert_string_equal(linked_contacts_mappings(fixture), "C2 contact:2; ");
    return run;
}

static const struct told_record whole_of_c2 = {
    "Contact", "C2", {"Email", "c1@x.test", "FirstName", "Theirs", "LastName", "Lee"}, 0};

static void test_dead_link__that_is_taken_over_has_its_record_read_whole(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = taken_over(fixture);
    const struct told_record changed = {"Contact", "C2", {"LastName", "Lee"}, 0};
    scripted_run_tell_when(&run, TOLD_IN_WINDOW, &changed);
    scripted_run_tell_when(&run, TOLD_BY_ID, &whole_of_c2);
    scripted_run(&run);
    assert_int_equal(run.asked, 2);
    assert_string_equal(value(fixture, "2", "firstname"), "Theirs");
    scripted_run(&run);
    assert_int_equal(run.asked, 1);
    assert_string_equal(run.sent, "");
}

static void test_dead_link__whose_record_is_reported_whole_is_not_asked_for(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = taken_over(fixture);
    linked_contacts_entry(fixture)->line_count = 3; /* what a record has in these tests */
    scripted_run_tell_when(&run, TOLD_IN_WINDOW, &whole_of_c2);
    scripted_run(&run);
    assert_int_equal(run.asked, 1);
    assert_string_equal(value(fixture, "2", "firstname"), "Theirs");
    forget_told(&run);
    scripted_run(&run);
    assert_int_equal(run.asked, 1);
}

/* ---- meanwhile ---- */

static void merge_into_first(struct store_fixture *fixture)
{
    struct store_options options = store_options_default();
    struct store *other = NULL;
    options.clock = fixture_now;
    OK(fixture, store_open(fixture->path, &options, &other, &fixture->error));
    OK(fixture, objects_merge(other, TEXT("contact"), TEXT("1"), TEXT("2"), &fixture->error));
    store_close(other);
}

static void test_meanwhile__a_merge_keeps_the_link_that_is_written_to(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_UNLINK);
    struct scripted_run run = linked_contacts(fixture, 2);
    store_fixture_set(fixture, "contact", TEXT("2"), "lastname", "Edited", NULL);
    run.meanwhile = merge_into_first;
    scripted_run(&run);
    run.meanwhile = NULL;
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; C2 contact:1; ");
    scripted_run(&run);
    assert_null(strstr(run.sent, "delete"));
}

static void test_meanwhile__a_merge_takes_the_record_along_that_is_being_created(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    store_fixture_add(fixture, "contact", "email", "two@x.test", "firstname", "Two", NULL);
    run.meanwhile = merge_into_first;
    scripted_run(&run);
    run.meanwhile = NULL;
    assert_string_equal(linked_contacts_mappings(fixture), "C1 contact:1; N2 contact:1; ");
    scripted_run(&run);
    assert_non_null(strstr(run.sent, "update Contact:N2; "));
}

/* The answer tells of one record, and the other one does not have the value yet. */
static void test_meanwhile__a_merge_owes_the_other_record_what_is_out(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 2);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    run.meanwhile = merge_into_first;
    scripted_run(&run);
    run.meanwhile = NULL;
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_non_null(strstr(store_fixture_changes(fixture), "hub contact:1 lastname "));
    scripted_run(&run);
    assert_non_null(strstr(run.sent, "update Contact:C2; "));
    assert_null(strstr(store_fixture_changes(fixture), "hub "));
}

static void unlink_by_hand(struct store_fixture *fixture)
{
    sql(fixture, "DELETE FROM object_mapping");
}

static void test_meanwhile__a_link_that_is_taken_away_is_not_written_back(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Edited", NULL);
    run.meanwhile = unlink_by_hand;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    assert_string_equal(linked_contacts_mappings(fixture), "");
}

/* ---- an integration that was off ---- */

static void switch_hub(struct store_fixture *fixture, bool on)
{
    const struct registry_integration hub = {
        .name = TEXT("hub"), .enabled = on, .manual = fixture->hub};
    OK(fixture, registry_set(fixture->store, &hub, 1, &fixture->error));
}

/* C1 came without a last name, and ours gets one while the hub is off; then its record is asked for
 * and has this one. */
static struct scripted_run named_while_off(struct store_fixture *fixture, const char *theirs,
                                           instant at)
{
    struct scripted_run run = linked_contacts(fixture, 1);
    const struct told_record whole = {
        "Contact", "C1", {"Email", "c1@x.test", "FirstName", "C1", "LastName", theirs}, at};
    switch_hub(fixture, false);
    OK(fixture, store_set_clock(fixture->store, fixture_now + 60000, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "Ours", NULL);
    switch_hub(fixture, true);
    scripted_run_tell_when(&run, TOLD_BY_ID, &whole);
    run.now = fixture_now + 120000;
    scripted_run(&run);
    assert_int_equal(run.code, ERROR_NONE);
    return run;
}

static void test_returned__edit_of_a_field_never_agreed_on_is_sent(void **state)
{
    struct store_fixture *fixture = *state;
    const struct scripted_run run = named_while_off(fixture, "", fixture_now);
    assert_string_equal(run.sent, "update Contact:C1; ");
    assert_string_equal(value(fixture, "1", "lastname"), "Ours");
}

/* They filled it meanwhile: nothing of theirs is written over unseen (13.1). */
static void test_returned__edit_of_a_field_never_agreed_on_gives_way_to_a_later_one(void **state)
{
    struct store_fixture *fixture = *state;
    const struct scripted_run run = named_while_off(fixture, "Theirs", fixture_now + 90000);
    assert_string_equal(run.sent, "");
    assert_string_equal(value(fixture, "1", "lastname"), "Theirs");
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_##name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tie__of_a_first_meeting_ends_when_they_empty_the_field),
        TEST(first_link__that_ours_won_and_lost_its_value_takes_theirs),
        TEST(first_link__that_lost_its_value_tells_the_other_record),
        TEST(first_link__without_a_pull_theirs_is_asked_for_later),
        TEST(first_link__is_not_emptied_by_another_record_of_the_page),
        TEST(edited__after_the_run_began_and_sent_is_not_sent_again),
        TEST(deletion__of_one_of_two_records_leaves_the_object),
        TEST(deletion__before_the_record_in_a_report_was_undone),
        TEST(deletion__after_the_record_in_a_report_stands),
        TEST(deletion__and_record_count_by_their_instants),
        TEST(merge__in_a_circle_changes_no_link),
        TEST(restored__record_of_an_object_that_lives_is_in_sync_again),
        TEST(deletion__and_somebody_else_under_its_id_are_two_people),
        TEST(deletion__goes_before_somebody_else_comes_under_its_id),
        TEST(restored__record_gets_what_only_leads_there),
        TEST(restored__record_of_an_object_that_went_with_it_is_a_new_one),
        TEST(restored__record_of_an_object_deleted_here_is_left_alone),
        TEST(edited__here_and_deleted_there_is_held),
        TEST(edited__here_and_deleted_there_goes_if_that_is_wanted),
        TEST(edited__here_and_deleted_there_is_made_there_anew_if_that_is_wanted),
        TEST(edited__there_and_deleted_here_is_held),
        TEST(edited__there_and_deleted_here_comes_back_if_that_is_wanted),
        TEST(doubtful__record_that_is_reported_without_its_key_stays_so),
        TEST(doubtful__record_that_changed_its_key_is_read_whole),
        TEST(unknown__create_that_is_reported_without_its_key_is_read_whole),
        TEST(merge__that_is_reported_after_the_push_met_it_is_open),
        TEST(merge__explains_a_deletion_that_was_held),
        TEST(merge__object_without_a_record_is_created_when_its_link_is_forgotten),
        TEST(edited__here_and_found_deleted_by_the_push_is_held),
        TEST(edited__here_and_found_deleted_goes_if_that_is_wanted),
        TEST(edited__here_and_found_deleted_is_made_anew_at_once_if_wanted),
        TEST(edited__here_and_found_deleted_is_unlinked_if_that_is_the_policy),
        TEST(edited__here_and_one_of_two_records_found_deleted_is_unlinked),
        TEST(edited__here_and_deleted_there_is_restored_by_people),
        TEST(edited__here_and_deleted_there_goes_by_people),
        TEST(edited__there_and_deleted_here_goes_by_people),
        TEST(edited__there_and_deleted_here_is_restored_by_people),
        TEST(return__before_the_sync_keeps_the_link),
        TEST(return__by_replace_keeps_the_link),
        TEST(return__without_triggers_is_seen_before_the_deletion_is_sent),
        TEST(return__while_the_deletion_is_out_is_created_there_anew),
        TEST(return__after_the_deletion_was_carried_out_is_created_there_anew),
        TEST(dead_link__does_not_stop_a_merge_there),
        TEST(dead_link__of_the_same_object_gives_way_to_the_living_one),
        TEST(dead_link__is_taken_over_by_the_object_that_its_record_was_created_for),
        TEST(dead_link__that_is_taken_over_brings_no_open_matter),
        TEST(dead_link__that_is_taken_over_has_its_record_read_whole),
        TEST(dead_link__whose_record_is_reported_whole_is_not_asked_for),
        TEST(meanwhile__a_merge_keeps_the_link_that_is_written_to),
        TEST(meanwhile__a_merge_takes_the_record_along_that_is_being_created),
        TEST(meanwhile__a_merge_owes_the_other_record_what_is_out),
        TEST(meanwhile__a_link_that_is_taken_away_is_not_written_back),
        TEST(returned__edit_of_a_field_never_agreed_on_is_sent),
        TEST(returned__edit_of_a_field_never_agreed_on_gives_way_to_a_later_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
