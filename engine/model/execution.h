/*
 * execution: what our side made of an order (spec section 8).
 *
 * Our side writes objects, and says here which ones from which changes; it keeps nothing else.
 * From this, sync/ keeps the mappings, the base versions and the tracked changes. Lives in the
 * order's arena.
 */
#ifndef TANDEM_MODEL_EXECUTION_H
#define TANDEM_MODEL_EXECUTION_H

#include "model/order.h"

/* What became of one field of an object. */
struct executed_field {
    bool set;                          /* a change brought a value that can be stored */
    bool changed;                      /* the object had another value before */
    struct value stored;               /* what it has now */
    instant at;                        /* when it got that value, by the change that brought it */
    const struct order_change *change; /* whose value it is */
    bool unagreed;                     /* which that record and ours have never agreed on */
    bool rewritten; /* a trigger of an application has given it another value since */
};

/* An object that has now what an order says of it, even if nothing had to be written for that. */
struct executed_object {
    const struct manual_object *object;
    struct text id;
    bool created;
    bool identified;               /* false: a contact that has no identifier yet */
    struct order_change **changes; /* in the order's order; those that became part of it */
    size_t change_count;
    struct executed_field *fields; /* by index in the manual's fields */
    struct executed_object *next;  /* in the order in which they were written */
};

#endif
