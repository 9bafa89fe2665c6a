/* What users do with objects: checks, lists, import and export. */
#include "support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct import_result import(struct store_fixture *fixture, enum objects_format format,
                                   const char *text)
{
    struct import_result result;
    FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

    assert_non_null(in);
    OK(fixture,
       objects_import(fixture->store, TEXT("contact"), format, in, NULL, &result, &fixture->error));
    fclose(in);
    return result;
}

static enum error_code set(struct store_fixture *fixture, const char *field, struct raw_value raw)
{
    const struct object_assignment assignment = {.field = text_of(field), .value = raw};

    return objects_set(fixture->store, TEXT("contact"), TEXT("1"), &assignment, 1, &fixture->error);
}

static void test_objects_set__bad_values_are_refused(void **state)
{
    struct store_fixture *fixture = *state;
    const struct raw_value text = {.kind = RAW_TEXT, .as.text = TEXT("x")};
    const struct raw_value number = {.kind = RAW_INTEGER, .as.integer = 5};

    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    assert_int_equal(set(fixture, "birthday", text), ERROR_INVALID);
    assert_non_null(strstr(fixture->error.message, "birthday"));
    assert_int_equal(set(fixture, "owner_id", text), ERROR_INVALID);
    assert_int_equal(set(fixture, "dnc_email", text), ERROR_INVALID);
    assert_int_equal(set(fixture, "internal_id", text), ERROR_INVALID);
    assert_int_equal(set(fixture, "no_such_field", text), ERROR_INVALID);
    assert_int_equal(set(fixture, "points", number), ERROR_NONE);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "points"), "5");
}

static void test_objects_add__required_must_be_there(void **state)
{
    const struct object_assignment empty = {.field = TEXT("companyname"),
                                            .value = {.kind = RAW_TEXT, .as.text = TEXT("")}};
    struct store_fixture *fixture = *state;
    struct text id = TEXT_ABSENT;

    assert_int_equal(
        objects_add(fixture->store, TEXT("company"), NULL, 0, fixture->arena, &id, &fixture->error),
        ERROR_INVALID);
    assert_int_equal(objects_add(fixture->store, TEXT("company"), &empty, 1, fixture->arena, &id,
                                 &fixture->error),
                     ERROR_INVALID);
}

static void test_objects_delete__unknown_is_not_found(void **state)
{
    struct store_fixture *fixture = *state;

    assert_int_equal(objects_delete(fixture->store, TEXT("contact"), TEXT("9"), &fixture->error),
                     ERROR_NOT_FOUND);
    assert_int_equal(objects_delete(fixture->store, TEXT("contact"), TEXT("x"), &fixture->error),
                     ERROR_NOT_FOUND);
    assert_int_equal(objects_delete(fixture->store, TEXT("dog"), TEXT("1"), &fixture->error),
                     ERROR_NOT_FOUND);
}

static void test_objects_list__pages_and_filters(void **state)
{
    struct object_query query = {.object = TEXT("contact"), .limit = 2};
    struct store_fixture *fixture = *state;
    struct object_row *rows = NULL;
    size_t count = 0;

    for (int i = 0; i < 5; i++)
        store_fixture_add(fixture, "contact", "lastname", i % 2 ? "Low" : "High", NULL);
    OK(fixture,
       objects_list(fixture->store, &query, fixture->arena, &rows, &count, &fixture->error));
    assert_int_equal(count, 2);
    query.after = rows[1].id;
    query.limit = 0;
    OK(fixture,
       objects_list(fixture->store, &query, fixture->arena, &rows, &count, &fixture->error));
    assert_int_equal(count, 3);
    query = (struct object_query){
        .object = TEXT("contact"), .filter = TEXT("lastname"), .value = TEXT(" LOW")};
    OK(fixture,
       objects_list(fixture->store, &query, fixture->arena, &rows, &count, &fixture->error));
    assert_int_equal(count, 2);
}

static void test_import_csv__quotes_and_line_ends(void **state)
{
    struct store_fixture *fixture = *state;
    const struct import_result result = import(
        fixture, OBJECTS_CSV,
        "\xef\xbb\xbf"
        "email,lastname,birthday\r\n\"a@x.test\",\"O\"\"Hara, \nJr\",\r\n\r\nb@x.test,,1990-01-01");

    assert_int_equal(result.added, 2);
    assert_int_equal(result.refused, 0);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "lastname"),
                        "O\"Hara, \nJr");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "birthday"), "null");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("2"), "birthday"),
                        "1990-01-01");
}

static void test_import_csv__bad_records_do_not_stop_the_others(void **state)
{
    struct store_fixture *fixture = *state;
    const struct import_result result =
        import(fixture, OBJECTS_CSV,
               "email,birthday\na@x.test,2026-02-30\nb@x.test\nc@x.test,1990-01-01\n");

    assert_int_equal(result.added, 1);
    assert_int_equal(result.refused, 2);
    assert_int_equal(result.refusals[0].line, 2);
    assert_non_null(strstr(result.refusals[0].reason, "birthday"));
}

static void test_import_csv__updates_by_id_and_by_identifier(void **state)
{
    struct store_fixture *fixture = *state;

    import(fixture, OBJECTS_CSV, "email,lastname\n\xc3\x89mile@x.test,A\nb@x.test,B\n");
    const struct import_result by_email =
        import(fixture, OBJECTS_CSV, "email,lastname\n\xc3\xa9MILE@x.test ,C\n");
    assert_int_equal(by_email.updated, 1);
    const struct import_result by_id = import(fixture, OBJECTS_CSV, "id,lastname\n2,D\n77,E\n");
    assert_int_equal(by_id.updated, 1);
    assert_int_equal(by_id.added, 1);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "lastname"), "C");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("2"), "lastname"), "D");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("77"), "lastname"), "E");
}

static void test_import_csv__mistakes_in_the_file_are_said(void **state)
{
    struct store_fixture *fixture = *state;
    struct import_result result;
    static const char *const texts[] = {"email,shoe\na,b\n", "email,email\na,b\n",
                                        "email;shoe\na;b\n", "\n"};

    for (size_t i = 0; i < 4; i++) {
        FILE *in = fmemopen((void *)(uintptr_t)texts[i], strlen(texts[i]), "r");
        assert_int_equal(objects_import(fixture->store, TEXT("contact"), OBJECTS_CSV, in, NULL,
                                        &result, &fixture->error),
                         ERROR_INVALID);
        fclose(in);
    }
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "email"), "gone");
    result = import(fixture, OBJECTS_CSV, "email\na@x.test\n\"b@x.test\nc@x.test\n");
    assert_int_equal(result.added, 1);
    assert_int_equal(result.refused, 1);
    assert_int_equal(result.refusals[0].line, 3);
}

static void test_export__can_be_imported_again(void **state)
{
    static const enum objects_format formats[] = {OBJECTS_CSV, OBJECTS_JSONL};
    struct store_fixture *fixture = *state;

    import(fixture, OBJECTS_JSONL,
           "{\"email\": \"a@x.test\", \"lastname\": \"\", \"attribution\": 0.1,"
           " \"last_active\": \"2026-03-10T12:00:00.250Z\"}\n\n[1]\n{\"lastname\": null}\n{\"x\n");
    for (size_t i = 0; i < 2; i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        OK(fixture,
           objects_export(fixture->store, TEXT("contact"), formats[i], out, &fixture->error));
        fclose(out);
        OK(fixture, seed_sql(fixture->store, "DELETE FROM contact", &fixture->error));
        const struct import_result result = import(fixture, formats[i], text);
        free(text);
        assert_int_equal(result.added, 2);
        assert_int_equal(result.refused, 0);
        assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "lastname"), "");
        assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "attribution"),
                            "0.1");
        assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "last_active"),
                            "2026-03-10T12:00:00.250Z");
    }
}

static void test_objects_begin__all_or_nothing(void **state)
{
    struct store_fixture *fixture = *state;

    OK(fixture, objects_begin(fixture->store, &fixture->error));
    store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    assert_int_equal(objects_delete(fixture->store, TEXT("contact"), TEXT("9"), &fixture->error),
                     ERROR_NOT_FOUND);
    store_fixture_add(fixture, "contact", "email", "b@x.test", NULL);
    OK(fixture, objects_commit(fixture->store, &fixture->error));
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("1"), "email"), "a@x.test");
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("2"), "email"), "b@x.test");
    OK(fixture, objects_begin(fixture->store, &fixture->error));
    store_fixture_add(fixture, "contact", "email", "c@x.test", NULL);
    objects_rollback(fixture->store);
    assert_string_equal(store_fixture_value(fixture, "contact", TEXT("3"), "email"), "gone");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_objects_set__bad_values_are_refused),
        TEST(test_objects_add__required_must_be_there),
        TEST(test_objects_delete__unknown_is_not_found),
        TEST(test_objects_list__pages_and_filters),
        TEST(test_import_csv__quotes_and_line_ends),
        TEST(test_import_csv__bad_records_do_not_stop_the_others),
        TEST(test_import_csv__updates_by_id_and_by_identifier),
        TEST(test_import_csv__mistakes_in_the_file_are_said),
        TEST(test_export__can_be_imported_again),
        TEST(test_objects_begin__all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
