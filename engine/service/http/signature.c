/* Each scheme puts together what was signed and compares. */
#include "service/http/signature.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { DIGEST = 32, TEXT_SIZE = 2 * DIGEST + 1, KEY_SIZE = 256 };

static enum error_code refuse(struct error *error, const char *why)
{
    return error_set(error, ERROR_AUTHENTICATION, "%s", why);
}

static size_t secret_count(const struct webhook_settings *settings)
{
    return text_is_empty(settings->previous_secret) ? 1 : 2;
}

static struct text secret_of(const struct webhook_settings *settings, size_t index)
{
    return index == 0 ? settings->secret : settings->previous_secret;
}

static bool same(struct text left, struct text right)
{
    return left.length == right.length && left.bytes && right.bytes &&
           CRYPTO_memcmp(left.bytes, right.bytes, left.length) == 0;
}

/* The HMAC of several texts, one after another. */
static enum error_code sign(struct text key, const struct text *parts, size_t count,
                            unsigned char digest[DIGEST], struct error *error)
{
    unsigned length = DIGEST;
    struct buffer signed_text = BUFFER(SIZE_MAX / 2);
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; !code && i < count; i++)
        code = buffer_append_text(&signed_text, parts[i], error);
    if (!code && !HMAC(EVP_sha256(), key.bytes, (int)key.length,
                       (const unsigned char *)(signed_text.data ? signed_text.data : ""),
                       signed_text.length, digest, &length))
        code = error_memory(error, "a signature");
    buffer_release(&signed_text);
    return code;
}

static struct text as_text(const unsigned char digest[DIGEST], bool base64, char out[TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    if (base64)
        return (struct text){out, (size_t)EVP_EncodeBlock((unsigned char *)out, digest, DIGEST)};
    for (size_t i = 0; i < DIGEST; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    return (struct text){out, 2 * (size_t)DIGEST};
}

/* Seconds or milliseconds since 1970. */
static enum error_code check_time(const struct webhook_settings *settings, struct text given,
                                  instant now, struct error *error)
{
    int64_t number = 0;
    instant at = 0;
    if (!text_to_integer(given, &number) || !instant_from_epoch((double)number, &at))
        return refuse(error, "the delivery has no readable time");
    const int64_t apart = at > now ? at - now : now - at;
    if (apart > (int64_t)settings->tolerance_seconds * 1000)
        return refuse(error, "the delivery was signed too long ago, or the clocks differ");
    return ERROR_NONE;
}

/* Is the text given the signature of the parts by any of the secrets? */
static enum error_code compare_signature(const struct webhook_settings *settings, struct text given,
                                         bool base64, const struct text *parts, size_t count,
                                         struct error *error)
{
    bool found = false;
    for (size_t i = 0; i < secret_count(settings); i++) {
        unsigned char digest[DIGEST];
        char wanted[TEXT_SIZE];
        if (sign(secret_of(settings, i), parts, count, digest, error))
            return error->code;
        found |= same(given, as_text(digest, base64, wanted));
    }
    return found ? ERROR_NONE : refuse(error, "the delivery's signature is wrong");
}

static struct text header(const struct signature_request *request, const char *name)
{
    return request->header(request->context, name);
}

static enum error_code verify_hubspot(const struct webhook_settings *settings,
                                      const struct signature_request *request, instant now,
                                      struct error *error)
{
    const struct text given = header(request, "X-HubSpot-Signature-v3"),
                      time = header(request, "X-HubSpot-Request-Timestamp");
    const struct text parts[] = {request->method, settings->url, request->body, time};
    if (text_is_empty(given))
        return refuse(error, "the delivery has no signature");
    const enum error_code code = check_time(settings, time, now, error);
    return code ? code : compare_signature(settings, given, true, parts, 4, error);
}

static enum error_code verify_hmac(const struct webhook_settings *settings,
                                   const struct signature_request *request, instant now,
                                   struct error *error)
{
    char lower[TEXT_SIZE];
    struct text given = header(request, settings->header.bytes);
    if (text_is_empty(given))
        return refuse(error, "the delivery has no signature");
    if (!text_is_empty(settings->prefix)) {
        if (!text_starts_with(given, settings->prefix))
            return refuse(error, "the delivery's signature does not have the expected prefix");
        given = (struct text){given.bytes + settings->prefix.length,
                              given.length - settings->prefix.length};
    }
    if (!settings->base64 && given.length < sizeof lower) {
        for (size_t i = 0; i < given.length; i++)
            lower[i] = (char)(given.bytes[i] >= 'A' && given.bytes[i] <= 'F' ? given.bytes[i] + 32
                                                                             : given.bytes[i]);
        given.bytes = lower;
    }
    if (text_is_empty(settings->timestamp_header))
        return compare_signature(settings, given, settings->base64, &request->body, 1, error);
    const struct text time = header(request, settings->timestamp_header.bytes);
    const struct text parts[] = {time, TEXT("."), request->body};
    const enum error_code code = check_time(settings, time, now, error);
    return code ? code : compare_signature(settings, given, settings->base64, parts, 3, error);
}

static enum error_code verify_basic(const struct webhook_settings *settings,
                                    const struct signature_request *request, instant now,
                                    struct error *error)
{
    (void)now;
    enum { PAIR = 512 };
    char pair[PAIR];
    unsigned char wanted[2 * PAIR];
    struct text given = header(request, "Authorization");
    bool found = false;
    if (given.length < 6 || strncasecmp(given.bytes, "Basic ", 6) != 0)
        return refuse(error, "the delivery has no name and password");
    given = text_trim((struct text){given.bytes + 6, given.length - 6});
    for (size_t i = 0; i < secret_count(settings); i++) {
        const int length = snprintf(pair, sizeof pair, "%.*s:%.*s", TEXT_PRINT(settings->username),
                                    TEXT_PRINT(secret_of(settings, i)));
        if (length < 0 || length >= PAIR)
            return error_set(error, ERROR_CONFIGURATION, "the password of webhooks is too long");
        const int size = EVP_EncodeBlock(wanted, (const unsigned char *)pair, length);
        found |= same(given, (struct text){(const char *)wanted, (size_t)size});
    }
    OPENSSL_cleanse(pair, sizeof pair);
    return found ? ERROR_NONE : refuse(error, "the delivery's name or password is wrong");
}

/* ---- Standard Webhooks ---- */

static bool read_key(struct text secret, unsigned char key[KEY_SIZE], size_t *length)
{
    if (text_starts_with(secret, TEXT("whsec_")))
        secret = (struct text){secret.bytes + 6, secret.length - 6};
    if (secret.length == 0 || secret.length % 4 != 0 || secret.length / 4 * 3 > KEY_SIZE)
        return false;
    const int size = EVP_DecodeBlock(key, (const unsigned char *)secret.bytes, (int)secret.length);
    if (size <= 0)
        return false;
    *length = (size_t)size - (secret.bytes[secret.length - 1] == '=') -
              (secret.bytes[secret.length - 2] == '=');
    return true;
}

enum error_code signature_standard(struct text secret, struct text id, struct text timestamp,
                                   struct text body, char signature[SIGNATURE_STANDARD_SIZE],
                                   struct error *error)
{
    const struct text parts[] = {id, TEXT("."), timestamp, TEXT("."), body};
    unsigned char key[KEY_SIZE], digest[DIGEST];
    char encoded[TEXT_SIZE];
    size_t length = 0;
    if (!read_key(secret, key, &length))
        return error_set(error, ERROR_CONFIGURATION,
                         "a secret of Standard Webhooks is 'whsec_' and base64; this one is not");
    const enum error_code code =
        sign((struct text){(const char *)key, length}, parts, 5, digest, error);
    OPENSSL_cleanse(key, sizeof key);
    if (!code)
        snprintf(signature, SIGNATURE_STANDARD_SIZE, "v1,%.*s",
                 TEXT_PRINT(as_text(digest, true, encoded)));
    return code;
}

/* Is `wanted` among the signatures, which blanks separate? */
static bool is_listed(struct text list, struct text wanted)
{
    struct text one;
    bool found = false, more = true;
    while (more) {
        more = text_cut(list, ' ', &one, &list);
        found |= same(one, wanted);
    }
    return found;
}

static enum error_code verify_standard(const struct webhook_settings *settings,
                                       const struct signature_request *request, instant now,
                                       struct error *error)
{
    const struct text id = header(request, "webhook-id"),
                      time = header(request, "webhook-timestamp"),
                      given = header(request, "webhook-signature");
    char wanted[SIGNATURE_STANDARD_SIZE];
    bool found = false;
    if (text_is_empty(id) || text_is_empty(given))
        return refuse(error, "the delivery has no id or no signature");
    if (check_time(settings, time, now, error))
        return error->code;
    for (size_t i = 0; i < secret_count(settings); i++) {
        if (signature_standard(secret_of(settings, i), id, time, request->body, wanted, error))
            return error->code;
        found |= is_listed(given, text_of(wanted));
    }
    return found ? ERROR_NONE : refuse(error, "the delivery's signature is wrong");
}

enum error_code signature_verify(const struct webhook_settings *settings,
                                 const struct signature_request *request, instant now,
                                 struct error *error)
{
    static const struct {
        const char *name;
        enum error_code (*verify)(const struct webhook_settings *settings,
                                  const struct signature_request *request, instant now,
                                  struct error *error);
    } schemes[] = {{"hubspot_v3", verify_hubspot},
                   {"hmac_sha256", verify_hmac},
                   {"basic", verify_basic},
                   {"standard_webhooks", verify_standard}};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (text_equal(settings->scheme, text_of(schemes[i].name)))
            return schemes[i].verify(settings, request, now, error);
    }
    return refuse(error, "the delivery's scheme is unknown");
}
