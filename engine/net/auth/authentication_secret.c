/* The operator's settings, and secrets in memory: looked up, kept, hidden from the log, wiped. */
#include "net/auth/authentication_state.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

/* ---- Secrets ---- */

void authentication_wipe(char **secret)
{
    if (*secret) {
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
        if (authentication->log)
            code = log_hide(authentication->log, value, error);
        if (code)
            return code;
        copy = strndup(value.bytes, value.length);
        if (!copy)
            return error_memory(error, "credentials");
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
