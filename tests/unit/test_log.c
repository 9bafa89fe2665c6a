/* log: levels, prefix, secrets, escapes, threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/log.h"

struct sink {
    int lines;
    int broken; /* lines that do not look like one whole line */
    enum log_level level;
    char last[16384];
};

static void take_line(void *context, enum log_level level, const char *line)
{
    struct sink *sink = context;

    sink->lines++;
    sink->level = level;
    sink->broken += strchr(line, '\n') || strlen(line) < 25;
    snprintf(sink->last, sizeof(sink->last), "%s", line);
}

/* What follows the instant. */
static const char *rest(const struct sink *sink)
{
    assert_true(strlen(sink->last) > 21);
    assert_int_equal(sink->last[10], 'T');
    assert_int_equal(sink->last[19], 'Z');
    assert_int_equal(sink->last[20], ' ');
    return sink->last + 21;
}

static void test_log__lines(void **state)
{
    struct sink sink = {0};
    struct log *log = log_new(LOG_INFO, take_line, &sink);

    (void)state;
    log_write(log, LOG_INFO, "net", "GET %s %d", "/api/citizen", 200);
    assert_string_equal(rest(&sink), "info net: GET /api/citizen 200");
    assert_int_equal(sink.level, LOG_INFO);
    assert_int_equal(log_set_prefix(log, "helloworld#12", NULL), ERROR_NONE);
    log_write(log, LOG_ERROR, "store", "full");
    assert_string_equal(rest(&sink), "helloworld#12 error store: full");
    assert_int_equal(log_set_prefix(log, NULL, NULL), ERROR_NONE);
    log_write(log, LOG_WARN, "store", "full");
    assert_string_equal(rest(&sink), "warn store: full");
    log_write(log, LOG_DEBUG, "store", "silent");
    assert_int_equal(sink.lines, 3);
    assert_true(log_enabled(log, LOG_INFO));
    assert_false(log_enabled(log, LOG_DEBUG));
    log_free(log);
}

static void test_log__none_is_silent(void **state)
{
    char text[] = "secret";

    (void)state;
    log_write(NULL, LOG_ERROR, "net", "nobody hears %d", 1);
    assert_false(log_enabled(NULL, LOG_ERROR));
    log_redact(NULL, text);
    assert_string_equal(text, "secret");
    log_free(NULL);
}

static void test_log__control_bytes_are_escaped(void **state)
{
    struct sink sink = {0};
    struct log *log = log_new(LOG_INFO, take_line, &sink);

    (void)state;
    log_write(log, LOG_INFO, "net", "a\nb\r\tc\x1b[31m\x7f \xC2\x9B \xC3\xA9");
    assert_string_equal(rest(&sink), "info net: a\\nb\\r\\tc\\x1b[31m\\x7f \\x9b \xC3\xA9");
    log_free(log);
}

static void hide(struct log *log, const char *secret)
{
    assert_int_equal(log_hide(log, text_of(secret), NULL), ERROR_NONE);
}

static void test_log__secrets_are_hidden(void **state)
{
    struct sink sink = {0};
    struct log *log = log_new(LOG_INFO, take_line, &sink);
    char text[] = "hunter22hunter2 and hunter2, hunter2004hunter2004.";

    (void)state;
    hide(log, "hunter2");
    hide(log, "hunter2");
    hide(log, "hunter2004");
    hide(log, "a b/c");
    hide(log, "abc"); /* too short */
    log_write(log, LOG_INFO, "net", "p=hunter2&q=hunter2 x=a%%20b%%2Fc y=a b/c abc");
    assert_string_equal(rest(&sink), "info net: p=***&q=*** x=*** y=*** abc");
    log_redact(log, text);
    /* a short one counts as a word only */
    assert_string_equal(text, "hunter22hunter2 and ***, ***.");
    /* In the middle of a long message, too. */
    log_write(log, LOG_INFO, "net", "%03000dhunter2004%03000d", 0, 0);
    assert_null(strstr(sink.last, "hunter2004"));
    assert_int_equal(strlen(rest(&sink)), strlen("info net: ") + 6003);
    log_free(log);
}

static void test_log__overlapping_secrets_leave_nothing(void **state)
{
    struct log *log = log_new(LOG_INFO, NULL, NULL);
    char overlapping[] = "<abcdefghijkl>";
    char inside[] = "<abcdefghijklmn>";
    char whole[] = "abcdefghij";
    char end[] = "xabcdefgh";

    (void)state;
    hide(log, "abcdefghij");
    hide(log, "defghijkl");
    hide(log, "abcdefgh");
    log_redact(log, overlapping);
    assert_string_equal(overlapping, "<***>");
    hide(log, "abcdefghijklmn");
    log_redact(log, inside);
    assert_string_equal(inside, "<***>");
    log_redact(log, whole);
    assert_string_equal(whole, "***");
    log_redact(log, end);
    assert_string_equal(end, "x***");
    log_free(log);
}

/* What a server sends back, as a script gets it. */
static void check_answer(struct log *log, const char *answer, const char *said, const char *shown)
{
    char bytes[256];
    const size_t length = strlen(answer);
    const struct text texts[] = {text_of(said)};

    memcpy(bytes, answer, length);
    assert_int_equal(secrets_redact_answer(log_secrets(log), bytes, length, texts, 1),
                     strlen(shown));
    assert_memory_equal(bytes, shown, strlen(shown));
}

static void test_log__answers_show_no_secret_and_confirm_no_guess(void **state)
{
    struct log *log = log_new(LOG_INFO, NULL, NULL);
    char bytes[] = "\xff\0Bearer TOKEN/0123\0";

    (void)state;
    hide(log, "TOKEN/0123");
    hide(log, "tobmer7");
    check_answer(log, "{\"a\":\"Bearer TOKEN/0123\"}", "GET", "{\"a\":\"Bearer ***\"}");
    check_answer(log, "{\"a\":\"TOKEN\\/0123\"}", "GET", "{\"a\":\"***\"}");
    check_answer(log, "/x?api_key=TOKEN%2F0123&page=2", "GET", "/x?api_key=***&page=2");
    check_answer(log, "no secret", "GET", "no secret");
    /* A short one is guessed too easily; and a guess that comes back as it was sent says nothing.
     */
    check_answer(log, "is it tobmer7 ?", "GET", "is it tobmer7 ?");
    check_answer(log, "you said TOKEN/0123", "TOKEN/0122 TOKEN/0123", "you said TOKEN/0123");
    assert_int_equal(secrets_redact_answer(log_secrets(log), bytes, sizeof(bytes) - 1, NULL, 0),
                     sizeof(bytes) - 1 - strlen("TOKEN/0123") + 3);
    assert_memory_equal(bytes, "\xff\0Bearer ***\0", 13);
    log_free(log);
}

/* As an error page, a debugging endpoint or a log of theirs may repeat what it was sent. */
static void test_log__a_secret_is_found_in_every_encoding(void **state)
{
    struct log *log = log_new(LOG_INFO, NULL, NULL);

    (void)state;
    hide(log, "TO<EN/0123");
    check_answer(log, "a=TO%3CEN%2F0123&b=TO%3cEN%2f0123", "GET", "a=***&b=***");
    check_answer(log, "<p>TO&lt;EN/0123</p>", "GET", "<p>***</p>");
    check_answer(log, "544f3c454e2f30313233 544F3C454E2F30313233", "GET", "*** ***");
    /* base64 of the secret, of "u:" and the secret, and of "u:", the secret and "." */
    check_answer(log, "VE88RU4vMDEyMw==", "GET", "***w==");
    check_answer(log, "dTpUTzxFTi8wMTIz", "GET", "dTp***");
    check_answer(log, "dXM6VE88RU4vMDEyMy4=", "GET", "dXM6***y4=");
    check_answer(log, "eDpUTzxFTi8wMTIz.YXg6VE88RU4vMDEyMw", "GET", "eDp***.YXg6***w");
    check_answer(log, "dTpUTzxFTi8wMTIx", "GET", "dTpUTzxFTi8wMTIx");
    /* Neither does an encoded repetition confirm a guess. */
    check_answer(log, "544f3c454e2f30313233", "GET TO%3CEN%2F0123", "544f3c454e2f30313233");
    log_free(log);
}

static void *write_many(void *context)
{
    for (int i = 0; i < 2000; i++) {
        log_write(context, LOG_INFO, "net", "line %d with hunter2", i);
    }
    return NULL;
}

static void test_log__threads(void **state)
{
    struct sink sink = {0};
    struct log *log = log_new(LOG_INFO, take_line, &sink);
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, log), 0);
    }
    for (int i = 0; i < 100; i++) {
        char secret[32];
        snprintf(secret, sizeof(secret), "hidden%d", i);
        hide(log, secret);
        assert_int_equal(log_set_prefix(log, secret, NULL), ERROR_NONE);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(sink.lines, 8000);
    assert_int_equal(sink.broken, 0);
    log_free(log);
}

static void test_log__level_names(void **state)
{
    (void)state;
    assert_string_equal(log_level_name(LOG_ERROR), "error");
    assert_string_equal(log_level_name(LOG_DEBUG), "debug");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log__lines),
        cmocka_unit_test(test_log__none_is_silent),
        cmocka_unit_test(test_log__control_bytes_are_escaped),
        cmocka_unit_test(test_log__secrets_are_hidden),
        cmocka_unit_test(test_log__overlapping_secrets_leave_nothing),
        cmocka_unit_test(test_log__answers_show_no_secret_and_confirm_no_guess),
        cmocka_unit_test(test_log__a_secret_is_found_in_every_encoding),
        cmocka_unit_test(test_log__threads),
        cmocka_unit_test(test_log__level_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
