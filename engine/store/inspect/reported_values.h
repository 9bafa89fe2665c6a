/*
 * reported_values: what the records of a run's reports showed, so that a plan can tell what a push
 * would replace, and how fields were judged, so that it can tell why.
 *
 * Kept in a database of its own on the disk, which is gone when it is freed: a plan needs no more
 * memory for more records.
 */
#ifndef TANDEM_STORE_INSPECT_REPORTED_VALUES_H
#define TANDEM_STORE_INSPECT_REPORTED_VALUES_H

#include "model/outcome.h"
#include "model/report.h"

struct reported_values; /* opaque */

/* *values is the caller's: reported_values_free. */
WARN_UNUSED enum error_code reported_values_new(struct reported_values **values,
                                                struct error *error);
void reported_values_free(struct reported_values *values); /* accepts NULL */

/* All records of a page; of a record that comes again the later values count, field by field. */
WARN_UNUSED enum error_code reported_values_add(struct reported_values *values,
                                                const struct report *report, struct error *error);
/* What a record showed, by index of the integration object's fields: NULL in the array for what it
 * did not contain. *shown is NULL if it was not reported. In the arena. */
WARN_UNUSED enum error_code reported_values_of(struct reported_values *values,
                                               const struct manual_object *object, struct text id,
                                               struct arena *arena, const struct value ***shown,
                                               struct error *error);

/* How a field of a record was judged; a later decision replaces an earlier one. */
WARN_UNUSED enum error_code reported_values_judge(struct reported_values *values,
                                                  const struct decision *decision,
                                                  struct error *error);
/* *decided_by absent: it was not judged. In the arena. */
WARN_UNUSED enum error_code reported_values_judged(struct reported_values *values,
                                                   const struct manual_entry *entry,
                                                   const struct manual_line *line, struct text id,
                                                   struct arena *arena, struct text *decided_by,
                                                   struct error *error);
/* How many different records were reported. */
WARN_UNUSED enum error_code reported_values_count(struct reported_values *values, uint64_t *count,
                                                  struct error *error);

#endif
