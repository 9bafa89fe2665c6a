/*
 * pull_known_as: what people call an object that is gone on one side: its identifiers, and what
 * tells objects of its kind apart. Private to sync/pull.
 */
#ifndef TANDEM_SYNC_PULL_PULL_KNOWN_AS_H
#define TANDEM_SYNC_PULL_PULL_KNOWN_AS_H

#include "sync/pull/pull.h"

/* "Ann Lee, ann@example.org"; absent: nothing is known. In the page's arena. The values are those
 * that the record shows, or, if `local_object` is given, those of the object. */
WARN_UNUSED enum error_code pull_known_as(const struct pull_page *page,
                                          const struct manual_entry *entry,
                                          const struct report_object *reported,
                                          const struct local_object *local_object,
                                          struct text *name, struct error *error);

#endif
