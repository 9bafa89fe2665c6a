/* What the operator wrote into `auth`: the known types and settings, and mistakes in them. */
#include <stdlib.h>
#include <string.h>

#include "net/auth/authentication_state.h"

static const struct {
    const char *name;
    bool secret;
} setting_table[SETTING_COUNT] = {
#define X(constant, name, secret) [constant] = {name, secret},
    AUTHENTICATION_SETTINGS(X)
#undef X
};

#define BIT(setting) (UINT32_C(1) << SETTING_##setting)
#define CLIENT_SETTINGS                                                                            \
    (BIT(CLIENT_AUTHENTICATION) | BIT(SCOPE) | BIT(AUDIENCE) | BIT(BASE_URL_FROM))

static const struct {
    const char *name;
    uint32_t required, optional; /* bits of settings; type is always allowed */
} type_table[AUTHENTICATION_TYPE_COUNT] = {
    [AUTHENTICATION_NONE] = {"none", 0, 0},
    [AUTHENTICATION_BASIC] = {"basic", BIT(USERNAME) | BIT(PASSWORD), 0},
    [AUTHENTICATION_BEARER] = {"bearer", BIT(TOKEN), 0},
    [AUTHENTICATION_API_KEY] = {"api_key", BIT(NAME) | BIT(VALUE), BIT(IN)},
    [AUTHENTICATION_CLIENT_CREDENTIALS] = {"oauth2_client_credentials",
                                           BIT(TOKEN_URL) | BIT(CLIENT_ID) | BIT(CLIENT_SECRET),
                                           CLIENT_SETTINGS},
    [AUTHENTICATION_PASSWORD] = {"oauth2_password", BIT(TOKEN_URL) | BIT(USERNAME) | BIT(PASSWORD),
                                 CLIENT_SETTINGS | BIT(CLIENT_ID) | BIT(CLIENT_SECRET)},
    [AUTHENTICATION_CODE] = {"oauth2_authorization_code", BIT(TOKEN_URL) | BIT(CLIENT_ID),
                             CLIENT_SETTINGS | BIT(AUTHORIZE_URL) | BIT(CLIENT_SECRET) |
                                 BIT(REFRESH_TOKEN)},
    [AUTHENTICATION_OAUTH1] = {"oauth1", BIT(CONSUMER_KEY) | BIT(CONSUMER_SECRET),
                               BIT(TOKEN) | BIT(TOKEN_SECRET) | BIT(SIGNATURE_METHOD) | BIT(REALM)},
    [AUTHENTICATION_JWT_BEARER] = {"oauth2_jwt_bearer",
                                   BIT(TOKEN_URL) | BIT(ISSUER) | BIT(SUBJECT) | BIT(AUDIENCE),
                                   BIT(SCOPE) | BIT(PRIVATE_KEY) | BIT(PRIVATE_KEY_FILE) |
                                       BIT(BASE_URL_FROM)},
};

static enum error_code find_setting(struct text name, size_t *index, struct error *error)
{
    for (*index = 0; *index < SETTING_COUNT; (*index)++)
        if (text_equal(name, text_of(setting_table[*index].name)))
            return ERROR_NONE;
    return error_set(error, ERROR_CONFIGURATION, "'auth' has an unknown setting '%.*s'",
                     TEXT_PRINT(name));
}

/* Control characters could end a header. */
static bool is_one_line(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f)
            return false;
    return true;
}

static enum error_code copy_settings(struct authentication *authentication,
                                     const struct authentication_setting *settings, size_t count,
                                     struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        enum error_code code = ERROR_NONE;
        size_t index = 0;
        if (find_setting(settings[i].name, &index, error))
            return error->code;
        if (text_is_absent(settings[i].value))
            continue;
        /* A key in PEM has lines, and never becomes part of a header. */
        if (index != SETTING_PRIVATE_KEY && !is_one_line(settings[i].value)) {
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
            code = *place ? ERROR_NONE : error_memory(error, "credentials");
        }
        if (code)
            return code;
    }
    return ERROR_NONE;
}

static enum error_code find_type(struct authentication *authentication, struct error *error)
{
    struct text name = authentication_setting(authentication, SETTING_TYPE);
    if (text_is_absent(name))
        return error_set(error, ERROR_CONFIGURATION, "'auth' needs a setting 'type'");
    for (size_t i = 0; i < AUTHENTICATION_TYPE_COUNT; i++) {
        if (text_equal(name, text_of(type_table[i].name))) {
            authentication->type = (enum authentication_type)i;
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_CONFIGURATION,
                     "'auth' has an unknown type '%.*s': use none, basic, bearer, api_key, "
                     "oauth2_client_credentials, oauth2_password, oauth2_authorization_code, "
                     "oauth2_jwt_bearer or oauth1",
                     TEXT_PRINT(name));
}

static enum error_code check_presence(const struct authentication *authentication,
                                      struct error *error)
{
    const char *type = type_table[authentication->type].name;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        bool given = authentication->settings[i] != NULL;
        bool empty = !given || authentication->settings[i][0] == '\0';
        const uint32_t bit = UINT32_C(1) << i;
        bool required = (type_table[authentication->type].required & bit) != 0;
        bool allowed =
            required || (type_table[authentication->type].optional & bit) != 0 || i == SETTING_TYPE;
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
    if (!value)
        return ERROR_NONE;
    for (size_t i = 0; choices[i]; i++)
        if (strcmp(value, choices[i]) == 0)
            return ERROR_NONE;
    return error_set(error, ERROR_CONFIGURATION, "the setting '%s' of 'auth' must be '%s' or '%s'",
                     setting_table[index].name, choices[0], choices[1]);
}

static enum error_code check_url(const struct authentication *authentication,
                                 enum authentication_setting_index index, struct error *error)
{
    struct url url = {0};
    if (!authentication->settings[index])
        return ERROR_NONE;
    const enum error_code code = url_parse(text_of(authentication->settings[index]), &url, error);
    url_release(&url);
    if (code != ERROR_REFUSED)
        return code;
    error->code = ERROR_CONFIGURATION;
    return error_prefix(error, "the setting '%s' of 'auth'", setting_table[index].name);
}

static enum error_code check_values(const struct authentication *authentication,
                                    struct error *error)
{
    static const char *const places[] = {"header", "query", NULL};
    static const char *const clients[] = {"body", "header", NULL};
    static const char *const methods[] = {"HMAC-SHA256", "HMAC-SHA1", "PLAINTEXT", NULL};
    const char *username = authentication->settings[SETTING_USERNAME];
    const char *name = authentication->settings[SETTING_NAME];

    if (authentication->type == AUTHENTICATION_BASIC && strchr(username, ':')) {
        return error_set(error, ERROR_CONFIGURATION,
                         "the setting 'username' of 'auth' must not contain a colon");
    }
    if (name && name[strcspn(name, "()<>@,;:\\\"/[]?={} \t")] != '\0') {
        return error_set(error, ERROR_CONFIGURATION,
                         "the setting 'name' of 'auth' is not the name of a header or parameter");
    }
    if (check_choice(authentication, SETTING_IN, places, error) ||
        check_choice(authentication, SETTING_CLIENT_AUTHENTICATION, clients, error) ||
        check_choice(authentication, SETTING_SIGNATURE_METHOD, methods, error) ||
        check_url(authentication, SETTING_TOKEN_URL, error))
        return error->code;
    return check_url(authentication, SETTING_AUTHORIZE_URL, error);
}

enum error_code authentication_read_settings(struct authentication *authentication,
                                             const struct authentication_setting *settings,
                                             size_t count, struct error *error)
{
    if (copy_settings(authentication, settings, count, error) || find_type(authentication, error) ||
        check_presence(authentication, error) || check_values(authentication, error))
        return error->code;
    return authentication_read_key(authentication, error);
}
