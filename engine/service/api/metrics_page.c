/* Lines of /metrics. */
#include "service/api/metrics_page.h"

#include <stdarg.h>
#include <stdio.h>

void metrics_page_put(struct metrics_page *page, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (!page->code && length > 0)
        page->code = buffer_append(&page->text, line,
                                   (size_t)length < sizeof line ? (size_t)length : sizeof line - 1,
                                   &page->error);
}

void metrics_page_head(struct metrics_page *page, const char *name, const char *type,
                       const char *help)
{
    metrics_page_put(page, "# HELP tandem_%s %s\n# TYPE tandem_%s %s\n", name, help, name, type);
}
