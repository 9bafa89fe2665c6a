/* log: format, redact, escape, and hand over line by line under one lock. */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

/* A secret shorter than SECRET_LEAST would turn half of every line into stars. */
enum { MESSAGE_SIZE = 2048, MESSAGE_CEILING = 64 * 1024, SECRET_LEAST = 4 };

struct secret {
    struct secret *next;
    size_t length;
    char bytes[];
};

struct log {
    enum log_level level;
    log_sink *sink;
    void *context;
    pthread_mutex_t *lock; /* guards everything below; apart, so that const readers can lock */
    char *prefix;
    struct secret *secrets;
};

static void write_to_stderr(void *context, enum log_level level, const char *line)
{
    (void)context;
    (void)level;
    fprintf(stderr, "%s\n", line);
}

struct log *log_new(enum log_level level, log_sink *sink, void *context)
{
    struct log *log = calloc(1, sizeof(*log));
    pthread_mutex_t *lock = calloc(1, sizeof(*lock));

    if (!log || !lock || pthread_mutex_init(lock, NULL) != 0) {
        free(log);
        free(lock);
        return NULL;
    }
    log->level = level;
    log->sink = sink ? sink : write_to_stderr;
    log->context = context;
    log->lock = lock;
    return log;
}

void log_free(struct log *log)
{
    if (!log) {
        return;
    }
    while (log->secrets) {
        struct secret *next = log->secrets->next;
        explicit_bzero(log->secrets->bytes, log->secrets->length);
        free(log->secrets);
        log->secrets = next;
    }
    pthread_mutex_destroy(log->lock);
    free(log->lock);
    free(log->prefix);
    free(log);
}

enum error_code log_set_prefix(struct log *log, const char *prefix, struct error *error)
{
    char *copy = NULL;

    if (prefix) {
        copy = strdup(prefix);
        if (!copy) {
            return error_memory(error, "log prefix");
        }
    }
    pthread_mutex_lock(log->lock);
    free(log->prefix);
    log->prefix = copy;
    pthread_mutex_unlock(log->lock);
    return ERROR_NONE;
}

/* ---- Secrets ---- */

/* The caller holds the lock. */
static bool is_hidden(const struct log *log, const char *bytes, size_t length)
{
    for (const struct secret *secret = log->secrets; secret; secret = secret->next) {
        if (secret->length == length && memcmp(secret->bytes, bytes, length) == 0) {
            return true;
        }
    }
    return false;
}

static enum error_code hide(struct log *log, const char *bytes, size_t length, struct error *error)
{
    struct secret *secret = malloc(sizeof(*secret) + length);

    if (!secret) {
        return error_memory(error, "log secret");
    }
    secret->length = length;
    memcpy(secret->bytes, bytes, length);
    pthread_mutex_lock(log->lock);
    if (is_hidden(log, bytes, length)) {
        pthread_mutex_unlock(log->lock);
        explicit_bzero(secret->bytes, length);
        free(secret);
        return ERROR_NONE;
    }
    secret->next = log->secrets;
    log->secrets = secret;
    pthread_mutex_unlock(log->lock);
    return ERROR_NONE;
}

/* As it stands in an address or a form. */
static size_t percent_encode(struct text text, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= '0' && byte <= '9') || (byte && strchr("-._~", byte));
        if (plain) {
            out[length++] = (char)byte;
        } else {
            out[length++] = '%';
            out[length++] = hex[byte >> 4];
            out[length++] = hex[byte & 15];
        }
    }
    return length;
}

enum error_code log_hide(struct log *log, struct text secret, struct error *error)
{
    enum error_code code = ERROR_NONE;
    char *encoded = NULL;
    size_t length = 0;

    if (secret.length < SECRET_LEAST) {
        return ERROR_NONE;
    }
    code = hide(log, secret.bytes, secret.length, error);
    if (code) {
        return code;
    }
    encoded = malloc(secret.length * 3);
    if (!encoded) {
        return error_memory(error, "log secret");
    }
    length = percent_encode(secret, encoded);
    code = length == secret.length ? ERROR_NONE : hide(log, encoded, length, error);
    explicit_bzero(encoded, length);
    free(encoded);
    return code;
}

/* Where the longest secret that begins at `at` ends; `at` itself if none does. */
static size_t secret_end(const struct log *log, const char *text, size_t at, size_t length)
{
    size_t end = at;

    for (const struct secret *secret = log->secrets; secret; secret = secret->next) {
        if (secret->length <= length - at && at + secret->length > end &&
            memcmp(text + at, secret->bytes, secret->length) == 0) {
            end = at + secret->length;
        }
    }
    return end;
}

/* The caller holds the lock. Whatever any secret covers goes, also where two overlap. */
static void redact(const struct log *log, char *text)
{
    size_t length = strlen(text);
    size_t written = 0;
    size_t hidden_until = 0;
    bool hiding = false;

    if (!log->secrets) {
        return;
    }
    for (size_t at = 0; at <= length; at++) {
        size_t end = at < length ? secret_end(log, text, at, length) : at;
        if (end > hidden_until) {
            hidden_until = end;
        }
        if (at < hidden_until) {
            hiding = true;
            continue;
        }
        if (hiding) {
            /* Only now: what was hidden is longer than the stars, and all of it has been read. */
            memcpy(text + written, "***", 3);
            written += 3;
            hiding = false;
        }
        text[written++] = text[at];
    }
}

void log_redact(const struct log *log, char *text)
{
    if (!log || !text) {
        return;
    }
    pthread_mutex_lock(log->lock);
    redact(log, text);
    pthread_mutex_unlock(log->lock);
}

/* ---- Lines ---- */

void log_set_level(struct log *log, enum log_level level)
{
    log->level = level;
}

bool log_enabled(const struct log *log, enum log_level level)
{
    return log && level <= log->level;
}

const char *log_level_name(enum log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return "error";
    case LOG_WARN:
        return "warn";
    case LOG_INFO:
        return "info";
    case LOG_DEBUG:
        return "debug";
    }
    return "debug";
}

/* Append with control characters (those of U+0080 to U+009F, too) made visible. */
static enum error_code append_escaped(struct buffer *line, const char *message)
{
    enum error_code code = ERROR_NONE;
    const unsigned char *at = (const unsigned char *)message;

    for (; *at && !code; at++) {
        if (*at == '\n') {
            code = buffer_append(line, "\\n", 2, NULL);
        } else if (*at == '\r') {
            code = buffer_append(line, "\\r", 2, NULL);
        } else if (*at == '\t') {
            code = buffer_append(line, "\\t", 2, NULL);
        } else if (*at < 0x20 || *at == 0x7F) {
            code = buffer_append_format(line, NULL, "\\x%02x", *at);
        } else if (*at == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F) {
            code = buffer_append_format(line, NULL, "\\x%02x", at[1]);
            at++;
        } else {
            code = buffer_append(line, (const char *)at, 1, NULL);
        }
    }
    return code;
}

/* The caller holds the lock. */
static void hand_over(const struct log *log, enum log_level level, const char *component,
                      char *message)
{
    /* An escaped byte takes four. */
    struct buffer line = BUFFER(5 * (size_t)MESSAGE_CEILING);
    char time[INSTANT_TEXT_SIZE];
    instant now = instant_now();

    redact(log, message);
    instant_format(now - now % 1000, time);
    /* Without memory the line still goes out, only plain. */
    if (buffer_append_format(&line, NULL, "%s %s%s%s %s: ", time, log->prefix ? log->prefix : "",
                             log->prefix ? " " : "", log_level_name(level), component) ||
        append_escaped(&line, message)) {
        log->sink(log->context, level, "out of memory: a log line is lost");
    } else {
        log->sink(log->context, level, line.data);
    }
    buffer_release(&line);
}

void log_write(struct log *log, enum log_level level, const char *component, const char *format,
               ...)
{
    char small[MESSAGE_SIZE];
    char *large = NULL;
    char *message = small;
    va_list arguments;
    int length = 0;

    if (!log_enabled(log, level)) {
        return;
    }
    va_start(arguments, format);
    length = vsnprintf(small, sizeof(small), format, arguments);
    va_end(arguments);
    if (length < 0) {
        return;
    }
    /* A message is never cut before it is redacted: half a secret is not recognized. */
    if ((size_t)length >= sizeof(small)) {
        large = malloc((size_t)length + 1);
        if (!large) {
            return;
        }
        va_start(arguments, format);
        vsnprintf(large, (size_t)length + 1, format, arguments);
        va_end(arguments);
        message = large;
    }
    pthread_mutex_lock(log->lock);
    hand_over(log, level, component, message);
    pthread_mutex_unlock(log->lock);
    free(large);
}
