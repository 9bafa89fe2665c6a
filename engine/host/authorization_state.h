/*
 * authorization_state: does the operator have to authorize an integration (again)?
 *
 * Answered from the configuration and the kept tokens, without the network or the script.
 */
#ifndef TANDEM_HOST_AUTHORIZATION_STATE_H
#define TANDEM_HOST_AUTHORIZATION_STATE_H

#include "host/session.h"

/* It is of type oauth2_authorization_code and has no tokens, or they were refused. False if that is
 * unknown: mistakes in its configuration are reported elsewhere. */
bool authorization_state_needs_reauth(struct session *session,
                                      const struct integration_configuration *configuration);
/* The same by its name. */
bool authorization_state_is_missing(struct session *session, struct text name);

#endif
