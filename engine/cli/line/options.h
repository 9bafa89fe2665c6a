/*
 * options: reads a command line by the tables of command.h.
 *
 * GNU habits: `--name value`, `--name=value`, `-t value`, `-tvalue`, bundled flags (`-fv`), options
 * before and after arguments, `--` ends them. Long names are not abbreviated. Whatever is wrong is
 * an ERROR_USAGE that names the option and, for an unknown one, the nearest that exists.
 */
#ifndef TANDEM_CLI_LINE_OPTIONS_H
#define TANDEM_CLI_LINE_OPTIONS_H

#include "cli/line/command.h"

/* Options that every command takes; ends with a NULL name. */
extern const struct option options_common[];
/* Of a list that takes --json and nothing else. */
extern const struct option options_of_list[];

/* Read argv[1..]. `commands` ends with NULL. `home_default` is what --home overrides. On
 * success release with invocation_release. With --help or --version no arguments are checked. */
WARN_UNUSED enum error_code options_parse(const struct command *const *commands, int argc,
                                          char **argv, const char *home_default,
                                          struct invocation *invocation, struct error *error);

/* The option of a command (NULL: of all commands) by its long name or, if that is NULL, its letter.
 */
const struct option *options_find(const struct command *command, const char *name, size_t length,
                                  char letter);
/* The entry of a table with this name, NULL if there is none. */
const struct command *options_command(const struct command *const *commands, const char *name);

#endif
