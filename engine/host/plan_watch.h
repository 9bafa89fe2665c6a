/*
 * plan_watch: what a run changes, reported object by object and field by field.
 *
 * Wraps both sides of a run on a snapshot. Ours carries out its orders, so the plan shows what a
 * sync would do, refusals of the store included; the integration's are answered as if they had
 * succeeded, creates with ids "dry-run-1", "dry-run-2" ..., and no script sees them.
 *
 * Calling sequence: plan_watch_init, hand `ours.exchange...` and `theirs` to the run, use, forget.
 * The struct must not move in between.
 */
#ifndef TANDEM_HOST_PLAN_WATCH_H
#define TANDEM_HOST_PLAN_WATCH_H

#include "base/log.h"
#include "model/observer.h"
#include "model/side.h"
#include "store/schema/store.h"
#include "store/inspect/reported_values.h"

struct plan_field {
    struct text name;
    const struct value *before; /* NULL: not known, or the object is new */
    const struct value *after;
    bool replaces;   /* a value that is not empty is replaced, or may be */
    struct text why; /* for people: who changed it, who won and by what */
};

/* One object that would be created, changed or deleted. Everything is borrowed for the call. */
struct plan_change {
    enum side receiver;
    const char *action;     /* "create", "update", "link", "delete", "unlink", "remap" (static) */
    struct text object, id; /* of the receiver; id absent: to be created */
    /* "create" here, "link" to what is created on the same page: the id that it will have unless
     * something else is created first; later changes of the plan use that id. Else absent.
     */
    struct text expected_id;
    struct text from_object, from_id; /* of the sender, or the old pair; absent: none */
    bool contradicts;                 /* "link": although the object here has another name (13.7) */
    struct plan_field *fields;
    size_t field_count;
};
typedef enum error_code plan_tell(void *context, const struct plan_change *change,
                                  struct error *error);

struct plan_watch {
    struct internal_side ours;      /* for the run */
    struct exchange theirs;         /* for the run */
    struct observer observer;       /* for the run */
    struct internal_side *inner;    /* private, like all that follow */
    struct store *store;            /* may be NULL */
    struct reported_values *values; /* may be NULL: their values are not known */
    struct exchange *exchange;
    struct log *log;           /* may be NULL */
    unsigned answered_creates; /* creates there that were answered as if they had succeeded */
    plan_tell *tell;
    void *context;
    const struct order *page; /* of ours, executed last; NULL: the page under way made none */
    struct error trouble;     /* an error of a callback that cannot return one */
};

/* What a watch wraps, and whom it notifies. All pointers are borrowed. */
struct plan_parties {
    struct internal_side *internal;
    struct exchange *exchange;
    struct store *store;            /* the snapshot; NULL: what it does by itself is not told */
    struct reported_values *values; /* filled by the watch; NULL: their values are not known */
    struct log *log;                /* may be NULL */
    plan_tell *tell;
    void *context;
};
void plan_watch_init(struct plan_watch *watch, const struct plan_parties *parties);

#endif
