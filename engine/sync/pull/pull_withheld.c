/* pull_withheld: a decision like those of the judge, with their value as it was received. */
#include "sync/pull/pull_withheld.h"

static bool is_judged(const struct pull_item *item, const struct manual_line *line)
{
    for (size_t i = 0; i < item->decision.decision_count; i++) {
        if (item->decision.decisions[i].line == line)
            return true;
    }
    return false;
}

enum error_code pull_withheld_explain(struct pull_page *page, const struct pull_item *item,
                                      const struct manual_line *line, struct error *error)
{
    const struct report_object *reported = page->report->objects[item->record];
    const struct report_field *theirs = &reported->fields[line->integration_field];
    struct value shown = value_null(VALUE_TYPE_TEXT);
    bool readable = false;
    if (is_judged(item, line))
        return ERROR_NONE;
    if (value_normalize(page->report->arena, &theirs->raw, VALUE_TYPE_TEXT, &shown, &readable,
                        error))
        return error->code;
    if (!readable)
        return ERROR_NONE;
    const struct decision decision = {
        .side = SIDE_INTEGRATION,
        .entry = item->entry,
        .line = line,
        .internal_id = item->internal_id,
        .integration_id = reported->id,
        .left = {.value =
                     item->local_object ? &item->local_object->values[line->internal_field] : NULL,
                 .certain = INSTANT_NONE,
                 .possible = INSTANT_NONE},
        .right = {.value = &shown, .certain = theirs->changed_at, .possible = reported->changed_at},
        .verdict = VERDICT_UNRESOLVED,
        .decided_by = "withheld"};
    return run_context_decision(page->context, &decision, error);
}
