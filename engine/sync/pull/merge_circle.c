/* Merges that lead in a circle: nobody can say which of the records is left. */
#include "sync/pull/merge_circle.h"

#include "base/pair_index.h"

/* Does a merge lead back to its loser, by way of the first merge of each record? */
static bool leads_back(const struct report *report, const struct pair_index *by_loser,
                       const struct report_merge *merge)
{
    const struct report_merge *at = merge;
    for (size_t steps = 0; at && steps < report->merge_count; steps++) {
        at = pair_index_find(by_loser, merge->object, at->winner);
        if (at && text_equal(at->winner, merge->loser))
            return true;
    }
    return false;
}

/* Each record's first merge is walked over once; a walk that comes back to itself is a circle. */
static void find_circles(const struct report *report, const struct pair_index *by_loser,
                         size_t *walks, bool *in_circle)
{
    const struct report_merge *const merges = report->merges;
    for (size_t i = 0; i < report->merge_count; i++) {
        const struct report_merge *at = &merges[i];
        if (pair_index_find(by_loser, at->object, at->loser) != at) {
            in_circle[i] = leads_back(report, by_loser, at);
            continue;
        }
        for (; at && walks[at - merges] == 0;
             at = pair_index_find(by_loser, at->object, at->winner))
            walks[at - merges] = i + 1;
        for (; at && walks[at - merges] == i + 1 && !in_circle[at - merges];
             at = pair_index_find(by_loser, at->object, at->winner))
            in_circle[at - merges] = true;
    }
}

enum error_code merge_circle_find(const struct report *report, bool **in_circle,
                                  struct error *error)
{
    struct arena *arena = report->arena;
    struct pair_index *by_loser = NULL;
    size_t *walks = ARENA_ARRAY(arena, report->merge_count, size_t);
    *in_circle = ARENA_ARRAY(arena, report->merge_count, bool);
    if (!walks || !*in_circle)
        return error_memory(error, "merges");
    if (report->merge_count > 0 && pair_index_new(arena, &by_loser, error))
        return error->code;
    for (size_t i = 0; i < report->merge_count; i++) {
        struct report_merge *merge = &report->merges[i];
        if (pair_index_add(by_loser, merge->object, merge->loser, merge, error))
            return error->code;
    }
    find_circles(report, by_loser, walks, *in_circle);
    return ERROR_NONE;
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
