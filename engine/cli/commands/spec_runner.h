/*
 * spec_runner: an integration's specs in busted, as a process of their own.
 */
#ifndef TANDEM_CLI_COMMANDS_SPEC_RUNNER_H
#define TANDEM_CLI_COMMANDS_SPEC_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "host/home.h"

/* Is there an integration of this name? ERROR_USAGE, with the nearest name, if not. */
WARN_UNUSED enum error_code spec_runner_find(const struct home *home, const char *name,
                                             struct error *error);
/* Specs do not run in the sandbox but as the user who starts them. ERROR_REFUSED unless the
 * folder belongs to this user, `trusted` says so, or somebody at the terminal does. */
WARN_UNUSED enum error_code spec_runner_trust(const struct home *home, const char *name,
                                              bool trusted, struct error *error);
/* Run the specs in HOME/lua/integrations/NAME/spec and HOME/spec/integrations/NAME, the contract
 * suite included; `arguments` go to busted as well; of the environment only what
 * holds no secrets. What busted says goes to `output` (NULL: standard output).
 * *passed: all of them. ERROR_USAGE if there are none; ERROR_CONFIGURATION if busted or the
 * engine's Lua module are not there. */
WARN_UNUSED enum error_code spec_runner_run(const struct home *home, const char *name,
                                            char *const *arguments, size_t argument_count,
                                            FILE *output, bool *passed, struct error *error);
/* Wait for a process that was forked to do `what`; -1: it could not be forked. */
WARN_UNUSED enum error_code spec_runner_wait(pid_t child, const char *what, int *status,
                                             struct error *error);
/* Does it have the contract suite, which every integration must pass? */
bool spec_runner_has_contract(const struct home *home, const char *name);

#endif
