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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listing__json_has_the_keys_in_their_order),
        cmocka_unit_test(test_listing__the_table_has_the_headings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
