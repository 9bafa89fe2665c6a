/* Mistakes and warnings, collected in the order in which they were found. */
#include "cli/show/findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/show/output.h"

static void add(struct findings *findings, struct finding_list *list, const char *format,
                va_list arguments)
{
    char message[ERROR_MESSAGE_SIZE];
    vsnprintf(message, sizeof message, format, arguments);
    if (list->count < FINDINGS_MOST &&
        !text_copy(findings->arena, text_of(message), &list->texts[list->count], NULL))
        list->count++;
}

void findings_mistake(struct findings *findings, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(findings, &findings->mistakes, format, arguments);
    va_end(arguments);
}

void findings_warning(struct findings *findings, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(findings, &findings->warnings, format, arguments);
    va_end(arguments);
}

void findings_print(const struct findings *findings, bool quiet)
{
    for (size_t i = 0; i < findings->mistakes.count; i++) {
        fputs("tandem: ", stderr);
        terminal_text(stderr, findings->mistakes.texts[i]);
        fputc('\n', stderr);
    }
    for (size_t i = 0; !quiet && i < findings->warnings.count; i++)
        terminal_warning("%.*s", TEXT_PRINT(findings->warnings.texts[i]));
}

static json_t *texts_json(const struct finding_list *list)
{
    json_t *const texts = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(texts, value_json_text(list->texts[i]));
    return texts;
}

json_t *findings_json(const struct findings *findings, struct text name)
{
    return json_pack("{s:o, s:o, s:o}", "name", value_json_text(name), "mistakes",
                     texts_json(&findings->mistakes), "warnings", texts_json(&findings->warnings));
}
