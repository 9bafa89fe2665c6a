/*
 * match_undecided: the records that a first sync would skip until somebody decides about them, with
 * the objects that they match.
 */
#ifndef TANDEM_CLI_COMMANDS_MATCH_UNDECIDED_H
#define TANDEM_CLI_COMMANDS_MATCH_UNDECIDED_H

#include <jansson.h>

#include "model/outcome.h"
#include "store/schema/store.h"

enum { MATCH_UNDECIDED_MOST = 25 };

struct match_undecided {
    struct note notes[MATCH_UNDECIDED_MOST]; /* the first ones; about: why */
    size_t count;
};

/* Copies it; what is more than can be held is left out. */
WARN_UNUSED enum error_code match_undecided_add(struct match_undecided *undecided,
                                                const struct note *note, struct arena *arena,
                                                struct error *error);
/* [{reason, object, integration_object, integration_id, matches, message}], by the store after the
 * run. */
WARN_UNUSED enum error_code match_undecided_json(const struct match_undecided *undecided,
                                                 struct store *store, struct text integration,
                                                 struct arena *arena, json_t **json,
                                                 struct error *error);

#endif
