/*
 * ending: how a history has ended, looked up once, and what must hold then of our objects, the
 * records there, and the links between them. Private to the checks (check.h).
 */
#ifndef TANDEM_TESTS_CONVERGENCE_ENDING_H
#define TANDEM_TESTS_CONVERGENCE_ENDING_H

#include "convergence/listed.h"
#include "store/inspect/status.h"
#include "store/objects/objects.h"

/* Everything in the world's scratch. */
struct ending {
    struct world *world;
    struct object_row *rows[TYPE_COUNT];
    size_t row_count[TYPE_COUNT];
    struct status_mapping *mappings;
    size_t mapping_count;
    struct status_change *changes;
    size_t change_count;
    struct listed listed;
};

enum {
    ENDING_REFUSED = 1u << MATTER_REFUSED,
    ENDING_NOT_KEPT = 1u << MATTER_NOT_KEPT,
    ENDING_HELD = 1u << MATTER_HELD,
    ENDING_WITHHELD = 1u << MATTER_WITHHELD,
    ENDING_LOOP = 1u << MATTER_LOOP,
    ENDING_UNCLEAR = 1u << MATTER_AMBIGUOUS | 1u << MATTER_DOUBTFUL
};

/* Fails the world if the store cannot be read. */
bool ending_load(struct ending *state);

/* ---- looking up ---- */

/* NULL: there is none. */
const struct object_row *ending_row(const struct ending *state, enum object_type type,
                                    struct text id);
struct party *ending_party(const struct ending *state, struct text integration);
/* The record of a mapping that is not gone; SIZE_MAX if there is none. */
size_t ending_record(const struct party *party, const struct status_mapping *mapping);
enum object_type ending_type(struct text object);
/* Is it a link of this object of ours in the integration? */
bool ending_is_of(const struct status_mapping *mapping, struct text integration,
                  enum object_type type, struct text id);
/* How many links the object has there. */
unsigned ending_links(const struct ending *state, struct text integration, enum object_type type,
                      struct text id, bool live_only);
/* Nobody won over the field. */
bool ending_is_tied(const struct ending *state, struct text integration, enum object_type type,
                    struct text id, size_t field);

/* ---- what must hold ---- */

/* Linked objects and records have the same, or it is listed why not (ending_agreement.c). */
void ending_check_agreement(struct ending *state);
/* Nothing is lost, and nothing doubled (ending_existence.c). */
void ending_check_existence(struct ending *state);
/* Nothing waits that could be sent. */
void ending_check_waiting(struct ending *state);
/* Nothing older stands where something newer was typed (ending_newest.c). */
void ending_check_newest(struct ending *state);

#endif
