/* The proxies: they change nothing by themselves, count every call, and fail as planned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/books_proxy.h"
#include "support/exchange_proxy.h"

/* A side that counts what reaches it and answers each change. */
struct side_double {
    struct internal_side side; /* side.exchange serves as an integration as well */
    unsigned reports, orders, loads, finds, removals, prepared, batches, runs;
};

struct fixture {
    struct arena *arena;
    struct side_double inner;
    struct exchange_proxy proxy;
    struct internal_proxy internal;
    struct proxy_plan plan;
    struct order *order;
    struct order_change changes[3]; /* update, create, delete */
    size_t heard;
    struct request request;
    struct report report;
    struct error error;
};

static enum error_code get_report(struct exchange *exchange, const struct request *request,
                                  struct report *report, struct error *error)
{
    (void)request;
    (void)error;
    ((struct side_double *)exchange)->reports++;
    report->object_count = 7;
    return ERROR_NONE;
}

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    enum error_code code = ERROR_NONE;

    ((struct side_double *)exchange)->orders++;
    for (size_t i = 0; i < order->change_count && !code; i++) {
        code = order_retry_because(order, order->changes[i], true, TEXT_ABSENT, error);
    }
    return code;
}

static void prepare_report(struct exchange *exchange, const struct request *request)
{
    (void)request;
    ((struct side_double *)exchange)->prepared++;
}

static void batch_completed(struct exchange *exchange, const struct batch_result *result)
{
    (void)result;
    ((struct side_double *)exchange)->batches++;
}

static void run_completed(struct exchange *exchange, const struct run_summary *summary)
{
    (void)summary;
    ((struct side_double *)exchange)->runs++;
}

static enum error_code load(struct internal_side *side, const struct manual_object *object,
                            struct text id, struct arena *arena, struct local_object *local_object,
                            struct error *error)
{
    (void)object;
    (void)id;
    (void)arena;
    (void)error;
    ((struct side_double *)side)->loads++;
    local_object->exists = true;
    return ERROR_NONE;
}

static enum error_code find(struct internal_side *side, const struct object_search *search,
                            struct arena *arena, struct texts *ids, struct error *error)
{
    (void)arena;
    (void)error;
    ((struct side_double *)side)->finds++;
    *ids = (struct texts){.count = search->identity.count};
    return ERROR_NONE;
}

static enum error_code remove_object(struct internal_side *side, const struct manual_object *object,
                                     struct text id, const struct mapping *origin,
                                     struct error *error)
{
    (void)object;
    (void)id;
    (void)origin;
    (void)error;
    ((struct side_double *)side)->removals++;
    return ERROR_NONE;
}

static enum error_code hear(void *context, const struct order_change *change,
                            struct order_answer *answer, struct error *error)
{
    (void)change;
    (void)answer;
    (void)error;
    (*(size_t *)context)++;
    return ERROR_NONE;
}

static void make_order(struct fixture *fixture)
{
    static const char *const ids[] = {"C1", NULL, "C3"};

    assert_int_equal(order_new(fixture->arena, SIDE_INTEGRATION, &fixture->order, &fixture->error),
                     ERROR_NONE);
    for (size_t i = 0; i < 3; i++) {
        fixture->changes[i] = (struct order_change){.object = TEXT("Contact"),
                                                    .object_id = text_of(ids[i]),
                                                    .mapped_object = TEXT("contact"),
                                                    .mapped_id = TEXT("5"),
                                                    .deletion = i == 2};
        assert_int_equal(order_add(fixture->order, &fixture->changes[i], &fixture->error),
                         ERROR_NONE);
    }
    fixture->order->answered = hear;
    fixture->order->answered_context = &fixture->heard;
}

static int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = arena_new(0);
    fixture.inner.side = (struct internal_side){.exchange = {.get_report = get_report,
                                                             .execute_order = execute_order,
                                                             .prepare_report = prepare_report,
                                                             .batch_completed = batch_completed,
                                                             .run_completed = run_completed},
                                                .load = load,
                                                .find = find,
                                                .remove = remove_object};
    exchange_proxy_init(&fixture.proxy, &fixture.inner.side.exchange, &fixture.plan);
    exchange_proxy_init_internal(&fixture.internal, &fixture.inner.side, &fixture.plan);
    make_order(&fixture);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    arena_free(fixture->arena);
    return 0;
}

static enum error_code report_through(struct fixture *fixture)
{
    struct exchange *exchange = &fixture->proxy.exchange;

    return exchange->get_report(exchange, &fixture->request, &fixture->report, &fixture->error);
}

static enum error_code execute_through(struct fixture *fixture)
{
    struct exchange *exchange = &fixture->proxy.exchange;

    return exchange->execute_order(exchange, fixture->order, &fixture->error);
}

static void test_exchange_proxy__passes_everything_on_and_counts(void **state)
{
    struct fixture *fixture = *state;
    struct exchange *exchange = &fixture->proxy.exchange;

    assert_int_equal(report_through(fixture), ERROR_NONE);
    assert_int_equal(fixture->report.object_count, 7);
    assert_int_equal(execute_through(fixture), ERROR_NONE);
    exchange->prepare_report(exchange, &fixture->request);
    exchange->batch_completed(exchange, NULL);
    exchange->run_completed(exchange, NULL);
    assert_int_equal(fixture->inner.reports, 1);
    assert_int_equal(fixture->inner.orders, 1);
    assert_int_equal(fixture->inner.prepared, 1);
    assert_int_equal(fixture->inner.batches, 1);
    assert_int_equal(fixture->inner.runs, 1);
    assert_int_equal(fixture->heard, 3);
    assert_int_equal(fixture->plan.counts[PROXY_ANSWER], 3);
    assert_int_equal(fixture->plan.counts[PROXY_GET_REPORT], 1);
    assert_int_equal(fixture->plan.steps, 8);
    /* Whoever listened to the order listens again. */
    assert_true(fixture->order->answered == hear);
    assert_ptr_equal(fixture->order->answered_context, &fixture->heard);
}

static enum error_code find_created(struct exchange *exchange, const struct order_change *change,
                                    struct arena *arena, struct text *id, bool *supported,
                                    struct error *error)
{
    (void)exchange;
    (void)arena;
    (void)error;
    *id = change->mapped_id;
    *supported = true;
    return ERROR_NONE;
}

static enum error_code resolve_conflict(struct exchange *exchange, const struct manual_entry *entry,
                                        const struct manual_line *line,
                                        const struct judge_side *left,
                                        const struct judge_side *right, enum verdict *verdict,
                                        struct error *error)
{
    (void)exchange;
    (void)entry;
    (void)line;
    (void)error;
    *verdict = left->certain > right->certain ? VERDICT_LEFT : VERDICT_RIGHT;
    return ERROR_NONE;
}

static void test_exchange_proxy__passes_on_what_a_side_may_offer(void **state)
{
    struct fixture *fixture = *state;
    struct exchange *exchange = &fixture->proxy.exchange;
    const struct proxy_fault fault = {PROXY_RESOLVE_CONFLICT, 2, false, ERROR_SCRIPT};
    const struct judge_side left = {.certain = 2};
    const struct judge_side right = {.certain = 1};
    enum verdict verdict = VERDICT_UNRESOLVED;
    struct text id = TEXT_ABSENT;
    bool supported = false;

    fixture->inner.side.exchange.find = find_created;
    fixture->inner.side.exchange.resolve_conflict = resolve_conflict;
    exchange_proxy_init(&fixture->proxy, &fixture->inner.side.exchange, &fixture->plan);
    fixture->plan.faults = &fault;
    fixture->plan.fault_count = 1;
    assert_int_equal(exchange->find(exchange, &fixture->changes[0], fixture->arena, &id, &supported,
                                    &fixture->error),
                     ERROR_NONE);
    assert_true(supported);
    assert_true(text_equal(id, TEXT("5")));
    assert_int_equal(
        exchange->resolve_conflict(exchange, NULL, NULL, &left, &right, &verdict, &fixture->error),
        ERROR_NONE);
    assert_int_equal(verdict, VERDICT_LEFT);
    assert_int_equal(
        exchange->resolve_conflict(exchange, NULL, NULL, &left, &right, &verdict, &fixture->error),
        ERROR_SCRIPT);
}

static void test_exchange_proxy__leaves_out_what_is_not_there(void **state)
{
    struct fixture *fixture = *state;
    struct exchange *exchange = &fixture->proxy.exchange;

    assert_null(exchange->find);
    assert_null(exchange->resolve_conflict);
    fixture->inner.side.exchange.prepare_report = NULL;
    fixture->inner.side.exchange.batch_completed = NULL;
    fixture->inner.side.exchange.run_completed = NULL;
    exchange_proxy_init(&fixture->proxy, &fixture->inner.side.exchange, &fixture->plan);
    exchange_proxy_init_internal(&fixture->internal, &fixture->inner.side, &fixture->plan);
    assert_null(exchange->prepare_report);
    assert_null(exchange->batch_completed);
    assert_null(exchange->run_completed);
    assert_null(fixture->internal.side.exchange.prepare_report);
    assert_non_null(exchange->get_report);
}

static void test_exchange_proxy__fails_the_second_report(void **state)
{
    struct fixture *fixture = *state;
    const struct proxy_fault fault = {PROXY_GET_REPORT, 2, false, ERROR_TRANSPORT};

    fixture->plan.faults = &fault;
    fixture->plan.fault_count = 1;
    assert_int_equal(report_through(fixture), ERROR_NONE);
    assert_int_equal(report_through(fixture), ERROR_TRANSPORT);
    assert_int_equal(fixture->error.code, ERROR_TRANSPORT);
    assert_non_null(strstr(fixture->error.message, "'get_report' number 2"));
    assert_int_equal(report_through(fixture), ERROR_NONE);
    assert_int_equal(fixture->inner.reports, 2);
}

static void test_exchange_proxy__fails_an_order_before_or_after_its_work(void **state)
{
    struct fixture *fixture = *state;
    const struct proxy_fault faults[] = {{PROXY_EXECUTE_ORDER, 1, false, ERROR_SCRIPT},
                                         {PROXY_EXECUTE_ORDER, 2, true, ERROR_SCRIPT}};

    fixture->plan.faults = faults;
    fixture->plan.fault_count = 2;
    assert_int_equal(execute_through(fixture), ERROR_SCRIPT);
    assert_int_equal(fixture->inner.orders, 0);
    assert_null(fixture->changes[0].answers);
    assert_int_equal(execute_through(fixture), ERROR_SCRIPT);
    assert_int_equal(fixture->inner.orders, 1);
    assert_non_null(fixture->changes[2].answers);
    assert_true(fixture->order->answered == hear);
}

static void test_exchange_proxy__fails_at_an_answer_that_counts_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    const struct proxy_fault before = {PROXY_ANSWER, 2, false, ERROR_SCRIPT};
    const struct proxy_fault after = {PROXY_ANSWER, 4, true, ERROR_SCRIPT};

    fixture->plan.faults = &before;
    fixture->plan.fault_count = 1;
    assert_int_equal(execute_through(fixture), ERROR_SCRIPT);
    assert_int_equal(fixture->heard, 1);
    assert_non_null(fixture->changes[1].answers);
    assert_null(fixture->changes[2].answers);
    fixture->plan.faults = &after;
    assert_int_equal(execute_through(fixture), ERROR_SCRIPT);
    /* The journal heard of the answer before the executioner fell. */
    assert_int_equal(fixture->heard, 3);
    assert_null(fixture->changes[2].answers);
}

static void test_exchange_proxy__a_fault_without_a_number_is_for_ever(void **state)
{
    struct fixture *fixture = *state;
    const struct proxy_fault fault = {PROXY_GET_REPORT, 0, false, ERROR_TRANSPORT};

    fixture->plan.faults = &fault;
    fixture->plan.fault_count = 1;
    assert_int_equal(report_through(fixture), ERROR_TRANSPORT);
    assert_int_equal(report_through(fixture), ERROR_TRANSPORT);
    assert_int_equal(execute_through(fixture), ERROR_NONE);
}

static void test_internal_proxy__passes_on_counts_and_fails(void **state)
{
    struct fixture *fixture = *state;
    struct internal_side *side = &fixture->internal.side;
    const struct proxy_fault fault = {PROXY_INTERNAL_LOAD, 2, false, ERROR_STORE};
    const struct object_search search = {.identity = {.count = 3}, .limit = 2};
    struct local_object local_object = {.exists = false};
    struct texts ids;

    fixture->plan.faults = &fault;
    fixture->plan.fault_count = 1;
    assert_int_equal(
        side->load(side, NULL, TEXT("5"), fixture->arena, &local_object, &fixture->error),
        ERROR_NONE);
    assert_true(local_object.exists);
    assert_int_equal(
        side->load(side, NULL, TEXT("5"), fixture->arena, &local_object, &fixture->error),
        ERROR_STORE);
    assert_int_equal(side->find(side, &search, fixture->arena, &ids, &fixture->error), ERROR_NONE);
    assert_int_equal(ids.count, 3);
    assert_int_equal(side->remove(side, NULL, TEXT("5"), NULL, &fixture->error), ERROR_NONE);
    assert_int_equal(side->exchange.get_report(&side->exchange, &fixture->request, &fixture->report,
                                               &fixture->error),
                     ERROR_NONE);
    assert_int_equal(side->exchange.execute_order(&side->exchange, fixture->order, &fixture->error),
                     ERROR_NONE);
    side->exchange.prepare_report(&side->exchange, &fixture->request);
    assert_int_equal(fixture->inner.loads, 1);
    assert_int_equal(fixture->inner.finds, 1);
    assert_int_equal(fixture->inner.removals, 1);
    assert_int_equal(fixture->inner.reports, 1);
    assert_int_equal(fixture->inner.orders, 1);
    assert_int_equal(fixture->inner.prepared, 1);
    /* Told apart from what an integration does. */
    assert_int_equal(fixture->plan.counts[PROXY_INTERNAL_GET_REPORT], 1);
    assert_int_equal(fixture->plan.counts[PROXY_GET_REPORT], 0);
}

struct steps_seen {
    enum proxy_step steps[8];
    size_t count;
};

static void see_step(void *context, enum proxy_step step, uint64_t number)
{
    struct steps_seen *seen = context;

    assert_int_equal(number, seen->count + 1);
    seen->steps[seen->count++] = step;
}

static void test_proxy_plan__numbers_the_steps_of_all_proxies(void **state)
{
    struct fixture *fixture = *state;
    struct exchange *internal = &fixture->internal.side.exchange;
    struct steps_seen seen = {.count = 0};

    fixture->plan.stepped = see_step;
    fixture->plan.context = &seen;
    fixture->plan.fail_at = 2;
    assert_int_equal(report_through(fixture), ERROR_NONE);
    assert_int_equal(
        internal->get_report(internal, &fixture->request, &fixture->report, &fixture->error),
        ERROR_SYSTEM);
    assert_int_equal(report_through(fixture), ERROR_NONE);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.steps[0], PROXY_GET_REPORT);
    assert_int_equal(seen.steps[1], PROXY_INTERNAL_GET_REPORT);
    assert_int_equal(fixture->inner.reports, 2);
    assert_string_equal(proxy_step_name(PROXY_INTERNAL_GET_REPORT), "internal get_report");
    assert_string_equal(proxy_step_name(PROXY_STEP_COUNT), "unknown");
}

/* ---- the trace ---- */

struct lines {
    char text[4096];
};

static void keep_line(void *context, enum log_level level, const char *line)
{
    struct lines *lines = context;
    size_t length = strlen(lines->text);

    (void)level;
    snprintf(lines->text + length, sizeof(lines->text) - length, "%s\n", line);
}

static void test_exchange_proxy__traces_what_passes(void **state)
{
    struct fixture *fixture = *state;
    struct lines lines = {""};
    struct log *log = log_new(LOG_DEBUG, keep_line, &lines);

    fixture->plan.log = log;
    fixture->request.iteration = 4;
    assert_int_equal(report_through(fixture), ERROR_NONE);
    assert_int_equal(execute_through(fixture), ERROR_NONE);
    log_free(log);
    assert_non_null(strstr(lines.text, "get_report: iteration 4"));
    assert_non_null(strstr(lines.text, "7 records"));
    assert_non_null(strstr(lines.text, "change: Contact:C1 from contact:5"));
    assert_non_null(strstr(lines.text, "answer: retry Contact:C1 for contact:5"));
}

/* ---- the books ---- */

struct books_double {
    struct books books;
    size_t begins, commits, rollbacks, reads;
};

static enum error_code begin(struct books *books, struct error *error)
{
    (void)error;
    ((struct books_double *)books)->begins++;
    return ERROR_NONE;
}

static enum error_code commit(struct books *books, struct error *error)
{
    (void)error;
    ((struct books_double *)books)->commits++;
    return ERROR_NONE;
}

static enum error_code settle(struct books *books, struct error *error)
{
    (void)books, (void)error;
    return ERROR_NONE;
}

static void rollback(struct books *books)
{
    ((struct books_double *)books)->rollbacks++;
}

static enum error_code position(struct books *books, const struct manual_object *object,
                                struct window_end *end, struct arena *arena, struct error *error)
{
    (void)object;
    (void)arena;
    (void)error;
    ((struct books_double *)books)->reads++;
    end->at = 42;
    return ERROR_NONE;
}

static enum error_code refuse_note(struct books *books, const struct note *note,
                                   struct error *error)
{
    (void)books;
    (void)note;
    return error_set(error, ERROR_BUSY, "the store is locked");
}

static void test_books_proxy__passes_on_counts_and_fails(void **state)
{
    struct fixture *fixture = *state;
    struct books_double inner = {.books = {.begin = begin,
                                           .commit = commit,
                                           .commit_later = commit,
                                           .await_commit = settle,
                                           .rollback = rollback,
                                           .position = position,
                                           .add_note = refuse_note}};
    const struct proxy_fault faults[] = {{PROXY_BOOKS_COMMIT, 1, false, ERROR_STORE},
                                         {PROXY_BOOKS_COMMIT, 2, true, ERROR_STORE},
                                         {PROXY_BOOKS_WRITE, 1, true, ERROR_STORE}};
    struct books_proxy proxy;
    struct books *books = &proxy.books;
    struct window_end end = {.at = INSTANT_NONE};

    books_proxy_init(&proxy, &inner.books, &fixture->plan);
    fixture->plan.faults = faults;
    fixture->plan.fault_count = 3;
    assert_int_equal(books->begin(books, &fixture->error), ERROR_NONE);
    assert_int_equal(books->position(books, NULL, &end, fixture->arena, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(end.at, 42);
    /* An error from within is passed on as it is, whatever was planned. */
    assert_int_equal(books->add_note(books, NULL, &fixture->error), ERROR_BUSY);
    assert_string_equal(fixture->error.message, "the store is locked");
    assert_int_equal(books->commit(books, &fixture->error), ERROR_STORE);
    assert_int_equal(inner.commits, 0);
    books->rollback(books);
    assert_int_equal(inner.rollbacks, 1);
    assert_int_equal(books->commit(books, &fixture->error), ERROR_STORE);
    assert_int_equal(inner.commits, 1);
    assert_int_equal(books->commit(books, &fixture->error), ERROR_NONE);
    assert_int_equal(fixture->plan.counts[PROXY_BOOKS_COMMIT], 3);
    assert_int_equal(fixture->plan.counts[PROXY_BOOKS_READ], 1);
    assert_int_equal(fixture->plan.counts[PROXY_BOOKS_WRITE], 1);
    assert_int_equal(fixture->plan.counts[PROXY_BOOKS_ROLLBACK], 1);
    assert_int_equal(fixture->plan.steps, 7);
}

/* A function that is added to the books and forgotten in the proxy would crash the run. */
static void test_books_proxy__has_every_function_of_the_books(void **state)
{
    struct fixture *fixture = *state;
    struct books inner = {.begin = begin};
    struct books_proxy proxy;
    enum { FUNCTIONS = sizeof(struct books) / sizeof(void (*)(void)) };
    void (*functions[FUNCTIONS])(void);

    books_proxy_init(&proxy, &inner, &fixture->plan);
    memcpy(functions, &proxy.books, sizeof(functions));
    for (size_t i = 0; i < FUNCTIONS; i++) {
        assert_true(functions[i] != NULL);
    }
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_exchange_proxy__passes_everything_on_and_counts),
        FIXTURE_TEST(test_exchange_proxy__passes_on_what_a_side_may_offer),
        FIXTURE_TEST(test_exchange_proxy__leaves_out_what_is_not_there),
        FIXTURE_TEST(test_exchange_proxy__fails_the_second_report),
        FIXTURE_TEST(test_exchange_proxy__fails_an_order_before_or_after_its_work),
        FIXTURE_TEST(test_exchange_proxy__fails_at_an_answer_that_counts_all_the_same),
        FIXTURE_TEST(test_exchange_proxy__a_fault_without_a_number_is_for_ever),
        FIXTURE_TEST(test_internal_proxy__passes_on_counts_and_fails),
        FIXTURE_TEST(test_proxy_plan__numbers_the_steps_of_all_proxies),
        FIXTURE_TEST(test_exchange_proxy__traces_what_passes),
        FIXTURE_TEST(test_books_proxy__passes_on_counts_and_fails),
        FIXTURE_TEST(test_books_proxy__has_every_function_of_the_books),
    };
    return cmocka_run_group_tests_name("exchange proxy", tests, NULL, NULL);
}
