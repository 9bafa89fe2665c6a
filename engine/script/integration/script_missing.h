/*
 * script_missing: mapped fields that the third party does not have, or not any more.
 *
 * A field that was renamed, removed or hidden there looks as if it were empty in every record; a
 * report says that it is missing, once in a run, and what it shows of such a field does not count.
 * Internal to script/.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_MISSING_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_MISSING_H

#include "script/integration/script_reports.h"

/* Looks through a report that is complete. A list of fields from the cache may be a day old: if
 * records that say nothing of a field would show that it is empty, the script is asked for the list
 * anew, once in a run for each object. */
WARN_UNUSED enum error_code script_missing_look(const struct report_source *source,
                                                const struct request *request,
                                                struct report *report, struct error *error);

#endif
