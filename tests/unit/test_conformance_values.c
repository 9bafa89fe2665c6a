/*
 * The unit cases of the conformance suite that concern values: each case of
 * tests/conformance/cases/units/{normalize,equal,fits,moments,dnc}.json.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "conformance/json_value.h"

static const char cases_folder[] = TANDEM_SOURCE_DIR "/tests/conformance/cases/units/";

/* Does the case hold? If not, *actual says what came out instead. */
typedef bool case_check(struct arena *arena, const json_t *input, const json_t *expected,
                        json_t **actual);

static void print_difference(const char *id, const json_t *input, const json_t *expected,
                             const json_t *actual)
{
    char *texts[3] = {json_dumps(input, JSON_ENCODE_ANY | JSON_COMPACT),
                      json_dumps(expected, JSON_ENCODE_ANY | JSON_COMPACT),
                      json_dumps(actual, JSON_ENCODE_ANY | JSON_COMPACT)};

    print_error("%s: %s: expected %s, got %s\n", id, texts[0], texts[1],
                texts[2] ? texts[2] : "nothing");
    for (size_t i = 0; i < 3; i++) {
        free(texts[i]);
    }
}

static void run_cases(const char *file, size_t least, case_check *check)
{
    char path[1024];
    json_error_t problem;
    json_t *root = NULL;
    json_t *one = NULL;
    struct arena *arena = arena_new(0);
    size_t index = 0;
    size_t differences = 0;

    snprintf(path, sizeof(path), "%s%s", cases_folder, file);
    root = json_load_file(path, JSON_ALLOW_NUL, &problem);
    if (!root) {
        fail_msg("cannot read '%s': %s", path, problem.text);
    }
    /* A file that was emptied by mistake must not pass. */
    assert_true(json_array_size(json_object_get(root, "cases")) >= least);
    json_array_foreach(json_object_get(root, "cases"), index, one)
    {
        const json_t *expected = json_object_get(one, "expected");
        json_t *actual = NULL;

        if (!check(arena, json_object_get(one, "input"), expected, &actual)) {
            differences++;
            print_difference(json_string_value(json_object_get(one, "id")),
                             json_object_get(one, "input"), expected, actual);
        }
        json_decref(actual);
        arena_clear(arena);
    }
    json_decref(root);
    arena_free(arena);
    assert_int_equal(differences, 0);
}

static enum value_type type_of(const json_t *json)
{
    return value_type_of_name(json_value_text(json_object_get(json, "type")));
}

/* Normalize {"type", "value"}, which must be readable. */
static struct value value_of(struct arena *arena, const json_t *json)
{
    struct value value;
    bool readable = false;

    assert_int_equal(json_value_normalize(arena, json_object_get(json, "value"), type_of(json),
                                          &value, &readable, NULL),
                     ERROR_NONE);
    assert_true(readable);
    return value;
}

static bool check_normalize(struct arena *arena, const json_t *input, const json_t *expected,
                            json_t **actual)
{
    struct value value;
    bool readable = false;

    assert_int_equal(json_value_normalize(arena, json_object_get(input, "value"), type_of(input),
                                          &value, &readable, NULL),
                     ERROR_NONE);
    if (!readable) {
        *actual = json_string("unreadable");
        assert_int_equal(value.kind, VALUE_NULL);
        return json_is_true(json_object_get(expected, "unreadable"));
    }
    *actual = value_json_of(&value);
    assert_int_equal(value.type, type_of(input));
    return json_object_get(expected, "value") &&
           json_value_equal(*actual, json_object_get(expected, "value"));
}

static bool check_equal(struct arena *arena, const json_t *input, const json_t *expected,
                        json_t **actual)
{
    struct value left = value_of(arena, json_object_get(input, "a"));
    struct value right = value_of(arena, json_object_get(input, "b"));
    bool equal = value_equal(&left, &right);

    *actual = json_boolean(equal);
    /* Both ways, and with fingerprints that agree. */
    return equal == json_is_true(expected) && equal == value_equal(&right, &left) &&
           equal == (value_fingerprint(&left) == value_fingerprint(&right));
}

static bool check_fits(struct arena *arena, const json_t *input, const json_t *expected,
                       json_t **actual)
{
    const json_t *field_json = json_object_get(input, "field");
    struct field_schema field = {.type = type_of(field_json)};
    struct value value = value_of(arena, input);
    struct value stored;
    enum field_verdict verdict = FIELD_FITS;

    field.limit = (int)json_integer_value(json_object_get(field_json, "limit"));
    assert_int_equal(value_fit(arena, &field, &value, &stored, &verdict, NULL), ERROR_NONE);
    if (verdict != FIELD_FITS) {
        *actual = json_string(verdict == FIELD_TOO_LONG ? "too_long" : "wrong_type");
        return json_equal(*actual, json_object_get(expected, "refused"));
    }
    assert_int_equal(stored.type, field.type);
    *actual = value_json_of(&stored);
    return json_object_get(expected, "stored") &&
           json_value_equal(*actual, json_object_get(expected, "stored"));
}

static bool check_moment(struct arena *arena, const json_t *input, const json_t *expected,
                         json_t **actual)
{
    instant now = json_value_instant(json_object_get(input, "now"));
    instant at = INSTANT_NONE;

    (void)arena;
    assert_true(now != INSTANT_NONE);
    *actual = instant_parse_moment(json_value_text(json_object_get(input, "text")), now, &at)
                  ? value_json_instant(at)
                  : json_string("refused");
    return json_equal(*actual, expected);
}

static bool check_dnc(struct arena *arena, const json_t *input, const json_t *expected,
                      json_t **actual)
{
    struct value value = value_of(arena, input);
    int reason = -1;

    *actual = value_do_not_contact(&value, &reason) ? json_integer(reason) : json_string("refused");
    return json_equal(*actual, expected);
}

static void test_conformance__normalize(void **state)
{
    (void)state;
    run_cases("normalize.json", 984, check_normalize);
}

static void test_conformance__equal(void **state)
{
    (void)state;
    run_cases("equal.json", 180, check_equal);
}

static void test_conformance__fits(void **state)
{
    (void)state;
    run_cases("fits.json", 201, check_fits);
}

static void test_conformance__moments(void **state)
{
    (void)state;
    run_cases("moments.json", 24, check_moment);
}

static void test_conformance__do_not_contact(void **state)
{
    (void)state;
    run_cases("dnc.json", 20, check_dnc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conformance__normalize),
        cmocka_unit_test(test_conformance__equal),
        cmocka_unit_test(test_conformance__fits),
        cmocka_unit_test(test_conformance__moments),
        cmocka_unit_test(test_conformance__do_not_contact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
