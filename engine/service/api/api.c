/* From a request to its handler, and from an error to a problem. */
#include "service/api/api.h"

#include <string.h>

#include "service/api/site.h"

static const struct text prefix = {"/api/v1", 7};

/* ---- workers ---- */

void api_init(struct api *api, struct service *service, const char *home, const char *web)
{
    *api = (struct api){.service = service, .web = web, .session_options = {.home = home}};
    gate_init(&api->gate, service->roster->configuration->service.https);
}

void api_release(struct api *api)
{
    for (size_t i = 0; i < API_THREADS; i++) {
        if (api->workers[i].open)
            session_close(&api->workers[i].session);
    }
    gate_release(&api->gate);
}

/* ---- problems ---- */

static unsigned status_of(enum error_code code)
{
    static const unsigned statuses[ERROR_INTERNAL + 1] = {
        [ERROR_USAGE] = 400,  [ERROR_INVALID] = 422, [ERROR_CONFIGURATION] = 422,
        [ERROR_LOCKED] = 409, [ERROR_REFUSED] = 409, [ERROR_NOT_FOUND] = 404,
        [ERROR_BUSY] = 503,   [ERROR_STORE] = 503,   [ERROR_MEMORY] = 503,
        [ERROR_SYSTEM] = 503};
    return statuses[code] ? statuses[code] : 500;
}

/* ---- routes ---- */

/* Does the path fit? What stands for {...} is in `captures` then, as it came. */
static bool fits(const char *pattern, struct text path, struct text captures[API_CAPTURES])
{
    struct text wanted = text_of(pattern + 1), given = {path.bytes + 1, path.length - 1}, part, own;
    size_t count = 0;
    bool more = true;
    memset(captures, 0, API_CAPTURES * sizeof *captures);
    while (more) {
        more = text_cut(wanted, '/', &part, &wanted);
        if (text_cut(given, '/', &own, &given) != more)
            return false;
        if (part.bytes[0] == '{' && own.length > 0 && count < API_CAPTURES)
            captures[count++] = own;
        else if (!text_equal(part, own))
            return false;
    }
    return true;
}

/* NULL: there is none; *path_known tells whether it is only the method that does not fit. */
static const struct api_route *find_route(const struct web_request *request, struct text path,
                                          struct text captures[API_CAPTURES], bool *path_known)
{
    const struct text method = web_request_reads(request) ? TEXT("GET") : request->method;
    *path_known = false;
    for (const struct api_route *route = api_routes; route->method; route++) {
        if (path.length == 0 || !fits(route->pattern, path, captures))
            continue;
        *path_known = true;
        if (text_equal(method, text_of(route->method)))
            return route;
    }
    return NULL;
}

static enum error_code audit(struct api_call *call, struct error *error)
{
    const struct access_deed deed = {.actor = call->caller.name,
                                     .address = text_of(call->request->address),
                                     .action = text_of(call->route->audit),
                                     .integration = call->integration,
                                     .detail = call->audit_detail};
    return access_audit(call->store, &deed, error);
}

static enum error_code carry_out_call(struct api_call *call, struct error *error)
{
    const struct api_route *const route = call->route;
    for (size_t i = 0; i < API_CAPTURES; i++) {
        if (!text_is_absent(call->captures[i]) &&
            web_request_decode(call->request, call->captures[i], &call->captures[i], error))
            return error->code;
    }
    if (call->request->too_large) {
        web_answer_problem(call->request, 413, "a request may have at most 1 MiB");
        return ERROR_NONE;
    }
    if (api_captures(call, route->pattern, error) ||
        (route->members && api_body(call, route->members, error)) ||
        (route->list ? api_answer_list(call, route->list, error) : route->handle(call, error)))
        return error->code;
    /* Everything that is done is recorded; if recording fails, that is reported, although the
     * action was done. */
    if (route->audit && call->request->answer.status < 300)
        return audit(call, error);
    return ERROR_NONE;
}

static void serve_api(struct api *api, size_t thread, struct web_request *request)
{
    struct api_worker *const worker = &api->workers[thread];
    struct api_call call = {.api = api,
                            .service = api->service,
                            .request = request,
                            .arena = request->arena,
                            .integration = TEXT_ABSENT,
                            .audit_detail = TEXT_ABSENT};
    const struct text path = {request->path.bytes + prefix.length,
                              request->path.length - prefix.length};
    struct error error = {.code = ERROR_NONE};
    bool path_known = false;
    const struct api_route *const route = find_route(request, path, call.captures, &path_known);
    if (!route) {
        web_answer_problem(request, path_known ? 405 : 404,
                           "there is no such operation; docs/api.yaml lists them");
        return;
    }
    if (api_worker_open(api, worker, &error)) {
        web_answer_error(request, status_of(error.code), &error);
        return;
    }
    call.route = route;
    call.session = &worker->session;
    call.store = worker->session.store;
    const bool logs_in =
        strcmp(route->pattern, "/session") == 0 && strcmp(route->method, "POST") == 0;
    if (!logs_in && !gate_admit(&api->gate, call.store, request, route->role, &call.caller))
        return;
    if (carry_out_call(&call, &error))
        web_answer_error(request, status_of(error.code), &error);
    json_decref(call.item);
    json_decref(call.body);
}

/* For every answer: our pages are not shown inside other pages, and run only our own code. */
static void add_headers(struct web_request *request)
{
    web_answer_header(request, "X-Content-Type-Options", TEXT("nosniff"));
    web_answer_header(request, "Referrer-Policy", TEXT("no-referrer"));
    web_answer_header(request, "Content-Security-Policy",
                      TEXT("default-src 'self'; base-uri 'none'; object-src 'none'; "
                           "frame-ancestors 'none'; form-action 'self'"));
    if (text_starts_with(request->path, prefix))
        web_answer_header(request, "Cache-Control", TEXT("no-cache, private"));
}

void api_handle(void *context, size_t thread, struct web_request *request)
{
    struct api *const api = context;
    add_headers(request);
    if (site_is_health(request->path)) {
        site_health(api, &api->workers[thread], request);
        return;
    }
    if (!gate_host(&api->gate, request))
        return;
    if (text_starts_with(request->path, prefix))
        serve_api(api, thread, request);
    else
        site_serve(api, thread, request);
}
