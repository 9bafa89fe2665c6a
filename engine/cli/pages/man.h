/*
 * man: manual pages, made from the tables of commands, options, exit codes and configuration keys.
 *
 * The macros are those of man(7). The date is SOURCE_DATE_EPOCH's if it is set, else today's.
 */
#ifndef TANDEM_CLI_PAGES_MAN_H
#define TANDEM_CLI_PAGES_MAN_H

#include <stdio.h>

#include "cli/line/command.h"

/* tandem(1). */
void man_program(FILE *stream, const struct command *const *commands);
/* tandem-COMMAND(1), its subcommands included. */
void man_command(FILE *stream, const struct command *command);
/* tandem.lua(5): the keys of the configuration. */
void man_configuration(FILE *stream);

#endif
