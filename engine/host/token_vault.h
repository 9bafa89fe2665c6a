/*
 * token_vault: keeps an integration's tokens in the store, sealed (AES-256-GCM).
 *
 * The key is TANDEM_KEY, else what the configuration's key_file holds, else var/key, which is made
 * with 0600 on first use. Tokens sealed with another key count as missing: the only remedy is to
 * get new ones. Only one process at a time requests a token: it holds a lock on lock/NAME.token
 * beside the store, which the kernel releases.
 */
#ifndef TANDEM_HOST_TOKEN_VAULT_H
#define TANDEM_HOST_TOKEN_VAULT_H

#include "host/session.h"
#include "net/auth/authentication.h"

enum { TOKEN_VAULT_KEY_SIZE = 32 };

struct token_vault {
    struct session *session;
    struct text integration; /* borrowed */
    struct arena *arena;     /* owned; what load gave last */
    int lock;                /* -1: not held */
    bool has_key;
    unsigned char key[TOKEN_VAULT_KEY_SIZE];
};

/* Reads no key yet: an integration without tokens needs none. */
WARN_UNUSED enum error_code token_vault_init(struct session *session, struct text integration,
                                             struct token_vault *vault, struct error *error);
void token_vault_release(struct token_vault *vault); /* wipes the key */
/* For authentication_new; borrows the vault. */
struct token_keeper token_vault_keeper(struct token_vault *vault);

#endif
