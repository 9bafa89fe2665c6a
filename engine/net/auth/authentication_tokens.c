/* oauth2: when tokens are needed, and how they are requested (RFC 6749). */

#include "base/error_number.h"
#include "net/auth/authentication_state.h"
#include "net/wire/encoding.h"

/* ---- Readiness ---- */

static bool can_renew(const struct authentication *authentication)
{
    return authentication->type != AUTHENTICATION_CODE || authentication->refresh_token ||
           authentication->code;
}

bool authentication_is_usable(const struct authentication *authentication, instant now)
{
    const bool placed = !authentication->settings[SETTING_BASE_URL_FROM] ||
                        authentication->base_url; /* it is known where the API is */
    return authentication->access_token && !authentication->stale && placed &&
           (authentication->expires_at == INSTANT_NONE || now < authentication->expires_at);
}

static bool is_due(const struct authentication *authentication, instant now)
{
    return authentication->code ||
           (authentication->refresh_at != INSTANT_NONE && now >= authentication->refresh_at);
}

static bool has_failed(struct authentication *authentication, instant now, struct error *error)
{
    if (!authentication->failure.code)
        return false;
    if (authentication->failure_until != INSTANT_NONE && now >= authentication->failure_until) {
        authentication->failure = (struct error){0};
        return false;
    }
    if (error)
        *error = authentication->failure;
    return true;
}

/* A token is needed. Refresh tokens are often good for one use, so only one process at a time uses
 * the token that all share; a process that waited finds a new one and need not request one. */
static enum authentication_readiness need_token(struct authentication *authentication, instant now,
                                                struct error *error)
{
    const struct token_keeper *keeper = &authentication->keeper;
    bool adopted = false;
    if (!keeper->lock || authentication->locked || authentication->code ||
        !authentication->refresh_token)
        return AUTHENTICATION_TOKEN_NEEDED;
    if (keeper->lock(keeper->context, error))
        return AUTHENTICATION_FAILED;
    authentication->locked = true;
    if (authentication_adopt(authentication, &adopted, error)) {
        authentication_unlock(authentication);
        return AUTHENTICATION_FAILED;
    }
    if (!adopted || !authentication_is_usable(authentication, now) || is_due(authentication, now))
        return AUTHENTICATION_TOKEN_NEEDED;
    authentication_unlock(authentication);
    return AUTHENTICATION_READY;
}

static enum authentication_readiness demand_reauth(const struct authentication *authentication,
                                                   struct error *error)
{
    const char *const name = authentication->name;
    (void)error_numbered(error, ERROR_NUMBER_AUTHORIZATION, ERROR_AUTHENTICATION,
                         "the authorization is missing or has ended: run 'tandem auth%s%s'%s",
                         name ? " " : "", name ? name : "", name ? "" : " for this integration");
    return AUTHENTICATION_FAILED;
}

enum authentication_readiness authentication_check(struct authentication *authentication,
                                                   instant now, struct error *error)
{
    if (!authentication_has_tokens(authentication))
        return AUTHENTICATION_READY;
    if (has_failed(authentication, now, error))
        return AUTHENTICATION_FAILED;
    if (authentication->needs_reauth && !authentication->code)
        return demand_reauth(authentication, error);
    if (authentication->unsaved) {
        if (authentication_keep(authentication, error)) {
            (void)error_prefix(error, "a new token could not be kept");
            return AUTHENTICATION_FAILED;
        }
        authentication->unsaved = false;
    }
    bool usable = authentication_is_usable(authentication, now);
    if (usable && (!is_due(authentication, now) || !can_renew(authentication) ||
                   (authentication->refresh_after_failure != INSTANT_NONE &&
                    now < authentication->refresh_after_failure)))
        return AUTHENTICATION_READY;
    if (!can_renew(authentication)) {
        struct error unkept; /* keeping is tried again by the next request */
        authentication->needs_reauth = true;
        authentication->unsaved = authentication_keep(authentication, &unkept) != ERROR_NONE;
        return demand_reauth(authentication, error);
    }
    return need_token(authentication, now, error);
}

bool authentication_reject(struct authentication *authentication, uint64_t generation)
{
    if (!authentication_has_tokens(authentication))
        return false;
    /* Another request has already brought a new token: try that one. */
    if (generation == authentication->generation)
        authentication->stale = true;
    return true;
}

/* ---- The request ---- */

/* One member of the form. */
struct member {
    const char *name;
    struct text value; /* absent: left out */
};

static enum error_code add_members(struct authentication *authentication,
                                   const struct member *members, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        if (encoding_form(&authentication->token_body, members[i].name, members[i].value, error))
            return error->code;
    return ERROR_NONE;
}

static enum error_code add_grant(struct authentication *authentication, instant now,
                                 struct error *error)
{
    const bool by_password = authentication->type == AUTHENTICATION_PASSWORD;
    const struct member by_code[] = {
        {"grant_type", TEXT("authorization_code")},
        {"code", text_of(authentication->code)},
        {"redirect_uri", text_of(authentication->redirect_uri)},
        {"code_verifier", text_of(authentication->verifier)},
    };
    const struct member by_refresh[] = {
        {"grant_type", TEXT("refresh_token")},
        {"refresh_token", text_of(authentication->refresh_token)},
    };
    const struct member by_credentials[] = {
        {"grant_type", by_password ? TEXT("password") : TEXT("client_credentials")},
        {"username",
         by_password ? authentication_setting(authentication, SETTING_USERNAME) : TEXT_ABSENT},
        {"password",
         by_password ? authentication_setting(authentication, SETTING_PASSWORD) : TEXT_ABSENT},
        {"scope", authentication_setting(authentication, SETTING_SCOPE)},
        {"audience", authentication_setting(authentication, SETTING_AUDIENCE)},
    };
    if (authentication->code)
        return add_members(authentication, by_code, 4, error);
    if (authentication->refresh_token)
        return add_members(authentication, by_refresh, 2, error);
    if (authentication->type == AUTHENTICATION_JWT_BEARER)
        return authentication_add_assertion(authentication, now, error);
    return add_members(authentication, by_credentials, 5, error);
}

/* RFC 6749 section 2.3.1: form-encoded, then basic. */
static enum error_code add_client_header(struct authentication *authentication, struct text id,
                                         struct text secret, struct error *error)
{
    struct buffer plain = BUFFER(16384);
    const bool failed = encoding_percent(&plain, id, error) ||
                        buffer_append(&plain, ":", 1, error) ||
                        encoding_percent(&plain, secret, error) ||
                        authentication_add_basic(authentication, buffer_text(&plain),
                                                 &authentication->token_authorization, error);
    encoding_wipe(&plain);
    return failed ? error->code : ERROR_NONE;
}

/* Who asks for the token: in a header, or in the form. */
static enum error_code add_client(struct authentication *authentication, bool in_header,
                                  struct error *error)
{
    const struct member client[] = {
        {"client_id", authentication_setting(authentication, SETTING_CLIENT_ID)},
        {"client_secret", authentication_setting(authentication, SETTING_CLIENT_SECRET)},
    };
    return in_header ? add_client_header(authentication, client[0].value, client[1].value, error)
                     : add_members(authentication, client, 2, error);
}

enum error_code authentication_token_request(struct authentication *authentication, instant now,
                                             struct http_request *request, struct error *error)
{
    const bool in_header = text_equal(
        authentication_setting(authentication, SETTING_CLIENT_AUTHENTICATION), TEXT("header"));
    struct http_header *const headers = authentication->token_headers;

    buffer_clear(&authentication->token_body);
    buffer_clear(&authentication->token_authorization);
    if (add_grant(authentication, now, error) || add_client(authentication, in_header, error))
        return error->code;
    headers[0] =
        (struct http_header){TEXT("Content-Type"), TEXT("application/x-www-form-urlencoded")};
    headers[1] = (struct http_header){TEXT("Accept"), TEXT("application/json")};
    headers[2] = (struct http_header){TEXT("Authorization"),
                                      buffer_text(&authentication->token_authorization)};
    *request = (struct http_request){
        .method = TEXT("POST"),
        .url = authentication_token_url(authentication),
        .headers = headers,
        .header_count = in_header ? 3 : 2,
        .body = buffer_text(&authentication->token_body),
    };
    return ERROR_NONE;
}
