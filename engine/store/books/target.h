/*
 * target: an object of ours that an order writes, with all the changes for it. For store/ only.
 *
 * internal_group.c finds which changes belong together, internal_check.c what each field would
 * store, internal_order.c merges them, internal_write.c writes, internal_tracking.c tracks the
 * changes for other integrations.
 */
#ifndef TANDEM_STORE_BOOKS_TARGET_H
#define TANDEM_STORE_BOOKS_TARGET_H

#include "model/execution.h"
#include "store/books/run_layout.h"

/* The company to which a value refers; the contact is linked to it. */
struct company_link {
    bool set;
    int64_t company;
};

/* The value that a change gives to a field. */
struct checked_value {
    struct executed_field field;
    struct company_link company;
};

struct target {
    struct run_object *object;
    struct executed_object executed; /* with the changes for it */
    size_t change_capacity;
    bool exists; /* false: to be created */
    int64_t id;
    struct value *before;           /* by index in the manual's fields */
    bool anonymous;                 /* before the write; false for what is no contact */
    struct company_link *companies; /* by the same index; NULL if it is not a contact */
    uint64_t *changed;              /* bits, by the same index: executed.fields[].changed */
    bool any_changed, any_set, any_link;
};

/* ---- internal_group.c ---- */

/* The targets among the order's changes for one kind, in the order of their first change. */
WARN_UNUSED enum error_code internal_group_changes(struct run_object *object,
                                                   const struct order *order, bool creates,
                                                   struct target **targets, size_t *count,
                                                   struct error *error);

/* ---- internal_check.c ---- */

/* Resolve and check one field: checked->field is set unless field->refusal is. */
WARN_UNUSED enum error_code
internal_check_field(struct store_run *run, const struct run_object *object,
                     const struct order *order, const struct order_change *change,
                     struct order_field *field, struct checked_value *checked, struct error *error);

/* ---- internal_write.c ---- */

/* Write the object. *failure not absent: the store refused this one, and says why; nothing of it
 * was written, and the others can go on. */
WARN_UNUSED enum error_code internal_write_target(struct store_run *run, struct target *target,
                                                  instant now, struct arena *arena,
                                                  struct text *failure, struct error *error);
/* Does the write give an identifier? */
bool internal_write_is_identified(const struct target *target);

/* Is the bit of this field set? */
static inline bool bit_of(const uint64_t *bits, size_t index)
{
    return bits[index / 64] >> index % 64 & 1;
}

#endif
