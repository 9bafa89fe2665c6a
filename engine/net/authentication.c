#include "net/authentication_state.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "net/encoding.h"
#include "net/oauth1.h"

enum { LARGEST_HEADER = 65536 };

static const struct {
    const char *name;
    bool secret;
} setting_table[SETTING_COUNT] = {
#define X(constant, name, secret) [constant] = {name, secret},
    AUTHENTICATION_SETTINGS(X)
#undef X
};

#define BIT(index) (UINT32_C(1) << (index))
#define CLIENT_SETTINGS                                                                            \
    (BIT(SETTING_CLIENT_AUTHENTICATION) | BIT(SETTING_SCOPE) | BIT(SETTING_AUDIENCE))

static const struct {
    const char *name;
    uint32_t required, optional; /* bits of settings; type is always allowed */
} type_table[AUTHENTICATION_TYPE_COUNT] = {
    [AUTHENTICATION_NONE] = {"none", 0, 0},
    [AUTHENTICATION_BASIC] = {"basic", BIT(SETTING_USERNAME) | BIT(SETTING_PASSWORD), 0},
    [AUTHENTICATION_BEARER] = {"bearer", BIT(SETTING_TOKEN), 0},
    [AUTHENTICATION_API_KEY] = {"api_key", BIT(SETTING_NAME) | BIT(SETTING_VALUE), BIT(SETTING_IN)},
    [AUTHENTICATION_CLIENT_CREDENTIALS] = {"oauth2_client_credentials",
                                           BIT(SETTING_TOKEN_URL) | BIT(SETTING_CLIENT_ID) |
                                               BIT(SETTING_CLIENT_SECRET),
                                           CLIENT_SETTINGS},
    [AUTHENTICATION_PASSWORD] =
        {"oauth2_password", BIT(SETTING_TOKEN_URL) | BIT(SETTING_USERNAME) | BIT(SETTING_PASSWORD),
         CLIENT_SETTINGS | BIT(SETTING_CLIENT_ID) | BIT(SETTING_CLIENT_SECRET)},
    [AUTHENTICATION_CODE] = {"oauth2_authorization_code",
                             BIT(SETTING_TOKEN_URL) | BIT(SETTING_CLIENT_ID),
                             CLIENT_SETTINGS | BIT(SETTING_AUTHORIZE_URL) |
                                 BIT(SETTING_CLIENT_SECRET) | BIT(SETTING_REFRESH_TOKEN)},
    [AUTHENTICATION_OAUTH1] = {"oauth1", BIT(SETTING_CONSUMER_KEY) | BIT(SETTING_CONSUMER_SECRET),
                               BIT(SETTING_TOKEN) | BIT(SETTING_TOKEN_SECRET) |
                                   BIT(SETTING_SIGNATURE_METHOD) | BIT(SETTING_REALM)},
};

/* ---- Secrets ---- */

void authentication_wipe(char **secret)
{
    if (*secret != NULL) {
        OPENSSL_cleanse(*secret, strlen(*secret));
        free(*secret);
        *secret = NULL;
    }
}

enum error_code authentication_set_secret(const struct authentication *authentication,
                                          char **secret, struct text value, struct error *error)
{
    enum error_code code = ERROR_NONE;
    char *copy = NULL;
    if (!text_is_absent(value)) {
        if (authentication->log != NULL && (code = log_hide(authentication->log, value, error))) {
            return code;
        }
        if ((copy = strndup(value.bytes, value.length)) == NULL) {
            return error_memory(error, "credentials");
        }
    }
    authentication_wipe(secret);
    *secret = copy;
    return ERROR_NONE;
}

struct text authentication_setting_text(const struct authentication *authentication,
                                        enum authentication_setting_index index)
{
    return text_of(authentication->settings[index]);
}

/* ---- Settings ---- */

static enum error_code find_setting(struct text name, size_t *index, struct error *error)
{
    for (*index = 0; *index < SETTING_COUNT; (*index)++) {
        if (text_equal(name, text_of(setting_table[*index].name))) {
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_CONFIGURATION, "'auth' has an unknown setting '%.*s'",
                     TEXT_PRINT(name));
}

/* Control characters could end a header. */
static bool is_one_line(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

static enum error_code copy_settings(struct authentication *authentication,
                                     const struct authentication_setting *settings, size_t count,
                                     struct error *error)
{
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; i < count; i++) {
        size_t index = 0;
        if ((code = find_setting(settings[i].name, &index, error))) {
            return code;
        }
        if (text_is_absent(settings[i].value)) {
            continue;
        }
        if (!is_one_line(settings[i].value)) {
            return error_set(error, ERROR_CONFIGURATION,
                             "the setting '%s' of 'auth' contains a control character",
                             setting_table[index].name);
        }
        char **place = &authentication->settings[index];
        if (setting_table[index].secret) {
            code = authentication_set_secret(authentication, place, settings[i].value, error);
        } else {
            free(*place);
            *place = strndup(settings[i].value.bytes, settings[i].value.length);
            code = *place != NULL ? ERROR_NONE : error_memory(error, "credentials");
        }
        if (code) {
            return code;
        }
    }
    return ERROR_NONE;
}

static enum error_code find_type(struct authentication *authentication, struct error *error)
{
    struct text name = authentication_setting_text(authentication, SETTING_TYPE);
    if (text_is_absent(name)) {
        return error_set(error, ERROR_CONFIGURATION, "'auth' needs a setting 'type'");
    }
    for (size_t i = 0; i < AUTHENTICATION_TYPE_COUNT; i++) {
        if (text_equal(name, text_of(type_table[i].name))) {
            authentication->type = (enum authentication_type)i;
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_CONFIGURATION,
                     "'auth' has an unknown type '%.*s': use none, basic, bearer, api_key, "
                     "oauth2_client_credentials, oauth2_password, oauth2_authorization_code or "
                     "oauth1",
                     TEXT_PRINT(name));
}

static enum error_code check_presence(const struct authentication *authentication,
                                      struct error *error)
{
    const char *type = type_table[authentication->type].name;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        bool given = authentication->settings[i] != NULL;
        bool empty = !given || authentication->settings[i][0] == '\0';
        bool required = (type_table[authentication->type].required & BIT(i)) != 0;
        bool allowed = required || (type_table[authentication->type].optional & BIT(i)) != 0 ||
                       i == SETTING_TYPE;
        /* An empty password is a password. */
        if (required && (i == SETTING_PASSWORD ? !given : empty)) {
            return error_set(error, ERROR_CONFIGURATION,
                             "'auth' of type '%s' needs the setting '%s'", type,
                             setting_table[i].name);
        }
        if (given && !allowed) {
            return error_set(error, ERROR_CONFIGURATION,
                             "'auth' of type '%s' has no setting '%s': remove it", type,
                             setting_table[i].name);
        }
    }
    return ERROR_NONE;
}

static enum error_code check_choice(const struct authentication *authentication,
                                    enum authentication_setting_index index,
                                    const char *const *choices, struct error *error)
{
    const char *value = authentication->settings[index];
    if (value == NULL) {
        return ERROR_NONE;
    }
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (strcmp(value, choices[i]) == 0) {
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_CONFIGURATION, "the setting '%s' of 'auth' must be '%s' or '%s'",
                     setting_table[index].name, choices[0], choices[1]);
}

static enum error_code check_url(const struct authentication *authentication,
                                 enum authentication_setting_index index, struct error *error)
{
    struct url url = {0};
    if (authentication->settings[index] == NULL) {
        return ERROR_NONE;
    }
    enum error_code code = url_parse(text_of(authentication->settings[index]), &url, error);
    url_release(&url);
    if (code == ERROR_REFUSED) {
        if (error != NULL) {
            error->code = ERROR_CONFIGURATION;
        }
        (void)error_prefix(error, "the setting '%s' of 'auth'", setting_table[index].name);
        code = ERROR_CONFIGURATION;
    }
    return code;
}

static enum error_code check_values(const struct authentication *authentication,
                                    struct error *error)
{
    static const char *const places[] = {"header", "query", NULL};
    static const char *const clients[] = {"body", "header", NULL};
    static const char *const methods[] = {"HMAC-SHA256", "HMAC-SHA1", "PLAINTEXT", NULL};
    const char *username = authentication->settings[SETTING_USERNAME];
    const char *name = authentication->settings[SETTING_NAME];
    enum error_code code = ERROR_NONE;

    if (authentication->type == AUTHENTICATION_BASIC && strchr(username, ':') != NULL) {
        return error_set(error, ERROR_CONFIGURATION,
                         "the setting 'username' of 'auth' must not contain a colon");
    }
    if (name != NULL && name[strcspn(name, "()<>@,;:\\\"/[]?={} \t")] != '\0') {
        return error_set(error, ERROR_CONFIGURATION,
                         "the setting 'name' of 'auth' is not the name of a header or parameter");
    }
    if ((code = check_choice(authentication, SETTING_IN, places, error)) ||
        (code = check_choice(authentication, SETTING_CLIENT_AUTHENTICATION, clients, error)) ||
        (code = check_choice(authentication, SETTING_SIGNATURE_METHOD, methods, error)) ||
        (code = check_url(authentication, SETTING_TOKEN_URL, error))) {
        return code;
    }
    return check_url(authentication, SETTING_AUTHORIZE_URL, error);
}

/* ---- Making ---- */

bool authentication_has_tokens(const struct authentication *authentication)
{
    return authentication->type == AUTHENTICATION_CLIENT_CREDENTIALS ||
           authentication->type == AUTHENTICATION_PASSWORD ||
           authentication->type == AUTHENTICATION_CODE;
}

/* How long before its end a token of unknown life is renewed. */
static const int64_t EARLY_MS = 60000;

static void set_end(struct authentication *authentication, instant expires_at)
{
    authentication->expires_at = expires_at;
    authentication->refresh_at = expires_at == INSTANT_NONE ? INSTANT_NONE : expires_at - EARLY_MS;
}

enum error_code authentication_adopt(struct authentication *authentication, bool *adopted,
                                     struct error *error)
{
    struct authentication_tokens tokens = {.expires_at = INSTANT_NONE};
    enum error_code code = ERROR_NONE;
    *adopted = false;
    if (authentication->keeper.load == NULL) {
        return ERROR_NONE;
    }
    if ((code = authentication->keeper.load(authentication->keeper.context, &tokens, error))) {
        return error_prefix(error, "kept tokens");
    }
    if (text_is_empty(tokens.refresh_token) || text_is_empty(tokens.access_token) ||
        text_equal(tokens.refresh_token, text_of(authentication->refresh_token))) {
        return ERROR_NONE;
    }
    if ((code = authentication_set_secret(authentication, &authentication->access_token,
                                          tokens.access_token, error)) ||
        (code = authentication_set_secret(authentication, &authentication->refresh_token,
                                          tokens.refresh_token, error))) {
        return code;
    }
    set_end(authentication, tokens.expires_at);
    authentication->generation++;
    authentication->stale = authentication->needs_reauth = false;
    authentication->refresh_after_failure = INSTANT_NONE;
    *adopted = true;
    return ERROR_NONE;
}

void authentication_unlock(struct authentication *authentication)
{
    if (authentication->locked && authentication->keeper.unlock != NULL) {
        authentication->keeper.unlock(authentication->keeper.context);
    }
    authentication->locked = false;
}

static enum error_code load_tokens(struct authentication *authentication, struct error *error)
{
    struct authentication_tokens tokens = {.expires_at = INSTANT_NONE};
    enum error_code code = ERROR_NONE;
    if (!authentication_has_tokens(authentication)) {
        return ERROR_NONE;
    }
    if (authentication->keeper.load != NULL) {
        code = authentication->keeper.load(authentication->keeper.context, &tokens, error);
        if (code) {
            return error_prefix(error, "kept tokens");
        }
    }
    if (text_is_empty(tokens.refresh_token)) {
        tokens.refresh_token = authentication_setting_text(authentication, SETTING_REFRESH_TOKEN);
    }
    struct text access = text_is_empty(tokens.access_token) ? TEXT_ABSENT : tokens.access_token;
    struct text refresh = text_is_empty(tokens.refresh_token) ? TEXT_ABSENT : tokens.refresh_token;
    if ((code = authentication_set_secret(authentication, &authentication->access_token, access,
                                          error)) ||
        (code = authentication_set_secret(authentication, &authentication->refresh_token, refresh,
                                          error))) {
        return code;
    }
    set_end(authentication, tokens.expires_at);
    authentication->needs_reauth = authentication->type == AUTHENTICATION_CODE &&
                                   (tokens.needs_reauth || (authentication->access_token == NULL &&
                                                            authentication->refresh_token == NULL));
    return ERROR_NONE;
}

enum error_code authentication_new(const struct authentication_setting *settings, size_t count,
                                   const struct token_keeper *keeper, struct log *log,
                                   struct authentication **out, struct error *error)
{
    enum error_code code = ERROR_NONE;
    struct authentication *authentication = calloc(1, sizeof(*authentication));

    *out = NULL;
    if (authentication == NULL) {
        return error_memory(error, "credentials");
    }
    authentication->log = log;
    authentication->keeper = keeper ? *keeper : (struct token_keeper){0};
    authentication->expires_at = authentication->refresh_at = INSTANT_NONE;
    authentication->refresh_after_failure = INSTANT_NONE;
    authentication->token_body.ceiling = authentication->token_authorization.ceiling =
        LARGEST_HEADER;
    if ((code = copy_settings(authentication, settings, count, error)) ||
        (code = find_type(authentication, error)) ||
        (code = check_presence(authentication, error)) ||
        (code = check_values(authentication, error)) ||
        (code = load_tokens(authentication, error))) {
        authentication_free(authentication);
        return code;
    }
    *out = authentication;
    return ERROR_NONE;
}

void authentication_free(struct authentication *authentication)
{
    if (authentication == NULL) {
        return;
    }
    authentication_unlock(authentication);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        authentication_wipe(&authentication->settings[i]);
    }
    authentication_wipe(&authentication->access_token);
    authentication_wipe(&authentication->refresh_token);
    authentication_wipe(&authentication->code);
    authentication_wipe(&authentication->verifier);
    authentication_wipe(&authentication->redirect_uri);
    encoding_wipe(&authentication->token_body);
    encoding_wipe(&authentication->token_authorization);
    free(authentication->name);
    free(authentication);
}

enum error_code authentication_set_name(struct authentication *authentication, struct text name,
                                        struct error *error)
{
    char *copy = strndup(name.bytes, name.length);
    if (copy == NULL) {
        return error_memory(error, "credentials");
    }
    free(authentication->name);
    authentication->name = copy;
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
        .expires_at = authentication->expires_at,
        .needs_reauth = authentication->needs_reauth,
    };
    if (authentication->keeper.save == NULL) {
        return ERROR_NONE;
    }
    return authentication->keeper.save(authentication->keeper.context, &tokens, error);
}

enum error_code authentication_demand_reauth(const struct authentication *authentication,
                                             struct error *error)
{
    if (authentication->name != NULL) {
        return error_set(error, ERROR_AUTHENTICATION,
                         "the authorization is missing or has ended: run 'tandem auth %s'",
                         authentication->name);
    }
    return error_set(error, ERROR_AUTHENTICATION,
                     "the authorization is missing or has ended: run 'tandem auth' for this "
                     "integration");
}

/* ---- Signing ---- */

void credentials_release(struct credentials *credentials)
{
    encoding_wipe(&credentials->header);
    encoding_wipe(&credentials->url);
    *credentials = (struct credentials){0};
}

static bool in_query(const struct authentication *authentication)
{
    return authentication->type == AUTHENTICATION_API_KEY &&
           text_equal(authentication_setting_text(authentication, SETTING_IN), TEXT("query"));
}

const char *authentication_header(const struct authentication *authentication)
{
    if (authentication->type == AUTHENTICATION_NONE || in_query(authentication)) {
        return NULL;
    }
    return authentication->type == AUTHENTICATION_API_KEY ? authentication->settings[SETTING_NAME]
                                                          : "Authorization";
}

const char *authentication_parameter(const struct authentication *authentication)
{
    return in_query(authentication) ? authentication->settings[SETTING_NAME] : NULL;
}

struct text authentication_token_url(const struct authentication *authentication)
{
    return authentication_setting_text(authentication, SETTING_TOKEN_URL);
}

uint64_t authentication_generation(const struct authentication *authentication)
{
    return authentication->generation;
}

static enum error_code sign_basic(struct authentication *authentication, struct buffer *out,
                                  struct error *error)
{
    struct buffer plain = BUFFER(LARGEST_HEADER);
    enum error_code code =
        buffer_append_format(&plain, error, "%s:%s", authentication->settings[SETTING_USERNAME],
                             authentication->settings[SETTING_PASSWORD]);
    if (code == ERROR_NONE && !(code = buffer_append_text(out, TEXT("Basic "), error)) &&
        !(code = encoding_base64(out, buffer_text(&plain), error)) && authentication->log != NULL) {
        code = log_hide(authentication->log, (struct text){out->data + 6, out->length - 6}, error);
    }
    encoding_wipe(&plain);
    return code;
}

static enum error_code sign_url(const struct authentication *authentication, const struct url *url,
                                struct buffer *out, struct error *error)
{
    const char *separator = strchr(url->text, '?') != NULL ? "&" : "?";
    enum error_code code = buffer_append_format(out, error, "%s%s", url->text, separator);
    if (code == ERROR_NONE &&
        !(code = encoding_percent(out, authentication_setting_text(authentication, SETTING_NAME),
                                  error)) &&
        !(code = buffer_append(out, "=", 1, error))) {
        code = encoding_percent(out, authentication_setting_text(authentication, SETTING_VALUE),
                                error);
    }
    return code;
}

static struct text form_of(const struct http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (http_header_is(request->headers[i].name, "Content-Type")) {
            return text_starts_with(request->headers[i].value,
                                    TEXT("application/x-www-form-urlencoded"))
                       ? request->body
                       : TEXT_ABSENT;
        }
    }
    return TEXT_ABSENT;
}

static enum error_code sign_oauth1(const struct authentication *authentication,
                                   const struct http_request *request, const struct url *url,
                                   instant now, struct buffer *out, struct error *error)
{
    struct buffer nonce = BUFFER(128);
    struct oauth1_request signed_request = {request->method, text_of(url->text), form_of(request)};
    struct oauth1_keys keys = {
        .consumer_key = authentication_setting_text(authentication, SETTING_CONSUMER_KEY),
        .consumer_secret = authentication_setting_text(authentication, SETTING_CONSUMER_SECRET),
        .token = authentication_setting_text(authentication, SETTING_TOKEN),
        .token_secret = authentication_setting_text(authentication, SETTING_TOKEN_SECRET),
        .realm = authentication_setting_text(authentication, SETTING_REALM),
        .method = authentication_setting_text(authentication, SETTING_SIGNATURE_METHOD),
        .timestamp = now / 1000,
        .version = true,
    };
    enum error_code code = encoding_random(&nonce, 16, error);
    if (text_is_absent(keys.method)) {
        keys.method = TEXT("HMAC-SHA256");
    }
    keys.nonce = buffer_text(&nonce);
    if (code == ERROR_NONE) {
        code = oauth1_header(&signed_request, &keys, out, error);
    }
    buffer_release(&nonce);
    return code;
}

enum error_code authentication_sign(struct authentication *authentication,
                                    const struct http_request *request, const struct url *url,
                                    instant now, struct credentials *credentials,
                                    struct error *error)
{
    struct buffer *header = &credentials->header;
    header->ceiling = LARGEST_HEADER;
    credentials->url.ceiling = LARGEST_HEADER;
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
        return buffer_append_format(header, error, "Bearer %s", authentication->access_token);
    case AUTHENTICATION_OAUTH1:
        return sign_oauth1(authentication, request, url, now, header, error);
    default:
        return ERROR_NONE;
    }
}
