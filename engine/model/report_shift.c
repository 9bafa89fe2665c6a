/* The instants of a third party whose clock is wrong, by our clock (spec 13.9). */
#include "model/report.h"

void report_shift(struct report *report, int64_t ms)
{
    for (size_t i = 0; i < report->object_count; i++) {
        struct report_object *const reported = report->objects[i];
        const size_t count = reported->object ? reported->object->field_count : 0;
        reported->changed_at = instant_shift(reported->changed_at, ms);
        for (size_t field = 0; field < count; field++)
            reported->fields[field].changed_at =
                instant_shift(reported->fields[field].changed_at, ms);
    }
    for (size_t i = 0; i < report->deletion_count; i++)
        report->deletions[i].at = instant_shift(report->deletions[i].at, ms);
}
