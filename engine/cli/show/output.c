/* Results on standard output, and JSON. */
#include "cli/show/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum error_code output_flush(struct error *error)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(error, ERROR_SYSTEM, "cannot write to standard output: %s",
                         strerror(errno));
    return ERROR_NONE;
}

void output_line(const char *format, ...)
{
    char *line = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&line, format, arguments) < 0)
        line = NULL;
    va_end(arguments);
    terminal_text(stdout, text_of(line));
    putchar('\n');
    free(line);
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

enum error_code output_json_text(json_t *json, struct arena *arena, struct text *text,
                                 struct error *error)
{
    char *const dumped = json ? json_dumps(json, JSON_COMPACT) : NULL;
    const enum error_code code = dumped ? text_copy(arena, text_of(dumped), text, error)
                                        : error_memory(error, "the JSON output");
    json_decref(json);
    free(dumped);
    return code;
}
