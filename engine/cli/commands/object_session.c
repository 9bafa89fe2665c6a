/* The first and last steps of every command about objects. */
#include "cli/commands/object_session.h"

#include "cli/show/output.h"
#include "host/registration.h"

/* Open the home and look up the object that the first argument names. */
enum error_code object_session_begin(const struct invocation *invocation, struct session *session,
                                     const struct object_schema **schema, struct error *error)
{
    enum error_code code = session_open(&invocation->session, session, error);
    return code ? code : session_schema(session, invocation->arguments[0], schema, error);
}

/* The same for a command that edits: what is edited must be tracked. */
enum error_code object_session_edit(const struct invocation *invocation, struct session *session,
                                    const struct object_schema **schema, struct error *error)
{
    enum error_code code = object_session_begin(invocation, session, schema, error);
    return code ? code : registration_refresh(session, NULL, error);
}

enum error_code object_session_end(struct session *session, enum error_code code,
                                   struct error *error)
{
    if (!code)
        code = output_flush(error);
    session_close(session);
    return code;
}
