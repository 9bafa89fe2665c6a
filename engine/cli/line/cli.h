/*
 * cli: the program `tandem`: reads the command line, calls the command, prints its error.
 */
#ifndef TANDEM_CLI_LINE_CLI_H
#define TANDEM_CLI_LINE_CLI_H

#include "cli/line/command.h"
#include "host/version.h"

/* All commands, in the order of the help text; ends with NULL. */
extern const struct command *const cli_commands[];

/* The whole program; returns its exit code. */
int cli_main(int argc, char **argv);

/* ---- the commands: each is the table in command_<name>.c ---- */
extern const struct command command_init, command_sync, command_backfill, command_plan,
    command_match, command_explain, command_conflicts, command_resolve, command_list,
    command_status, command_check, command_fields, command_object, command_field, command_cleanup,
    command_new, command_test, command_dev, command_record, command_quarantine, command_auth,
    command_user, command_position, command_link, command_unlink, command_forget, command_retry,
    command_serve, command_token, command_web;

#endif
