/* Orders: finding changes, and the answers that an integration gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/journal.h"
#include "model/order.h"

/* What the run would make durable. */
struct told {
    size_t count;
    const struct order_change *change;
    const struct order_answer *answer;
    bool refuse;
};

struct fixture {
    struct arena *arena;
    struct order *order;
    struct order_change known;   /* Contact C5, of our contact 5 */
    struct order_change created; /* a new Contact, of our contact 6 */
    struct told told;
    struct error error;
};

static enum error_code note_answer(void *context, const struct order_change *change,
                                   struct order_answer *answer, struct error *error)
{
    struct told *told = context;

    told->count++;
    told->change = change;
    told->answer = answer;
    return told->refuse ? error_set(error, ERROR_STORE, "cannot write the journal") : ERROR_NONE;
}

static int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = arena_new(0);
    assert_int_equal(order_new(fixture.arena, SIDE_INTEGRATION, &fixture.order, &fixture.error),
                     ERROR_NONE);
    fixture.known = (struct order_change){.object = TEXT("Contact"),
                                          .object_id = TEXT("C5"),
                                          .mapped_object = TEXT("contact"),
                                          .mapped_id = TEXT("5")};
    fixture.created = (struct order_change){
        .object = TEXT("Contact"), .mapped_object = TEXT("contact"), .mapped_id = TEXT("6")};
    assert_int_equal(order_add(fixture.order, &fixture.known, &fixture.error), ERROR_NONE);
    assert_int_equal(order_add(fixture.order, &fixture.created, &fixture.error), ERROR_NONE);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    arena_free(fixture->arena);
    return 0;
}

static void test_order_change_of__by_object_and_senders_id(void **state)
{
    struct fixture *fixture = *state;

    assert_ptr_equal(order_change_of(fixture->order, TEXT("Contact"), TEXT("5")), &fixture->known);
    assert_ptr_equal(order_change_of(fixture->order, TEXT("Contact"), TEXT("6")),
                     &fixture->created);
    assert_null(order_change_of(fixture->order, TEXT("Lead"), TEXT("5")));
    assert_null(order_change_of(fixture->order, TEXT("Contact"), TEXT("C5")));
    assert_null(order_change_of(fixture->order, TEXT("Contact"), TEXT_ABSENT));
}

static void test_order_change_of__of_several_kinds_the_first(void **state)
{
    struct fixture *fixture = *state;
    struct order_change company = {
        .object = TEXT("Contact"), .mapped_object = TEXT("company"), .mapped_id = TEXT("5")};

    assert_int_equal(order_add(fixture->order, &company, &fixture->error), ERROR_NONE);
    assert_ptr_equal(order_change_of(fixture->order, TEXT("Contact"), TEXT("5")), &fixture->known);
    assert_int_equal(fixture->order->change_count, 3);
    assert_ptr_equal(fixture->order->changes[2], &company);
}

static void test_order_change_of__among_many(void **state)
{
    struct fixture *fixture = *state;
    enum { MANY = 3000 };
    struct order_change *changes = ARENA_ARRAY(fixture->arena, MANY, struct order_change);
    char id[16];

    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "n%d", i);
        changes[i].object = TEXT("Account");
        assert_int_equal(
            text_copy(fixture->arena, text_of(id), &changes[i].mapped_id, &fixture->error),
            ERROR_NONE);
        assert_int_equal(order_add(fixture->order, &changes[i], &fixture->error), ERROR_NONE);
    }
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof(id), "n%d", i);
        assert_ptr_equal(order_change_of(fixture->order, TEXT("Account"), text_of(id)),
                         &changes[i]);
    }
    assert_null(order_change_of(fixture->order, TEXT("Account"), TEXT("n3000")));
}

static void test_order_answers__are_kept_in_the_order_given(void **state)
{
    struct fixture *fixture = *state;
    struct order_change *change = &fixture->known;
    char message[] = "no such country";
    const struct order_answer *answer = NULL;

    assert_null(change->answers);
    assert_int_equal(order_update_last_sync_date(fixture->order, change, 77, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(
        order_refuse_fields(fixture->order, change, text_of(message), NULL, 0, &fixture->error),
        ERROR_NONE);
    assert_int_equal(
        order_retry_because(fixture->order, change, true, TEXT_ABSENT, &fixture->error),
        ERROR_NONE);
    assert_int_equal(order_delete_object(fixture->order, change, &fixture->error), ERROR_NONE);
    memset(message, 'x', 4);

    answer = change->answers;
    assert_int_equal(answer->kind, ANSWER_UPDATED);
    assert_int_equal(answer->at, 77);
    answer = answer->next;
    assert_int_equal(answer->kind, ANSWER_ISSUE);
    assert_int_equal(answer->at, INSTANT_NONE);
    assert_true(text_equal(answer->message, TEXT("no such country")));
    answer = answer->next;
    assert_int_equal(answer->kind, ANSWER_RETRY);
    answer = answer->next;
    assert_int_equal(answer->kind, ANSWER_DELETED);
    assert_null(answer->next);
    assert_null(fixture->created.answers);
}

static void test_order_refuse_fields__without_a_message_says_so(void **state)
{
    struct fixture *fixture = *state;
    struct order_change *change = &fixture->known;

    assert_int_equal(
        order_refuse_fields(fixture->order, change, TEXT_ABSENT, NULL, 0, &fixture->error),
        ERROR_NONE);
    assert_true(text_equal(change->answers->message, TEXT("was refused, without a reason")));
}

static void test_order_add_object_mapping__keeps_copies(void **state)
{
    struct fixture *fixture = *state;
    char id[] = "C9";

    assert_int_equal(order_add_object_mapping(fixture->order, &fixture->created, TEXT("Lead"),
                                              text_of(id), INSTANT_NONE, &fixture->error),
                     ERROR_NONE);
    memset(id, 'x', 2);
    assert_int_equal(fixture->created.answers->kind, ANSWER_CREATED);
    assert_true(text_equal(fixture->created.answers->object, TEXT("Lead")));
    assert_true(text_equal(fixture->created.answers->id, TEXT("C9")));
    assert_int_equal(fixture->created.answers->at, INSTANT_NONE);
}

static void test_order_answers__refuse_wrong_arguments(void **state)
{
    struct fixture *fixture = *state;
    const struct report_remap nowhere = {TEXT("Contact"), TEXT("C5"), TEXT_ABSENT, TEXT("C6")};

    assert_int_equal(order_add_object_mapping(fixture->order, &fixture->created, TEXT("Contact"),
                                              TEXT(""), 0, &fixture->error),
                     ERROR_USAGE);
    assert_non_null(strstr(fixture->error.message, "'add_object_mapping'"));
    assert_int_equal(order_add_object_mapping(fixture->order, &fixture->created, TEXT(""),
                                              TEXT("C6"), 0, &fixture->error),
                     ERROR_USAGE);
    assert_int_equal(order_add_object_mapping(fixture->order, NULL, TEXT("Contact"), TEXT("C6"), 0,
                                              &fixture->error),
                     ERROR_USAGE);
    assert_int_equal(order_update_last_sync_date(fixture->order, NULL, 0, &fixture->error),
                     ERROR_USAGE);
    assert_int_equal(order_delete_object(fixture->order, NULL, &fixture->error), ERROR_USAGE);
    assert_int_equal(order_retry_because(fixture->order, NULL, true, TEXT_ABSENT, &fixture->error),
                     ERROR_USAGE);
    assert_int_equal(order_refuse_fields(fixture->order, NULL, TEXT("x"), NULL, 0, &fixture->error),
                     ERROR_USAGE);
    assert_int_equal(order_remap_object(fixture->order, &fixture->known, &nowhere, &fixture->error),
                     ERROR_USAGE);
    assert_null(fixture->known.answers);
    assert_null(fixture->created.answers);
}

static void test_order_remap_object__finds_the_change_by_the_old_pair(void **state)
{
    struct fixture *fixture = *state;
    struct report_remap remap = {TEXT("Contact"), TEXT("C5"), TEXT("Person"), TEXT_ABSENT};
    const struct order_answer *answer = NULL;

    assert_int_equal(order_remap_object(fixture->order, NULL, &remap, &fixture->error), ERROR_NONE);
    answer = fixture->known.answers;
    assert_int_equal(answer->kind, ANSWER_REMAPPED);
    assert_true(text_equal(answer->old_object, TEXT("Contact")));
    assert_true(text_equal(answer->old_id, TEXT("C5")));
    assert_true(text_equal(answer->object, TEXT("Person")));
    assert_true(text_equal(answer->id, TEXT("C5")));
    /* Keyed by both: the same id of another object is another record. */
    remap.old_object = TEXT("Lead");
    assert_int_equal(order_remap_object(fixture->order, NULL, &remap, &fixture->error),
                     ERROR_USAGE);
    assert_non_null(strstr(fixture->error.message, "'Lead:C5'"));
}

static void test_order_remap_object__takes_the_old_pair_from_the_change(void **state)
{
    struct fixture *fixture = *state;
    const struct report_remap remap = {TEXT_ABSENT, TEXT_ABSENT, TEXT("Person"), TEXT("P1")};

    assert_int_equal(order_remap_object(fixture->order, &fixture->known, &remap, &fixture->error),
                     ERROR_NONE);
    assert_true(text_equal(fixture->known.answers->old_object, TEXT("Contact")));
    assert_true(text_equal(fixture->known.answers->old_id, TEXT("C5")));
    assert_true(text_equal(fixture->known.answers->id, TEXT("P1")));
    /* What was to be created has no old id; the answer counts all the same (ref_random_017). */
    assert_int_equal(order_remap_object(fixture->order, &fixture->created, &remap, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(fixture->created.answers->kind, ANSWER_REMAPPED);
    assert_true(text_is_empty(fixture->created.answers->old_id));
}

static void test_order_answers__are_made_durable_one_by_one(void **state)
{
    struct fixture *fixture = *state;

    fixture->order->answered = note_answer;
    fixture->order->answered_context = &fixture->told;
    assert_int_equal(order_delete_object(fixture->order, &fixture->known, &fixture->error),
                     ERROR_NONE);
    assert_int_equal(fixture->told.count, 1);
    assert_ptr_equal(fixture->told.change, &fixture->known);
    assert_ptr_equal(fixture->told.answer, fixture->known.answers);
    fixture->told.refuse = true;
    assert_int_equal(
        order_retry_because(fixture->order, &fixture->created, true, TEXT_ABSENT, &fixture->error),
        ERROR_STORE);
    /* It was given all the same. */
    assert_int_equal(fixture->created.answers->kind, ANSWER_RETRY);
    /* What is refused is not told. */
    assert_int_equal(order_delete_object(fixture->order, NULL, &fixture->error), ERROR_USAGE);
    assert_int_equal(fixture->told.count, 2);
}

static void test_order_answers__without_memory_say_so(void **state)
{
    struct arena *arena = arena_new(16384);
    struct order_change change = {.object = TEXT("Contact"), .mapped_id = TEXT("5")};
    struct order *order = NULL;
    struct error error;
    enum error_code code = ERROR_NONE;

    (void)state;
    assert_int_equal(order_new(arena, SIDE_INTEGRATION, &order, &error), ERROR_NONE);
    assert_int_equal(order_add(order, &change, &error), ERROR_NONE);
    for (int i = 0; i < 1000 && !code; i++) {
        code =
            order_refuse_fields(order, &change, TEXT("a message that takes room"), NULL, 0, &error);
    }
    assert_int_equal(code, ERROR_MEMORY);
    arena_free(arena);
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static enum error_code belongs_to_nine(void *context, struct text object, struct text id,
                                       struct order_link *owner, struct error *error)
{
    (void)context, (void)error, (void)object;
    if (text_equal(id, TEXT("C9")))
        *owner = (struct order_link){TEXT("contact"), TEXT("9")};
    return ERROR_NONE;
}

static void test_order__a_record_belongs_to_one_of_ours(void **state)
{
    struct fixture *fixture = *state;
    struct order_link owner;
    fixture->order->find_owner = belongs_to_nine;
    assert_int_equal(order_claim(fixture->order, &fixture->created, TEXT("Contact"), TEXT("C5"),
                                 &owner, &fixture->error),
                     ERROR_NONE);
    assert_true(text_equal(owner.id, TEXT("5")));
    assert_int_equal(order_claim(fixture->order, &fixture->created, TEXT("Contact"), TEXT("C9"),
                                 &owner, &fixture->error),
                     ERROR_NONE);
    assert_true(text_equal(owner.id, TEXT("9")));
    assert_int_equal(order_claim(fixture->order, &fixture->created, TEXT("Contact"), TEXT("C7"),
                                 &owner, &fixture->error),
                     ERROR_NONE);
    assert_true(text_is_absent(owner.id)); /* free, and taken from now on */
    assert_int_equal(order_claim(fixture->order, &fixture->known, TEXT("Contact"), TEXT("C7"),
                                 &owner, &fixture->error),
                     ERROR_NONE);
    assert_true(text_equal(owner.id, TEXT("6")));
    assert_int_equal(order_claim(fixture->order, &fixture->known, TEXT("Contact"), TEXT(""), &owner,
                                 &fixture->error),
                     ERROR_USAGE);
}

/* A try of a later version has the key of the first one: what it is made of does not change. */
static void test_journal_idempotency_key__is_made_of_what_it_always_was(void **state)
{
    struct fixture *fixture = *state;
    struct tracked_change tracked[] = {{.sequence = 12}, {.sequence = 3}};
    struct report_object reported = {.tracked = {tracked, 2}};
    struct base_version base_versions[] = {{.ours = 0}, {.ours = 0xabc}, {.ours = UINT64_MAX}};
    struct manual_object internal = {.field_count = 3};
    struct manual_entry entry = {.internal = &internal};
    char described[256], expected[64];
    struct text key = TEXT_ABSENT;

    fixture->known.reported = &reported;
    fixture->known.base_versions = base_versions;
    fixture->known.entry = &entry;
    assert_int_equal(journal_idempotency_key(fixture->arena, TEXT("store"), TEXT("test"),
                                             &fixture->known, &key, &fixture->error),
                     ERROR_NONE);
    const int length = snprintf(described, sizeof described,
                                "5:store4:test7:Contact2:C57:contact1:512:0:0:0,abc,"
                                "ffffffffffffffff,");
    const uint64_t first = text_hash((struct text){described, (size_t)length});
    snprintf(described + length, sizeof described - (size_t)length, "|%llx",
             (unsigned long long)first);
    snprintf(expected, sizeof expected, "%016llx%016llx", (unsigned long long)first,
             (unsigned long long)text_hash(text_of(described)));
    assert_true(text_equal(key, text_of(expected)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_order_change_of__by_object_and_senders_id),
        FIXTURE_TEST(test_order_change_of__of_several_kinds_the_first),
        FIXTURE_TEST(test_order_change_of__among_many),
        FIXTURE_TEST(test_order_answers__are_kept_in_the_order_given),
        FIXTURE_TEST(test_order_refuse_fields__without_a_message_says_so),
        FIXTURE_TEST(test_order_add_object_mapping__keeps_copies),
        FIXTURE_TEST(test_order_answers__refuse_wrong_arguments),
        FIXTURE_TEST(test_order_remap_object__finds_the_change_by_the_old_pair),
        FIXTURE_TEST(test_order_remap_object__takes_the_old_pair_from_the_change),
        FIXTURE_TEST(test_order_answers__are_made_durable_one_by_one),
        FIXTURE_TEST(test_order__a_record_belongs_to_one_of_ours),
        FIXTURE_TEST(test_journal_idempotency_key__is_made_of_what_it_always_was),
        cmocka_unit_test(test_order_answers__without_memory_say_so),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
