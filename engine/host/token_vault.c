/* Tokens are sealed before they reach the store, and opened when they are needed. */
#include "host/token_vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "model/value_json.h"
#include "host/run_lock.h"
#include "host/signals.h"
#include "store/books/tokens.h"

/* Sealed: "v1:" and, in base64, nonce, tag, ciphertext. The integration's name is bound to it. */
enum { NONCE = 12, TAG = 16, MOST = 1 << 20 };
static const char version[] = "v1:";

/* ---- the key ---- */

static enum error_code hash_key(struct token_vault *vault, const char *secret, size_t length,
                                struct error *error)
{
    if (EVP_Digest(secret, length, vault->key, NULL, EVP_sha256(), NULL) != 1)
        return error_set(error, ERROR_INTERNAL, "cannot make the key of the tokens");
    vault->has_key = true;
    return ERROR_NONE;
}

static enum error_code read_key_file(struct token_vault *vault, const char *path,
                                     struct error *error)
{
    char secret[4096];
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t length = descriptor < 0 ? -1 : read(descriptor, secret, sizeof secret);
    enum error_code code = ERROR_NONE;
    if (length < 16)
        code = error_set(error, ERROR_CONFIGURATION, "cannot read a key from '%s': %s", path,
                         length < 0 ? strerror(errno) : "it has less than 16 bytes");
    else
        code = hash_key(vault, secret, (size_t)length, error);
    if (descriptor >= 0)
        close(descriptor);
    OPENSSL_cleanse(secret, sizeof secret);
    return code;
}

/* Another process may make it at the same moment: whoever links it first wins. */
static enum error_code make_key_file(const char *path, struct error *error)
{
    unsigned char secret[TOKEN_VAULT_KEY_SIZE];
    char draft[PATH_MAX + 16];
    enum error_code code = ERROR_NONE;
    if (access(path, F_OK) == 0)
        return ERROR_NONE;
    snprintf(draft, sizeof draft, "%s.XXXXXX", path);
    const int descriptor = mkostemp(draft, O_CLOEXEC);
    if (descriptor < 0 || RAND_bytes(secret, sizeof secret) != 1 ||
        write(descriptor, secret, sizeof secret) != (ssize_t)sizeof secret ||
        fsync(descriptor) != 0 || (link(draft, path) != 0 && errno != EEXIST))
        code = error_system(error, "cannot make the key file '%s'", path);
    if (descriptor >= 0) {
        close(descriptor);
        unlink(draft);
    }
    OPENSSL_cleanse(secret, sizeof secret);
    return code;
}

static enum error_code need_key(struct token_vault *vault, struct error *error)
{
    char path[PATH_MAX];
    const char *const named = getenv("TANDEM_KEY");
    const struct home *const home = &vault->session->home;
    const struct text file = vault->session->configuration->key_file;

    if (vault->has_key)
        return ERROR_NONE;
    if (named && *named)
        return hash_key(vault, named, strlen(named), error);
    if (text_starts_with(file, TEXT("/")))
        return read_key_file(vault, file.bytes, error);
    if (text_is_empty(file) ? home_path(home, path, error, "var/key") || make_key_file(path, error)
                            : home_path(home, path, error, "%.*s", TEXT_PRINT(file)))
        return error->code;
    return read_key_file(vault, path, error);
}

/* ---- sealing ---- */

/* sealed has room for NONCE + TAG + length bytes. */
static bool seal(const struct token_vault *vault, const char *plain, size_t length,
                 unsigned char *sealed)
{
    EVP_CIPHER_CTX *const cipher = EVP_CIPHER_CTX_new();
    unsigned char *const nonce = sealed, *const tag = sealed + NONCE;
    int written = 0, last = 0;
    const bool done =
        cipher && RAND_bytes(nonce, NONCE) == 1 &&
        EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, vault->key, nonce) == 1 &&
        EVP_EncryptUpdate(cipher, NULL, &written, (const unsigned char *)vault->integration.bytes,
                          (int)vault->integration.length) == 1 &&
        EVP_EncryptUpdate(cipher, tag + TAG, &written, (const unsigned char *)plain, (int)length) ==
            1 &&
        EVP_EncryptFinal_ex(cipher, tag + TAG + written, &last) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG, tag) == 1;
    EVP_CIPHER_CTX_free(cipher);
    return done;
}

/* plain has room for `length` bytes; *plain_length gets how many there are. */
static bool unseal(const struct token_vault *vault, unsigned char *sealed, size_t length,
                   unsigned char *plain, size_t *plain_length)
{
    if (length < NONCE + TAG)
        return false;
    EVP_CIPHER_CTX *const cipher = EVP_CIPHER_CTX_new();
    unsigned char *const nonce = sealed, *const tag = sealed + NONCE;
    int ignored = 0, written = 0, last = 0;
    const bool done =
        cipher && EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, vault->key, nonce) == 1 &&
        EVP_DecryptUpdate(cipher, NULL, &ignored, (const unsigned char *)vault->integration.bytes,
                          (int)vault->integration.length) == 1 &&
        EVP_DecryptUpdate(cipher, plain, &written, tag + TAG, (int)(length - NONCE - TAG)) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
        EVP_DecryptFinal_ex(cipher, plain + written, &last) == 1;
    EVP_CIPHER_CTX_free(cipher);
    *plain_length = done ? (size_t)(written + last) : 0;
    return done;
}

/* ---- tokens as JSON ---- */

static char *tokens_to_json(const struct authentication_tokens *tokens)
{
    json_t *const json = json_pack(
        "{s:o, s:o, s:o, s:o, s:b}", "access_token", value_json_text(tokens->access_token),
        "refresh_token", value_json_text(tokens->refresh_token), "base_url",
        value_json_text(tokens->base_url), "expires_at",
        tokens->expires_at == INSTANT_NONE ? json_null() : json_integer(tokens->expires_at),
        "needs_reauth", (int)tokens->needs_reauth);
    char *const text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return text;
}

static enum error_code copy_member(struct arena *arena, const json_t *json, const char *name,
                                   struct text *out, struct error *error)
{
    const json_t *const member = json_object_get(json, name);
    const struct text text = {json_string_value(member), json_string_length(member)};
    return text_copy(arena, text, out, error);
}

static enum error_code tokens_of_json(struct arena *arena, const char *plain, size_t length,
                                      struct authentication_tokens *tokens, struct error *error)
{
    json_t *const json = json_loadb(plain, length, 0, NULL);
    const json_t *const expires = json_object_get(json, "expires_at");
    const bool failed = copy_member(arena, json, "access_token", &tokens->access_token, error) ||
                        copy_member(arena, json, "refresh_token", &tokens->refresh_token, error) ||
                        copy_member(arena, json, "base_url", &tokens->base_url, error);
    if (json_is_integer(expires))
        tokens->expires_at = json_integer_value(expires);
    tokens->needs_reauth = json_is_true(json_object_get(json, "needs_reauth"));
    json_decref(json);
    return failed ? error->code : ERROR_NONE;
}

/* ---- the keeper ---- */

static enum error_code open_original(const struct token_vault *vault, bool read_only,
                                     struct store **store, struct error *error)
{
    struct store_options options = store_options_default();
    options.read_only = read_only;
    options.clock = vault->session->clock;
    options.log = vault->session->log;
    return store_open(vault->session->original, &options, store, error);
}

/* A run on a snapshot reads tokens from the real store: another process may have got new ones
 * since. */
static enum error_code get_sealed(const struct token_vault *vault, struct text *sealed,
                                  struct error *error)
{
    struct store *store = NULL;
    if (!vault->session->original)
        return tokens_get(vault->session->store, vault->integration, vault->arena, sealed, error);
    enum error_code code = open_original(vault, true, &store, error);
    if (!code)
        code = tokens_get(store, vault->integration, vault->arena, sealed, error);
    store_close(store);
    return code;
}

static enum error_code load(void *context, struct authentication_tokens *tokens,
                            struct error *error)
{
    struct token_vault *const vault = context;
    struct text sealed = TEXT_ABSENT;
    const struct text head = text_of(version);
    size_t length = 0;

    arena_clear(vault->arena);
    *tokens = (struct authentication_tokens){.expires_at = INSTANT_NONE};
    const enum error_code code = get_sealed(vault, &sealed, error);
    if (code || !text_starts_with(sealed, head))
        return code;
    if (need_key(vault, error))
        return error->code;
    const size_t encoded = sealed.length - head.length;
    unsigned char *const bytes = arena_alloc(vault->arena, encoded + 4);
    unsigned char *const plain = arena_alloc(vault->arena, encoded + 4);
    if (!bytes || !plain)
        return error_memory(error, "tokens");
    int decoded =
        EVP_DecodeBlock(bytes, (const unsigned char *)sealed.bytes + head.length, (int)encoded);
    for (size_t i = sealed.length; decoded > 0 && i > head.length && sealed.bytes[i - 1] == '=';
         i--)
        decoded--; /* EVP_DecodeBlock counts the padding */
    if (decoded < 0 || !unseal(vault, bytes, (size_t)decoded, plain, &length)) {
        log_write(vault->session->log, LOG_WARN, "cli",
                  "the tokens kept for '%.*s' were sealed with another key and are not used",
                  TEXT_PRINT(vault->integration));
        return ERROR_NONE;
    }
    return tokens_of_json(vault->arena, (const char *)plain, length, tokens, error);
}

/* A run on a snapshot discards what it writes, but a used-up refresh token must not come back:
 * nobody could get a token with it. */
static enum error_code save_in_original(const struct token_vault *vault, struct text sealed,
                                        struct error *error)
{
    struct store *store = NULL;
    enum error_code code = open_original(vault, false, &store, error);
    if (!code)
        code = tokens_set(store, vault->integration, sealed, error);
    store_close(store);
    return code;
}

static enum error_code save(void *context, const struct authentication_tokens *tokens,
                            struct error *error)
{
    struct token_vault *const vault = context;
    if (vault->session->original && text_is_empty(tokens->refresh_token))
        return ERROR_NONE; /* the snapshot loses only a token that can be obtained again */
    if (need_key(vault, error))
        return error->code;
    char *const plain = tokens_to_json(tokens);
    const size_t head = strlen(version), length = plain ? strlen(plain) : 0,
                 sealed = NONCE + TAG + length;
    unsigned char *const bytes = malloc(sealed);
    unsigned char *const encoded = malloc(head + sealed / 3 * 4 + 8);
    enum error_code code = ERROR_NONE;
    if (!plain || !bytes || !encoded || length > MOST) {
        code = error_memory(error, "tokens");
    } else if (!seal(vault, plain, length, bytes)) {
        code = error_set(error, ERROR_INTERNAL, "cannot seal the tokens");
    } else {
        memcpy(encoded, version, head);
        const int written = EVP_EncodeBlock(encoded + head, bytes, (int)sealed);
        const struct text text = {(const char *)encoded, head + (size_t)written};
        code = tokens_set(vault->session->store, vault->integration, text, error);
        if (!code && vault->session->original)
            code = save_in_original(vault, text, error);
    }
    if (plain)
        OPENSSL_cleanse(plain, length);
    free(plain);
    free(bytes);
    free(encoded);
    return code;
}

/* ---- one at a time ---- */

enum { LOCK_PAUSE_MS = 20, LOCK_PATIENCE_MS = 60000 };

static enum error_code open_lock(const struct token_vault *vault, int *descriptor,
                                 struct error *error)
{
    const struct session *const session = vault->session;
    const char *const store = session->original ? session->original : store_path(session->store);
    char path[PATH_MAX];
    if (run_lock_path(store, vault->integration.bytes, "token", path, error))
        return error->code;
    *descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return *descriptor < 0 ? error_system(error, "cannot open the lock '%s'", path) : ERROR_NONE;
}

/* The holder waits for an answer of the service, so this takes a moment. Without a lock the token
 * is requested all the same: only another process could come between. */
static enum error_code lock(void *context, struct error *error)
{
    const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};
    struct token_vault *const vault = context;
    struct error unlocked;
    int descriptor = -1;
    if (open_lock(vault, &descriptor, &unlocked)) {
        log_write(vault->session->log, LOG_WARN, "host",
                  "a token for '%.*s' is requested without a lock: %s",
                  TEXT_PRINT(vault->integration), unlocked.message);
        return ERROR_NONE;
    }
    for (int waited = 0; flock(descriptor, LOCK_EX | LOCK_NB) != 0; waited += LOCK_PAUSE_MS) {
        if (*signals_flag()) {
            close(descriptor);
            return error_set(error, ERROR_INTERRUPTED,
                             "interrupted while another process asked for a token");
        }
        if (errno != EWOULDBLOCK || waited > LOCK_PATIENCE_MS) {
            log_write(vault->session->log, LOG_WARN, "cli",
                      "another process has been requesting a token for '%.*s' for a long time",
                      TEXT_PRINT(vault->integration));
            break;
        }
        nanosleep(&pause, NULL);
    }
    vault->lock = descriptor;
    return ERROR_NONE;
}

static void unlock(void *context)
{
    struct token_vault *const vault = context;
    if (vault->lock >= 0)
        close(vault->lock);
    vault->lock = -1;
}

enum error_code token_vault_init(struct session *session, struct text integration,
                                 struct token_vault *vault, struct error *error)
{
    *vault = (struct token_vault){.session = session, .integration = integration, .lock = -1};
    vault->arena = arena_new(MOST * 4);
    return vault->arena ? ERROR_NONE : error_memory(error, "tokens");
}

void token_vault_release(struct token_vault *vault)
{
    unlock(vault);
    arena_free(vault->arena);
    OPENSSL_cleanse(vault, sizeof *vault);
}

struct token_keeper token_vault_keeper(struct token_vault *vault)
{
    return (struct token_keeper){
        .context = vault, .load = load, .save = save, .lock = lock, .unlock = unlock};
}
