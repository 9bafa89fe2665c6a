/*
 * check_integration: what is wrong with one integration: configuration, manifest, scripts, mapping.
 */
#ifndef TANDEM_CLI_COMMANDS_CHECK_INTEGRATION_H
#define TANDEM_CLI_COMMANDS_CHECK_INTEGRATION_H

#include "cli/show/findings.h"
#include "host/integration.h"

/* One integration under check. */
struct checked {
    struct integration integration;
    struct findings *findings; /* owned */
    struct text name;
    bool open; /* the manual could be made */
};

/* Load `checked->name` and write what is found into its findings, which the caller has made. The
 * mapping is compared with the live fields unless `offline`.
 * integration_close(&checked->integration) in any case. An error only where the check itself does
 * not work. */
WARN_UNUSED enum error_code check_integration(struct session *session, struct checked *checked,
                                              bool offline, struct error *error);

#endif
