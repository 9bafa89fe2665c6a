/*
 * mapping_suggestion: which fields of theirs and of ours could be mapped and are not, and adding
 * them to a configuration.
 */
#ifndef TANDEM_CLI_COMMANDS_MAPPING_SUGGESTION_H
#define TANDEM_CLI_COMMANDS_MAPPING_SUGGESTION_H

#include <jansson.h>

#include "host/session.h"

struct mapping_suggestion {
    const struct mapping_object *object; /* where it belongs; NULL: the object is not mapped yet */
    const char *integration_object, *integration_field;
    struct text internal_field;
    bool writable;      /* there; else only to us */
    struct text sample; /* a value that they have; absent: none is known */
};

struct mapping_suggestions {
    struct mapping_suggestion *list; /* by object, the best first */
    size_t count;
};

/* `fields`: as `tandem fields NAME --samples --json` prints them; borrowed by the suggestions. Each
 * field is in one of them at most. Objects that are not mapped are left out, unless no object is
 * mapped. In the session's arena. */
WARN_UNUSED enum error_code
mapping_suggestion_find(const struct session *session,
                        const struct integration_configuration *configuration, const json_t *fields,
                        struct mapping_suggestions *suggestions, struct error *error);
/* The configuration with a line for each; the rest of it stays as it is, byte by byte.
 * ERROR_REFUSED if the mapping is made by code, so that only its author can add to it. */
WARN_UNUSED enum error_code mapping_suggestion_insert(const struct mapping_suggestions *suggestions,
                                                      struct text file, struct arena *arena,
                                                      struct text *changed, struct error *error);

#endif
