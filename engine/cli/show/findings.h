/*
 * findings: mistakes and warnings of `tandem check`, collected before they are shown.
 */
#ifndef TANDEM_CLI_SHOW_FINDINGS_H
#define TANDEM_CLI_SHOW_FINDINGS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

enum { FINDINGS_MOST = 1000 };

struct findings {
    struct arena *arena; /* borrowed */
    struct text mistakes[FINDINGS_MOST], warnings[FINDINGS_MOST];
    size_t mistake_count, warning_count;
};

/* Both are dropped silently beyond FINDINGS_MOST or without memory: a thousand are enough. */
void findings_mistake(struct findings *findings, const char *format, ...) PRINTF_LIKE(2, 3);
void findings_warning(struct findings *findings, const char *format, ...) PRINTF_LIKE(2, 3);
/* One sentence a line on standard error. */
void findings_print(const struct findings *findings, bool quiet);
/* {"name", "mistakes", "warnings"}; NULL if out of memory. */
json_t *findings_json(const struct findings *findings, struct text name);

#endif
