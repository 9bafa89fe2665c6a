/*
 * findings: mistakes and warnings of `tandem check`, collected before they are shown.
 */
#ifndef TANDEM_CLI_SHOW_FINDINGS_H
#define TANDEM_CLI_SHOW_FINDINGS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

enum { FINDINGS_MOST = 1000 };

struct finding_list {
    struct text texts[FINDINGS_MOST];
    size_t count;
};

struct findings {
    struct arena *arena; /* borrowed */
    struct finding_list mistakes, warnings;
};

/* Both are dropped silently beyond FINDINGS_MOST or without memory: a thousand are enough. */
void findings_mistake(struct findings *findings, const char *format, ...) PRINTF_LIKE(2, 3);
void findings_warning(struct findings *findings, const char *format, ...) PRINTF_LIKE(2, 3);
/* One sentence a line on standard error. */
void findings_print(const struct findings *findings, bool quiet);
/* {"name", "mistakes", "warnings"}; NULL if out of memory. */
json_t *findings_json(const struct findings *findings, struct text name);

#endif
