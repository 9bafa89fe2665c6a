/*
 * conflicts_sql: the conflicts without a winner, as every list of them reads.
 */
#ifndef TANDEM_STORE_SCHEMA_CONFLICTS_SQL_H
#define TANDEM_STORE_SCHEMA_CONFLICTS_SQL_H

#include "store/schema/stored_kinds.h"

/* What stands behind FROM, and the condition that begins WHERE. c is the change here, k its mark, i
 * the integration, o our object, f our field, m the mapping, n their object, and d the last decision
 * about the field, with both values; d is NULL for one that was forgotten. */
#define CONFLICTS_SQL                                                                              \
    " change_mark k JOIN field_change c ON c.sequence = k.sequence"                                \
    " JOIN integration i ON i.id = c.integration JOIN object o ON o.id = c.object"                 \
    " JOIN field f ON f.id = c.field JOIN object_mapping m ON m.key = k.mapping"                   \
    " JOIN integration_object n ON n.id = m.integration_object"                                    \
    " LEFT JOIN decision d ON d.id = (SELECT max(x.id) FROM decision x JOIN run r"                 \
    "  ON r.id = x.run AND r.integration = i.id WHERE x.object = o.name"                           \
    "  AND x.object_id = CAST(c.object_id AS TEXT) AND x.field = f.name"                           \
    "  AND x.integration_object = n.name AND x.integration_id = m.integration_id)"                 \
    " WHERE k.kind = " STORED_MARK_TIE

#endif
