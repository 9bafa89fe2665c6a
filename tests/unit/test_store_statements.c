/* How many SQL statements a run needs: so many for an object, and no more when there are more. */
#include "support/traced_run.h"

#include <stdio.h>
#include <string.h>

enum { FEW = 40, MANY = 160, PAGE = 20, OTHERS = 2000, SLACK = 12 };

/* A user's edit of three fields of every contact, an hour ago. */
static const char edit[] = "UPDATE engine_state SET now = 1773140400000;"
                           "UPDATE contact SET firstname = firstname || '!',"
                           " lastname = lastname || '!', points = points + 1;"
                           "UPDATE engine_state SET now = 1773144000000";

/* What one run does, and at most how many statements each object may need. */
struct phase {
    const char *name;
    bool edited, pull, push;
    const char *version;
    uint64_t most;
};

static const struct phase phases[] = {
    {"create", false, true, false, "a", 9},        {"same again", false, true, false, "a", 1},
    {"edited there", false, true, false, "b", 12}, {"conflict", true, true, false, "c", 19},
    {"push", true, false, true, "c", 18},
};
enum { PHASES = sizeof phases / sizeof *phases };

/* The statements of every phase over `count` contacts. */
static void count_phases(struct store_fixture *fixture, size_t first, size_t count,
                         uint64_t totals[PHASES])
{
    for (size_t i = 0; i < PHASES; i++) {
        struct traced_run run = {.fixture = fixture,
                                 .first = first,
                                 .count = count,
                                 .page = PAGE,
                                 .version = phases[i].version,
                                 .changed_at = fixture_now - 60000,
                                 .pull = phases[i].pull,
                                 .push = phases[i].push};
        if (phases[i].edited)
            OK(fixture, seed_sql(fixture->store, edit, &fixture->error));
        traced_run(&run);
        totals[i] = run.total;
        if (phases[i].push)
            assert_int_equal(run.summary.push.updated, count);
        else
            assert_int_equal(run.summary.pull.reported, count);
    }
}

static void test_store_statements__a_bounded_number_for_each_object(void **state)
{
    struct store_fixture *fixture = *state;
    uint64_t few[PHASES], many[PHASES];

    count_phases(fixture, 1, FEW, few);
    OK(fixture, seed_sql(fixture->store,
                         "DELETE FROM contact; DELETE FROM object_mapping;"
                         "DELETE FROM field_change; DELETE FROM position",
                         &fixture->error));
    count_phases(fixture, 1, MANY, many);
    for (size_t i = 0; i < PHASES; i++) {
        const uint64_t more = many[i] - few[i], objects = MANY - FEW;
        if (more > objects * phases[i].most)
            fail_msg("%s: %llu statements for %llu more objects, more than %llu for each",
                     phases[i].name, (unsigned long long)more, (unsigned long long)objects,
                     (unsigned long long)phases[i].most);
    }
}

static void test_store_statements__as_many_when_the_store_is_full(void **state)
{
    struct store_fixture *fixture = *state;
    uint64_t empty[PHASES], full[PHASES];
    char fill[512];

    count_phases(fixture, 1, FEW, empty);
    OK(fixture, seed_sql(fixture->store,
                         "DELETE FROM contact; DELETE FROM object_mapping;"
                         "DELETE FROM field_change; DELETE FROM position",
                         &fixture->error));
    /* others, mapped, with nothing to do for them but in a full push */
    snprintf(fill, sizeof fill,
             "UPDATE engine_state SET writing = 1;"
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO company(companyname) SELECT 'other' || i FROM n;"
             "INSERT INTO object_mapping(integration, integration_object, integration_id, object,"
             " object_id) SELECT 1, (SELECT id FROM integration_object WHERE name = 'Account'),"
             " 'A' || c.id, (SELECT id FROM object WHERE name = 'company'), c.id FROM company c;"
             "UPDATE engine_state SET writing = 0",
             OTHERS);
    OK(fixture, seed_sql(fixture->store, fill, &fixture->error));
    count_phases(fixture, 1, FEW, full);
    for (size_t i = 0; i < PHASES; i++)
        if (full[i] > empty[i] + SLACK)
            fail_msg("%s: %llu statements in an empty store, %llu in a full one", phases[i].name,
                     (unsigned long long)empty[i], (unsigned long long)full[i]);
}

/* The statements of a first pull of contacts of which only names are told. */
static uint64_t count_keyless(struct store_fixture *fixture, size_t first, size_t count)
{
    struct traced_run run = {.fixture = fixture,
                             .first = first,
                             .count = count,
                             .page = PAGE,
                             .version = "a",
                             .changed_at = fixture_now - 60000,
                             .pull = true,
                             .keyless = true};
    traced_run(&run);
    assert_int_equal(run.summary.pull.created, count);
    return run.total;
}

/* Whether anything is doubtful, or any create has an unknown outcome, is asked once in a
 * transaction, not for each record that tells no identifiers. */
static void test_store_statements__few_for_records_without_identifiers(void **state)
{
    enum { MOST = 6 };
    struct store_fixture *fixture = *state;
    const uint64_t few = count_keyless(fixture, 1, FEW);
    const uint64_t more = count_keyless(fixture, 1 + FEW, MANY) - few, objects = MANY - FEW;
    if (more > objects * MOST)
        fail_msg("%llu statements for %llu more objects, more than %d for each",
                 (unsigned long long)more, (unsigned long long)objects, MOST);
}

/* A first push of contacts. */
static void count_pushed_creates(struct store_fixture *fixture, size_t count,
                                 struct traced_run *run)
{
    char fill[256];

    snprintf(fill, sizeof fill,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %zu)"
             " INSERT INTO contact(email) SELECT 'p%zu-' || i || '@x.test' FROM n",
             count, count);
    OK(fixture, seed_sql(fixture->store, fill, &fixture->error));
    *run = (struct traced_run){.fixture = fixture, .page = PAGE, .version = "a", .push = true};
    traced_run(run);
    assert_int_equal(run->summary.push.created, count);
}

/* How often statements that have this part were begun. */
static uint64_t times_with(const struct traced_run *run, const char *part)
{
    uint64_t times = 0;

    for (size_t i = 0; i < run->statement_count; i++)
        if (strstr(run->statements[i].sql.bytes, part))
            times += run->statements[i].times;
    return times;
}

/* Whether the outcome of any create is unknown is asked once for a page, not for each create. */
static void test_store_statements__no_question_for_each_create(void **state)
{
    struct store_fixture *fixture = *state;
    struct traced_run run;

    count_pushed_creates(fixture, MANY, &run);
    assert_in_range(times_with(&run, "FROM journal_change WHERE integration = ?"), 1,
                    4 * (MANY / PAGE + 1));
}

/* Values of ours that are the newer ones at a first contact: what is owed is noted at once, without
 * a question whether it is noted already. */
static void test_store_statements__no_question_for_each_value_that_is_owed(void **state)
{
    struct store_fixture *fixture = *state;
    struct traced_run run = {.fixture = fixture,
                             .first = 1,
                             .count = MANY,
                             .page = PAGE,
                             .version = "a",
                             .changed_at = fixture_now - 60000,
                             .pull = true};
    char fill[256];

    snprintf(fill, sizeof fill,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO contact(email, firstname) SELECT 'c' || i || '@x.test', 'ours' FROM n;"
             "DELETE FROM field_change",
             MANY);
    OK(fixture, seed_sql(fixture->store, fill, &fixture->error));
    traced_run(&run);
    assert_int_equal(times_with(&run, "INSERT INTO field_change(integration"), MANY);
    assert_int_equal(times_with(&run, "SELECT sequence FROM field_change"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_store_statements__a_bounded_number_for_each_object,
                                        store_fixture_open, store_fixture_close),
        cmocka_unit_test_setup_teardown(test_store_statements__as_many_when_the_store_is_full,
                                        store_fixture_open, store_fixture_close),
        cmocka_unit_test_setup_teardown(test_store_statements__few_for_records_without_identifiers,
                                        store_fixture_open, store_fixture_close),
        cmocka_unit_test_setup_teardown(test_store_statements__no_question_for_each_create,
                                        store_fixture_open, store_fixture_close),
        cmocka_unit_test_setup_teardown(
            test_store_statements__no_question_for_each_value_that_is_owed, store_fixture_open,
            store_fixture_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
