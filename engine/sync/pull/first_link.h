/*
 * first_link: whose value counts if both sides have one, they never agreed, and nobody edited ours
 * (spec section 13.1, decisions 107 and 110).
 */
#ifndef TANDEM_SYNC_PULL_FIRST_LINK_H
#define TANDEM_SYNC_PULL_FIRST_LINK_H

#include "sync/pull/change_pull.h"

/* VERDICT_LEFT: ours, RIGHT: theirs (dated `theirs_at`), UNRESOLVED: nobody. *ours_at: since
 * when we have our value, if that matters; INSTANT_NONE: not known. */
WARN_UNUSED enum error_code first_link_decide(const struct pull_case *pull, size_t field,
                                              const struct value *ours, instant theirs_at,
                                              instant *ours_at, enum verdict *verdict,
                                              struct error *error);
/* When our value was last edited, if an edit is known; otherwise *at is not changed. */
WARN_UNUSED enum error_code first_link_edit(const struct pull_case *pull, size_t field, instant *at,
                                            struct error *error);

#endif
