/* Reports: what is kept of them, records that come twice, references that become relations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/report.h"

enum { EMAIL, NAME, ACCOUNT, SCORE, FIELD_COUNT };

static const struct field_schema contact_fields[FIELD_COUNT] = {
    {.name = {"email", 5}, .type = VALUE_TYPE_EMAIL, .unique = true},
    {.name = {"firstname", 9}, .type = VALUE_TYPE_TEXT},
    {.name = {"company", 7}, .type = VALUE_TYPE_TEXT},
    {.name = {"score", 5}, .type = VALUE_TYPE_INT},
};
static const char *const their_fields[FIELD_COUNT] = {"Email", "FirstName", "AccountId", "Score"};
static const struct object_schema contact = {.name = {"contact", 7},
                                             .is_contact = true,
                                             .fields = contact_fields,
                                             .field_count = FIELD_COUNT};
static const struct manual_line both_ways = {.direction = DIRECTION_BIDIRECTIONAL};

struct fixture {
    struct arena *arena;
    struct manual *manual;
    struct request request;
    struct report *report;
    struct error error;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct manual_entry *entry = NULL;

    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = arena_new(0);
    fixture.request.side = SIDE_INTEGRATION;
    assert_int_equal(manual_new(fixture.arena, &fixture.manual, &fixture.error), ERROR_NONE);
    assert_int_equal(
        manual_add_entry(fixture.manual, &contact, TEXT("Contact"), &entry, &fixture.error),
        ERROR_NONE);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        assert_int_equal(manual_add_line(fixture.manual, entry, &contact_fields[i],
                                         text_of(their_fields[i]), NULL, &both_ways,
                                         &fixture.error),
                         ERROR_NONE);
    }
    assert_int_equal(manual_finish(fixture.manual, &fixture.error), ERROR_NONE);
    assert_int_equal(report_new(fixture.arena, &fixture.request, &fixture.report, &fixture.error),
                     ERROR_NONE);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    arena_free(fixture->arena);
    return 0;
}

static struct report_object *add(struct fixture *fixture, const char *object, const char *id,
                                 instant changed_at)
{
    struct report_object *added = NULL;

    assert_int_equal(report_add_object(fixture->report, fixture->manual, text_of(object),
                                       text_of(id), changed_at, &added, &fixture->error),
                     ERROR_NONE);
    return added;
}

static void set_raw(struct fixture *fixture, struct report_object *object, size_t field,
                    const struct raw_value *raw, enum value_type type, instant changed_at)
{
    assert_int_equal(report_set_field(fixture->report, object, field,
                                      &(struct report_value){raw, type, FIELD_CHANGED, changed_at},
                                      &fixture->error),
                     ERROR_NONE);
}

static void set_text(struct fixture *fixture, struct report_object *object, size_t field,
                     const char *value, instant changed_at)
{
    const struct raw_value raw = {.kind = RAW_TEXT, .as.text = text_of(value)};

    set_raw(fixture, object, field, &raw, field == SCORE ? VALUE_TYPE_INT : VALUE_TYPE_STRING,
            changed_at);
}

static void finish(struct fixture *fixture)
{
    assert_int_equal(report_finish(fixture->report, &fixture->error), ERROR_NONE);
}

static void check_text(const struct report_object *object, size_t field, const char *expected)
{
    assert_int_equal(object->fields[field].state, FIELD_CHANGED);
    assert_true(text_equal(object->fields[field].value.as.text, text_of(expected)));
}

static void test_report__normalizes_and_keeps_copies(void **state)
{
    struct fixture *fixture = *state;
    char id[] = "C5";
    char value[] = "Kim";
    struct report_object *object = add(fixture, "Contact", id, 1000);

    set_text(fixture, object, NAME, value, 900);
    set_text(fixture, object, SCORE, "17", INSTANT_NONE);
    memset(id, 'x', 2);
    memset(value, 'x', 3);
    finish(fixture);

    assert_ptr_equal(report_find(fixture->report, TEXT("Contact"), TEXT("C5")), object);
    check_text(object, NAME, "Kim");
    assert_int_equal(object->fields[NAME].changed_at, 900);
    assert_true(text_equal(object->fields[NAME].raw.as.text, TEXT("Kim")));
    assert_int_equal(object->fields[SCORE].value.as.integer, 17);
    assert_int_equal(object->fields[SCORE].raw.kind, RAW_TEXT);
    assert_int_equal(object->fields[SCORE].changed_at, INSTANT_NONE);
    assert_int_equal(object->fields[EMAIL].state, FIELD_ABSENT);
    assert_int_equal(object->fields[EMAIL].changed_at, INSTANT_NONE);
    assert_false(object->fields[EMAIL].unreadable);
}

static void test_report__what_cannot_be_read_is_absent_and_marked(void **state)
{
    struct fixture *fixture = *state;
    struct report_object *object = add(fixture, "Contact", "C5", 1000);

    set_text(fixture, object, SCORE, "many", INSTANT_NONE);
    assert_int_equal(object->fields[SCORE].state, FIELD_ABSENT);
    assert_true(object->fields[SCORE].unreadable);
    /* Set again, the later value counts. */
    set_text(fixture, object, SCORE, "4", INSTANT_NONE);
    assert_int_equal(object->fields[SCORE].state, FIELD_CHANGED);
    assert_false(object->fields[SCORE].unreadable);
}

static void test_report__objects_that_the_manual_does_not_have(void **state)
{
    struct fixture *fixture = *state;
    const struct raw_value raw = {.kind = RAW_NULL};
    struct report_object *object = add(fixture, "Deal", "D1", 1000);

    assert_null(object->object);
    assert_null(object->fields);
    assert_int_equal(
        report_set_field(fixture->report, object, 0,
                         &(struct report_value){&raw, VALUE_TYPE_TEXT, FIELD_CHANGED, INSTANT_NONE},
                         &fixture->error),
        ERROR_INVALID);
    add(fixture, "Deal", "D1", 2000);
    finish(fixture);
    assert_int_equal(fixture->report->object_count, 1);
    assert_int_equal(object->changed_at, 2000);
    assert_true(text_equal(object->name, TEXT("Deal")));
}

static void test_report__refuses_fields_and_ids_that_are_none(void **state)
{
    struct fixture *fixture = *state;
    const struct raw_value raw = {.kind = RAW_NULL};
    struct report_object *object = add(fixture, "Contact", "0", 1000);

    assert_int_equal(
        report_set_field(fixture->report, object, FIELD_COUNT,
                         &(struct report_value){&raw, VALUE_TYPE_TEXT, FIELD_CHANGED, INSTANT_NONE},
                         &fixture->error),
        ERROR_INVALID);
    assert_int_equal(report_add_object(fixture->report, fixture->manual, TEXT("Contact"), TEXT(""),
                                       1000, &object, &fixture->error),
                     ERROR_INVALID);
    assert_non_null(strstr(fixture->error.message, "'Contact'"));
    assert_int_equal(report_add_object(fixture->report, fixture->manual, TEXT("Contact"),
                                       TEXT_ABSENT, 1000, &object, &fixture->error),
                     ERROR_INVALID);
    assert_int_equal(report_add_object(fixture->report, fixture->manual, TEXT(""), TEXT("1"), 1000,
                                       &object, &fixture->error),
                     ERROR_INVALID);
    assert_int_equal(fixture->report->object_count, 1);
}

static void test_report_find__by_object_and_id_letter_by_letter(void **state)
{
    struct fixture *fixture = *state;
    struct report_object *last = NULL;
    char id[16];

    for (int i = 0; i < 1000; i++) {
        snprintf(id, sizeof(id), "C%d", i);
        last = add(fixture, "Contact", id, i);
    }
    assert_ptr_equal(report_find(fixture->report, TEXT("Contact"), TEXT("C999")), last);
    assert_int_equal(report_find(fixture->report, TEXT("Contact"), TEXT("C7"))->changed_at, 7);
    assert_null(report_find(fixture->report, TEXT("Contact"), TEXT("c7")));
    assert_null(report_find(fixture->report, TEXT("Contact"), TEXT("C07")));
    assert_null(report_find(fixture->report, TEXT("ContactC"), TEXT("7")));
    assert_null(report_find(fixture->report, TEXT("lead"), TEXT("C7")));
}

static void test_report__of_our_side_knows_lead_and_keeps_no_raw(void **state)
{
    struct fixture *fixture = *state;
    struct report_object *object = NULL;

    fixture->request.side = SIDE_INTERNAL;
    object = add(fixture, "lead", "5", 1000);
    set_text(fixture, object, NAME, "Kim", INSTANT_NONE);
    assert_true(text_equal(object->name, TEXT("contact")));
    assert_ptr_equal(report_find(fixture->report, TEXT("contact"), TEXT("5")), object);
    assert_ptr_equal(report_find(fixture->report, TEXT("lead"), TEXT("5")), object);
    assert_int_equal(object->fields[NAME].raw.kind, RAW_NULL);
    check_text(object, NAME, "Kim");
}

static void test_report_finish__merges_field_by_field_the_later_winning(void **state)
{
    struct fixture *fixture = *state;
    struct report_object *first = add(fixture, "Contact", "C5", 1000);
    struct report_object *second = NULL;

    set_text(fixture, first, EMAIL, "a@x.test", INSTANT_NONE);
    set_text(fixture, first, NAME, "A1", INSTANT_NONE);
    set_text(fixture, first, SCORE, "1", 100);
    add(fixture, "Contact", "C6", 1);
    second = add(fixture, "Contact", "C5", 900);
    set_text(fixture, second, NAME, "A2", INSTANT_NONE);
    set_text(fixture, second, ACCOUNT, "Acme", INSTANT_NONE);
    set_text(fixture, second, SCORE, "2", INSTANT_NONE);
    finish(fixture);

    assert_int_equal(fixture->report->object_count, 2);
    assert_ptr_equal(fixture->report->objects[0], first);
    assert_true(text_equal(fixture->report->objects[1]->id, TEXT("C6")));
    assert_int_equal(first->changed_at, 1000);
    check_text(first, EMAIL, "a@x.test");
    check_text(first, NAME, "A1");
    check_text(first, ACCOUNT, "Acme");
    assert_int_equal(first->fields[SCORE].value.as.integer, 2);
    assert_int_equal(first->fields[SCORE].changed_at, INSTANT_NONE);
}

static void test_report_finish__a_tie_goes_to_the_later_entry(void **state)
{
    struct fixture *fixture = *state;
    struct report_object *first = add(fixture, "Contact", "C5", INSTANT_NONE);
    struct report_object *second = NULL;

    set_text(fixture, first, NAME, "A1", INSTANT_NONE);
    set_text(fixture, first, EMAIL, "a@x.test", 500);
    second = add(fixture, "Contact", "C5", INSTANT_NONE);
    set_text(fixture, second, NAME, "A2", INSTANT_NONE);
    set_text(fixture, second, EMAIL, "b@x.test", INSTANT_NONE);
    finish(fixture);
    check_text(first, NAME, "A2");
    /* What says no instant is not older than what does. */
    check_text(first, EMAIL, "b@x.test");
    assert_int_equal(first->changed_at, INSTANT_NONE);
}

/* As in the conformance cases ref_random_071 and ref_random_112: what was folded is as old as the
 * latest of the entries folded so far. */
static void test_report_finish__folds_one_entry_after_the_other(void **state)
{
    struct fixture *fixture = *state;
    struct report_object *first = add(fixture, "Contact", "C5", 100);

    set_text(fixture, first, NAME, "Eve", INSTANT_NONE);
    add(fixture, "Contact", "C5", 900);
    set_text(fixture, add(fixture, "Contact", "C5", 800), NAME, "cy", INSTANT_NONE);
    finish(fixture);
    check_text(first, NAME, "Eve");
    assert_int_equal(first->changed_at, 900);
}

/* As in the conformance cases ref_random_178 and ref_random_026. */
static void test_report_finish__unreadable_does_not_win_but_is_noted(void **state)
{
    struct fixture *fixture = *state;
    struct report_object *first = add(fixture, "Contact", "C5", 100);
    struct report_object *other = add(fixture, "Contact", "C6", 100);

    set_text(fixture, first, SCORE, "3", INSTANT_NONE);
    set_text(fixture, add(fixture, "Contact", "C5", 900), SCORE, "2.5", INSTANT_NONE);
    set_text(fixture, other, SCORE, "2.5", 5000);
    set_text(fixture, add(fixture, "Contact", "C6", 50), SCORE, "4", INSTANT_NONE);
    finish(fixture);
    assert_int_equal(first->fields[SCORE].state, FIELD_CHANGED);
    assert_int_equal(first->fields[SCORE].value.as.integer, 3);
    assert_true(first->fields[SCORE].unreadable);
    assert_int_equal(other->fields[SCORE].state, FIELD_CHANGED);
    assert_int_equal(other->fields[SCORE].value.as.integer, 4);
    assert_true(other->fields[SCORE].unreadable);
}

static void test_report_finish__a_reference_is_a_relation(void **state)
{
    struct fixture *fixture = *state;
    const struct raw_value raw = {.kind = RAW_OBJECT,
                                  .as.reference = {TEXT("Account"), TEXT("A3")}};
    const struct raw_value null = {.kind = RAW_NULL};
    struct report_object *object = add(fixture, "Contact", "C5", 100);
    const struct report_relation *relation = NULL;

    set_raw(fixture, object, ACCOUNT, &raw, VALUE_TYPE_REFERENCE, INSTANT_NONE);
    set_raw(fixture, add(fixture, "Contact", "C6", 100), ACCOUNT, &null, VALUE_TYPE_REFERENCE,
            INSTANT_NONE);
    finish(fixture);
    assert_int_equal(fixture->report->relation_count, 1);
    relation = &fixture->report->relations[0];
    assert_true(text_equal(relation->object, TEXT("Contact")));
    assert_true(text_equal(relation->id, TEXT("C5")));
    assert_true(text_equal(relation->field, TEXT("AccountId")));
    assert_true(text_equal(relation->to_object, TEXT("Account")));
    assert_true(text_equal(relation->to_id, TEXT("A3")));
    assert_true(object->fields[ACCOUNT].related);
}

static void test_report_finish__a_declared_relation_is_not_repeated(void **state)
{
    struct fixture *fixture = *state;
    const struct raw_value raw = {.kind = RAW_OBJECT,
                                  .as.reference = {TEXT("Account"), TEXT("A3")}};
    struct report_relation declared = {TEXT("Contact"), TEXT("C5"), TEXT("AccountId"),
                                       TEXT("Account"), TEXT("A4")};
    const struct report_object *plain = NULL;

    set_raw(fixture, add(fixture, "Contact", "C5", 100), ACCOUNT, &raw, VALUE_TYPE_REFERENCE,
            INSTANT_NONE);
    set_raw(fixture, add(fixture, "Contact", "C6", 100), ACCOUNT, &raw, VALUE_TYPE_REFERENCE,
            INSTANT_NONE);
    plain = add(fixture, "Contact", "C7", 100);
    assert_int_equal(report_add_relation(fixture->report, &declared, &fixture->error), ERROR_NONE);
    declared.id = TEXT("C7");
    assert_int_equal(report_add_relation(fixture->report, &declared, &fixture->error), ERROR_NONE);
    declared.id = TEXT("nobody");
    assert_int_equal(report_add_relation(fixture->report, &declared, &fixture->error), ERROR_NONE);
    finish(fixture);
    assert_int_equal(fixture->report->relation_count, 4);
    assert_true(text_equal(fixture->report->relations[0].to_id, TEXT("A4")));
    assert_true(text_equal(fixture->report->relations[3].id, TEXT("C6")));
    assert_true(plain->fields[ACCOUNT].related);
    assert_false(plain->fields[NAME].related);
    declared.to_id = TEXT("");
    assert_int_equal(report_add_relation(fixture->report, &declared, &fixture->error),
                     ERROR_INVALID);
}

static void test_report_remap_object__without_a_new_id_it_keeps_the_old_one(void **state)
{
    struct fixture *fixture = *state;
    struct report_remap remap = {TEXT("Lead"), TEXT("L1"), TEXT("Contact"), TEXT_ABSENT};

    assert_int_equal(report_remap_object(fixture->report, &remap, &fixture->error), ERROR_NONE);
    remap.new_id = TEXT("C1");
    assert_int_equal(report_remap_object(fixture->report, &remap, &fixture->error), ERROR_NONE);
    assert_true(text_equal(fixture->report->remaps[0].new_id, TEXT("L1")));
    assert_true(text_equal(fixture->report->remaps[1].new_id, TEXT("C1")));
    remap.old_id = TEXT("");
    assert_int_equal(report_remap_object(fixture->report, &remap, &fixture->error), ERROR_INVALID);
    assert_int_equal(fixture->report->remap_count, 2);
}

static void test_report__deletions_and_merges(void **state)
{
    struct fixture *fixture = *state;
    struct report *report = fixture->report;

    assert_int_equal(
        report_add_deleted(report, TEXT("Contact"), TEXT("C1"), INSTANT_NONE, &fixture->error),
        ERROR_NONE);
    assert_int_equal(
        report_add_deleted(report, TEXT("Contact"), TEXT(""), INSTANT_NONE, &fixture->error),
        ERROR_INVALID);
    assert_int_equal(report->deletion_count, 1);
    assert_true(text_equal(report->deletions[0].id, TEXT("C1")));
    assert_int_equal(
        report_add_merge(report, TEXT("Contact"), TEXT("C1"), TEXT("C2"), &fixture->error),
        ERROR_NONE);
    assert_int_equal(
        report_add_merge(report, TEXT("Contact"), TEXT("C1"), TEXT("C1"), &fixture->error),
        ERROR_INVALID);
    assert_int_equal(report->merge_count, 1);
    assert_true(text_equal(report->merges[0].winner, TEXT("C2")));
}

static void test_report__cursors_and_positions(void **state)
{
    struct fixture *fixture = *state;
    struct report *report = fixture->report;

    assert_true(text_is_absent(report->cursor));
    assert_int_equal(report_set_cursor(report, TEXT(""), &fixture->error), ERROR_NONE);
    assert_false(text_is_absent(report->cursor));
    assert_int_equal(report_set_cursor(report, TEXT("0"), &fixture->error), ERROR_NONE);
    assert_true(text_equal(report->cursor, TEXT("0")));
    assert_int_equal(
        report_set_position(report, fixture->manual, TEXT("Contact"), TEXT("t1"), &fixture->error),
        ERROR_NONE);
    assert_int_equal(
        report_set_position(report, fixture->manual, TEXT("Contact"), TEXT("t2"), &fixture->error),
        ERROR_NONE);
    assert_int_equal(report->position_count, 1);
    assert_true(text_equal(report->positions[0].token, TEXT("t2")));
    assert_int_equal(
        report_set_position(report, fixture->manual, TEXT("Deal"), TEXT("t2"), &fixture->error),
        ERROR_INVALID);
    assert_int_equal(
        report_set_position(report, fixture->manual, TEXT("Contact"), TEXT(""), &fixture->error),
        ERROR_INVALID);
}

/* Whose edit it was is said of the record, or of one field; of the entry that came last. */
static void test_report__own_edits(void **state)
{
    struct fixture *fixture = *state;
    struct report *report = fixture->report;
    const size_t email =
        manual_object_field(manual_integration(fixture->manual, TEXT("Contact")), TEXT("Email"));
    struct report_object *added = NULL;

    assert_int_equal(
        report_own_edit(report, TEXT("Contact"), TEXT("C1"), TEXT_ABSENT, &fixture->error),
        ERROR_INVALID);
    assert_int_equal(report_add_object(report, fixture->manual, TEXT("Contact"), TEXT("C1"), 1000,
                                       &added, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(
        report_own_edit(report, TEXT("Contact"), TEXT("C1"), TEXT("Email"), &fixture->error),
        ERROR_NONE);
    assert_int_equal(
        report_own_edit(report, TEXT("Contact"), TEXT("C1"), TEXT("Nothing"), &fixture->error),
        ERROR_NONE);
    assert_true(added->fields[email].own);
    assert_false(added->own);
    assert_int_equal(
        report_own_edit(report, TEXT("Contact"), TEXT("C1"), TEXT_ABSENT, &fixture->error),
        ERROR_NONE);
    assert_true(added->own);
    assert_int_equal(report_add_object(report, fixture->manual, TEXT("Contact"), TEXT("C1"), 2000,
                                       &added, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(report_finish(report, &fixture->error), ERROR_NONE);
    assert_false(report->objects[0]->own); /* somebody has edited it since */
}

static void test_report__the_last_total_counts(void **state)
{
    struct fixture *fixture = *state;
    struct report *report = fixture->report;
    const struct manual *manual = fixture->manual;

    assert_int_equal(report_set_total(report, manual, TEXT("Contact"), 7, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(report_set_total(report, manual, TEXT("Contact"), 0, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(report->total_count, 1);
    assert_int_equal(report->totals[0].count, 0);
    assert_int_equal(report_set_total(report, manual, TEXT("Deal"), 7, &fixture->error),
                     ERROR_INVALID);
}

static void test_request_object_of__finds_what_is_asked_for(void **state)
{
    struct fixture *fixture = *state;
    const struct manual_object *ours = manual_internal(fixture->manual, TEXT("contact"));
    const struct manual_object *theirs = manual_integration(fixture->manual, TEXT("Contact"));
    struct request_object requested = {.object = theirs};
    const struct request request = {.objects = &requested, .object_count = 1};

    assert_ptr_equal(request_object_of(&request, theirs), &requested);
    assert_null(request_object_of(&request, ours));
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_report__normalizes_and_keeps_copies),
        FIXTURE_TEST(test_report__what_cannot_be_read_is_absent_and_marked),
        FIXTURE_TEST(test_report__objects_that_the_manual_does_not_have),
        FIXTURE_TEST(test_report__refuses_fields_and_ids_that_are_none),
        FIXTURE_TEST(test_report_find__by_object_and_id_letter_by_letter),
        FIXTURE_TEST(test_report__of_our_side_knows_lead_and_keeps_no_raw),
        FIXTURE_TEST(test_report_finish__merges_field_by_field_the_later_winning),
        FIXTURE_TEST(test_report_finish__a_tie_goes_to_the_later_entry),
        FIXTURE_TEST(test_report_finish__folds_one_entry_after_the_other),
        FIXTURE_TEST(test_report_finish__unreadable_does_not_win_but_is_noted),
        FIXTURE_TEST(test_report_finish__a_reference_is_a_relation),
        FIXTURE_TEST(test_report_finish__a_declared_relation_is_not_repeated),
        FIXTURE_TEST(test_report_remap_object__without_a_new_id_it_keeps_the_old_one),
        FIXTURE_TEST(test_report__deletions_and_merges),
        FIXTURE_TEST(test_report__cursors_and_positions),
        FIXTURE_TEST(test_report__own_edits),
        FIXTURE_TEST(test_report__the_last_total_counts),
        FIXTURE_TEST(test_request_object_of__finds_what_is_asked_for),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
