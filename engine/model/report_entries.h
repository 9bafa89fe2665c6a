/*
 * report_entries: what all entries of a report have in common. For report*.c only.
 */
#ifndef TANDEM_MODEL_REPORT_ENTRIES_H
#define TANDEM_MODEL_REPORT_ENTRIES_H

#include "model/report.h"

/* One of the report's lists, and what it is a list of (for messages): REPORT_LIST(report, remap,
 * "a remap"). */
struct report_list {
    void *items; /* the address of the pointer to the first one */
    size_t *count, *capacity;
    size_t item_size;
    const char *what;
};
#define REPORT_LIST(report, name, what)                                                            \
    (&(struct report_list){&(report)->name##s, &(report)->name##_count,                            \
                           &(report)->name##_capacity, sizeof *(report)->name##s, (what)})

/* Add a copy of an item at the end of a list. */
WARN_UNUSED enum error_code report_entries_append(struct report *report,
                                                  const struct report_list *list, const void *item,
                                                  struct error *error);
/* Who reports, for messages. */
const char *report_entries_side(const struct report *report);
/* Refuse an empty text that is required; `what` (NULL: it is not required) and `of` name it. */
WARN_UNUSED enum error_code report_entries_need(const struct report *report, struct text text,
                                                const char *what, const char *of,
                                                struct error *error);

#endif
