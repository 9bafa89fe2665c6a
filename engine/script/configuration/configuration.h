/*
 * configuration: config/tandem.lua and config/integrations/NAME.lua as C structs.
 *
 * Both files are Lua, run in an empty environment that has only `env "NAME"` (an environment
 * variable; an error if unset) and `env("NAME", default)`. Every mistake is an ERROR_CONFIGURATION
 * that names the file and the line or the key ("config/integrations/helloworld.lua:
 * mapping.citizen.email.direction: ..."). Unknown keys are mistakes where the engine owns the
 * table; at the top of an integration's file they are the script's own settings.
 *
 * Texts live as long as the configuration.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_H
#define TANDEM_SCRIPT_CONFIGURATION_CONFIGURATION_H

#include "base/log.h"
#include "net/auth/authentication.h"
#include "net/client/http_client.h"
#include "script/configuration/service_settings.h"
#include "script/sandbox/sandbox.h"
#include "model/run.h"

/* config/tandem.lua: what holds for all integrations unless their own file says otherwise. A home
 * without that file has the defaults. Keys: judge, on_tie, first_link, overlap_seconds, page_full,
 * page_partial, limits, log_level, database, key_file, brakes (mass_share, mass_minimum,
 * outage_share, outage_minimum), retries, run_minutes, keep (days, runs), schedule, service,
 * notify. */
struct configuration {
    struct run_settings run;
    struct sandbox_limits limits;
    struct http_client_options http; /* from limits: attempts, timeouts, sizes ... */
    enum log_level log_level;        /* without -v; default LOG_ERROR */
    struct text database;            /* default "var/tandem.db", relative to home */
    struct text key_file;            /* absent: none */
    struct schedule_settings schedule;
    struct service_settings service;
    struct notify_settings notify;
    struct configuration_state *state; /* private: what the texts live in */
};

/* One line of a mapping. */
struct mapping_field {
    struct text integration_field, internal_field;
    enum direction direction;
    bool required;
    bool has_default;
    struct raw_value default_value;
    enum conflict_policy on_conflict; /* CONFLICT_FUNCTION: integration_configuration_resolve */
    enum clear_policy on_clear;
    int function;      /* private */
    struct text place; /* "mapping.citizen.email": for messages */
};
/* mapping.OBJECT or mapping["OBJECT:INTERNAL"]: fields sorted by the integration's name. Keys that
 * are not fields: create, on_deleted_here, on_deleted_there, and `fields` (a table of lines, for
 * integrations whose fields have these names). */
struct mapping_object {
    struct text integration_object;
    struct text internal_object; /* absent: as the manifest says */
    enum create_policy create;
    enum deletion_policy on_deleted_here, on_deleted_there;
    struct mapping_field *fields;
    size_t field_count;
    struct text place;
};

/* Credentials as the operator wrote them. */
struct auth_settings {
    struct text name; /* by which scripts call them; absent: the integration's own */
    struct authentication_setting *settings;
    size_t count;
};

/* config/integrations/NAME.lua. Keys: enabled, base_url, ca_file, hosts, auth, other_auth, limits,
 * judge, on_tie, first_link, overlap_seconds, page_full, page_partial, brakes, retries,
 * run_minutes, keep, schedule, webhooks, mapping; all others are the script's.
 */
struct integration_configuration {
    struct text name;
    struct text path; /* as messages show it: "config/integrations/helloworld.lua" */
    bool enabled;
    struct run_settings run;
    struct sandbox_limits limits;
    struct http_client_options http;  /* base_url, hosts and limits filled in */
    struct auth_settings auth;        /* without settings: none */
    struct auth_settings *other_auth; /* by name */
    size_t other_auth_count;
    struct mapping_object *objects; /* sorted by name; the manual orders them by the manifest */
    size_t object_count;
    struct schedule_settings schedule;
    struct webhook_settings webhooks;
    struct text script_config; /* what the script sees as `config`, JSON; auth, webhooks and mapping
                                  left out */
    struct configuration_state *state; /* private: the Lua state of functions in the mapping */
};

/* Read HOME/config/tandem.lua. `log` (may be NULL) learns the secrets. Owned. */
WARN_UNUSED enum error_code configuration_load(const char *home, struct log *log,
                                               struct configuration **configuration,
                                               struct error *error);
void configuration_free(struct configuration *configuration); /* accepts NULL */

/* What is read of HOME/config/integrations/NAME.lua. */
enum configuration_reading {
    CONFIGURATION_WHOLE,
    /* For callers that do not connect: a variable that is not set reads as its name instead of
     * ending it. */
    CONFIGURATION_MAPPING,
    CONFIGURATION_PROPOSED /* the file that is proposed beside it, NAME.lua.proposed */
};
/* Read it. ERROR_NOT_FOUND if there is no such file. `general` gives the defaults; may be NULL.
 * Owned. */
WARN_UNUSED enum error_code configuration_integration_load(
    const char *home, const char *name, enum configuration_reading reading,
    const struct configuration *general, struct log *log,
    struct integration_configuration **configuration, struct error *error);
/* A text that is no file, for specs and for what is not written yet. */
struct configuration_source {
    struct text text;
    const char *home; /* has the variables that the environment lacks; NULL: none */
    const char *path; /* stands in messages */
    const char *name; /* of the integration */
};
/* The same from such a text. */
WARN_UNUSED enum error_code configuration_integration_read(
    const struct configuration_source *source, const struct configuration *general, struct log *log,
    struct integration_configuration **configuration, struct error *error);
void configuration_integration_free(struct integration_configuration *configuration);
/* Take the values that the file got from the environment out of a message about it. */
void configuration_integration_redact(const struct integration_configuration *configuration,
                                      struct error *error);

/* Names of the integrations that have a file in HOME/config/integrations, sorted, in the arena. */
WARN_UNUSED enum error_code configuration_integration_names(const char *home, struct arena *arena,
                                                            struct text **names, size_t *count,
                                                            struct error *error);

/* The line of a pair of fields; NULL if there is none. */
const struct mapping_field *
integration_configuration_field(const struct integration_configuration *configuration,
                                const struct manual_entry *entry, const struct manual_line *line);

/* Ask a field's on_conflict function: function(internal, integration, field) returns "internal",
 * "integration" or nil; its arguments are tables {value, changed_at} and {internal=, integration=}.
 */
WARN_UNUSED enum error_code
integration_configuration_resolve(const struct integration_configuration *configuration,
                                  const struct mapping_field *field, const struct judge_side *left,
                                  const struct judge_side *right, enum verdict *verdict,
                                  struct error *error);

#endif
