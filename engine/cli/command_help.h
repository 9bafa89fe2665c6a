/*
 * command_help: the commands that speak of all commands: help, in all its dresses, and completion.
 */
#ifndef TANDEM_CLI_COMMAND_HELP_H
#define TANDEM_CLI_COMMAND_HELP_H

#include "cli/line/command.h"

extern const struct command command_help;
/* Hidden: what the completion of shells asks. */
extern const struct command command_complete;

#endif
