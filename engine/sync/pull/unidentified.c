/* Absent is not known, and not the same as empty: a record without identifiers is what it is. */
#include "sync/pull/unidentified.h"

#include "sync/pull/ambiguous.h"

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

/* May it be what a create has made whose answer never came? */
static enum error_code may_be_ours(const struct pull_page *page, const struct pull_item *item,
                                   bool *may, struct error *error)
{
    struct journal *journal = page->context->run->journal;
    return journal ? journal->has_unknown(journal, item->entry, may, error) : ERROR_NONE;
}

enum error_code unidentified_meet(struct pull_page *page, const struct pull_item *item,
                                  enum matching_kind *kind, struct error *error)
{
    struct books *books = page->context->run->books;
    const bool by_id = page->report->request->selective;
    const struct ambiguous_record record = {.entry = item->entry,
                                            .integration_id = item->reported->id};
    bool doubtful = false, may_be = false;
    *kind = MATCHING_NONE;
    if (!is_silent(item->entry, item->reported))
        return ERROR_NONE;
    if (books->is_doubtful(books, item->entry, item->reported->id, &doubtful, error) ||
        (!doubtful && !by_id && may_be_ours(page, item, &may_be, error)))
        return error->code;
    if (!doubtful && !may_be)
        return ERROR_NONE;
    *kind = doubtful ? MATCHING_DOUBTFUL : MATCHING_UNTOLD;
    return by_id ? ERROR_NONE : ambiguous_contradicted(page->context, &record, TEXT_ABSENT, error);
}
