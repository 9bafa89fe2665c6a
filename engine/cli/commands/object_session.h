/*
 * object_session: the home, and the kind of object that a command's first argument names. For
 * cli/commands/ only.
 */
#ifndef TANDEM_CLI_COMMANDS_OBJECT_SESSION_H
#define TANDEM_CLI_COMMANDS_OBJECT_SESSION_H

#include "cli/line/command.h"
#include "host/session.h"

/* The schema that the first argument names, for a command that edits: what is edited must be
 * tracked, so that is brought up to date. */
WARN_UNUSED enum error_code object_session_edit(const struct invocation *invocation,
                                                struct session *session,
                                                const struct object_schema **schema,
                                                struct error *error);

#endif
