#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/line/options.h"

static enum error_code nothing(const struct invocation *invocation, struct error *error)
{
    (void)invocation, (void)error;
    return ERROR_NONE;
}

static const struct option sync_options[] = {
    {.name = "start-datetime", .letter = 't', .argument = "WHEN", .help = ""},
    {.name = "first-time-sync", .letter = 'f', .help = ""},
    {.name = "internal-object-id",
     .argument = "T:ID",
     .repeatable = true,
     .alias = "mautic-object-id",
     .help = ""},
    {.name = NULL},
};
static const struct command sync_command = {
    .name = "sync", .arguments = "NAME", .options = sync_options, .run = nothing};
static const struct command get = {.name = "get", .arguments = "OBJECT ID", .run = nothing};
static const struct command *const below[] = {&get, NULL};
static const struct command object = {.name = "object", .arguments = "", .subcommands = below};
static const struct command *const commands[] = {&sync_command, &object, NULL};

enum { MOST = 16 };
static enum error_code parse(struct invocation *invocation, struct error *error, ...)
{
    char *argv[MOST] = {(char *)(uintptr_t) "tandem"};
    int argc = 1;
    va_list words;
    va_start(words, error);
    for (char *word = va_arg(words, char *); word; word = va_arg(words, char *))
        argv[argc++] = word;
    va_end(words);
    *error = (struct error){.code = ERROR_NONE};
    return options_parse(commands, argc, argv, "here", invocation, error);
}

static void assert_refused(const struct error *error, const char *part)
{
    assert_int_equal(error->code, ERROR_USAGE);
    if (!strstr(error->message, part))
        fail_msg("'%s' does not contain '%s'", error->message, part);
}

static void test_options__values_in_every_form(void **state)
{
    (void)state;
    struct invocation invocation;
    struct error error;
    assert_false(parse(&invocation, &error, "sync", "-t", "-10 minutes", "hello", "-f", NULL));
    assert_string_equal(invocation_value(&invocation, "start-datetime"), "-10 minutes");
    assert_true(invocation_has(&invocation, "first-time-sync"));
    assert_int_equal(invocation.argument_count, 1);
    assert_string_equal(invocation.arguments[0], "hello");
    assert_string_equal(invocation.options.home, "here");
    invocation_release(&invocation);
    assert_false(parse(&invocation, &error, "sync", "--start-datetime=2026-01-01", "hello", NULL));
    assert_string_equal(invocation_value(&invocation, "start-datetime"), "2026-01-01");
    invocation_release(&invocation);
    assert_false(parse(&invocation, &error, "sync", "-fvt2026", "hello", "--home", "/x", NULL));
    assert_string_equal(invocation_value(&invocation, "start-datetime"), "2026");
    assert_true(invocation_has(&invocation, "first-time-sync"));
    assert_int_equal(invocation.options.verbosity, 1);
    assert_string_equal(invocation.options.home, "/x");
    invocation_release(&invocation);
}

static void test_options__repeated_and_aliased(void **state)
{
    (void)state;
    struct invocation invocation;
    struct error error;
    assert_false(parse(&invocation, &error, "sync", "x", "--mautic-object-id", "contact:1",
                       "--internal-object-id=contact:2", NULL));
    assert_int_equal(invocation_count(&invocation, "internal-object-id"), 2);
    assert_string_equal(invocation_nth(&invocation, "internal-object-id", 0), "contact:1");
    assert_string_equal(invocation_nth(&invocation, "internal-object-id", 1), "contact:2");
    assert_null(invocation_nth(&invocation, "internal-object-id", 2));
    invocation_release(&invocation);
    assert_true(parse(&invocation, &error, "sync", "x", "-t1", "-t2", NULL));
    assert_refused(&error, "'--start-datetime' is given twice");
}

static void test_options__double_dash_ends_them(void **state)
{
    (void)state;
    struct invocation invocation;
    struct error error;
    assert_false(parse(&invocation, &error, "sync", "--", "--first-time-sync", NULL));
    assert_false(invocation_has(&invocation, "first-time-sync"));
    assert_string_equal(invocation.arguments[0], "--first-time-sync");
    invocation_release(&invocation);
}

static void test_options__subcommands(void **state)
{
    (void)state;
    struct invocation invocation;
    struct error error;
    assert_false(parse(&invocation, &error, "object", "get", "contact", "12", NULL));
    assert_ptr_equal(invocation.parent, &object);
    assert_ptr_equal(invocation.command, &get);
    invocation_release(&invocation);
    assert_true(parse(&invocation, &error, "object", NULL));
    assert_refused(&error, "'tandem object' needs a command");
    assert_true(parse(&invocation, &error, "object", "gte", NULL));
    assert_refused(&error, "did you mean 'get'?");
}

static void test_options__mistakes_name_the_place(void **state)
{
    (void)state;
    struct invocation invocation;
    struct error error;
    assert_true(parse(&invocation, &error, "sync", "x", "--start-datetme", "now", NULL));
    assert_refused(&error, "did you mean '--start-datetime'?");
    assert_true(parse(&invocation, &error, "sync", "x", "--start", "now", NULL));
    assert_refused(&error, "did you mean '--start-datetime'?");
    assert_true(parse(&invocation, &error, "sync", "x", "-z", NULL));
    assert_refused(&error, "unknown option '-z' for 'tandem sync'");
    assert_true(parse(&invocation, &error, "sync", "x", "--start-datetime", NULL));
    assert_refused(&error, "'--start-datetime' needs a value (WHEN)");
    assert_true(parse(&invocation, &error, "sync", "x", "--first-time-sync=yes", NULL));
    assert_refused(&error, "'--first-time-sync' takes no value");
    assert_true(parse(&invocation, &error, "sync", NULL));
    assert_refused(&error, "needs more arguments");
    assert_true(parse(&invocation, &error, "sync", "x", "y", NULL));
    assert_refused(&error, "'y' is one argument too many");
    assert_true(parse(&invocation, &error, "snyc", "x", NULL));
    assert_refused(&error, "did you mean 'sync'?");
    assert_true(parse(&invocation, &error, "frobnicate", NULL));
    assert_refused(&error, "see 'tandem --help'");
    assert_true(parse(&invocation, &error, "sync", "--home=", "x", NULL));
    assert_refused(&error, "'--home' is empty");
}

static void test_options__help_needs_no_arguments(void **state)
{
    (void)state;
    struct invocation invocation;
    struct error error;
    assert_false(parse(&invocation, &error, "sync", "--help", NULL));
    assert_true(invocation.help);
    invocation_release(&invocation);
}

/* Every command of the program: tables that are whole, letters that do not clash. */
static void check_command(const struct command *command)
{
    assert_non_null(command->name);
    /* hidden: for programs, so it has nothing to explain */
    assert_true(command->summary || (!command->details && !command->options));
    assert_non_null(command->arguments);
    assert_int_equal(!!command->run + !!command->in_home + !!command->subcommands, 1);
    for (const struct option *option = command->options; option && option->name; option++) {
        /* between processes of ours: nothing to abbreviate, and no flag */
        assert_true(option->help || (option->argument && !option->letter));
        for (const struct option *other = option + 1; other->name; other++) {
            assert_string_not_equal(option->name, other->name);
            assert_true(!option->letter || option->letter != other->letter);
        }
        for (const struct option *common = options_common; common->name; common++) {
            assert_string_not_equal(option->name, common->name);
            assert_true(!option->letter || option->letter != common->letter);
        }
    }
    for (const struct command *const *sub = command->subcommands; sub && *sub; sub++)
        check_command(*sub);
}

static void test_options__tables_of_all_commands(void **state)
{
    (void)state;
    for (const struct command *const *command = cli_commands; *command; command++)
        check_command(*command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options__values_in_every_form),
        cmocka_unit_test(test_options__repeated_and_aliased),
        cmocka_unit_test(test_options__double_dash_ends_them),
        cmocka_unit_test(test_options__subcommands),
        cmocka_unit_test(test_options__mistakes_name_the_place),
        cmocka_unit_test(test_options__help_needs_no_arguments),
        cmocka_unit_test(test_options__tables_of_all_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
