/* Authentication through the client, against a server that issues and checks tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "net/authorize/authorization_code.h"
#include "net/wire/encoding.h"
#include "support/net_fixture.h"

/* ---- A service with tokens: access-1, access-2 ... of which the newest is good ---- */

struct service {
    atomic_int issued;      /* tokens so far */
    atomic_int token_calls; /* requests to /token */
    atomic_int life;        /* expires_in; 0: not said */
    atomic_int trouble;     /* status of /token instead of tokens; 1: hang up once; 2: HTML */
    atomic_bool always_401;
    atomic_bool refresh_tokens;
    _Atomic(const char *) refusal; /* "error" of a status 400 or 401 */
};

static void issue(struct http_exchange *exchange, struct service *service)
{
    char body[512];
    char refresh[64] = "";
    char life[64] = "";
    int number = atomic_fetch_add(&service->issued, 1) + 1;
    if (atomic_load(&service->refresh_tokens)) {
        (void)snprintf(refresh, sizeof(refresh), ",\"refresh_token\":\"refresh-%d\"", number);
    }
    if (atomic_load(&service->life) > 0) {
        (void)snprintf(life, sizeof(life), ",\"expires_in\":%d", atomic_load(&service->life));
    }
    (void)snprintf(body, sizeof(body),
                   "{\"access_token\":\"access-%d\",\"token_type\":\"Bearer\"%s%s}", number,
                   refresh, life);
    http_reply(exchange, 200, "Content-Type: application/json\r\n", body);
}

static void token_endpoint(struct http_exchange *exchange, struct service *service)
{
    char body[256];
    int trouble = atomic_load(&service->trouble);
    atomic_fetch_add(&service->token_calls, 1);
    if (trouble == 0) {
        issue(exchange, service);
    } else if (trouble == 1) {
        atomic_store(&service->trouble, 0);
        http_hang_up(exchange, true);
    } else if (trouble == 2) {
        http_reply(exchange, 200, NULL, "<html>Please log in</html>");
    } else {
        const char *refusal = atomic_load(&service->refusal);
        (void)snprintf(body, sizeof(body),
                       "{\"error\":\"%s\",\"error_description\":\"you sent top-secret\"}",
                       refusal ? refusal : "");
        http_reply(exchange, trouble, "Location: /elsewhere\r\n", body);
    }
}

static void serve(struct http_exchange *exchange, void *context)
{
    struct service *service = context;
    char sent[256] = "";
    char good[64];
    if (strcmp(exchange->target, "/token") == 0) {
        token_endpoint(exchange, service);
        return;
    }
    (void)http_sent_header(exchange, "Authorization", sent, sizeof(sent));
    (void)snprintf(good, sizeof(good), "Bearer access-%d", atomic_load(&service->issued));
    bool refused = atomic_load(&service->always_401) || strcmp(sent, good) != 0;
    http_reply(exchange, refused ? 401 : 200, NULL, refused ? "no" : "yes");
}

/* ---- A keeper in memory ---- */

struct keeper {
    char access[64], refresh[64];
    instant expires_at;
    bool needs_reauth;
    int saves;
    bool broken;
};

static enum error_code load(void *context, struct authentication_tokens *tokens,
                            struct error *error)
{
    const struct keeper *keeper = context;
    (void)error;
    *tokens = (struct authentication_tokens){
        .access_token = keeper->access[0] ? text_of(keeper->access) : TEXT_ABSENT,
        .refresh_token = keeper->refresh[0] ? text_of(keeper->refresh) : TEXT_ABSENT,
        .expires_at = keeper->access[0] ? keeper->expires_at : INSTANT_NONE,
        .needs_reauth = keeper->needs_reauth,
    };
    return ERROR_NONE;
}

static enum error_code save(void *context, const struct authentication_tokens *tokens,
                            struct error *error)
{
    struct keeper *keeper = context;
    if (keeper->broken) {
        return error_set(error, ERROR_STORE, "the disk is full");
    }
    (void)snprintf(keeper->access, sizeof(keeper->access), "%.*s",
                   TEXT_PRINT(tokens->access_token));
    (void)snprintf(keeper->refresh, sizeof(keeper->refresh), "%.*s",
                   TEXT_PRINT(tokens->refresh_token));
    keeper->expires_at = tokens->expires_at;
    keeper->needs_reauth = tokens->needs_reauth;
    keeper->saves++;
    return ERROR_NONE;
}

/* ---- Fixture ---- */

struct scene {
    struct net_fixture net;
    struct service service;
    struct keeper keeper;
    char token_url[128];
};

static void set_scene(struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    net_fixture_open(&scene->net, serve, &scene->service);
    atomic_store(&scene->service.life, 3600);
    (void)snprintf(scene->token_url, sizeof(scene->token_url), "%s/token",
                   http_server_url(scene->net.server));
}

static void enter(struct scene *scene, const char *const *settings)
{
    struct authentication_setting list[16];
    struct token_keeper keeper = {.context = &scene->keeper, .load = load, .save = save};
    struct error error = {0};
    size_t count = 0;
    for (; settings[2 * count]; count++) {
        const char *value = settings[2 * count + 1];
        list[count].name = text_of(settings[2 * count]);
        list[count].value = text_of(strcmp(value, "URL") == 0 ? scene->token_url : value);
    }
    if (authentication_new(list, count, &keeper, scene->net.log, &scene->net.authentication,
                           &error)) {
        fail_msg("%s", error.message);
    }
    net_fixture_client(&scene->net);
}

static const char *const client_credentials[] = {"type",
                                                 "oauth2_client_credentials",
                                                 "token_url",
                                                 "URL",
                                                 "client_id",
                                                 "me",
                                                 "client_secret",
                                                 "top-secret",
                                                 "scope",
                                                 "read write",
                                                 NULL};
static const char *const authorization_code[] = {"type",
                                                 "oauth2_authorization_code",
                                                 "token_url",
                                                 "URL",
                                                 "authorize_url",
                                                 "https://example.com/authorize?x=1",
                                                 "client_id",
                                                 "me",
                                                 "client_secret",
                                                 "top-secret",
                                                 NULL};

static int token_calls(struct scene *scene)
{
    return atomic_load(&scene->service.token_calls);
}

/* Nothing secret was logged. */
static void leave(struct scene *scene)
{
    assert_null(strstr(scene->net.lines, "top-secret"));
    assert_null(strstr(scene->net.lines, "access-"));
    assert_null(strstr(scene->net.lines, "refresh-"));
    net_fixture_close(&scene->net);
}

/* ---- Settings ---- */

static void test_authentication__settings(void **state)
{
    static const struct {
        const char *settings[8];
        const char *word; /* in the message; NULL: all is well */
    } cases[] = {
        {{NULL}, "type"},
        {{"type", "none"}, NULL},
        {{"type", "magic"}, "'magic'"},
        {{"type", "basic", "username", "a"}, "'password'"},
        {{"type", "basic", "username", "a", "password", ""}, NULL},
        {{"type", "basic", "username", "", "password", "x"}, "'username'"},
        {{"type", "basic", "username", "a:b", "password", "top-secret"}, "colon"},
        {{"type", "bearer", "token", "a\nb"}, "'token'"},
        {{"type", "bearer", "token", ""}, "'token'"},
        {{"type", "bearer", "tokn", "top-secret"}, "'tokn'"},
        {{"type", "bearer", "token", "x", "username", "y"}, "'username'"},
        {{"type", "api_key", "name", "X-Key", "value", "v", "in", "body"}, "'in'"},
        {{"type", "api_key", "name", "X: y", "value", "v"}, "'name'"},
        {{"type", "api_key", "name", "key", "value", "v", "in", "query"}, NULL},
        {{"type", "oauth2_client_credentials", "client_id", "a", "client_secret", "b"},
         "'token_url'"},
        {{"type", "oauth2_client_credentials", "client_id", "a", "client_secret", "b", "token_url",
          "example.com"},
         "'token_url'"},
        {{"type", "oauth1", "consumer_key", "a", "consumer_secret", "b", "signature_method", "MD5"},
         "'signature_method'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct authentication_setting list[4];
        struct authentication *authentication = NULL;
        struct error error = {0};
        size_t count = 0;
        for (; count < 4 && cases[i].settings[2 * count]; count++) {
            list[count].name = text_of(cases[i].settings[2 * count]);
            list[count].value = text_of(cases[i].settings[2 * count + 1]);
        }
        enum error_code code = authentication_new(list, count, NULL, NULL, &authentication, &error);
        authentication_free(authentication);
        if (code != (cases[i].word ? ERROR_CONFIGURATION : ERROR_NONE) ||
            (cases[i].word && !strstr(error.message, cases[i].word))) {
            fail_msg("case %zu: %s", i, error.message);
        }
        assert_null(strstr(error.message, "top-secret"));
    }
}

/* ---- Without tokens ---- */

static void check_head(const char *const *settings, const char *header)
{
    struct scene scene;
    set_scene(&scene);
    enter(&scene, settings);
    (void)net_expect(&scene.net, "GET", "/x?a=b", HTTP_FAULT_NONE);
    if (!strstr(http_server_head(scene.net.server, 0), header)) {
        fail_msg("'%s' is not in '%s'", header, http_server_head(scene.net.server, 0));
    }
    assert_int_equal(http_server_requests(scene.net.server), 1);
    leave(&scene);
}

static void test_authentication__headers(void **state)
{
    static const char *const basic[] = {"type",     "basic",       "username", "Aladdin",
                                        "password", "open sesame", NULL};
    static const char *const bearer[] = {"type", "bearer", "token", "top-secret", NULL};
    static const char *const key[] = {"type",  "api_key",    "name", "X-Api-Key",
                                      "value", "top-secret", NULL};
    static const char *const query[] = {"type",        "api_key", "name",  "api_key", "value",
                                        "top-secret&", "in",      "query", NULL};
    static const char *const none[] = {"type", "none", NULL};
    (void)state;
    check_head(basic, "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n");
    check_head(bearer, "Authorization: Bearer top-secret\r\n");
    check_head(key, "X-Api-Key: top-secret\r\n");
    check_head(query, "GET /x?a=b&api_key=top-secret%26 HTTP/1.1\r\n");
    check_head(none, "GET /x?a=b HTTP/1.1\r\n");
}

static void test_authentication__query_key_stays_inside(void **state)
{
    static const char *const query[] = {"type",       "api_key", "name",  "api_key", "value",
                                        "top-secret", "in",      "query", NULL};
    struct scene scene;
    (void)state;
    set_scene(&scene);
    enter(&scene, query);
    struct http_call *call = net_get(&scene.net, "/x");
    assert_null(strstr(http_call_result(call)->response.url.bytes, "top-secret"));
    http_call_free(call);
    leave(&scene);
}

static void echo_query(struct http_exchange *exchange, void *context)
{
    char header[512];
    (void)context;
    (void)snprintf(header, sizeof(header), "Location: /there%s\r\n", strchr(exchange->target, '?'));
    http_reply(exchange, exchange->number == 0 ? 302 : 200, header, NULL);
}

static void test_authentication__query_key_in_a_redirect(void **state)
{
    struct net_fixture net;
    struct authentication_setting settings[] = {{TEXT("type"), TEXT("api_key")},
                                                {TEXT("name"), TEXT("api_key")},
                                                {TEXT("value"), TEXT("top-secret")},
                                                {TEXT("in"), TEXT("query")}};
    struct error error = {0};
    (void)state;
    net_fixture_open(&net, echo_query, NULL);
    assert_int_equal(authentication_new(settings, 4, NULL, net.log, &net.authentication, &error),
                     ERROR_NONE);
    net_fixture_client(&net);
    struct http_call *call = net_get(&net, "/x?a=b");
    assert_null(strstr(http_call_result(call)->response.url.bytes, "top-secret"));
    assert_non_null(strstr(http_server_head(net.server, 1), "GET /there?a=b&api_key=top-secret "));
    http_call_free(call);
    net_fixture_close(&net);
}

static void test_authentication__scripts_can_not_replace_it(void **state)
{
    static const char *const bearer[] = {"type", "bearer", "token", "top-secret", NULL};
    struct scene scene;
    struct http_header header = {TEXT("authorization"), TEXT("mine")};
    struct http_request request = {
        .method = TEXT("GET"), .url = TEXT("/"), .headers = &header, .header_count = 1};
    struct http_call *call = NULL;
    struct error error = {0};
    (void)state;
    set_scene(&scene);
    enter(&scene, bearer);
    assert_int_equal(http_client_start(scene.net.client, &request, &call, &error), ERROR_USAGE);
    request.without_credentials = true;
    call = net_call(&scene.net, &request);
    assert_null(strstr(http_server_head(scene.net.server, 0), "top-secret"));
    http_call_free(call);
    leave(&scene);
}

static void test_authentication__oauth1_signs_each_try(void **state)
{
    static const char *const settings[] = {
        "type", "oauth1",       "consumer_key", "ck", "consumer_secret", "top-secret", "token",
        "tk",   "token_secret", "ts-secret",    NULL};
    struct scene scene;
    (void)state;
    set_scene(&scene);
    enter(&scene, settings);
    (void)net_expect(&scene.net, "GET", "/x?a=b", HTTP_FAULT_NONE);
    (void)net_expect(&scene.net, "GET", "/x?a=b", HTTP_FAULT_NONE);
    const char *first = strstr(http_server_head(scene.net.server, 0), "Authorization: OAuth ");
    const char *second = strstr(http_server_head(scene.net.server, 1), "Authorization: OAuth ");
    assert_non_null(first);
    assert_non_null(second);
    assert_non_null(strstr(first, "oauth_signature_method=\"HMAC-SHA256\""));
    assert_non_null(strstr(first, "oauth_timestamp=\"1773144000\""));
    assert_string_not_equal(strstr(first, "oauth_nonce"), strstr(second, "oauth_nonce"));
    leave(&scene);
}

/* ---- Tokens ---- */

static void test_authentication__client_credentials(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    enter(&scene, client_credentials);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(net_expect(&scene.net, "POST", "/b", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 1);
    assert_string_equal(http_server_body(scene.net.server, 0),
                        "grant_type=client_credentials&scope=read%20write&client_id=me&"
                        "client_secret=top-secret");
    assert_string_equal(scene.keeper.access, "access-1");
    assert_int_equal(http_client_counts(scene.net.client).writes, 1); /* no token request */
    leave(&scene);
}

/* A request that names further credentials carries those, and their token is asked for when it is
 * needed; what others carry stays as it is. */
static void test_authentication__further_credentials(void **state)
{
    static const char *const bearer[] = {"type", "bearer", "token", "own-token", NULL};
    struct authentication_setting settings[] = {
        {TEXT("type"), TEXT("oauth2_client_credentials")},
        {TEXT("token_url"), TEXT_ABSENT},
        {TEXT("client_id"), TEXT("me")},
        {TEXT("client_secret"), TEXT("top-secret")},
    };
    struct scene scene;
    struct authentication *journal = NULL;
    struct http_call *call = NULL;
    struct error error = {0};
    struct http_request request = {
        .method = TEXT("GET"), .url = TEXT("/a"), .credentials = TEXT("journal")};
    (void)state;
    set_scene(&scene);
    enter(&scene, bearer);
    settings[1].value = text_of(scene.token_url);
    assert_int_equal(http_client_start(scene.net.client, &request, &call, &error), ERROR_USAGE);
    assert_string_equal(error.message,
                        "the configuration has no credentials 'journal', add them to 'other_auth'");
    assert_int_equal(authentication_new(settings, 4, NULL, NULL, &journal, &error), ERROR_NONE);
    assert_int_equal(
        http_client_add_credentials(scene.net.client, TEXT("journal"), journal, &error),
        ERROR_NONE);
    call = net_call(&scene.net, &request);
    assert_int_equal(http_call_result(call)->response.status, 200);
    http_call_free(call);
    assert_int_equal(token_calls(&scene), 1);
    assert_int_equal(net_expect(&scene.net, "GET", "/b", HTTP_FAULT_NONE), 401);
    assert_non_null(strstr(http_server_head(scene.net.server, 2), "own-token"));
    http_client_free(scene.net.client);
    scene.net.client = NULL;
    authentication_free(journal);
    leave(&scene);
}

static void test_authentication__client_in_the_header(void **state)
{
    static const char *const settings[] = {"type",
                                           "oauth2_client_credentials",
                                           "token_url",
                                           "URL",
                                           "client_id",
                                           "me",
                                           "client_secret",
                                           "top-secret",
                                           "client_authentication",
                                           "header",
                                           NULL};
    struct scene scene;
    (void)state;
    set_scene(&scene);
    enter(&scene, settings);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_non_null(strstr(http_server_head(scene.net.server, 0),
                           "Authorization: Basic bWU6dG9wLXNlY3JldA==\r\n"));
    assert_string_equal(http_server_body(scene.net.server, 0), "grant_type=client_credentials");
    leave(&scene);
}

static void test_authentication__kept_tokens_are_used(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    atomic_store(&scene.service.issued, 7);
    (void)snprintf(scene.keeper.access, sizeof(scene.keeper.access), "access-7");
    scene.keeper.expires_at = scene.net.start + 61000;
    enter(&scene, client_credentials);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 0);
    scene.net.ms += 2000; /* a minute before its end */
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 1);
    assert_string_equal(scene.keeper.access, "access-8");
    leave(&scene);
}

static void test_authentication__short_lives(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    atomic_store(&scene.service.life, 20);
    enter(&scene, client_credentials);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    }
    assert_int_equal(token_calls(&scene), 1); /* not one for each request */
    scene.net.ms += 15000;
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 2);
    leave(&scene);
}

static void test_authentication__no_expires_in(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    atomic_store(&scene.service.life, 0);
    enter(&scene, client_credentials);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    scene.net.ms += INT64_C(86400000);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 1);
    atomic_fetch_add(&scene.service.issued, 1); /* ours is void now */
    assert_int_equal(net_expect(&scene.net, "POST", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 2);
    leave(&scene);
}

static void test_authentication__storm_of_401(void **state)
{
    enum { COUNT = 50 };
    struct scene scene;
    struct http_call *calls[COUNT] = {NULL};
    struct http_request request = {.method = TEXT("GET"), .url = TEXT("/a")};
    struct error error = {0};
    (void)state;
    set_scene(&scene);
    scene.net.options.max_concurrent = COUNT;
    enter(&scene, client_credentials);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    atomic_fetch_add(&scene.service.issued, 1);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(http_client_start(scene.net.client, &request, &calls[i], &error),
                         ERROR_NONE);
    }
    for (int i = 0; i < COUNT; i++) {
        net_finish(&scene.net, calls[i]);
        assert_int_equal(http_call_result(calls[i])->response.status, 200);
        http_call_free(calls[i]);
    }
    assert_int_equal(token_calls(&scene), 2);
    leave(&scene);
}

static void test_authentication__401_for_good(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    atomic_store(&scene.service.always_401, true);
    enter(&scene, client_credentials);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 401);
    assert_int_equal(token_calls(&scene), 2); /* the first one, and one more try */
    leave(&scene);
}

static void test_authentication__parallel_start(void **state)
{
    enum { COUNT = 10 };
    struct scene scene;
    struct http_call *calls[COUNT] = {NULL};
    struct http_request request = {.method = TEXT("GET"), .url = TEXT("/a")};
    struct error error = {0};
    (void)state;
    set_scene(&scene);
    enter(&scene, client_credentials);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(http_client_start(scene.net.client, &request, &calls[i], &error),
                         ERROR_NONE);
    }
    for (int i = 0; i < COUNT; i++) {
        net_finish(&scene.net, calls[i]);
        assert_int_equal(http_call_result(calls[i])->response.status, 200);
        http_call_free(calls[i]);
    }
    assert_int_equal(token_calls(&scene), 1);
    leave(&scene);
}

/* ---- Refresh tokens ---- */

static void set_code_scene(struct scene *scene)
{
    set_scene(scene);
    atomic_store(&scene->service.refresh_tokens, true);
    (void)snprintf(scene->keeper.refresh, sizeof(scene->keeper.refresh), "refresh-0");
    enter(scene, authorization_code);
}

static void test_authentication__rotation(void **state)
{
    struct scene scene;
    (void)state;
    set_code_scene(&scene);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_string_equal(http_server_body(scene.net.server, 0),
                        "grant_type=refresh_token&refresh_token=refresh-0&client_id=me&"
                        "client_secret=top-secret");
    assert_string_equal(scene.keeper.refresh, "refresh-1");
    scene.net.ms += 3590000;
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_non_null(strstr(http_server_body(scene.net.server, 2), "refresh_token=refresh-1&"));
    assert_string_equal(scene.keeper.refresh, "refresh-2");
    leave(&scene);
}

static void test_authentication__kept_before_used(void **state)
{
    struct scene scene;
    (void)state;
    set_code_scene(&scene);
    scene.keeper.broken = true;
    struct http_call *call = net_get(&scene.net, "/a");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_AUTHENTICATION);
    assert_int_equal(http_call_result(call)->error.code, ERROR_STORE);
    assert_int_equal(http_server_requests(scene.net.server), 1); /* the token request only */
    http_call_free(call);
    scene.keeper.broken = false;
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_string_equal(scene.keeper.refresh, "refresh-1"); /* not lost */
    assert_int_equal(token_calls(&scene), 1);
    leave(&scene);
}

static void test_authentication__invalid_grant(void **state)
{
    struct scene scene;
    (void)state;
    set_code_scene(&scene);
    atomic_store(&scene.service.trouble, 400);
    atomic_store(&scene.service.refusal, "invalid_grant");
    assert_false(authentication_needs_reauth(scene.net.authentication));
    struct http_call *call = net_get(&scene.net, "/a");
    assert_int_equal(http_call_result(call)->fault, HTTP_FAULT_AUTHENTICATION);
    assert_int_equal(http_call_result(call)->error.code, ERROR_AUTHENTICATION);
    assert_non_null(strstr(http_call_result(call)->error.message, "tandem auth"));
    http_call_free(call);
    assert_true(authentication_needs_reauth(scene.net.authentication));
    assert_true(scene.keeper.needs_reauth);
    (void)net_expect(&scene.net, "GET", "/a", HTTP_FAULT_AUTHENTICATION);
    assert_int_equal(token_calls(&scene), 1); /* nobody asks for ever */
    leave(&scene);
}

static void test_authentication__never_authorized(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    enter(&scene, authorization_code);
    assert_true(authentication_needs_reauth(scene.net.authentication));
    (void)net_expect(&scene.net, "GET", "/a", HTTP_FAULT_AUTHENTICATION);
    assert_int_equal(http_server_requests(scene.net.server), 0);
    leave(&scene);
}

static void test_authentication__lost_answer(void **state)
{
    struct scene scene;
    (void)state;
    set_code_scene(&scene);
    atomic_store(&scene.service.trouble, 1);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 2);
    leave(&scene);
}

static void test_authentication__password(void **state)
{
    static const char *const settings[] = {"type",     "oauth2_password", "token_url",
                                           "URL",      "username",        "ada",
                                           "password", "top-secret",      NULL};
    struct scene scene;
    (void)state;
    set_scene(&scene);
    atomic_store(&scene.service.refresh_tokens, true);
    enter(&scene, settings);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_string_equal(http_server_body(scene.net.server, 0),
                        "grant_type=password&username=ada&password=top-secret");
    scene.net.ms += 3590000;
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_string_equal(http_server_body(scene.net.server, 2),
                        "grant_type=refresh_token&refresh_token=refresh-1");
    /* A refused refresh token: the password again; if that is refused, too, the end. */
    scene.net.ms += 3590000;
    atomic_store(&scene.service.trouble, 400);
    atomic_store(&scene.service.refusal, "invalid_grant");
    (void)net_expect(&scene.net, "GET", "/a", HTTP_FAULT_AUTHENTICATION);
    assert_int_equal(token_calls(&scene), 4);
    assert_non_null(strstr(http_server_body(scene.net.server, 5), "grant_type=password"));
    leave(&scene);
}

/* ---- A bad token endpoint ---- */

static void test_authentication__refused_for_good(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    atomic_store(&scene.service.trouble, 401);
    atomic_store(&scene.service.refusal, "invalid_client");
    enter(&scene, client_credentials);
    struct http_call *call = net_get(&scene.net, "/a");
    assert_int_equal(http_call_result(call)->error.code, ERROR_AUTHENTICATION);
    assert_non_null(strstr(http_call_result(call)->error.message, "401 invalid_client"));
    assert_null(strstr(http_call_result(call)->error.message, "top-secret"));
    http_call_free(call);
    scene.net.ms += 3600000;
    (void)net_expect(&scene.net, "GET", "/a", HTTP_FAULT_AUTHENTICATION);
    assert_int_equal(token_calls(&scene), 1);
    leave(&scene);
}

static void test_authentication__endpoint_down(void **state)
{
    static const int troubles[] = {503, 2, 302};
    (void)state;
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        struct scene scene;
        set_scene(&scene);
        atomic_store(&scene.service.trouble, troubles[i]);
        enter(&scene, client_credentials);
        (void)net_expect(&scene.net, "GET", "/a", HTTP_FAULT_AUTHENTICATION);
        assert_int_equal(token_calls(&scene), troubles[i] == 503 ? 5 : 1);
        atomic_store(&scene.service.trouble, 0);
        scene.net.ms += 20000;
        assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
        leave(&scene);
    }
}

static void test_authentication__old_token_as_long_as_it_is_good(void **state)
{
    struct scene scene;
    (void)state;
    set_scene(&scene);
    enter(&scene, client_credentials);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    scene.net.ms += 3545000; /* 55 s before its end */
    atomic_store(&scene.service.trouble, 2);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 2);
    atomic_store(&scene.service.trouble, 0);
    scene.net.ms += 11000;
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    assert_int_equal(token_calls(&scene), 3);
    leave(&scene);
}

/* ---- Authorization code ---- */

static void parameter(const char *url, const char *name, char *out, size_t size)
{
    char key[64];
    (void)snprintf(key, sizeof(key), "&%s=", name);
    const char *place = strstr(url, key);
    assert_non_null(place);
    place += strlen(key);
    (void)snprintf(out, size, "%.*s", (int)strcspn(place, "&"), place);
}

static void test_authentication__code_with_pkce(void **state)
{
    struct scene scene;
    struct authorization authorization = {0};
    struct error error = {0};
    struct buffer challenge = BUFFER(256);
    unsigned char digest[32];
    char sent_challenge[128];
    char verifier[128];
    (void)state;
    set_scene(&scene);
    atomic_store(&scene.service.refresh_tokens, true);
    enter(&scene, authorization_code);
    assert_int_equal(authorization_begin(scene.net.authentication,
                                         TEXT("http://127.0.0.1:5/callback"), &authorization,
                                         &error),
                     ERROR_NONE);
    const char *url = authorization.url.data;
    assert_non_null(strstr(url, "https://example.com/authorize?x=1&response_type=code&client_id=me"
                                "&redirect_uri=http%3A%2F%2F127.0.0.1%3A5%2Fcallback&state="));
    assert_non_null(strstr(url, "&code_challenge_method=S256"));
    parameter(url, "code_challenge", sent_challenge, sizeof(sent_challenge));
    if (authorization_exchange(scene.net.authentication, &authorization, TEXT("the code"),
                               scene.net.transport, &scene.net.options, scene.net.log, &error)) {
        fail_msg("%s", error.message);
    }
    const char *body = http_server_body(scene.net.server, 0);
    assert_non_null(strstr(body, "grant_type=authorization_code&code=the%20code&"));
    parameter(body, "code_verifier", verifier, sizeof(verifier));
    assert_true(strlen(verifier) >= 43);
    assert_int_equal(EVP_Digest(verifier, strlen(verifier), digest, NULL, EVP_sha256(), NULL), 1);
    assert_int_equal(
        encoding_base64url(&challenge, (struct text){(char *)digest, sizeof(digest)}, &error),
        ERROR_NONE);
    assert_string_equal(challenge.data, sent_challenge);
    assert_false(authentication_needs_reauth(scene.net.authentication));
    assert_string_equal(scene.keeper.refresh, "refresh-1");
    assert_int_equal(net_expect(&scene.net, "GET", "/a", HTTP_FAULT_NONE), 200);
    buffer_release(&challenge);
    authorization_release(&authorization);
    leave(&scene);
}

static void test_authentication__code_refused(void **state)
{
    struct scene scene;
    struct authorization authorization = {0};
    struct error error = {0};
    (void)state;
    set_code_scene(&scene);
    atomic_store(&scene.service.trouble, 400);
    atomic_store(&scene.service.refusal, "invalid_grant");
    assert_int_equal(
        authorization_begin(scene.net.authentication, TEXT("http://x/"), &authorization, &error),
        ERROR_NONE);
    assert_int_equal(authorization_exchange(scene.net.authentication, &authorization, TEXT("c"),
                                            scene.net.transport, &scene.net.options, scene.net.log,
                                            &error),
                     ERROR_AUTHENTICATION);
    assert_string_equal(scene.keeper.refresh, "refresh-0"); /* what was kept is kept */
    authorization_release(&authorization);
    leave(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_authentication__settings),
        cmocka_unit_test(test_authentication__headers),
        cmocka_unit_test(test_authentication__query_key_stays_inside),
        cmocka_unit_test(test_authentication__query_key_in_a_redirect),
        cmocka_unit_test(test_authentication__scripts_can_not_replace_it),
        cmocka_unit_test(test_authentication__oauth1_signs_each_try),
        cmocka_unit_test(test_authentication__client_credentials),
        cmocka_unit_test(test_authentication__further_credentials),
        cmocka_unit_test(test_authentication__client_in_the_header),
        cmocka_unit_test(test_authentication__kept_tokens_are_used),
        cmocka_unit_test(test_authentication__short_lives),
        cmocka_unit_test(test_authentication__no_expires_in),
        cmocka_unit_test(test_authentication__storm_of_401),
        cmocka_unit_test(test_authentication__401_for_good),
        cmocka_unit_test(test_authentication__parallel_start),
        cmocka_unit_test(test_authentication__rotation),
        cmocka_unit_test(test_authentication__kept_before_used),
        cmocka_unit_test(test_authentication__invalid_grant),
        cmocka_unit_test(test_authentication__never_authorized),
        cmocka_unit_test(test_authentication__lost_answer),
        cmocka_unit_test(test_authentication__password),
        cmocka_unit_test(test_authentication__refused_for_good),
        cmocka_unit_test(test_authentication__endpoint_down),
        cmocka_unit_test(test_authentication__old_token_as_long_as_it_is_good),
        cmocka_unit_test(test_authentication__code_with_pkce),
        cmocka_unit_test(test_authentication__code_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
