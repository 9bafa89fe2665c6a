#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "host/exit_code.h"
#include "cli/line/help.h"

static void test_exit_code__errors(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of_error(ERROR_NONE), 0);
    assert_int_equal(exit_code_of_error(ERROR_TRANSPORT), 1);
    assert_int_equal(exit_code_of_error(ERROR_SCRIPT), 1);
    assert_int_equal(exit_code_of_error(ERROR_STORE), 1);
    assert_int_equal(exit_code_of_error(ERROR_INTERRUPTED), 1);
    assert_int_equal(exit_code_of_error(ERROR_USAGE), 2);
    assert_int_equal(exit_code_of_error(ERROR_CONFIGURATION), 2);
    assert_int_equal(exit_code_of_error(ERROR_REFUSED), 2);
    assert_int_equal(exit_code_of_error(ERROR_LOCKED), 3);
}

static char *read_file(const char *path)
{
    FILE *const file = fopen(path, "r");
    assert_non_null(file);
    char *const content = calloc(1, 1 << 20);
    assert_non_null(content);
    assert_true(fread(content, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return content;
}

/* The documented codes are those of the program, in help and in README. */
static void test_exit_code__documented(void **state)
{
    (void)state;
    char *help = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&help, &size);
    assert_non_null(stream);
    help_program(stream, cli_commands);
    fclose(stream);
    char *const readme = read_file(TANDEM_SOURCE_DIR "/README.md");
    static const struct {
        int code;
        const char *meaning;
    } codes[] = {
#define X(constant, number, meaning) {number, meaning},
        EXIT_CODES(X)
#undef X
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char line[256];
        snprintf(line, sizeof line, "  %d  %s\n", codes[i].code, codes[i].meaning);
        if (!strstr(help, line))
            fail_msg("help lacks: %s", line);
        snprintf(line, sizeof line, "| %d | %s |", codes[i].code, codes[i].meaning);
        if (!strstr(readme, line))
            fail_msg("README.md lacks: %s", line);
    }
    free(readme);
    free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_code__errors),
        cmocka_unit_test(test_exit_code__documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
