/* Each rule is a query for rows that should not exist, with a sentence for people. */
#include "store/check/check_rules.h"

#define OBJECT_OF(alias)                                                                           \
    "EXISTS (SELECT 1 FROM existing e WHERE e.object = " alias ".object AND e.id = " alias         \
    ".object_id)"
#define KNOWN(table, column)                                                                       \
    "EXISTS (SELECT 1 FROM \"" table "\" known WHERE known.id = " column ")"

/* Names that may be missing. */
#define INTEGRATION_NAME(column)                                                                   \
    "coalesce((SELECT name FROM integration WHERE id = " column "), '#' || " column ")"
#define RECORD_NAME(column)                                                                        \
    "coalesce((SELECT name FROM integration_object WHERE id = " column "), '#' || " column ")"
#define OBJECT_NAME(column)                                                                        \
    "coalesce((SELECT name FROM object WHERE id = " column "), '#' || " column ")"
#define MAPPING_TEXT                                                                               \
    INTEGRATION_NAME("m.integration")                                                              \
    " || ' ' || " RECORD_NAME("m.integration_object") " || ':' || m.integration_id"
#define OBJECT_TEXT(alias) OBJECT_NAME(alias ".object") " || ':' || " alias ".object_id"
#define CHANGE_TEXT                                                                                \
    OBJECT_TEXT("c")                                                                               \
    " || ' field ' || coalesce((SELECT name FROM field WHERE id = c.field), '#' || c.field)"

/* ---- the conditions, each used both to find and to repair ---- */

#define LOST_MAPPING                                                                               \
    "NOT " KNOWN("integration_object", "m.integration_object") " OR NOT " KNOWN("object", "m.obje" \
                                                                                          "ct")
#define STRAY_MAPPING                                                                              \
    "m.integration <> (SELECT n.integration FROM integration_object n WHERE n.id ="                \
    " m.integration_object)"
/* of two links of a record to one kind, the live one; of two links to the same object, the older
 * one */
#define SECOND_MAPPING                                                                             \
    "EXISTS (SELECT 1 FROM object_mapping n WHERE n.integration_object = m.integration_object"     \
    " AND n.integration_id = m.integration_id AND n.object = m.object AND n.key <> m.key"          \
    " AND (n.deleted < m.deleted OR (n.deleted = m.deleted AND n.object_id = m.object_id"          \
    " AND n.key < m.key)))"
#define SPLIT_RECORD                                                                               \
    "EXISTS (SELECT 1 FROM object_mapping n WHERE n.integration_object = m.integration_object"     \
    " AND n.integration_id = m.integration_id AND n.object = m.object"                             \
    " AND n.object_id <> m.object_id AND n.deleted = m.deleted AND n.key < m.key)"
#define DEAD_MAPPING   "m.deleted = 0 AND NOT " OBJECT_OF("m")
#define EARLY_DELETION "m.pending_deletion <> 0 AND " OBJECT_OF("m")
#define TWIN_MAPPING                                                                               \
    "m.deleted = 0 AND EXISTS (SELECT 1 FROM object_mapping n WHERE n.object = m.object"           \
    " AND n.object_id = m.object_id AND n.integration = m.integration"                             \
    " AND n.integration_object = m.integration_object AND n.integration_id <> m.integration_id"    \
    " AND n.deleted = 0 AND n.key < m.key)"
#define DEAD_CHANGE "NOT " OBJECT_OF("c")
#define UNWANTED_CHANGE                                                                            \
    OBJECT_OF("c")                                                                                 \
    " AND NOT EXISTS (SELECT 1 FROM tracked_field t WHERE t.object = c.object"                     \
    " AND t.field = c.field AND t.integration = c.integration)"                                    \
    " AND NOT EXISTS (SELECT 1 FROM integration i WHERE i.id = c.integration AND i.enabled = 0)"
#define LOST_MARK                                                                                  \
    "NOT EXISTS (SELECT 1 FROM field_change c WHERE c.sequence = k.sequence)"                      \
    " OR (k.mapping > 0"                                                                           \
    " AND NOT EXISTS (SELECT 1 FROM object_mapping m WHERE m.key = k.mapping))"
#define LOST_TRACKED                                                                               \
    "NOT " KNOWN("object", "t.object") " OR NOT " KNOWN("field", "t.field") " OR NOT " KNOWN(      \
        "integration", "t.integration")
#define LOST_LINK       "NOT " KNOWN("contact", "l.contact") " OR NOT " KNOWN("company", "l.company")
#define UNKNOWN_CHANNEL "NOT EXISTS (SELECT 1 FROM channel c WHERE c.name = d.channel)"
#define DEAD_QUARANTINE "NOT " OBJECT_OF("q") " OR NOT " KNOWN("integration", "q.integration")
#define LOST_ANSWER     "NOT " KNOWN("journal_change", "a.change")
#define LOST_AMBIGUOUS                                                                             \
    "NOT " KNOWN("integration_object", "u.integration_object") " OR NOT " KNOWN("object", "u.obje" \
                                                                                          "ct")
#define DEAD_KEY                                                                                   \
    "NOT EXISTS (SELECT 1 FROM field f JOIN existing e ON e.object = f.object"                     \
    " WHERE f.id = k.field AND e.id = k.object_id)"
#define STATE_IS_READY "EXISTS (SELECT 1 FROM engine_state WHERE id = 1 AND writing = 0)"
#define HAS_IDENTITY   "EXISTS (SELECT 1 FROM setting WHERE name = 'identity' AND value <> '')"
/* Rows written by runs that no longer exist. */
#define RUNS_TABLES                                                                                \
    "(SELECT 'outcome' what, run FROM run_outcome UNION ALL SELECT 'judgment', run FROM decision"  \
    " UNION ALL SELECT 'progress', run FROM run_progress UNION ALL SELECT 'note', run FROM note"   \
    " UNION ALL SELECT 'notification', run FROM notification) w WHERE NOT " KNOWN("run", "w.run")
#define WITHOUT_RUN(table) "DELETE FROM " table " AS w WHERE NOT " KNOWN("run", "w.run") ";"

/* Rows that are deleted where the condition holds. */
#define GONE(what, mend, table, alias, condition, text)                                            \
    {                                                                                              \
        what, mend, NULL, table " " alias " WHERE " condition, text,                               \
            "DELETE FROM " table " AS " alias " WHERE " condition                                  \
    }

const struct check_rule check_rules[] = {
    GONE("links of unknown integrations or object types", "they are dropped", "object_mapping", "m",
         LOST_MAPPING, MAPPING_TEXT),
    {"links stored under the wrong integration", "they are moved to the right one", NULL,
     "object_mapping m WHERE " STRAY_MAPPING, MAPPING_TEXT,
     "UPDATE object_mapping AS m SET integration = (SELECT n.integration FROM integration_object n"
     " WHERE n.id = m.integration_object) WHERE " STRAY_MAPPING},
    GONE("records linked twice", "the live link stays, or else the older one", "object_mapping",
         "m", SECOND_MAPPING, MAPPING_TEXT),
    {"records linked to several objects of one kind", NULL,
     "merge these objects ('tandem object merge'), then mend",
     "object_mapping m WHERE " SPLIT_RECORD,
     MAPPING_TEXT
     " || ' (' || (SELECT group_concat(x.name, ', ') FROM (SELECT (SELECT name FROM object"
     " WHERE id = n.object) || ':' || n.object_id AS name FROM object_mapping n"
     " WHERE n.integration_object = m.integration_object AND n.integration_id = m.integration_id"
     " AND n.object = m.object ORDER BY n.key) x) || ')'",
     NULL},
    {"live links whose object here is gone", "they are marked deleted", NULL,
     "object_mapping m WHERE " DEAD_MAPPING, MAPPING_TEXT,
     "UPDATE object_mapping AS m SET deleted = 1 WHERE " DEAD_MAPPING},
    {"deletions that wait to be sent although the object exists", "they are cancelled", NULL,
     "object_mapping m WHERE " EARLY_DELETION, MAPPING_TEXT,
     "UPDATE object_mapping AS m SET pending_deletion = 0 WHERE " EARLY_DELETION},
    {"more live records of an object than one of the same kind in an integration", NULL,
     "they are the same there: merge them there, or delete one",
     "object_mapping m WHERE " TWIN_MAPPING, MAPPING_TEXT " || ' of ' || " OBJECT_TEXT("m"), NULL},
    GONE("changes of objects that are gone", "they are dropped", "field_change", "c", DEAD_CHANGE,
         CHANGE_TEXT),
    GONE("changes that no integration wants", "they are dropped", "field_change", "c",
         UNWANTED_CHANGE, CHANGE_TEXT),
    GONE("marks of changes or links that are gone", "they are dropped", "change_mark", "k",
         LOST_MARK, "'change ' || k.sequence || ' at link ' || k.mapping"),
    GONE("fields of unknown object types", "they are dropped", "field", "f",
         "NOT " KNOWN("object", "f.object"), "f.name"),
    GONE("tracking of fields that are gone", "it is ended", "tracked_field", "t", LOST_TRACKED,
         OBJECT_NAME("t.object") " || ' field #' || t.field"),
    GONE("relations of contacts or companies that are gone", "they are dropped", "contact_company",
         "l", LOST_LINK, "'contact:' || l.contact || ' company:' || l.company"),
    GONE("do-not-contact reasons of contacts that are gone", "it is dropped", "do_not_contact", "d",
         "NOT " KNOWN("contact", "d.contact"), "'contact:' || d.contact || ' ' || d.channel"),
    {"do-not-contact reasons of unknown channels", "the channels are added", NULL,
     "do_not_contact d WHERE " UNKNOWN_CHANNEL, "'contact:' || d.contact || ' ' || d.channel",
     "INSERT INTO channel(name) SELECT DISTINCT d.channel FROM do_not_contact d"
     " WHERE " UNKNOWN_CHANNEL},
    GONE("quarantine of objects that are gone", "it is ended", "quarantine", "q", DEAD_QUARANTINE,
         OBJECT_TEXT("q")),
    GONE("journal entries of unknown integrations", "it is dropped", "journal_change", "j",
         "NOT " KNOWN("integration", "j.integration"), "j.mapped_object || ':' || j.mapped_id"),
    GONE("answers in the journal that belong to no order", "they are dropped", "journal_answer",
         "a", LOST_ANSWER, "'change ' || a.change"),
    {"outcomes, judgments and notes of runs that are gone", "they are dropped", NULL, RUNS_TABLES,
     "w.what || ' of run ' || w.run",
     WITHOUT_RUN("run_outcome") WITHOUT_RUN("decision") WITHOUT_RUN("run_progress")
         WITHOUT_RUN("note") WITHOUT_RUN("notification")},
    GONE("positions of unknown integrations", "they are dropped", "position", "p",
         "NOT " KNOWN("integration_object", "p.integration_object"), "'#' || p.integration_object"),
    GONE("records that wait to be linked, of unknown integrations or object types",
         "they are dropped", "ambiguous_record", "u", LOST_AMBIGUOUS,
         RECORD_NAME("u.integration_object") " || ':' || u.integration_id"),
    GONE("folded identifiers of objects that are gone", "they are dropped", "folded_key", "k",
         DEAD_KEY, "'object ' || k.object_id"),
    {"switches that stop edits from being tracked", "tracking is switched on again", NULL,
     "(SELECT 1) WHERE NOT " STATE_IS_READY, "'engine_state'",
     "INSERT INTO engine_state(id, now, writing) VALUES(1, NULL, 0)"
     " ON CONFLICT(id) DO UPDATE SET writing = 0 WHERE writing <> 0"},
    {"the store has no identity", "it gets one", NULL, "(SELECT 1) WHERE NOT " HAS_IDENTITY,
     "'setting identity'",
     "INSERT INTO setting(name, value) SELECT 'identity', lower(hex(randomblob(16)))"
     " WHERE NOT " HAS_IDENTITY " ON CONFLICT(name) DO UPDATE SET value = excluded.value"},
};
const size_t check_rule_count = sizeof check_rules / sizeof *check_rules;
