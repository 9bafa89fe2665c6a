/* URLs taken apart and put together by libcurl, so that guard and transport see the same. */
#include "net/wire/url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "net/wire/curl_library.h"

/* Longer ones are cut in messages. */
enum { SHOWN = 200 };

struct url_parser {
    struct curl_library curl;
    CURLU *handle;
};

/* Without the query and the part before an '@', which may be secrets. */
static enum error_code refuse(struct error *error, struct text text, const char *why)
{
    struct text tail, query;
    (void)text_cut(text, '?', &tail, &query);
    const char *const at = tail.length > 0 ? memrchr(tail.bytes, '@', tail.length) : NULL;
    const char *const scheme = memmem(text.bytes ? text.bytes : "", tail.length, "://", 3);
    const size_t head = at && scheme && scheme < at ? (size_t)(scheme - text.bytes) + 3 : 0;

    if (at)
        tail = (struct text){at, tail.length - (size_t)(at - text.bytes)};
    tail.length = tail.length < SHOWN ? tail.length : SHOWN;
    return error_set(error, ERROR_REFUSED, "the URL '%.*s%s%.*s' %s", (int)head, text.bytes,
                     at ? "***" : "", TEXT_PRINT(tail), why);
}

static const char *reason(CURLUcode code)
{
    switch (code) {
    case CURLUE_UNSUPPORTED_SCHEME:
    case CURLUE_BAD_SCHEME:
    case CURLUE_BAD_FILE_URL:
        return "is neither http nor https";
    case CURLUE_USER_NOT_ALLOWED:
        return "contains a user name: credentials belong in the configuration";
    case CURLUE_NO_HOST:
    case CURLUE_BAD_HOSTNAME:
    case CURLUE_BAD_IPV6:
        return "has no valid host";
    case CURLUE_BAD_PORT_NUMBER:
        return "has no valid port";
    default:
        return "is malformed";
    }
}

static bool host_is_valid(const struct url *url)
{
    size_t length = strlen(url->host);
    if (url->literal)
        return true;
    if (length == 0 || length > 253 || url->host[length - 1] == '.' || url->host[0] == '.' ||
        strstr(url->host, ".."))
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)url->host[i];
        if (!isalnum(byte) && byte != '-' && byte != '.' && byte != '_')
            return false;
    }
    return true;
}

static char *part_of(const struct url_parser *parser, CURLUPart part, unsigned flags)
{
    char *value = NULL;
    char *copy = NULL;
    if (parser->curl.url_get(parser->handle, part, &value, flags) == CURLUE_OK) {
        copy = strdup(value); /* so that free() is right for all of our strings */
        parser->curl.free(value);
    }
    return copy;
}

static enum error_code read_parts(const struct url_parser *parser, struct text text,
                                  struct url *url, struct error *error)
{
    enum error_code code = ERROR_NONE;
    char *zone = part_of(parser, CURLUPART_ZONEID, 0);
    char *scheme = part_of(parser, CURLUPART_SCHEME, 0);
    char *port = part_of(parser, CURLUPART_PORT, CURLU_DEFAULT_PORT);

    (void)parser->curl.url_set(parser->handle, CURLUPART_FRAGMENT, NULL, 0);
    url->text = part_of(parser, CURLUPART_URL, 0);
    url->host = part_of(parser, CURLUPART_HOST, 0);
    url->path = part_of(parser, CURLUPART_PATH, 0);
    for (char *c = url->host; c && *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    if (scheme && strcasecmp(scheme, "http") != 0 && strcasecmp(scheme, "https") != 0) {
        code = refuse(error, text, "is neither http nor https");
    } else if (!scheme || !port || !url->text || !url->host || !url->path) {
        code = error_memory(error, "a URL"); /* a URL that was taken has all of these */
    } else {
        url->secure = strcasecmp(scheme, "https") == 0;
        url->port = (uint16_t)strtoul(port, NULL, 10);
        url->literal = address_parse(text_of(url->host), &url->address);
        if (zone || !host_is_valid(url))
            code = refuse(error, text, "has no valid host");
        else if (url->port == 0)
            code = refuse(error, text, "has no valid port");
    }
    free(zone);
    free(scheme);
    free(port);
    return code;
}

/* Sets `text` on the handle; relative only if there is already a URL in it. */
static enum error_code set_url(const struct url_parser *parser, struct text text,
                               struct error *error)
{
    if (text_is_empty(text) || text.length > URL_MAX_LENGTH || !text_is_visible_ascii(text)) {
        return refuse(error, text,
                      text.length > URL_MAX_LENGTH ? "is too long"
                                                   : "is empty or not percent-encoded");
    }
    char *copy = strndup(text.bytes, text.length);
    if (!copy)
        return error_memory(error, "a URL");
    CURLUcode status =
        parser->curl.url_set(parser->handle, CURLUPART_URL, copy, CURLU_DISALLOW_USER);
    free(copy);
    return status == CURLUE_OK ? ERROR_NONE : refuse(error, text, reason(status));
}

static enum error_code parse(const struct url *base, struct text text, struct url *url,
                             struct error *error)
{
    struct url_parser parser = {.handle = NULL};
    enum error_code code = curl_library_load(&parser.curl, error);
    *url = (struct url){0};
    if (code)
        return code;
    parser.handle = parser.curl.url();
    if (!parser.handle)
        return error_memory(error, "a URL");
    if (base)
        code = set_url(&parser, text_of(base->text), error);
    if (!code)
        code = set_url(&parser, text, error);
    if (!code)
        code = read_parts(&parser, text, url, error);
    if (code)
        url_release(url);
    parser.curl.url_cleanup(parser.handle);
    return code;
}

enum error_code url_parse(struct text text, struct url *url, struct error *error)
{
    return parse(NULL, text, url, error);
}

enum error_code url_resolve(const struct url *base, struct text location, struct url *url,
                            struct error *error)
{
    struct buffer encoded = BUFFER(URL_MAX_LENGTH * 3);
    enum error_code code = ERROR_NONE;
    *url = (struct url){0};
    /* Servers send blanks and UTF-8; what could end a header stays and is refused. */
    for (size_t i = 0; i < location.length && !code; i++) {
        unsigned char byte = (unsigned char)location.bytes[i];
        code = byte == ' ' || byte >= 0x80 ? buffer_append_format(&encoded, error, "%%%02X", byte)
                                           : buffer_append(&encoded, &location.bytes[i], 1, error);
    }
    if (!code)
        code = parse(base, buffer_text(&encoded), url, error);
    buffer_release(&encoded);
    return code;
}

void url_release(struct url *url)
{
    free(url->text);
    free(url->host);
    free(url->path);
    *url = (struct url){0};
}

void url_remove_parameter(struct url *url, const char *name)
{
    char *const query = strchr(url->text, '?');
    char *out = query ? query + 1 : NULL;
    struct text rest = text_of(out);
    while (rest.length > 0) {
        struct text part, written, value;
        (void)text_cut(rest, '&', &part, &rest);
        (void)text_cut(part, '=', &written, &value);
        if (part.length > 0 && !text_equal(written, text_of(name))) {
            memmove(out, part.bytes, part.length);
            out[part.length] = '&';
            out += part.length + 1;
        }
    }
    if (out)
        out[-1] = '\0'; /* the last '&', or the '?' of an empty query */
}

bool url_same_origin(const struct url *left, const struct url *right)
{
    return left->secure == right->secure && left->port == right->port &&
           strcmp(left->host, right->host) == 0;
}

/* "https://host:port" of a parsed address. */
static struct text origin_of(const struct url *url)
{
    const char *host = strstr(url->text, "://") + 3;
    return (struct text){url->text, (size_t)(host - url->text) + strcspn(host, "/?#")};
}

enum error_code url_move(struct url *url, struct text origin, struct error *error)
{
    struct url target = {0};
    struct buffer whole = BUFFER(2 * URL_MAX_LENGTH);
    enum error_code code = url_parse(origin, &target, error);
    if (!code) {
        const struct text moved = origin_of(&target);
        code = buffer_append_format(&whole, error, "%.*s%s", TEXT_PRINT(moved),
                                    url->text + origin_of(url).length);
        url_release(&target);
    }
    if (!code)
        code = url_parse(buffer_text(&whole), &target, error);
    if (!code) {
        url_release(url);
        *url = target;
    }
    buffer_release(&whole);
    return code;
}
