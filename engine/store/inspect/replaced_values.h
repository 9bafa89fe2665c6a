/*
 * replaced_values: the values of either side that a plan's run would replace. A run may write a
 * value more than once, as several records of one object do: it counts by what is there before the
 * run and after it, and not at all if that is the same.
 *
 * Kept in a database of its own on the disk, which is gone when it is freed.
 */
#ifndef TANDEM_STORE_INSPECT_REPLACED_VALUES_H
#define TANDEM_STORE_INSPECT_REPLACED_VALUES_H

#include "model/side.h"

struct replaced_values; /* opaque */

/* One field that a run writes. Values are as people read them; absent: empty, or not known. */
struct replaced_value {
    enum side side;
    struct text object, id; /* of that side */
    struct text field;
    struct text other_object, other_id; /* of the other side: whose value it becomes */
    struct text before, after;
    struct text why;
    bool replaces; /* `before` is not empty, as far as is known, and another value than `after` */
};
typedef enum error_code replaced_values_tell(void *context, const struct replaced_value *value,
                                             struct error *error);

/* *values is the caller's: replaced_values_free. */
WARN_UNUSED enum error_code replaced_values_new(struct replaced_values **values,
                                                struct error *error);
void replaced_values_free(struct replaced_values *values); /* accepts NULL */

/* The next write of the run. */
WARN_UNUSED enum error_code replaced_values_add(struct replaced_values *values,
                                                const struct replaced_value *value,
                                                struct error *error);
/* The run creates this object of ours: what it writes to it later on replaces nothing. */
WARN_UNUSED enum error_code replaced_values_create(struct replaced_values *values,
                                                   struct text object, struct text id,
                                                   struct error *error);
/* The run deletes it, with all of its values. */
WARN_UNUSED enum error_code replaced_values_delete(struct replaced_values *values, enum side side,
                                                   struct text object, struct text id,
                                                   struct error *error);
/* Each value that is replaced, in the order in which they were first written. */
WARN_UNUSED enum error_code replaced_values_each(struct replaced_values *values,
                                                 replaced_values_tell *tell, void *context,
                                                 struct error *error);

#endif
