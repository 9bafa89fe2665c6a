/*
 * explain_facts: what is known of one object.
 */
#ifndef TANDEM_HOST_EXPLAIN_FACTS_H
#define TANDEM_HOST_EXPLAIN_FACTS_H

#include "store/books/matters.h"
#include "store/books/quarantine.h"
#include "store/inspect/explain.h"

/* Everything is borrowed. */
struct explain_facts {
    struct text integration, object, id;
    struct text field; /* absent: all */
    struct status_mapping *mappings;
    size_t mapping_count;
    struct explain_outcome *outcomes;
    size_t outcome_count;
    struct explain_change *changes;
    size_t change_count;
    struct explain_decision *decisions; /* the newest first */
    size_t decision_count;
    struct open_matter *matters; /* of the object and of what it is linked to */
    size_t matter_count;
    struct quarantine_entry *failing; /* of the object or the record: tried in vain, or its
                                       * create has an unknown outcome */
    size_t failing_count;
    struct status_note *notes;
    size_t note_count;
};

/* Fill in all lists for `integration`, `object`, `id` and `field`, which are set: an object of
 * ours, or (`theirs`) a record of theirs. They live in the arena. */
WARN_UNUSED enum error_code explain_facts_read(struct store *store, bool theirs,
                                               struct arena *arena, struct explain_facts *facts,
                                               struct error *error);

#endif
