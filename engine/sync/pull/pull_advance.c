/* pull_advance: a page is recognized by the sum of its records' hashes; values do not count,
 * because a record that is edited all the time must not keep a pull alive. */
#include "sync/pull/pull_advance.h"

static uint64_t mix(struct text object, struct text id, uint64_t kind)
{
    enum { SHIFT = 29 };
    const uint64_t hash = text_hash(object) * UINT64_C(0x9E3779B97F4A7C15) + text_hash(id) + kind;
    return (hash ^ (hash >> SHIFT)) * UINT64_C(0xBF58476D1CE4E5B9);
}

static uint64_t sum_of(const struct report *report)
{
    uint64_t sum = report->object_count;
    for (size_t i = 0; i < report->object_count; i++)
        sum += mix(report->objects[i]->name, report->objects[i]->id, 1);
    for (size_t i = 0; i < report->merge_count; i++)
        sum += mix(report->merges[i].object, report->merges[i].loser, 2);
    for (size_t i = 0; i < report->remap_count; i++)
        sum += mix(report->remaps[i].old_object, report->remaps[i].old_id, 3);
    for (size_t i = 0; i < report->deletion_count; i++)
        sum += mix(report->deletions[i].object, report->deletions[i].id, 4);
    return sum;
}

static bool is_known(struct pull_advance *advance, uint64_t sum)
{
    const size_t held =
        advance->count < PULL_ADVANCE_KNOWN ? advance->count : (size_t)PULL_ADVANCE_KNOWN;
    for (size_t i = 0; i < held; i++) {
        if (advance->known[i] == sum)
            return true;
    }
    advance->known[advance->count++ % PULL_ADVANCE_KNOWN] = sum;
    return false;
}

enum error_code pull_advance_check(struct pull_advance *advance, const struct report *report,
                                   struct error *error)
{
    const bool empty = report_is_empty(report);
    advance->empty = empty ? advance->empty + 1 : 0;
    if (!empty)
        advance->idle = is_known(advance, sum_of(report)) ? advance->idle + 1 : 0;
    if (advance->idle < PULL_ADVANCE_IDLE && advance->empty < PULL_ADVANCE_EMPTY)
        return ERROR_NONE;
    return error_set(error, ERROR_CURSOR_REPEATED,
                     "'%.*s' has reported nothing new for %d pages (the last one is iteration "
                     "%u); its report builder must report nothing after the last page",
                     TEXT_PRINT(report->request->integration),
                     empty ? PULL_ADVANCE_EMPTY : PULL_ADVANCE_IDLE, report->request->iteration);
}
