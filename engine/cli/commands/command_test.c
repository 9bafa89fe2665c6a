/* tandem test: the specs of an integration and the contract that all of them must pass. */

#include "cli/commands/commands.h"
#include "host/home.h"
#include "cli/show/output.h"
#include "cli/commands/spec_runner.h"

static enum error_code run_test(const struct invocation *invocation, struct error *error)
{
    const char *const name = invocation->arguments[0];
    struct home home;
    bool passed = false;
    if (home_open(invocation->options.home, &home, error) || spec_runner_find(&home, name, error) ||
        spec_runner_trust(&home, name, invocation_has(invocation, "trust"), error) ||
        spec_runner_run(&home, name, invocation->arguments + 1,
                        (size_t)invocation->argument_count - 1, NULL, &passed, error))
        return error->code;
    if (!passed)
        *invocation->exit_code = EXIT_RUN_FAILED;
    if (!spec_runner_has_contract(&home, name)) {
        terminal_warning("'%s' does not run the contract suite, which every integration must pass: "
                         "lua/integrations/%s/spec/contract_spec.lua is missing",
                         name, name);
        *invocation->exit_code = EXIT_RUN_FAILED;
    }
    return ERROR_NONE;
}

static const struct option options[] = {
    FLAG("trust", "run specs even if the folder belongs to another user"),
    {.name = NULL},
};

const struct command command_test = {
    .name = "test",
    .arguments = "NAME [-- BUSTED...]",
    .summary = "run an integration's specs and the contract suite",
    .details = "Runs lua/integrations/NAME/spec and spec/integrations/NAME in busted, with scripts "
               "in the real sandbox and no network. The specs themselves run as you, outside the "
               "sandbox, without secrets in their environment: read those of strangers first. What "
               "follows '--' is passed to busted.",
    .options = options,
    .examples = "  tandem test helloworld\n  tandem test helloworld -- --filter=contract -o TAP",
    .run = run_test,
};
