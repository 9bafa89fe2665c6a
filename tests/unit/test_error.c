/* error: filled completely, prefixed, cut at characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"

static void test_error__set_fills_everything(void **state)
{
    struct error error;

    (void)state;
    memset(&error, 0xFF, sizeof(error));
    assert_int_equal(error_set(&error, ERROR_STORE, "cannot open '%s'", "a.db"), ERROR_STORE);
    assert_int_equal(error.code, ERROR_STORE);
    assert_int_equal(error.scope, ERROR_SCOPE_RUN);
    assert_int_equal(error.retry, ERROR_RETRY_NEVER);
    assert_int_equal(error.detail, 0);
    assert_string_equal(error.message, "cannot open 'a.db'");
    assert_int_equal(error_set(NULL, ERROR_STORE, "nobody asks"), ERROR_STORE);
}

static void test_error__set_from_its_own_message(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, ERROR_STORE, "first");
    error_set(&error, ERROR_BUSY, "second after %s", error.message);
    assert_string_equal(error.message, "second after first");
}

static void test_error__prefix_keeps_the_rest(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, ERROR_TRANSPORT, "connection refused");
    error.scope = ERROR_SCOPE_OBJECT;
    error.retry = ERROR_RETRY_LATER;
    error.detail = 503;
    assert_int_equal(error_prefix(&error, "object '%d'", 12), ERROR_TRANSPORT);
    assert_string_equal(error.message, "object '12': connection refused");
    assert_int_equal(error.scope, ERROR_SCOPE_OBJECT);
    assert_int_equal(error.retry, ERROR_RETRY_LATER);
    assert_int_equal(error.detail, 503);
}

static void test_error__long_messages_are_cut_at_characters(void **state)
{
    struct error error;
    char text[3 * ERROR_MESSAGE_SIZE];

    (void)state;
    /* A snowman takes three bytes: shifted by 0, 1 and 2, two of the three cuts would break one. */
    for (size_t shift = 0; shift < 3; shift++) {
        size_t length = shift;
        memset(text, 'x', shift);
        while (length + 4 < sizeof(text)) {
            memcpy(text + length, "\xE2\x98\x83", 3);
            length += 3;
        }
        text[length] = '\0';
        error_set(&error, ERROR_INVALID, "%s", text);
        assert_true(strlen(error.message) >= ERROR_MESSAGE_SIZE - 4);
        assert_true(text_is_utf8(text_of(error.message)));
        error_prefix(&error, "file 'a'");
        assert_true(strlen(error.message) < ERROR_MESSAGE_SIZE);
        assert_true(text_is_utf8(text_of(error.message)));
        error_prefix(&error, "%s", text);
        assert_true(strlen(error.message) < ERROR_MESSAGE_SIZE);
        assert_true(text_is_utf8(text_of(error.message)));
    }
}

static void test_error__names(void **state)
{
    (void)state;
    assert_string_equal(error_name(ERROR_NONE), "none");
    assert_string_equal(error_name(ERROR_CURSOR_REPEATED), "cursor_repeated");
    assert_string_equal(error_name(ERROR_INTERNAL), "internal");
    assert_string_equal(error_name((enum error_code)999), "internal");
}

static void test_error__memory_names_what(void **state)
{
    struct error error;

    (void)state;
    assert_int_equal(error_memory(&error, "report"), ERROR_MEMORY);
    assert_non_null(strstr(error.message, "'report'"));
}

static void test_error__that_is_forgiven_leaves_nothing(void **state)
{
    struct error error = {.code = ERROR_NONE};

    (void)state;
    error_set(&error, ERROR_INVALID, "'a' is no number");
    assert_int_equal(error_forgive(&error), ERROR_NONE);
    assert_int_equal(error.code, ERROR_NONE);
    assert_string_equal(error.message, "");
    assert_int_equal(error_forgive(NULL), ERROR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error__set_fills_everything),
        cmocka_unit_test(test_error__set_from_its_own_message),
        cmocka_unit_test(test_error__prefix_keeps_the_rest),
        cmocka_unit_test(test_error__long_messages_are_cut_at_characters),
        cmocka_unit_test(test_error__that_is_forgiven_leaves_nothing),
        cmocka_unit_test(test_error__names),
        cmocka_unit_test(test_error__memory_names_what),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
