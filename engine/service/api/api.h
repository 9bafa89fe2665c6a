/*
 * api: /api/v1 (docs/api.yaml), and the few other paths.
 *
 * One handler for each operation, grouped in files by their tag; routes.c has the table. Handlers
 * run in threads of the listener's pool, each with a session (and so a store) of its own.
 */
#ifndef TANDEM_SERVICE_API_API_H
#define TANDEM_SERVICE_API_API_H

#include "host/session.h"
#include "service/access/gate.h"
#include "service/http/web_answer.h"
#include "service/work/service.h"
#include "store/service/pages.h"

enum { API_THREADS = 3, API_CAPTURES = 4 };

/* What one thread of the pool has for itself. */
struct api_worker {
    struct session session;
    bool open;
    int64_t schema; /* of the store when the session was opened */
};

struct api {
    struct service *service;
    struct gate gate;
    const char *web; /* folder of the dashboard; NULL: the one built in */
    struct session_options session_options;
    struct api_worker workers[API_THREADS];
};

/* One request on its way through a handler. */
struct api_call {
    struct api *api;
    struct service *service;
    struct web_request *request;
    struct session *session;
    struct store *store; /* of the session */
    struct arena *arena; /* of the request */
    struct access_caller caller;
    const struct api_route *route;
    struct text captures[API_CAPTURES]; /* what stands for {...} in the route, decoded */
    /* what captures name, by their names in the route */
    struct text integration; /* {integration}; if there is none, a handler sets it for the audit
                                log. Absent: of none */
    const struct object_schema *schema; /* {object} */
    int64_t number;                     /* {number}, {run}, {delivery}: 1 or more */
    json_t *item;                       /* {run}, {delivery}: as lists have it */
    json_t *body;             /* with the route's members only; NULL if the route has none */
    struct text audit_detail; /* absent: nothing more to say */
};
typedef enum error_code api_handler(struct api_call *call, struct error *error);
/* Completes an item of a page. */
typedef enum error_code api_finish(struct api_call *call, json_t *item, struct error *error);

/* A list of the store, by what it can be filtered; or (`counted`) how many there are. */
struct api_list {
    enum page page;
    bool counted;
    enum page_counts counts;
    api_finish *finish; /* NULL: items are complete */
    /* parameters of the request, in the order of enum page, after the route's capture; `among`:
     * words, one of which it must be */
    struct {
        const char *name, *among;
    } filters[PAGE_PARAMETERS];
};

struct api_route {
    const char *method, *pattern; /* "/integrations/{integration}/sync" */
    enum access_role role;
    const char *audit;   /* the action, as the audit log calls it; NULL: it is not written there */
    api_handler *handle; /* NULL: a list is shown */
    const char *members; /* that a body may have: "a b c"; NULL: the body is not read as JSON */
    const struct api_list *list;
    enum job_kind work; /* of api_handle_work */
};
extern const struct api_route api_routes[]; /* ends with a NULL method */

/* Gate and workers; everything is borrowed. */
void api_init(struct api *api, struct service *service, const char *home, const char *web);
void api_release(struct api *api);
/* A listener's handler; `context` is the api. */
void api_handle(void *context, size_t thread, struct web_request *request);

/* ---- api_input.c: the input of handlers ---- */

/* Find what the captures name by their names in the pattern. ERROR_NOT_FOUND. */
WARN_UNUSED enum error_code api_captures(struct api_call *call, const char *pattern,
                                         struct error *error);
/* Is this an integration of the roster? call->integration is set. ERROR_NOT_FOUND. Takes and gives
 * back the lock. */
WARN_UNUSED enum error_code api_integration(struct api_call *call, struct text name,
                                            struct error *error);
/* The same of a kind of object and call->schema. */
WARN_UNUSED enum error_code api_object(struct api_call *call, struct text name,
                                       struct error *error);
/* One item of PAGE_RUNS or PAGE_DELIVERIES by its id; NULL: there is none. The caller's. */
WARN_UNUSED enum error_code api_find(struct api_call *call, enum page page, int64_t id,
                                     json_t **item, struct error *error);
/* Is this the action of the call's route? */
bool api_acts(const struct api_call *call, const char *action);
/* The body: an object with no other members than these. */
WARN_UNUSED enum error_code api_body(struct api_call *call, const char *members,
                                     struct error *error);
/* A parameter or a member that is wrong is an ERROR_INVALID (422). It must be one of the words
 * `among`, if there are any. */
WARN_UNUSED enum error_code api_parameter(struct api_call *call, const char *name,
                                          struct text *value, struct error *error);
WARN_UNUSED enum error_code api_choice(struct api_call *call, const char *name, const char *among,
                                       struct text *value, struct error *error);
WARN_UNUSED enum error_code api_limit(struct api_call *call, size_t *limit, struct error *error);
/* The parameter `after` of lists that count; *place stays as it is without it. ERROR_USAGE. */
WARN_UNUSED enum error_code api_place(struct api_call *call, int64_t least, int64_t *place,
                                      struct error *error);
/* Members; absent (or `otherwise`) if they are not there. Texts live in the arena. */
WARN_UNUSED enum error_code api_member_text(struct api_call *call, const json_t *body,
                                            const char *name, size_t most, struct text *text,
                                            struct error *error);
WARN_UNUSED enum error_code api_member_integer(const json_t *body, const char *name, int64_t least,
                                               int64_t most, int64_t otherwise, int64_t *number,
                                               struct error *error);
WARN_UNUSED enum error_code api_member_boolean(const json_t *body, const char *name, bool *value,
                                               struct error *error);

/* ---- api_page.c: answers ---- */

/* With status 200; takes `json`. */
WARN_UNUSED enum error_code api_answer(struct api_call *call, json_t *json, struct error *error);
/* {"items": ...}, {"items": ..., "next": ...}; they take items. */
WARN_UNUSED enum error_code api_answer_items(struct api_call *call, json_t *items,
                                             struct error *error);
WARN_UNUSED enum error_code api_answer_page(struct api_call *call, json_t *items, struct text next,
                                            struct error *error);
/* The parameters of a list; and the list. */
WARN_UNUSED enum error_code api_filters(struct api_call *call, const struct api_list *list,
                                        struct page_query *query, struct error *error);
WARN_UNUSED enum error_code api_answer_list(struct api_call *call, const struct api_list *list,
                                            struct error *error);
/* A page of `query`, whose parameters are set. */
WARN_UNUSED enum error_code api_page(struct api_call *call, struct page_query *query,
                                     api_finish *finish, struct error *error);
/* 409 with the true number if `expected` is another one (below 0: not given); true: go on. */
bool api_expected(struct api_call *call, int64_t expected, uint64_t count);
WARN_UNUSED enum error_code api_answer_count(struct api_call *call, uint64_t count, bool dry_run,
                                             struct error *error);

/* ---- decisions, jobs, runs ---- */

/* Lock the integration for this thread: it must not be syncing while something is decided.
 * ERROR_NOT_FOUND, ERROR_LOCKED. */
struct run_lock;
WARN_UNUSED enum error_code api_take_lock(struct api_call *call, struct text integration,
                                          struct run_lock *lock, struct error *error);
/* Something was done by hand in the store: an ordinary sync of the integration follows. */
void api_sync_soon(struct api_call *call, struct text integration);
/* A page of the roster, of this one only or of all (absent): `make` gives an entry's item, with the
 * lock held. *items is the caller's. */
typedef json_t *api_entry_json(const struct roster_entry *entry, const void *context);
WARN_UNUSED enum error_code api_roster_page(struct api_call *call, struct text only,
                                            api_entry_json *make, const void *context,
                                            json_t **items, struct text *next, struct error *error);
/* Completes a run: the job, whether it was interrupted, what was sent. */
api_finish api_finish_run;
/* A NUL-terminated copy in the arena; NULL: no memory. */
const char *api_string(struct api_call *call, struct text text);

#endif
