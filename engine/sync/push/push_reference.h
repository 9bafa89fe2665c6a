/*
 * push_reference: which record over there a field of a change refers to (spec section 13.8). Private
 * to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_REFERENCE_H
#define TANDEM_SYNC_PUSH_PUSH_REFERENCE_H

#include "sync/run/run_context.h"

/* The oldest live link of the object that the field refers to, or the record that was made for it in
 * one of these orders (NULL: leave out) a moment ago. *awaited: it has no record there, but its kind
 * is mapped. */
WARN_UNUSED enum error_code push_reference_find(const struct run_context *context,
                                                const struct order *const orders[2],
                                                const struct order_change *change,
                                                const struct order_field *field,
                                                struct arena *arena, struct order_link *record,
                                                bool *awaited, struct error *error);
/* A field was sent and answered: it waits for the record that it refers to, or for nothing any more.
 * Inside a transaction. */
WARN_UNUSED enum error_code push_reference_book(const struct run_context *context,
                                                const struct order_change *change,
                                                const struct order_field *field,
                                                const struct mapping *mapping, struct arena *arena,
                                                struct error *error);
/* Fields whose record is there by now are owed, and in a push their objects come once more. Inside a
 * transaction, after what links. */
WARN_UNUSED enum error_code push_reference_owe(struct run_context *context, struct arena *arena,
                                               struct error *error);
/* The same before the first page, for what was linked since, in a transaction of its own. */
WARN_UNUSED enum error_code push_reference_begin(struct run_context *context, struct error *error);

#endif
