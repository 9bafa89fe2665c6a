/* The mapping manual: shared field tables, look-ups, defaults and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/manual.h"

static const struct field_schema contact_fields[] = {
    {.name = {"email", 5}, .type = VALUE_TYPE_EMAIL, .unique = true},
    {.name = {"firstname", 9}, .type = VALUE_TYPE_TEXT, .limit = 5},
    {.name = {"points", 6}, .type = VALUE_TYPE_INT, .role = FIELD_POINTS},
};
static const struct field_schema company_fields[] = {
    {.name = {"companyname", 11}, .type = VALUE_TYPE_TEXT, .required = true},
};
static const struct object_schema contact = {
    .name = {"contact", 7}, .is_contact = true, .fields = contact_fields, .field_count = 3};
static const struct object_schema company = {
    .name = {"company", 7}, .fields = company_fields, .field_count = 1};
static const struct manual_line both_ways = {.direction = DIRECTION_BIDIRECTIONAL};

struct fixture {
    struct arena *arena;
    struct manual *manual;
    struct error error;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = arena_new(0);
    assert_non_null(fixture.arena);
    assert_int_equal(manual_new(fixture.arena, &fixture.manual, &fixture.error), ERROR_NONE);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    arena_free(fixture->arena);
    return 0;
}

static struct manual_entry *add_entry(struct fixture *fixture, const struct object_schema *schema,
                                      const char *integration)
{
    struct manual_entry *entry = NULL;

    assert_int_equal(
        manual_add_entry(fixture->manual, schema, text_of(integration), &entry, &fixture->error),
        ERROR_NONE);
    return entry;
}

static void add_line(struct fixture *fixture, struct manual_entry *entry,
                     const struct field_schema *schema, const char *integration)
{
    assert_int_equal(manual_add_line(fixture->manual, entry, schema, text_of(integration), NULL,
                                     &both_ways, &fixture->error),
                     ERROR_NONE);
}

static void test_manual__entries_of_one_object_share_its_fields(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *leads = add_entry(fixture, &contact, "Lead");
    struct manual_entry *accounts = add_entry(fixture, &company, "Account");
    struct manual_entry *contacts = add_entry(fixture, &contact, "Contact");

    add_line(fixture, leads, &contact_fields[1], "FirstName");
    add_line(fixture, leads, &contact_fields[0], "Email");
    add_line(fixture, contacts, &contact_fields[0], "Email");
    assert_int_equal(manual_finish(fixture->manual, &fixture->error), ERROR_NONE);

    assert_ptr_equal(leads->internal, contacts->internal);
    assert_ptr_not_equal(leads->integration, contacts->integration);
    assert_int_equal(fixture->manual->internal_count, 2);
    assert_int_equal(fixture->manual->integration_count, 3);
    assert_int_equal(fixture->manual->entry_count, 3);
    assert_int_equal(accounts->index, 1);
    assert_int_equal(contacts->integration->index, 2);
    assert_true(contacts->internal->is_contact);
    assert_false(accounts->internal->is_contact);
    assert_int_equal(contacts->internal->field_count, 2);
    assert_int_equal(contacts->lines[0].internal_field, leads->lines[1].internal_field);
    assert_int_equal(contacts->lines[0].integration_field, 0);
    assert_ptr_equal(contacts->internal->fields[0].schema, &contact_fields[1]);
    assert_null(contacts->integration->fields[0].schema);
    assert_ptr_equal(manual_entry_of(fixture->manual, contacts->internal, contacts->integration),
                     contacts);
    assert_null(manual_entry_of(fixture->manual, accounts->internal, contacts->integration));
}

static void test_manual__finds_fields_before_and_after_finish(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *entry = add_entry(fixture, &contact, "Contact");
    char name[16];

    /* Enough for the table to grow, in no order. */
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), "Field%d", (i * 17) % 40);
        add_line(fixture, entry, &contact_fields[0], name);
    }
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 40; i++) {
            snprintf(name, sizeof(name), "Field%d", (i * 17) % 40);
            assert_int_equal(manual_object_field(entry->integration, text_of(name)), i);
        }
        assert_int_equal(manual_object_field(entry->integration, TEXT("field1")), SIZE_MAX);
        assert_int_equal(manual_object_field(entry->integration, TEXT("Field")), SIZE_MAX);
        assert_int_equal(manual_object_field(entry->integration, TEXT_ABSENT), SIZE_MAX);
        assert_int_equal(manual_finish(fixture->manual, &fixture->error), ERROR_NONE);
    }
    assert_int_equal(entry->line_count, 40);
    assert_int_equal(entry->internal->field_count, 1);
}

static void test_manual__lead_is_an_alias_of_contact_on_our_side_only(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *entry = add_entry(fixture, &contact, "lead");
    struct manual *empty = NULL;

    assert_ptr_equal(manual_internal(fixture->manual, TEXT("contact")), entry->internal);
    assert_ptr_equal(manual_internal(fixture->manual, TEXT("lead")), entry->internal);
    assert_null(manual_internal(fixture->manual, TEXT("Lead")));
    assert_ptr_equal(manual_integration(fixture->manual, TEXT("lead")), entry->integration);
    assert_null(manual_integration(fixture->manual, TEXT("contact")));
    assert_int_equal(manual_new(fixture->arena, &empty, &fixture->error), ERROR_NONE);
    assert_null(manual_internal(empty, TEXT("lead")));
    assert_int_equal(manual_finish(empty, &fixture->error), ERROR_NONE);
}

static void test_manual_add_entry__refuses_a_pair_twice(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *entry = add_entry(fixture, &contact, "Contact");

    assert_int_equal(
        manual_add_entry(fixture->manual, &contact, TEXT("Contact"), &entry, &fixture->error),
        ERROR_CONFIGURATION);
    assert_null(entry);
    assert_non_null(strstr(fixture->error.message, "'Contact'"));
    assert_int_equal(fixture->manual->entry_count, 1);
    assert_int_equal(manual_add_entry(fixture->manual, &contact, TEXT(""), &entry, &fixture->error),
                     ERROR_CONFIGURATION);
}

static void test_manual_add_line__reads_the_default_as_the_internal_field(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *entry = add_entry(fixture, &contact, "Contact");
    struct manual_line line = {.direction = DIRECTION_TO_INTERNAL, .required = true};
    struct raw_value raw = {.kind = RAW_TEXT, .as.text = TEXT(" 7 ")};

    assert_int_equal(manual_add_line(fixture->manual, entry, &contact_fields[2], TEXT("Score"),
                                     &raw, &line, &fixture->error),
                     ERROR_NONE);
    raw.kind = RAW_NULL;
    assert_int_equal(manual_add_line(fixture->manual, entry, &contact_fields[1], TEXT("Name"), &raw,
                                     &line, &fixture->error),
                     ERROR_NONE);
    assert_true(entry->lines[0].has_default);
    assert_true(entry->lines[0].required);
    assert_int_equal(entry->lines[0].direction, DIRECTION_TO_INTERNAL);
    assert_int_equal(entry->lines[0].default_value.kind, VALUE_INTEGER);
    assert_int_equal(entry->lines[0].default_value.as.integer, 7);
    /* A default of null is none: nothing would be filled in. */
    assert_false(entry->lines[1].has_default);
}

static void test_manual_add_line__keeps_its_own_copy_of_texts(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *entry = add_entry(fixture, &contact, "Contact");
    char name[] = "FirstName";
    char given[] = "Kim";
    struct raw_value raw = {.kind = RAW_TEXT, .as.text = {given, 3}};

    assert_int_equal(manual_add_line(fixture->manual, entry, &contact_fields[1], text_of(name),
                                     &raw, &both_ways, &fixture->error),
                     ERROR_NONE);
    memset(name, 'x', 9);
    memset(given, 'x', 3);
    assert_int_equal(manual_object_field(entry->integration, TEXT("FirstName")), 0);
    assert_true(text_equal(entry->lines[0].default_value.as.text, TEXT("Kim")));
}

static void test_manual_add_line__refuses_what_the_field_cannot_hold(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *entry = add_entry(fixture, &contact, "Contact");
    struct raw_value raw = {.kind = RAW_TEXT, .as.text = TEXT("six")};

    assert_int_equal(manual_add_line(fixture->manual, entry, &contact_fields[2], TEXT("Score"),
                                     &raw, &both_ways, &fixture->error),
                     ERROR_CONFIGURATION);
    assert_non_null(strstr(fixture->error.message, "'points'"));
    raw.as.text = TEXT("Kimberley");
    assert_int_equal(manual_add_line(fixture->manual, entry, &contact_fields[1], TEXT("Name"), &raw,
                                     &both_ways, &fixture->error),
                     ERROR_CONFIGURATION);
    assert_non_null(strstr(fixture->error.message, "5 characters"));
    assert_int_equal(manual_add_line(fixture->manual, entry, &contact_fields[1], TEXT(""), NULL,
                                     &both_ways, &fixture->error),
                     ERROR_CONFIGURATION);
    assert_int_equal(entry->line_count, 0);
    assert_int_equal(entry->internal->field_count, 0);
}

static void test_manual__two_lines_may_feed_one_field(void **state)
{
    struct fixture *fixture = *state;
    struct manual_entry *entry = add_entry(fixture, &contact, "Contact");

    add_line(fixture, entry, &contact_fields[1], "FirstName");
    add_line(fixture, entry, &contact_fields[1], "NickName");
    assert_int_equal(entry->line_count, 2);
    assert_int_equal(entry->internal->field_count, 1);
    assert_int_equal(entry->integration->field_count, 2);
    assert_int_equal(entry->lines[1].internal_field, 0);
    assert_int_equal(entry->lines[1].integration_field, 1);
}

static void test_manual__without_memory_says_so(void **state)
{
    /* One byte more each time, until everything fits: each allocation fails once. */
    struct error error;
    bool complete = false;

    (void)state;
    for (size_t ceiling = 1; ceiling < 65536 && !complete; ceiling += 16) {
        struct arena *arena = arena_new(ceiling);
        struct manual *manual = NULL;
        struct manual_entry *entry = NULL;
        enum error_code code = manual_new(arena, &manual, &error);

        if (!code) {
            code = manual_add_entry(manual, &contact, TEXT("Contact"), &entry, &error);
        }
        if (!code) {
            code = manual_add_line(manual, entry, &contact_fields[0], TEXT("Email"), NULL,
                                   &both_ways, &error);
        }
        if (!code) {
            code = manual_finish(manual, &error);
        }
        complete = !code;
        assert_true(complete || code == ERROR_MEMORY);
        arena_free(arena);
    }
    assert_true(complete);
}

static void test_object_schema_field__by_name(void **state)
{
    (void)state;
    assert_ptr_equal(manual_schema_field(&contact, TEXT("points")), &contact_fields[2]);
    assert_null(manual_schema_field(&contact, TEXT("companyname")));
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_manual__entries_of_one_object_share_its_fields),
        FIXTURE_TEST(test_manual__finds_fields_before_and_after_finish),
        FIXTURE_TEST(test_manual__lead_is_an_alias_of_contact_on_our_side_only),
        FIXTURE_TEST(test_manual_add_entry__refuses_a_pair_twice),
        FIXTURE_TEST(test_manual_add_line__reads_the_default_as_the_internal_field),
        FIXTURE_TEST(test_manual_add_line__keeps_its_own_copy_of_texts),
        FIXTURE_TEST(test_manual_add_line__refuses_what_the_field_cannot_hold),
        FIXTURE_TEST(test_manual__two_lines_may_feed_one_field),
        cmocka_unit_test(test_manual__without_memory_says_so),
        cmocka_unit_test(test_object_schema_field__by_name),
    };
    return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
