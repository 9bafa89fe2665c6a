/*
 * command_sync_all: tandem sync --all, each enabled integration in a process of its own.
 */
#ifndef TANDEM_CLI_COMMANDS_COMMAND_SYNC_ALL_H
#define TANDEM_CLI_COMMANDS_COMMAND_SYNC_ALL_H

#include "cli/line/command.h"

/* Carries out `tandem sync --all`; the exit code is the worst of all. */
WARN_UNUSED enum error_code command_sync_all(const struct invocation *invocation,
                                             struct error *error);

#endif
