/* What signed assertions and addresses in token answers add: the private key, the grant of RFC
 * 7523, and where the API is. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/auth/authentication_state.h"
#include "net/wire/encoding.h"
#include "net/auth/jwt.h"

enum { LARGEST_KEY = 65536 };
/* Salesforce accepts no assertion that is valid for longer; part of it allows for different
 * clocks. */
static const int64_t LIFE_MS = 180000;

static enum error_code read_file(struct authentication *authentication, struct error *error)
{
    const char *path = authentication->settings[SETTING_PRIVATE_KEY_FILE];
    struct buffer key = BUFFER(LARGEST_KEY);
    enum error_code code = ERROR_NONE;
    char part[4096];
    FILE *file = fopen(path, "r");
    if (!file) {
        return error_set(error, ERROR_CONFIGURATION,
                         "cannot read the 'private_key_file' of 'auth' '%s': %s", path,
                         strerror(errno));
    }
    while (!code && !feof(file) && !ferror(file))
        code = buffer_append(&key, part, fread(part, 1, sizeof(part), file), error);
    explicit_bzero(part, sizeof(part));
    fclose(file);
    if (!code) {
        code = authentication_set_secret(authentication,
                                         &authentication->settings[SETTING_PRIVATE_KEY],
                                         buffer_text(&key), error);
    }
    encoding_wipe(&key);
    return code;
}

/* Environment files often have a key in one line, with "\n" for its ends. */
static void break_lines(char *key)
{
    char *out = key;
    for (const char *in = key; *in != '\0'; in++) {
        const bool escaped = in[0] == '\\' && in[1] == 'n';
        *out++ = escaped ? '\n' : *in;
        in += escaped;
    }
    *out = '\0';
}

enum error_code authentication_read_key(struct authentication *authentication, struct error *error)
{
    char **const key = &authentication->settings[SETTING_PRIVATE_KEY];
    if (authentication->type != AUTHENTICATION_JWT_BEARER)
        return ERROR_NONE;
    if ((!*key) == (!authentication->settings[SETTING_PRIVATE_KEY_FILE])) {
        return error_set(error, ERROR_CONFIGURATION,
                         "'auth' of type 'oauth2_jwt_bearer' needs either the setting "
                         "'private_key' or 'private_key_file'");
    }
    if (!*key && read_file(authentication, error))
        return error->code;
    if (!*key)
        return error_set(error, ERROR_CONFIGURATION, "the private key of 'auth' is empty");
    break_lines(*key);
    return jwt_check_key(text_of(*key), error);
}

enum error_code authentication_add_assertion(struct authentication *authentication, instant now,
                                             struct error *error)
{
    struct buffer *const body = &authentication->token_body;
    struct buffer assertion = BUFFER(AUTHENTICATION_LARGEST_HEADER);
    const struct jwt_claims claims = {
        .issuer = authentication_setting(authentication, SETTING_ISSUER),
        .subject = authentication_setting(authentication, SETTING_SUBJECT),
        .audience = authentication_setting(authentication, SETTING_AUDIENCE),
        .scope = authentication_setting(authentication, SETTING_SCOPE),
        .issued_at = now,
        .life_ms = LIFE_MS,
    };
    const bool failed = encoding_form(body, "grant_type",
                                      TEXT("urn:ietf:params:oauth:grant-type:jwt-bearer"), error) ||
                        jwt_sign(authentication_setting(authentication, SETTING_PRIVATE_KEY),
                                 &claims, &assertion, error) ||
                        encoding_form(body, "assertion", buffer_text(&assertion), error);
    encoding_wipe(&assertion);
    return failed ? error->code : ERROR_NONE;
}

enum error_code authentication_learn_base(struct authentication *authentication,
                                          const char *base_url, struct error *error)
{
    const char *member = authentication->settings[SETTING_BASE_URL_FROM];
    struct url url = {0};
    if (!member || (!base_url && authentication->base_url))
        return ERROR_NONE; /* the answer with a refreshed token need not repeat it */
    if (!base_url || url_parse(text_of(base_url), &url, error)) {
        return error_set(error, ERROR_AUTHENTICATION,
                         "'%s' answers without an address in '%s': check 'base_url_from'",
                         authentication->settings[SETTING_TOKEN_URL], member);
    }
    url_release(&url);
    char *const copy = strdup(base_url);
    if (!copy)
        return error_memory(error, "the address of the API");
    free(authentication->base_url);
    authentication->base_url = copy;
    return ERROR_NONE;
}

const char *authentication_base_url(const struct authentication *authentication)
{
    return authentication->base_url;
}
