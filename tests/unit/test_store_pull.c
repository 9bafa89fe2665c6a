/* The pull over a real store: a page is committed while the next one is fetched, but nobody is told
 * of a page that is not stored. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/schema/store_layout.h"
#include "support/store_fixture.h"
#include "sync/process.h"

enum { PAGES = 3, PAGE = 2 };

/* The integration: reports contacts c1@x.test and so on, PAGE at a time. */
struct party {
    struct exchange table; /* first member: recovered from its address */
    struct store_fixture *fixture;
    unsigned fails;             /* the page that can't be fetched */
    unsigned heard;             /* batches */
    struct run_summary summary; /* of the last pull */
};

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    const struct party *party = (struct party *)exchange;
    const struct manual *manual = party->fixture->hub;
    struct report_object *object = NULL;
    char id[16], email[32];

    if (party->fails == request->iteration)
        return error_set(error, ERROR_TRANSPORT, "the party is gone");
    for (unsigned i = 1; i <= PAGE && request->iteration <= PAGES; i++) {
        const unsigned number = (request->iteration - 1) * PAGE + i;
        snprintf(id, sizeof id, "C%u", number);
        snprintf(email, sizeof email, "c%u@x.test", number);
        const struct raw_value raw = {.kind = RAW_TEXT, .as.text = text_of(email)};
        if (report_add_object(report, manual, TEXT("Contact"), text_of(id), fixture_now - 1000,
                              &object, error) ||
            report_set_field(
                report, object, manual_object_field(object->object, TEXT("Email")),
                &(struct report_value){&raw, VALUE_TYPE_STRING, FIELD_CHANGED, INSTANT_NONE},
                error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    (void)exchange, (void)order;
    return error_set(error, ERROR_INTERNAL, "nothing is pushed here");
}

/* How many contacts another process would find. */
static int stored(const struct store_fixture *fixture)
{
    sqlite3 *connection = NULL;
    sqlite3_stmt *statement = NULL;
    int count = -1;

    assert_int_equal(sqlite3_open_v2(fixture->path, &connection, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(connection, "SELECT count(*) FROM contact", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return count;
}

static void batch_completed(struct exchange *exchange, const struct batch_result *result)
{
    struct party *party = (struct party *)exchange;

    party->heard++;
    assert_int_equal(stored(party->fixture), (int)result->iteration * PAGE);
}

static bool does_not_hear(struct exchange *exchange)
{
    (void)exchange;
    return false;
}

static struct party make_party(struct store_fixture *fixture)
{
    return (struct party){.table = {.get_report = get_report,
                                    .execute_order = execute_order,
                                    .batch_completed = batch_completed},
                          .fixture = fixture};
}

static enum error_code pull(struct party *party)
{
    struct store_fixture *fixture = party->fixture;
    const struct run_settings settings = run_settings_default();
    const struct run_options options = {.no_push = true};
    store_fixture_run(fixture);
    const struct run run = {.integration = TEXT("hub"),
                            .now = fixture_now,
                            .manual = fixture->hub,
                            .settings = &settings,
                            .options = &options,
                            .exchange = &party->table,
                            .internal = store_run_internal(fixture->run),
                            .books = store_run_books(fixture->run),
                            .journal = store_run_journal(fixture->run)};
    return process_run(&run, &party->summary, &fixture->error);
}

/* From the contact with this address on, no transaction can be committed. */
static void break_commits(struct store_fixture *fixture, const char *email)
{
    struct text sql = TEXT_ABSENT;

    OK(fixture,
       text_format(fixture->arena, &sql, &fixture->error,
                   "CREATE TABLE owner(id INTEGER PRIMARY KEY);"
                   "CREATE TABLE owned(owner REFERENCES owner(id) DEFERRABLE INITIALLY DEFERRED);"
                   "CREATE TRIGGER broken AFTER INSERT ON contact WHEN NEW.email = '%s'"
                   " BEGIN INSERT INTO owned VALUES(4711); END",
                   email));
    OK(fixture, seed_sql(fixture->store, sql.bytes, &fixture->error));
}

static void test_pull__a_batch_is_told_when_it_is_stored(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture);

    OK(fixture, pull(&party));
    assert_int_equal(party.heard, PAGES);
}

static void test_pull__ends_with_everything_stored(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture);

    party.table.hears_batches = does_not_hear;
    OK(fixture, pull(&party));
    assert_int_equal(stored(fixture), PAGES * PAGE);
}

static void test_pull__a_page_that_is_not_stored_ends_it(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture);

    party.table.hears_batches = does_not_hear;
    break_commits(fixture, "c3@x.test");
    assert_int_equal(pull(&party), ERROR_STORE);
    assert_non_null(strstr(fixture->error.message, "FOREIGN KEY"));
    assert_int_equal(stored(fixture), PAGE);
}

/* Neither one that fails at once nor one that fails while the next page is fetched. */
static void test_pull__a_page_that_is_not_stored_is_not_counted(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture);

    break_commits(fixture, "c3@x.test");
    for (int hears = 0; hears < 2; hears++) {
        party.table.hears_batches = hears ? NULL : does_not_hear;
        party.heard = 0;
        OK(fixture, seed_sql(fixture->store, "DELETE FROM contact; DELETE FROM object_mapping",
                             &fixture->error));
        assert_int_equal(pull(&party), ERROR_STORE);
        assert_int_equal(party.summary.pull.created, PAGE);
        assert_int_equal(party.summary.pull.reported, PAGE);
        fixture->error = (struct error){.code = ERROR_NONE};
    }
}

/* What failed first is what the operator must know. */
static void test_pull__a_page_that_is_not_stored_counts_more_than_the_next_fetch(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture);

    party.table.hears_batches = does_not_hear;
    party.fails = 3;
    break_commits(fixture, "c3@x.test");
    assert_int_equal(pull(&party), ERROR_STORE);
    assert_int_equal(stored(fixture), PAGE);

    OK(fixture, seed_sql(fixture->store, "DROP TRIGGER broken", &fixture->error));
    party.fails = 0;
    OK(fixture, pull(&party));
    assert_int_equal(stored(fixture), PAGES * PAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_pull__a_batch_is_told_when_it_is_stored),
        TEST(test_pull__ends_with_everything_stored),
        TEST(test_pull__a_page_that_is_not_stored_ends_it),
        TEST(test_pull__a_page_that_is_not_stored_is_not_counted),
        TEST(test_pull__a_page_that_is_not_stored_counts_more_than_the_next_fetch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
