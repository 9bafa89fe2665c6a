/*
 * cli: the program `tandem`: reads the command line, calls the command, prints its error.
 */
#ifndef TANDEM_CLI_CLI_H
#define TANDEM_CLI_CLI_H

#include "cli/line/command.h"

/* All commands, in the order of the help text; ends with NULL. */
extern const struct command *const cli_commands[];

extern const struct command command_help;
/* Hidden: what shell completion calls. */
extern const struct command command_complete;

/* The whole program; returns its exit code. */
int cli_main(int argc, char **argv);

#endif
