/*
 * No statement that is carried out for each object reads through a table: whatever number of
 * objects there is, each look-up goes by an index (the reference scans all mappings for each
 * object that it pushes).
 */
#include "support/traced_run.h"

#include <sqlite3.h>
#include <string.h>

#include "store/schema/store_layout.h"
#include "support/raw_sqlite.h"

enum { FEW = 10, MANY = 30 };

static const char edit[] = "UPDATE engine_state SET now = 1773140400000;"
                           "UPDATE contact SET firstname = firstname || '!',"
                           " lastname = lastname || '!', points = points + 1;"
                           "UPDATE engine_state SET now = 1773144000000";

static struct traced_run run_of(struct store_fixture *fixture, size_t count, const char *version)
{
    return (struct traced_run){.fixture = fixture,
                               .first = 1,
                               .count = count,
                               .page = count,
                               .version = version,
                               .changed_at = fixture_now - 60000};
}

/* Constants that stand in the statement itself are scanned, no tables: "r" are the records that are
 * looked up by one statement. */
static bool scans_constants(const char *line)
{
    return strstr(line, "CONSTANT ROW") || strcmp(line, "SCAN r") == 0;
}

/* Every line of the plan must search, not scan. */
static void check_plan(struct store_fixture *fixture, struct text sql)
{
    sqlite3 *connection = raw_sqlite(fixture->store);
    sqlite3_stmt *plan = NULL;
    struct text explain = TEXT_ABSENT;

    OK(fixture, text_format(fixture->arena, &explain, &fixture->error, "EXPLAIN QUERY PLAN %.*s",
                            TEXT_PRINT(sql)));
    assert_int_equal(sqlite3_prepare_v2(connection, explain.bytes, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(plan, 3);
        if (strncmp(line, "SCAN", 4) == 0 && !scans_constants(line))
            fail_msg("'%s' of: %.*s", line, TEXT_PRINT(sql));
    }
    sqlite3_finalize(plan);
}

/* No prepared statement has walked through a table, its triggers included. */
static void check_walks(struct store_fixture *fixture, const struct traced_run *run,
                        struct text sql)
{
    sqlite3 *connection = raw_sqlite(fixture->store);
    sqlite3_stmt *statement = NULL;

    (void)run;
    while ((statement = sqlite3_next_stmt(connection, statement))) {
        const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
        if (text_equal(text_of(sqlite3_sql(statement)), sql) && steps > 0)
            fail_msg("%d rows walked through by: %.*s", steps, TEXT_PRINT(sql));
    }
}

/* Check the statements of `many` that `few` had less often, those carried out for each object, and
 * those that look up many objects. */
static size_t check_statements(const struct traced_run *few, const struct traced_run *many)
{
    size_t checked = 0;

    for (size_t i = 0; i < many->statement_count; i++) {
        const struct traced_statement *statement = &many->statements[i];
        if (statement->times < traced_run_times(few, statement->sql) + MANY - FEW &&
            !strstr(statement->sql.bytes, "(VALUES("))
            continue;
        check_plan(many->fixture, statement->sql);
        check_walks(many->fixture, many, statement->sql);
        checked++;
    }
    return checked;
}

static void forget_all(struct store_fixture *fixture)
{
    OK(fixture, seed_sql(fixture->store,
                         "DELETE FROM contact; DELETE FROM object_mapping;"
                         "DELETE FROM field_change; DELETE FROM position",
                         &fixture->error));
}

static void test_store_plan__pull_of_new_and_known_objects(void **state)
{
    struct store_fixture *fixture = *state;
    static const char *const versions[] = {"a", "a", "b"};
    struct traced_run runs[2][3];
    const size_t counts[] = {FEW, MANY};

    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 3; j++) {
            runs[i][j] = run_of(fixture, counts[i], versions[j]);
            runs[i][j].pull = true;
            traced_run(&runs[i][j]);
            assert_int_equal(runs[i][j].summary.pull.reported, counts[i]);
            if (i == 1)
                assert_true(check_statements(&runs[0][j], &runs[1][j]) >= 1);
        }
        if (i == 0)
            forget_all(fixture);
    }
}

static void test_store_plan__conflict_and_push(void **state)
{
    struct store_fixture *fixture = *state;
    struct traced_run pulls[2], pushes[2], full[2];
    const size_t counts[] = {FEW, MANY};

    for (size_t i = 0; i < 2; i++) {
        struct traced_run made = run_of(fixture, counts[i], "a");
        made.pull = true;
        traced_run(&made);
        OK(fixture, seed_sql(fixture->store, edit, &fixture->error));
        pulls[i] = run_of(fixture, counts[i], "b");
        pulls[i].pull = true;
        traced_run(&pulls[i]);
        if (i == 1)
            assert_true(check_statements(&pulls[0], &pulls[1]) >= 4);
        OK(fixture, seed_sql(fixture->store, edit, &fixture->error));
        pushes[i] = run_of(fixture, counts[i], "b");
        pushes[i].push = true;
        traced_run(&pushes[i]);
        assert_int_equal(pushes[i].summary.push.updated, counts[i]);
        if (i == 1)
            assert_true(check_statements(&pushes[0], &pushes[1]) >= 4);
        full[i] = run_of(fixture, counts[i], "b");
        full[i].push = full[i].first_time = true;
        traced_run(&full[i]);
        if (i == 1)
            assert_true(check_statements(&full[0], &full[1]) >= 2);
        else
            forget_all(fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_store_plan__pull_of_new_and_known_objects,
                                        store_fixture_open, store_fixture_close),
        cmocka_unit_test_setup_teardown(test_store_plan__conflict_and_push, store_fixture_open,
                                        store_fixture_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
