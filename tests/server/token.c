#include "token.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

enum { FORM_VALUE_SIZE = 256, TOKEN_BYTES = 24, TOKEN_SIZE = TOKEN_BYTES * 2 + 1 };

bool tokens_init(struct tokens *tokens, const char *client_id, const char *client_secret,
                 json_int_t seconds)
{
    *tokens = (struct tokens){.client_id = client_id,
                              .client_secret = client_secret,
                              .seconds = seconds,
                              .valid = json_object()};
    return tokens->valid != NULL;
}

void tokens_release(struct tokens *tokens)
{
    json_decref(tokens->valid);
    tokens->valid = NULL;
}

void tokens_expire(struct tokens *tokens)
{
    json_object_clear(tokens->valid);
}

static int hex_digit(char digit)
{
    if (isdigit((unsigned char)digit)) {
        return digit - '0';
    }
    return isxdigit((unsigned char)digit) ? tolower((unsigned char)digit) - 'a' + 10 : -1;
}

/* Decodes `length` bytes of application/x-www-form-urlencoded; too long is cut. */
static void form_decode(const char *bytes, size_t length, char out[FORM_VALUE_SIZE])
{
    size_t written = 0;
    for (size_t i = 0; i < length && written + 1 < FORM_VALUE_SIZE; i++) {
        const bool escaped = bytes[i] == '%' && i + 2 < length && hex_digit(bytes[i + 1]) >= 0 &&
                             hex_digit(bytes[i + 2]) >= 0;
        if (escaped) {
            out[written++] = (char)(hex_digit(bytes[i + 1]) * 16 + hex_digit(bytes[i + 2]));
            i += 2;
        } else {
            out[written++] = bytes[i] == '+' ? ' ' : bytes[i];
        }
    }
    out[written] = '\0';
}

/* The value of a form's member, "" if absent. */
static void form_value(const char *form, const char *name, char out[FORM_VALUE_SIZE])
{
    out[0] = '\0';
    const size_t name_length = strlen(name);
    const char *pair = form;
    while (pair && *pair != '\0') {
        const size_t length = strcspn(pair, "&");
        if (length > name_length && strncmp(pair, name, name_length) == 0 &&
            pair[name_length] == '=') {
            form_decode(pair + name_length + 1, length - name_length - 1, out);
            return;
        }
        pair = pair[length] == '&' ? pair + length + 1 : NULL;
    }
}

static size_t base64_decode(const char *text, char *out, size_t size)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0, held = 0;
    size_t written = 0;
    for (; *text != '\0' && *text != '=' && written + 1 < size; text++) {
        const char *place = strchr(alphabet, *text);
        if (!place) {
            break;
        }
        bits = (bits << 6 | (unsigned)(place - alphabet)) & 0xffffu;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[written++] = (char)(bits >> held & 0xffu);
        }
    }
    out[written] = '\0';
    return written;
}

/* Credentials from the Basic header, else from the form. */
static void read_credentials(const char *form, const char *authorization, char id[FORM_VALUE_SIZE],
                             char secret[FORM_VALUE_SIZE])
{
    char pair[FORM_VALUE_SIZE * 2] = "";
    if (authorization && strncasecmp(authorization, "Basic ", 6) == 0) {
        base64_decode(authorization + 6, pair, sizeof(pair));
        const size_t length = strcspn(pair, ":");
        form_decode(pair, length, id);
        form_decode(pair + length + (pair[length] == ':'), strlen(pair) - length, secret);
        return;
    }
    form_value(form, "client_id", id);
    form_value(form, "client_secret", secret);
}

static bool make_token(char token[TOKEN_SIZE])
{
    unsigned char bytes[TOKEN_BYTES] = {0};
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
        return false;
    }
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        snprintf(token + i * 2, 3, "%02x", bytes[i]);
    }
    return true;
}

unsigned tokens_issue(struct tokens *tokens, const char *form, const char *authorization,
                      moment now, json_t **answer)
{
    char grant[FORM_VALUE_SIZE] = "", id[FORM_VALUE_SIZE] = "", secret[FORM_VALUE_SIZE] = "";
    char token[TOKEN_SIZE] = "";
    form_value(form, "grant_type", grant);
    read_credentials(form, authorization, id, secret);
    if (strcmp(grant, "client_credentials") != 0) {
        *answer = json_pack("{s:s}", "error", "unsupported_grant_type");
        return 400;
    }
    if (strcmp(id, tokens->client_id) != 0 || strcmp(secret, tokens->client_secret) != 0) {
        *answer = json_pack("{s:s}", "error", "invalid_client");
        return 401;
    }
    if (!make_token(token)) {
        *answer = json_pack("{s:s}", "error", "server_error");
        return 500;
    }
    tokens->issued++;
    json_object_set_new(tokens->valid, token, json_integer(now + tokens->seconds * 1000));
    *answer = json_pack("{s:s, s:s, s:I}", "access_token", token, "token_type", "Bearer",
                        "expires_in", tokens->seconds);
    return 200;
}

bool tokens_allow(const struct tokens *tokens, const char *authorization, moment now)
{
    if (!authorization || strncasecmp(authorization, "Bearer ", 7) != 0) {
        return false;
    }
    const json_t *end = json_object_get(tokens->valid, authorization + 7);
    return end && now < json_integer_value(end);
}
