/* The internal side: finding, executing an order, reporting. */
#include "support/store_fixture.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"
#include "sync/pull/pull_mapping.h"

#include <string.h>

static struct internal_side *side(struct store_fixture *fixture)
{
    return store_run_internal(fixture->run);
}

/* An order of one change, or more by calling change_of again. */
static struct order *order_of(struct store_fixture *fixture)
{
    struct order *order = NULL;

    OK(fixture, order_new(fixture->arena, SIDE_INTERNAL, &order, &fixture->error));
    order->integration = TEXT("hub");
    order->now = fixture_now;
    return order;
}

/* entry 0: company, 1: contact. id NULL: to be created. Then {field, value} pairs, NULL. */
static struct order_change *change_of(struct store_fixture *fixture, struct order *order,
                                      size_t entry, const char *id, const char *record, instant at,
                                      ...)
{
    struct order_change *change = ARENA_NEW(fixture->arena, struct order_change);
    const char *name = NULL;
    va_list arguments;

    change->entry = fixture->hub->entries[entry];
    change->object = change->entry->internal->name;
    change->object_id = text_of(id);
    change->mapped_object = change->entry->integration->name;
    change->mapped_id = text_of(record);
    change->changed_at = at;
    change->fields = ARENA_ARRAY(fixture->arena, 8, struct order_field);
    change->base_versions =
        ARENA_ARRAY(fixture->arena, change->entry->internal->field_count, struct base_version);
    va_start(arguments, at);
    while ((name = va_arg(arguments, const char *))) {
        struct order_field *field = &change->fields[change->field_count++];
        const size_t index = manual_object_field(change->entry->internal, text_of(name));
        for (size_t i = 0; i < change->entry->line_count; i++)
            if (change->entry->lines[i].internal_field == index)
                field->line = &change->entry->lines[i];
        field->field = index;
        field->state = FIELD_CHANGED;
        field->at = INSTANT_NONE;
        field->value = value_text(VALUE_TYPE_STRING, text_of(va_arg(arguments, const char *)));
    }
    va_end(arguments);
    if (id) {
        struct books *books = store_run_books(fixture->run);
        OK(fixture, books->mapping_of_record(books, change->entry, change->mapped_id,
                                             fixture->arena, &change->mapping, &fixture->error));
    }
    OK(fixture, order_add(order, change, &fixture->error));
    return change;
}

static void execute(struct store_fixture *fixture, struct order *order)
{
    struct books *books = store_run_books(fixture->run);

    OK(fixture, books->begin(books, &fixture->error));
    OK(fixture,
       side(fixture)->exchange.execute_order(&side(fixture)->exchange, order, &fixture->error));
    OK(fixture, pull_mapping_keep(books, order, &fixture->error));
    OK(fixture, books->commit(books, &fixture->error));
}

static size_t find(struct store_fixture *fixture, const char *email, struct texts *ids)
{
    const struct manual_object *contact = fixture->hub->entries[1]->internal;
    const size_t field = manual_object_field(contact, TEXT("email"));
    const struct value value = value_text(VALUE_TYPE_EMAIL, text_of(email));
    struct text key = TEXT_ABSENT;
    const struct object_search search = {
        .object = contact, .identity = {&field, &key, 1}, .limit = 2};

    OK(fixture,
       value_identifier_key(fixture->arena, &value, VALUE_TYPE_EMAIL, &key, &fixture->error));
    OK(fixture, side(fixture)->find(side(fixture), &search, fixture->arena, ids, &fixture->error));
    return ids->count;
}

static void test_find__folds_and_trims_what_plain_sql_wrote(void **state)
{
    struct store_fixture *fixture = *state;
    struct texts ids;

    store_fixture_run(fixture);
    OK(fixture, seed_sql(fixture->store,
                         "INSERT INTO contact(email) VALUES('A@X.test '), ('\xc3\x89MILE@x.test'),"
                         " ('stra\xc3\x9f"
                         "e@x.test'), (NULL), (''), ('\tb@x.test')",
                         &fixture->error));
    assert_int_equal(find(fixture, "a@x.TEST", &ids), 1);
    assert_string_equal(ids.items[0].bytes, "1");
    assert_int_equal(find(fixture, "\xc3\xa9mile@x.test", &ids), 1);
    assert_string_equal(ids.items[0].bytes, "2");
    assert_int_equal(find(fixture, "STRASSE@x.test", &ids), 1);
    assert_string_equal(ids.items[0].bytes, "3");
    assert_int_equal(find(fixture, "b@x.test", &ids), 1);
    assert_int_equal(find(fixture, "nobody@x.test", &ids), 0);
    OK(fixture, seed_sql(fixture->store, "UPDATE contact SET email = 'e@x.test' WHERE id = 2",
                         &fixture->error));
    assert_int_equal(find(fixture, "\xc3\xa9mile@x.test", &ids), 0);
    assert_int_equal(find(fixture, "e@x.test", &ids), 1);
    OK(fixture,
       seed_sql(fixture->store, "INSERT INTO contact(email) VALUES('e@x.test'), ('E@x.test')",
                &fixture->error));
    assert_int_equal(find(fixture, "e@x.test", &ids), 2); /* no more than asked for */
}

static void test_order__creates_with_mapping_base_versions_and_tracking(void **state)
{
    struct store_fixture *fixture = *state;
    struct status_mapping *mappings = NULL;
    size_t count = 0;

    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    const struct order_change *change =
        change_of(fixture, order, 1, NULL, "C1", fixture_now - 5000, "email", "a@x.test",
                  "lastname", "Low", "phone", "1", NULL);
    execute(fixture, order);
    assert_int_equal(change->result, RESULT_CREATED);
    assert_string_equal(change->result_id.bytes, "1");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "lastname"), "Low");
    OK(fixture, status_mappings(fixture->store, TEXT_ABSENT, fixture->arena, &mappings, &count,
                                &fixture->error));
    assert_int_equal(count, 1);
    assert_int_equal(mappings[0].last_sync, fixture_now - 5000);
    const size_t email = change->fields[0].field;
    assert_true(change->mapping->base_versions[email].seen);
    assert_int_not_equal(change->mapping->base_versions[email].ours, 0);
    /* crm hears of what it maps, with the record as origin; hub, where it came from, does not */
    assert_string_equal(store_fixture_changes(fixture), "crm contact:1 email -5000 C1");
}

static void test_order__update_writes_only_what_differs(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_add(fixture, "contact", "email", "a@x.test", "lastname", "Low", NULL);
    OK(fixture,
       seed_mapping(fixture->store, TEXT("hub"), TEXT("contact"), TEXT("1"), TEXT("Contact"),
                    TEXT("C1"), INSTANT_NONE, false, NULL, &fixture->error));
    OK(fixture, seed_sql(fixture->store, "DELETE FROM field_change", &fixture->error));
    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    const struct order_change *same =
        change_of(fixture, order, 1, "1", "C1", fixture_now, "lastname", "Low", NULL);
    execute(fixture, order);
    assert_int_equal(same->result, RESULT_UNCHANGED);
    assert_true(same->fields[0].written);
    assert_int_equal(same->mapping->last_sync, fixture_now);
    order = order_of(fixture);
    const struct order_change *other =
        change_of(fixture, order, 1, "1", "C1", fixture_now + 9000, "email", "b@x.test", NULL);
    execute(fixture, order);
    assert_int_equal(other->result, RESULT_UPDATED);
    /* never later than the sync instant */
    assert_string_equal(store_fixture_changes(fixture), "crm contact:1 email +0 C1");
}

/* What waits for an integration that is off is as old as the value, once it is back (13.4). */
static void test_order__what_waits_for_who_is_off_is_written_again(void **state)
{
    struct store_fixture *fixture = *state;
    const struct registry_integration integrations[] = {
        {.name = TEXT("hub"), .enabled = true, .manual = fixture->hub},
        {.name = TEXT("crm"), .enabled = false, .manual = fixture->crm},
    };
    int64_t again = 0;

    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    OK(fixture,
       seed_mapping(fixture->store, TEXT("hub"), TEXT("contact"), TEXT("1"), TEXT("Contact"),
                    TEXT("C1"), INSTANT_NONE, false, NULL, &fixture->error));
    OK(fixture, seed_sql(fixture->store,
                         "DELETE FROM field_change WHERE integration ="
                         " (SELECT id FROM integration WHERE name = 'hub');"
                         "UPDATE field_change SET at = at - 9000",
                         &fixture->error));
    OK(fixture, registry_set(fixture->store, integrations, 2, &fixture->error));
    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    change_of(fixture, order, 1, "1", "C1", fixture_now - 5000, "email", "b@x.test", NULL);
    execute(fixture, order);
    order = order_of(fixture);
    change_of(fixture, order, 1, "1", "C1", fixture_now, "firstname", "Ann", NULL);
    execute(fixture, order);
    assert_string_equal(store_fixture_changes(fixture), "crm contact:1 email -9000 user");
    OK(fixture, rows_ask(&fixture->store->sql, &again, &fixture->error,
                         "SELECT again FROM field_change", ""));
    assert_int_equal(again, fixture_now - 5000);
}

static void test_order__refusals_are_per_field(void **state)
{
    static const char long_name[] =
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    const struct order_change *change = change_of(
        fixture, order, 1, NULL, "C1", fixture_now, "email", "a@x.test", "lastname", long_name,
        "points", "many", "dnc_email", "yes", "owner_id", "8", "internal_id", "77", NULL);
    execute(fixture, order);
    assert_int_equal(change->result, RESULT_CREATED);
    assert_int_equal(change->fields[0].refusal, REFUSAL_NONE);
    assert_int_equal(change->fields[1].refusal, REFUSAL_TOO_LONG);
    assert_int_equal(change->fields[2].refusal, REFUSAL_WRONG_TYPE);
    assert_int_equal(change->fields[3].refusal, REFUSAL_DNC_NOT_A_NUMBER);
    assert_int_equal(change->fields[4].refusal, REFUSAL_UNKNOWN_OWNER);
    assert_int_equal(change->fields[5].refusal, REFUSAL_READ_ONLY);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "lastname"), "null");
}

static void test_order__one_bad_object_stops_nobody(void **state)
{
    const struct raw_value boom = {.kind = RAW_TEXT, .as.text = TEXT("boom@x.test")};
    struct store_fixture *fixture = *state;

    OK(fixture,
       seed_refusal(fixture->store, TEXT("contact"), TEXT("email"), &boom, &fixture->error));
    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    const struct order_change *first =
        change_of(fixture, order, 1, NULL, "C1", fixture_now, "email", "a@x.test", NULL);
    const struct order_change *bad = change_of(fixture, order, 1, NULL, "C2", fixture_now, "email",
                                               "boom@x.test", "dnc_email", "1", NULL);
    const struct order_change *last = change_of(fixture, order, 1, NULL, "C3", fixture_now, "email",
                                                "c@x.test", "dnc_email", "2", NULL);
    execute(fixture, order);
    assert_int_equal(first->result, RESULT_CREATED);
    assert_int_equal(bad->result, RESULT_FAILED);
    assert_non_null(strstr(bad->failure.bytes, "refused by a trigger"));
    assert_null(bad->mapping);
    assert_int_equal(last->result, RESULT_CREATED);
    assert_string_equal(last->result_id.bytes, "2");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("2"), "dnc_email"), "2");
}

static void test_order__do_not_contact_that_is_refused_takes_the_object_back(void **state)
{
    struct store_fixture *fixture = *state;

    OK(fixture, seed_sql(fixture->store,
                         "CREATE TRIGGER audit BEFORE INSERT ON do_not_contact"
                         " BEGIN SELECT RAISE(ABORT, 'not allowed'); END",
                         &fixture->error));
    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    const struct order_change *bad = change_of(fixture, order, 1, NULL, "C1", fixture_now, "email",
                                               "a@x.test", "dnc_email", "1", NULL);
    execute(fixture, order);
    assert_int_equal(bad->result, RESULT_FAILED);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "email"), "gone");
}

static void test_order__a_trigger_that_rolls_back_ends_the_iteration(void **state)
{
    struct store_fixture *fixture = *state;

    OK(fixture, seed_sql(fixture->store,
                         "CREATE TRIGGER evil BEFORE INSERT ON contact"
                         " BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END",
                         &fixture->error));
    store_fixture_run(fixture);
    struct books *books = store_run_books(fixture->run);
    struct order *order = order_of(fixture);
    change_of(fixture, order, 1, NULL, "C1", fixture_now, "email", "a@x.test", NULL);
    OK(fixture, books->begin(books, &fixture->error));
    assert_int_equal(
        side(fixture)->exchange.execute_order(&side(fixture)->exchange, order, &fixture->error),
        ERROR_STORE);
    books->rollback(books);
}

static void test_order__same_identifiers_are_one_object(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    const struct order_change *one = change_of(fixture, order, 1, NULL, "C1", fixture_now - 1000,
                                               "email", "a@x.test", "lastname", "One", NULL);
    const struct order_change *nobody =
        change_of(fixture, order, 1, NULL, "C2", fixture_now, "lastname", "Nobody", NULL);
    const struct order_change *two = change_of(fixture, order, 1, NULL, "C3", fixture_now, "email",
                                               " A@x.test", "lastname", "Two", NULL);
    execute(fixture, order);
    assert_string_equal(one->result_id.bytes, "1");
    assert_string_equal(two->result_id.bytes, "1");
    assert_string_equal(nobody->result_id.bytes, "2");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "lastname"), "Two");
    assert_false(one->fields[1].written);
    assert_true(two->fields[1].written);
    /* the twin hears of the winner's value */
    assert_non_null(strstr(store_fixture_changes(fixture), "hub contact:1 lastname +0 C3"));
}

static void test_order__create_without_a_required_field_waits(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    const struct order_change *empty =
        change_of(fixture, order, 0, NULL, "A1", fixture_now, "companyname", "", NULL);
    const struct order_change *nothing =
        change_of(fixture, order, 1, NULL, "C1", fixture_now, "internal_id", "7", NULL);
    execute(fixture, order);
    assert_int_equal(empty->result, RESULT_SKIPPED_REQUIRED);
    assert_int_equal(nothing->result, RESULT_SKIPPED_EMPTY);
}

static void test_order__reference_becomes_name_and_link(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_add(fixture, "company", "companyname", "Acme", NULL);
    store_fixture_run(fixture);
    struct order *order = order_of(fixture);
    struct order_change *change = change_of(fixture, order, 1, NULL, "C1", fixture_now, "email",
                                            "a@x.test", "company", "", NULL);
    change->fields[1].value = (struct value){.type = VALUE_TYPE_REFERENCE,
                                             .kind = VALUE_REFERENCE,
                                             .as.reference = {TEXT("company"), TEXT("1")}};
    struct order_change *lost = change_of(fixture, order, 1, NULL, "C2", fixture_now, "email",
                                          "b@x.test", "company", "", NULL);
    lost->fields[1].value = change->fields[1].value;
    lost->fields[1].value.as.reference.id = TEXT("9");
    execute(fixture, order);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "company"), "Acme");
    assert_int_equal(lost->fields[1].refusal, REFUSAL_UNRESOLVED_REFERENCE);
    /* the link is there: it can be put nowhere twice */
    assert_int_not_equal(
        seed_sql(fixture->store, "INSERT INTO contact_company VALUES(1, 1, 0)", &fixture->error),
        ERROR_NONE);
}

static struct report *report_of(struct store_fixture *fixture, bool full, const char *after,
                                unsigned page_size)
{
    const struct manual_object *contact = fixture->hub->entries[1]->internal;
    size_t *fields = ARENA_ARRAY(fixture->arena, contact->field_count, size_t);
    bool *requested = ARENA_ARRAY(fixture->arena, contact->field_count, bool);
    bool *required = ARENA_ARRAY(fixture->arena, contact->field_count, bool);
    struct request_object *object = ARENA_NEW(fixture->arena, struct request_object);
    struct request *request = ARENA_NEW(fixture->arena, struct request);
    struct report *report = NULL;

    for (size_t i = 0; i < contact->field_count; i++) {
        fields[i] = i;
        requested[i] = true;
    }
    required[manual_object_field(contact, TEXT("email"))] = true;
    *object = (struct request_object){.object = contact,
                                      .fields = fields,
                                      .field_count = contact->field_count,
                                      .requested = requested,
                                      .required = required,
                                      .from = INSTANT_NONE,
                                      .to = fixture_now + 1,
                                      .page_after = text_of(after)};
    *request = (struct request){.side = SIDE_INTERNAL,
                                .integration = TEXT("hub"),
                                .iteration = 1,
                                .full = full,
                                .objects = object,
                                .object_count = 1,
                                .page_size = page_size};
    OK(fixture, report_new(fixture->arena, request, &report, &fixture->error));
    OK(fixture, side(fixture)->exchange.get_report(&side(fixture)->exchange, request, report,
                                                   &fixture->error));
    return report;
}

static void test_report__partial_says_what_changed(void **state)
{
    struct store_fixture *fixture = *state;
    const struct manual_object *contact = fixture->hub->entries[1]->internal;

    store_fixture_add(fixture, "contact", "email", "a@x.test", "lastname", "Low", NULL);
    OK(fixture, seed_sql(fixture->store, "DELETE FROM field_change", &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "High", NULL);
    OK(fixture, store_set_clock(fixture->store, fixture_now + 60000, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "firstname", "Ann", NULL);
    OK(fixture, store_set_clock(fixture->store, fixture_now, &fixture->error));
    store_fixture_run(fixture);
    const struct report *report = report_of(fixture, false, NULL, 100);
    assert_int_equal(report->object_count, 1);
    const struct report_object *object = report->objects[0];
    assert_string_equal(object->id.bytes, "1");
    assert_int_equal(object->changed_at, fixture_now);
    assert_int_equal(object->tracked.count, 2); /* the one of the future counts as made now */
    const size_t lastname = manual_object_field(contact, TEXT("lastname"));
    assert_int_equal(object->fields[lastname].state, FIELD_CHANGED);
    assert_string_equal(object->fields[lastname].value.as.text.bytes, "High");
    assert_int_equal(object->fields[manual_object_field(contact, TEXT("email"))].state,
                     FIELD_REQUIRED);
    assert_int_equal(object->fields[manual_object_field(contact, TEXT("firstname"))].state,
                     FIELD_CHANGED);
    assert_string_equal(
        object->fields[manual_object_field(contact, TEXT("internal_id"))].value.as.text.bytes, "1");
}

/* An import beside a push would otherwise never let it end (decision 33). A run that is resumed
 * takes what was edited before that. */
static void test_report__what_is_edited_during_a_run_waits(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_add(fixture, "contact", "email", "a@x.test", "lastname", "Low", NULL);
    store_fixture_run(fixture);
    OK(fixture, store_set_clock(fixture->store, fixture_now + 60000, &fixture->error));
    store_fixture_set(fixture, "contact", TEXT("1"), "lastname", "High", NULL);
    store_fixture_add(fixture, "contact", "email", "b@x.test", NULL);
    const struct report *report = report_of(fixture, false, NULL, 100);
    assert_int_equal(report->object_count, 1);
    const size_t lastname =
        manual_object_field(fixture->hub->entries[1]->internal, TEXT("lastname"));
    assert_true(report->objects[0]->fields[lastname].waits);
    store_fixture_run(fixture); /* goes on a minute later */
    report = report_of(fixture, false, NULL, 100);
    assert_int_equal(report->object_count, 2);
    assert_false(report->objects[0]->fields[lastname].waits);
}

static void test_report__pages_by_id_and_skips_the_gone(void **state)
{
    struct store_fixture *fixture = *state;

    for (int i = 0; i < 12; i++)
        store_fixture_add(fixture, "contact", "email", "a@x.test", "firstname", "A", NULL);
    OK(fixture,
       seed_sql(fixture->store, "DELETE FROM contact WHERE id IN (2, 3)", &fixture->error));
    store_fixture_run(fixture);
    const struct report *report = report_of(fixture, false, NULL, 3);
    assert_int_equal(report->object_count, 3);
    assert_string_equal(report->objects[1]->id.bytes, "4");
    report = report_of(fixture, false, "9", 100);
    assert_int_equal(report->object_count, 3); /* 10, 11, 12: numbers, not texts */
    assert_string_equal(report->objects[0]->id.bytes, "10");
    report = report_of(fixture, true, "4", 2);
    assert_int_equal(report->object_count, 2);
    assert_string_equal(report->objects[0]->id.bytes, "5");
    assert_int_equal(report->objects[0]->tracked.count, 2);
}

static void test_report__full_leaves_out_the_anonymous(void **state)
{
    struct store_fixture *fixture = *state;

    store_fixture_add(fixture, "contact", "firstname", "Nobody", NULL);
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    store_fixture_run(fixture);
    const struct report *report = report_of(fixture, true, NULL, 100);
    assert_int_equal(report->object_count, 1);
    assert_string_equal(report->objects[0]->id.bytes, "2");
}

static void test_load__reads_what_plain_sql_left(void **state)
{
    struct store_fixture *fixture = *state;
    const struct manual_object *contact = fixture->hub->entries[1]->internal;
    struct local_object local_object;

    OK(fixture, seed_sql(fixture->store,
                         "INSERT INTO contact(id, email, points, owner_id)"
                         " VALUES(5, x'61', 'lots', NULL)",
                         &fixture->error));
    store_fixture_run(fixture);
    OK(fixture, side(fixture)->load(side(fixture), contact, TEXT("5"), fixture->arena,
                                    &local_object, &fixture->error));
    assert_true(local_object.exists);
    assert_int_equal(local_object.values[manual_object_field(contact, TEXT("points"))].kind,
                     VALUE_NULL);
    OK(fixture, side(fixture)->load(side(fixture), contact, TEXT("05"), fixture->arena,
                                    &local_object, &fixture->error));
    assert_false(local_object.exists);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_find__folds_and_trims_what_plain_sql_wrote),
        TEST(test_order__creates_with_mapping_base_versions_and_tracking),
        TEST(test_order__update_writes_only_what_differs),
        TEST(test_order__what_waits_for_who_is_off_is_written_again),
        TEST(test_order__refusals_are_per_field),
        TEST(test_order__one_bad_object_stops_nobody),
        TEST(test_order__do_not_contact_that_is_refused_takes_the_object_back),
        TEST(test_order__a_trigger_that_rolls_back_ends_the_iteration),
        TEST(test_order__same_identifiers_are_one_object),
        TEST(test_order__create_without_a_required_field_waits),
        TEST(test_order__reference_becomes_name_and_link),
        TEST(test_report__partial_says_what_changed),
        TEST(test_report__what_is_edited_during_a_run_waits),
        TEST(test_report__pages_by_id_and_skips_the_gone),
        TEST(test_report__full_leaves_out_the_anonymous),
        TEST(test_load__reads_what_plain_sql_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
