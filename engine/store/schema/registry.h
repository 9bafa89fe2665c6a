/*
 * registry: which integrations there are and which fields each of them tracks.
 *
 * The store tracks a change for every enabled integration whose manual has a line for the field
 * that is not to_internal (decision 66). The list is kept in the file, so that plain SQL is tracked
 * as well; the triggers are created again only if it changed.
 */
#ifndef TANDEM_STORE_SCHEMA_REGISTRY_H
#define TANDEM_STORE_SCHEMA_REGISTRY_H

#include "store/schema/store.h"

struct registry_integration {
    struct text name;
    bool enabled;
    bool unread; /* nobody could read it: what the store knows of it stays; the rest is ignored */
    const struct manual *manual; /* may be NULL if it is not enabled */
};

/* From now on exactly these exist; those of the file that are not among them count as disabled but
 * keep their books. One that could not be read continues as before, with its changes tracked; a new
 * one waits until it can be read. Call it whenever the configuration was read; cheap if nothing
 * changed. */
WARN_UNUSED enum error_code registry_set(struct store *store,
                                         const struct registry_integration *integrations,
                                         size_t count, struct error *error);
/* What was written down of an integration's script, as it was given; absent: nothing. */
WARN_UNUSED enum error_code registry_script(struct store *store, struct text integration,
                                            struct arena *arena, struct text *record,
                                            struct error *error);
WARN_UNUSED enum error_code registry_set_script(struct store *store, struct text integration,
                                                struct text record, struct error *error);

#endif
