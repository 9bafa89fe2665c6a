/*
 * scenario_options: options and settings of a run as the cases write them. All in the arena.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_SCENARIO_OPTIONS_H
#define TANDEM_TESTS_CONFORMANCE_SCENARIO_OPTIONS_H

#include <jansson.h>

#include "model/run.h"

/* ERROR_USAGE for malformed ids and free options, as the command line would say. */
WARN_UNUSED enum error_code scenario_options_read(struct arena *arena, const json_t *told,
                                                  struct run_options *options, struct error *error);
/* Lay one `config` over the settings; NULL: nothing. */
WARN_UNUSED enum error_code scenario_options_config(struct arena *arena, const json_t *config,
                                                    struct run_settings *settings,
                                                    struct error *error);

#endif
