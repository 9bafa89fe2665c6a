/*
 * report: the objects that a side created or changed, with the fields that it knows.
 *
 * A side fills it in answer to one request; report_finish then merges records that came twice.
 * All of it lives in the iteration's arena: texts given to the functions here are copied.
 */
#ifndef TANDEM_MODEL_REPORT_H
#define TANDEM_MODEL_REPORT_H

#include "model/request.h"

enum field_state { FIELD_ABSENT, FIELD_CHANGED, FIELD_REQUIRED, FIELD_UNCHANGED };
/* "changed" and so on, as scripts see it; static. */
const char *report_field_state_name(enum field_state state);

struct report_field {
    enum field_state state; /* ABSENT: unknown, or unreadable */
    bool unreadable;        /* it was present but cannot be read as its type: noted, never
                             * treated as empty; together with a value if the record came twice
                             * and was readable once */
    bool silent;            /* nothing was said of it, and that says that it is empty */
    bool related;           /* set by report_finish: there is a relation for it */
    bool own;   /* the other side says that this value was written with our own account */
    bool waits; /* internal reports: it changed after the window and is sent by a later run; what is
                   said of it now is no proof that the other side has it */
    instant changed_at;   /* when this field changed there; INSTANT_NONE: not known */
    struct value value;   /* normalized */
    struct raw_value raw; /* as received (integration's side); kind RAW_NULL otherwise */
};

/* What an earlier sync noted at a tracked change for one mapping. */
enum change_mark_kind {
    MARK_SETTLED, /* this mapping already has it */
    MARK_TIE,     /* nobody won, or the winner could not be written: not to be pushed */
    MARK_OURS,    /* somebody resolved a tie in favor of our value: it wins as long as theirs is
                   * the same */
    MARK_REFUSED, /* this mapping's record refused it: not sent by ordinary runs */
    MARK_RETRIED  /* the same, but it is to be sent again */
};
struct change_mark {
    int64_t mapping; /* mapping key; books->create_key for a record that is yet to be created */
    enum change_mark_kind kind;
    uint64_t theirs; /* TIE, OURS: fingerprint of their value then; 0: not known */
};

/* A stored row: this field of this internal object changed (spec sections 1 and 11). */
struct tracked_change {
    int64_t sequence; /* identity of this row; a newer change of the field has a greater one */
    size_t field; /* index in the internal object's manual fields; SIZE_MAX: not in the manual */
    instant at;
    int64_t origin; /* mapping key of the record that it came from; 0: a user's edit */
    bool owed;      /* nobody edited it: their record was found to lack it */
    const struct change_mark *marks;
    size_t mark_count;
};

/* Those of one object. */
struct tracked_changes {
    struct tracked_change *items;
    size_t count;
};

struct report_object {
    const struct manual_object *object; /* NULL: the manual has none of this name */
    struct text name, id;
    struct text version;            /* of the record; absent: not reported */
    instant changed_at;             /* INSTANT_NONE: not known */
    struct report_field *fields;    /* by index in object->fields; NULL if object is */
    struct tracked_changes tracked; /* internal reports: what the report has read */
    bool own;    /* the other side says that the last edit of the record was ours */
    bool gone;   /* set by report_finish: the report says that it was deleted after this */
    bool again;  /* internal reports: it was on an earlier page as well */
    bool pulled; /* internal reports: it was written in this run */
};

/* Field F of (object, id) refers to (to_object, to_id). */
struct report_relation {
    struct text object, id, field;
    struct text to_object, to_id;
};
struct report_remap {
    struct text old_object, old_id, new_object, new_id;
};
struct report_deletion {
    struct text object, id;
    instant at;     /* INSTANT_NONE: not known */
    size_t entries; /* how many records had been added before */
    bool overtaken; /* set by report_finish: the report shows the record after its deletion */
};
/* (object, loser) was merged into (object, winner). */
struct report_merge {
    struct text object, loser, winner;
};
struct report_position {
    const struct manual_object *object;
    struct text token;
};

/* A part of a report that could not be read; the rest counts. */
struct report_fault {
    struct text object, id; /* id: of the record, or its place in the report ("entry 3") */
    struct text field;      /* of ours: what it is mapped to does not exist there; absent: none */
    struct text message;
    bool left_out; /* the record is not among the objects */
};

/* How many records the whole window has, if the side knows; only shown to people. */
struct report_total {
    const struct manual_object *object;
    uint64_t count;
};

struct pair_index; /* base/pair_index.h */

struct report {
    struct arena *arena;
    const struct request *request;
    struct report_object **objects; /* in order of first mention */
    size_t object_count, object_capacity;
    struct report_relation *relations;
    size_t relation_count, relation_capacity;
    struct report_remap *remaps;
    size_t remap_count, remap_capacity;
    struct report_deletion *deletions;
    size_t deletion_count, deletion_capacity;
    struct report_merge *merges;
    size_t merge_count, merge_capacity;
    struct report_position *positions;
    size_t position_count, position_capacity;
    struct report_total *totals;
    size_t total_count, total_capacity;
    struct report_fault *faults;
    size_t fault_count, fault_capacity;
    struct text cursor;       /* absent: none; "" and "0" are cursors */
    struct pair_index *index; /* private: look-up of objects by name and id */
};

/* Without entries; lives in the arena. The request is borrowed. */
WARN_UNUSED enum error_code report_new(struct arena *arena, const struct request *request,
                                       struct report **report, struct error *error);
/* One entry. An object that the manual does not have is kept without fields (it gets an outcome).
 * Ids must not be empty or absent (ERROR_INVALID). */
WARN_UNUSED enum error_code report_add_object(struct report *report, const struct manual *manual,
                                              struct text object, struct text id,
                                              instant changed_at, struct report_object **added,
                                              struct error *error);
/* The value of a field as a side reports it. */
struct report_value {
    const struct raw_value *raw;
    enum value_type type; /* as which it is normalized */
    enum field_state state;
    instant changed_at; /* INSTANT_NONE if the side does not track fields */
};
/* Set one field of an entry by its index (manual_object_field). */
WARN_UNUSED enum error_code report_set_field(struct report *report, struct report_object *object,
                                             size_t field, const struct report_value *value,
                                             struct error *error);
WARN_UNUSED enum error_code report_add_fault(struct report *report,
                                             const struct report_fault *fault, struct error *error);
WARN_UNUSED enum error_code report_add_relation(struct report *report,
                                                const struct report_relation *relation,
                                                struct error *error);
/* new_id absent: the same id. */
WARN_UNUSED enum error_code
report_remap_object(struct report *report, const struct report_remap *remap, struct error *error);
/* `at`: when it was deleted; INSTANT_NONE: not known. If the report shows the record as well, the
 * later of the two counts: by instants, or else by the order in which they are given. */
WARN_UNUSED enum error_code report_add_deleted(struct report *report, struct text object,
                                               struct text id, instant at, struct error *error);
WARN_UNUSED enum error_code report_add_merge(struct report *report, struct text object,
                                             struct text loser, struct text winner,
                                             struct error *error);
WARN_UNUSED enum error_code report_set_cursor(struct report *report, struct text cursor,
                                              struct error *error);
WARN_UNUSED enum error_code report_set_position(struct report *report, const struct manual *manual,
                                                struct text object, struct text token,
                                                struct error *error);
/* The other side says who wrote it, and that was us: the value of this field, or (`field` absent)
 * the last edit of the record, which the report has already (ERROR_INVALID: it has not). A field
 * that nobody asked for is ignored. */
WARN_UNUSED enum error_code report_own_edit(struct report *report, struct text object,
                                            struct text id, struct text field, struct error *error);
/* The last one given counts. */
WARN_UNUSED enum error_code report_set_total(struct report *report, const struct manual *manual,
                                             struct text object, uint64_t count,
                                             struct error *error);
/* Merge records that came more than once (decision 23); makes a relation of each field whose value
 * is a reference (decision 11). Called by the engine when the side is done. */
WARN_UNUSED enum error_code report_finish(struct report *report, struct error *error);
/* Convert their instants to our clock, from which theirs differs by `ms`. After report_finish. */
void report_shift(struct report *report, int64_t ms);
/* Does it contain nothing but perhaps a cursor? */
bool report_is_empty(const struct report *report);
/* NULL if it is not in the report. */
struct report_object *report_find(const struct report *report, struct text object, struct text id);

#endif
