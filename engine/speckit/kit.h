/*
 * kit: one integration under test, assembled as for a run, except for the network and the clock.
 *
 * The script runs in the real sandbox; its requests are answered by a Lua function of the spec
 * (stub_transport.h); the clock stands still unless the HTTP client waits. Input and output are
 * JSON, which module.c converts to and from tables. Private to speckit/.
 *
 * Calling sequence: kit_open; kit_use_fields or kit_use_mapping; then reports, orders and runs as
 * often as wanted; kit_close (also after a failed open).
 */
#ifndef TANDEM_SPECKIT_KIT_H
#define TANDEM_SPECKIT_KIT_H

#include <jansson.h>

#include "script/integration/manual_loader.h"
#include "speckit/kit_cache.h"
#include "speckit/stub_transport.h"
#include "script/integration/script_exchange.h"
#include "store/schema/store.h"

struct kit {
    struct arena *arena; /* lives as long as the kit */
    struct text home, name;
    instant now;
    int64_t monotonic; /* milliseconds that the HTTP client believes to have passed */
    struct log *log;
    struct buffer lines; /* of the log */
    struct stub_transport transport;
    struct kit_cache memory;
    struct script_cache cache;
    struct script_links links;
    struct integration_configuration *configuration;
    struct authentication *authentication;
    struct authentication **other_auth; /* ends with NULL */
    struct http_client *http;
    struct script_exchange *exchange;
    struct manual *manual;
    struct manual_warnings warnings;
    struct store *store; /* NULL until it is needed */
    char folder[64];     /* of the store; "" if there is none */
};

struct kit_options {
    struct text home, name;
    struct text configuration; /* Lua source of config/integrations/NAME.lua */
    instant now;
    int respond; /* reference of the function that answers requests */
};

/* Load configuration and script. Everything given is copied. */
WARN_UNUSED enum error_code kit_open(struct kit *kit, const struct kit_options *options,
                                     lua_State *host, struct error *error);
void kit_close(struct kit *kit);
/* What scripts learn about links (kit_links.c): nothing while there is no store. */
struct script_links kit_links_table(struct kit *kit);

/* ---- what maps to what (kit_manual.c) ---- */

/* Let the script's fields be these ({object: [{name, type, ...}]}) instead of asking its API: they
 * are put where the engine caches them. */
WARN_UNUSED enum error_code kit_know_fields(struct kit *kit, const json_t *fields,
                                            struct error *error);
/* A manual in which every field of `fields` ({object: [{name, type, required}]}) goes both ways
 * into a field of its own type. Objects that the manifest lacks are an ERROR_USAGE. */
WARN_UNUSED enum error_code kit_use_fields(struct kit *kit, const json_t *fields,
                                           struct error *error);
/* The manual of the configuration's mapping, over the store's fields. `schema`: further fields,
 * {object: [{name, type, required, unique, limit}]}; may be NULL. */
WARN_UNUSED enum error_code kit_use_mapping(struct kit *kit, const json_t *schema,
                                            struct error *error);

/* ---- the script's parts ---- */

/* The fields that fields.lua lists for an object: [{name, label, type, required, writable}]. */
WARN_UNUSED enum error_code kit_fields(struct kit *kit, struct text object, json_t **fields,
                                       struct error *error);
/* One report (kit_report.c). `asked`: {objects, from, to, ids, cursor, iteration, position,
 * options, first_time}, all optional. */
WARN_UNUSED enum error_code kit_report(struct kit *kit, const json_t *asked, json_t **report,
                                       struct error *error);
/* Carry out changes (kit_execute.c): [{object, object_id, mapped_object, mapped_id, fields,
 * changed, required, references, changed_at}]. *answers has one list of answers for each change, in
 * their order, also if the executioner failed half-way (then an error is returned as well). */
WARN_UNUSED enum error_code kit_execute(struct kit *kit, const json_t *changes, json_t **answers,
                                        struct error *error);
/* Look for what a change (as above) would have made. *found: {known, id}; no id: there is none. */
WARN_UNUSED enum error_code kit_find(struct kit *kit, const json_t *told, json_t **found,
                                     struct error *error);

/* The records that a webhook's delivery names: [{object, id}]. */
WARN_UNUSED enum error_code kit_read_webhook(struct kit *kit, struct text body, json_t **records,
                                             struct error *error);

/* ---- a whole run (kit_sync.c) ---- */

/* Open the store if it is not yet. */
WARN_UNUSED enum error_code kit_open_store(struct kit *kit, struct error *error);
/* One run. `asked`: {first_time, no_pull, no_push, from, to, internal_ids, integration_ids}.
 * *summary is there as well if the run failed. */
WARN_UNUSED enum error_code kit_sync(struct kit *kit, const json_t *asked, json_t **summary,
                                     struct error *error);
/* The user's side of the store; fields are {name: value}. *id is a JSON text. */
WARN_UNUSED enum error_code kit_store_add(struct kit *kit, struct text object, const json_t *fields,
                                          json_t **id, struct error *error);
WARN_UNUSED enum error_code kit_store_set(struct kit *kit, struct text object, struct text id,
                                          const json_t *fields, struct error *error);
WARN_UNUSED enum error_code kit_store_delete(struct kit *kit, struct text object, struct text id,
                                             struct error *error);
/* Fields that are not null, and `id`; *row NULL: there is none. */
WARN_UNUSED enum error_code kit_store_get(struct kit *kit, struct text object, struct text id,
                                          json_t **row, struct error *error);
/* All objects, or those whose `field` is `value`. */
WARN_UNUSED enum error_code kit_store_list(struct kit *kit, struct text object, struct text field,
                                           struct text value, json_t **rows, struct error *error);
/* kind: "mappings", "changes" or "notes" of this integration. */
WARN_UNUSED enum error_code kit_store_books(struct kit *kit, struct text kind, json_t **rows,
                                            struct error *error);

/* ---- shared by these files (kit_json.c) ---- */

/* A member that is a text; absent if there is none. Borrowed. */
struct text kit_text(const json_t *object, const char *key);
/* Is the text one of a list? */
bool kit_lists(const json_t *names, struct text name);
/* An instant of a member; INSTANT_NONE if there is none. ERROR_USAGE if it is none. */
WARN_UNUSED enum error_code kit_instant(const json_t *object, const char *key, instant *at,
                                        struct error *error);
/* Set a member; nothing if the text is absent (INSTANT_NONE). False if out of memory. */
bool kit_set_text(json_t *object, const char *key, struct text text);
bool kit_set_instant(json_t *object, const char *key, instant at);
/* A new object with these texts, which ends with a NULL key; those that are absent are left out.
 * NULL if out of memory. */
struct kit_member {
    const char *key;
    struct text text;
};
json_t *kit_row(const struct kit_member *members);
#define KIT_ROW(...) kit_row((const struct kit_member[]){__VA_ARGS__, {NULL, TEXT_ABSENT}})
/* {name: value}: options of a request or of a run, in the kit's arena. */
WARN_UNUSED enum error_code kit_options_of(struct kit *kit, const json_t *told,
                                           const struct request_option **options, size_t *count,
                                           struct error *error);
/* Ids may be written as numbers. ERROR_USAGE for anything else; `what` names it. */
WARN_UNUSED enum error_code kit_id(struct arena *arena, const json_t *json, const char *what,
                                   struct text *id, struct error *error);

#endif
