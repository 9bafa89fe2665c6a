/* secrets: a list of texts in all the forms in which they may come up again. */
#include "base/secrets.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 4, LONG = 8 };

struct secret {
    struct secret *next;
    size_t length;
    bool of_short; /* a form of a secret of fewer than 8 bytes */
    char bytes[];
};

struct secrets {
    pthread_mutex_t lock;
    struct secret *first;
};

struct secrets *secrets_new(void)
{
    struct secrets *const secrets = calloc(1, sizeof *secrets);
    if (secrets == NULL || pthread_mutex_init(&secrets->lock, NULL) != 0) {
        free(secrets);
        return NULL;
    }
    return secrets;
}

void secrets_free(struct secrets *secrets)
{
    if (secrets == NULL)
        return;
    while (secrets->first != NULL) {
        struct secret *const next = secrets->first->next;
        explicit_bzero(secrets->first->bytes, secrets->first->length);
        free(secrets->first);
        secrets->first = next;
    }
    pthread_mutex_destroy(&secrets->lock);
    free(secrets);
}

/* ---- The forms of a secret ---- */

/* The caller holds the lock. */
static bool is_known(const struct secrets *secrets, struct text form)
{
    for (const struct secret *secret = secrets->first; secret != NULL; secret = secret->next) {
        if (secret->length == form.length && memcmp(secret->bytes, form.bytes, form.length) == 0)
            return true;
    }
    return false;
}

static enum error_code add_form(struct secrets *secrets, struct text form, bool of_short,
                                struct error *error)
{
    struct secret *const secret = malloc(sizeof *secret + form.length);
    if (secret == NULL)
        return error_memory(error, "a secret");
    secret->length = form.length;
    secret->of_short = of_short;
    memcpy(secret->bytes, form.bytes, form.length);
    pthread_mutex_lock(&secrets->lock);
    const bool known = is_known(secrets, form);
    if (!known) {
        secret->next = secrets->first;
        secrets->first = secret;
    }
    pthread_mutex_unlock(&secrets->lock);
    if (known) {
        explicit_bzero(secret->bytes, secret->length);
        free(secret);
    }
    return ERROR_NONE;
}

/* As it stands in an address or a form. */
static size_t percent_encode(struct text text, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 0x80 && (isalnum(byte) || (byte != '\0' && strchr("-._~", byte) != NULL))) {
            out[length++] = (char)byte;
        } else {
            out[length++] = '%';
            out[length++] = hex[byte >> 4];
            out[length++] = hex[byte & 15];
        }
    }
    return length;
}

/* As it stands in a string of JSON; some writers escape the slash. */
static size_t json_escape(struct text text, bool slash_too, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char byte = text.bytes[i];
        if (byte == '"' || byte == '\\' || (byte == '/' && slash_too))
            out[length++] = '\\';
        out[length++] = byte;
    }
    return length;
}

enum error_code secrets_add(struct secrets *secrets, struct text secret, struct error *error)
{
    if (secret.length < LEAST)
        return ERROR_NONE;
    const bool is_short = secret.length < LONG;
    char *const form = malloc(secret.length * 3);
    if (form == NULL)
        return error_memory(error, "a secret");
    enum error_code code = add_form(secrets, secret, is_short, error);
    if (code == ERROR_NONE)
        code = add_form(secrets, (struct text){form, percent_encode(secret, form)}, is_short, error);
    for (int slash = 0; slash < 2 && code == ERROR_NONE; slash++)
        code = add_form(secrets, (struct text){form, json_escape(secret, slash != 0, form)},
                        is_short, error);
    explicit_bzero(form, secret.length * 3);
    free(form);
    return code;
}

/* ---- Taking them out ---- */

static bool is_part_of_word(char byte)
{
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

/* Who reads what comes out. */
struct reader {
    bool long_only;
    const struct text *said;
    size_t said_count;
};

static bool was_said(const struct secret *secret, const struct reader *reader)
{
    for (size_t i = 0; i < reader->said_count; i++) {
        if (!text_is_absent(reader->said[i]) &&
            memmem(reader->said[i].bytes, reader->said[i].length, secret->bytes, secret->length))
            return true;
    }
    return false;
}

/* Does this secret stand at `at`? */
static bool stands_at(const struct secret *secret, struct text text, size_t at)
{
    const size_t end = at + secret->length;
    if (end > text.length || memcmp(text.bytes + at, secret->bytes, secret->length) != 0)
        return false;
    return !secret->of_short || ((at == 0 || !is_part_of_word(text.bytes[at - 1])) &&
                                 (end == text.length || !is_part_of_word(text.bytes[end])));
}

/* Is there anything to do? Most texts hold none, and a search is much faster than a look at each
 * place. */
static bool holds_any(const struct secrets *secrets, struct text text, const struct reader *reader)
{
    for (const struct secret *secret = secrets->first; secret != NULL; secret = secret->next) {
        if (!(reader->long_only && secret->of_short) &&
            memmem(text.bytes, text.length, secret->bytes, secret->length) != NULL)
            return true;
    }
    return false;
}

/* Where the longest secret that stands at `at` ends; `at` itself if none does. */
static size_t secret_end(const struct secrets *secrets, struct text text, size_t at,
                         const struct reader *reader)
{
    size_t end = at;
    for (const struct secret *secret = secrets->first; secret != NULL; secret = secret->next) {
        if (at + secret->length > end && stands_at(secret, text, at) &&
            !(reader->long_only && secret->of_short) && !was_said(secret, reader))
            end = at + secret->length;
    }
    return end;
}

/* The caller holds the lock. Returns the new length. */
static size_t redact(const struct secrets *secrets, char *bytes, size_t length,
                     const struct reader *reader)
{
    const struct text text = {bytes, length};
    size_t written = 0, hidden_until = 0;
    bool hiding = false;
    if (!holds_any(secrets, text, reader))
        return length;
    for (size_t at = 0; at <= length; at++) {
        const size_t end = at < length ? secret_end(secrets, text, at, reader) : at;
        if (end > hidden_until)
            hidden_until = end;
        if (at < hidden_until) {
            hiding = true;
            continue;
        }
        if (hiding) {
            /* Only now: what was hidden is longer than the stars, and all of it has been read. */
            memcpy(bytes + written, "***", 3);
            written += 3;
            hiding = false;
        }
        if (at < length)
            bytes[written++] = bytes[at];
    }
    return written;
}

/* Only those who add and free write, and lock as well. */
static size_t redact_for(const struct secrets *secrets, char *bytes, size_t length,
                         const struct reader *reader)
{
    pthread_mutex_t *const lock = (pthread_mutex_t *)&secrets->lock;
    pthread_mutex_lock(lock);
    const size_t left = redact(secrets, bytes, length, reader);
    pthread_mutex_unlock(lock);
    return left;
}

size_t secrets_redact_bytes(const struct secrets *secrets, char *bytes, size_t length)
{
    const struct reader reader = {.long_only = false};
    return redact_for(secrets, bytes, length, &reader);
}

void secrets_redact(const struct secrets *secrets, char *text)
{
    text[secrets_redact_bytes(secrets, text, strlen(text))] = '\0';
}

size_t secrets_redact_answer(const struct secrets *secrets, char *bytes, size_t length,
                             const struct text *said, size_t said_count)
{
    const struct reader reader = {.long_only = true, .said = said, .said_count = said_count};
    return redact_for(secrets, bytes, length, &reader);
}
