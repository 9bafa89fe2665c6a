/*
 * outcome: what a run reports to people: the result for each object, notes for its owner, and how a
 * field was judged.
 */
#ifndef TANDEM_MODEL_OUTCOME_H
#define TANDEM_MODEL_OUTCOME_H

#include "model/judge.h"
#include "model/request.h"

enum outcome_kind {
    OUTCOME_FAILED,
    OUTCOME_CONFLICT,
    OUTCOME_DEFERRED,
    OUTCOME_CREATED,
    OUTCOME_UPDATED,
    OUTCOME_SKIPPED,
    OUTCOME_UNCHANGED,
    OUTCOME_KIND_COUNT
};
/* "failed", "conflict" ... (static). */
const char *outcome_name(enum outcome_kind kind);

struct outcome {
    enum side side; /* SIDE_INTEGRATION: pull (a record of theirs); SIDE_INTERNAL: push (ours) */
    struct text object, id;
    enum outcome_kind kind;
    const char *reason; /* "deleted", "not_mapped", ... or NULL (static) */
};

/* A note for the people who own an object (spec section 10). */
struct note {
    struct text internal_object, internal_id;       /* id absent: not created */
    struct text integration_object, integration_id; /* id absent: not created there */
    const char *about;   /* "unreadable", "required_empty", "too_long", "ambiguous" ... (static) */
    struct text field;   /* internal field; absent: about the whole object */
    struct text message; /* for people */
};

/* A field that was judged, for `explain`. */
struct decision {
    enum side side;
    const struct manual_entry *entry;
    const struct manual_line *line;
    struct text internal_id, integration_id;
    struct judge_side left, right;
    uint64_t base;
    enum verdict verdict;
    const char *decided_by; /* mode, policy or rule: "base", "on_tie", "unchanged there" ... */
};

#endif
