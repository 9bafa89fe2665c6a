/*
 * setup: a fingerprint of an integration's setup: scripts, configuration, mapping.
 *
 * When it has changed since the last run, edits that were refused are sent again (spec
 * section 13.3).
 */
#ifndef TANDEM_CLI_COMMANDS_SETUP_H
#define TANDEM_CLI_COMMANDS_SETUP_H

#include "host/integration.h"

/* The scripts of the integration, {"name", "version", "sha256"}; in the arena. */
WARN_UNUSED enum error_code setup_scripts(const struct integration *integration,
                                          struct arena *arena, struct text *scripts_json,
                                          struct error *error);

/* The fingerprint; scripts_json is what setup_scripts says. *setup lives in the arena. */
WARN_UNUSED enum error_code setup_describe(const struct integration *integration,
                                           struct text scripts_json, struct arena *arena,
                                           struct text *setup, struct error *error);

#endif
