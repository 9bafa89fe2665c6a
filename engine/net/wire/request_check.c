/* Methods, header names and values that a script may use. */
#include "net/wire/request_check.h"

#include <string.h>
#include <strings.h>

enum { MAX_METHOD = 16, MAX_HEADERS = 100, MAX_HEADER_BYTES = 65536, MAX_KEY = 255 };

static enum error_code check_method(struct text method, struct error *error)
{
    bool valid = method.length > 0 && method.length <= MAX_METHOD;
    for (size_t i = 0; valid && i < method.length; i++)
        valid = method.bytes[i] >= 'A' && method.bytes[i] <= 'Z';
    if (!valid || text_equal(method, TEXT("CONNECT")) || text_equal(method, TEXT("TRACE"))) {
        return error_set(error, ERROR_USAGE,
                         "no such HTTP method: use GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE");
    }
    return ERROR_NONE;
}

static enum error_code check_url(struct text url, struct error *error)
{
    if (text_is_absent(url))
        return error_set(error, ERROR_USAGE, "a request needs a URL");
    for (size_t i = 0; i < url.length; i++) {
        unsigned char byte = (unsigned char)url.bytes[i];
        if (byte <= 0x20 || byte >= 0x7f) {
            return error_set(error, ERROR_USAGE,
                             "byte %zu of the URL is 0x%02x: blanks, control and non-ASCII "
                             "characters must be percent-encoded",
                             i + 1, byte);
        }
    }
    return ERROR_NONE;
}

/* A token of RFC 9110. */
static bool is_name(struct text name)
{
    for (size_t i = 0; i < name.length; i++) {
        unsigned char byte = (unsigned char)name.bytes[i];
        if (byte <= 0x20 || byte >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", byte))
            return false;
    }
    return name.length > 0;
}

static bool is_value(struct text value)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char byte = (unsigned char)value.bytes[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

static bool is_owned(struct text name, const char *engine_header)
{
    static const char *const owned[] = {"Host",
                                        "Content-Length",
                                        "Transfer-Encoding",
                                        "Connection",
                                        "Keep-Alive",
                                        "Upgrade",
                                        "TE",
                                        "Trailer",
                                        "Expect",
                                        "Accept-Encoding"};
    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        if (http_header_is(name, owned[i]))
            return true;
    return (name.length >= 6 && strncasecmp(name.bytes, "Proxy-", 6) == 0) ||
           (engine_header && http_header_is(name, engine_header));
}

enum error_code request_check(const struct http_request *request, const char *engine_header,
                              struct error *error)
{
    size_t bytes = 0;

    if (check_method(request->method, error) || check_url(request->url, error))
        return error->code;
    if (text_equal(request->method, TEXT("HEAD")) && !text_is_empty(request->body))
        return error_set(error, ERROR_USAGE, "a HEAD request has no body");
    if (!is_value(request->idempotency_key) || request->idempotency_key.length > MAX_KEY) {
        return error_set(error, ERROR_USAGE,
                         "an idempotency key must be one line of at most %d bytes", MAX_KEY);
    }
    for (size_t i = 0; i < request->header_count; i++) {
        struct text name = request->headers[i].name;
        if (!is_name(name))
            return error_set(error, ERROR_USAGE, "the name of header %zu is not valid", i + 1);
        if (!is_value(request->headers[i].value)) {
            return error_set(error, ERROR_USAGE,
                             "the value of header '%.*s' contains a control character",
                             TEXT_PRINT(name));
        }
        if (is_owned(name, engine_header) || (!text_is_absent(request->idempotency_key) &&
                                              http_header_is(name, "Idempotency-Key"))) {
            return error_set(error, ERROR_USAGE,
                             "the header '%.*s' is set by the engine: leave it out",
                             TEXT_PRINT(name));
        }
        bytes += name.length + request->headers[i].value.length;
    }
    if (request->header_count > MAX_HEADERS || bytes > MAX_HEADER_BYTES) {
        return error_set(error, ERROR_USAGE, "more than %d headers or %d bytes of them",
                         MAX_HEADERS, MAX_HEADER_BYTES);
    }
    return ERROR_NONE;
}
