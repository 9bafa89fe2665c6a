/* A backfill in the store: which slices are done, whose runs go on, and where positions come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/books/backfill.h"
#include "store/schema/registry.h"
#include "store/books/store_run.h"

enum { SLICES = 5 };
static const int64_t LENGTH = 100;
static const instant FROM = 1000;

/* A store with one integration whose past is cut into five slices of 100 ms from 1000 on. */
struct fixture {
    char path[64];
    struct arena *arena;
    struct store *store;
    struct manual *manual;
    struct store_run *runs[SLICES + 1]; /* by slice */
};

static struct error failure;

static void fine(enum error_code code)
{
    if (code)
        fail_msg("%s", failure.message);
}

static void make_manual(struct fixture *fixture)
{
    const struct object_schema *contact = store_schema(fixture->store, TEXT("contact"));
    const struct manual_line line = {.direction = DIRECTION_BIDIRECTIONAL};
    struct manual_entry *entry = NULL;
    fine(manual_new(fixture->arena, &fixture->manual, &failure));
    fine(manual_add_entry(fixture->manual, contact, TEXT("Lead"), &entry, &failure));
    fine(manual_add_line(fixture->manual, entry, manual_schema_field(contact, TEXT("email")),
                         TEXT("mail"), NULL, &line, &failure));
    fine(manual_finish(fixture->manual, &failure));
    const struct registry_integration integration = {
        .name = TEXT("crm"), .enabled = true, .manual = fixture->manual};
    fine(registry_set(fixture->store, &integration, 1, &failure));
}

static void begin(struct fixture *fixture)
{
    const struct backfill backfill = {
        .asked = TEXT("{}"), .from = FROM, .to = FROM + SLICES * LENGTH, .slice_ms = LENGTH};
    fine(backfill_begin(fixture->store, TEXT("crm"), &backfill, &failure));
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct store_options options = store_options_default();
    snprintf(fixture->path, sizeof fixture->path, "/tmp/test_store_backfill.%ld.db",
             (long)getpid());
    unlink(fixture->path);
    options.create = true;
    options.clock = 1000000;
    fixture->arena = arena_new(0);
    fine(store_open(fixture->path, &options, &fixture->store, &failure));
    make_manual(fixture);
    begin(fixture);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i <= SLICES; i++)
        store_run_close(fixture->runs[i]);
    store_close(fixture->store);
    unlink(fixture->path);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static int64_t open_slice(struct fixture *fixture, size_t slice, int64_t resumes, unsigned keep)
{
    const struct store_run_options options = {.integration = TEXT("crm"),
                                              .manual = fixture->manual,
                                              .now = 1000000,
                                              .options_json = TEXT("{}"),
                                              .resumes = resumes,
                                              .slice = (int64_t)slice,
                                              .keep = {.runs = keep}};
    store_run_close(fixture->runs[slice]);
    fixture->runs[slice] = NULL;
    fine(store_run_open(fixture->store, &options, &fixture->runs[slice], &failure));
    return store_run_id(fixture->runs[slice]);
}

static void close_slice(struct fixture *fixture, size_t slice, enum run_status status)
{
    const struct run_summary summary = {.status = status};
    fine(store_run_finish(fixture->runs[slice], &summary, NULL, &failure));
}

/* A slice comes to its end: complete up to `at`. */
static void reach(struct fixture *fixture, size_t slice, instant at)
{
    const struct window_end end = {.at = at, .behind_ms = 7000};
    struct books *books = NULL;
    open_slice(fixture, slice, 0, 0);
    books = store_run_books(fixture->runs[slice]);
    fine(books->begin(books, &failure));
    fine(books->set_reach(books, fixture->manual->integration[0], &end, &failure));
    fine(books->commit(books, &failure));
    close_slice(fixture, slice, RUN_DONE);
}

static void reach_end(struct fixture *fixture, size_t slice)
{
    reach(fixture, slice, FROM + (instant)slice * LENGTH);
}

static struct window_end stored(struct fixture *fixture)
{
    struct store_run *run = NULL;
    struct window_end end = {.at = INSTANT_NONE};
    for (size_t i = 0; i <= SLICES && !run; i++)
        run = fixture->runs[i];
    struct books *books = store_run_books(run);
    fine(books->position(books, fixture->manual->integration[0], &end, fixture->arena, &failure));
    return end;
}

static instant position(struct fixture *fixture)
{
    return stored(fixture).at;
}

static void set_position(struct fixture *fixture, instant at)
{
    open_slice(fixture, 0, 0, 0); /* an ordinary run */
    const struct window_end end = {.at = at};
    struct books *books = store_run_books(fixture->runs[0]);
    fine(books->begin(books, &failure));
    fine(books->set_position(books, fixture->manual->integration[0], &end, &failure));
    fine(books->commit(books, &failure));
    close_slice(fixture, 0, RUN_DONE);
}

/* ---- positions ---- */

static void test_backfill__moves_the_position_over_slices_in_a_row(void **state)
{
    struct fixture *fixture = *state;
    reach_end(fixture, 3);
    assert_int_equal(position(fixture), INSTANT_NONE);
    reach_end(fixture, 1);
    assert_int_equal(position(fixture), 1100);
    reach_end(fixture, 5);
    assert_int_equal(position(fixture), 1100);
    reach_end(fixture, 2);
    assert_int_equal(position(fixture), 1300);
    reach_end(fixture, 4);
    assert_int_equal(position(fixture), 1500);
    assert_int_equal(stored(fixture).behind_ms, 7000); /* their clock goes along */
}

static void test_backfill__goes_on_from_a_stored_position(void **state)
{
    struct fixture *fixture = *state;
    set_position(fixture, 1250);
    reach_end(fixture, 1);
    reach_end(fixture, 2);
    assert_int_equal(position(fixture), 1250);
    reach_end(fixture, 4);
    assert_int_equal(position(fixture), 1250);
    reach_end(fixture, 3);
    assert_int_equal(position(fixture), 1400);
}

static void test_backfill__leaves_positions_outside_of_it(void **state)
{
    struct fixture *fixture = *state;
    set_position(fixture, 999); /* the first slice would leave a gap */
    reach_end(fixture, 1);
    assert_int_equal(position(fixture), 999);
    set_position(fixture, 5000);
    reach_end(fixture, 2);
    assert_int_equal(position(fixture), 5000);
}

static void test_backfill__stops_where_a_slice_holds(void **state)
{
    struct fixture *fixture = *state;
    reach_end(fixture, 3);
    reach(fixture, 2, 1150); /* an object that failed */
    reach_end(fixture, 1);
    assert_int_equal(position(fixture), 1150);
    reach_end(fixture, 2); /* done again, all went well */
    assert_int_equal(position(fixture), 1300);
    reach(fixture, 4, INSTANT_NONE);
    reach_end(fixture, 5);
    assert_int_equal(position(fixture), 1300);
}

/* ---- runs ---- */

static struct backfill find(struct fixture *fixture)
{
    struct backfill backfill;
    bool found = false;
    fine(backfill_find(fixture->store, TEXT("crm"), fixture->arena, &backfill, &found, &failure));
    assert_true(found);
    return backfill;
}

static void set_progress(struct fixture *fixture, size_t slice, const char *cursor)
{
    struct books *books = store_run_books(fixture->runs[slice]);
    const struct run_progress progress = {
        .phase = "pull", .iteration = 3, .cursor = text_of(cursor)};
    fine(books->begin(books, &failure));
    fine(books->set_progress(books, &progress, &failure));
    fine(books->commit(books, &failure));
}

static struct store_unfinished unfinished(struct fixture *fixture, size_t slice)
{
    struct store_unfinished found;
    fine(resume_unfinished(fixture->store, TEXT("crm"), (int64_t)slice, fixture->manual,
                           fixture->arena, &found, &failure));
    return found;
}

static void test_backfill__slices_do_not_take_over_one_another(void **state)
{
    struct fixture *fixture = *state;
    const int64_t one = open_slice(fixture, 1, 0, 0);
    set_progress(fixture, 1, "c1");
    const int64_t two = open_slice(fixture, 2, 0, 0);
    set_progress(fixture, 2, "c2");
    assert_int_equal(unfinished(fixture, 1).run, one);
    assert_true(text_equal(unfinished(fixture, 1).progress.cursor, TEXT("c1")));
    assert_int_equal(unfinished(fixture, 2).run, two);
    assert_int_equal(unfinished(fixture, 3).run, 0);
    /* the first one was killed; another process goes on with it while the second one runs */
    const int64_t again = open_slice(fixture, 1, one, 0);
    assert_int_equal(unfinished(fixture, 1).run, again);
    assert_true(text_equal(unfinished(fixture, 1).progress.cursor, TEXT("c1")));
    assert_int_equal(find(fixture).open, 2);
    close_slice(fixture, 1, RUN_DONE);
    close_slice(fixture, 2, RUN_DONE_WITH_ISSUES);
    assert_int_equal(unfinished(fixture, 1).run, 0);
    assert_int_equal(find(fixture).open, 0);
    assert_int_equal(find(fixture).done, 2);
    assert_int_equal(find(fixture).attention, 1);
}

static void test_backfill__knows_what_is_done(void **state)
{
    struct fixture *fixture = *state;
    const struct run_summary interrupted = {.status = RUN_FAILED, .code = ERROR_INTERRUPTED};
    bool done[SLICES];
    open_slice(fixture, 2, 0, 0);
    close_slice(fixture, 2, RUN_DONE);
    open_slice(fixture, 3, 0, 0);
    close_slice(fixture, 3, RUN_FAILED);
    open_slice(fixture, 4, 0, 0);
    close_slice(fixture, 4, RUN_REFUSED);
    open_slice(fixture, 5, 0, 0);
    fine(store_run_finish(fixture->runs[5], &interrupted, "a signal", &failure));
    fine(backfill_done(fixture->store, TEXT("crm"), done, SLICES, &failure));
    for (size_t i = 0; i < SLICES; i++)
        assert_int_equal(done[i], i == 1);
    assert_int_equal(find(fixture).done, 1);
    assert_int_equal(find(fixture).failed, 2);
    assert_int_equal(find(fixture).open, 1);
    begin(fixture); /* anew */
    assert_int_equal(find(fixture).done + find(fixture).failed + find(fixture).open, 0);
}

/* What is kept of runs is little, but a slice that others overtake is still gone on with. */
static void test_backfill__keeps_the_runs_that_are_gone_on_with(void **state)
{
    struct fixture *fixture = *state;
    const int64_t one = open_slice(fixture, 1, 0, 1);
    set_progress(fixture, 1, "c1");
    for (size_t slice = 2; slice <= SLICES; slice++) {
        open_slice(fixture, slice, 0, 1);
        close_slice(fixture, slice, RUN_DONE);
    }
    assert_int_equal(unfinished(fixture, 1).run, one);
    close_slice(fixture, 1, RUN_DONE);
    assert_int_equal(find(fixture).done, SLICES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_backfill__moves_the_position_over_slices_in_a_row),
        TEST(test_backfill__goes_on_from_a_stored_position),
        TEST(test_backfill__leaves_positions_outside_of_it),
        TEST(test_backfill__stops_where_a_slice_holds),
        TEST(test_backfill__slices_do_not_take_over_one_another),
        TEST(test_backfill__knows_what_is_done),
        TEST(test_backfill__keeps_the_runs_that_are_gone_on_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
