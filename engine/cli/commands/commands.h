/*
 * commands: the commands of the program; each is the table in command_<name>.c.
 */
#ifndef TANDEM_CLI_COMMANDS_COMMANDS_H
#define TANDEM_CLI_COMMANDS_COMMANDS_H

#include "cli/line/command.h"

extern const struct command command_init, command_sync, command_backfill, command_plan,
    command_match, command_explain, command_conflicts, command_resolve, command_list,
    command_status, command_check, command_fields, command_object, command_field, command_cleanup,
    command_notify, command_new, command_test, command_dev, command_record, command_quarantine,
    command_auth, command_user, command_position, command_link, command_unlink, command_forget,
    command_retry, command_runs, command_serve, command_token, command_web, command_connect,
    command_doctor;
/* Subcommands with a file of their own. */
extern const struct command object_files_import, object_files_export;

/* `tandem sync --all`: each enabled integration in a process of its own; the exit code is the worst
 * of all. */
WARN_UNUSED enum error_code command_sync_all(const struct invocation *invocation,
                                             struct error *error);

#endif
