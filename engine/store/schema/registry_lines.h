/*
 * registry_lines: lines that are new since the registry was written last. For store/schema only.
 *
 * A field that is tracked again may have been edited while nobody tracked it (spec section 13.4); a
 * new line that leads here is filled once, from the beginning (decision 111).
 */
#ifndef TANDEM_STORE_SCHEMA_REGISTRY_LINES_H
#define TANDEM_STORE_SCHEMA_REGISTRY_LINES_H

#include "store/schema/store_layout.h"
#include "store/schema/registry.h"

/* Before the lists of tracked fields are rewritten, and after: fields that are newly tracked are
 * remembered. Inside a transaction. */
WARN_UNUSED enum error_code registry_lines_before(struct store *store, struct error *error);
WARN_UNUSED enum error_code registry_lines_after(struct store *store, struct error *error);
/* The lines of an enabled integration. One that leads here and is new is to be filled, unless
 * nothing was known of its object's lines (a new integration, or a store of an earlier version). */
WARN_UNUSED enum error_code registry_lines_learn(struct store *store,
                                                 const struct registry_integration *integration,
                                                 struct error *error);

#endif
