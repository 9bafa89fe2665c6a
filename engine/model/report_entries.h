/*
 * report_entries: what all entries of a report are checked by. For report.c only.
 */
#ifndef TANDEM_MODEL_REPORT_ENTRIES_H
#define TANDEM_MODEL_REPORT_ENTRIES_H

#include "model/report.h"

/* Who reports, for messages. */
const char *report_entries_side(const struct report *report);
/* Refuse an empty text that is required; `what` (NULL: it is not required) and `of` name it. */
WARN_UNUSED enum error_code report_entries_need(const struct report *report, struct text text,
                                                const char *what, const char *of,
                                                struct error *error);

#endif
