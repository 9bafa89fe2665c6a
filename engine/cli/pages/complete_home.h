/*
 * complete_home: names that only a home knows, for complete.h. What cannot be read offers nothing.
 */
#ifndef TANDEM_CLI_PAGES_COMPLETE_HOME_H
#define TANDEM_CLI_PAGES_COMPLETE_HOME_H

#include "host/session.h"

/* Candidates for the word being typed. */
struct completion {
    struct session_options options; /* of the home */
    const char *word;
    struct text before; /* what stands before the word and is no part of it; absent: nothing */
};

/* Print the candidate if it begins as the word does. `after` stands behind it: "=" or ":", or "".
 */
void complete_home_offer(const struct completion *completion, const char *candidate,
                         const char *after, const char *says);
/* new_too: also those that have scripts but are not configured yet. */
void complete_home_integrations(const struct completion *completion, bool new_too);
/* Objects of theirs, by the mapping of the integration. */
void complete_home_mapped(const struct completion *completion, const char *integration,
                          const char *after);
/* Fields of theirs and ours in its mapping. */
void complete_home_mapped_fields(const struct completion *completion, const char *integration);
/* Objects of ours. */
void complete_home_objects(const struct completion *completion, const char *after);
void complete_home_fields(const struct completion *completion, const char *object,
                          const char *after);
/* The last runs, by their numbers. */
void complete_home_runs(const struct completion *completion);
/* Conflicts that nobody won. */
void complete_home_conflicts(const struct completion *completion);

#endif
