/* error: fill and prefix the project's one error type. */
#include "base/error.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Remove an incomplete multi-byte character that a cut at a fixed size left at the end. */
static void trim_broken_end(char *text, size_t length)
{
    size_t start = length;

    while (start > 0 && length - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    start--;
    const unsigned char lead = (unsigned char)text[start];
    const size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - start < need)
        text[start] = '\0';
}

static void print_list(char *out, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(out, size, format, arguments);

    if (length < 0)
        out[0] = '\0';
    else if ((size_t)length >= size)
        trim_broken_end(out, size - 1);
}

enum error_code error_set_list(struct error *error, enum error_code code, const char *format,
                               va_list arguments)
{
    char message[ERROR_MESSAGE_SIZE];

    if (!error)
        return code;
    /* The arguments may point into the error's old message. */
    print_list(message, sizeof(message), format, arguments);
    memset(error, 0, sizeof(*error));
    error->code = code;
    error->scope = ERROR_SCOPE_RUN;
    error->retry = ERROR_RETRY_NEVER;
    memcpy(error->message, message, strlen(message) + 1);
    return code;
}

enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_set_list(error, code, format, arguments);
    va_end(arguments);
    return code;
}

enum error_code error_system(struct error *error, const char *format, ...)
{
    const int reason = errno;
    char message[ERROR_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    print_list(message, sizeof(message), format, arguments);
    va_end(arguments);
    return error_set(error, ERROR_SYSTEM, "%s: %s", message, strerror(reason));
}

enum error_code error_prefix(struct error *error, const char *format, ...)
{
    char prefix[ERROR_MESSAGE_SIZE];
    char message[2 * ERROR_MESSAGE_SIZE + 2];
    va_list arguments;

    if (!error)
        return ERROR_INTERNAL;
    va_start(arguments, format);
    print_list(prefix, sizeof(prefix) - 2, format, arguments);
    va_end(arguments);
    (void)snprintf(message, sizeof(message), "%s: %s", prefix, error->message);
    message[ERROR_MESSAGE_SIZE - 1] = '\0';
    trim_broken_end(message, strlen(message));
    memcpy(error->message, message, strlen(message) + 1);
    return error->code;
}

enum error_code error_memory(struct error *error, const char *what)
{
    return error_set(error, ERROR_MEMORY,
                     "out of memory, or over its limit, while making '%s'; free memory or ask for "
                     "less at once",
                     what);
}

enum error_code error_forgive(struct error *error)
{
    if (error)
        *error = (struct error){.code = ERROR_NONE};
    return ERROR_NONE;
}

const char *error_name(enum error_code code)
{
    static const char *const names[] = {
#define X(constant, name) [constant] = name,
        ERROR_CODES(X)
#undef X
    };

    if ((size_t)code >= sizeof(names) / sizeof(names[0]))
        return "internal";
    return names[code];
}
