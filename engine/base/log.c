/* log: format, redact, escape, and hand over line by line under one lock. */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

enum { MESSAGE_SIZE = 2048, MESSAGE_CEILING = 64 * 1024 };

struct log {
    enum log_level level;
    log_sink *sink;
    void *context;
    pthread_mutex_t *lock; /* guards the prefix and the sink */
    char *prefix;
    struct secrets *secrets;
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
    struct secrets *secrets = secrets_new();

    if (!log || !lock || !secrets || pthread_mutex_init(lock, NULL) != 0) {
        free(log);
        free(lock);
        secrets_free(secrets);
        return NULL;
    }
    log->secrets = secrets;
    log->level = level;
    log->sink = sink ? sink : write_to_stderr;
    log->context = context;
    log->lock = lock;
    return log;
}

void log_free(struct log *log)
{
    if (!log)
        return;
    secrets_free(log->secrets);
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
        if (!copy)
            return error_memory(error, "log prefix");
    }
    pthread_mutex_lock(log->lock);
    free(log->prefix);
    log->prefix = copy;
    pthread_mutex_unlock(log->lock);
    return ERROR_NONE;
}

/* ---- Secrets ---- */

enum error_code log_hide(struct log *log, struct text secret, struct error *error)
{
    return secrets_add(log->secrets, secret, error);
}

void log_redact(const struct log *log, char *text)
{
    if (log && text)
        secrets_redact(log->secrets, text);
}

const struct secrets *log_secrets(const struct log *log)
{
    return log ? log->secrets : NULL;
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
        } else if (*at == 0xE2 &&
                   ((at[1] == 0x80 && at[2] >= 0x8E && at[2] <= 0xAE) ||
                    (at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9)) &&
                   (at[1] == 0x81 || at[2] <= 0x8F || at[2] >= 0xA8)) {
            /* marks that change the direction of what follows, and separators of lines */
            code = buffer_append_format(line, NULL, "\\u{20%02x}",
                                        (at[1] == 0x80 ? 0U : 0x40U) + (at[2] & 0x3FU));
            at += 2;
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

    secrets_redact(log->secrets, message);
    instant_format(now - now % 1000, time);
    /* Without memory the line is still written, only unescaped. */
    if (buffer_append_format(&line, NULL, "%s %s%s%s %s: ", time, log->prefix ? log->prefix : "",
                             log->prefix ? " " : "", log_level_name(level), component) ||
        append_escaped(&line, message))
        log->sink(log->context, level, "out of memory: a log line is lost");
    else
        log->sink(log->context, level, line.data);
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

    if (!log_enabled(log, level))
        return;
    va_start(arguments, format);
    length = vsnprintf(small, sizeof(small), format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    /* A message is never cut before it is redacted: half a secret is not recognized. */
    if ((size_t)length >= sizeof(small)) {
        large = malloc((size_t)length + 1);
        if (!large)
            return;
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
