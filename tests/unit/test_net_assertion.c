/* Tokens by signed assertions, tokens that never say when they end, and answers that tell where the
 * API is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "support/net_fixture.h"

struct scene {
    struct net_fixture net;
    struct http_server *elsewhere; /* where the API is */
    EVP_PKEY *key;
    char pem[8192], token_url[128], instance[128];
    atomic_int issued; /* the newest token is good */
    atomic_int assertions;
    bool says_nothing; /* the answer has no instance_url */
};

/* ---- a service that believes assertions ---- */

static size_t decode(const char *from, size_t length, unsigned char *out)
{
    char text[2048];
    size_t size = 0;
    for (; size < length; size++) {
        text[size] = from[size] == '-' ? '+' : from[size] == '_' ? '/' : from[size];
    }
    size_t padding = (4 - length % 4) % 4;
    memset(text + size, '=', padding);
    const int decoded = EVP_DecodeBlock(out, (const unsigned char *)text, (int)(size + padding));
    return (size_t)decoded - padding;
}

static void check_assertion(struct scene *scene, const char *body)
{
    static const char head[] =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    unsigned char claims[2048], signature[2048];
    assert_memory_equal(body, head, sizeof(head) - 1);
    const char *const jwt = body + sizeof(head) - 1;
    const char *const first = strchr(jwt, '.');
    const char *const second = strchr(first + 1, '.');
    const size_t signed_length = decode(second + 1, strlen(second + 1), signature);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, scene->key), 1);
    assert_int_equal(EVP_DigestVerify(digest, signature, signed_length, (const void *)jwt,
                                      (size_t)(second - jwt)),
                     1);
    EVP_MD_CTX_free(digest);
    json_t *json = json_loadb((const char *)claims,
                              decode(first + 1, (size_t)(second - first - 1), claims), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(json, "iss")), "consumer key");
    assert_string_equal(json_string_value(json_object_get(json, "sub")), "sync@example.com");
    assert_string_equal(json_string_value(json_object_get(json, "aud")), "https://login.test");
    const json_int_t end = json_integer_value(json_object_get(json, "exp"));
    assert_int_equal(end, scene->net.start / 1000 + 180); /* seconds, three minutes ahead */
    json_decref(json);
}

static void serve_tokens(struct http_exchange *exchange, void *context)
{
    struct scene *scene = context;
    char body[512];
    if (strcmp(exchange->target, "/token") != 0) {
        http_reply(exchange, 404, NULL, "the API is not here");
        return;
    }
    atomic_fetch_add(&scene->assertions, 1);
    const int number = atomic_fetch_add(&scene->issued, 1) + 1;
    (void)snprintf(body, sizeof(body),
                   "{\"access_token\":\"access-%d\",\"token_type\":\"Bearer\"%s%s%s}", number,
                   scene->says_nothing ? "" : ",\"instance_url\":\"", scene->instance,
                   scene->says_nothing ? "" : "\"");
    http_reply(exchange, 200, NULL, body);
}

static void serve_api(struct http_exchange *exchange, void *context)
{
    struct scene *scene = context;
    char sent[256] = "", good[64];
    (void)http_sent_header(exchange, "Authorization", sent, sizeof(sent));
    (void)snprintf(good, sizeof(good), "Bearer access-%d", atomic_load(&scene->issued));
    http_reply(exchange, strcmp(sent, good) == 0 ? 200 : 401, NULL, exchange->target);
}

static int set_scene(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    BIO *bio = BIO_new(BIO_s_mem());
    scene->key = EVP_RSA_gen(2048);
    PEM_write_bio_PrivateKey(bio, scene->key, NULL, NULL, 0, NULL, NULL);
    assert_true(BIO_read(bio, scene->pem, sizeof(scene->pem) - 1) > 0);
    BIO_free(bio);
    net_fixture_open(&scene->net, serve_tokens, scene);
    scene->elsewhere = http_server_start(serve_api, scene);
    (void)snprintf(scene->token_url, sizeof(scene->token_url), "%s/token",
                   http_server_url(scene->net.server));
    (void)snprintf(scene->instance, sizeof(scene->instance), "%s",
                   http_server_url(scene->elsewhere));
    *state = scene;
    return 0;
}

static int leave(void **state)
{
    struct scene *scene = *state;
    assert_null(strstr(scene->net.lines, "PRIVATE KEY"));
    assert_null(strstr(scene->net.lines, "access-"));
    net_fixture_close(&scene->net);
    http_server_stop(scene->elsewhere);
    EVP_PKEY_free(scene->key);
    free(scene);
    return 0;
}

static enum error_code make(struct scene *scene, const char *key, struct error *error)
{
    const struct authentication_setting settings[] = {
        {TEXT("type"), TEXT("oauth2_jwt_bearer")},
        {TEXT("token_url"), text_of(scene->token_url)},
        {TEXT("issuer"), TEXT("consumer key")},
        {TEXT("subject"), TEXT("sync@example.com")},
        {TEXT("audience"), TEXT("https://login.test")},
        {TEXT("private_key"), text_of(key)},
        {TEXT("base_url_from"), TEXT("instance_url")},
    };
    return authentication_new(settings, sizeof(settings) / sizeof(*settings), NULL, scene->net.log,
                              &scene->net.authentication, error);
}

/* The client; the API's host is among the allowed ones, or not. */
static void enter(struct scene *scene, bool allowed)
{
    struct error error = {0};
    const struct http_host host = {text_of(scene->instance), false};
    static char base[160];
    assert_int_equal(make(scene, scene->pem, &error), ERROR_NONE);
    (void)snprintf(base, sizeof(base), "%s/services/data/v67.0",
                   http_server_url(scene->net.server));
    scene->net.options.base_url = text_of(base);
    scene->net.options.hosts = &host;
    scene->net.options.host_count = allowed ? 1 : 0;
    net_fixture_client(&scene->net);
}

/* ---- tests ---- */

static void test_assertion__is_signed_and_believed(void **state)
{
    struct scene *scene = *state;
    enter(scene, true);
    assert_int_equal(net_expect(&scene->net, "GET", "/limits", HTTP_FAULT_NONE), 200);
    assert_int_equal(http_server_requests(scene->net.server), 1);
    check_assertion(scene, http_server_body(scene->net.server, 0));
}

static void test_assertion__token_without_end_is_kept_until_it_is_refused(void **state)
{
    struct scene *scene = *state;
    enter(scene, true);
    assert_int_equal(net_expect(&scene->net, "GET", "/limits", HTTP_FAULT_NONE), 200);
    scene->net.ms += INT64_C(40) * 86400000;
    assert_int_equal(net_expect(&scene->net, "GET", "/limits", HTTP_FAULT_NONE), 200);
    assert_int_equal(atomic_load(&scene->assertions), 1);
    atomic_fetch_add(&scene->issued, 1); /* the session has ended over there */
    assert_int_equal(net_expect(&scene->net, "GET", "/limits", HTTP_FAULT_NONE), 200);
    assert_int_equal(atomic_load(&scene->assertions), 2);
}

static void test_base_url__is_that_of_the_token_and_keeps_the_path(void **state)
{
    struct scene *scene = *state;
    enter(scene, true);
    struct http_call *call = net_get(&scene->net, "/query?q=a%20b");
    const struct http_result *result = http_call_result(call);
    assert_int_equal(result->response.status, 200);
    assert_true(text_equal(result->response.body, TEXT("/services/data/v67.0/query?q=a%20b")));
    http_call_free(call);
}

static void test_base_url__must_be_an_allowed_host(void **state)
{
    struct scene *scene = *state;
    enter(scene, false);
    (void)net_expect(&scene->net, "GET", "/limits", HTTP_FAULT_REFUSED);
    assert_int_equal(http_server_requests(scene->elsewhere), 0);
}

static void test_base_url__that_is_not_told_is_an_error(void **state)
{
    struct scene *scene = *state;
    scene->says_nothing = true;
    scene->instance[0] = '\0';
    enter(scene, false);
    (void)net_expect(&scene->net, "GET", "/limits", HTTP_FAULT_AUTHENTICATION);
    assert_int_equal(http_server_requests(scene->elsewhere), 0);
}

static void test_key__in_one_line_is_read(void **state)
{
    struct scene *scene = *state;
    struct error error = {0};
    char line[8192] = "";
    for (const char *c = scene->pem; *c != '\0'; c++) {
        const size_t length = strlen(line);
        (void)snprintf(line + length, sizeof(line) - length, *c == '\n' ? "\\n" : "%c", *c);
    }
    assert_int_equal(make(scene, line, &error), ERROR_NONE);
}

static void test_key__that_is_none_is_a_mistake_and_never_shown(void **state)
{
    struct scene *scene = *state;
    struct error error = {0};
    assert_int_equal(make(scene, "not-a-key", &error), ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "PEM"));
    assert_null(strstr(error.message, "not-a-key"));
    assert_int_equal(make(scene, "", &error), ERROR_CONFIGURATION);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_scene, leave)
    const struct CMUnitTest tests[] = {
        TEST(test_assertion__is_signed_and_believed),
        TEST(test_assertion__token_without_end_is_kept_until_it_is_refused),
        TEST(test_base_url__is_that_of_the_token_and_keeps_the_path),
        TEST(test_base_url__must_be_an_allowed_host),
        TEST(test_base_url__that_is_not_told_is_an_error),
        TEST(test_key__in_one_line_is_read),
        TEST(test_key__that_is_none_is_a_mistake_and_never_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
