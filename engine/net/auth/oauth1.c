/* Parameters are normalized, joined to a base string, and signed (RFC 5849, section 3.4). */
#include "net/auth/oauth1.h"

#include <ctype.h>
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

static enum error_code grow(struct parameters *parameters, struct error *error)
{
    struct parameter *const items = array_grow_heap(parameters->items, parameters->count,
                                                    &parameters->capacity, sizeof(*items));
    if (!items)
        return error_memory(error, "a signature");
    parameters->items = items;
    return ERROR_NONE;
}

static enum error_code encoded(struct text text, char **out, struct error *error)
{
    struct buffer buffer = BUFFER(LARGEST);
    enum error_code code = buffer_append(&buffer, "", 0, error);
    if (!code)
        code = encoding_percent(&buffer, text, error);
    if (code) {
        buffer_release(&buffer);
        return code;
    }
    *out = buffer.data; /* taken */
    return ERROR_NONE;
}

static enum error_code add(struct parameters *parameters, struct text name, struct text value,
                           struct error *error)
{
    enum error_code code = grow(parameters, error);
    if (code)
        return code;
    struct parameter *item = &parameters->items[parameters->count];
    *item = (struct parameter){0};
    code = encoded(name, &item->name, error);
    if (!code)
        code = encoded(value, &item->value, error);
    if (code) {
        free(item->name);
        return code;
    }
    parameters->count++;
    return ERROR_NONE;
}

/* name=value&name=value, decoded and encoded again. */
static enum error_code add_form(struct parameters *parameters, struct text form,
                                struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct buffer name = BUFFER(LARGEST);
    struct buffer value = BUFFER(LARGEST);
    while (form.length > 0 && !code) {
        const char *end = memchr(form.bytes, '&', form.length);
        struct text pair = {form.bytes, end ? (size_t)(end - form.bytes) : form.length};
        size_t used = pair.length + (end ? 1 : 0);
        form = (struct text){form.bytes + used, form.length - used};
        if (pair.length == 0)
            continue;
        const char *sign = memchr(pair.bytes, '=', pair.length);
        struct text left = {pair.bytes, sign ? (size_t)(sign - pair.bytes) : pair.length};
        struct text right = {sign ? sign + 1 : "", sign ? pair.length - left.length - 1 : 0};
        buffer_clear(&name);
        buffer_clear(&value);
        code = encoding_unpercent(&name, left, true, error);
        if (!code)
            code = encoding_unpercent(&value, right, true, error);
        if (!code)
            code = add(parameters, buffer_text(&name), buffer_text(&value), error);
    }
    buffer_release(&name);
    buffer_release(&value);
    return code;
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
    bool is_default = url->port == (url->secure ? 443 : 80);
    enum error_code code =
        buffer_append_format(&plain, error, "%s://%s", url->secure ? "https" : "http", url->host);
    if (!code && !is_default)
        code = buffer_append_format(&plain, error, ":%u", (unsigned)url->port);
    if (!code)
        code = buffer_append_text(&plain, text_of(url->path), error);
    if (!code)
        code = encoding_percent(out, buffer_text(&plain), error);
    buffer_release(&plain);
    return code;
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
    enum error_code code = ERROR_NONE;
    struct url url = {0};
    struct parameters parameters = {0};
    const char *query = NULL;

    code = url_parse(request->url, &url, error);
    if (code)
        goto out;
    query = strchr(url.text, '?');
    if (query)
        code = add_form(&parameters, text_of(query + 1), error);
    if (!code)
        code = add_form(&parameters, request->form, error);
    if (!code)
        code = add_protocol(&parameters, keys, error);
    if (!code)
        code = encoding_percent(out, request->method, error);
    if (!code)
        code = buffer_append(out, "&", 1, error);
    if (!code)
        code = append_base_uri(out, &url, error);
    if (!code)
        code = buffer_append(out, "&", 1, error);
    if (code)
        goto out;
    code = append_parameters(out, &parameters, error);

out:
    parameters_release(&parameters);
    url_release(&url);
    return code;
}

static enum error_code signing_key(const struct oauth1_keys *keys, struct buffer *out,
                                   struct error *error)
{
    enum error_code code = encoding_percent(out, keys->consumer_secret, error);
    if (!code)
        code = buffer_append(out, "&", 1, error);
    if (!code)
        code = encoding_percent(out, keys->token_secret, error);
    return code;
}

enum error_code oauth1_signature(const struct oauth1_request *request,
                                 const struct oauth1_keys *keys, struct buffer *out,
                                 struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct buffer base = BUFFER(LARGEST);
    struct buffer key = BUFFER(LARGEST);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    code = signing_key(keys, &key, error);
    if (code)
        goto out;
    if (text_equal(keys->method, TEXT("PLAINTEXT"))) {
        code = buffer_append_text(out, buffer_text(&key), error);
        goto out;
    }
    code = oauth1_base_string(request, keys, &base, error);
    if (code)
        goto out;
    const EVP_MD *hash = text_equal(keys->method, TEXT("HMAC-SHA256")) ? EVP_sha256() : EVP_sha1();
    if (!HMAC(hash, key.data, (int)key.length, (const unsigned char *)base.data, base.length,
              digest, &length)) {
        code = error_set(error, ERROR_INTERNAL, "a request could not be signed");
        goto out;
    }
    code = encoding_base64(out, (struct text){(const char *)digest, length}, error);

out:
    encoding_wipe(&key);
    buffer_release(&base);
    return code;
}

enum error_code oauth1_header(const struct oauth1_request *request, const struct oauth1_keys *keys,
                              struct buffer *out, struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct buffer signature = BUFFER(LARGEST);
    struct parameters parameters = {0};
    const char *separator = " ";

    code = oauth1_signature(request, keys, &signature, error);
    if (!code)
        code = add_protocol(&parameters, keys, error);
    if (!code)
        code = add(&parameters, TEXT("oauth_signature"), buffer_text(&signature), error);
    if (!code)
        code = buffer_append_text(out, TEXT("OAuth"), error);
    if (code)
        goto out;
    if (!text_is_absent(keys->realm)) {
        code = buffer_append_format(out, error, " realm=\"%.*s\"", TEXT_PRINT(keys->realm));
        if (code)
            goto out;
        separator = ", ";
    }
    for (size_t i = 0; i < parameters.count && !code; i++) {
        code = buffer_append_format(out, error, "%s%s=\"%s\"", separator, parameters.items[i].name,
                                    parameters.items[i].value);
        separator = ", ";
    }

out:
    parameters_release(&parameters);
    encoding_wipe(&signature);
    return code;
}
