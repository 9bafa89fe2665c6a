/* secrets: a list of texts in all the forms in which they may appear. */
#include "base/secrets.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret_forms.h"

enum { LEAST = 4, LONG = 8 };

struct secret {
    struct secret *next;
    size_t number; /* the forms of one secret have the same */
    size_t length;
    bool of_short; /* a form of a secret of fewer than 8 bytes */
    char bytes[];
};

struct secrets {
    pthread_mutex_t lock;
    struct secret *first;
    size_t count; /* secrets that were added */
};

struct secrets *secrets_new(void)
{
    struct secrets *const secrets = calloc(1, sizeof *secrets);
    if (!secrets || pthread_mutex_init(&secrets->lock, NULL) != 0) {
        free(secrets);
        return NULL;
    }
    return secrets;
}

void secrets_free(struct secrets *secrets)
{
    if (!secrets)
        return;
    while (secrets->first) {
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
    for (const struct secret *secret = secrets->first; secret; secret = secret->next) {
        if (secret->length == form.length && memcmp(secret->bytes, form.bytes, form.length) == 0)
            return true;
    }
    return false;
}

/* The caller holds the lock. */
static enum error_code add_form(struct secrets *secrets, struct text form, bool of_short,
                                struct error *error)
{
    if (is_known(secrets, form))
        return ERROR_NONE;
    struct secret *const secret = malloc(sizeof *secret + form.length);
    if (!secret)
        return error_memory(error, "a secret");
    secret->number = secrets->count;
    secret->length = form.length;
    secret->of_short = of_short;
    memcpy(secret->bytes, form.bytes, form.length);
    secret->next = secrets->first;
    secrets->first = secret;
    return ERROR_NONE;
}

enum error_code secrets_add(struct secrets *secrets, struct text secret, struct error *error)
{
    if (secret.length < LEAST)
        return ERROR_NONE;
    const bool is_short = secret.length < LONG;
    const unsigned forms = is_short ? SECRET_FORMS_READABLE : SECRET_FORMS;
    const size_t room = secret.length * SECRET_FORM_GROWTH;
    char *const form = malloc(room);
    enum error_code code = ERROR_NONE;
    if (!form)
        return error_memory(error, "a secret");
    pthread_mutex_lock(&secrets->lock);
    secrets->count++;
    for (unsigned i = 0; i < forms && !code; i++) {
        const struct text written = {form, secret_forms_write(i, secret, form)};
        code = add_form(secrets, written, is_short, error);
    }
    pthread_mutex_unlock(&secrets->lock);
    explicit_bzero(form, room);
    free(form);
    return code;
}

/* ---- Taking them out ---- */

static bool is_part_of_word(char byte)
{
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

/* Who reads the result. */
struct reader {
    bool long_only;
    const struct text *said;
    size_t said_count;
};

static bool is_in_said(const struct secret *secret, const struct reader *reader)
{
    for (size_t i = 0; i < reader->said_count; i++) {
        if (!text_is_absent(reader->said[i]) &&
            memmem(reader->said[i].bytes, reader->said[i].length, secret->bytes, secret->length))
            return true;
    }
    return false;
}

/* In any of its forms: an answer that repeats a guess in another form would confirm it, too. */
static bool was_said(const struct secrets *secrets, const struct secret *secret,
                     const struct reader *reader)
{
    for (const struct secret *form = secrets->first; form; form = form->next) {
        if (form->number == secret->number && is_in_said(form, reader))
            return true;
    }
    return false;
}

/* Is this secret at `at`? */
static bool stands_at(const struct secret *secret, struct text text, size_t at)
{
    const size_t end = at + secret->length;
    if (end > text.length || memcmp(text.bytes + at, secret->bytes, secret->length) != 0)
        return false;
    return !secret->of_short || ((at == 0 || !is_part_of_word(text.bytes[at - 1])) &&
                                 (end == text.length || !is_part_of_word(text.bytes[end])));
}

/* Is there anything to do? Most texts contain none, and a search is much faster than a check at
 * each position. */
static bool holds_any(const struct secrets *secrets, struct text text, const struct reader *reader)
{
    for (const struct secret *secret = secrets->first; secret; secret = secret->next) {
        if (!(reader->long_only && secret->of_short) &&
            memmem(text.bytes, text.length, secret->bytes, secret->length))
            return true;
    }
    return false;
}

/* Where the longest secret at `at` ends; `at` itself if none does. */
static size_t secret_end(const struct secrets *secrets, struct text text, size_t at,
                         const struct reader *reader)
{
    size_t end = at;
    for (const struct secret *secret = secrets->first; secret; secret = secret->next) {
        if (at + secret->length > end && stands_at(secret, text, at) &&
            !(reader->long_only && secret->of_short) && !was_said(secrets, secret, reader))
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
            /* Only now, because the hidden text is longer than the stars, and all of it has been
             * read. */
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
