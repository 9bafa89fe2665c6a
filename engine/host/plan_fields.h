/*
 * plan_fields: which fields of a change a plan shows, what they replace, and why.
 *
 * Everything returned lives in the arena or the order given. `values` may be NULL: what the
 * records of the third party have is not known.
 */
#ifndef TANDEM_HOST_PLAN_FIELDS_H
#define TANDEM_HOST_PLAN_FIELDS_H

#include "host/plan_watch.h"

/* Did both changes make, or go to, the same object of ours? */
bool plan_fields_same_result(const struct order_change *left, const struct order_change *right);
/* The fields of a new object of ours: what any of the records brings that it is made from. Returns
 * how many; `fields` has room for all of the object's. */
size_t plan_fields_new(const struct order *order, const struct order_change *change,
                       const struct local_object *after, struct plan_field *fields);
/* What the executed change has altered in an object of ours: told->field_count grows,
 * told->fields has room. */
WARN_UNUSED enum error_code
plan_fields_altered(struct reported_values *values, const struct order_change *change,
                    const struct local_object *before, const struct local_object *after,
                    struct arena *arena, struct plan_change *told, struct error *error);
/* What a change would send that the record does not have already: *count grows. */
WARN_UNUSED enum error_code plan_fields_sent(struct reported_values *values,
                                             const struct order_change *change, struct arena *arena,
                                             struct plan_field *fields, size_t *count,
                                             struct error *error);

#endif
