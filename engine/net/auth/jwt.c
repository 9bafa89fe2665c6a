/* jwt: the compact serialization of RFC 7515, signed by OpenSSL. */
#include "net/auth/jwt.h"

#include <jansson.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include "net/wire/encoding.h"

#define JWT_HEADER "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"

/* A key with a pass phrase would be asked for on the terminal. */
static int no_pass_phrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static enum error_code read_key(struct text private_key, EVP_PKEY **key, struct error *error)
{
    BIO *bio = private_key.length <= INT32_MAX
                   ? BIO_new_mem_buf(private_key.bytes, (int)private_key.length)
                   : NULL;
    *key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL) : NULL;
    BIO_free(bio);
    if (!*key) {
        return error_set(error, ERROR_CONFIGURATION,
                         "the private key of 'auth' cannot be read: it must be in PEM "
                         "('-----BEGIN PRIVATE KEY-----'), without a pass phrase");
    }
    if (EVP_PKEY_get_base_id(*key) != EVP_PKEY_RSA) {
        EVP_PKEY_free(*key);
        *key = NULL;
        return error_set(error, ERROR_CONFIGURATION,
                         "the private key of 'auth' is not an RSA key, which RS256 needs");
    }
    return ERROR_NONE;
}

enum error_code jwt_check_key(struct text private_key, struct error *error)
{
    EVP_PKEY *key = NULL;
    enum error_code code = read_key(private_key, &key, error);
    EVP_PKEY_free(key);
    return code;
}

static json_t *json_text(struct text text)
{
    return text_is_absent(text) ? NULL : json_stringn(text.bytes, text.length);
}

static enum error_code append_claims(const struct jwt_claims *claims, struct buffer *out,
                                     struct error *error)
{
    const int64_t issued = claims->issued_at / 1000;
    json_t *json = json_pack("{s:o*, s:o*, s:o*, s:o*, s:I, s:I}", "iss", json_text(claims->issuer),
                             "sub", json_text(claims->subject), "aud", json_text(claims->audience),
                             "scope", json_text(claims->scope), "iat", (json_int_t)issued, "exp",
                             (json_int_t)(issued + claims->life_ms / 1000));
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    enum error_code code = text ? encoding_base64url(out, text_of(text), error)
                                : error_set(error, ERROR_CONFIGURATION,
                                            "issuer, subject or audience of 'auth' is not UTF-8");
    free(text);
    json_decref(json);
    return code;
}

static enum error_code append_signature(EVP_PKEY *key, struct buffer *out, struct error *error)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    unsigned char *signature = NULL;
    size_t length = 0;
    enum error_code code = ERROR_NONE;
    const unsigned char *const input = (const unsigned char *)out->data;
    if (digest && EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestSign(digest, NULL, &length, input, out->length) == 1)
        signature = malloc(length);
    if (!signature || EVP_DigestSign(digest, signature, &length, input, out->length) != 1) {
        code = error_set(error, ERROR_AUTHENTICATION,
                         "the private key of 'auth' could not sign the token request");
    }
    if (!code)
        code = buffer_append(out, ".", 1, error);
    if (!code)
        code = encoding_base64url(out, (struct text){(const char *)signature, length}, error);
    free(signature);
    EVP_MD_CTX_free(digest);
    return code;
}

enum error_code jwt_sign(struct text private_key, const struct jwt_claims *claims,
                         struct buffer *out, struct error *error)
{
    EVP_PKEY *key = NULL;
    const bool failed = read_key(private_key, &key, error) ||
                        encoding_base64url(out, TEXT(JWT_HEADER), error) ||
                        buffer_append(out, ".", 1, error) || append_claims(claims, out, error) ||
                        append_signature(key, out, error);
    EVP_PKEY_free(key);
    return failed ? error->code : ERROR_NONE;
}
