/*
 * first_schema: the store's schema as its first version made it. For store/schema/ only.
 */
#ifndef TANDEM_STORE_SCHEMA_FIRST_SCHEMA_H
#define TANDEM_STORE_SCHEMA_FIRST_SCHEMA_H

#include "store/schema/store_layout.h"

WARN_UNUSED enum error_code first_schema_make(struct store *store, struct error *error);

#endif
