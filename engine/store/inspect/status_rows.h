/*
 * status_rows: rows that status and explain both show. Private to store/inspect/.
 *
 * Each is the beginning of a statement, to which the caller adds a condition, and what reads a row
 * of it.
 */
#ifndef TANDEM_STORE_INSPECT_STATUS_ROWS_H
#define TANDEM_STORE_INSPECT_STATUS_ROWS_H

#include "store/inspect/status.h"
#include "store/sql/rows.h"

/* n: note, i: integration; items are struct status_note. */
#define STATUS_ROWS_NOTES                                                                          \
    "SELECT n.id, n.run, n.at, i.name, n.object, n.object_id, n.integration_object,"               \
    " n.integration_id, n.about, n.field, n.message"                                               \
    " FROM note n JOIN integration i ON i.id = n.integration WHERE "
rows_item status_rows_note;

/* m: object_mapping, i: integration, o: object, n: integration_object; struct status_mapping. */
#define STATUS_ROWS_MAPPINGS                                                                       \
    "SELECT m.key, m.last_sync, m.deleted, i.name, o.name, m.object_id, n.name,"                   \
    " m.integration_id FROM object_mapping m"                                                      \
    " JOIN integration_object n ON n.id = m.integration_object"                                    \
    " JOIN integration i ON i.id = m.integration JOIN object o ON o.id = m.object WHERE "
rows_item status_rows_mapping;

#endif
