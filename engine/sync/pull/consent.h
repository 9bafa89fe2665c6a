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

/* A reported value that differs from ours, which nobody is known to have edited. */
struct consent_case {
    const struct manual_line *line;
    const struct value *ours, *theirs;
    uint64_t base; /* fingerprint of what both last agreed on; 0: not known */
    bool dated;    /* the record, or its field, says when it changed */
};

/* Which of the two is kept, and why (static). Values that are no do-not-contact reasons are theirs
 * to be refused later. */
enum verdict consent_decide(const struct consent_case *consent, const char **decided_by);
/* The stricter of two values; VERDICT_UNRESOLVED if neither is. */
enum verdict consent_stricter(const struct value *left, const struct value *right);

#endif
