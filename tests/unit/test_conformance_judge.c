/*
 * The unit cases of the conformance suite that concern the judge:
 * tests/conformance/cases/units/judge_NN.json.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conformance/json_value.h"
#include "model/judge.h"

#define UNITS TANDEM_SOURCE_DIR "/tests/conformance/cases/units/"
static const char *const cases_paths[] = {UNITS "judge_00.json", UNITS "judge_01.json",
                                          UNITS "judge_02.json"};

/* {"type", "value"} as a side would have reported it. */
static void read_value(struct arena *arena, const json_t *json, struct value *value)
{
    struct error error;
    bool readable = false;
    enum value_type type = value_type_of_name(json_value_text(json_object_get(json, "type")));

    assert_int_equal(
        json_value_normalize(arena, json_object_get(json, "value"), type, value, &readable, &error),
        ERROR_NONE);
    assert_true(readable);
}

static struct judge_side read_testimony(struct arena *arena, const json_t *json,
                                        struct value *value)
{
    read_value(arena, json_object_get(json, "value"), value);
    return (struct judge_side){.value = value,
                               .fingerprint = value_fingerprint(value),
                               .certain = json_value_instant(json_object_get(json, "certain")),
                               .possible = json_value_instant(json_object_get(json, "possible"))};
}

static bool case_holds(struct arena *arena, const json_t *one, bool in_order)
{
    const json_t *input = json_object_get(one, "input");
    const json_t *base_json = json_object_get(input, "base");
    const char *expected = json_string_value(json_object_get(one, "expected"));
    struct value left_value, right_value, base_value;
    struct judge_side left = read_testimony(arena, json_object_get(input, "left"), &left_value);
    struct judge_side right = read_testimony(arena, json_object_get(input, "right"), &right_value);
    struct judge judge = {.mode_count = 1};
    struct base base = {0};
    enum verdict verdict = VERDICT_UNRESOLVED;

    assert_true(
        judge_mode_of_name(json_value_text(json_object_get(input, "mode")), &judge.modes[0]));
    if (base_json && !json_is_null(base_json)) {
        read_value(arena, base_json, &base_value);
        base.ours = base.theirs = value_fingerprint(&base_value);
    }
    verdict = in_order ? judge_adjudicate(&judge, &left, &right, base, NULL)
                       : judge_by_mode(judge.modes[0], &left, &right, base);
    /* "equal values: left": the cases have no word for equal. */
    if (verdict == VERDICT_EQUAL) {
        verdict = VERDICT_LEFT;
    }
    if (strcmp(judge_verdict_name(verdict), expected) == 0) {
        return true;
    }
    print_error("%s: expected %s, got %s\n", json_string_value(json_object_get(one, "id")),
                expected, judge_verdict_name(verdict));
    return false;
}

static size_t run_file(const char *path, bool in_order)
{
    json_error_t problem;
    json_t *root = json_load_file(path, 0, &problem);
    const json_t *one = NULL;
    struct arena *arena = arena_new(0);
    size_t index = 0;
    size_t differences = 0;

    if (!root) {
        fail_msg("cannot read '%s': %s", path, problem.text);
    }
    assert_non_null(arena);
    /* A file that was emptied by mistake must not pass. */
    assert_true(json_array_size(json_object_get(root, "cases")) >= 200);
    json_array_foreach(json_object_get(root, "cases"), index, one)
    {
        differences += !case_holds(arena, one, in_order);
        arena_clear(arena);
    }
    arena_free(arena);
    json_decref(root);
    return differences;
}

static void run_cases(bool in_order)
{
    size_t differences = 0;

    for (size_t i = 0; i < sizeof cases_paths / sizeof *cases_paths; i++) {
        differences += run_file(cases_paths[i], in_order);
    }
    assert_int_equal(differences, 0);
}

static void test_conformance_judge__each_mode_alone(void **state)
{
    (void)state;
    run_cases(false);
}

static void test_conformance_judge__as_the_only_mode(void **state)
{
    (void)state;
    run_cases(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conformance_judge__each_mode_alone),
        cmocka_unit_test(test_conformance_judge__as_the_only_mode),
    };
    return cmocka_run_group_tests_name("conformance: judge", tests, NULL, NULL);
}
