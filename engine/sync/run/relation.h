/*
 * relation: fields that refer to other records (spec section 9, decisions 57 and 58). Private to
 * sync/.
 */
#ifndef TANDEM_SYNC_RUN_RELATION_H
#define TANDEM_SYNC_RUN_RELATION_H

#include "sync/run/run_context.h"

/* The records that the report's relations refer to and that have no local object yet, by index of
 * the integration object; those that were asked for in this run before are left out. Remaps of the
 * report count as carried out. *any tells whether there are any. */
WARN_UNUSED enum error_code relation_missing(struct run_context *context,
                                             const struct report *report,
                                             struct selection_ids **missing, bool *any,
                                             struct error *error);
/* A field that was left out because what it refers to is not known here. */
struct relation_unresolved {
    const struct report_object *object;
    size_t field; /* index in object->object->fields */
    const struct report_relation *relation;
};

/* Put references to our objects into the report's fields; what can't be resolved is left out of the
 * report and listed in *unresolved. Inside a transaction, after the remaps. */
WARN_UNUSED enum error_code relation_resolve(struct run_context *context, struct report *report,
                                             struct relation_unresolved **unresolved,
                                             size_t *unresolved_count, struct error *error);

/* A reference to the object that a record of theirs is here, if it is linked to one that lives. */
WARN_UNUSED enum error_code relation_target(struct run_context *context, struct text object,
                                            struct text id, struct arena *arena,
                                            struct value *value, bool *found, struct error *error);

/* What was asked for by a relation and is known now may be asked for again later. */
WARN_UNUSED enum error_code relation_forget_found(struct run_context *context,
                                                  const struct selection_ids *ids, struct error *error);

#endif
