/* Random texts by the operating system, SHA-256 by libcrypto, passwords by libcrypt. */
#include "service/access/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "net/wire/encoding.h"

enum error_code secret_make(const char *prefix, char secret[SECRET_SIZE], struct error *error)
{
    struct buffer random = BUFFER(256);
    const enum error_code code = encoding_random(&random, 32, error);
    if (!code)
        snprintf(secret, SECRET_SIZE, "%s%.*s", prefix, TEXT_PRINT(buffer_text(&random)));
    encoding_wipe(&random);
    return code;
}

enum error_code secret_hash(struct text secret, struct arena *arena, struct text *hash,
                            struct error *error)
{
    enum { SIZE = 32 };
    unsigned char *const bytes = ARENA_ARRAY(arena, SIZE, unsigned char);
    if (!bytes || EVP_Digest(secret.bytes ? secret.bytes : "", secret.length, bytes, NULL,
                             EVP_sha256(), NULL) != 1)
        return error_memory(error, "the hash of a secret");
    *hash = (struct text){(const char *)bytes, SIZE};
    return ERROR_NONE;
}

enum error_code secret_password_hash(struct text password, struct arena *arena, struct text *hash,
                                     struct error *error)
{
    struct crypt_data *const data = calloc(1, sizeof *data);
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    struct text phrase;
    enum error_code code = text_copy(arena, password, &phrase, error);
    const char *made = NULL;
    if (!code && data && crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting))
        made = crypt_r(phrase.bytes, setting, data);
    if (!code && (!made || made[0] == '*'))
        code = error_set(error, ERROR_SYSTEM, "the system's libcrypt does not support yescrypt");
    if (!code)
        code = text_copy(arena, text_of(made), hash, error);
    if (phrase.bytes)
        OPENSSL_cleanse((char *)(uintptr_t)phrase.bytes, phrase.length);
    if (data)
        OPENSSL_cleanse(data, sizeof *data);
    free(data);
    return code;
}

bool secret_password_fits(struct text password, struct text hash)
{
    /* The hash of an unknown password: the time it takes does not reveal which names exist.
     */
    static const char nobody[] = "$y$j9T$BwWwGDdVZRJX4F1Gp4qrC/$"
                                 "XlgnbBXGUwSQNnBd3rg7JmoyVvWlOkKRsPAOx4AO3s5";
    enum { MOST = 1024 };
    struct crypt_data *const data = calloc(1, sizeof *data);
    char phrase[MOST], setting[CRYPT_OUTPUT_SIZE];
    bool fits = false;
    if (!data || password.length >= MOST || hash.length >= sizeof setting) {
        free(data);
        return false;
    }
    snprintf(phrase, sizeof phrase, "%.*s", TEXT_PRINT(password));
    snprintf(setting, sizeof setting, "%.*s",
             TEXT_PRINT(text_is_empty(hash) ? text_of(nobody) : hash));
    const char *const made = crypt_r(phrase, setting, data);
    fits = made && made[0] != '*' && !text_is_empty(hash) && strlen(made) == hash.length &&
           CRYPTO_memcmp(made, hash.bytes, hash.length) == 0;
    OPENSSL_cleanse(phrase, sizeof phrase);
    OPENSSL_cleanse(data, sizeof *data);
    free(data);
    return fits;
}
