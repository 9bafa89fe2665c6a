/*
 * registration: tells the store which integrations there are and what each of them wants to know.
 *
 * Done by every command that edits or syncs, so that whatever is written is tracked for whoever
 * the configuration names at that moment.
 */
#ifndef TANDEM_HOST_REGISTRATION_H
#define TANDEM_HOST_REGISTRATION_H

#include "host/session.h"

/* The integration that the caller has loaded itself. */
struct registration_own {
    struct text name;
    const struct manual *manual;
};

/* Read the configuration and the manifest of every integration and register them. One that cannot
 * be read holds up nobody: its changes stay tracked as they were (a warning if `own` is given, else
 * a line in the log). `own` may be NULL. */
WARN_UNUSED enum error_code registration_refresh(struct session *session,
                                                 const struct registration_own *own,
                                                 struct error *error);

#endif
