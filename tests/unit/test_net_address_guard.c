/* Which addresses are public, and the allow-list of hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/wire/address_guard.h"
#include "net/wire/host_list.h"

static void test_address_guard__kinds(void **state)
{
    static const struct {
        const char *text;
        enum address_kind kind;
    } cases[] = {
        {"8.8.8.8", ADDRESS_PUBLIC},
        {"1.1.1.1", ADDRESS_PUBLIC},
        {"9.255.255.255", ADDRESS_PUBLIC},
        {"11.0.0.0", ADDRESS_PUBLIC},
        {"100.63.255.255", ADDRESS_PUBLIC},
        {"100.128.0.0", ADDRESS_PUBLIC},
        {"172.15.255.255", ADDRESS_PUBLIC},
        {"172.32.0.0", ADDRESS_PUBLIC},
        {"192.167.255.255", ADDRESS_PUBLIC},
        {"192.169.0.0", ADDRESS_PUBLIC},
        {"198.17.255.255", ADDRESS_PUBLIC},
        {"198.20.0.0", ADDRESS_PUBLIC},
        {"223.255.255.255", ADDRESS_PUBLIC},
        {"10.0.0.0", ADDRESS_PRIVATE},
        {"10.255.255.255", ADDRESS_PRIVATE},
        {"100.64.0.0", ADDRESS_PRIVATE},
        {"100.127.255.255", ADDRESS_PRIVATE},
        {"127.0.0.1", ADDRESS_PRIVATE},
        {"127.255.255.255", ADDRESS_PRIVATE},
        {"172.16.0.0", ADDRESS_PRIVATE},
        {"172.31.255.255", ADDRESS_PRIVATE},
        {"192.168.0.1", ADDRESS_PRIVATE},
        {"0.0.0.0", ADDRESS_FORBIDDEN},
        {"0.1.2.3", ADDRESS_FORBIDDEN},
        {"169.254.169.254", ADDRESS_FORBIDDEN},
        {"192.0.0.1", ADDRESS_FORBIDDEN},
        {"192.0.2.1", ADDRESS_FORBIDDEN},
        {"192.88.99.1", ADDRESS_FORBIDDEN},
        {"198.18.0.1", ADDRESS_FORBIDDEN},
        {"198.19.255.255", ADDRESS_FORBIDDEN},
        {"198.51.100.1", ADDRESS_FORBIDDEN},
        {"203.0.113.1", ADDRESS_FORBIDDEN},
        {"224.0.0.1", ADDRESS_FORBIDDEN},
        {"239.255.255.255", ADDRESS_FORBIDDEN},
        {"240.0.0.1", ADDRESS_FORBIDDEN},
        {"255.255.255.255", ADDRESS_FORBIDDEN},
        {"2606:4700:4700::1111", ADDRESS_PUBLIC},
        {"2a00:1450:4001:80b::200e", ADDRESS_PUBLIC},
        {"2001:4860:4860::8888", ADDRESS_PUBLIC},
        {"2003::1", ADDRESS_PUBLIC},
        {"::1", ADDRESS_PRIVATE},
        {"fc00::1", ADDRESS_PRIVATE},
        {"fdff:ffff::1", ADDRESS_PRIVATE},
        {"::", ADDRESS_FORBIDDEN},
        {"::2", ADDRESS_FORBIDDEN},
        {"::127.0.0.1", ADDRESS_FORBIDDEN},
        {"::ffff:127.0.0.1", ADDRESS_FORBIDDEN},
        {"::ffff:8.8.8.8", ADDRESS_FORBIDDEN},
        {"::ffff:0:127.0.0.1", ADDRESS_FORBIDDEN},
        {"64:ff9b::7f00:1", ADDRESS_FORBIDDEN},
        {"64:ff9b:1::7f00:1", ADDRESS_FORBIDDEN},
        {"100::1", ADDRESS_FORBIDDEN},
        {"2001::1", ADDRESS_FORBIDDEN},
        {"2001:1ff::1", ADDRESS_FORBIDDEN},
        {"2001:db8::1", ADDRESS_FORBIDDEN},
        {"2002:7f00:1::", ADDRESS_FORBIDDEN},
        {"3fff::1", ADDRESS_FORBIDDEN},
        {"4000::1", ADDRESS_FORBIDDEN},
        {"fe80::1", ADDRESS_FORBIDDEN},
        {"fec0::1", ADDRESS_FORBIDDEN},
        {"ff02::1", ADDRESS_FORBIDDEN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address address;
        assert_true(address_parse(text_of(cases[i].text), &address));
        if (address_kind(&address) != cases[i].kind) {
            fail_msg("%s is of kind %d", cases[i].text, (int)address_kind(&address));
        }
        assert_int_equal(address_allowed(&address, false), cases[i].kind == ADDRESS_PUBLIC);
        assert_int_equal(address_allowed(&address, true), cases[i].kind != ADDRESS_FORBIDDEN);
    }
}

static void test_address_guard__parse(void **state)
{
    static const char *const bad[] = {
        "",     "1",    "1.2.3",     "1.2.3.4.5", "01.2.3.4x", "256.1.1.1", "0x7f.0.0.1",
        "[::1", "::1]", "fe80::1%1", "[]",        " 1.2.3.4",  "1.2.3.4 ",  "example.com"};
    struct address address;
    struct address other;
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (address_parse(text_of(bad[i]), &address)) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
    assert_false(address_parse(TEXT("1.2.3.4\0.5"), &address));
    assert_false(address_parse(TEXT_ABSENT, &address));
    assert_true(address_parse(TEXT("[::1]"), &address));
    assert_true(address_parse(TEXT("0:0:0:0:0:0:0:1"), &other));
    assert_true(address_equal(&address, &other));
    assert_true(address_parse(TEXT("127.0.0.1"), &other));
    assert_false(address_equal(&address, &other));
}

/* ---- Allow-list ---- */

static bool allows(const struct host_list *list, const char *text, bool *private_too)
{
    struct url url = {0};
    struct error error = {0};
    bool allowed = !url_parse(text_of(text), &url, &error) &&
                   !host_list_check(list, &url, private_too, &error);
    url_release(&url);
    return allowed;
}

static void test_host_list__matches(void **state)
{
    static const struct {
        const char *entry, *url;
        bool allowed, private_too;
    } cases[] = {
        {"api.example.com", "https://api.example.com/x", true, false},
        {"api.example.com", "https://API.Example.COM/x", true, false},
        {"API.Example.com", "https://api.example.com:443/", true, false},
        {"https://api.example.com", "https://api.example.com/", true, false},
        {"api.example.com", "http://api.example.com/", false, false},
        {"api.example.com", "https://api.example.com:8443/", false, false},
        {"api.example.com", "https://api.example.com./", false, false},
        {"api.example.com", "https://example.com/", false, false},
        {"api.example.com", "https://x.api.example.com/", false, false},
        {"api.example.com", "https://api.example.com.evil.com/", false, false},
        {"api.example.com", "https://api.example.com@evil.com/", false, false},
        {"api.example.com", "https://evil.com#api.example.com", false, false},
        {"api.example.com", "https://evil.com\\.api.example.com/", false, false},
        {"api.example.com", "https://ap\xc4\xb1.example.com/", false, false},
        {"api.example.com", "https://api%2eexample.com/", true, false}, /* the same host */
        {"api.example.com", "https://api.example.com%00.evil.com/", false, false},
        {"api.example.com", "https://api.example.com%2f.evil.com/", false, false},
        {"http://api.example.com", "http://api.example.com/", true, false},
        {"http://api.example.com", "https://api.example.com/", true, false},
        {"http://api.example.com", "http://api.example.com:8080/", false, false},
        {"api.example.com:8443", "https://api.example.com:8443/", true, false},
        {"api.example.com:8443", "https://api.example.com/", false, false},
        {"*.example.com", "https://a.example.com/", true, false},
        {"*.example.com", "https://a.b.example.com/", true, false},
        {"*.example.com", "https://example.com/", false, false},
        {"*.example.com", "https://aexample.com/", false, false},
        {"*.example.com", "https://.example.com/", false, false},
        {"*.example.com", "https://example.com.evil.com/", false, false},
        {"127.0.0.1:8080", "http://127.0.0.1:8080/", true, true},
        {"127.0.0.1:8080", "http://127.1:8080/", true, true},
        {"127.0.0.1:8080", "http://0x7f000001:8080/", true, true},
        {"127.0.0.1:8080", "http://127.0.0.2:8080/", false, false},
        {"127.0.0.1:8080", "http://localhost:8080/", false, false},
        {"127.0.0.1:8080", "http://[::1]:8080/", false, false},
        {"127.0.0.1:8080", "http://[::ffff:127.0.0.1]:8080/", false, false},
        {"10.1.2.3", "https://10.1.2.3/", true, true},
        {"10.1.2.3", "http://10.1.2.3/", false, false},
        {"[::1]:80", "http://[::1]/", true, true},
        {"[::1]", "https://[0:0:0:0:0:0:0:1]/", true, true},
        {"[::1]", "https://[::1%25lo]/", false, false},
        {"localhost:3000", "http://localhost:3000/", true, true},
        {"crm", "https://crm/", true, true},
        {"crm.internal", "https://crm.internal/", true, true},
        {"*.corp.lan", "https://crm.corp.lan/", true, true},
        {"private:crm.example.com", "https://crm.example.com/", true, true},
        {"private:http://crm.example.com", "http://crm.example.com/", true, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct host_list *list = host_list_new();
        struct error error = {0};
        bool private_too = false;
        assert_non_null(list);
        if (host_list_add(list, text_of(cases[i].entry), false, &error)) {
            fail_msg("%s: %s", cases[i].entry, error.message);
        }
        if (allows(list, cases[i].url, &private_too) != cases[i].allowed ||
            private_too != cases[i].private_too) {
            fail_msg("'%s' and '%s'", cases[i].entry, cases[i].url);
        }
        host_list_free(list);
    }
}

static void test_host_list__private_base_url(void **state)
{
    struct host_list *list = host_list_new();
    struct error error = {0};
    bool private_too = false;
    (void)state;
    assert_non_null(list);
    assert_int_equal(host_list_add_url(list, TEXT("https://crm.example.com:8443/api"), &error),
                     ERROR_NONE);
    assert_true(allows(list, "https://crm.example.com:8443/api", &private_too));
    assert_false(private_too);
    assert_int_equal(host_list_add(list, TEXT("private:crm.example.com"), false, &error),
                     ERROR_NONE);
    assert_true(allows(list, "https://crm.example.com:8443/api", &private_too));
    assert_true(private_too);
    host_list_free(list);
}

static void test_host_list__says_what_to_do(void **state)
{
    struct host_list *list = host_list_new();
    struct url url = {0};
    struct error error = {0};
    bool private_too = false;
    (void)state;
    assert_non_null(list);
    assert_int_equal(host_list_add(list, TEXT("api.example.com"), false, &error), ERROR_NONE);
    assert_int_equal(url_parse(TEXT("http://api.example.com/?token=secret"), &url, &error),
                     ERROR_NONE);
    assert_int_equal(host_list_check(list, &url, &private_too, &error), ERROR_REFUSED);
    assert_non_null(strstr(error.message, "use https"));
    assert_null(strstr(error.message, "secret"));
    url_release(&url);
    assert_int_equal(url_parse(TEXT("https://files.example.com/"), &url, &error), ERROR_NONE);
    assert_int_equal(host_list_check(list, &url, &private_too, &error), ERROR_REFUSED);
    assert_non_null(strstr(error.message, "'files.example.com:443'"));
    assert_non_null(strstr(error.message, "'hosts'"));
    url_release(&url);
    host_list_free(list);
}

static void test_url__same_origin(void **state)
{
    struct url left = {0};
    struct url right = {0};
    struct error error = {0};
    (void)state;
    assert_int_equal(url_parse(TEXT("https://a.b/x#y"), &left, &error), ERROR_NONE);
    assert_string_equal(left.text, "https://a.b/x");
    assert_int_equal(url_resolve(&left, TEXT("//A.b:443/z?q"), &right, &error), ERROR_NONE);
    assert_true(url_same_origin(&left, &right));
    assert_string_equal(right.path, "/z");
    url_release(&right);
    assert_int_equal(url_resolve(&left, TEXT("http://a.b:443/"), &right, &error), ERROR_NONE);
    assert_false(url_same_origin(&left, &right));
    url_release(&left);
    url_release(&right);
}

static void test_url__remove_parameter(void **state)
{
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"https://a.b/x", "https://a.b/x"},
        {"https://a.b/x?key=1", "https://a.b/x"},
        {"https://a.b/x?key=1&c=d", "https://a.b/x?c=d"},
        {"https://a.b/x?c=d&key=1", "https://a.b/x?c=d"},
        {"https://a.b/x?c=d&key=1&e&key&keys=2", "https://a.b/x?c=d&e&keys=2"},
        {"https://a.b/x?key", "https://a.b/x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct url url = {0};
        struct error error = {0};
        assert_int_equal(url_parse(text_of(cases[i].before), &url, &error), ERROR_NONE);
        url_remove_parameter(&url, "key");
        assert_string_equal(url.text, cases[i].after);
        url_release(&url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_guard__kinds),
        cmocka_unit_test(test_address_guard__parse),
        cmocka_unit_test(test_host_list__matches),
        cmocka_unit_test(test_host_list__private_base_url),
        cmocka_unit_test(test_host_list__says_what_to_do),
        cmocka_unit_test(test_url__same_origin),
        cmocka_unit_test(test_url__remove_parameter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
