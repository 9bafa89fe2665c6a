/*
 * conflict: one field that both sides may have changed, from base version to verdict: the field's
 * policy, the judge's other modes, and who wins a tie (spec sections 6 and 11).
 *
 * Pure, except for a policy that is a function of the configuration.
 */
#ifndef TANDEM_SYNC_PULL_CONFLICT_H
#define TANDEM_SYNC_PULL_CONFLICT_H

#include "sync/pull/change_pull.h"

struct conflict {
    const struct pull_case *pull;
    const struct manual_line *line;
    const struct judge_side *left, *right; /* ours, theirs */
    struct base base;                      /* ours 0: not known, or not to be used */
};

/* *decided_by (static): the mode, policy or rule that decided; "nobody" if none did. Fails as the
 * exchange's resolve_conflict does. */
WARN_UNUSED enum error_code conflict_decide(const struct conflict *conflict, enum verdict *verdict,
                                            const char **decided_by, struct error *error);

#endif
