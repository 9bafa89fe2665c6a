/* What is told in part is asked for as a whole, if its other fields were told before. */
#include "sync/pull/left_out.h"

#include "sync/pull/ambiguous.h"

/* Does the report lack a field that leads here? */
static bool is_partial(const struct pull_item *item)
{
    const struct manual_entry *entry = item->entry;
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct report_field *field = &item->reported->fields[line->integration_field];
        if (line->direction != DIRECTION_TO_INTEGRATION && field->state == FIELD_ABSENT &&
            !field->unreadable)
            return true;
    }
    return false;
}

enum error_code left_out_meet(struct pull_page *page, const struct pull_item *item,
                              enum matching_kind *kind, struct error *error)
{
    struct run_context *context = page->context;
    struct books *books = context->run->books;
    const struct ambiguous_record record = {.entry = item->entry,
                                            .integration_id = item->reported->id};
    enum left_out why = LEFT_OUT_NOT;
    if (page->report->request->selective || !is_partial(item))
        return ERROR_NONE;
    if (books->left_out(books, item->entry, item->reported->id, &why, error))
        return error->code;
    if (why == LEFT_OUT_NOT)
        return ERROR_NONE;
    *kind = MATCHING_LEFT_OUT;
    return ambiguous_contradicted(context, &record, TEXT_ABSENT, error);
}

enum error_code left_out_remember(struct pull_page *page, const struct pull_item *item,
                                  struct error *error)
{
    struct books *books = page->context->run->books;
    const struct record_matter matter = {.reason = MATTER_LEFT_OUT,
                                         .internal_object = item->entry->internal->name,
                                         .internal_id = TEXT_ABSENT,
                                         .integration_object = item->reported->name,
                                         .integration_id = item->reported->id,
                                         .message = TEXT_ABSENT};
    return books->keep_record_matter(books, &matter, error);
}
