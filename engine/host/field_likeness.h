/*
 * field_likeness: how well a field of theirs and one of ours fit, for suggestions of a mapping.
 * Pure.
 */
#ifndef TANDEM_HOST_FIELD_LIKENESS_H
#define TANDEM_HOST_FIELD_LIKENESS_H

#include "base/text.h"

/* What is good enough to be suggested. */
#define FIELD_LIKENESS_GOOD 0.8

struct likeness_field {
    struct text name, label, type; /* type as value_type_name; label may be absent */
    const struct text *samples;    /* some values, as people see them; may be none */
    size_t sample_count;
};

/* How alike the names or labels are (0 to 1: words that only repeat the object do not count, and
 * "surname" is "last name"), whether the types are of one kind, and what the values say: one that
 * both have, or an address in a field for addresses, speaks for it; values that the field of the
 * other side is not for speak against it. */
double field_likeness(const struct likeness_field *theirs, const struct likeness_field *ours);

#endif
