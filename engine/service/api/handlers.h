/*
 * handlers: one for each operation of docs/api.yaml, by the name that it has there. For
 * service/api/ only.
 */
#ifndef TANDEM_SERVICE_API_HANDLERS_H
#define TANDEM_SERVICE_API_HANDLERS_H

#include "service/api/api.h"

/* api_integrations.c */
api_handler api_handle_integrations, api_handle_integration, api_handle_pause, api_handle_activity;
/* api_work.c */
api_handler api_handle_work, api_handle_sync_all, api_handle_stop_run, api_handle_resume_run;
/* api_mapping.c */
api_handler api_handle_mapping, api_handle_proposal, api_handle_propose, api_handle_drop_proposal;
/* api_runs.c */
api_handler api_handle_runs, api_handle_run, api_handle_outcomes;
api_finish api_finish_decision;
/* api_jobs.c */
api_handler api_handle_jobs, api_handle_job, api_handle_job_result, api_handle_planned,
    api_handle_planned_counts;
/* api_conflicts.c */
api_handler api_handle_resolve;
api_finish api_finish_conflict;
/* api_matters.c */
api_handler api_handle_act;
api_finish api_finish_matter, api_describe_matter;
/* api_links.c */
api_handler api_handle_link, api_handle_end_links, api_handle_set_position;
/* api_kinds.c */
api_handler api_handle_kinds, api_handle_add_field, api_handle_change_field;
/* api_objects.c */
api_handler api_handle_objects, api_handle_add_object, api_handle_object, api_handle_set_object,
    api_handle_delete_object, api_handle_merge, api_handle_why_object, api_handle_why_record;
/* api_files.c */
api_handler api_handle_import, api_handle_export;
/* api_people.c */
api_handler api_handle_login, api_handle_session, api_handle_logout, api_handle_set_user,
    api_handle_remove_user, api_handle_set_account, api_handle_remove_account;
/* api_system.c */
api_handler api_handle_system, api_handle_reload, api_handle_add_token, api_handle_revoke_token,
    api_handle_events, api_handle_delivery, api_handle_redeliver;

#endif
