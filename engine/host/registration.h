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

/* What is known of another integration without executing its script (host/script_record.h). */
struct registration_known {
    bool enabled;
    bool exact;            /* its manifest is known */
    struct manual *manual; /* in the session's arena; NULL if it is not enabled */
    struct text notice;    /* what people should know about its script; absent: nothing */
};
WARN_UNUSED enum error_code registration_manual(struct session *session, struct text name,
                                                struct registration_known *known,
                                                struct error *error);

/* Register every integration by its configuration and what is known of its script; no script is
 * executed. One whose configuration cannot be read does not stop the others: its changes stay
 * tracked as they were (a warning if `own` is given, else a line in the log). `own` may be NULL. */
WARN_UNUSED enum error_code registration_refresh(struct session *session,
                                                 const struct registration_own *own,
                                                 struct error *error);

#endif
