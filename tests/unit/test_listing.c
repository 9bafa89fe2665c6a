/* One table of columns describes a list for people and for programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/show/listing.h"

struct thing {
    struct text name;
    instant at;
    uint64_t count;
    bool flag, mark;
    struct text version, notes;
    int64_t run;
};

static const char *words(const void *item)
{
    return ((const struct thing *)item)->flag ? "set" : NULL;
}

static const struct listing_column columns[] = {
    LISTING_MEMBER("name", "name", TEXT, struct thing, name),
    LISTING_MEMBER("at", "at", INSTANT, struct thing, at),
    LISTING_MEMBER(">n", "count", COUNT, struct thing, count),
    LISTING_MEMBER("flag", "flag", FLAG, struct thing, flag),
    LISTING_MEMBER("mark", NULL, MARK, struct thing, mark),
    {.heading = NULL, .key = "words", .type = LISTING_WORDS, .words = words},
};

static const struct thing things[] = {
    {.name = {"a\tb", 3}, .at = 0, .count = 12, .flag = true, .mark = true},
    {.at = INSTANT_NONE},
};

static void test_listing__json_has_the_keys_in_their_order(void **state)
{
    (void)state;
    const struct listing listing = LISTING(columns, things, 2);
    json_t *const json = listing_json(&listing);
    char *const text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text,
                        "[{\"name\":\"a\\tb\",\"at\":\"1970-01-01T00:00:00Z\",\"count\":12,"
                        "\"flag\":true,\"words\":\"set\"},"
                        "{\"name\":null,\"at\":null,\"count\":0,\"flag\":false,\"words\":null}]");
    free(text);
    json_decref(json);
}

static void test_listing__the_table_has_the_headings(void **state)
{
    (void)state;
    const struct listing listing = LISTING(columns, things, 2);
    struct error error = {.code = ERROR_NONE};
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    assert_int_equal(listing_print(&listing, stream, &error), ERROR_NONE);
    fclose(stream);
    assert_string_equal(text, "name  at                    n  flag  mark\n"
                              "a\\tb  1970-01-01 00:00:00  12  yes   yes\n"
                              "      -                     0  no\n");
    free(text);
}

static const struct listing_column further_columns[] = {
    LISTING_MEMBER("version", "version", DASHED, struct thing, version),
    LISTING_MEMBER(">run", "run", KEY, struct thing, run),
    LISTING_MEMBER(NULL, "notes", JSON, struct thing, notes),
};

static const struct thing further_things[] = {
    {.version = {"1.2", 3}, .run = 7, .notes = {"{\"a\":[1]}", 9}},
    {.notes = {"{", 1}},
};

static void test_listing__what_is_missing_is_null_or_a_dash(void **state)
{
    (void)state;
    const struct listing listing = LISTING(further_columns, further_things, 2);
    struct error error = {.code = ERROR_NONE};
    json_t *const json = listing_json(&listing);
    char *const dumped = json_dumps(json, JSON_COMPACT);
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    assert_string_equal(dumped, "[{\"version\":\"1.2\",\"run\":7,\"notes\":{\"a\":[1]}},"
                                "{\"version\":null,\"run\":null,\"notes\":null}]");
    assert_int_equal(listing_print(&listing, stream, &error), ERROR_NONE);
    fclose(stream);
    assert_string_equal(text, "version  run\n1.2        7\n-          -\n");
    free(text);
    free(dumped);
    json_decref(json);
}

static void count_cell(struct table *table, const json_t *row)
{
    table_format(table, "%zu", json_object_size(row));
}

static void test_listing__objects_of_json_are_a_table(void **state)
{
    (void)state;
    static const struct listing_member members[] = {
        {.heading = "name", .path = "name", .otherwise = "-"},
        {.heading = ">pulled", .path = "pull.reported", .otherwise = "-"},
        {.heading = ">seconds", .path = "seconds", .otherwise = "-"},
        {.heading = "held", .path = "held", .otherwise = ""},
        {.heading = ">size", .cell = count_cell},
    };
    struct error error = {.code = ERROR_NONE};
    json_t *const rows =
        json_loads("[{\"name\":\"a\",\"pull\":{\"reported\":12},\"seconds\":0.25,\"held\":true},"
                   "{\"name\":null,\"held\":false}]",
                   0, NULL);
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    assert_int_equal(listing_print_json(members, 5, rows, stream, &error), ERROR_NONE);
    fclose(stream);
    assert_string_equal(text, "name  pulled  seconds  held  size\n"
                              "a         12      0.2  yes      4\n"
                              "-          -        -           2\n");
    free(text);
    json_decref(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listing__json_has_the_keys_in_their_order),
        cmocka_unit_test(test_listing__the_table_has_the_headings),
        cmocka_unit_test(test_listing__what_is_missing_is_null_or_a_dash),
        cmocka_unit_test(test_listing__objects_of_json_are_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
