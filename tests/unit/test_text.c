/* text and buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"

static int make_arena(void **state)
{
    *state = arena_new(0);
    return *state ? 0 : -1;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_text__absent_is_not_empty(void **state)
{
    (void)state;
    assert_true(text_equal(TEXT_ABSENT, TEXT_ABSENT));
    assert_false(text_equal(TEXT_ABSENT, TEXT("")));
    assert_true(text_equal(TEXT(""), text_of("")));
    assert_true(text_is_absent(text_of(NULL)));
    assert_false(text_is_absent(TEXT("")));
    assert_true(text_is_empty(TEXT_ABSENT));
    assert_true(text_is_empty(TEXT("")));
    assert_false(text_is_empty(TEXT(" ")));
    assert_true(text_equal(text_trim(TEXT_ABSENT), TEXT_ABSENT));
}

static void test_text__compare(void **state)
{
    (void)state;
    assert_int_equal(text_compare(TEXT_ABSENT, TEXT("")), -1);
    assert_int_equal(text_compare(TEXT(""), TEXT_ABSENT), 1);
    assert_int_equal(text_compare(TEXT_ABSENT, TEXT_ABSENT), 0);
    assert_int_equal(text_compare(TEXT("a"), TEXT("b")), -1);
    assert_int_equal(text_compare(TEXT("ab"), TEXT("a")), 1);
    assert_int_equal(text_compare(TEXT("10"), TEXT("9")), -1);
    assert_int_equal(text_compare(TEXT("\xC3\xA9"), TEXT("z")), 1);
    assert_int_equal(text_compare(TEXT("a\0b"), TEXT("a\0c")), -1);
    assert_false(text_equal(TEXT("a\0b"), TEXT("a\0c")));
}

static void test_text__trim_and_prefix(void **state)
{
    (void)state;
    assert_true(text_equal(text_trim(TEXT(" \t\r\n\v\fa b \n")), TEXT("a b")));
    assert_true(text_equal(text_trim(TEXT("  ")), TEXT("")));
    /* A no-break space is not an ASCII blank. */
    assert_true(text_equal(text_trim(TEXT("\xC2\xA0"
                                          "a")),
                           TEXT("\xC2\xA0"
                                "a")));
    assert_true(text_starts_with(TEXT("dnc_email"), TEXT("dnc_")));
    assert_true(text_starts_with(TEXT("a"), TEXT("")));
    assert_false(text_starts_with(TEXT("dn"), TEXT("dnc_")));
    assert_false(text_starts_with(TEXT_ABSENT, TEXT("")));
}

static void test_text__copy_and_format(void **state)
{
    struct text text = TEXT_ABSENT;
    char source[] = "a\0b";

    assert_int_equal(text_copy(*state, (struct text){source, 3}, &text, NULL), ERROR_NONE);
    source[0] = 'x';
    assert_true(text_equal(text, TEXT("a\0b")));
    assert_int_equal(text.bytes[3], '\0');
    assert_int_equal(text_copy(*state, TEXT_ABSENT, &text, NULL), ERROR_NONE);
    assert_true(text_is_absent(text));
    assert_int_equal(text_copy(*state, TEXT(""), &text, NULL), ERROR_NONE);
    assert_false(text_is_absent(text));
    assert_int_equal(text_format(*state, &text, NULL, "%s=%d", "k", 7), ERROR_NONE);
    assert_true(text_equal(text, TEXT("k=7")));
}

static void test_text__no_memory_is_an_error(void **state)
{
    struct arena *small = arena_new(64);
    struct text text = TEXT("before");
    struct error error;

    (void)state;
    assert_int_equal(text_format(small, &text, &error, "%0100d", 1), ERROR_MEMORY);
    assert_true(text_is_absent(text));
    assert_int_equal(error.code, ERROR_MEMORY);
    text = TEXT("before");
    assert_int_equal(text_copy(small, (struct text){error.message, 64}, &text, &error),
                     ERROR_MEMORY);
    assert_true(text_is_absent(text));
    arena_free(small);
}

static void test_text__utf8(void **state)
{
    static const char *const good[] = {"",
                                       "a",
                                       "\xC3\xA9",
                                       "\xE2\x82\xAC",
                                       "\xF0\x9F\x98\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xF4\x8F\xBF\xBF",
                                       "sixteen ASCII ab\xC3\xA9 eight ab"};
    static const char *const bad[] = {
        "\x80",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x80\x80",     "\xC3",
        "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82",
        "a\xFF",        "\xE2\x28\xA1",     "eight ab\xC3",     "seven a\x80"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(text_is_utf8(text_of(good[i])));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(text_is_utf8(text_of(bad[i])));
    }
    assert_int_equal(text_characters(TEXT("a\xC3\xA9\xF0\x9F\x98\x80")), 3);
    assert_int_equal(text_characters(TEXT_ABSENT), 0);
}

static void test_text__fold(void **state)
{
    static const char *const cases[][2] = {
        {" Kim@Example.TEST ", "kim@example.test"},
        {"STRASSE", "strasse"},
        {"Stra\xC3\x9F"
         "e",
         "strasse"},
        {"\xCE\xA3\xCF\x82", "\xCF\x83\xCF\x83"},
        {"\xC4\xB0", "i\xCC\x87"},
        /* composed and decomposed are one */
        {"\xC3\x89", "\xC3\xA9"},
        {"E\xCC\x81", "\xC3\xA9"},
        /* blanks of every kind and invisible characters at the ends */
        {"\xC2\xA0Kim\xE2\x80\x8B\xEF\xBB\xBF", "kim"},
        {"\xEF\xBC\xAB\xC4\xB1m", "k\xC4\xB1m"},
        /* a variation selector, a filler, a joiner of graphemes */
        {"kim\xEF\xB8\x8F", "kim"},
        {"\xE3\x85\xA4kim\xCD\x8F", "kim"},
        /* not UTF-8: as ASCII */
        {"A\xFF"
         "B",
         "a\xFF"
         "b"},
        {"", ""},
    };
    struct text folded = TEXT_ABSENT;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(text_fold(*state, text_of(cases[i][0]), &folded, NULL), ERROR_NONE);
        assert_int_equal(folded.bytes[folded.length], '\0');
        assert_string_equal(folded.bytes, cases[i][1]);
    }
    assert_int_equal(text_fold(*state, TEXT_ABSENT, &folded, NULL), ERROR_NONE);
    assert_true(text_is_absent(folded));
}

static void test_text__integers(void **state)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1",
                                      "--1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999"};
    int64_t integer = 5;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(text_to_integer(text_of(bad[i]), &integer));
        assert_int_equal(integer, 5);
    }
    assert_false(text_to_integer(TEXT_ABSENT, &integer));
    assert_true(text_to_integer(TEXT("9223372036854775807"), &integer));
    assert_true(integer == INT64_MAX);
    assert_true(text_to_integer(TEXT("-9223372036854775808"), &integer));
    assert_true(integer == INT64_MIN);
    assert_true(text_to_integer(TEXT("-007"), &integer));
    assert_int_equal(integer, -7);
    assert_true(text_to_integer(TEXT("+12"), &integer));
    assert_int_equal(integer, 12);
}

static void test_text__of_integer_is_read_back(void **state)
{
    static const int64_t integers[] = {0, 1, -1, 9, 10, -10, 1234567890123, INT64_MAX, INT64_MIN};
    struct arena *arena = *state;

    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        struct text text = TEXT_ABSENT;
        int64_t back = 5;
        assert_int_equal(text_of_integer(arena, integers[i], &text, NULL), ERROR_NONE);
        assert_true(text_to_integer(text, &back));
        assert_true(back == integers[i]);
        assert_int_equal(strlen(text.bytes), text.length);
    }
}

static void test_text__hash(void **state)
{
    (void)state;
    assert_true(text_hash(TEXT("a")) == text_hash(text_of("a")));
    assert_true(text_hash(TEXT("a")) != text_hash(TEXT("b")));
    /* XXH3 of nothing, as its authors give it: hashes are stored, so they must not change. */
    assert_true(text_hash(TEXT("")) == UINT64_C(0x2D06800538D394C2));
}

static void test_buffer__grows_to_its_ceiling(void **state)
{
    struct buffer buffer = BUFFER(1000);
    struct error error;

    (void)state;
    assert_true(text_equal(buffer_text(&buffer), TEXT("")));
    for (int i = 0; i < 100; i++) {
        assert_int_equal(buffer_append(&buffer, "0123456789", 10, NULL), ERROR_NONE);
        assert_int_equal(buffer.data[buffer.length], '\0');
    }
    assert_int_equal(buffer.length, 1000);
    assert_int_equal(buffer_append(&buffer, "x", 1, &error), ERROR_MEMORY);
    assert_int_equal(buffer_append_format(&buffer, &error, "%d", 1), ERROR_MEMORY);
    assert_int_equal(buffer.length, 1000);
    assert_int_equal(buffer_append(&buffer, "", 0, NULL), ERROR_NONE);
    buffer_clear(&buffer);
    assert_int_equal(buffer.length, 0);
    assert_string_equal(buffer.data, "");
    assert_int_equal(buffer_append_format(&buffer, NULL, "%s-%d", "a", 5), ERROR_NONE);
    assert_int_equal(buffer_append_text(&buffer, TEXT("\0z"), NULL), ERROR_NONE);
    assert_int_equal(buffer_append_text(&buffer, TEXT_ABSENT, NULL), ERROR_NONE);
    assert_true(text_equal(buffer_text(&buffer), TEXT("a-5\0z")));
    buffer_release(&buffer);
    assert_null(buffer.data);
    buffer_release(&buffer);
}

/* Whole words are looked at: a byte must be found wherever it stands. */
static void test_text_is_ascii__finds_a_byte_at_any_place(void **state)
{
    char bytes[24];

    (void)state;
    for (size_t length = 0; length <= sizeof bytes; length++) {
        memset(bytes, 'a', sizeof bytes);
        assert_true(text_is_ascii((struct text){bytes, length}));
        for (size_t at = 0; at < sizeof bytes; at++) {
            memset(bytes, 'a', sizeof bytes);
            bytes[at] = (char)0x80;
            assert_int_equal(text_is_ascii((struct text){bytes, length}), at >= length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_ascii__finds_a_byte_at_any_place),
        cmocka_unit_test(test_text__absent_is_not_empty),
        cmocka_unit_test(test_text__compare),
        cmocka_unit_test(test_text__trim_and_prefix),
        cmocka_unit_test_setup_teardown(test_text__copy_and_format, make_arena, drop_arena),
        cmocka_unit_test(test_text__no_memory_is_an_error),
        cmocka_unit_test(test_text__utf8),
        cmocka_unit_test_setup_teardown(test_text__fold, make_arena, drop_arena),
        cmocka_unit_test(test_text__integers),
        cmocka_unit_test_setup_teardown(test_text__of_integer_is_read_back, make_arena, drop_arena),
        cmocka_unit_test(test_text__hash),
        cmocka_unit_test(test_buffer__grows_to_its_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
