/* Every attack of the files in tests/sandbox ends as it says, in time and with memory bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "support/script_fixture.h"

enum { SOURCE_SIZE = 1 << 20, LONG = 100000, LIMIT_SECONDS = 20 };

struct attack {
    char name[128], expectation[128];
    char *body;
};

static void answer(void *context, const struct http_request *request, struct http_result *result)
{
    (void)context;
    (void)request;
    result->response.body = script_fixture_text("[]");
    result->response.headers = malloc(sizeof *result->response.headers);
    assert_non_null(result->response.headers);
    result->response.headers[0].name = script_fixture_text("content-type");
    result->response.headers[0].value = script_fixture_text("application/json");
    result->response.header_count = 1;
}

static char *read_source(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/sandbox/%s.lua", TANDEM_SOURCE_DIR, name);
    FILE *const file = fopen(path, "r");
    if (!file)
        fail_msg("cannot open %s", path);
    char *const source = malloc(SOURCE_SIZE);
    assert_non_null(source);
    const size_t length = fread(source, 1, SOURCE_SIZE - 1, file);
    source[length] = '\0';
    fclose(file);
    return source;
}

/* "ESC Lua" stands for the first byte of bytecode, "LONGx" for x repeated. */
static void write_attack(struct script_fixture *fixture, const struct attack *attack)
{
    char *const text = malloc(SOURCE_SIZE);
    assert_non_null(text);
    const char *const repeated = strstr(attack->body, "LONG");
    if (strncmp(attack->name, "load", 4) != 0) {
        (void)snprintf(text, SOURCE_SIZE,
                       "local M = {}\nfunction M.build(request, report)\n%s\nend\nreturn M\n",
                       attack->body);
    } else if (strncmp(attack->body, "ESC", 3) == 0) {
        (void)snprintf(text, SOURCE_SIZE, "\033Lua%s", attack->body + 7);
    } else if (repeated) {
        const size_t head = (size_t)(repeated - attack->body);
        size_t length = strcspn(repeated + 4, "\n");
        memcpy(text, attack->body, head);
        size_t at = head;
        for (size_t i = 0; i < LONG && at + length < SOURCE_SIZE - 1; i++, at += length)
            memcpy(text + at, repeated + 4, length);
        text[at] = '\0';
    } else {
        (void)snprintf(text, SOURCE_SIZE, "%s", attack->body);
    }
    script_fixture_write(fixture, "report_builder.lua", text);
    free(text);
}

static bool is_expected(const char *expectation, enum error_code code, const char *message)
{
    if (strcmp(expectation, "ok") == 0)
        return !code;
    if (strcmp(expectation, "killed") == 0)
        return code == ERROR_SCRIPT_LIMIT && strstr(message, " time");
    if (strcmp(expectation, "memory") == 0)
        return code == ERROR_SCRIPT_LIMIT && strstr(message, "memory");
    assert_int_equal(strncmp(expectation, "error", 5), 0);
    const char *const text = expectation[5] == ' ' ? expectation + 6 : "";
    return code && strstr(message, text);
}

static bool run_attack(const char *group, const struct attack *attack)
{
    struct script_fixture *const fixture = malloc(sizeof *fixture);
    assert_non_null(fixture);
    struct error error = {0};
    struct report *report = NULL;
    script_fixture_open(fixture);
    script_fixture_manifest(fixture);
    write_attack(fixture, attack);
    fixture->answer = answer;
    fixture->options.script.limits =
        (struct sandbox_limits){.memory_bytes = 16 << 20,
                                /* time is not what ends attacks on memory */
                                .cpu_ms = strcmp(group, "memory") == 0 ? 3000 : 200,
                                .wall_ms = 10000};
    fixture->options.script.config =
        TEXT("{\"base_url\": \"https://hello.test/api\", \"auth\": {\"token\": \"secret\"}}");
    const time_t start = time(NULL);
    enum error_code code = script_fixture_load(fixture, &error);
    if (!code)
        code = script_fixture_run(fixture, 1, &report, &error);
    script_fixture_close(fixture);
    free(fixture);
    const bool in_time = time(NULL) - start < LIMIT_SECONDS;
    const bool good = in_time && is_expected(attack->expectation, code, error.message);
    if (!good)
        print_error("%s.lua: %s: expected %s, got %s: %s%s\n", group, attack->name,
                    attack->expectation, error_name(code), error.message,
                    in_time ? "" : " (too late)");
    return good;
}

/* Cut the next case out of `*rest`; false at the end. */
static bool next_attack(char **rest, struct attack *attack)
{
    char *const head = strstr(*rest, "--# ");
    if (!head)
        return false;
    char *const line_end = strchr(head, '\n');
    assert_non_null(line_end);
    *line_end = '\0';
    char *const colon = strstr(head, ": ");
    assert_non_null(colon);
    (void)snprintf(attack->name, sizeof attack->name, "%.*s", (int)(colon - head - 4), head + 4);
    (void)snprintf(attack->expectation, sizeof attack->expectation, "%s", colon + 2);
    attack->body = line_end + 1;
    char *const next = strstr(attack->body, "\n--# ");
    if (!next) {
        *rest = attack->body + strlen(attack->body);
    } else {
        *next = '\0';
        *rest = next + 1;
    }
    return true;
}

static void run_group(const char *group)
{
    char *const source = read_source(group);
    char *rest = source;
    struct attack attack;
    size_t count = 0, failed = 0;
    while (next_attack(&rest, &attack)) {
        count++;
        failed += !run_attack(group, &attack);
    }
    free(source);
    assert_true(count > 0);
    if (failed > 0)
        fail_msg("%zu of %zu attacks of %s.lua ended otherwise", failed, count, group);
}

#define GROUP(name)                                                                                \
    static void test_sandbox_attacks__##name(void **state)                                         \
    {                                                                                              \
        (void)state;                                                                               \
        run_group(#name);                                                                          \
    }
GROUP(cpu)
GROUP(native)
GROUP(memory)
GROUP(escape)
GROUP(json)
GROUP(bindings)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sandbox_attacks__cpu),
        cmocka_unit_test(test_sandbox_attacks__native),
        cmocka_unit_test(test_sandbox_attacks__memory),
        cmocka_unit_test(test_sandbox_attacks__escape),
        cmocka_unit_test(test_sandbox_attacks__json),
        cmocka_unit_test(test_sandbox_attacks__bindings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
