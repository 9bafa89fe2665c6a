/*
 * known_as: what people call an object that is gone on one side: its identifiers, and what tells
 * objects of its kind apart. Private to sync/.
 */
#ifndef TANDEM_SYNC_RUN_KNOWN_AS_H
#define TANDEM_SYNC_RUN_KNOWN_AS_H

#include "model/side.h"

/* "Ann Lee, ann@example.org"; absent: nothing is known. The values are those that the record shows,
 * or, if `local_object` is given, those of the object. */
WARN_UNUSED enum error_code known_as(struct arena *arena, const struct manual_entry *entry,
                                     const struct report_object *reported,
                                     const struct local_object *local_object, struct text *name,
                                     struct error *error);

#endif
