/* What is added to a request: a header, or a parameter of its URL. */
#include <string.h>

#include "net/auth/authentication_state.h"
#include "net/wire/encoding.h"
#include "net/auth/oauth1.h"

void authentication_credentials_release(struct credentials *credentials)
{
    encoding_wipe(&credentials->header);
    encoding_wipe(&credentials->url);
    *credentials = (struct credentials){0};
}

static bool in_query(const struct authentication *authentication)
{
    return authentication->type == AUTHENTICATION_API_KEY &&
           text_equal(authentication_setting(authentication, SETTING_IN), TEXT("query"));
}

const char *authentication_header(const struct authentication *authentication)
{
    if (authentication->type == AUTHENTICATION_NONE || in_query(authentication))
        return NULL;
    return authentication->type == AUTHENTICATION_API_KEY ? authentication->settings[SETTING_NAME]
                                                          : "Authorization";
}

const char *authentication_parameter(const struct authentication *authentication)
{
    return in_query(authentication) ? authentication->settings[SETTING_NAME] : NULL;
}

struct text authentication_token_url(const struct authentication *authentication)
{
    return authentication_setting(authentication, SETTING_TOKEN_URL);
}

uint64_t authentication_generation(const struct authentication *authentication)
{
    return authentication->generation;
}

static enum error_code sign_basic(struct authentication *authentication, struct buffer *out,
                                  struct error *error)
{
    struct buffer plain = BUFFER(AUTHENTICATION_LARGEST_HEADER);
    enum error_code code =
        buffer_append_format(&plain, error, "%s:%s", authentication->settings[SETTING_USERNAME],
                             authentication->settings[SETTING_PASSWORD]);
    if (!code)
        code = authentication_add_basic(authentication, buffer_text(&plain), out, error);
    encoding_wipe(&plain);
    return code;
}

static enum error_code sign_url(const struct authentication *authentication, const struct url *url,
                                struct buffer *out, struct error *error)
{
    const char *const separator = strchr(url->text, '?') ? "&" : "?";
    if (buffer_append_format(out, error, "%s%s", url->text, separator) ||
        encoding_percent(out, authentication_setting(authentication, SETTING_NAME), error) ||
        buffer_append(out, "=", 1, error))
        return error->code;
    return encoding_percent(out, authentication_setting(authentication, SETTING_VALUE), error);
}

static struct text form_of(const struct http_request *request)
{
    const struct http_header *const type =
        http_header_find(request->headers, request->header_count, "Content-Type");
    const bool is_form =
        type && text_starts_with(type->value, TEXT("application/x-www-form-urlencoded"));
    return is_form ? request->body : TEXT_ABSENT;
}

static enum error_code sign_oauth1(const struct authentication *authentication,
                                   const struct http_request *request, const struct url *url,
                                   instant now, struct buffer *out, struct error *error)
{
    struct buffer nonce = BUFFER(128);
    struct oauth1_request signed_request = {request->method, text_of(url->text), form_of(request)};
    struct oauth1_keys keys = {
        .consumer_key = authentication_setting(authentication, SETTING_CONSUMER_KEY),
        .consumer_secret = authentication_setting(authentication, SETTING_CONSUMER_SECRET),
        .token = authentication_setting(authentication, SETTING_TOKEN),
        .token_secret = authentication_setting(authentication, SETTING_TOKEN_SECRET),
        .realm = authentication_setting(authentication, SETTING_REALM),
        .method = authentication_setting(authentication, SETTING_SIGNATURE_METHOD),
        .timestamp = now / 1000,
        .version = true,
    };
    enum error_code code = encoding_random(&nonce, 16, error);
    if (text_is_absent(keys.method))
        keys.method = TEXT("HMAC-SHA256");
    keys.nonce = buffer_text(&nonce);
    if (!code)
        code = oauth1_header(&signed_request, &keys, out, error);
    buffer_release(&nonce);
    return code;
}

enum error_code authentication_sign(struct authentication *authentication,
                                    const struct http_request *request, const struct url *url,
                                    instant now, struct credentials *credentials,
                                    struct error *error)
{
    struct buffer *header = &credentials->header;
    header->ceiling = AUTHENTICATION_LARGEST_HEADER;
    credentials->url.ceiling = AUTHENTICATION_LARGEST_HEADER;
    switch (authentication->type) {
    case AUTHENTICATION_BASIC:
        return sign_basic(authentication, header, error);
    case AUTHENTICATION_BEARER:
        return buffer_append_format(header, error, "Bearer %s",
                                    authentication->settings[SETTING_TOKEN]);
    case AUTHENTICATION_API_KEY:
        return in_query(authentication)
                   ? sign_url(authentication, url, &credentials->url, error)
                   : buffer_append_format(header, error, "%s",
                                          authentication->settings[SETTING_VALUE]);
    case AUTHENTICATION_CLIENT_CREDENTIALS:
    case AUTHENTICATION_PASSWORD:
    case AUTHENTICATION_CODE:
    case AUTHENTICATION_JWT_BEARER:
        return buffer_append_format(header, error, "Bearer %s", authentication->access_token);
    case AUTHENTICATION_OAUTH1:
        return sign_oauth1(authentication, request, url, now, header, error);
    default:
        return ERROR_NONE;
    }
}
