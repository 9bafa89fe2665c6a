/* JSON that a strict reader refuses for one value of one record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "script/convert/json_mend.h"

#define DAMAGED "\xEF\xBF\xBD"

static void assert_mended(const char *json, size_t length, const char *expected)
{
    struct buffer mended = BUFFER(4096);
    struct error error = {.code = ERROR_NONE};
    assert_int_equal(json_mend((struct text){json, length}, &mended, &error), ERROR_NONE);
    assert_string_equal(mended.data, expected);
    buffer_release(&mended);
}

#define MENDED(json, expected) assert_mended(json, sizeof json - 1, expected)

static void test_json_mend__leaves_alone_what_is_right(void **state)
{
    (void)state;
    static const char fine[] = "{\"a\": [1, -2.5e3, true, null, \"\\ud83d\\ude00 \\\" \\\\\"], "
                               "\"NaN\": \"Infinity\", \"n\": 9223372036854775807}";
    MENDED(fine, fine);
}

static void test_json_mend__texts(void **state)
{
    (void)state;
    MENDED("[\"a\\ud83d\"]", "[\"a" DAMAGED "\"]");
    MENDED("[\"a\\ude00b\"]", "[\"a" DAMAGED "b\"]");
    MENDED("[\"\\ud83d\\u0041\"]", "[\"" DAMAGED "\\u0041\"]");
    MENDED("[\"M\xFCller\"]", "[\"M" DAMAGED "ller\"]");
    MENDED("[\"\xED\xA0\xBD\"]", "[\"" DAMAGED DAMAGED DAMAGED "\"]");
    MENDED("[\"a\tb\"]", "[\"a\\u0009b\"]");
    MENDED("\xEF\xBB\xBF[]", "[]");
    MENDED("{\"a\\u0000b\" : \"c\\u0000\", \"d\\\":\": 1}",
           "{\"a" DAMAGED "b\" : \"c\\u0000\", \"d\\\":\": 1}");
    MENDED("{\"a\0b\": \"c\0\"}", "{\"a" DAMAGED "b\": \"c\\u0000\"}");
}

static void test_json_mend__numbers(void **state)
{
    (void)state;
    MENDED("[12345678901234567890123]", "[\"12345678901234567890123\"]");
    MENDED("[-9223372036854775809]", "[\"-9223372036854775809\"]");
    MENDED("[1e400, -1e400]", "[\"" DAMAGED "\", \"" DAMAGED "\"]");
    MENDED("[NaN, Infinity, -Infinity]", "[\"" DAMAGED "\", \"" DAMAGED "\", \"" DAMAGED "\"]");
}

/* An answer that cannot be read as a whole stays one. */
static void test_json_mend__what_is_no_json_stays_so(void **state)
{
    (void)state;
    static const char *const broken[] = {"", "{\"a\": ", "<html>", "[\"a", "[1,]", "\"\\", "{]"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct buffer mended = BUFFER(4096);
        assert_int_equal(json_mend(text_of(broken[i]), &mended, NULL), ERROR_NONE);
        assert_null(mended.length ? json_loadb(mended.data, mended.length, 0, NULL) : NULL);
        buffer_release(&mended);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_mend__leaves_alone_what_is_right),
        cmocka_unit_test(test_json_mend__texts),
        cmocka_unit_test(test_json_mend__numbers),
        cmocka_unit_test(test_json_mend__what_is_no_json_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
