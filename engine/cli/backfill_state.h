/*
 * backfill_state: how far a backfill is, in var/backfill/NAME.json.
 */
#ifndef TANDEM_CLI_BACKFILL_STATE_H
#define TANDEM_CLI_BACKFILL_STATE_H

#include <jansson.h>

#include "cli/home.h"
#include "cli/slices.h"

struct backfill_state {
    json_t *asked; /* what was given on the command line, word for word; owned */
    struct slices slices;
    size_t done;      /* slices finished, from the first on */
    size_t attention; /* ... of them with objects that need attention */
};

/* *found tells whether there is one. ERROR_INVALID if the file is not what was written. */
WARN_UNUSED enum error_code backfill_state_load(const struct home *home, const char *name,
                                                struct backfill_state *state, bool *found,
                                                struct error *error);
/* Put it in the place of the old one, whole or not at all, also if the power fails. */
WARN_UNUSED enum error_code backfill_state_save(const struct home *home, const char *name,
                                                const struct backfill_state *state,
                                                struct error *error);
void backfill_state_release(struct backfill_state *state);

#endif
