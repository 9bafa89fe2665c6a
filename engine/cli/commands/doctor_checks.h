/*
 * doctor_checks: what could be wrong with a home, one function for each part of it.
 *
 * Each only looks: it changes nothing, runs no script and uses no network. A finding is what was
 * found and what to do.
 */
#ifndef TANDEM_CLI_COMMANDS_DOCTOR_CHECKS_H
#define TANDEM_CLI_COMMANDS_DOCTOR_CHECKS_H

#include <jansson.h>

#include "host/session.h"

struct doctor {
    const struct session_options *options;
    struct home home;
    struct session *session; /* with the store; NULL until doctor_store has opened it */
    json_t *findings;        /* [{"part", "found", "advice"}]; owned by the command */
    json_t *scripts;         /* names of enabled integrations with scripts; owned like these */
    const char *part;        /* what is checked, "store" */
    size_t unseen;           /* parts that could not be checked, the last ones */
};

/* Keep a finding. */
void doctor_found(struct doctor *doctor, const char *advice, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* What an error says, with its number. */
void doctor_trouble(struct doctor *doctor, const char *advice, const struct error *trouble);

void doctor_machine(struct doctor *doctor);       /* libraries, certificates, clock, disk space */
void doctor_files(struct doctor *doctor);         /* owner and version of the files */
void doctor_configuration(struct doctor *doctor); /* both kinds of configuration files, variables,
                                                   * scripts */
void doctor_store(struct doctor *doctor);         /* soundness; needs doctor->session */
/* What 'tandem check --offline' finds of each integration: scripts, mapping, addresses. */
void doctor_scripts(struct doctor *doctor);
void doctor_runs(struct doctor *doctor); /* last runs, positions, authorizations, open matters */

#endif
