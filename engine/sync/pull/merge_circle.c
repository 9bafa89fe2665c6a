/* Merges that lead in a circle: nobody can say which of the records is left. */
#include "sync/pull/merge_circle.h"

bool merge_circle_holds(const struct report *report, const struct report_merge *merge)
{
    struct text id = merge->winner;
    for (size_t steps = 0; steps < report->merge_count; steps++) {
        size_t next = 0;
        while (next < report->merge_count &&
               !(text_equal(report->merges[next].loser, id) &&
                 text_equal(report->merges[next].object, merge->object)))
            next++;
        if (next == report->merge_count)
            return false;
        id = report->merges[next].winner;
        if (text_equal(id, merge->loser))
            return true;
    }
    return false;
}

enum error_code merge_circle_note(struct run_context *context, const struct report_merge *merge,
                                  struct arena *arena, struct error *error)
{
    struct books *books = context->run->books;
    struct mappings mappings = {.count = 0};
    struct text message = TEXT_ABSENT;
    const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                    .object = merge->object,
                                    .id = merge->loser,
                                    .kind = OUTCOME_CONFLICT,
                                    .reason = "merge_circle"};
    if (books->mappings_of_record(books, merge->object, merge->loser, arena, &mappings, error) ||
        text_format(arena, &message, error,
                    "is reported as merged into '%.*s:%.*s', which is reported as merged into it; "
                    "neither merge is followed",
                    TEXT_PRINT(merge->object), TEXT_PRINT(merge->winner)))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        const struct note note = {.internal_object = mappings.items[i]->internal_object,
                                  .internal_id = mappings.items[i]->internal_id,
                                  .integration_object = merge->object,
                                  .integration_id = merge->loser,
                                  .about = "merge_circle",
                                  .message = message};
        if (run_context_note(context, &note, error))
            return error->code;
    }
    return mappings.count > 0 ? run_context_outcome(context, &outcome, error) : ERROR_NONE;
}
