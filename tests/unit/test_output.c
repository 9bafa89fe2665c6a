#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/show/output.h"

static char *printed;
static size_t printed_size;

static FILE *begin(void)
{
    FILE *const stream = open_memstream(&printed, &printed_size);
    assert_non_null(stream);
    return stream;
}

static void finish(FILE *stream, const char *expected)
{
    fclose(stream);
    assert_string_equal(printed, expected);
    free(printed);
    printed = NULL;
}

static void test_output__control_bytes_are_escaped(void **state)
{
    (void)state;
    FILE *const stream = begin();
    terminal_text(stream, TEXT("a\033[31m\nb\tc\x7f\xc3\xa9"));
    finish(stream, "a\\x1b[31m\\nb\\tc\\x7f\xc3\xa9");
}

static void test_output__table_is_aligned_by_characters(void **state)
{
    (void)state;
    struct error error;
    struct table table = {.columns = 0};
    table_heading(&table, TEXT("name"));
    table_heading(&table, TEXT(">count"));
    table_heading(&table, TEXT("note"));
    table_cell(&table, TEXT("Zo\xc3\xab"));
    table_format(&table, "%d", 7);
    table_cell(&table, TEXT("x"));
    table_cell(&table, TEXT("Robert"));
    table_format(&table, "%d", 12345678);
    table_cell(&table, TEXT(""));
    FILE *const stream = begin();
    assert_int_equal(table_print(&table, stream, &error), ERROR_NONE);
    finish(stream, "name       count  note\n"
                   "Zo\xc3\xab            7  x\n"
                   "Robert  12345678\n");
}

static void test_output__json_of_texts(void **state)
{
    (void)state;
    json_t *json = value_json_text(TEXT_ABSENT);
    assert_true(json_is_null(json));
    json_decref(json);
    json = value_json_text(TEXT("a\0b"));
    assert_int_equal(json_string_length(json), 3);
    json_decref(json);
    json = value_json_text(TEXT("a\xff"));
    assert_string_equal(json_string_value(json), "a?");
    json_decref(json);
    json = value_json_instant(INSTANT_NONE);
    assert_true(json_is_null(json));
    json_decref(json);
    json = value_json_instant(1500);
    assert_string_equal(json_string_value(json), "1970-01-01T00:00:01.500Z");
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output__control_bytes_are_escaped),
        cmocka_unit_test(test_output__table_is_aligned_by_characters),
        cmocka_unit_test(test_output__json_of_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
