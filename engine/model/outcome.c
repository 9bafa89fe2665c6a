/* outcome: the names of outcomes, as --json and the store write them. */
#include "model/outcome.h"

static const char *const names[] = {
    [OUTCOME_FAILED] = "failed",       [OUTCOME_CONFLICT] = "conflict",
    [OUTCOME_DEFERRED] = "deferred",   [OUTCOME_CREATED] = "created",
    [OUTCOME_UPDATED] = "updated",     [OUTCOME_SKIPPED] = "skipped",
    [OUTCOME_UNCHANGED] = "unchanged",
};

const char *outcome_name(enum outcome_kind kind)
{
    return (unsigned)kind < OUTCOME_KIND_COUNT ? names[kind] : "unknown";
}
