/* The table of operations, as in docs/api.yaml. */
#include "service/api/handlers.h"

#define ROUTE(verb, path, least) .method = (verb), .pattern = (path), .role = ACCESS_##least
/* What is read; lists of the store that need no handler; what is done, with the members that its
 * body may have; what a job does. */
#define READ(path, role, handler)                                                                  \
    {                                                                                              \
        ROUTE("GET", path, role), .handle = (handler)                                              \
    }
#define LIST(path, role, ...)                                                                      \
    {                                                                                              \
        ROUTE("GET", path, role), .list = &(const struct api_list)                                 \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define ACT(verb, path, role, name, handler, body)                                                 \
    {                                                                                              \
        ROUTE(verb, path, role), .audit = (name), .handle = (handler), .members = (body)           \
    }
#define WORK(path, name, kind)                                                                     \
    {                                                                                              \
        ROUTE("POST", path, OPERATOR), .audit = (name), .handle = api_handle_work, .work = (kind)  \
    }
#define CHOICE_MEMBERS "ids integration reason dry_run expected"
#define REASONS                                                                                    \
    "refused withheld not_kept held ambiguous doubtful deleted_and_edited loop merge quarantined " \
    "retrying in_doubt"

const struct api_route api_routes[] = {
    ACT("POST", "/session", VIEWER, "login", api_handle_login, NULL),
    READ("/session", VIEWER, api_handle_session),
    ACT("DELETE", "/session", VIEWER, "logout", api_handle_logout, NULL),

    READ("/integrations", VIEWER, api_handle_integrations),
    READ("/integrations/{integration}", VIEWER, api_handle_integration),
    ACT("POST", "/integrations/{integration}/pause", OPERATOR, "pause", api_handle_pause, ""),
    ACT("POST", "/integrations/{integration}/resume", OPERATOR, "resume", api_handle_pause, ""),
    ACT("POST", "/integrations/sync", OPERATOR, "sync_all", api_handle_sync_all, ""),
    WORK("/integrations/{integration}/sync", "sync", JOB_SYNC),
    WORK("/integrations/{integration}/plan", "plan", JOB_PLAN),
    WORK("/integrations/{integration}/match", "match", JOB_MATCH),
    WORK("/integrations/{integration}/check", "check", JOB_CHECK),
    WORK("/integrations/{integration}/fields", "fields", JOB_FIELDS),
    WORK("/integrations/{integration}/backfill", "backfill", JOB_BACKFILL),
    READ("/integrations/{integration}/mapping", VIEWER, api_handle_mapping),
    READ("/integrations/{integration}/mapping/proposal", VIEWER, api_handle_proposal),
    ACT("PUT", "/integrations/{integration}/mapping/proposal", OPERATOR, "propose_mapping",
        api_handle_propose, "objects"),
    ACT("DELETE", "/integrations/{integration}/mapping/proposal", OPERATOR, "drop_mapping_proposal",
        api_handle_drop_proposal, NULL),
    LIST("/integrations/{integration}/positions", VIEWER, .page = PAGE_POSITIONS),
    ACT("PUT", "/integrations/{integration}/positions", OPERATOR, "set_position",
        api_handle_set_position, "object at"),
    ACT("POST", "/integrations/{integration}/unlink", OPERATOR, "unlink", api_handle_end_links,
        "object id theirs dry_run"),
    ACT("POST", "/integrations/{integration}/forget", OPERATOR, "forget", api_handle_end_links,
        "object id theirs dry_run"),
    LIST("/integrations/{integration}/timeline", VIEWER, .page = PAGE_TIMELINE),
    LIST("/integrations/{integration}/links", VIEWER, .page = PAGE_LINKS),
    LIST("/integrations/{integration}/changes", VIEWER, .page = PAGE_CHANGES),
    READ("/integrations/{integration}/records/{}/{}/why", VIEWER, api_handle_why_record),
    READ("/activity", VIEWER, api_handle_activity),

    READ("/runs", VIEWER, api_handle_runs),
    READ("/runs/{run}", VIEWER, api_handle_run),
    READ("/runs/{run}/outcomes", VIEWER, api_handle_outcomes),
    LIST("/runs/{run}/outcomes/summary", VIEWER, .counted = true, .counts = COUNTS_OUTCOMES),
    LIST("/runs/{run}/decisions", VIEWER, .page = PAGE_DECISIONS, .finish = api_finish_decision),
    LIST("/runs/{run}/notes", VIEWER, .page = PAGE_NOTES),
    ACT("POST", "/runs/{number}/stop", OPERATOR, "stop", api_handle_stop_run, NULL),
    ACT("POST", "/runs/{run}/resume", OPERATOR, "resume_run", api_handle_resume_run, NULL),

    READ("/jobs", VIEWER, api_handle_jobs),
    READ("/jobs/{number}", VIEWER, api_handle_job),
    ACT("POST", "/jobs/{number}/stop", OPERATOR, "stop", api_handle_job, NULL),
    READ("/jobs/{number}/result", VIEWER, api_handle_job_result),
    READ("/jobs/{number}/changes", VIEWER, api_handle_planned),
    READ("/jobs/{number}/changes/summary", VIEWER, api_handle_planned_counts),

    LIST("/conflicts", VIEWER, .page = PAGE_CONFLICTS, .finish = api_finish_conflict,
         .filters = {{"integration", NULL}, {"object", NULL}, {"field", NULL}}),
    LIST("/conflicts/summary", VIEWER, .counted = true, .counts = COUNTS_CONFLICTS,
         .filters = {{"integration", NULL}}),
    ACT("POST", "/conflicts/resolve", OPERATOR, "resolve", api_handle_resolve,
        "winner ids filter dry_run expected"),
    LIST("/matters", VIEWER, .page = PAGE_MATTERS, .finish = api_finish_matter,
         .filters = {{"integration", NULL}, {"reason", REASONS}}),
    LIST("/matters/summary", VIEWER, .counted = true, .counts = COUNTS_MATTERS,
         .finish = api_describe_matter, .filters = {{"integration", NULL}}),
    ACT("POST", "/matters/retry", OPERATOR, "retry", api_handle_act, CHOICE_MEMBERS),
    ACT("POST", "/matters/drop", OPERATOR, "drop", api_handle_act, CHOICE_MEMBERS),
    ACT("POST", "/matters/restore", OPERATOR, "restore", api_handle_act, CHOICE_MEMBERS),
    ACT("POST", "/matters/delete", OPERATOR, "delete", api_handle_act, CHOICE_MEMBERS),
    ACT("POST", "/matters/link", OPERATOR, "link", api_handle_link,
        "integration object id integration_object integration_id create"),

    READ("/objects", VIEWER, api_handle_kinds),
    READ("/objects/{object}", VIEWER, api_handle_objects),
    ACT("POST", "/objects/{}/fields", ADMIN, "add_field", api_handle_add_field,
        "name type label limit required unique new_object"),
    ACT("PATCH", "/objects/{object}/fields/{}", ADMIN, "change_field", api_handle_change_field,
        "label limit required unique"),
    READ("/objects/{object}/export", VIEWER, api_handle_export),
    ACT("POST", "/objects/{object}/import", OPERATOR, "import", api_handle_import, NULL),
    ACT("POST", "/objects/{object}", OPERATOR, "add_object", api_handle_add_object, "fields"),
    READ("/objects/{object}/{}", VIEWER, api_handle_object),
    ACT("PATCH", "/objects/{object}/{}", OPERATOR, "set_object", api_handle_set_object, "fields"),
    ACT("DELETE", "/objects/{object}/{}", OPERATOR, "delete_object", api_handle_delete_object,
        NULL),
    ACT("POST", "/objects/{object}/{}/merge", OPERATOR, "merge_objects", api_handle_merge, "loser"),
    READ("/objects/{object}/{}/why", VIEWER, api_handle_why_object),

    LIST("/deliveries", VIEWER, .page = PAGE_DELIVERIES,
         .filters = {{"integration", NULL}, {"status", "waiting done ignored failed duplicate"}}),
    READ("/deliveries/{delivery}", VIEWER, api_handle_delivery),
    ACT("POST", "/deliveries/redeliver", OPERATOR, "redeliver", api_handle_redeliver,
        "ids integration status dry_run expected"),

    READ("/system", VIEWER, api_handle_system),
    ACT("POST", "/system/reload", ADMIN, "reload", api_handle_reload, ""),
    WORK("/system/check", "check_store", JOB_STORE_CHECK),
    WORK("/system/cleanup", "cleanup", JOB_CLEANUP),
    WORK("/system/doctor", "doctor", JOB_DOCTOR),
    LIST("/notifications", VIEWER, .page = PAGE_NOTIFICATIONS, .filters = {{"user", NULL}}),
    LIST("/users", VIEWER, .page = PAGE_USERS),
    ACT("PUT", "/users/{}", OPERATOR, "set_user", api_handle_set_user, "name email admin"),
    ACT("DELETE", "/users/{}", OPERATOR, "remove_user", api_handle_remove_user, NULL),
    LIST("/accounts", ADMIN, .page = PAGE_ACCOUNTS),
    ACT("PUT", "/accounts/{}", ADMIN, "set_account", api_handle_set_account, "role password"),
    ACT("DELETE", "/accounts/{}", ADMIN, "remove_account", api_handle_remove_account, NULL),
    LIST("/tokens", ADMIN, .page = PAGE_TOKENS),
    ACT("POST", "/tokens", ADMIN, "add_token", api_handle_add_token, "name scope days"),
    ACT("DELETE", "/tokens/{number}", ADMIN, "revoke_token", api_handle_revoke_token, NULL),
    LIST("/audit", ADMIN, .page = PAGE_AUDIT, .filters = {{"integration", NULL}}),
    READ("/events", VIEWER, api_handle_events),
    {.method = NULL},
};
