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
    struct text captures[API_CAPTURES]; /* what stands for {} in the route, decoded */
    /* for the audit log; absent: of no integration, nothing more to say */
    struct text audit_integration, audit_detail;
};
typedef enum error_code api_handler(struct api_call *call, struct error *error);

struct api_route {
    const char *method, *pattern; /* "/integrations/{}/sync" */
    enum access_role role;
    const char *audit; /* what the audit log calls it; NULL: it is not written there */
    api_handler *handle;
};
extern const struct api_route api_routes[]; /* ends with a NULL method */

/* Gate and workers; everything is borrowed. */
void api_init(struct api *api, struct service *service, const char *home, const char *web);
void api_release(struct api *api);
/* A listener's handler; `context` is the api. */
void api_handle(void *context, size_t thread, struct web_request *request);

/* ---- api_input.c: the input of handlers ---- */

/* A parameter, a capture or a member that is wrong is an ERROR_INVALID (422). */
WARN_UNUSED enum error_code api_parameter(struct api_call *call, const char *name,
                                          struct text *value, struct error *error);
WARN_UNUSED enum error_code api_choice(struct api_call *call, const char *name,
                                       const char *const *among, struct text *value,
                                       struct error *error);
/* 1 or more, as the whole capture; ERROR_NOT_FOUND if it is not. */
WARN_UNUSED enum error_code api_number(const struct api_call *call, size_t capture, int64_t *number,
                                       struct error *error);
WARN_UNUSED enum error_code api_limit(struct api_call *call, size_t *limit, struct error *error);
/* The body: an object with no other members than these ("a b c"). Owned by the caller. */
WARN_UNUSED enum error_code api_body(struct api_call *call, const char *members, json_t **body,
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

/* ---- api_page.c ---- */

/* Answer with a page of `query`, whose parameters are set; `finish` (may be NULL) completes each
 * item. */
typedef enum error_code api_finish(struct api_call *call, json_t *item, struct error *error);
WARN_UNUSED enum error_code api_page(struct api_call *call, struct page_query *query,
                                     api_finish *finish, struct error *error);
/* {"items": ..., "next": ...}; takes items. */
WARN_UNUSED enum error_code api_answer_page(struct api_call *call, json_t *items, struct text next,
                                            struct error *error);

/* ---- integrations and jobs ---- */

/* The capture names an integration of the roster: ERROR_NOT_FOUND if not. Its name in the arena.
 * Takes and gives back the lock. */
WARN_UNUSED enum error_code api_integration(struct api_call *call, size_t capture,
                                            struct text *name, struct error *error);
/* Completes a page of runs: the job, whether it was interrupted, what was sent. */
WARN_UNUSED enum error_code api_finish_run(struct api_call *call, json_t *item,
                                           struct error *error);
/* The kind of object that the first capture names. ERROR_NOT_FOUND. */
struct object_schema;
WARN_UNUSED enum error_code api_object_schema(const struct api_call *call,
                                              const struct object_schema **schema,
                                              struct error *error);
/* 409 with the true number if `expected` is another one (below 0: not given); true: go on. */
bool api_expected(struct api_call *call, int64_t expected, uint64_t count);
WARN_UNUSED enum error_code api_answer_count(struct api_call *call, uint64_t count, bool dry_run,
                                             struct error *error);
/* Lock the integration for this thread: it must not be syncing while something is decided.
 * ERROR_NOT_FOUND, ERROR_LOCKED. */
struct run_lock;
WARN_UNUSED enum error_code api_take_lock(struct api_call *call, struct text integration,
                                          struct run_lock *lock, struct error *error);
/* Something was done by hand in the store: an ordinary sync of the integration follows. */
void api_sync_soon(struct api_call *call, struct text integration);
/* A text of a text for the pages' parameters: NULL-terminated copy in the arena; NULL: no memory.
 */
const char *api_string(struct api_call *call, struct text text);

#endif
