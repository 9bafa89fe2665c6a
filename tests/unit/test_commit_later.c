/* A commit that is carried out beside: what uses the store next waits for it and hears of it. */
#include "support/store_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/schema/store_layout.h"

static struct sql *sql_of(struct store_fixture *fixture)
{
    return &fixture->store->sql;
}

/* A transaction with one setting in it; it can't be committed if `broken`. */
static void write_later(struct store_fixture *fixture, const char *name, bool broken)
{
    struct sql *sql = sql_of(fixture);

    OK(fixture, sql_begin(sql, &fixture->error));
    OK(fixture, store_set_setting(fixture->store, text_of(name), TEXT("1"), &fixture->error));
    if (broken)
        OK(fixture, sql_run(sql,
                            "PRAGMA defer_foreign_keys = ON;"
                            "INSERT INTO integration_object(integration, name)"
                            " VALUES(4711, 'of nobody')",
                            &fixture->error));
    OK(fixture, sql_commit_later(sql, &fixture->error));
}

static bool has_setting(struct store *store, struct arena *arena, const char *name)
{
    struct text value = TEXT_ABSENT;
    struct error error = {.code = ERROR_NONE};

    assert_int_equal(store_setting(store, text_of(name), arena, &value, &error), ERROR_NONE);
    return !text_is_absent(value);
}

static void test_commit_later__is_seen_by_whatever_comes_next(void **state)
{
    struct store_fixture *fixture = *state;
    char name[16];

    for (int round = 0; round < 200; round++) {
        snprintf(name, sizeof name, "round%d", round);
        write_later(fixture, name, false);
        assert_true(has_setting(fixture->store, fixture->arena, name));
    }
    OK(fixture, sql_await_commit(sql_of(fixture), &fixture->error));
}

static void test_commit_later__is_on_the_disk_when_settled(void **state)
{
    struct store_fixture *fixture = *state;
    const struct store_options options = store_options_default();
    struct store *other = NULL;

    write_later(fixture, "settled", false);
    OK(fixture, sql_await_commit(sql_of(fixture), &fixture->error));
    OK(fixture, store_open(fixture->path, &options, &other, &fixture->error));
    assert_true(has_setting(other, fixture->arena, "settled"));
    store_close(other);
}

static void test_commit_later__is_waited_for_when_the_store_closes(void **state)
{
    struct store_fixture *fixture = *state;
    const struct store_options options = store_options_default();

    write_later(fixture, "closed", false);
    store_close(fixture->store);
    fixture->store = NULL;
    OK(fixture, store_open(fixture->path, &options, &fixture->store, &fixture->error));
    assert_true(has_setting(fixture->store, fixture->arena, "closed"));
}

static void test_commit_later__that_fails_fails_whatever_comes_next(void **state)
{
    struct store_fixture *fixture = *state;
    struct text value = TEXT_ABSENT;

    write_later(fixture, "broken", true);
    for (int time = 0; time < 2; time++) {
        assert_int_equal(
            store_setting(fixture->store, TEXT("broken"), fixture->arena, &value, &fixture->error),
            ERROR_STORE);
        assert_non_null(strstr(fixture->error.message, "cannot commit a transaction"));
    }
    assert_int_equal(sql_begin(sql_of(fixture), &fixture->error), ERROR_STORE);
    sql_rollback(sql_of(fixture));
    fixture->error = (struct error){.code = ERROR_NONE};
    assert_int_equal(sql_await_commit(sql_of(fixture), &fixture->error), ERROR_STORE);
    assert_non_null(strstr(fixture->error.message, "FOREIGN KEY"));
}

static void test_commit_later__that_failed_left_nothing(void **state)
{
    struct store_fixture *fixture = *state;

    write_later(fixture, "broken", true);
    assert_int_equal(sql_await_commit(sql_of(fixture), &fixture->error), ERROR_STORE);
    OK(fixture, sql_await_commit(sql_of(fixture), &fixture->error));
    assert_false(has_setting(fixture->store, fixture->arena, "broken"));
    write_later(fixture, "whole", false);
    assert_true(has_setting(fixture->store, fixture->arena, "whole"));
    OK(fixture, sql_await_commit(sql_of(fixture), &fixture->error));
}

static void test_commit_later__of_an_inner_transaction_is_the_outer_ones(void **state)
{
    struct store_fixture *fixture = *state;
    struct sql *sql = sql_of(fixture);

    OK(fixture, sql_begin(sql, &fixture->error));
    write_later(fixture, "inner", false);
    sql_rollback(sql);
    assert_false(has_setting(fixture->store, fixture->arena, "inner"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_commit_later__is_seen_by_whatever_comes_next),
        TEST(test_commit_later__is_on_the_disk_when_settled),
        TEST(test_commit_later__is_waited_for_when_the_store_closes),
        TEST(test_commit_later__that_fails_fails_whatever_comes_next),
        TEST(test_commit_later__that_failed_left_nothing),
        TEST(test_commit_later__of_an_inner_transaction_is_the_outer_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
