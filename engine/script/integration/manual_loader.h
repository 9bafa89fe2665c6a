/*
 * manual_loader: manifest + configuration + internal schemas -> the mapping manual.
 *
 * Objects in the manifest's order; those without a mapping are left out. Lines that name an unknown
 * internal object or field are not used: a warning (decision 26).
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_MANUAL_LOADER_H
#define TANDEM_SCRIPT_INTEGRATION_MANUAL_LOADER_H

#include "script/configuration/configuration.h"
#include "script/integration/script_loader.h"
#include "model/manual.h"

/* How internal objects look; implemented over the store by cli/. *schema NULL: no such object. The
 * schema must outlive the manual. */
struct schema_source {
    void *context;
    enum error_code (*schema_of)(void *context, struct text object,
                                 const struct object_schema **schema, struct error *error);
};

/* What the operator should know; messages are whole sentences that name file and key. */
struct manual_warnings {
    struct text *messages;
    size_t count, capacity;
};

/* Errors (ERROR_CONFIGURATION): nothing is left to sync, a mapping for an object that the manifest
 * does not have, an internal field fed by two lines of one object, a default that does not fit.
 * `warnings` lives in the arena; may be NULL. */
WARN_UNUSED enum error_code manual_load(const struct manifest *manifest,
                                        const struct integration_configuration *configuration,
                                        const struct schema_source *schemas, struct arena *arena,
                                        struct manual **manual, struct manual_warnings *warnings,
                                        struct error *error);

#endif
