/*
 * stored_kinds: the numbers of enums that stand in tables, for statements. For store/ only.
 *
 * A file of somebody has these numbers in it: they never change.
 */
#ifndef TANDEM_STORE_SCHEMA_STORED_KINDS_H
#define TANDEM_STORE_SCHEMA_STORED_KINDS_H

#include "model/order.h"
#include "model/outcome.h"

/* change_mark.kind */
#define STORED_MARK_SETTLED "0"
#define STORED_MARK_TIE     "1"
#define STORED_MARK_REFUSED "3"
#define STORED_MARK_RETRIED "4"
/* Those that wait for somebody. */
#define STORED_MARKS_OPEN STORED_MARK_TIE ", " STORED_MARK_REFUSED ", " STORED_MARK_RETRIED
_Static_assert(MARK_SETTLED == 0 && MARK_TIE == 1 && MARK_REFUSED == 3 && MARK_RETRIED == 4,
               "change_mark.kind is stored");

/* open_matter.reason */
#define STORED_MATTER_REFUSED   "1"
#define STORED_MATTER_WITHHELD  "2"
#define STORED_MATTER_NOT_KEPT  "3"
#define STORED_MATTER_HELD      "4"
#define STORED_MATTER_AMBIGUOUS "5"
#define STORED_MATTER_DOUBTFUL  "6"
#define STORED_MATTER_EDITED    "7"
#define STORED_MATTER_LOOP      "8"
#define STORED_MATTER_MERGE     "9"
#define STORED_MATTER_LATE      "10"
#define STORED_MATTER_LEFT_OUT  "11"
/* Those that are for runs alone, and are not listed. */
#define STORED_MATTERS_OF_RUNS STORED_MATTER_LATE ", " STORED_MATTER_LEFT_OUT
/* Those of records without an object. */
#define STORED_MATTERS_LEFT_OUT STORED_MATTER_DOUBTFUL ", " STORED_MATTER_LEFT_OUT
_Static_assert(MATTER_REFUSED == 1 && MATTER_WITHHELD == 2 && MATTER_NOT_KEPT == 3 &&
                   MATTER_HELD == 4 && MATTER_AMBIGUOUS == 5 && MATTER_DOUBTFUL == 6 &&
                   MATTER_DELETED_AND_EDITED == 7 && MATTER_LOOP == 8 && MATTER_MERGE == 9 &&
                   MATTER_LATE == 10 && MATTER_LEFT_OUT == 11,
               "open_matter.reason is stored");

/* journal_change.doubt: does nobody know whether this create happened? */
enum unknown_outcome {
    UNKNOWN_NONE = 0,  /* it is known, or may still be answered */
    UNKNOWN_WAITS = 1, /* the next report may show the record */
    UNKNOWN_LEFT = 2   /* people have to decide */
};
#define STORED_UNKNOWN_NONE  "0"
#define STORED_UNKNOWN_WAITS "1"
#define STORED_UNKNOWN_LEFT  "2"
_Static_assert(UNKNOWN_NONE == 0 && UNKNOWN_WAITS == 1 && UNKNOWN_LEFT == 2,
               "journal_change.doubt is stored");

/* object_mapping.pending_deletion: 1 it waits to be sent */
#define STORED_DELETION_REFUSED "2"

/* object_mapping.ended_by */
#define STORED_END_UNKNOWN   "0"
#define STORED_END_HERE      "1"
#define STORED_END_THERE     "2"
#define STORED_END_DISPLACED "3"
#define STORED_END_BOTH      "4"
_Static_assert(MAPPING_END_UNKNOWN == 0 && MAPPING_END_HERE == 1 && MAPPING_END_THERE == 2 &&
                   MAPPING_END_DISPLACED == 3 && MAPPING_END_BOTH == 4,
               "object_mapping.ended_by is stored");

_Static_assert(SIDE_INTERNAL == 0 && SIDE_INTEGRATION == 1, "sides of outcomes are stored");
_Static_assert(OUTCOME_FAILED == 0 && OUTCOME_CONFLICT == 1 && OUTCOME_DEFERRED == 2 &&
                   OUTCOME_CREATED == 3 && OUTCOME_UPDATED == 4 && OUTCOME_SKIPPED == 5 &&
                   OUTCOME_UNCHANGED == 6,
               "run_outcome.kind is stored");
_Static_assert(ANSWER_CREATED == 0 && ANSWER_UPDATED == 1 && ANSWER_REMAPPED == 2 &&
                   ANSWER_DELETED == 3 && ANSWER_RETRY == 4 && ANSWER_ISSUE == 5,
               "journal_answer.kind is stored");

/* The object of ours of an open_matter `o` as a text: its own id; of one that was deleted on one
 * side and edited on the other, that of the link that ended. */
#define STORED_MATTER_OBJECT_ID                                                                    \
    "CAST(coalesce(nullif(o.object_id, 0), (SELECT m.object_id FROM object_mapping m"              \
    " WHERE o.reason = " STORED_MATTER_EDITED " AND m.deleted = 1 AND (m.integration_object,"      \
    " m.integration_id, m.object) = (o.record, o.record_id, o.object))) AS TEXT)"

#endif
