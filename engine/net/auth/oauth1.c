/* Parameters are normalized, joined to a base string, and signed (RFC 5849, section 3.4). */
#include "net/auth/oauth1.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "net/wire/encoding.h"
#include "net/wire/url.h"

enum { LARGEST = 1 << 20 };

/* One parameter, percent-encoded. */
struct parameter {
    char *name, *value;
};

struct parameters {
    struct parameter *items;
    size_t count, capacity;
};

static void parameters_release(struct parameters *parameters)
{
    for (size_t i = 0; i < parameters->count; i++) {
        free(parameters->items[i].name);
        free(parameters->items[i].value);
    }
    free(parameters->items);
}

static enum error_code encoded(struct text text, char **out, struct error *error)
{
    struct buffer buffer = BUFFER(LARGEST);
    if (buffer_append(&buffer, "", 0, error) || encoding_percent(&buffer, text, error)) {
        buffer_release(&buffer);
        return error->code;
    }
    *out = buffer.data; /* taken */
    return ERROR_NONE;
}

static enum error_code add(struct parameters *parameters, struct text name, struct text value,
                           struct error *error)
{
    struct parameter *const items = array_grow_heap(parameters->items, parameters->count,
                                                    &parameters->capacity, sizeof(*items));
    if (!items)
        return error_memory(error, "a signature");
    parameters->items = items;
    struct parameter *const item = &items[parameters->count];
    *item = (struct parameter){0};
    if (encoded(name, &item->name, error) || encoded(value, &item->value, error)) {
        free(item->name);
        return error->code;
    }
    parameters->count++;
    return ERROR_NONE;
}

/* name=value&name=value, decoded and encoded again. */
static enum error_code add_form(struct parameters *parameters, struct text form,
                                struct error *error)
{
    bool failed = false;
    struct buffer name = BUFFER(LARGEST);
    struct buffer value = BUFFER(LARGEST);
    while (form.length > 0 && !failed) {
        struct text pair, left, right;
        (void)text_cut(form, '&', &pair, &form);
        if (pair.length == 0)
            continue;
        (void)text_cut(pair, '=', &left, &right);
        buffer_clear(&name);
        buffer_clear(&value);
        failed = encoding_unpercent(&name, left, true, error) ||
                 encoding_unpercent(&value, right, true, error) ||
                 add(parameters, buffer_text(&name), buffer_text(&value), error);
    }
    buffer_release(&name);
    buffer_release(&value);
    return failed ? error->code : ERROR_NONE;
}

static enum error_code add_protocol(struct parameters *parameters, const struct oauth1_keys *keys,
                                    struct error *error)
{
    enum error_code code = ERROR_NONE;
    char timestamp[24];
    (void)snprintf(timestamp, sizeof(timestamp), "%lld", (long long)keys->timestamp);
    const struct {
        const char *name;
        struct text value;
    } items[] = {
        {"oauth_consumer_key", keys->consumer_key},
        {"oauth_token", keys->token},
        {"oauth_signature_method", keys->method},
        {"oauth_timestamp", text_of(timestamp)},
        {"oauth_nonce", keys->nonce},
        {"oauth_version", keys->version ? TEXT("1.0") : TEXT_ABSENT},
    };
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]) && !code; i++)
        if (!text_is_absent(items[i].value))
            code = add(parameters, text_of(items[i].name), items[i].value, error);
    return code;
}

static int compare_parameters(const void *left, const void *right)
{
    const struct parameter *a = left;
    const struct parameter *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->value, b->value);
}

/* Section 3.4.1.2: no query, no default port, scheme and host in lower case. */
static enum error_code append_base_uri(struct buffer *out, const struct url *url,
                                       struct error *error)
{
    struct buffer plain = BUFFER(URL_MAX_LENGTH);
    const bool is_default = url->port == (url->secure ? 443 : 80);
    const bool failed =
        buffer_append_format(&plain, error, "%s://%s", url->secure ? "https" : "http", url->host) ||
        (!is_default && buffer_append_format(&plain, error, ":%u", (unsigned)url->port)) ||
        buffer_append_text(&plain, text_of(url->path), error) ||
        encoding_percent(out, buffer_text(&plain), error);
    buffer_release(&plain);
    return failed ? error->code : ERROR_NONE;
}

static enum error_code append_parameters(struct buffer *out, struct parameters *parameters,
                                         struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct buffer joined = BUFFER(LARGEST);
    qsort(parameters->items, parameters->count, sizeof(*parameters->items), compare_parameters);
    for (size_t i = 0; i < parameters->count && !code; i++) {
        code = buffer_append_format(&joined, error, "%s%s=%s", i > 0 ? "&" : "",
                                    parameters->items[i].name, parameters->items[i].value);
    }
    if (!code)
        code = encoding_percent(out, buffer_text(&joined), error);
    buffer_release(&joined);
    return code;
}

enum error_code oauth1_base_string(const struct oauth1_request *request,
                                   const struct oauth1_keys *keys, struct buffer *out,
                                   struct error *error)
{
    struct url url = {0};
    struct parameters parameters = {0};
    struct text before, query;

    if (url_parse(request->url, &url, error))
        return error->code;
    (void)text_cut(text_of(url.text), '?', &before, &query);
    const bool failed =
        add_form(&parameters, query, error) || add_form(&parameters, request->form, error) ||
        add_protocol(&parameters, keys, error) || encoding_percent(out, request->method, error) ||
        buffer_append(out, "&", 1, error) || append_base_uri(out, &url, error) ||
        buffer_append(out, "&", 1, error) || append_parameters(out, &parameters, error);
    parameters_release(&parameters);
    url_release(&url);
    return failed ? error->code : ERROR_NONE;
}

static enum error_code signing_key(const struct oauth1_keys *keys, struct buffer *out,
                                   struct error *error)
{
    if (encoding_percent(out, keys->consumer_secret, error) || buffer_append(out, "&", 1, error))
        return error->code;
    return encoding_percent(out, keys->token_secret, error);
}

static enum error_code append_digest(struct text key, struct text base, struct text method,
                                     struct buffer *out, struct error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const EVP_MD *const hash = text_equal(method, TEXT("HMAC-SHA256")) ? EVP_sha256() : EVP_sha1();
    if (!HMAC(hash, key.bytes, (int)key.length, (const unsigned char *)base.bytes, base.length,
              digest, &length))
        return error_set(error, ERROR_INTERNAL, "a request could not be signed");
    return encoding_base64(out, (struct text){(const char *)digest, length}, error);
}

enum error_code oauth1_signature(const struct oauth1_request *request,
                                 const struct oauth1_keys *keys, struct buffer *out,
                                 struct error *error)
{
    struct buffer base = BUFFER(LARGEST);
    struct buffer key = BUFFER(LARGEST);
    const bool plain = text_equal(keys->method, TEXT("PLAINTEXT"));
    const bool failed = signing_key(keys, &key, error) ||
                        (plain ? buffer_append_text(out, buffer_text(&key), error)
                               : oauth1_base_string(request, keys, &base, error) ||
                                     append_digest(buffer_text(&key), buffer_text(&base),
                                                   keys->method, out, error));
    encoding_wipe(&key);
    buffer_release(&base);
    return failed ? error->code : ERROR_NONE;
}

enum error_code oauth1_header(const struct oauth1_request *request, const struct oauth1_keys *keys,
                              struct buffer *out, struct error *error)
{
    struct buffer signature = BUFFER(LARGEST);
    struct parameters parameters = {0};
    const bool has_realm = !text_is_absent(keys->realm);
    bool failed = oauth1_signature(request, keys, &signature, error) ||
                  add_protocol(&parameters, keys, error) ||
                  add(&parameters, TEXT("oauth_signature"), buffer_text(&signature), error) ||
                  buffer_append_text(out, TEXT("OAuth"), error);
    if (!failed && has_realm)
        failed = buffer_append_format(out, error, " realm=\"%.*s\"", TEXT_PRINT(keys->realm));
    for (size_t i = 0; i < parameters.count && !failed; i++) {
        failed = buffer_append_format(out, error, "%s%s=\"%s\"", i > 0 || has_realm ? ", " : " ",
                                      parameters.items[i].name, parameters.items[i].value);
    }
    parameters_release(&parameters);
    encoding_wipe(&signature);
    return failed ? error->code : ERROR_NONE;
}
