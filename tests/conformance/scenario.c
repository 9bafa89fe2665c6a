#include "conformance/scenario.h"

enum error_code scenario_run(const json_t *item, struct comparison *comparison,
                             struct error *error)
{
    (void)item;
    (void)comparison;
    return error_set(error, ERROR_INTERNAL, "whole runs cannot be run yet");
}
