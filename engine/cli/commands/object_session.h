/*
 * object_session: the home, and the kind of object that a command's first argument names. For
 * cli/commands/ only.
 */
#ifndef TANDEM_CLI_COMMANDS_OBJECT_SESSION_H
#define TANDEM_CLI_COMMANDS_OBJECT_SESSION_H

#include "cli/line/command.h"
#include "host/session.h"

/* Whatever it returns, object_session_end follows. */
WARN_UNUSED enum error_code object_session_begin(const struct invocation *invocation,
                                                 struct session *session,
                                                 const struct object_schema **schema,
                                                 struct error *error);
/* For a command that edits: what is edited must be tracked. */
WARN_UNUSED enum error_code object_session_edit(const struct invocation *invocation,
                                                struct session *session,
                                                const struct object_schema **schema,
                                                struct error *error);
/* Returns `code`, or what went wrong when the output was written. */
WARN_UNUSED enum error_code object_session_end(struct session *session, enum error_code code,
                                               struct error *error);

#endif
