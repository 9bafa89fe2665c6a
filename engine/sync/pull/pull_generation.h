/*
 * pull_generation: one record on its way to a change of ours, shared by the files that decide about
 * it (change_pull, contest, pull_candidate, pull_field, pull_unseen). Private to them.
 */
#ifndef TANDEM_SYNC_PULL_PULL_GENERATION_H
#define TANDEM_SYNC_PULL_PULL_GENERATION_H

#include "sync/pull/change_pull.h"

/* Up to a second after an answer to our write counts as its moment (decision 94). */
enum { SAME_MOMENT_MS = 1000 };

/* The state while the lines of one entry are processed. */
struct generation {
    struct arena *arena;
    const struct pull_case *pull;
    struct pull_decision *decision;
    struct pull_workspace *workspace;
    size_t field_count; /* of workspace->fields */
    bool use_base;
};

/* One field of the record, read for one line. */
struct candidate {
    const struct manual_line *line;
    const struct field_schema *schema;
    const struct value *reported; /* as reported; NULL: not reported */
    struct value value;           /* the same, or the default */
    struct value stored;          /* as our field would hold `value` */
    bool fits;                    /* it can be compared with ours */
    bool too_long;                /* ... but not be written */
    uint64_t fingerprint;         /* of `stored`, or of `value` if it does not fit */
    uint64_t shown;               /* of their value: differs from `fingerprint` for a default */
    enum field_state state;
    instant changed_at; /* the field's own instant */
    bool own;           /* written with our own account, as they say of this field */
};

/* ---- pull_candidate.c ---- */

/* Read one line of the manual (spec section 7a in a pull). *usable: the value takes part. A
 * value that cannot be read or is missing is noted and withheld. */
WARN_UNUSED enum error_code pull_candidate_read(struct generation *generation,
                                                const struct manual_line *line,
                                                struct candidate *candidate, bool *usable,
                                                struct error *error);
/* Since when they have this value: the field's instant, or the record's. */
instant generation_instant(const struct generation *generation, const struct candidate *candidate);

/* ---- generation.c ---- */

/* For people: what happened to the value of the line. */
void generation_note(struct generation *generation, enum pull_note_kind kind,
                     const struct manual_line *line);
/* Two lines may feed one field: the later one replaces the earlier. `overrules`: it beats an
 * edit of ours, which is removed when theirs is stored. */
void generation_put(struct generation *generation, const struct candidate *candidate,
                    bool overrules);
/* Nothing is written to the field, whatever was put there. */
void generation_drop(struct generation *generation, size_t field);
/* The matter is open at this field, or no longer open. */
void generation_matter(struct generation *generation, size_t field, enum matter_reason reason,
                       bool open);
/* Most mappings have none, so it is asked before they are searched. */
static inline bool generation_has_matters(const struct generation *generation)
{
    return generation->pull->mapping && generation->pull->mapping->matter_count > 0;
}

/* ---- pull_field.c ---- */

/* A value of an object that is there already. */
WARN_UNUSED enum error_code pull_field_decide(struct generation *generation,
                                              const struct candidate *candidate,
                                              struct error *error);

/* ---- pull_unseen.c ---- */

enum unseen_verdict {
    UNSEEN_SEEN,    /* they have what was sent, perhaps in another form */
    UNSEEN_EDITED,  /* somebody has changed it there since */
    UNSEEN_LATE,    /* they still show the previous value */
    UNSEEN_NOT_KEPT /* they have something else, and nobody edited it */
};

/* What the report says about a field that was sent and had not been reported since (spec section
 * 13.2). */
WARN_UNUSED enum error_code pull_unseen_judge(const struct generation *generation,
                                              const struct candidate *candidate,
                                              const struct base_version *base,
                                              enum unseen_verdict *verdict, struct error *error);

#endif
