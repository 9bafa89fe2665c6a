/*
 * store_findings: `tandem check --store`: what is wrong in the store, and mending it.
 */
#ifndef TANDEM_CLI_COMMANDS_STORE_FINDINGS_H
#define TANDEM_CLI_COMMANDS_STORE_FINDINGS_H

#include "cli/line/command.h"
#include "host/session.h"

/* Prints what there is; mends it first if --mend was given. Exit code 4 if something is left,
 * whether it can be mended or needs a person. */
WARN_UNUSED enum error_code store_findings(const struct invocation *invocation,
                                           struct session *session, struct error *error);

#endif
