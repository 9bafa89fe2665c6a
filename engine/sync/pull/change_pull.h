/*
 * change_pull: decides what one reported record changes on our side (spec sections 6, 7a, 11).
 *
 * Pure: reads its input, decides, and allocates in the arena. No I/O, except for a conflict policy
 * that is a function of the configuration.
 */
#ifndef TANDEM_SYNC_PULL_CHANGE_PULL_H
#define TANDEM_SYNC_PULL_CHANGE_PULL_H

#include "model/run.h"

/* One record, and our object and tracked changes. */
struct pull_case {
    const struct run *run; /* its exchange (for resolve_conflict) and its books (for the age of our
                            * values) may be NULL */
    const struct manual_entry *entry;
    const struct report_object *reported;
    struct text internal_id;                 /* absent: to be created */
    const struct local_object *local_object; /* NULL: to be created */
    struct tracked_changes tracked;          /* of our object, for this integration */
    struct mapping *mapping;                 /* NULL: none yet */
    bool track_seen; /* the push needs to know which values the integration has shown */
};

/* What the judge decided about a tracked change; applied when the results are stored. */
enum tracked_verdict {
    TRACKED_UNTOUCHED,
    TRACKED_EQUAL, /* the mapping has it already */
    TRACKED_LEFT,  /* ours won: an earlier tie is over */
    TRACKED_RIGHT, /* theirs won: removed once theirs is written, a tie if it cannot be written */
    TRACKED_TIE    /* nobody won */
};

enum pull_note_kind { PULL_NOTE_UNREADABLE, PULL_NOTE_REQUIRED_EMPTY, PULL_NOTE_NOT_KEPT };
/* "unreadable" ... (static): what the note of a person is `about`. */
const char *change_pull_note_name(enum pull_note_kind kind);

/* For people: what happened to a value of theirs. */
struct pull_note {
    enum pull_note_kind kind;
    const struct manual_line *line;
};

/* An edit of ours that was not tracked and is from now on. */
struct pull_edit {
    size_t field;                 /* internal */
    enum tracked_verdict verdict; /* LEFT or TIE */
};

/* A matter at one of our fields is open, or no longer open. */
struct pull_matter {
    size_t field; /* internal */
    enum matter_reason reason;
    bool open;
};

struct pull_decision {
    struct order_change *change;        /* NULL: nothing to write */
    bool held_back;                     /* a record to be created that lacks a required field */
    bool base_versions_changed;         /* `base_versions` differs from the mapping's */
    struct base_version *base_versions; /* by internal field index: those that the mapping is to
                                         * have; NULL: unchanged */
    uint64_t *reported; /* by internal field: fingerprint of the record's value; 0: none */
    enum tracked_verdict *verdicts; /* by index of pull_case.tracked */
    struct {
        unsigned internal, integration, unresolved;
    } conflicts;
    struct {
        unsigned internal, integration;
    } overwritten; /* values on either side that first_link gave up for the other's */
    struct pull_note *notes;
    size_t note_count;
    struct decision *decisions;
    size_t decision_count;
    size_t *blocks; /* internal do-not-contact fields that are kept and are to be sent there */
    size_t block_count;
    size_t *owed; /* internal fields that are to be sent there: they lack them, or ours won the
                   * first link */
    size_t owed_count;
    struct pull_edit *edits;
    size_t edit_count;
    struct pull_matter *matters;
    size_t matter_count;
    bool not_kept;       /* a field was not kept */
    bool looped;         /* a field is held because runs wrote it again and again */
    bool holds_position; /* a conflict has to be read again, so the position must not pass it */
};

/* Memory that the decisions of a pull use one after the other; what a decision keeps is copied out
 * of it. Made once for a page, large enough for every entry of the manual; lives in the arena. */
struct pull_workspace {
    size_t *slot; /* by internal field: its place in `fields`, or SIZE_MAX */
    const struct tracked_change **tracked; /* by internal field; NULL: none */
    struct order_field *fields;            /* what is to be written */
    struct value *decided;
    struct pull_decision empty; /* nothing is decided yet; its lists have room for every line */
};

WARN_UNUSED enum error_code change_pull_workspace(struct arena *arena, const struct manual *manual,
                                                  struct pull_workspace **workspace,
                                                  struct error *error);

/* Decide every line of the pair (spec section 7a). The change and all lists of the decision live in
 * the arena; the workspace can be used again once they are read. No writes. */
WARN_UNUSED enum error_code change_pull_generate(struct arena *arena,
                                                 struct pull_workspace *workspace,
                                                 const struct pull_case *pull,
                                                 struct pull_decision *decision,
                                                 struct error *error);

#endif
