/*
 * zone: local time of a place, from the time zone database of the system (TZif files, RFC 8536).
 *
 * The C library can only tell the time of one zone for the whole process (TZ), so two integrations
 * with different zones could not run in one service. "UTC" needs no file.
 */
#ifndef TANDEM_SERVICE_SCHEDULE_ZONE_H
#define TANDEM_SERVICE_SCHEDULE_ZONE_H

#include "base/instant.h"

struct zone; /* opaque; never changes once read */

/* By its name in the database, such as "Europe/Berlin". ERROR_CONFIGURATION if there is none or its
 * file cannot be read. *zone is the caller's: zone_free. */
WARN_UNUSED enum error_code zone_open(struct text name, struct zone **zone, struct error *error);
void zone_free(struct zone *zone); /* accepts NULL */

/* How far a clock there is ahead of UTC at that moment, in seconds (negative: behind). NULL:
 * UTC. */
int zone_offset(const struct zone *zone, instant at);

#endif
