/*
 * URLs, redirects, allow-lists and the headers that tell when to come back, from hostile hands.
 *
 * Promises: what was taken reads the same a second time (the transport parses again), and the
 * allow-list lets nothing pass but what it names.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/wire/host_list.h"
#include "net/wire/rate_limit.h"
#include "net/wire/request_check.h"
#include "net/wire/retry.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void demand(bool promise)
{
    if (!promise) {
        abort();
    }
}

static struct host_list *allow_list(void)
{
    struct error error = {0};
    struct host_list *list = host_list_new();
    demand(list && !host_list_add(list, TEXT("*.example.com"), false, &error) &&
           !host_list_add(list, TEXT("127.0.0.1:8080"), false, &error));
    return list;
}

static void check_url(const struct url *url)
{
    static const char domain[] = ".example.com";
    struct url again = {0};
    struct error error = {0};
    struct host_list *list = allow_list();
    bool private_too = false;
    size_t tail = strlen(domain);
    size_t length = strlen(url->host);

    demand(!url_parse(text_of(url->text), &again, &error));
    demand(url_same_origin(url, &again) && strcmp(url->text, again.text) == 0);
    if (!host_list_check(list, url, &private_too, &error)) {
        bool below = length > tail && strcmp(url->host + length - tail, domain) == 0;
        demand((below && url->secure && url->port == 443 && !private_too) ||
               (strcmp(url->host, "127.0.0.1") == 0 && url->port == 8080 && private_too));
    }
    url_remove_parameter(&again, "key");
    demand(strlen(again.text) <= strlen(url->text));
    url_release(&again);
    host_list_free(list);
}

static void read_url(struct text text, bool is_redirect)
{
    struct url base = {0};
    struct url url = {0};
    struct error error = {0};
    enum error_code code = ERROR_NONE;
    if (is_redirect) {
        demand(url_parse(TEXT("https://api.example.com/a/b?c"), &base, &error) == ERROR_NONE);
        code = url_resolve(&base, text, &url, &error);
    } else {
        code = url_parse(text, &url, &error);
    }
    if (!code) {
        check_url(&url);
    }
    url_release(&url);
    url_release(&base);
}

static void read_entry(struct text text)
{
    struct error error = {0};
    struct host_list *list = host_list_new();
    demand(list != NULL);
    enum error_code code = host_list_add(list, text, false, &error);
    demand(!code || code == ERROR_CONFIGURATION);
    host_list_free(list);
}

static void read_headers(struct text text)
{
    static const instant now = INT64_C(1773144000000);
    struct error error = {0};
    struct http_header headers[] = {{TEXT("Retry-After"), text}, {TEXT("RateLimit"), text}};
    struct http_response response = {.status = 429, .headers = headers, .header_count = 2};
    struct http_request request = {
        .method = TEXT("GET"), .url = text, .headers = headers, .header_count = 1};
    demand(retry_after(&response, now) >= -1);
    demand(rate_limit_told(&response, now) >= 0);
    if (!request_check(&request, NULL, &error)) {
        demand(!memchr(text.bytes, '\r', text.length) && !memchr(text.bytes, '\n', text.length));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 0) {
        return 0;
    }
    struct text text = {(const char *)bytes + 1, length - 1};
    switch (bytes[0] & 3) {
    case 0:
    case 1:
        read_url(text, (bytes[0] & 3) == 1);
        break;
    case 2:
        read_entry(text);
        break;
    default:
        read_headers(text);
        break;
    }
    return 0;
}
