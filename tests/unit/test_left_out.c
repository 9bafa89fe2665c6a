/* Records that were left without an object, and of which later reports tell a part: whole runs over
 * a real store. */
#include "support/linked_contacts.h"

#include "store/books/links.h"
#include "store/books/matters.h"

static const char *value(struct store_fixture *fixture, const char *object, const char *id,
                         const char *field)
{
    return store_fixture_value(fixture, object, text_of(id), field);
}

/* From now on reports tell of a record only what has changed, and all of it when it is asked for.
 */
static void tell_part(struct scripted_run *run, const struct told_record *part,
                      const struct told_record *whole)
{
    run->record_count = 0;
    scripted_run_tell_when(run, TOLD_IN_WINDOW, part);
    scripted_run_tell_when(run, TOLD_BY_ID, whole);
}

static size_t listed(struct store_fixture *fixture)
{
    const struct matter_query everything = {.object = TEXT_ABSENT};
    struct open_matter *matters = NULL;
    size_t count = 0;
    OK(fixture, matters_list(fixture->store, &everything, fixture->arena, &matters, &count,
                             &fixture->error));
    return count;
}

/* C2 has the address of contact 1, and another name. */
static struct scripted_run doubtful(struct store_fixture *fixture)
{
    struct scripted_run run = linked_contacts(fixture, 1);
    const struct told_record record = {
        "Contact", "C2", {"Email", "c1@x.test", "FirstName", "Somebody"}, 0};
    scripted_run_tell(&run, &record);
    scripted_run(&run);
    assert_string_equal(run.notes, "doubtful contact:; ");
    return run;
}

static void test_left_out__doubtful_record_that_tells_another_key_is_read_whole(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = doubtful(fixture);
    tell_part(
        &run, &(struct told_record){"Contact", "C2", {"Email", "c2@x.test"}, 0},
        &(struct told_record){"Contact", "C2", {"Email", "c2@x.test", "FirstName", "Somebody"}, 0});
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 1);
    assert_string_equal(value(fixture, "contact", "2", "firstname"), "Somebody");
    assert_int_equal(listed(fixture), 0);
}

/* Nobody is asked for what is new: there is nothing else of it. */
static void test_left_out__new_record_that_tells_a_part_is_asked_for_by_nobody(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = doubtful(fixture);
    run.record_count = 0;
    scripted_run_tell(&run, &(struct told_record){"Contact", "C3", {"Email", "c3@x.test"}, 0});
    run.asked = 0;
    scripted_run(&run);
    assert_int_equal(run.summary.pull.created, 1);
    assert_int_equal(run.asked, 1);
}

/* Deleted here, edited there, and to be made here anew. */
static void test_left_out__record_that_brings_its_object_back_is_read_whole(void **state)
{
    struct store_fixture *fixture = *state;
    linked_contacts_policies(fixture, DELETION_DELETE, DELETION_DELETE);
    struct scripted_run run = linked_contacts(fixture, 1);
    run.settings.on_deleted_and_edited = EDITED_RESTORE;
    OK(fixture, objects_delete(fixture->store, TEXT("contact"), TEXT("1"), &fixture->error));
    tell_part(&run, &(struct told_record){"Contact", "C1", {"LastName", "Lee"}, fixture_now + 1000},
              &(struct told_record){"Contact",
                                    "C1",
                                    {"Email", "c1@x.test", "FirstName", "C1", "LastName", "Lee"},
                                    fixture_now + 1000});
    scripted_run(&run);
    assert_string_equal(value(fixture, "contact", "2", "lastname"), "Lee");
    assert_string_equal(value(fixture, "contact", "2", "email"), "c1@x.test");
}

/* People have taken its link away. */
static void test_left_out__record_without_its_link_is_read_whole(void **state)
{
    struct store_fixture *fixture = *state;
    struct scripted_run run = linked_contacts(fixture, 1);
    struct status_mapping *links = NULL;
    size_t count = 0;
    OK(fixture, status_mappings(fixture->store, TEXT("hub"), fixture->arena, &links, &count,
                                &fixture->error));
    const int64_t key = links[0].key;
    OK(fixture, links_separate(fixture->store, &key, 1, &fixture->error));
    tell_part(
        &run, &(struct told_record){"Contact", "C1", {"LastName", "Lee"}, 0},
        &(struct told_record){
            "Contact", "C1", {"Email", "c1@x.test", "FirstName", "C1", "LastName", "Lee"}, 0});
    scripted_run(&run);
    assert_string_equal(value(fixture, "contact", "2", "email"), "c1@x.test");
    assert_string_equal(value(fixture, "contact", "2", "lastname"), "Lee");
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(test_left_out__##name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(doubtful_record_that_tells_another_key_is_read_whole),
        TEST(new_record_that_tells_a_part_is_asked_for_by_nobody),
        TEST(record_that_brings_its_object_back_is_read_whole),
        TEST(record_without_its_link_is_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
