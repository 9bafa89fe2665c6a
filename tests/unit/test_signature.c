/* signature: deliveries that are right, forged, late or broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "service/http/signature.h"

/* Headers: names and values in turn. */
static struct text header(void *context, const char *name)
{
    for (const char *const *pair = context; *pair; pair += 2) {
        if (strcasecmp(pair[0], name) == 0)
            return text_of(pair[1]);
    }
    return TEXT_ABSENT;
}

static enum error_code verify(const struct webhook_settings *rule, const char *body,
                              const char *const *headers, int64_t seconds)
{
    struct error error = {.code = ERROR_NONE};
    const struct signature_request request = {.method = TEXT("POST"),
                                              .body = text_of(body),
                                              .header = header,
                                              .context = (void *)(uintptr_t)headers};
    return signature_verify(rule, &request, seconds * 1000, &error);
}

static const struct webhook_settings hmac = {
    .scheme = {"hmac_sha256", 11},
    .secret = {"key", 3},
    .header = {"X-Signature", 11},
    .prefix = {"sha256=", 7},
};
#define FOX     "The quick brown fox jumps over the lazy dog"
#define FOX_HEX "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"

static void test_signature__hmac_of_the_body_counts(void **state)
{
    (void)state;
    const char *const right[] = {"x-signature", "sha256=" FOX_HEX, NULL};
    const char *const upper[] = {
        "X-Signature", "sha256=F7BC83F430538424B13298E6AA6FB143EF4D59A14946175997479DBC2D1A3CD8",
        NULL};
    assert_int_equal(verify(&hmac, FOX, right, 0), ERROR_NONE);
    assert_int_equal(verify(&hmac, FOX, upper, 0), ERROR_NONE);
}

static void test_signature__forged_cut_or_missing_hmac_is_refused(void **state)
{
    (void)state;
    const char *const none[] = {NULL};
    const char *const cases[][3] = {
        {"X-Signature", FOX_HEX, NULL},         {"X-Signature", "sha256=", NULL},
        {"X-Signature", "sha256=f7bc", NULL},   {"X-Signature", "sha256=" FOX_HEX "00", NULL},
        {"X-Signature", "sha1=" FOX_HEX, NULL}, {"X-Other", "sha256=" FOX_HEX, NULL},
    };
    const char *const right[] = {"X-Signature", "sha256=" FOX_HEX, NULL};
    assert_int_equal(verify(&hmac, FOX, none, 0), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&hmac, FOX ".", right, 0), ERROR_AUTHENTICATION);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(verify(&hmac, FOX, cases[i], 0), ERROR_AUTHENTICATION);
}

static void test_signature__second_secret_counts_while_they_are_changed(void **state)
{
    (void)state;
    struct webhook_settings rule = hmac;
    const char *const right[] = {"X-Signature", "sha256=" FOX_HEX, NULL};
    rule.secret = TEXT("new");
    assert_int_equal(verify(&rule, FOX, right, 0), ERROR_AUTHENTICATION);
    rule.previous_secret = TEXT("key");
    assert_int_equal(verify(&rule, FOX, right, 0), ERROR_NONE);
}

/* The example of the Standard Webhooks specification. */
static void test_signature__standard_webhooks(void **state)
{
    (void)state;
    const struct webhook_settings rule = {
        .scheme = TEXT("standard_webhooks"),
        .secret = TEXT("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        .tolerance_seconds = 300,
    };
    const char *const right[] = {"webhook-id",
                                 "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                 "webhook-timestamp",
                                 "1614265330",
                                 "webhook-signature",
                                 "v1,bm9ldHU= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                 NULL};
    const char *const other[] = {
        "webhook-id", "msg_other",         "webhook-timestamp",
        "1614265330", "webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        NULL};
    const char *const body = "{\"test\": 2432232314}";
    assert_int_equal(verify(&rule, body, right, 1614265330 + 299), ERROR_NONE);
    assert_int_equal(verify(&rule, body, right, 1614265330 + 301), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&rule, body, right, 1614265330 - 301), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&rule, body, other, 1614265330), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&rule, "{}", right, 1614265330), ERROR_AUTHENTICATION);
}

static void test_signature__bad_standard_secret_is_a_mistake_of_the_configuration(void **state)
{
    (void)state;
    char out[SIGNATURE_STANDARD_SIZE];
    static const char *const secrets[] = {"", "whsec_", "whsec_abc", "whsec_????"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        assert_int_equal(
            signature_standard(text_of(secrets[i]), TEXT("a"), TEXT("1"), TEXT("b"), out, NULL),
            ERROR_CONFIGURATION);
}

/* base64(HMAC-SHA256("secret", "POST" "https://hook.test/hooks/hubspot" "[]" "1614265330000")) */
static void test_signature__hubspot_v3_signs_method_address_body_and_time(void **state)
{
    (void)state;
    const struct webhook_settings rule = {
        .scheme = TEXT("hubspot_v3"),
        .secret = TEXT("secret"),
        .url = TEXT("https://hook.test/hooks/hubspot"),
        .tolerance_seconds = 300,
    };
    const char *const headers[] = {"X-HubSpot-Request-Timestamp", "1614265330000",
                                   "X-HubSpot-Signature-v3",
                                   "hKxipsDccS5Ktexx5blhiJHOOOt3DedUs2YEd6RJpVE=", NULL};
    struct webhook_settings elsewhere = rule;
    elsewhere.url = TEXT("https://other.test/hooks/hubspot");
    assert_int_equal(verify(&rule, "[]", headers, 1614265330), ERROR_NONE);
    assert_int_equal(verify(&rule, "[ ]", headers, 1614265330), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&rule, "[]", headers, 1614265330 + 600), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&elsewhere, "[]", headers, 1614265330), ERROR_AUTHENTICATION);
}

static void test_signature__basic_wants_name_and_password(void **state)
{
    (void)state;
    const struct webhook_settings rule = {
        .scheme = TEXT("basic"), .username = TEXT("Aladdin"), .secret = TEXT("open sesame")};
    const char *const right[] = {"authorization", "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", NULL};
    const char *const wrong[] = {"Authorization", "Basic QWxhZGRpbjpvcGVu", NULL};
    const char *const bearer[] = {"Authorization", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", NULL};
    const char *const none[] = {NULL};
    assert_int_equal(verify(&rule, "", right, 0), ERROR_NONE);
    assert_int_equal(verify(&rule, "", wrong, 0), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&rule, "", bearer, 0), ERROR_AUTHENTICATION);
    assert_int_equal(verify(&rule, "", none, 0), ERROR_AUTHENTICATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature__hmac_of_the_body_counts),
        cmocka_unit_test(test_signature__forged_cut_or_missing_hmac_is_refused),
        cmocka_unit_test(test_signature__second_secret_counts_while_they_are_changed),
        cmocka_unit_test(test_signature__standard_webhooks),
        cmocka_unit_test(test_signature__bad_standard_secret_is_a_mistake_of_the_configuration),
        cmocka_unit_test(test_signature__hubspot_v3_signs_method_address_body_and_time),
        cmocka_unit_test(test_signature__basic_wants_name_and_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
