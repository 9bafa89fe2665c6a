/* Reading requests; libmicrohttpd does the talking. */
#include "service/http/web_request.h"

#include <string.h>
#include <strings.h>

#include <microhttpd.h>

enum { JSON_DEPTH_FLAGS = JSON_REJECT_DUPLICATES };

/* ---- what was asked ---- */

struct text web_request_header(const struct web_request *request, const char *name)
{
    return text_of(MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name));
}

bool web_request_reads(const struct web_request *request)
{
    return text_equal(request->method, TEXT("GET")) || text_equal(request->method, TEXT("HEAD"));
}

static int hex_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

enum error_code web_request_decode(struct web_request *request, struct text raw, struct text *plain,
                                   struct error *error)
{
    char *const out = arena_alloc(request->arena, raw.length + 1);
    size_t length = 0;
    if (!out)
        return error_memory(error, "a part of a request");
    for (size_t i = 0; i < raw.length; i++) {
        const bool coded = raw.bytes[i] == '%' && i + 2 < raw.length &&
                           hex_of(raw.bytes[i + 1]) >= 0 && hex_of(raw.bytes[i + 2]) >= 0;
        out[length++] =
            coded ? (char)(hex_of(raw.bytes[i + 1]) * 16 + hex_of(raw.bytes[i + 2])) : raw.bytes[i];
        i += coded ? 2 : 0;
    }
    out[length] = '\0';
    *plain = (struct text){out, length};
    if (memchr(out, '\0', length) || !text_is_utf8(*plain))
        return error_set(error, ERROR_USAGE, "a part of the address is not UTF-8");
    return ERROR_NONE;
}

bool web_request_is(const struct web_request *request, const char *type)
{
    const struct text given = web_request_header(request, "Content-Type");
    const size_t length = strlen(type);
    return given.length >= length && strncasecmp(given.bytes, type, length) == 0 &&
           (given.length == length || strchr("; ", given.bytes[length]));
}

enum error_code web_request_parameter(struct web_request *request, const char *name,
                                      struct text *value, struct error *error)
{
    const struct text raw =
        text_of(MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name));
    *value = TEXT_ABSENT;
    return text_is_absent(raw) ? ERROR_NONE : web_request_decode(request, raw, value, error);
}

enum error_code web_request_json(const struct web_request *request, json_t **json,
                                 struct error *error)
{
    json_error_t trouble;
    if (text_is_empty(text_trim(buffer_text(&request->body)))) {
        *json = json_object();
        return *json ? ERROR_NONE : error_memory(error, "a request");
    }
    *json = json_loadb(request->body.data, request->body.length, JSON_DEPTH_FLAGS, &trouble);
    if (!*json)
        return error_set(error, ERROR_USAGE, "the body is not JSON: %s", trouble.text);
    if (json_is_object(*json))
        return ERROR_NONE;
    json_decref(*json);
    *json = NULL;
    return error_set(error, ERROR_USAGE, "the body must be a JSON object");
}

struct text web_request_cookie(const struct web_request *request, const char *name)
{
    return text_of(MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name));
}

void web_request_sleep(struct MHD_Connection *connection)
{
    MHD_suspend_connection(connection);
}

void web_request_wake(struct MHD_Connection *connection)
{
    MHD_resume_connection(connection);
}
