/*
 * scenario_store: the store of a scenario: filled with the input, edited by users, and read out.
 *
 * Everything lives in the scenario's arena or is owned by it; texts are borrowed from the case.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_SCENARIO_STORE_H
#define TANDEM_TESTS_CONFORMANCE_SCENARIO_STORE_H

#include <jansson.h>

#include "store/schema/store.h"

struct scenario_integration {
    const char *name;
    const json_t *told; /* {enabled, manual, config?} */
    bool enabled;
    json_t *manual_told;   /* what it is by now; borrowed */
    json_t *config_told;   /* likewise; NULL: none */
    struct manual *manual; /* only entries and lines that the store knows */
};

struct scenario_store {
    struct arena *arena;
    const json_t *input;
    struct store *store;
    char *path; /* of the file */
    struct scenario_integration *integrations;
    size_t integration_count;
};

/* A store in a new file in the folder for temporary files, filled with `input`. On failure what was
 * made is released. */
WARN_UNUSED enum error_code scenario_store_open(struct scenario_store *scenario,
                                                struct arena *arena, const json_t *input,
                                                struct error *error);
/* Close it and remove the file. */
void scenario_store_close(struct scenario_store *scenario);
/* NULL if there is none of this name. */
const struct scenario_integration *scenario_store_integration(const struct scenario_store *scenario,
                                                              const char *name);
/* From now on the set-up of these integrations is this: name -> {enabled?, manual?, config?}. */
WARN_UNUSED enum error_code scenario_store_change(struct scenario_store *scenario,
                                                  const json_t *told, struct error *error);
/* Make the edits that users do, each at its instant. */
WARN_UNUSED enum error_code scenario_store_edit(struct scenario_store *scenario,
                                                const json_t *edits, struct error *error);
/* The whole state as `final` shows it. *state is owned by the caller (json_decref). */
WARN_UNUSED enum error_code scenario_store_final(struct scenario_store *scenario, json_t **state,
                                                 struct error *error);

#endif
