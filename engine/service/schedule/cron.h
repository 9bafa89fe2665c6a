/*
 * cron: the five fields of a crontab line, and when they match next.
 *
 * Minute, hour, day of the month, month, day of the week: `*`, numbers, names (jan, mon), ranges,
 * lists and steps, 7 as well as 0 for Sunday; @hourly, @daily, @midnight, @weekly, @monthly,
 * @yearly and @annually. If both day fields are restricted, either one is enough, as in other
 * crons.
 *
 * Times are those of a zone's clock. Times in the hour that is skipped in spring match when that
 * hour is over; times in the hour that occurs twice in autumn match once, unless the hour is `*`.
 */
#ifndef TANDEM_SERVICE_SCHEDULE_CRON_H
#define TANDEM_SERVICE_SCHEDULE_CRON_H

#include "service/schedule/zone.h"

enum cron_field { CRON_MINUTE, CRON_HOUR, CRON_DAY, CRON_MONTH, CRON_WEEKDAY, CRON_FIELDS };
/* Bits, from the lowest: minute 0, hour 0, day 1 at bit 1, January at bit 1, Sunday. */
struct cron {
    uint64_t bits[CRON_FIELDS];
    bool any[CRON_FIELDS]; /* the field is `*`, or begins with it */
};

/* ERROR_CONFIGURATION that says which field is wrong, or that it never matches (February 30). */
WARN_UNUSED enum error_code cron_parse(struct text text, struct cron *cron, struct error *error);
/* The first full minute after `after` at which it matches; INSTANT_NONE if there is none within
 * eight years. */
instant cron_next(const struct cron *cron, const struct zone *zone, instant after);

#endif
