/* tandem test: the specs of an integration and the contract that all of them must pass. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/home.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/spec_runner.h"
#include "script/loader.h"

static enum error_code find(const struct home *home, struct arena *arena, const char *name,
                            struct error *error)
{
    struct text *names = NULL;
    const char *words[64];
    size_t count = 0, listed = 0;
    const enum error_code code = script_names(home->path, arena, &names, &count, error);
    if (code)
        return code;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(names[i], text_of(name)))
            return ERROR_NONE;
        if (listed < sizeof words / sizeof *words)
            words[listed++] = names[i].bytes;
    }
    const char *const nearest = options_nearest(name, words, listed);
    return error_set(
        error, ERROR_USAGE, "there is no integration '%s' in '%s/lua/integrations'%s%s%s", name,
        home->path, nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    const char *const name = invocation->arguments[0];
    struct home home;
    struct arena *const arena = arena_new(0);
    bool passed = false;
    enum error_code code = arena ? ERROR_NONE : error_memory(error, "specs");
    if (!code)
        code = home_open(invocation->home, &home, error);
    if (!code)
        code = find(&home, arena, name, error);
    if (!code)
        code = spec_runner_run(&home, name, invocation->arguments + 1,
                               (size_t)invocation->argument_count - 1, &passed, error);
    arena_free(arena);
    if (code)
        return code;
    if (!passed)
        *exit_code = EXIT_RUN_FAILED;
    if (!spec_runner_has_contract(&home, name)) {
        output_warning("'%s' does not run the contract suite, which every integration must pass: "
                       "lua/integrations/%s/spec/contract_spec.lua is missing",
                       name, name);
        *exit_code = EXIT_RUN_FAILED;
    }
    return ERROR_NONE;
}

const struct command command_test = {
    .name = "test",
    .arguments = "NAME [-- BUSTED...]",
    .summary = "run an integration's specs and the contract suite",
    .details =
        "Runs lua/integrations/NAME/spec and spec/integrations/NAME in busted, with scripts in "
        "the real sandbox\nand no network. What follows '--' goes to busted.",
    .examples = "  tandem test helloworld\n  tandem test helloworld -- --filter=contract -o TAP",
    .least_arguments = 1,
    .most_arguments = -1,
    .run = run,
};
