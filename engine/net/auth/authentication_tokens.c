/* oauth2: when tokens are needed, and how they are requested (RFC 6749). */
#include <stdlib.h>
#include <string.h>

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

enum authentication_readiness authentication_check(struct authentication *authentication,
                                                   instant now, struct error *error)
{
    if (!authentication_has_tokens(authentication))
        return AUTHENTICATION_READY;
    if (has_failed(authentication, now, error))
        return AUTHENTICATION_FAILED;
    if (authentication->needs_reauth && !authentication->code) {
        (void)authentication_demand_reauth(authentication, error);
        return AUTHENTICATION_FAILED;
    }
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
        authentication->needs_reauth = true;
        authentication->unsaved = authentication_keep(authentication, NULL) != ERROR_NONE;
        (void)authentication_demand_reauth(authentication, error);
        return AUTHENTICATION_FAILED;
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

static enum error_code add_setting(struct authentication *authentication, const char *name,
                                   enum authentication_setting_index index, struct error *error)
{
    return encoding_form(&authentication->token_body, name,
                         authentication_setting_text(authentication, index), error);
}

static enum error_code add_grant(struct authentication *authentication, instant now,
                                 struct error *error)
{
    struct buffer *body = &authentication->token_body;
    enum error_code code = ERROR_NONE;
    if (authentication->code) {
        code = encoding_form(body, "grant_type", TEXT("authorization_code"), error);
        if (!code)
            code = encoding_form(body, "code", text_of(authentication->code), error);
        if (!code)
            code =
                encoding_form(body, "redirect_uri", text_of(authentication->redirect_uri), error);
        if (code)
            return code;
        return encoding_form(body, "code_verifier", text_of(authentication->verifier), error);
    }
    if (authentication->refresh_token) {
        code = encoding_form(body, "grant_type", TEXT("refresh_token"), error);
        if (code)
            return code;
        return encoding_form(body, "refresh_token", text_of(authentication->refresh_token), error);
    }
    if (authentication->type == AUTHENTICATION_JWT_BEARER)
        return authentication_add_assertion(authentication, now, error);
    if (authentication->type == AUTHENTICATION_PASSWORD) {
        code = encoding_form(body, "grant_type", TEXT("password"), error);
        if (!code)
            code = add_setting(authentication, "username", SETTING_USERNAME, error);
        if (!code)
            code = add_setting(authentication, "password", SETTING_PASSWORD, error);
    } else {
        code = encoding_form(body, "grant_type", TEXT("client_credentials"), error);
    }
    if (!code)
        code = add_setting(authentication, "scope", SETTING_SCOPE, error);
    if (code)
        return code;
    return add_setting(authentication, "audience", SETTING_AUDIENCE, error);
}

/* RFC 6749 section 2.3.1: form-encoded, then basic. */
static enum error_code add_client_header(struct authentication *authentication, struct error *error)
{
    struct buffer plain = BUFFER(16384);
    struct buffer *out = &authentication->token_authorization;
    enum error_code code = ERROR_NONE;
    code = encoding_percent(&plain, authentication_setting_text(authentication, SETTING_CLIENT_ID),
                            error);
    if (!code)
        code = buffer_append(&plain, ":", 1, error);
    if (!code)
        code = encoding_percent(
            &plain, authentication_setting_text(authentication, SETTING_CLIENT_SECRET), error);
    if (!code)
        code = buffer_append_text(out, TEXT("Basic "), error);
    if (!code)
        code = encoding_base64(out, buffer_text(&plain), error);
    if (code)
        goto out;
    if (authentication->log)
        code = log_hide(authentication->log, (struct text){out->data + 6, out->length - 6}, error);

out:
    encoding_wipe(&plain);
    return code;
}

enum error_code authentication_token_request(struct authentication *authentication, instant now,
                                             struct http_request *request, struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct http_header *headers = authentication->token_headers;
    bool basic = text_equal(
        authentication_setting_text(authentication, SETTING_CLIENT_AUTHENTICATION), TEXT("header"));
    size_t count = 0;

    buffer_clear(&authentication->token_body);
    buffer_clear(&authentication->token_authorization);
    code = add_grant(authentication, now, error);
    if (code)
        return code;
    if (basic) {
        code = add_client_header(authentication, error);
    } else {
        code = add_setting(authentication, "client_id", SETTING_CLIENT_ID, error);
        if (!code)
            code = add_setting(authentication, "client_secret", SETTING_CLIENT_SECRET, error);
    }
    if (code)
        return code;
    headers[count++] =
        (struct http_header){TEXT("Content-Type"), TEXT("application/x-www-form-urlencoded")};
    headers[count++] = (struct http_header){TEXT("Accept"), TEXT("application/json")};
    if (basic) {
        headers[count++] = (struct http_header){TEXT("Authorization"),
                                                buffer_text(&authentication->token_authorization)};
    }
    *request = (struct http_request){
        .method = TEXT("POST"),
        .url = authentication_token_url(authentication),
        .headers = headers,
        .header_count = count,
        .body = buffer_text(&authentication->token_body),
    };
    return ERROR_NONE;
}
