/*
 * command_help: the commands about all commands: help, in each of its formats, and completion.
 */
#ifndef TANDEM_CLI_COMMAND_HELP_H
#define TANDEM_CLI_COMMAND_HELP_H

#include "cli/line/command.h"

extern const struct command command_help;
/* Hidden: what shell completion calls. */
extern const struct command command_complete;

#endif
