#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/show/summary_output.h"

/* The shape is a promise: names, order and types, as design section 4 has them. */
static void test_summary_output__json(void **state)
{
    (void)state;
    const struct run_summary summary = {
        .status = RUN_DONE_WITH_ISSUES,
        .integration = TEXT("helloworld"),
        .from = INSTANT_NONE,
        .to = 1000,
        .pull = {.iterations = 1,
                 .reported = 2,
                 .created = 3,
                 .updated = 4,
                 .unchanged = 5,
                 .skipped = 6,
                 .conflicts = {7, 8, 9},
                 .deleted = 1,
                 .unlinked = 2,
                 .overwritten = {26, 27},
                 .contradicting = 28},
        .push = {.iterations = 10,
                 .reported = 11,
                 .created = 12,
                 .updated = 13,
                 .deleted = 14,
                 .retried = 15,
                 .issues = 16},
    };
    const struct script_version version = {
        .name = TEXT("helloworld"), .version = TEXT("1.0.0"), .sha256 = "abc"};
    const struct matter_count matters[] = {
        {.reason = MATTER_WITHHELD, .open = 22, .met = 23},
        {.reason = MATTER_HELD, .open = 24, .met = 25},
    };
    const struct summary_facts facts = {
        .run = 12,
        .summary = &summary,
        .http = {.requests = 17, .writes = 1, .retries = 18, .bytes_in = 19, .bytes_out = 20},
        .scripts = &version,
        .seconds = 0.5,
        .matters = matters,
        .matter_count = 2,
        .left_out = 21,
    };
    json_t *const json = summary_output_json(&facts);
    assert_non_null(json);
    char *const text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
    assert_string_equal(
        text, "{\"integration\":\"helloworld\",\"run\":12,\"status\":\"done_with_issues\","
              "\"window\":{\"from\":null,\"to\":\"1970-01-01T00:00:01Z\"},"
              "\"pull\":{\"iterations\":1,\"reported\":2,\"created\":3,\"updated\":4,"
              "\"unchanged\":5,\"skipped\":6,"
              "\"conflicts\":{\"internal\":7,\"integration\":8,\"unresolved\":9},"
              "\"deleted\":1,\"unlinked\":2,"
              "\"overwritten\":{\"internal\":26,\"integration\":27},"
              "\"contradicting\":28},"
              "\"push\":{\"iterations\":10,\"reported\":11,\"created\":12,\"updated\":13,"
              "\"deleted\":14,\"retried\":15,\"issues\":16},"
              "\"left_out\":21,\"open\":{\"refused\":0,\"withheld\":23,\"not_kept\":0,"
              "\"held\":25,\"ambiguous\":0,\"doubtful\":0,\"deleted_and_edited\":0,\"loop\":0,"
              "\"merge\":0},\"open_in_all\":46,"
              "\"http\":{\"requests\":17,\"retries\":18,\"bytes_in\":19,\"bytes_out\":20},"
              "\"scripts\":{\"name\":\"helloworld\",\"version\":\"1.0.0\",\"sha256\":\"abc\"},"
              "\"seconds\":0.5,\"error\":null,\"error_code\":null}");
    free(text);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_summary_output__json)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
