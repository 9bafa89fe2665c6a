/* The lists that people page through, as statements. */
#include "store/service/page_queries.h"

#include "store/schema/conflicts_sql.h"
#include "store/service/matters_sql.h"

#define LINKS                                                                                      \
    "SELECT m.key, i.name AS integration, o.name AS object, m.object_id AS id,"                    \
    " n.name AS integration_object, m.integration_id AS integration_id, m.last_sync AS last_sync," \
    " m.deleted AS deleted FROM object_mapping m JOIN integration i ON i.id = m.integration"       \
    " JOIN object o ON o.id = m.object JOIN integration_object n ON n.id = m.integration_object"

const struct page_statement page_statements[PAGE_COUNT] = {
    [PAGE_RUNS] =
        {"SELECT r.id, r.id AS id, i.name AS integration, r.status AS status, r.phase AS phase,"
         " r.iteration AS iteration, r.started AS started, r.finished AS finished,"
         " r.message AS message, r.counts AS counts, r.options AS options, r.scripts AS scripts"
         " FROM run r JOIN integration i ON i.id = r.integration WHERE (?1 IS NULL OR i.name = ?1)"
         " AND (?2 IS NULL OR r.status = ?2) AND (?3 IS NULL OR r.id = CAST(?3 AS INTEGER))"
         " AND (?4 IS NULL OR r.id < ?4) ORDER BY r.id DESC LIMIT ?5",
         3, "i", "itttiaatjjj"},
    [PAGE_OUTCOMES] =
        {"SELECT side, object, object_id, side AS direction, object AS object, object_id AS id,"
         " kind AS outcome, reason AS reason FROM run_outcome WHERE run = CAST(?1 AS INTEGER)"
         " AND (?2 IS NULL OR side = (?2 = 'pull')) AND (?3 IS NULL OR kind = CAST(?3 AS INTEGER))"
         " AND (?4 IS NULL OR object = ?4)"
         " AND (?5 IS NULL OR (side, object, object_id) > (?5, ?6, ?7))"
         " ORDER BY side, object, object_id LIMIT ?8",
         4, "itt", "dttot"},
    [PAGE_DECISIONS] =
        {"SELECT d.id, d.run AS run, r.started AS at, d.object AS object, d.object_id AS object_id,"
         " d.field AS field, d.integration_object AS integration_object,"
         " d.integration_id AS integration_id, d.left_value AS left_value,"
         " d.left_certain AS left_certain, d.left_possible AS left_possible,"
         " d.right_value AS right_value, d.right_certain AS right_certain,"
         " d.right_possible AS right_possible, coalesce(d.base, 0) AS has_base,"
         " d.verdict AS verdict, d.decided_by AS decided_by"
         " FROM decision d JOIN run r ON r.id = d.run WHERE d.run = CAST(?1 AS INTEGER)"
         " AND (?2 IS NULL OR d.id > ?2) ORDER BY d.id LIMIT ?3",
         1, "i",
         "iatttttt"
         "aataabtt"},
    [PAGE_NOTES] =
        {"SELECT id, run AS run, at AS at, object AS object, object_id AS object_id,"
         " integration_object AS integration_object, integration_id AS integration_id,"
         " about AS about, field AS field, message AS message FROM note"
         " WHERE run = CAST(?1 AS INTEGER) AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3",
         1, "i", "iattttttt"},
    [PAGE_LINKS] = {LINKS " WHERE m.integration = (SELECT id FROM integration WHERE name = ?1)"
                          " AND (?2 IS NULL OR m.key > ?2) ORDER BY m.key LIMIT ?3",
                    1, "i", "ttsttab"},
    [PAGE_OBJECT_LINKS] = {LINKS " WHERE m.object = (SELECT id FROM object WHERE name = ?1)"
                                 " AND m.object_id = CAST(?2 AS INTEGER)"
                                 " AND (?3 IS NULL OR m.key > ?3) ORDER BY m.key LIMIT ?4",
                           2, "i", "ttsttab"},
    [PAGE_CHANGES] =
        {"SELECT c.sequence, c.sequence AS id, o.name AS object, c.object_id AS object_id,"
         " f.name AS field, c.at AS at, mi.name AS origin_integration FROM field_change c"
         " JOIN object o ON o.id = c.object JOIN field f ON f.id = c.field"
         " LEFT JOIN object_mapping m ON m.key = c.origin AND c.origin <> 0"
         " LEFT JOIN integration mi ON mi.id = m.integration"
         " WHERE c.integration = (SELECT id FROM integration WHERE name = ?1)"
         " AND (?2 IS NULL OR c.sequence > ?2) ORDER BY c.sequence LIMIT ?3",
         1, "i", "itstat"},
    [PAGE_POSITIONS] =
        {"SELECT n.name, n.name AS object, p.at AS at, p.token AS token FROM position p"
         " JOIN integration_object n ON n.id = p.integration_object"
         " WHERE n.integration = (SELECT id FROM integration WHERE name = ?1)"
         " AND (?2 IS NULL OR n.name > ?2) ORDER BY n.name LIMIT ?3",
         1, "t", "tat"},
    [PAGE_TIMELINE] =
        {"WITH entry AS (SELECT r.started at, 1 rank, r.id id, 'run' kind, r.id run,"
         " r.status status, NULL actor, r.message message, r.counts counts FROM run r"
         " WHERE r.integration = (SELECT id FROM integration WHERE name = ?1)"
         " UNION ALL SELECT at, 0, id, action, NULL, NULL, actor, detail, NULL FROM service_audit"
         " WHERE integration = ?1)"
         " SELECT at, rank, id, at AS at, kind AS kind, run AS run, status AS status,"
         " actor AS actor, message AS message, counts AS counts FROM entry"
         " WHERE ?2 IS NULL OR (at, rank, id) < (?2, ?3, ?4)"
         " ORDER BY at DESC, rank DESC, id DESC LIMIT ?5",
         1, "iii", "atitttj"},
    [PAGE_CONFLICTS] =
        {"SELECT c.sequence, m.key, c.sequence AS id, i.name AS integration, o.name AS object,"
         " c.object_id AS object_id, f.name AS field, n.name AS integration_object,"
         " m.integration_id AS integration_id, d.id IS NOT NULL AS known,"
         " d.left_value AS internal, d.right_value AS integration_value, c.at AS changed_here,"
         " coalesce(d.right_certain, d.right_possible) AS changed_there, d.base AS base"
         " FROM" CONFLICTS_SQL " AND (?1 IS NULL OR i.name = ?1) AND (?2 IS NULL OR o.name = ?2)"
         " AND (?3 IS NULL OR f.name = ?3) AND (?4 IS NULL OR (c.sequence, m.key) > (?4, ?5))"
         " ORDER BY c.sequence, m.key LIMIT ?6",
         3, "ii", "ittstttbttaai"},
    [PAGE_MATTERS] =
        {"WITH " MATTERS_SQL
         " SELECT reason, integration, object, object_id, integration_object, integration_id,"
         " field, NULL AS id, reason AS reason, integration AS integration,"
         " nullif(object, '') AS object, nullif(object_id, '') AS object_id,"
         " nullif(integration_object, '') AS integration_object,"
         " nullif(integration_id, '') AS integration_id, nullif(field, '') AS field,"
         " since AS since, last AS last, failures AS failures, cause AS cause,"
         " coalesce(message, (SELECT n.message FROM note n"
         "  WHERE n.object = matter.object AND n.object_id = matter.object_id"
         "  AND n.integration = matter.ikey ORDER BY n.id DESC LIMIT 1)) AS message"
         " FROM matter WHERE (?1 IS NULL OR integration = ?1) AND (?2 IS NULL OR reason = ?2)"
         " AND (?3 IS NULL OR (reason, integration, object, object_id, integration_object,"
         "  integration_id, field) > (?3, ?4, ?5, ?6, ?7, ?8, ?9))"
         " ORDER BY 1, 2, 3, 4, 5, 6, 7 LIMIT ?10",
         2, "ttttttt", "ktttttttaaitt"},
    [PAGE_DELIVERIES] =
        {"SELECT id, id AS id, integration AS integration, received AS received,"
         " status AS status, attempts AS attempts, records AS records, length(body) AS bytes,"
         " run AS run, message AS message FROM service_delivery"
         " WHERE (?1 IS NULL OR integration = ?1) AND (?2 IS NULL OR status = ?2)"
         " AND (?3 IS NULL OR id = CAST(?3 AS INTEGER)) AND (?4 IS NULL OR id < ?4)"
         " ORDER BY id DESC LIMIT ?5",
         3, "i", "itatiiiit"},
    [PAGE_NOTIFICATIONS] =
        {"SELECT id, id AS id, run AS run, user AS user, at AS at, message AS message"
         " FROM notification WHERE (?1 IS NULL OR user = ?1) AND (?2 IS NULL OR id < ?2)"
         " ORDER BY id DESC LIMIT ?3",
         1, "i", "iitat"},
    [PAGE_ACCOUNTS] = {"SELECT name, name AS name, role AS role, created AS created"
                       " FROM service_account WHERE ?1 IS NULL OR name > ?1 ORDER BY name LIMIT ?2",
                       0, "t", "tta"},
    [PAGE_USERS] = {"SELECT id, id AS id, name AS name, email AS email, admin AS admin FROM user"
                    " WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
                    0, "t", "tttb"},
    [PAGE_TOKENS] = {"SELECT id, id AS id, name AS name, scope AS scope, created AS created,"
                     " expires AS expires, last_used AS last_used FROM service_token"
                     " WHERE ?1 IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
                     0, "i", "ittaaa"},
    [PAGE_AUDIT] =
        {"SELECT id, id AS id, at AS at, actor AS actor, address AS address, action AS action,"
         " integration AS integration, detail AS detail FROM service_audit"
         " WHERE (?1 IS NULL OR integration = ?1) AND (?2 IS NULL OR id < ?2)"
         " ORDER BY id DESC LIMIT ?3",
         1, "i", "iattttt"},
};

const struct count_statement count_statements[] = {
    [COUNTS_OUTCOMES] = /* counted when the run ended, or now */
    {"SELECT direction AS direction, object AS object, outcome AS outcome, reason AS reason,"
     " count AS count FROM (SELECT json_extract(e.value, '$[0]') direction,"
     "  json_extract(e.value, '$[1]') object, json_extract(e.value, '$[2]') outcome,"
     "  json_extract(e.value, '$[3]') reason, json_extract(e.value, '$[4]') count"
     "  FROM run r, json_each(r.outcomes) e WHERE r.id = CAST(?1 AS INTEGER)"
     " UNION ALL SELECT side, object, kind, reason, count(*) FROM run_outcome"
     "  WHERE run = (SELECT id FROM run WHERE id = CAST(?1 AS INTEGER) AND outcomes IS NULL)"
     "  GROUP BY 1, 2, 3, 4) ORDER BY 1, 2, 3, 4",
     "dtoti"},
    [COUNTS_CONFLICTS] =
        {"SELECT i.name AS integration, o.name AS object, f.name AS field, count(*) AS count"
         " FROM change_mark k JOIN field_change c ON c.sequence = k.sequence"
         " JOIN integration i ON i.id = c.integration JOIN object o ON o.id = c.object"
         " JOIN field f ON f.id = c.field JOIN object_mapping m ON m.key = k.mapping"
         " WHERE k.kind = " STORED_MARK_TIE
         " AND (?1 IS NULL OR i.name = ?1) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
         "ttti"},
    [COUNTS_MATTERS] = {"WITH " MATTERS_SQL " SELECT integration AS integration, reason AS reason,"
                        " count(*) AS count, min(since) AS since FROM matter"
                        " WHERE ?1 IS NULL OR integration = ?1 GROUP BY 1, 2 ORDER BY 1, 2",
                        "ttia"},
};
