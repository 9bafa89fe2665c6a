/*
 * gate: who has access, and from where.
 *
 * A caller shows a token (Authorization: Bearer) or a session's cookie. The Host must be one of
 * ours, or any page in a browser could talk to 127.0.0.1 under a name of its own. A caller with a
 * cookie may change things only from a page of ours (Sec-Fetch-Site, else Origin).
 */
#ifndef TANDEM_SERVICE_ACCESS_GATE_H
#define TANDEM_SERVICE_ACCESS_GATE_H

#include "service/access/attempts.h"
#include "service/http/web_request.h"
#include "store/service/access.h"

enum { GATE_HOSTS = 16 };

struct gate {
    struct text hosts[GATE_HOSTS]; /* "127.0.0.1:8321"; borrowed */
    size_t host_count;
    bool https; /* browsers reach us by https: cookies are sent only over https */
    struct attempts logins, tokens;
};

/* Admits no host yet. gate_release must follow. */
void gate_init(struct gate *gate, bool https);
void gate_release(struct gate *gate);
/* More are left out. */
void gate_add_host(struct gate *gate, struct text host);

/* Each answers the request by a problem and gives false if it may not go on. */
bool gate_host(struct gate *gate, struct web_request *request);
/* Nothing but `caller` is set if it may. */
bool gate_admit(struct gate *gate, struct store *store, struct web_request *request,
                enum access_role needed, struct access_caller *caller);

/* Log in by {name, password} or {code}: answers with a Session and its cookie, or a problem.
 * *caller is set (name empty: nobody). */
WARN_UNUSED enum error_code gate_login(struct gate *gate, struct store *store,
                                       struct web_request *request, struct access_caller *caller,
                                       struct error *error);
/* The session's cookie is no longer valid. */
WARN_UNUSED enum error_code gate_logout(struct gate *gate, struct store *store,
                                        struct web_request *request, struct error *error);
/* {name, role, kind, expires}; NULL: out of memory. */
json_t *gate_session_json(const struct access_caller *caller);

#endif
