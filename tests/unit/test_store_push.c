/* The push over a real store: what is done while the integration carries out an order, and that
 * everything happens in the order in which it would happen otherwise. */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/schema/store_layout.h"
#include "support/store_fixture.h"
#include "sync/process.h"
#include "support/raw_sqlite.h"

enum { CONTACTS = 6, PAGE = 2, TOLD = 128 };

/* The integration. What happened is in `told`: "S1" order 1 went out, "A1" it was answered, "B1"
 * its books are committed. */
struct party {
    struct exchange table; /* first member: recovered from its address */
    struct store_fixture *fixture;
    char told[TOLD];
    bool waits; /* for its answers, so that the run may go on */
    unsigned retries,
        fails;        /* an order of which the first change is to be tried again; that fails */
    bool in_part;     /* what is to be tried again was carried out, but for something */
    const char *edit; /* what a user writes while order 1 is out, after the run went on */
    sig_atomic_t interrupt;
    bool interrupts;      /* while order 1 is out */
    const char *progress; /* while order 2 is out */
};

static void tell(struct party *party, char what, unsigned iteration)
{
    const size_t length = strlen(party->told);
    snprintf(party->told + length, TOLD - length, "%s%c%u", length ? " " : "", what, iteration);
}

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    (void)exchange;
    (void)request;
    (void)report;
    (void)error;
    return ERROR_NONE;
}

/* Where a run that goes on with this one would begin: after this contact. */
static const char *progress(const struct store_fixture *fixture)
{
    static char after[32];
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(raw_sqlite(fixture->store),
                                        "SELECT max(after) FROM run_progress", -1, &statement,
                                        NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    snprintf(after, sizeof after, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return after;
}

static enum error_code carry_out(struct order *order, struct order_change *change,
                                 struct error *error)
{
    struct text id = TEXT_ABSENT;
    if (!text_is_absent(change->object_id))
        return order_update_last_sync_date(order, change, INSTANT_NONE, error);
    if (text_format(order->arena, &id, error, "C%.*s", TEXT_PRINT(change->mapped_id)))
        return error->code;
    return order_add_object_mapping(order, change, change->object, id, INSTANT_NONE, error);
}

static enum error_code answer(const struct party *party, struct order *order,
                              struct order_change *change, struct error *error)
{
    if (party->retries == order->iteration && change == order->changes[0]) {
        if (party->in_part && carry_out(order, change, error))
            return error->code;
        return order_retry_because(order, change, true, TEXT_ABSENT, error);
    }
    return carry_out(order, change, error);
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    struct party *party = (struct party *)exchange;
    struct store_fixture *fixture = party->fixture;

    tell(party, 'S', order->iteration);
    if (answer(party, order, order->changes[0], error))
        return error->code;
    party->interrupt = party->interrupts && order->iteration == 1;
    if (party->waits && order->meanwhile)
        order->meanwhile(order->meanwhile_context);
    if (party->progress && order->iteration == 2)
        assert_string_equal(progress(fixture), party->progress);
    if (party->edit && order->iteration == 1)
        OK(fixture, seed_sql(fixture->store, party->edit, &fixture->error));
    if (party->fails == order->iteration)
        return error_set(error, ERROR_TRANSPORT, "the party is gone");
    for (size_t i = 1; i < order->change_count; i++)
        if (answer(party, order, order->changes[i], error))
            return error->code;
    tell(party, 'A', order->iteration);
    return ERROR_NONE;
}

static void batch_completed(struct exchange *exchange, const struct batch_result *result)
{
    tell((struct party *)exchange, 'B', result->iteration);
}

static struct party make_party(struct store_fixture *fixture, bool overlaps, bool waits)
{
    for (int i = 1; i <= CONTACTS; i++) {
        char email[32];
        snprintf(email, sizeof email, "c%d@x.test", i);
        store_fixture_add(fixture, "contact", "email", email, NULL);
    }
    return (struct party){.table = {.get_report = get_report,
                                    .execute_order = execute_order,
                                    .batch_completed = batch_completed,
                                    .overlaps = overlaps},
                          .fixture = fixture,
                          .waits = waits};
}

static enum error_code push(struct party *party)
{
    struct store_fixture *fixture = party->fixture;
    struct run_settings settings = run_settings_default();
    struct run_summary summary;
    const struct run_options options = {.no_pull = true};

    store_fixture_run(fixture);
    settings.page_partial = PAGE;
    const struct run run = {.integration = TEXT("hub"),
                            .now = fixture_now,
                            .manual = fixture->hub,
                            .settings = &settings,
                            .options = &options,
                            .exchange = &party->table,
                            .internal = store_run_internal(fixture->run),
                            .books = store_run_books(fixture->run),
                            .journal = store_run_journal(fixture->run),
                            .interrupt = &party->interrupt};
    party->told[0] = '\0';
    return process_run(&run, &summary, &fixture->error);
}

static void test_push__books_are_kept_while_the_next_order_is_out(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    party.progress = "2"; /* what is out has no books yet */
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 S2 B1 A2 S3 B2 A3 B3");
    OK(fixture, push(&party));
    assert_string_equal(party.told, "");
}

static void test_push__whoever_does_not_wait_gets_one_after_the_other(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, false);

    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 B1 S2 A2 B2 S3 A3 B3");
}

static void test_push__whoever_cannot_overlap_is_not_asked_to(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, false, true);

    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 B1 S2 A2 B2 S3 A3 B3");
}

/* The answers may change what the next page was judged by: it is read again after the books. */
static void test_push__after_other_answers_the_books_come_first(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    party.retries = 1;
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 B1 S2 A2 S3 B2 A3 B3");
}

/* Which part it was, nobody says: so all of it is sent again (decision 63). */
static void test_push__what_was_carried_out_in_part_is_sent_again(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    OK(fixture, push(&party));
    OK(fixture, seed_sql(fixture->store, "UPDATE contact SET firstname = 'Ann' WHERE id = 1",
                         &fixture->error));
    party.retries = 1;
    party.in_part = true;
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 B1");
    party.retries = 0;
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 B1");
    OK(fixture, push(&party));
    assert_string_equal(party.told, "");
}

/* The record is there, and what it lacks nobody says. */
static void test_push__what_was_created_in_part_is_sent_to_the_record(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    party.retries = 1;
    party.in_part = true;
    OK(fixture, push(&party));
    party.retries = 0;
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 B1");
    OK(fixture, push(&party));
    assert_string_equal(party.told, "");
}

static void test_push__a_failed_order_is_the_last_one(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    party.fails = 2;
    assert_int_equal(push(&party), ERROR_TRANSPORT);
    assert_string_equal(party.told, "S1 A1 S2 B1 B2");
    assert_string_equal(store_fixture_changes(fixture),
                        "crm contact:1 email +0 user; crm contact:2 email +0 user; "
                        "crm contact:3 email +0 user; crm contact:4 email +0 user; "
                        "crm contact:5 email +0 user; crm contact:6 email +0 user; "
                        "hub contact:4 email +0 user; hub contact:5 email +0 user; "
                        "hub contact:6 email +0 user");
}

/* It had been read ahead with the older value. */
static void test_push__an_edit_meanwhile_waits_for_the_next_run(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    party.edit = "UPDATE contact SET email = 'later@x.test' WHERE id = 3; DELETE FROM field_change "
                 "WHERE integration = (SELECT id FROM integration WHERE name = 'crm')";
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 S2 B1 A2 S3 B2 A3 B3");
    assert_string_equal(store_fixture_changes(fixture), "hub contact:3 email +0 user");
    party.edit = NULL;
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 B1");
}

/* "deleted to-be-passed-on" of the only mapping of contact 1. */
static const char *mapping_of_first(const struct store_fixture *fixture)
{
    static char state[16];
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(raw_sqlite(fixture->store),
                                        "SELECT max(deleted) || ' ' || max(pending_deletion) ||"
                                        " ' ' || count(*) FROM object_mapping WHERE object_id = 1",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    snprintf(state, sizeof state, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return state;
}

/* Deletions of contacts here are passed on to hub. */
static void pass_deletions_on(struct store_fixture *fixture)
{
    OK(fixture, seed_sql(fixture->store,
                         "INSERT INTO passed_deletion SELECT m.object, m.id FROM (SELECT o.id AS"
                         " object, i.id FROM object o, integration_object i WHERE o.name ="
                         " 'contact' AND i.name = 'Contact') m",
                         &fixture->error));
}

static void test_push__what_was_deleted_while_it_was_created_is_deleted_there(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    store_fixture_run(fixture);
    pass_deletions_on(fixture);
    party.edit = "DELETE FROM contact WHERE id = 1";
    OK(fixture, push(&party));
    assert_string_equal(mapping_of_first(fixture), "1 1 1");
}

static void test_push__what_was_deleted_while_it_was_edited_stays_deleted(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    OK(fixture, push(&party));
    pass_deletions_on(fixture);
    OK(fixture, seed_sql(fixture->store, "UPDATE contact SET firstname = 'Ann' WHERE id = 1",
                         &fixture->error));
    party.edit = "DELETE FROM contact WHERE id = 1";
    OK(fixture, push(&party));
    assert_string_equal(mapping_of_first(fixture), "1 1 1");
}

static void test_push__an_interrupt_meanwhile_ends_it_with_complete_books(void **state)
{
    struct store_fixture *fixture = *state;
    struct party party = make_party(fixture, true, true);

    party.interrupts = true;
    assert_int_equal(push(&party), ERROR_INTERRUPTED);
    assert_string_equal(party.told, "S1 A1 B1");
    party.interrupts = false;
    party.interrupt = 0;
    OK(fixture, push(&party));
    assert_string_equal(party.told, "S1 A1 S2 B1 A2 B2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_open, store_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_push__books_are_kept_while_the_next_order_is_out),
        TEST(test_push__whoever_does_not_wait_gets_one_after_the_other),
        TEST(test_push__whoever_cannot_overlap_is_not_asked_to),
        TEST(test_push__after_other_answers_the_books_come_first),
        TEST(test_push__what_was_carried_out_in_part_is_sent_again),
        TEST(test_push__what_was_created_in_part_is_sent_to_the_record),
        TEST(test_push__a_failed_order_is_the_last_one),
        TEST(test_push__an_edit_meanwhile_waits_for_the_next_run),
        TEST(test_push__what_was_deleted_while_it_was_created_is_deleted_there),
        TEST(test_push__what_was_deleted_while_it_was_edited_stays_deleted),
        TEST(test_push__an_interrupt_meanwhile_ends_it_with_complete_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
