/*
 * plan: a whole run on a snapshot, of which nothing is kept and nothing unsafe is sent.
 */
#ifndef TANDEM_CLI_PLAN_H
#define TANDEM_CLI_PLAN_H

#include "cli/command.h"

/* 'tandem plan' and 'tandem sync --dry-run'; the options are those of sync_options.h, --json and
 * --quiet. *exit_code becomes EXIT_CHANGES_PENDING if there is something to do, else
 * EXIT_NEEDS_ATTENTION if objects would need it. */
WARN_UNUSED enum error_code plan_run(const struct invocation *invocation, enum exit_code *exit_code,
                                     struct error *error);

#endif
