/*
 * script_reports: pages from report_builder.lua, also begun before the run asks for them.
 * Internal to script/.
 *
 * A page that was begun has sent its first request and waits; it continues when the run requests
 * exactly this page. If the manifest says `independent_pages`, the page after it is begun as well,
 * so that the network is at work while this one's report is built. What was begun and is not needed
 * is dropped.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_REPORTS_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_REPORTS_H

#include "script/integration/script_fields.h"
#include "model/report.h"

enum { PAGES_AHEAD = 2 };

struct script;
struct sandbox_call;
struct report_handle;

/* Private. */
struct prepared_page {
    struct sandbox_call *call;
    struct report_handle *handle;
    struct text key; /* the request, as text */
    struct arena *arena;
};

/* All zero at first. Pages were begun for the script that stands in the source; drop them before it
 * is freed or replaced. */
struct script_reports {
    struct prepared_page pages[PAGES_AHEAD]; /* in the order in which they will be asked for */
    size_t count;
};

/* Whose reports; all borrowed. */
struct report_source {
    struct script *script;
    const struct manual *manual;
    struct script_fields *fields;
};

/* Fill `report`; it stays empty without a report builder. */
WARN_UNUSED enum error_code script_reports_get(struct script_reports *reports,
                                               const struct report_source *source,
                                               const struct request *request, struct report *report,
                                               struct error *error);
/* This page will be asked for next; the hint may be wrong. Does not block. */
void script_reports_prepare(struct script_reports *reports, const struct report_source *source,
                            const struct request *request);
void script_reports_drop(struct script_reports *reports, struct script *script);
void script_reports_release(struct script_reports *reports); /* after the drop */

#endif
