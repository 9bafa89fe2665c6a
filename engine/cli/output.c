#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void output_text(FILE *stream, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char byte = (unsigned char)text.bytes[i];
        if (byte == '\n')
            fputs("\\n", stream);
        else if (byte == '\t')
            fputs("\\t", stream);
        else if (byte < 0x20 || byte == 0x7f)
            fprintf(stream, "\\x%02x", byte);
        else
            fputc(byte, stream);
    }
}

void output_error(const struct error *error)
{
    fflush(stdout);
    fputs("tandem: ", stderr);
    output_text(stderr, text_of(error->message));
    fputc('\n', stderr);
}

void output_warning(const char *format, ...)
{
    char message[ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fputs("tandem: warning: ", stderr);
    output_text(stderr, text_of(message));
    fputc('\n', stderr);
}

enum error_code output_flush(struct error *error)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(error, ERROR_SYSTEM, "cannot write to standard output: %s",
                         strerror(errno));
    return ERROR_NONE;
}

/* ---- JSON ---- */

enum error_code output_json(json_t *json, struct error *error)
{
    return output_json_digits(json, 17, error);
}

enum error_code output_json_digits(json_t *json, unsigned digits, struct error *error)
{
    if (!json)
        return error_memory(error, "the JSON output");
    const size_t flags = JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(digits);
    const int failed = json_dumpf(json, stdout, flags);
    json_decref(json);
    if (failed)
        return error_set(error, ERROR_SYSTEM, "cannot write JSON to standard output: %s",
                         strerror(errno));
    fputc('\n', stdout);
    return output_flush(error);
}

json_t *output_json_text(struct text text)
{
    if (text_is_absent(text))
        return json_null();
    json_t *json = json_stringn(text.bytes, text.length);
    if (json)
        return json;
    char *const copy = malloc(text.length + 1); /* not UTF-8: keep what is ASCII */
    if (!copy)
        return NULL;
    for (size_t i = 0; i < text.length; i++)
        copy[i] = (unsigned char)text.bytes[i] < 0x80 ? text.bytes[i] : '?';
    json = json_stringn(copy, text.length);
    free(copy);
    return json;
}

json_t *output_json_instant(instant at)
{
    char text[INSTANT_TEXT_SIZE];
    return at == INSTANT_NONE ? json_null() : json_string(instant_format(at, text));
}
