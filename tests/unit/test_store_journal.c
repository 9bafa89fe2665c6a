/* The journal over SQLite: what is written down is there for the next run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "support/seed.h"
#include "store/objects/objects.h"
#include "store/books/quarantine.h"
#include "store/schema/registry.h"
#include "store/schema/store_layout.h"
#include "store/books/store_run.h"

/* A store with one integration, a contact, and a run. */
struct fixture {
    char path[64];
    struct arena *arena;
    struct store *store;
    struct manual *manual;
    struct manual_entry *entry;
    struct store_run *run;
    struct journal *journal;
};

static struct error failure;

static void fine(enum error_code code)
{
    if (code)
        fail_msg("%s", failure.message);
}

static void make_manual(struct fixture *fixture, enum deletion_policy here)
{
    const struct object_schema *contact = store_schema(fixture->store, TEXT("contact"));
    const struct manual_line line = {.direction = DIRECTION_BIDIRECTIONAL};
    fine(manual_new(fixture->arena, &fixture->manual, &failure));
    fine(manual_add_entry(fixture->manual, contact, TEXT("Lead"), &fixture->entry, &failure));
    fine(manual_add_line(fixture->manual, fixture->entry,
                         manual_schema_field(contact, TEXT("email")), TEXT("mail"), NULL, &line,
                         &failure));
    fixture->entry->on_deleted_here = here;
    fine(manual_finish(fixture->manual, &failure));
    const struct registry_integration integration = {
        .name = TEXT("crm"), .enabled = true, .manual = fixture->manual};
    fine(registry_set(fixture->store, &integration, 1, &failure));
}

static void open_run(struct fixture *fixture, instant now, int64_t resumes)
{
    const struct store_run_options options = {.integration = TEXT("crm"),
                                              .manual = fixture->manual,
                                              .now = now,
                                              .options_json = TEXT("{}"),
                                              .resumes = resumes,
                                              .retries = 2};
    store_run_close(fixture->run);
    fixture->run = NULL;
    fine(store_run_open(fixture->store, &options, &fixture->run, &failure));
    fixture->journal = store_run_journal(fixture->run);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct store_options options = store_options_default();
    snprintf(fixture->path, sizeof fixture->path, "/tmp/test_store_journal.%ld.db", (long)getpid());
    unlink(fixture->path);
    options.create = true;
    options.clock = 1000000;
    fixture->arena = arena_new(0);
    fine(store_open(fixture->path, &options, &fixture->store, &failure));
    make_manual(fixture, DELETION_DELETE);
    fine(seed_sql(fixture->store,
                  "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n LIMIT 2000)"
                  " INSERT INTO contact(id) SELECT id FROM n",
                  &failure));
    open_run(fixture, 1000000, 0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    store_run_close(fixture->run);
    store_close(fixture->store);
    unlink(fixture->path);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static struct order_change *add_create(struct fixture *fixture, struct order *order, int64_t id)
{
    struct order_change *change = ARENA_NEW(fixture->arena, struct order_change);
    struct text text = TEXT_ABSENT;
    fine(text_format(fixture->arena, &text, &failure, "%lld", (long long)id));
    *change = (struct order_change){.entry = fixture->entry,
                                    .object = TEXT("Lead"),
                                    .mapped_object = TEXT("contact"),
                                    .mapped_id = text,
                                    .idempotency_key = TEXT("key")};
    fine(order_add(order, change, &failure));
    return change;
}

static struct order *make_order(struct fixture *fixture, int64_t count)
{
    struct order *order = NULL;
    fine(order_new(fixture->arena, SIDE_INTEGRATION, &order, &failure));
    for (int64_t id = 1; id <= count; id++)
        add_create(fixture, order, id);
    fine(fixture->journal->write_order(fixture->journal, order, &failure));
    return order;
}

static void answer(struct fixture *fixture, const struct order_change *change, const char *id)
{
    const struct order_answer created = {.kind = ANSWER_CREATED,
                                         .object = TEXT("Lead"),
                                         .id = text_of(id),
                                         .at = 77,
                                         .given_at = 1000000};
    fine(fixture->journal->write_answer(fixture->journal, change, &created, &failure));
}

static void begin(struct fixture *fixture)
{
    fine(store_run_books(fixture->run)->begin(store_run_books(fixture->run), &failure));
}

static void commit(struct fixture *fixture)
{
    fine(store_run_books(fixture->run)->commit(store_run_books(fixture->run), &failure));
}

static size_t left(struct fixture *fixture, struct journal_change **changes)
{
    size_t count = 0;
    fine(fixture->journal->unfinished(fixture->journal, fixture->arena, changes, &count, &failure));
    return count;
}

static bool in_doubt(struct fixture *fixture, const char *id)
{
    struct unknown_create create;
    fine(fixture->journal->unknown_of(fixture->journal, fixture->entry, text_of(id), fixture->arena,
                                      &create, &failure));
    assert_true((create.sent_at == INSTANT_NONE) != create.exists);
    assert_true(text_is_absent(create.key) != create.exists);
    return create.exists;
}

static void test_store_journal__next_run_finds_what_was_sent_and_answered(void **state)
{
    struct fixture *fixture = *state;
    struct journal_change *changes = NULL;
    const struct order *order = make_order(fixture, 3);
    answer(fixture, order->changes[1], "L2");
    open_run(fixture, 2000000, 0);
    assert_int_equal(left(fixture, &changes), 3);
    assert_null(changes[0].answers);
    assert_true(text_equal(changes[0].idempotency_key, TEXT("key")));
    assert_true(text_is_absent(changes[0].integration_id));
    assert_ptr_equal(changes[0].entry, fixture->entry);
    assert_true(text_equal(changes[1].answers->id, TEXT("L2")));
    assert_int_equal(changes[1].answers->at, 77);
    assert_int_equal(changes[1].answers->given_at, 1000000);
    assert_null(changes[1].answers->next);
}

static void test_store_journal__a_closed_order_is_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct journal_change *changes = NULL;
    struct order *order = make_order(fixture, 2);
    answer(fixture, order->changes[0], "L1");
    answer(fixture, order->changes[1], "L2");
    begin(fixture);
    fine(fixture->journal->close_order(fixture->journal, order, &failure));
    commit(fixture);
    assert_int_equal(left(fixture, &changes), 0);
    assert_false(in_doubt(fixture, "1"));
}

static void test_store_journal__a_rolled_back_close_keeps_the_order(void **state)
{
    struct fixture *fixture = *state;
    struct journal_change *changes = NULL;
    struct order *order = make_order(fixture, 2);
    begin(fixture);
    fine(fixture->journal->close_order(fixture->journal, order, &failure));
    store_run_books(fixture->run)->rollback(store_run_books(fixture->run));
    assert_int_equal(left(fixture, &changes), 2);
}

static void test_store_journal__unanswered_creates_are_in_doubt(void **state)
{
    struct fixture *fixture = *state;
    const struct order *order = make_order(fixture, 2);
    answer(fixture, order->changes[0], "L1");
    begin(fixture);
    fine(fixture->journal->close_order(fixture->journal, order, &failure));
    commit(fixture);
    assert_false(in_doubt(fixture, "1"));
    assert_true(in_doubt(fixture, "2"));
}

static void test_store_journal__a_doubt_left_to_people_stays_theirs(void **state)
{
    struct fixture *fixture = *state;
    struct journal_change *changes = NULL;
    uint64_t left_to_people = 0;
    size_t count = 0;
    struct order *order = make_order(fixture, 2);
    begin(fixture);
    fine(fixture->journal->close_order(fixture->journal, order, &failure));
    fine(fixture->journal->unknown_outcomes(fixture->journal, fixture->arena, &changes, &count,
                                            &failure));
    assert_int_equal(count, 2);
    assert_false(changes[0].left);
    assert_int_equal(changes[0].sent_at, 1000000);
    fine(fixture->journal->leave_unknown(fixture->journal, &changes[0], &failure));
    commit(fixture);
    fine(fixture->journal->unknown_outcomes(fixture->journal, fixture->arena, &changes, &count,
                                            &failure));
    assert_true(changes[0].left);
    /* the next run's recovery does not take it back */
    begin(fixture);
    fine(fixture->journal->keep_unknown(fixture->journal, &changes[0], &failure));
    commit(fixture);
    fine(fixture->journal->unknown_left(fixture->journal, &left_to_people, &failure));
    assert_int_equal(left_to_people, 1);
    assert_true(in_doubt(fixture, "1"));
}

static bool retry(struct fixture *fixture, const struct order_change *change)
{
    bool held = false;
    begin(fixture);
    fine(fixture->journal->count_retry(fixture->journal, change, "retry", &held, &failure));
    commit(fixture);
    return held;
}

static void test_store_journal__held_after_so_many_runs_and_a_day(void **state)
{
    struct fixture *fixture = *state;
    const struct order *order = make_order(fixture, 1);
    struct quarantine_entry *entries = NULL;
    size_t count = 0;
    uint64_t released = 0;
    assert_false(retry(fixture, order->changes[0]));
    assert_false(retry(fixture, order->changes[0]));
    open_run(fixture, 2000000, 0);
    assert_false(retry(fixture, order->changes[0])); /* an outage of some hours holds nothing */
    fine(sql_run(&fixture->store->sql, "UPDATE quarantine SET first_at = first_at - 86400000",
                 &failure));
    assert_true(retry(fixture, order->changes[0]));
    fine(quarantine_list(fixture->store, TEXT("crm"), true, fixture->arena, &entries, &count,
                         &failure));
    assert_int_equal(count, 1);
    assert_int_equal(entries[0].failures, 2);
    fine(quarantine_retry(fixture->store, TEXT("crm"), TEXT("contact"), TEXT("1"), &released,
                          &failure));
    assert_int_equal(released, 1);
    assert_false(retry(fixture, order->changes[0]));
    begin(fixture);
    fine(fixture->journal->clear_retries(fixture->journal, order->changes[0], &failure));
    commit(fixture);
    fine(quarantine_list(fixture->store, TEXT_ABSENT, false, fixture->arena, &entries, &count,
                         &failure));
    assert_int_equal(count, 0);
}

static void test_store_journal__progress_is_there_for_the_run_that_goes_on(void **state)
{
    struct fixture *fixture = *state;
    const struct position_floor floor = {.at = 555, .token = TEXT("t\xff")};
    const struct text after = TEXT("12");
    const struct run_progress progress = {.phase = "pull",
                                          .iteration = 7,
                                          .cursor = TEXT(""),
                                          .floors = &floor,
                                          .page_after = &after};
    struct store_unfinished found;
    struct books *books = store_run_books(fixture->run);
    begin(fixture);
    fine(books->set_progress(books, &progress, &failure));
    commit(fixture);
    open_run(fixture, 1000000, store_run_id(fixture->run)); /* it dies before its first page */
    fine(resume_unfinished(fixture->store, TEXT("crm"), 0, fixture->manual, fixture->arena, &found,
                           &failure));
    assert_true(found.died && found.same_manual);
    assert_int_equal(found.run, store_run_id(fixture->run));
    assert_int_equal(found.progress.iteration, 7);
    assert_int_equal(found.now, 1000000);
    assert_false(text_is_absent(found.progress.cursor));
    assert_int_equal(found.progress.floors[0].at, 555);
    assert_true(text_equal(found.progress.floors[0].token, floor.token));
    assert_true(text_equal(found.progress.page_after[0], after));
    make_manual(fixture, DELETION_IGNORE);
    fixture->entry->create = CREATE_ALWAYS;
    fine(resume_unfinished(fixture->store, TEXT("crm"), 0, fixture->manual, fixture->arena, &found,
                           &failure));
    assert_false(found.same_manual);
}

static void test_store_journal__an_answer_costs_little(void **state)
{
    enum { CHANGES = 2000 };
    struct fixture *fixture = *state;
    struct timespec from, to;
    const struct order *order = make_order(fixture, CHANGES);
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < CHANGES; i++)
        answer(fixture, order->changes[i], "L");
    clock_gettime(CLOCK_MONOTONIC, &to);
    const double micros =
        ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / 1e3 /
        CHANGES;
    print_message("%.1f microseconds for each answer\n", micros);
    assert_true(micros < 2000); /* a disk that is waited for would take longer */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_store_journal__##name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(next_run_finds_what_was_sent_and_answered),  TEST(a_closed_order_is_forgotten),
        TEST(a_rolled_back_close_keeps_the_order),        TEST(unanswered_creates_are_in_doubt),
        TEST(a_doubt_left_to_people_stays_theirs),        TEST(held_after_so_many_runs_and_a_day),
        TEST(progress_is_there_for_the_run_that_goes_on), TEST(an_answer_costs_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
