/* The lock under which an integration's token is requested. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/token_vault.h"

static char logged[1024];

static void hear(void *context, enum log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)snprintf(logged, sizeof logged, "%s", line);
}

/* Beside a store where nothing can be written. */
static void test_token_vault__that_cannot_lock_says_so_and_goes_on(void **state)
{
    struct session session = {.original = "/proc/nowhere/tandem.db"};
    struct token_vault vault = {.lock = -1};
    struct error error = {.code = ERROR_NONE};

    (void)state;
    session.log = log_new(LOG_WARN, hear, NULL);
    assert_non_null(session.log);
    assert_int_equal(token_vault_init(&session, TEXT("hub"), &vault, &error), ERROR_NONE);
    const struct token_keeper keeper = token_vault_keeper(&vault);
    assert_int_equal(keeper.lock(keeper.context, &error), ERROR_NONE);
    assert_int_equal(error.code, ERROR_NONE);
    assert_string_equal(error.message, "");
    assert_int_equal(vault.lock, -1);
    assert_non_null(strstr(logged, "without a lock: "));
    token_vault_release(&vault);
    log_free(session.log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token_vault__that_cannot_lock_says_so_and_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
