/* metrics_page: the text of /metrics while it is written; the first error is kept. For service/api/
 * only.
 */
#ifndef TANDEM_SERVICE_API_METRICS_PAGE_H
#define TANDEM_SERVICE_API_METRICS_PAGE_H

#include "base/text.h"
#include "base/error.h"

struct metrics_page {
    struct buffer text;
    struct error error;
    enum error_code code;
};

void metrics_page_put(struct metrics_page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* What a metric is; `name` is without the prefix. */
void metrics_page_head(struct metrics_page *page, const char *name, const char *type,
                       const char *help);

#endif
