/* The operator's settings, and secrets in memory: looked up, kept, hidden from the log, wiped. */
#include "net/auth/authentication_state.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "net/wire/encoding.h"

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
    char *copy = NULL;
    if (!text_is_absent(value)) {
        if (authentication->log && log_hide(authentication->log, value, error))
            return error->code;
        copy = strndup(value.bytes, value.length);
        if (!copy)
            return error_memory(error, "credentials");
    }
    authentication_wipe(secret);
    *secret = copy;
    return ERROR_NONE;
}

enum error_code authentication_add_basic(const struct authentication *authentication,
                                         struct text credentials, struct buffer *out,
                                         struct error *error)
{
    if (buffer_append_text(out, TEXT("Basic "), error) || encoding_base64(out, credentials, error))
        return error->code;
    return authentication->log
               ? log_hide(authentication->log, (struct text){out->data + 6, out->length - 6}, error)
               : ERROR_NONE;
}

struct text authentication_setting(const struct authentication *authentication,
                                   enum authentication_setting_index index)
{
    return text_of(authentication->settings[index]);
}
