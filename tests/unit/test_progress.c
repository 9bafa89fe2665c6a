/* progress: what the line says of counts, rate and the time that is left. */
#include "cli/show/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct manual_object contact = {.name = {"Contact", 7}, .index = 0};
static const struct manual_object account = {.name = {"Account", 7}, .index = 1};

/* A run of which page after page is reported. */
struct fixture {
    struct progress progress;
    struct request_object asked[2];
    struct request request;
    struct report_object object;
    struct report_object *objects[1000];
    struct report_total totals[2];
    struct report report;
    char line[PROGRESS_LINE];
};

static void begin(struct fixture *fixture, size_t object_count)
{
    *fixture = (struct fixture){.asked = {{.object = &contact}, {.object = &account}},
                                .object = {.object = &contact}};
    fixture->request = (struct request){
        .side = SIDE_INTEGRATION, .objects = fixture->asked, .object_count = object_count};
    fixture->report = (struct report){
        .request = &fixture->request, .objects = fixture->objects, .totals = fixture->totals};
    for (size_t i = 0; i < 1000; i++)
        fixture->objects[i] = &fixture->object;
    progress_init(&fixture->progress, TEXT("crm"), NULL);
}

static void page(struct fixture *fixture, unsigned iteration, size_t count, int64_t now)
{
    fixture->request.iteration = iteration;
    fixture->report.object_count = count;
    progress_note_request(&fixture->progress, &fixture->request, now - 10);
    progress_note_report(&fixture->progress, &fixture->report, now);
}

static const char *line_at(struct fixture *fixture, int64_t now)
{
    progress_line(&fixture->progress, now, fixture->line);
    return fixture->line;
}

static void test_progress__nothing_before_the_first_request(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    assert_string_equal(line_at(&fixture, 1000), "");
}

static void test_progress__no_numbers_before_the_first_page(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    page(&fixture, 1, 0, 10000);
    assert_string_equal(line_at(&fixture, 10000), "crm: pull begins");
}

static void test_progress__counts_and_rate_without_a_total(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    page(&fixture, 1, 100, 10000);
    assert_string_equal(line_at(&fixture, 10100),
                        "crm: pull 100: 0 created, 0 updated, 0 unchanged");
    page(&fixture, 2, 100, 12000);
    fixture.progress.outcomes[OUTCOME_CREATED] = 150;
    fixture.progress.outcomes[OUTCOME_FAILED] = 2;
    assert_string_equal(
        line_at(&fixture, 11990),
        "crm: pull 200, 100/s: 150 created, 0 updated, 0 unchanged, 2 need attention");
}

static void test_progress__says_how_long_with_a_total(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    fixture.totals[0] = (struct report_total){&contact, 20000};
    fixture.report.total_count = 1;
    page(&fixture, 1, 100, 10000);
    page(&fixture, 2, 100, 12000);
    assert_string_equal(line_at(&fixture, 11990), "crm: pull 200 of 20000 (1%), 100/s, 3 min left: "
                                                  "0 created, 0 updated, 0 unchanged");
}

static void test_progress__one_object_without_a_total_makes_no_estimate(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 2);
    fixture.totals[0] = (struct report_total){&contact, 20000};
    fixture.report.total_count = 1;
    page(&fixture, 1, 100, 10000);
    page(&fixture, 2, 100, 12000);
    assert_null(strstr(line_at(&fixture, 11990), "left"));
    assert_null(strstr(fixture.line, "of 20000"));
}

static void test_progress__a_resumed_run_counts_the_pages_before_it(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    fixture.totals[0] = (struct report_total){&contact, 2000};
    fixture.report.total_count = 1;
    page(&fixture, 11, 100, 10000);
    page(&fixture, 12, 100, 12000);
    assert_non_null(strstr(line_at(&fixture, 11990), "1200 of 2000 (60%), 100/s, 8 s left"));
}

static void test_progress__never_more_than_all(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    fixture.totals[0] = (struct report_total){&contact, 50};
    fixture.report.total_count = 1;
    page(&fixture, 1, 100, 10000);
    page(&fixture, 2, 100, 12000);
    assert_non_null(strstr(line_at(&fixture, 12000), "pull 200 of 200 (100%)"));
    assert_null(strstr(fixture.line, "left"));
}

static void test_progress__a_push_begins_at_zero(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    page(&fixture, 1, 100, 10000);
    fixture.request.side = SIDE_INTERNAL;
    page(&fixture, 1, 7, 12000);
    assert_string_equal(line_at(&fixture, 12000), "crm: push 7: 0 created, 0 updated, 0 unchanged");
}

static void test_progress__what_a_relation_needs_is_not_the_window(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1);
    page(&fixture, 1, 100, 10000);
    fixture.request.depth = 1;
    page(&fixture, 1, 5, 10100);
    assert_non_null(strstr(line_at(&fixture, 10100), "crm: pull 100:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_progress__nothing_before_the_first_request),
        cmocka_unit_test(test_progress__no_numbers_before_the_first_page),
        cmocka_unit_test(test_progress__counts_and_rate_without_a_total),
        cmocka_unit_test(test_progress__says_how_long_with_a_total),
        cmocka_unit_test(test_progress__one_object_without_a_total_makes_no_estimate),
        cmocka_unit_test(test_progress__a_resumed_run_counts_the_pages_before_it),
        cmocka_unit_test(test_progress__never_more_than_all),
        cmocka_unit_test(test_progress__a_push_begins_at_zero),
        cmocka_unit_test(test_progress__what_a_relation_needs_is_not_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
