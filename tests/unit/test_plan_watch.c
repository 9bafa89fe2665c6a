/* A plan's side of the third party: nothing is sent, and every change is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/plan_watch.h"

static enum error_code execute_order(struct exchange *exchange, struct order *order,
                                     struct error *error)
{
    (void)exchange, (void)order, (void)error;
    fail_msg("an order of a plan reached the third party");
    return ERROR_INTERNAL;
}

static enum error_code hear(void *context, const struct order_change *change,
                            struct order_answer *answer, struct error *error)
{
    (void)change, (void)answer, (void)error;
    ++*(size_t *)context;
    return ERROR_NONE;
}

static enum error_code tell(void *context, const struct plan_change *change, struct error *error)
{
    static const char *const actions[] = {"update", "create", "delete"};
    size_t *const told = context;
    (void)error;
    assert_string_equal(change->action, actions[*told]);
    ++*told;
    return ERROR_NONE;
}

static void test_plan_watch__an_order_is_answered_and_not_sent(void **state)
{
    static const char *const ids[] = {"C1", NULL, "C3"};
    struct arena *const arena = arena_new(0);
    struct manual_object object = {.name = TEXT("Contact")};
    struct manual_entry entry = {.internal = &object, .integration = &object};
    struct order_change changes[3];
    struct order *order = NULL;
    struct error error = {.code = ERROR_NONE};
    struct exchange exchange = {.execute_order = execute_order};
    struct internal_side internal = {.exchange = exchange};
    size_t heard = 0, told = 0;
    struct plan_watch watch;

    (void)state;
    assert_int_equal(order_new(arena, SIDE_INTEGRATION, &order, &error), ERROR_NONE);
    for (size_t i = 0; i < 3; i++) {
        changes[i] = (struct order_change){.entry = &entry,
                                           .object = TEXT("Contact"),
                                           .object_id = text_of(ids[i]),
                                           .mapped_object = TEXT("contact"),
                                           .mapped_id = TEXT("5"),
                                           .deletion = i == 2};
        assert_int_equal(order_add(order, &changes[i], &error), ERROR_NONE);
    }
    order->answered = hear;
    order->answered_context = &heard;
    plan_watch_init(
        &watch, &(struct plan_parties){
                    .internal = &internal, .exchange = &exchange, .tell = tell, .context = &told});
    assert_int_equal(watch.theirs.execute_order(&watch.theirs, order, &error), ERROR_NONE);
    assert_int_equal(told, 3);
    assert_int_equal(heard, 3);
    assert_int_equal(changes[0].answers->kind, ANSWER_UPDATED);
    assert_int_equal(changes[1].answers->kind, ANSWER_CREATED);
    assert_true(text_equal(changes[1].answers->id, TEXT("dry-run-1")));
    assert_int_equal(changes[2].answers->kind, ANSWER_DELETED);
    assert_null(watch.theirs.batch_completed);
    assert_null(watch.theirs.run_completed);
    arena_free(arena);
}

static struct clock_bounds clock_behind(struct exchange *exchange)
{
    return (struct clock_bounds){.known = exchange->clock_behind == clock_behind, .least = 7};
}

/* All by which a run is judged is theirs; only what they would do for it is not. */
static void
test_plan_watch__a_plan_knows_the_clock_and_the_abilities_of_the_third_party(void **state)
{
    struct exchange exchange = {.clock_behind = clock_behind,
                                .overlaps = true,
                                .only_written_to = true,
                                .idempotent_creates = true,
                                .idempotent_for_ms = 5};
    struct internal_side internal = {.exchange = exchange};
    struct plan_watch watch;

    (void)state;
    plan_watch_init(&watch, &(struct plan_parties){.internal = &internal, .exchange = &exchange});
    assert_non_null(watch.theirs.clock_behind);
    assert_true(watch.theirs.clock_behind(&watch.theirs).known);
    assert_int_equal(watch.theirs.clock_behind(&watch.theirs).least, 7);
    assert_true(watch.theirs.only_written_to);
    assert_true(watch.theirs.idempotent_creates);
    assert_int_equal(watch.theirs.idempotent_for_ms, 5);
    assert_false(watch.theirs.overlaps);
    exchange.clock_behind = NULL;
    plan_watch_init(&watch, &(struct plan_parties){.internal = &internal, .exchange = &exchange});
    assert_null(watch.theirs.clock_behind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_watch__an_order_is_answered_and_not_sent),
        cmocka_unit_test(
            test_plan_watch__a_plan_knows_the_clock_and_the_abilities_of_the_third_party),
    };
    return cmocka_run_group_tests_name("plan watch", tests, NULL, NULL);
}
