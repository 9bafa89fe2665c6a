/* log: format, redact, escape, and hand over line by line under one lock. */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/terminal.h"

enum { MESSAGE_CEILING = 64 * 1024 };

struct log {
    enum log_level level;
    log_sink *sink;
    void *context;
    pthread_mutex_t lock; /* guards the prefix and the sink */
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
    struct log *const log = calloc(1, sizeof(*log));
    struct secrets *const secrets = secrets_new();

    if (!log || !secrets || pthread_mutex_init(&log->lock, NULL) != 0) {
        free(log);
        secrets_free(secrets);
        return NULL;
    }
    log->secrets = secrets;
    log->level = level;
    log->sink = sink ? sink : write_to_stderr;
    log->context = context;
    return log;
}

void log_free(struct log *log)
{
    if (!log)
        return;
    secrets_free(log->secrets);
    pthread_mutex_destroy(&log->lock);
    free(log->prefix);
    free(log);
}

enum error_code log_set_prefix(struct log *log, const char *prefix, struct error *error)
{
    char *const copy = prefix ? strdup(prefix) : NULL;

    if (prefix && !copy)
        return error_memory(error, "log prefix");
    pthread_mutex_lock(&log->lock);
    free(log->prefix);
    log->prefix = copy;
    pthread_mutex_unlock(&log->lock);
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
    static const char *const names[] = {"error", "warn", "info", "debug"};
    return names[level];
}

/* Append with control characters (those of U+0080 to U+009F, too) made visible. */
static enum error_code append_escaped(struct buffer *line, const char *message)
{
    static const char named[] = "\n\r\t", names[] = "nrt";
    enum error_code code = ERROR_NONE;

    for (struct text rest = text_of(message); rest.length > 0 && !code;) {
        unsigned character = (unsigned char)*rest.bytes;
        const size_t obeyed = terminal_obeyed(rest, &character);
        const char *const name = strchr(named, *rest.bytes);
        if (name)
            code = buffer_append_format(line, NULL, "\\%c", names[name - named]);
        else if (character >= 0x100 && obeyed)
            code = buffer_append_format(line, NULL, "\\u{%x}", character);
        else if (character < 0x20 || character == 0x7F || obeyed)
            code = buffer_append_format(line, NULL, "\\x%02x", character);
        else
            code = buffer_append(line, rest.bytes, 1, NULL);
        rest =
            (struct text){rest.bytes + (obeyed ? obeyed : 1), rest.length - (obeyed ? obeyed : 1)};
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
    char *message = NULL;
    va_list arguments;

    if (!log_enabled(log, level))
        return;
    /* A message is never cut before it is redacted: half a secret is not recognized. */
    va_start(arguments, format);
    const int length = vasprintf(&message, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    pthread_mutex_lock(&log->lock);
    hand_over(log, level, component, message);
    pthread_mutex_unlock(&log->lock);
    free(message);
}
