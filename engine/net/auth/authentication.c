/* The credentials of an integration, and the tokens obtained with them. authentication_settings.c
 * reads what the operator wrote, authentication_sign.c makes what is added to requests. */
#include "net/auth/authentication_state.h"

#include <stdlib.h>
#include <string.h>

#include "net/wire/encoding.h"

/* ---- Tokens ---- */

bool authentication_has_tokens(const struct authentication *authentication)
{
    return authentication->type == AUTHENTICATION_CLIENT_CREDENTIALS ||
           authentication->type == AUTHENTICATION_PASSWORD ||
           authentication->type == AUTHENTICATION_CODE ||
           authentication->type == AUTHENTICATION_JWT_BEARER;
}

/* Kept tokens; those of the keeper, if there is one. */
static enum error_code load(struct authentication *authentication,
                            struct authentication_tokens *tokens, struct error *error)
{
    const struct token_keeper *const keeper = &authentication->keeper;
    *tokens = (struct authentication_tokens){.expires_at = INSTANT_NONE};
    if (keeper->load && keeper->load(keeper->context, tokens, error))
        return error_prefix(error, "kept tokens");
    return ERROR_NONE;
}

static struct text unless_empty(struct text text)
{
    return text_is_empty(text) ? TEXT_ABSENT : text;
}

static enum error_code take(struct authentication *authentication,
                            const struct authentication_tokens *tokens, struct error *error)
{
    if (authentication_set_secret(authentication, &authentication->access_token,
                                  unless_empty(tokens->access_token), error) ||
        authentication_set_secret(authentication, &authentication->refresh_token,
                                  unless_empty(tokens->refresh_token), error))
        return error->code;
    /* A kept address is used only while the configuration still needs one. */
    if (!text_is_empty(tokens->base_url) && authentication->settings[SETTING_BASE_URL_FROM] &&
        authentication_learn_base(authentication, tokens->base_url.bytes, error))
        return error->code;
    authentication_set_end(authentication, tokens->expires_at, AUTHENTICATION_EARLY_MS);
    return ERROR_NONE;
}

enum error_code authentication_adopt(struct authentication *authentication, bool *adopted,
                                     struct error *error)
{
    struct authentication_tokens tokens;
    *adopted = false;
    if (load(authentication, &tokens, error))
        return error->code;
    if (text_is_empty(tokens.refresh_token) || text_is_empty(tokens.access_token) ||
        text_equal(tokens.refresh_token, text_of(authentication->refresh_token)))
        return ERROR_NONE;
    if (take(authentication, &tokens, error))
        return error->code;
    authentication_renewed(authentication);
    *adopted = true;
    return ERROR_NONE;
}

void authentication_set_end(struct authentication *authentication, instant expires_at,
                            int64_t early_ms)
{
    authentication->expires_at = expires_at;
    authentication->refresh_at = expires_at == INSTANT_NONE ? INSTANT_NONE : expires_at - early_ms;
}

void authentication_renewed(struct authentication *authentication)
{
    authentication->generation++;
    authentication->stale = authentication->needs_reauth = false;
    authentication->refresh_after_failure = INSTANT_NONE;
}

void authentication_unlock(struct authentication *authentication)
{
    if (authentication->locked && authentication->keeper.unlock)
        authentication->keeper.unlock(authentication->keeper.context);
    authentication->locked = false;
}

static enum error_code load_tokens(struct authentication *authentication, struct error *error)
{
    struct authentication_tokens tokens;
    if (!authentication_has_tokens(authentication))
        return ERROR_NONE;
    if (load(authentication, &tokens, error))
        return error->code;
    if (text_is_empty(tokens.refresh_token))
        tokens.refresh_token = authentication_setting(authentication, SETTING_REFRESH_TOKEN);
    if (take(authentication, &tokens, error))
        return error->code;
    authentication->needs_reauth =
        authentication->type == AUTHENTICATION_CODE &&
        (tokens.needs_reauth || (!authentication->access_token && !authentication->refresh_token));
    return ERROR_NONE;
}

bool authentication_needs_reauth(const struct authentication *authentication)
{
    return authentication->needs_reauth;
}

enum error_code authentication_keep(struct authentication *authentication, struct error *error)
{
    struct authentication_tokens tokens = {
        .access_token = text_of(authentication->access_token),
        .refresh_token = text_of(authentication->refresh_token),
        .base_url = text_of(authentication->base_url),
        .expires_at = authentication->expires_at,
        .needs_reauth = authentication->needs_reauth,
    };
    if (!authentication->keeper.save)
        return ERROR_NONE;
    return authentication->keeper.save(authentication->keeper.context, &tokens, error);
}

/* ---- Making ---- */

enum error_code authentication_new(const struct authentication_setting *settings, size_t count,
                                   const struct token_keeper *keeper, struct log *log,
                                   struct authentication **out, struct error *error)
{
    struct authentication *const authentication = calloc(1, sizeof(*authentication));

    *out = NULL;
    if (!authentication)
        return error_memory(error, "credentials");
    authentication->log = log;
    authentication->keeper = keeper ? *keeper : (struct token_keeper){0};
    authentication->expires_at = authentication->refresh_at = INSTANT_NONE;
    authentication->refresh_after_failure = INSTANT_NONE;
    authentication->token_body.ceiling = authentication->token_authorization.ceiling =
        AUTHENTICATION_LARGEST_HEADER;
    if (authentication_read_settings(authentication, settings, count, error) ||
        load_tokens(authentication, error)) {
        authentication_free(authentication);
        return error->code;
    }
    *out = authentication;
    return ERROR_NONE;
}

void authentication_free(struct authentication *authentication)
{
    if (!authentication)
        return;
    authentication_unlock(authentication);
    for (size_t i = 0; i < SETTING_COUNT; i++)
        authentication_wipe(&authentication->settings[i]);
    authentication_wipe(&authentication->access_token);
    authentication_wipe(&authentication->refresh_token);
    authentication_wipe(&authentication->code);
    authentication_wipe(&authentication->verifier);
    authentication_wipe(&authentication->redirect_uri);
    encoding_wipe(&authentication->token_body);
    encoding_wipe(&authentication->token_authorization);
    free(authentication->base_url);
    free(authentication->name);
    free(authentication);
}

enum error_code authentication_set_name(struct authentication *authentication, struct text name,
                                        struct error *error)
{
    char *copy = strndup(name.bytes, name.length);
    if (!copy)
        return error_memory(error, "credentials");
    free(authentication->name);
    authentication->name = copy;
    return ERROR_NONE;
}
