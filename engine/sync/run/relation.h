/*
 * relation: fields that refer to other records (spec section 9, decisions 57 and 58). Private to
 * sync/.
 */
#ifndef TANDEM_SYNC_RUN_RELATION_H
#define TANDEM_SYNC_RUN_RELATION_H

#include "sync/run/run_context.h"

/* The records that the report's relations refer to and that have no local object yet, by index
 * of the integration object, except those already requested in this run. Remaps of the report
 * count as done. *any: there are some. */
WARN_UNUSED enum error_code relation_missing(struct run_context *context,
                                             const struct report *report,
                                             struct selection_ids **missing, bool *any,
                                             struct error *error);
/* A field that was left out because the record to which it refers is not known here. */
struct relation_unresolved {
    const struct report_object *object;
    size_t field; /* index in object->object->fields */
    const struct report_relation *relation;
};

/* Put references to our objects into the report's fields. References that cannot be resolved are
 * removed from the report and listed in *unresolved. Inside a transaction, after the remaps. */
WARN_UNUSED enum error_code relation_resolve(struct run_context *context, struct report *report,
                                             struct relation_unresolved **unresolved,
                                             size_t *unresolved_count, struct error *error);

/* A reference to the object to which a record of theirs is linked, if that exists. */
WARN_UNUSED enum error_code relation_target(struct run_context *context, struct text object,
                                            struct text id, struct arena *arena,
                                            struct value *value, bool *found, struct error *error);

/* Records that were requested for a relation and are known now may be requested again later. */
WARN_UNUSED enum error_code relation_forget_found(struct run_context *context,
                                                  const struct selection_ids *ids,
                                                  struct error *error);

#endif
