/*
 * objects_layout: what objects.c, import, export and seed share. For store/ only.
 */
#ifndef TANDEM_STORE_OBJECTS_OBJECTS_LAYOUT_H
#define TANDEM_STORE_OBJECTS_OBJECTS_LAYOUT_H

#include "store/schema/codec.h"
#include "store/objects/objects.h"
#include "store/sql/composed.h"

/* Assignments as the object's fields store them; `set` tells which. */
struct object_draft {
    const struct store_object *object;
    struct value *values; /* by index in the object's fields */
    bool *set;
    bool unlimited; /* given by the caller: texts may be longer than their field's limit */
};

/* Normalize and check; ERROR_INVALID names the field and the value. */
WARN_UNUSED enum error_code objects_draft(struct store *store, const struct store_object *object,
                                          const struct object_assignment *assignments, size_t count,
                                          struct arena *arena, struct object_draft *draft,
                                          struct error *error);
/* When an object was added, modified and identified; INSTANT_NONE: the triggers say. */
struct object_dates {
    instant added, modified, identified;
};
/* INSERT with these values; id 0: the next one. Dates NONE: left to the triggers. */
WARN_UNUSED enum error_code objects_insert(struct store *store, const struct object_draft *draft,
                                           int64_t id, const struct object_dates *dates,
                                           struct arena *arena, int64_t *inserted,
                                           struct error *error);
/* UPDATE of what is set, do-not-contact included; *found: there is such a row. */
WARN_UNUSED enum error_code objects_update(struct store *store, const struct object_draft *draft,
                                           int64_t id, struct arena *arena, bool *found,
                                           struct error *error);
/* "SELECT ... FROM object o <rest>", for objects_next; rows_close must follow. */
void objects_open(struct store *store, const struct store_object *object, const char *rest,
                  struct rows *rows, struct error *error);
/* Is there another row? Its values, dates and id, in the arena. */
bool objects_next(const struct store *store, const struct store_object *object, struct rows *rows,
                  struct arena *arena, struct object_row *row);

#endif
