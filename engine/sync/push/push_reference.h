/*
 * push_reference: the record there to which a field of a change refers (spec section 13.8). Private
 * to sync/.
 */
#ifndef TANDEM_SYNC_PUSH_PUSH_REFERENCE_H
#define TANDEM_SYNC_PUSH_PUSH_REFERENCE_H

#include "sync/run/run_context.h"

/* The oldest live link of the object to which the field refers, or the record just created for
 * it in one of these orders (may be NULL). *awaited: it has no record there yet, but its kind is
 * mapped. */
WARN_UNUSED enum error_code
push_reference_find(const struct run_context *context, const struct order *const orders[2],
                    const struct order_change *change, const struct order_field *field,
                    struct order_link *record, bool *awaited, struct error *error);
/* A field was sent and answered: it waits for the record to which it refers, or no longer waits.
 * Inside a transaction. */
WARN_UNUSED enum error_code push_reference_book(const struct run_context *context,
                                                const struct order_change *change,
                                                const struct order_field *field,
                                                const struct mapping *mapping, struct arena *arena,
                                                struct error *error);
/* Fields whose record exists by now are to be sent; during a push their objects are sent again.
 * Inside a transaction, after the links are stored. */
WARN_UNUSED enum error_code push_reference_owe(struct run_context *context, struct arena *arena,
                                               struct error *error);
/* The same before the first page, for records linked since, in its own transaction. */
WARN_UNUSED enum error_code push_reference_begin(struct run_context *context, struct error *error);

#endif
