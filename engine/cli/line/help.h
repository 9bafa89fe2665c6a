/*
 * help: help texts, made from the tables of command.h.
 */
#ifndef TANDEM_CLI_LINE_HELP_H
#define TANDEM_CLI_LINE_HELP_H

#include <stdio.h>

#include "cli/line/command.h"

/* `tandem --help`: commands, options that all take, exit codes. */
void help_program(FILE *stream, const struct command *const *commands);
/* `tandem help COMMAND`. `parent` is NULL for a command that is no subcommand. */
void help_command(FILE *stream, const struct command *parent, const struct command *command);

#endif
