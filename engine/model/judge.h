/*
 * judge: who wins one field when both sides may have changed it (spec sections 6 and 11).
 * Pure: no I/O, no allocation.
 */
#ifndef TANDEM_MODEL_JUDGE_H
#define TANDEM_MODEL_JUDGE_H

#include "model/value.h"

enum judge_mode { JUDGE_BASE, JUDGE_HARD, JUDGE_BEST, JUDGE_FUZZY, JUDGE_MODE_COUNT };

enum verdict { VERDICT_EQUAL, VERDICT_LEFT, VERDICT_RIGHT, VERDICT_UNRESOLVED };

/* One side of a conflict; left is the internal one. */
struct judge_side {
    const struct value *value;
    uint64_t fingerprint; /* of the value; used only if there is a base */
    instant certain;      /* INSTANT_NONE: unknown */
    instant possible;
};

/* What both sides last agreed on, in the form of each (model/base_version.h). */
struct base {
    uint64_t ours, theirs; /* fingerprints; ours 0: nothing was agreed */
};

/* Which modes decide, in this order; none twice. Default: base, hard, best, fuzzy. */
struct judge {
    enum judge_mode modes[JUDGE_MODE_COUNT];
    size_t mode_count;
};

enum tie_policy { TIE_NOBODY, TIE_INTERNAL, TIE_INTEGRATION };

/* Whose value counts if both sides have one and never agreed on it (13.1). */
enum first_link { FIRST_LINK_NEWEST, FIRST_LINK_INTERNAL, FIRST_LINK_INTEGRATION, FIRST_LINK_HOLD };

/* Every mode, in the order of the enumeration. */
struct judge judge_default(void);
/* Is one of its modes the base? Only then are base versions looked at. */
bool judge_has_base(const struct judge *judge);
/* False if there is no mode of this name. */
bool judge_mode_of_name(struct text name, enum judge_mode *mode);
/* "base", "left" ... (static). */
const char *judge_mode_name(enum judge_mode mode);
const char *judge_verdict_name(enum verdict verdict);

/* One mode alone: best includes hard, fuzzy includes best, base stands alone. EQUAL: the values
 * are equal, or, by the base, nobody changed anything. */
enum verdict judge_by_mode(enum judge_mode mode, const struct judge_side *left,
                           const struct judge_side *right, struct base base);
/* All modes of the judge in order until one decides. *decided_by gets it (JUDGE_MODE_COUNT if none
 * was needed or none could); may be NULL. */
enum verdict judge_adjudicate(const struct judge *judge, const struct judge_side *left,
                              const struct judge_side *right, struct base base,
                              enum judge_mode *decided_by);

#endif
