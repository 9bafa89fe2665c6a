/* Looking up the kind of object that a command is about. */
#include "cli/commands/object_session.h"

#include "host/registration.h"

enum error_code object_session_edit(const struct invocation *invocation, struct session *session,
                                    const struct object_schema **schema, struct error *error)
{
    if (session_schema(session, invocation->arguments[0], schema, error))
        return error->code;
    return registration_refresh(session, NULL, error);
}
