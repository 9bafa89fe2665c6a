/*
 * change_push: decides what is sent of one of our objects to one record (spec sections 7, 7a;
 * decisions 28 to 32, 41 to 43, 50, 51). Pure.
 */
#ifndef TANDEM_SYNC_PUSH_CHANGE_PUSH_H
#define TANDEM_SYNC_PUSH_CHANGE_PUSH_H

#include "model/side.h"

struct push_case {
    const struct manual_entry *entry;
    const struct report_object *reported; /* of the internal side */
    struct mapping *mapping;              /* NULL: to be created there */
    int64_t key;                          /* of the mapping, or books->create_key in its place */
    bool full;                            /* the report is a full one */
    bool pulled;          /* this run has a pull: values that it did not show are not overwritten */
    instant now;          /* of the run */
    const bool *left_out; /* by integration field: refused a moment ago; NULL: none */
    bool use_base;        /* the judge has "base" */
    enum tie_policy on_tie;
};

struct push_decision {
    const struct manual_entry *entry;
    struct order_change *change;      /* NULL: nothing to send, or held back */
    bool held_back;                   /* to be created there, but lacks a required field */
    bool tied;                        /* a field was left out because nobody won it */
    bool withheld;                    /* a change waits because their value could not be stored
                                       * here */
    bool looped;                      /* a change waits because runs wrote the field again and
                                       * again */
    const struct manual_line **empty; /* required and empty: noted */
    size_t empty_count;
    size_t *emptied; /* internal fields that were emptied although nothing was agreed: they keep
                      * theirs, which has to come here */
    size_t emptied_count;
    bool *waits;  /* by index of reported->tracked: it is not sent now, and is kept */
    bool *wanted; /* by index of reported->tracked: the entry sends this field at all */
};

/* Decide every line of the pair (spec section 7b). The change and all lists live in the arena. No
 * writes. */
WARN_UNUSED enum error_code change_push_generate(struct arena *arena, const struct push_case *push,
                                                 struct push_decision *decision,
                                                 struct error *error);

#endif
