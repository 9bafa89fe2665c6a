/* Absent is not known, and not the same as empty: a record without identifiers is what it is. */
#include "sync/pull/unidentified.h"

#include "sync/pull/ambiguous.h"
#include "sync/run/untold.h"

/* Does the report say nothing of any of its identifiers? */
static bool is_silent(const struct manual_entry *entry, const struct report_object *reported)
{
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        if (entry->internal->fields[line->internal_field].schema->unique &&
            reported->fields[line->integration_field].state != FIELD_ABSENT)
            return false;
    }
    return true;
}

/* May it be what a create has made whose answer never came? Where reports never tell identifiers,
 * that is left to people, who know of the create. */
static enum error_code may_be_ours(const struct pull_page *page, const struct pull_item *item,
                                   bool *may, struct error *error)
{
    struct journal *journal = page->context->run->journal;
    const struct manual_entry *entry = item->entry;
    bool tells = false;
    *may = false;
    for (size_t i = 0; i < entry->line_count && !tells; i++) {
        const struct manual_line *line = &entry->lines[i];
        tells = entry->internal->fields[line->internal_field].schema->unique &&
                request_asks_for(line, SIDE_INTEGRATION);
    }
    return journal && tells ? journal->has_unknown(journal, entry, may, error) : ERROR_NONE;
}

/* It was requested by its id, and tells no more: it has no identifiers, or the integration does not
 * answer by ids. */
static enum error_code tell(struct run_context *context, const struct pull_item *item,
                            struct error *error)
{
    const struct note note = {
        .internal_object = item->entry->internal->name,
        .internal_id = TEXT_ABSENT,
        .integration_object = item->reported->name,
        .integration_id = item->reported->id,
        .about = "in_doubt",
        .field = TEXT_ABSENT,
        .message = TEXT("tells no identifiers, even when requested by its id, and may be what a "
                        "create has made whose answer was lost; it became an object of its own: "
                        "see 'tandem quarantine' for the create, and merge the two here if they "
                        "are one")};
    return run_context_note(context, &note, error);
}

enum error_code unidentified_meet(struct pull_page *page, const struct pull_item *item,
                                  enum matching_kind *kind, struct error *error)
{
    struct run_context *context = page->context;
    struct books *books = context->run->books;
    const bool by_id = page->report->request->selective;
    const struct ambiguous_record record = {.entry = item->entry,
                                            .integration_id = item->reported->id};
    enum left_out why = LEFT_OUT_NOT;
    bool may_be = false;
    *kind = MATCHING_NONE;
    if (!is_silent(item->entry, item->reported)) {
        untold_told(context, item->entry, item->reported->id);
        return ERROR_NONE;
    }
    if (books->left_out(books, item->entry, item->reported->id, &why, error))
        return error->code;
    const bool doubtful = why == LEFT_OUT_DOUBTFUL;
    if ((!doubtful && may_be_ours(page, item, &may_be, error)) ||
        (may_be && untold_remember(context, item->entry, item->reported->id, error)))
        return error->code;
    if (!doubtful && !may_be)
        return ERROR_NONE;
    if (by_id && may_be)
        return tell(context, item, error);
    *kind = doubtful ? MATCHING_DOUBTFUL : MATCHING_UNTOLD;
    return by_id ? ERROR_NONE : ambiguous_contradicted(context, &record, TEXT_ABSENT, error);
}
