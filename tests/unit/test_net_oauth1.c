/* OAuth 1.0a: the examples of RFC 5849, and encodings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/wire/encoding.h"
#include "net/auth/oauth1.h"

/* Section 3.4.1.1. Its signature there is a placeholder (erratum 2550 corrects it). */
static struct oauth1_request example_request(void)
{
    return (struct oauth1_request){
        TEXT("POST"),
        TEXT("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"),
        TEXT("c2&a3=2+q"),
    };
}

static struct oauth1_keys example_keys(void)
{
    return (struct oauth1_keys){
        .consumer_key = TEXT("9djdj82h48djs9d2"),
        .consumer_secret = TEXT("j49sk3j29djd"),
        .token = TEXT("kkk9d7dh3k39sjv7"),
        .token_secret = TEXT("dh893hdasih9"),
        .realm = TEXT("Example"),
        .method = TEXT("HMAC-SHA1"),
        .nonce = TEXT("7d8f3e4a"),
        .timestamp = 137131201,
    };
}

static void test_oauth1__base_string_of_the_rfc(void **state)
{
    const struct oauth1_request request = example_request();
    const struct oauth1_keys keys = example_keys();
    struct buffer out = BUFFER(4096);
    struct error error = {0};
    (void)state;
    assert_int_equal(oauth1_base_string(&request, &keys, &out, &error), ERROR_NONE);
    assert_string_equal(out.data,
                        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q"
                        "%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_"
                        "key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m"
                        "ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk"
                        "9d7dh3k39sjv7");
    buffer_release(&out);
}

static void test_oauth1__signature_of_the_rfc(void **state)
{
    const struct oauth1_request request = example_request();
    const struct oauth1_keys keys = example_keys();
    struct buffer out = BUFFER(4096);
    struct error error = {0};
    (void)state;
    assert_int_equal(oauth1_signature(&request, &keys, &out, &error), ERROR_NONE);
    assert_string_equal(out.data, "r6/TJjbCOr97/+UU0NsvSne7s5g=");
    buffer_release(&out);
}

/* Section 1.2: three-legged, a GET with a query, base string in the header's order. */
static void test_oauth1__photos_of_the_rfc(void **state)
{
    const struct oauth1_request request = {
        TEXT("GET"), TEXT("http://photos.example.net/photos?file=vacation.jpg&size=original"),
        TEXT_ABSENT};
    const struct oauth1_keys keys = {
        .consumer_key = TEXT("dpf43f3p2l4k3l03"),
        .consumer_secret = TEXT("kd94hf93k423kf44"),
        .token = TEXT("nnch734d00sl2jdk"),
        .token_secret = TEXT("pfkkdhi9sl3r4s00"),
        .realm = TEXT("Photos"),
        .method = TEXT("HMAC-SHA1"),
        .nonce = TEXT("chapoH"),
        .timestamp = 137131202,
    };
    struct buffer out = BUFFER(4096);
    struct error error = {0};
    (void)state;
    assert_int_equal(oauth1_header(&request, &keys, &out, &error), ERROR_NONE);
    assert_string_equal(out.data,
                        "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", "
                        "oauth_token=\"nnch734d00sl2jdk\", "
                        "oauth_signature_method=\"HMAC-SHA1\", "
                        "oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", "
                        "oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"");
    buffer_release(&out);
}

static void test_oauth1__plaintext_and_sha256(void **state)
{
    const struct oauth1_request request = example_request();
    struct oauth1_keys keys = example_keys();
    struct buffer out = BUFFER(4096);
    struct error error = {0};
    (void)state;
    keys.method = TEXT("PLAINTEXT");
    keys.consumer_secret = TEXT("djr9rjt0jd78jf88");
    keys.token_secret = TEXT("jjd999tj88uiths3");
    assert_int_equal(oauth1_signature(&request, &keys, &out, &error), ERROR_NONE);
    assert_string_equal(out.data, "djr9rjt0jd78jf88&jjd999tj88uiths3"); /* section 2.1 */
    buffer_clear(&out);
    keys.token_secret = TEXT_ABSENT;
    assert_int_equal(oauth1_signature(&request, &keys, &out, &error), ERROR_NONE);
    assert_string_equal(out.data, "djr9rjt0jd78jf88&");
    buffer_clear(&out);
    keys = example_keys();
    keys.method = TEXT("HMAC-SHA256");
    assert_int_equal(oauth1_signature(&request, &keys, &out, &error), ERROR_NONE);
    assert_int_equal(out.length, 44);
    buffer_release(&out);
}

static void test_encoding__percent(void **state)
{
    struct buffer out = BUFFER(4096);
    struct error error = {0};
    (void)state;
    assert_int_equal(encoding_percent(&out, TEXT("aZ09-._~ +/\xc3\xa4\0"), &error), ERROR_NONE);
    assert_string_equal(out.data, "aZ09-._~%20%2B%2F%C3%A4%00");
    buffer_clear(&out);
    assert_int_equal(encoding_unpercent(&out, TEXT("a%20b+c%zz%4"), true, &error), ERROR_NONE);
    assert_string_equal(out.data, "a b c%zz%4");
    buffer_clear(&out);
    assert_int_equal(encoding_unpercent(&out, TEXT("a+b%2"), false, &error), ERROR_NONE);
    assert_string_equal(out.data, "a+b%2");
    buffer_release(&out);
}

static void test_encoding__base64(void **state)
{
    struct buffer out = BUFFER(4096);
    struct error error = {0};
    (void)state;
    assert_int_equal(encoding_base64(&out, TEXT("\xfb\xff\xfe?"), &error), ERROR_NONE);
    assert_string_equal(out.data, "+//+Pw==");
    buffer_clear(&out);
    assert_int_equal(encoding_base64url(&out, TEXT("\xfb\xff\xfe?"), &error), ERROR_NONE);
    assert_string_equal(out.data, "-__-Pw");
    buffer_clear(&out);
    assert_int_equal(encoding_base64(&out, TEXT(""), &error), ERROR_NONE);
    assert_int_equal(out.length, 0);
    assert_int_equal(encoding_random(&out, 32, &error), ERROR_NONE);
    assert_int_equal(out.length, 43);
    encoding_wipe(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oauth1__base_string_of_the_rfc),
        cmocka_unit_test(test_oauth1__signature_of_the_rfc),
        cmocka_unit_test(test_oauth1__photos_of_the_rfc),
        cmocka_unit_test(test_oauth1__plaintext_and_sha256),
        cmocka_unit_test(test_encoding__percent),
        cmocka_unit_test(test_encoding__base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
