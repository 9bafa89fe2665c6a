/*
 * field_likeness: how well a field of theirs and one of ours fit, for suggestions of a mapping.
 * Pure.
 */
#ifndef TANDEM_HOST_FIELD_LIKENESS_H
#define TANDEM_HOST_FIELD_LIKENESS_H

#include "base/text.h"

/* Names that are good enough to be suggested. */
#define FIELD_LIKENESS_GOOD 0.6

struct likeness_field {
    struct text name, label, type; /* type as value_type_name; label may be absent */
};

/* From 0 (nothing alike) to 1.1: pairs of letters that names or labels share, and whether the types
 * are of one kind. */
double field_likeness(const struct likeness_field *theirs, const struct likeness_field *ours);

#endif
