/* The steps of the authorization-code flow: verifier, address, exchange. */
#include "net/authorize/authorization_code.h"

#include <openssl/evp.h>
#include <string.h>

#include "net/auth/authentication_state.h"
#include "net/wire/encoding.h"

enum { LARGEST_URL = 16384, VERIFIER_BYTES = 48, STATE_BYTES = 24 };

/* base64url(SHA-256(verifier)) */
static enum error_code challenge_of(struct text verifier, struct buffer *out, struct error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(verifier.bytes, verifier.length, digest, &length, EVP_sha256(), NULL) != 1)
        return error_set(error, ERROR_INTERNAL, "a code challenge could not be made");
    return encoding_base64url(out, (struct text){(const char *)digest, length}, error);
}

static enum error_code make_url(const struct authentication *authentication,
                                struct authorization *authorization, struct text challenge,
                                struct error *error)
{
    struct text base = authentication_setting(authentication, SETTING_AUTHORIZE_URL);
    struct buffer query = BUFFER(LARGEST_URL);
    enum error_code code = ERROR_NONE;
    const struct {
        const char *name;
        struct text value;
    } items[] = {
        {"response_type", TEXT("code")},
        {"client_id", authentication_setting(authentication, SETTING_CLIENT_ID)},
        {"redirect_uri", buffer_text(&authorization->redirect_uri)},
        {"scope", authentication_setting(authentication, SETTING_SCOPE)},
        {"audience", authentication_setting(authentication, SETTING_AUDIENCE)},
        {"state", buffer_text(&authorization->state)},
        {"code_challenge", challenge},
        {"code_challenge_method", TEXT("S256")},
    };
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]) && !code; i++)
        code = encoding_form(&query, items[i].name, items[i].value, error);
    if (!code) {
        /* The configured URL may have parameters of its own. */
        bool has_query = memchr(base.bytes, '?', base.length) != NULL;
        code = buffer_append_format(&authorization->url, error, "%.*s%s%s", TEXT_PRINT(base),
                                    has_query ? "&" : "?", query.data);
    }
    buffer_release(&query);
    return code;
}

enum error_code authorization_begin(const struct authentication *authentication,
                                    struct text redirect_uri, struct authorization *authorization,
                                    struct error *error)
{
    struct buffer challenge = BUFFER(256);

    *authorization =
        (struct authorization){BUFFER(LARGEST_URL), BUFFER(256), BUFFER(256), BUFFER(LARGEST_URL)};
    if (authentication->type != AUTHENTICATION_CODE) {
        return error_set(error, ERROR_CONFIGURATION,
                         "this integration needs no authorization: its 'auth' is not of type "
                         "'oauth2_authorization_code'");
    }
    if (!authentication->settings[SETTING_AUTHORIZE_URL]) {
        return error_set(error, ERROR_CONFIGURATION,
                         "'auth' needs the setting 'authorize_url' to be authorized");
    }
    const bool failed = buffer_append_text(&authorization->redirect_uri, redirect_uri, error) ||
                        encoding_random(&authorization->state, STATE_BYTES, error) ||
                        encoding_random(&authorization->verifier, VERIFIER_BYTES, error) ||
                        challenge_of(buffer_text(&authorization->verifier), &challenge, error) ||
                        make_url(authentication, authorization, buffer_text(&challenge), error);
    if (failed)
        authorization_release(authorization);
    buffer_release(&challenge);
    return failed ? error->code : ERROR_NONE;
}

void authorization_release(struct authorization *authorization)
{
    encoding_wipe(&authorization->verifier);
    buffer_release(&authorization->url);
    buffer_release(&authorization->state);
    buffer_release(&authorization->redirect_uri);
    *authorization = (struct authorization){0};
}

/* From here on the old tokens are not used, though they are still kept. */
static enum error_code expect_code(struct authentication *authentication,
                                   const struct authorization *authorization, struct text code,
                                   struct error *error)
{
    if (authentication_set_secret(authentication, &authentication->code, code, error) ||
        authentication_set_secret(authentication, &authentication->verifier,
                                  buffer_text(&authorization->verifier), error))
        return error->code;
    authentication_wipe(&authentication->redirect_uri);
    authentication->redirect_uri =
        strndup(authorization->redirect_uri.data, authorization->redirect_uri.length);
    if (!authentication->redirect_uri)
        return error_memory(error, "an authorization");
    authentication_wipe(&authentication->access_token);
    authentication_wipe(&authentication->refresh_token);
    authentication->failure = (struct error){0};
    return ERROR_NONE;
}

enum error_code authorization_exchange(struct authentication *authentication,
                                       const struct authorization *authorization, struct text code,
                                       struct http_transport *transport,
                                       const struct http_client_options *options, struct log *log,
                                       struct error *error)
{
    struct http_client *client = NULL;
    struct http_client_options used = options ? *options : (struct http_client_options){0};

    used.base_url = TEXT_ABSENT;
    used.host_count = 0;
    if (expect_code(authentication, authorization, code, error) ||
        http_client_new(&used, transport, authentication, log, &client, error))
        return error->code;
    const enum error_code status = http_client_authenticate(client, error);
    http_client_free(client);
    return status;
}
