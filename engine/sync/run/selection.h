/*
 * selection: runs that are limited to some objects (spec section 2, decisions 14 and 15). Private
 * to sync/.
 */
#ifndef TANDEM_SYNC_RUN_SELECTION_H
#define TANDEM_SYNC_RUN_SELECTION_H

#include "sync/run/run_context.h"

/* Before the pull: the selected records, and the records of the selected objects. Ids of kinds
 * that are not mapped get an outcome. Inside a transaction. */
WARN_UNUSED enum error_code selection_resolve_records(struct run_context *context,
                                                      struct error *error);
/* Before the push: the selected objects, and the objects of the selected records. */
WARN_UNUSED enum error_code selection_resolve_objects(struct run_context *context,
                                                      struct error *error);
/* After the push: selected objects that were in no report get an outcome. Inside a transaction. */
WARN_UNUSED enum error_code selection_note_missing(struct run_context *context,
                                                   struct error *error);

/* Adds an id once; copies it into the run's arena. */
WARN_UNUSED enum error_code selection_ids_add(struct run_context *context,
                                              struct selection_ids *selected, struct text id,
                                              struct error *error);
bool selection_ids_has(const struct selection_ids *selected, struct text id);

#endif
