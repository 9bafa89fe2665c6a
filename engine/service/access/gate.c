/* Letting callers in. */
#include "service/access/gate.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model/value_json.h"
#include "service/access/secret.h"
#include "service/http/web_answer.h"

enum { LOGINS = 5, FAILED_TOKENS = 30, MINUTE_MS = 60000, SESSION_HOURS = 24 * 7, IDLE_HOURS = 8 };
static const int64_t hour_ms = 60 * MINUTE_MS;

void gate_init(struct gate *gate, bool https)
{
    memset(gate, 0, sizeof *gate);
    gate->https = https;
    attempts_init(&gate->logins, LOGINS, MINUTE_MS);
    attempts_init(&gate->tokens, FAILED_TOKENS, MINUTE_MS);
}

void gate_release(struct gate *gate)
{
    attempts_release(&gate->logins);
    attempts_release(&gate->tokens);
}

void gate_add_host(struct gate *gate, struct text host)
{
    if (gate->host_count < GATE_HOSTS)
        gate->hosts[gate->host_count++] = host;
}

static bool same_host(struct text left, struct text right)
{
    return left.length == right.length && strncasecmp(left.bytes, right.bytes, left.length) == 0;
}

bool gate_host(struct gate *gate, struct web_request *request)
{
    const struct text host = web_request_header(request, "Host");
    for (size_t i = 0; !text_is_absent(host) && i < gate->host_count; i++) {
        if (same_host(host, gate->hosts[i]))
            return true;
    }
    web_answer_problem(request, 421,
                       "this service does not answer to that Host; add it to service.hosts");
    return false;
}

static bool refuse(struct web_request *request, unsigned status, const char *detail)
{
    if (status == 401)
        web_answer_header(request, "WWW-Authenticate", TEXT("Bearer"));
    web_answer_problem(request, status, detail);
    return false;
}

static bool refuse_for_now(struct web_request *request, int64_t wait_ms)
{
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld", (long long)(wait_ms / 1000 + 1));
    web_answer_header(request, "Retry-After", text_of(seconds));
    web_answer_problem(request, 429,
                       "too many attempts from your address; wait for the time in Retry-After");
    return false;
}

static bool fail(struct web_request *request, const struct error *error)
{
    web_answer_error(request, 503, error);
    return false;
}

/* ---- tokens and cookies ---- */

static const char *cookie_name(const struct gate *gate)
{
    return gate->https ? "__Host-tandem" : "tandem";
}

static bool find_token(struct gate *gate, struct store *store, struct web_request *request,
                       struct text given, struct access_caller *caller)
{
    const struct text address = text_of(request->address);
    struct text hash = TEXT_ABSENT;
    struct error error = {.code = ERROR_NONE};
    int64_t wait_ms = 0;
    bool found = false;
    if (!attempts_allowed(&gate->tokens, address, store_now(store), &wait_ms))
        return refuse_for_now(request, wait_ms);
    if (secret_hash(given, request->arena, &hash, &error) ||
        access_token_find(store, hash, request->arena, caller, &found, &error))
        return fail(request, &error);
    if (found)
        return true;
    attempts_note(&gate->tokens, address, store_now(store));
    return refuse(request, 401, "this token is unknown, revoked or expired; see 'tandem token'");
}

static bool find_session(struct gate *gate, struct store *store, struct web_request *request,
                         struct access_caller *caller)
{
    const struct text cookie = web_request_cookie(request, cookie_name(gate));
    struct text hash = TEXT_ABSENT;
    struct error error = {.code = ERROR_NONE};
    bool found = false;
    if (text_is_empty(cookie))
        return refuse(request, 401, "log in, or send a token: see 'tandem web', 'tandem token'");
    if (secret_hash(cookie, request->arena, &hash, &error) ||
        access_session_find(store, hash, IDLE_HOURS * hour_ms, request->arena, caller, &found,
                            &error))
        return fail(request, &error);
    return found || refuse(request, 401, "this session has ended; log in again");
}

/* Does a page of ours send this? */
static bool is_from_here(const struct gate *gate, const struct web_request *request)
{
    const struct text site = web_request_header(request, "Sec-Fetch-Site"),
                      origin = web_request_header(request, "Origin"),
                      host = web_request_header(request, "Host");
    const struct text scheme = gate->https ? TEXT("https://") : TEXT("http://");
    if (!text_is_absent(site))
        return text_equal(site, TEXT("same-origin"));
    return !text_is_absent(origin) && !text_is_absent(host) && text_starts_with(origin, scheme) &&
           same_host((struct text){origin.bytes + scheme.length, origin.length - scheme.length},
                     host);
}

/* Types that no page of another site can send without being asked first. */
static bool is_data(const struct web_request *request)
{
    static const char *const types[] = {"application/json", "text/csv", "application/x-ndjson",
                                        "text/vcard"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (web_request_is(request, types[i]))
            return true;
    }
    return false;
}

static bool check_type(struct web_request *request)
{
    if (is_data(request) || (request->body.length == 0 && !request->too_large))
        return true;
    web_answer_problem(request, 415, "send JSON, with 'Content-Type: application/json'");
    return false;
}

bool gate_admit(struct gate *gate, struct store *store, struct web_request *request,
                enum access_role needed, struct access_caller *caller)
{
    const bool reads = web_request_reads(request);
    const struct text header = web_request_header(request, "Authorization");
    const bool has_token = header.length > 7 && strncasecmp(header.bytes, "Bearer ", 7) == 0;
    if (has_token) {
        const struct text token = text_trim((struct text){header.bytes + 7, header.length - 7});
        if (!find_token(gate, store, request, token, caller))
            return false;
    } else if (!find_session(gate, store, request, caller)) {
        return false;
    } else if (!reads && !is_from_here(gate, request)) {
        return refuse(request, 403, "with a cookie, only pages of this service may change things");
    }
    if (!reads && !check_type(request))
        return false;
    if (caller->role < needed)
        return refuse(request, 403,
                      needed == ACCESS_ADMIN ? "this is for administrators (scope 'admin')"
                                             : "this is for operators (scope 'run')");
    return true;
}

/* ---- logging in ---- */

json_t *gate_session_json(const struct access_caller *caller)
{
    return json_pack("{s:o, s:s, s:s, s:o}", "name", value_json_text(caller->name), "role",
                     access_role_name(caller->role), "kind", caller->is_token ? "token" : "session",
                     "expires", value_json_instant(caller->expires));
}

static struct text text_of_json(const json_t *json)
{
    return json_is_string(json) ? (struct text){json_string_value(json), json_string_length(json)}
                                : TEXT_ABSENT;
}

static enum error_code check_login(struct store *store, struct web_request *request,
                                   const json_t *body, struct access_caller *caller, bool *found,
                                   struct error *error)
{
    const struct text code = text_of_json(json_object_get(body, "code")),
                      name = text_of_json(json_object_get(body, "name")),
                      password = text_of_json(json_object_get(body, "password"));
    struct text hash = TEXT_ABSENT;
    struct text kept = TEXT_ABSENT;
    if (!text_is_absent(code))
        return secret_hash(code, request->arena, &hash, error)
                   ? error->code
                   : access_code_take(store, hash, request->arena, caller, found, error);
    if (text_is_absent(name) || text_is_absent(password))
        return error_set(error, ERROR_USAGE, "log in by name and password, or by a code");
    if (access_account_find(store, name, request->arena, &caller->role, &kept, found, error))
        return error->code;
    *found = secret_password_fits(password, *found ? kept : TEXT_ABSENT) && *found;
    return text_copy(request->arena, name, &caller->name, error);
}

static void set_cookie(const struct gate *gate, struct web_request *request, const char *value,
                       int64_t seconds)
{
    char cookie[256];
    snprintf(cookie, sizeof cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
             cookie_name(gate), value, (long long)seconds, gate->https ? "; Secure" : "");
    web_answer_header(request, "Set-Cookie", text_of(cookie));
}

static enum error_code begin_session(struct gate *gate, struct store *store,
                                     struct web_request *request, struct access_caller *caller,
                                     struct error *error)
{
    char secret[SECRET_SIZE];
    struct text hash = TEXT_ABSENT;
    caller->is_token = false;
    caller->expires = store_now(store) + SESSION_HOURS * hour_ms;
    if (secret_make("", secret, error) ||
        secret_hash(text_of(secret), request->arena, &hash, error) ||
        access_session_add(store, hash, caller, text_of(request->address), error))
        return error->code;
    set_cookie(gate, request, secret, SESSION_HOURS * hour_ms / 1000);
    return web_answer_json(request, 200, gate_session_json(caller), error);
}

enum error_code gate_login(struct gate *gate, struct store *store, struct web_request *request,
                           struct access_caller *caller, struct error *error)
{
    const struct text address = text_of(request->address);
    json_t *body = NULL;
    int64_t wait_ms = 0;
    bool found = false;
    *caller = (struct access_caller){.name = TEXT_ABSENT};
    if (!attempts_allowed(&gate->logins, address, store_now(store), &wait_ms)) {
        refuse_for_now(request, wait_ms);
        return ERROR_NONE;
    }
    if (!web_request_is(request, "application/json")) {
        web_answer_problem(request, 415, "send JSON, with 'Content-Type: application/json'");
        return ERROR_NONE;
    }
    attempts_note(&gate->logins, address, store_now(store));
    const bool failed = web_request_json(request, &body, error) ||
                        check_login(store, request, body, caller, &found, error);
    json_decref(body);
    if (failed)
        return error->code;
    if (!found) {
        caller->name = TEXT_ABSENT;
        refuse(request, 401, "the name or the password is wrong, or the link was used or expired");
        return ERROR_NONE;
    }
    attempts_forgive(&gate->logins, address);
    return begin_session(gate, store, request, caller, error);
}

enum error_code gate_logout(struct gate *gate, struct store *store, struct web_request *request,
                            struct error *error)
{
    const struct text cookie = web_request_cookie(request, cookie_name(gate));
    struct text hash = TEXT_ABSENT;
    if (!text_is_empty(cookie) && (secret_hash(cookie, request->arena, &hash, error) ||
                                   access_session_end(store, hash, error)))
        return error->code;
    set_cookie(gate, request, "", 0);
    web_answer_empty(request, 204);
    return ERROR_NONE;
}
