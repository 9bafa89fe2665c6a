/* The store's file: opening, migrating, definitions, users, settings. */
#include "support/store_fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/books/cache.h"
#include "store/books/tokens.h"
#include "store/schema/store_layout.h"
#include "support/raw_sqlite.h"

static void reopen(struct store_fixture *fixture, instant clock)
{
    struct store_options options = store_options_default();

    store_close(fixture->store);
    fixture->store = NULL;
    options.clock = clock;
    OK(fixture, store_open(fixture->path, &options, &fixture->store, &fixture->error));
}

static void test_store_open__missing_file_is_not_made(void **state)
{
    struct store_fixture *fixture = *state;
    const struct store_options options = store_options_default();
    struct store *store = NULL;

    assert_int_equal(store_open("/tmp/tandem-no-such-file.db", &options, &store, &fixture->error),
                     ERROR_NOT_FOUND);
    assert_null(store);
    assert_int_not_equal(access("/tmp/tandem-no-such-file.db", F_OK), 0);
}

static void test_store_open__another_file_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    const struct store_options options = store_options_default();
    struct store *store = NULL;
    char path[200];

    snprintf(path, sizeof path, "%s/other.db", fixture->folder);
    FILE *file = fopen(path, "w");
    fputs("this is no database, but long enough to be looked at by SQLite as if it were one. ",
          file);
    fputs("this is no database, but long enough to be looked at by SQLite as if it were one. ",
          file);
    fclose(file);
    assert_int_equal(store_open(path, &options, &store, &fixture->error), ERROR_STORE);
    unlink(path);
}

static void test_store_open__newer_schema_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    const struct store_options options = store_options_default();

    OK(fixture, seed_sql(fixture->store, "PRAGMA user_version = 999", &fixture->error));
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(store_open(fixture->path, &options, &fixture->store, &fixture->error),
                     ERROR_STORE);
    assert_non_null(strstr(fixture->error.message, "newer"));
}

static void test_store_open__keeps_what_is_there(void **state)
{
    struct store_fixture *fixture = *state;
    const struct text id =
        store_fixture_add(fixture, "contact", "email", "a@x.test", "firstname", "Ann", NULL);

    reopen(fixture, fixture_now);
    assert_string_equal(store_fixture_value(fixture, "contact", id, "firstname"), "Ann");
}

static void test_store_clock__left_behind_is_set_free(void **state)
{
    struct store_fixture *fixture = *state;

    assert_int_equal(store_now(fixture->store), fixture_now);
    reopen(fixture, INSTANT_NONE);
    assert_int_not_equal(store_now(fixture->store), fixture_now);
    const struct text id = store_fixture_add(fixture, "contact", "email", "b@x.test", NULL);
    struct object_row *row = NULL;
    OK(fixture,
       objects_get(fixture->store, TEXT("contact"), id, fixture->arena, &row, &fixture->error));
    assert_true(row->added > instant_now() - 60000 && row->added <= instant_now() + 1000);
}

static void test_store_snapshot__is_a_store_of_its_own(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_options options = store_options_default();
    const struct text id = store_fixture_add(fixture, "contact", "email", "a@x.test", NULL);
    struct store *copy = NULL;
    struct object_row *row = NULL;
    char path[200];

    snprintf(path, sizeof path, "%s/copy.db", fixture->folder);
    OK(fixture, store_snapshot(fixture->store, path, &fixture->error));
    assert_int_equal(store_snapshot(fixture->store, path, &fixture->error), ERROR_INVALID);
    OK(fixture, store_open(path, &options, &copy, &fixture->error));
    OK(fixture, objects_delete(copy, TEXT("contact"), id, &fixture->error));
    store_close(copy);
    OK(fixture,
       objects_get(fixture->store, TEXT("contact"), id, fixture->arena, &row, &fixture->error));
    assert_non_null(row);
    unlink(path);
}

static void test_store_field_add__is_a_column_that_is_tracked(void **state)
{
    struct store_fixture *fixture = *state;
    const struct field_schema field = {.name = TEXT("shoe_size"), .type = VALUE_TYPE_INT};

    OK(fixture, store_field_add(fixture->store, TEXT("contact"), &field, &fixture->error));
    assert_int_equal(store_field_add(fixture->store, TEXT("contact"), &field, &fixture->error),
                     ERROR_INVALID);
    reopen(fixture, fixture_now);
    const struct text id =
        store_fixture_add(fixture, "contact", "email", "a@x.test", "shoe_size", "43", NULL);
    assert_string_equal(store_fixture_value(fixture, "contact", id, "shoe_size"), "43");
}

static void test_store_field_add__bad_names_are_refused(void **state)
{
    static const char *const names[] = {"",       "1st",       "a b",        "x\"y",    "id",
                                        "points", "dnc_email", "date_added", "sqlite_x"};
    struct store_fixture *fixture = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct field_schema field = {.name = text_of(names[i]), .type = VALUE_TYPE_TEXT};
        assert_int_equal(store_field_add(fixture->store, TEXT("contact"), &field, &fixture->error),
                         ERROR_INVALID);
    }
}

static void test_store_field_change__type_stays(void **state)
{
    struct store_fixture *fixture = *state;
    struct field_schema field = {.name = TEXT("city"), .type = VALUE_TYPE_TEXT, .limit = 5};

    OK(fixture, store_field_change(fixture->store, TEXT("contact"), &field, &fixture->error));
    assert_int_equal(
        manual_schema_field(store_schema(fixture->store, TEXT("lead")), TEXT("city"))->limit, 5);
    field.type = VALUE_TYPE_INT;
    assert_int_equal(store_field_change(fixture->store, TEXT("contact"), &field, &fixture->error),
                     ERROR_INVALID);
}

static void test_store_fields_replace__custom_object(void **state)
{
    struct store_fixture *fixture = *state;
    const struct field_schema fields[] = {
        {.name = TEXT("number"), .type = VALUE_TYPE_STRING, .unique = true, .required = true},
        {.name = TEXT("due"), .type = VALUE_TYPE_DATE},
    };

    OK(fixture, store_fields_replace(fixture->store, TEXT("ticket"), fields, 2, &fixture->error));
    const struct text id =
        store_fixture_add(fixture, "ticket", "number", "T1", "due", "2026-04-01", NULL);
    assert_string_equal(store_fixture_value(fixture, "ticket", id, "due"), "2026-04-01");
    assert_int_equal(
        store_fields_replace(fixture->store, TEXT("ticket"), fields, 1, &fixture->error),
        ERROR_INVALID);
    assert_int_equal(store_fields_replace(fixture->store, TEXT("run"), fields, 2, &fixture->error),
                     ERROR_INVALID);
}

static void test_store_fields_replace__contact_has_no_other_fields(void **state)
{
    struct store_fixture *fixture = *state;
    const struct field_schema fields[] = {{.name = TEXT("code"), .type = VALUE_TYPE_STRING}};

    OK(fixture, store_fields_replace(fixture->store, TEXT("contact"), fields, 1, &fixture->error));
    const struct object_schema *schema = store_schema(fixture->store, TEXT("contact"));
    assert_true(schema->is_contact);
    assert_null(manual_schema_field(schema, TEXT("email")));
    assert_non_null(manual_schema_field(schema, TEXT("code")));
    assert_non_null(manual_schema_field(schema, TEXT("dnc_email")));
    assert_non_null(manual_schema_field(schema, TEXT("timeline_url")));
    store_fixture_add(fixture, "contact", "code", "x", NULL);
}

static void test_store_channel__is_a_field(void **state)
{
    struct store_fixture *fixture = *state;

    OK(fixture, seed_channel(fixture->store, TEXT("fax"), &fixture->error));
    OK(fixture, seed_channel(fixture->store, TEXT("fax"), &fixture->error));
    const struct text id =
        store_fixture_add(fixture, "contact", "email", "a@x.test", "dnc_fax", "3", NULL);
    assert_string_equal(store_fixture_value(fixture, "contact", id, "dnc_fax"), "3");
    assert_string_equal(store_fixture_value(fixture, "contact", id, "dnc_sms"), "0");
}

static void test_store_user_remove__objects_lose_their_owner(void **state)
{
    struct store_fixture *fixture = *state;
    const struct text id =
        store_fixture_add(fixture, "contact", "email", "a@x.test", "owner_id", "7", NULL);

    OK(fixture, store_user_remove(fixture->store, TEXT("7"), &fixture->error));
    assert_string_equal(store_fixture_value(fixture, "contact", id, "owner_id"), "null");
    assert_non_null(strstr(store_fixture_changes(fixture), "hub contact:1 owner_id"));
    assert_int_equal(store_user_remove(fixture->store, TEXT("7"), &fixture->error),
                     ERROR_NOT_FOUND);
}

static void test_cache__expires_and_is_one_namespace_each(void **state)
{
    struct store_fixture *fixture = *state;
    struct text value = TEXT_ABSENT;

    OK(fixture, cache_set(fixture->store, TEXT("hub"), TEXT("k"), TEXT("v\0w"), INSTANT_NONE,
                          &fixture->error));
    OK(fixture, cache_set(fixture->store, TEXT("hub"), TEXT("old"), TEXT("v"), fixture_now,
                          &fixture->error));
    OK(fixture,
       cache_get(fixture->store, TEXT("hub"), TEXT("k"), fixture->arena, &value, &fixture->error));
    assert_true(text_equal(value, TEXT("v\0w")));
    OK(fixture, cache_get(fixture->store, TEXT("hub"), TEXT("old"), fixture->arena, &value,
                          &fixture->error));
    assert_true(text_is_absent(value));
    OK(fixture,
       cache_get(fixture->store, TEXT("crm"), TEXT("k"), fixture->arena, &value, &fixture->error));
    assert_true(text_is_absent(value));
    OK(fixture,
       cache_set(fixture->store, TEXT("hub"), TEXT("e"), TEXT(""), INSTANT_NONE, &fixture->error));
    OK(fixture,
       cache_get(fixture->store, TEXT("hub"), TEXT("e"), fixture->arena, &value, &fixture->error));
    assert_true(text_equal(value, TEXT("")));
}

static bool is_cached(struct store_fixture *fixture, struct text key)
{
    struct text value = TEXT_ABSENT;
    OK(fixture,
       cache_get(fixture->store, TEXT("hub"), key, fixture->arena, &value, &fixture->error));
    return !text_is_absent(value);
}

static int64_t cached_rows(struct store_fixture *fixture)
{
    sqlite3_stmt *statement = NULL;
    int64_t rows = -1;
    assert_int_equal(sqlite3_prepare_v2(raw_sqlite(fixture->store), "SELECT count(*) FROM cache",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        rows = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return rows;
}

static void test_cache__is_written_with_the_next_transaction_and_rolled_back_with_it(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *store = fixture->store;
    OK(fixture, cache_set(store, TEXT("hub"), TEXT("a"), TEXT("1"), INSTANT_NONE, &fixture->error));
    OK(fixture, cache_set(store, TEXT("hub"), TEXT("b"), TEXT("1"), INSTANT_NONE, &fixture->error));
    OK(fixture,
       cache_set(store, TEXT("hub"), TEXT("b"), TEXT_ABSENT, INSTANT_NONE, &fixture->error));
    assert_true(is_cached(fixture, TEXT("a")));
    assert_false(is_cached(fixture, TEXT("b")));
    assert_int_equal(cached_rows(fixture), 0);
    OK(fixture, sql_begin(&store->sql, &fixture->error));
    OK(fixture, cache_write_waiting(store, &fixture->error));
    assert_int_equal(cached_rows(fixture), 1);
    sql_rollback(&store->sql);
    assert_false(is_cached(fixture, TEXT("a")));
    OK(fixture, cache_set(store, TEXT("hub"), TEXT("a"), TEXT("2"), INSTANT_NONE, &fixture->error));
    OK(fixture, cache_write_waiting(store, &fixture->error));
    assert_int_equal(cached_rows(fixture), 1);
    assert_true(is_cached(fixture, TEXT("a")));
}

static void test_cache__what_waits_has_an_end(void **state)
{
    struct store_fixture *fixture = *state;
    struct text key = TEXT_ABSENT;
    for (int i = 0; i < 2000; i++) {
        OK(fixture, text_format(fixture->arena, &key, &fixture->error, "key %d", i));
        OK(fixture,
           cache_set(fixture->store, TEXT("hub"), key, TEXT("v"), INSTANT_NONE, &fixture->error));
    }
    assert_int_equal(cached_rows(fixture), 2000);
}

static void test_tokens__come_back_as_given(void **state)
{
    struct store_fixture *fixture = *state;
    struct text sealed = TEXT_ABSENT;

    OK(fixture, tokens_get(fixture->store, TEXT("hub"), fixture->arena, &sealed, &fixture->error));
    assert_true(text_is_absent(sealed));
    OK(fixture, tokens_set(fixture->store, TEXT("hub"), TEXT("\1\0\2"), &fixture->error));
    OK(fixture, tokens_get(fixture->store, TEXT("hub"), fixture->arena, &sealed, &fixture->error));
    assert_true(text_equal(sealed, TEXT("\1\0\2")));
    OK(fixture, tokens_set(fixture->store, TEXT("hub"), TEXT_ABSENT, &fixture->error));
    OK(fixture, tokens_get(fixture->store, TEXT("hub"), fixture->arena, &sealed, &fixture->error));
    assert_true(text_is_absent(sealed));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_store_open__missing_file_is_not_made),
        TEST(test_store_open__another_file_is_refused),
        TEST(test_store_open__newer_schema_is_refused),
        TEST(test_store_open__keeps_what_is_there),
        TEST(test_store_clock__left_behind_is_set_free),
        TEST(test_store_snapshot__is_a_store_of_its_own),
        TEST(test_store_field_add__is_a_column_that_is_tracked),
        TEST(test_store_field_add__bad_names_are_refused),
        TEST(test_store_field_change__type_stays),
        TEST(test_store_fields_replace__custom_object),
        TEST(test_store_fields_replace__contact_has_no_other_fields),
        TEST(test_store_channel__is_a_field),
        TEST(test_store_user_remove__objects_lose_their_owner),
        TEST(test_cache__expires_and_is_one_namespace_each),
        TEST(test_cache__is_written_with_the_next_transaction_and_rolled_back_with_it),
        TEST(test_cache__what_waits_has_an_end),
        TEST(test_tokens__come_back_as_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
