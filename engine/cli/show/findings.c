/* Mistakes and warnings, collected in the order in which they were found. */
#include "cli/show/findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/show/output.h"

static void add(struct findings *findings, struct text *list, size_t *count, const char *format,
                va_list arguments)
{
    char message[ERROR_MESSAGE_SIZE];
    vsnprintf(message, sizeof message, format, arguments);
    if (*count < FINDINGS_MOST &&
        !text_copy(findings->arena, text_of(message), &list[*count], NULL))
        (*count)++;
}

void findings_mistake(struct findings *findings, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(findings, findings->mistakes, &findings->mistake_count, format, arguments);
    va_end(arguments);
}

void findings_warning(struct findings *findings, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(findings, findings->warnings, &findings->warning_count, format, arguments);
    va_end(arguments);
}

void findings_print(const struct findings *findings, bool quiet)
{
    for (size_t i = 0; i < findings->mistake_count; i++) {
        fputs("tandem: ", stderr);
        terminal_text(stderr, findings->mistakes[i]);
        fputc('\n', stderr);
    }
    for (size_t i = 0; !quiet && i < findings->warning_count; i++)
        terminal_warning("%.*s", TEXT_PRINT(findings->warnings[i]));
}

static json_t *texts_json(const struct text *texts, size_t count)
{
    json_t *const list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, value_json_text(texts[i]));
    return list;
}

json_t *findings_json(const struct findings *findings, struct text name)
{
    return json_pack("{s:o, s:o, s:o}", "name", value_json_text(name), "mistakes",
                     texts_json(findings->mistakes, findings->mistake_count), "warnings",
                     texts_json(findings->warnings, findings->warning_count));
}
