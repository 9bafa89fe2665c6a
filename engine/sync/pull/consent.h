/*
 * consent: do-not-contact values, where dates and edits alone do not decide. Private to sync/.
 *
 * A stricter value is not replaced by a laxer one unless something shows that the laxer one is
 * newer, or the configuration says so for the field.
 */
#ifndef TANDEM_SYNC_PULL_CONSENT_H
#define TANDEM_SYNC_PULL_CONSENT_H

#include "model/judge.h"
#include "model/manual.h"

/* A reported value that differs from ours, when nobody is known to have edited ours. */
struct consent_case {
    const struct manual_line *line;
    const struct value *ours, *theirs;
    struct base base;   /* what both last agreed on; ours 0: not known */
    uint64_t shown;     /* fingerprint of theirs */
    bool first_contact; /* nothing was agreed (and if it had been, that would be known) */
    instant ours_at;    /* the latest possible instant of ours */
    instant theirs_at;  /* of the field, or of the record; INSTANT_NONE: not reported */
};

/* Which of the two is kept, and why (static). For values that are not do-not-contact reasons:
 * theirs, which is refused later. */
enum verdict consent_decide(const struct consent_case *consent, const char **decided_by);
/* The stricter of two values; VERDICT_UNRESOLVED if neither is. */
enum verdict consent_stricter(const struct value *left, const struct value *right);
/* Two edits whose dates tell no order, because ours lies within the unit of theirs (second, minute,
 * day): the stricter value. VERDICT_UNRESOLVED if their order is known, or neither is stricter. */
enum verdict consent_of_tie(const struct judge_side *left, const struct judge_side *right);

#endif
