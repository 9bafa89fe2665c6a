/*
 * matters_sql: everything that needs people or another try, as one common table expression.
 *
 * The same places as store/books/matters.c and quarantine.c, with the words of the command line, in
 * one list that can be paged through, counted and compared with what people have already been told.
 */
#ifndef TANDEM_STORE_SERVICE_MATTERS_SQL_H
#define TANDEM_STORE_SERVICE_MATTERS_SQL_H

#include "store/schema/stored_kinds.h"

/* clang-format off: it breaks a statement wherever a string begins. */

/* open_matter.reason as a word. */
#define MATTERS_REASON(number)                                                                     \
    "CASE " number                                                                                 \
    " WHEN " STORED_MATTER_REFUSED " THEN 'refused' WHEN " STORED_MATTER_WITHHELD " THEN 'withheld'" \
    " WHEN " STORED_MATTER_NOT_KEPT " THEN 'not_kept' WHEN " STORED_MATTER_HELD " THEN 'held'"     \
    " WHEN " STORED_MATTER_AMBIGUOUS " THEN 'ambiguous'"                                           \
    " WHEN " STORED_MATTER_DOUBTFUL " THEN 'doubtful'"                                             \
    " WHEN " STORED_MATTER_EDITED " THEN 'deleted_and_edited'"                                     \
    " WHEN " STORED_MATTER_LOOP " THEN 'loop' ELSE 'merge' END"

/* At fields of live links; of records and objects as a whole; ties and refusals (marks). */
#define MATTERS_OF_BOOKS                                                                           \
    "SELECT " MATTERS_REASON("o.reason") ", m.integration, m.object,"                              \
    " CAST(m.object_id AS TEXT), m.integration_object, m.integration_id, o.field, o.first_at,"     \
    " o.last_at, 1, NULL, o.message"                                                               \
    " FROM open_matter o JOIN object_mapping m ON m.key = o.mapping"                               \
    " WHERE o.mapping > 0 AND m.deleted = 0 AND o.reason <> " STORED_MATTER_LATE                   \
    " UNION ALL SELECT " MATTERS_REASON("o.reason") ", o.integration, o.object,"                   \
    " " STORED_MATTER_OBJECT_ID ", o.record, o.record_id, o.field, o.first_at, o.last_at, 1,"      \
    " NULL, o.message FROM open_matter o WHERE o.mapping = 0"                                      \
    " AND o.reason <> " STORED_MATTER_LEFT_OUT                                                     \
    " UNION ALL SELECT CASE k.kind WHEN " STORED_MARK_TIE " THEN 'held' ELSE 'refused' END,"       \
    " c.integration, c.object, CAST(c.object_id AS TEXT),"                                         \
    " coalesce(m.integration_object, -k.mapping), m.integration_id, c.field, k.first_at,"          \
    " k.last_at, 1, NULL, NULL"                                                                    \
    " FROM change_mark k JOIN field_change c ON c.sequence = k.sequence"                           \
    " LEFT JOIN object_mapping m ON m.key = k.mapping"                                             \
    " WHERE k.kind IN (" STORED_MARKS_OPEN ") AND (k.mapping < 0 OR m.deleted = 0)"

/* Objects that failed, creates with an unknown outcome, records that several of ours match. */
#define MATTERS_OF_RUNS                                                                            \
    "SELECT CASE q.held WHEN 1 THEN 'quarantined' ELSE 'retrying' END, q.integration, q.object,"   \
    " CAST(q.object_id AS TEXT), (SELECT n.id FROM integration_object n"                           \
    "  WHERE n.integration = q.integration AND n.name = q.record), q.record_id, 0, q.first_at,"    \
    " q.last_at, q.failures, q.reason, NULL FROM quarantine q"                                     \
    " UNION ALL SELECT 'in_doubt', j.integration, (SELECT o.id FROM object o"                      \
    "  WHERE o.name = j.mapped_object), j.mapped_id, (SELECT n.id FROM integration_object n"       \
    "  WHERE n.integration = j.integration AND n.name = j.object), '', 0, j.sent_at, j.sent_at,"   \
    " 1, 'in_doubt', NULL FROM journal_change j WHERE j.doubt > " STORED_UNKNOWN_NONE                 \
    " UNION ALL SELECT 'ambiguous', n.integration, u.object, NULL, u.integration_object,"          \
    " u.integration_id, 0, u.since, coalesce(r.sync_at, u.since), u.failures, NULL, u.message"     \
    " FROM ambiguous_record u JOIN integration_object n ON n.id = u.integration_object"            \
    " LEFT JOIN run r ON r.id = u.run WHERE u.asked = 0 AND NOT EXISTS (SELECT 1"                  \
    "  FROM object_mapping m WHERE m.integration_object = u.integration_object"                    \
    "  AND m.integration_id = u.integration_id AND m.object = u.object)"

/* open: with keys. */
#define MATTERS_OPEN                                                                               \
    "open(reason, ikey, object, object_id, record, record_id, field, since, last, failures,"       \
    " cause, message) AS (" MATTERS_OF_BOOKS " UNION ALL " MATTERS_OF_RUNS ")"

/* matter(reason, integration, object, object_id, integration_object, integration_id, field, since,
 * last, failures, cause, message, ikey): with names, '' where there is none. */
#define MATTERS_SQL                                                                                \
    MATTERS_OPEN                                                                                   \
    ", matter AS (SELECT x.reason reason, i.name integration,"                                     \
    " coalesce(o.name, '') object,"                                                                \
    " coalesce(x.object_id, '') object_id, coalesce(n.name, '') integration_object,"               \
    " coalesce(x.record_id, '') integration_id, coalesce(f.name, '') field, x.since since,"        \
    " x.last last, x.failures failures, x.cause cause, x.message message, x.ikey ikey FROM open x" \
    " JOIN integration i ON i.id = x.ikey LEFT JOIN object o ON o.id = x.object"                   \
    " LEFT JOIN integration_object n ON n.id = x.record LEFT JOIN field f ON f.id = x.field)"

/* clang-format on */

#endif
