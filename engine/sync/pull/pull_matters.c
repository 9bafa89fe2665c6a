/* pull_matters: the books of single fields of one record. */
#include "sync/pull/pull.h"

enum error_code pull_matters_tie(struct pull_page *page, const struct pull_item *item,
                                 int64_t sequence, size_t field, struct error *error)
{
    struct books *books = page->context->run->books;
    const struct change_mark mark = {
        .mapping = item->mapping->key, .kind = MARK_TIE, .theirs = item->decision.reported[field]};
    return books->mark_tracked_change(books, sequence, &mark, error);
}

static bool is_judged(const struct pull_item *item, const struct manual_line *line)
{
    for (size_t i = 0; i < item->decision.decision_count; i++) {
        if (item->decision.decisions[i].line == line)
            return true;
    }
    return false;
}

/* What 'explain' tells of a value of theirs that is withheld, as it was received (13.1): an edit of
 * ours may be sent over it one day, and then this alone tells what was there. What was judged
 * before, and what is no single value (a list, an object), is not told. */
static enum error_code explain(struct pull_page *page, const struct pull_item *item,
                               const struct manual_line *line, struct error *error)
{
    const struct report_field *theirs = &item->reported->fields[line->integration_field];
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
        .integration_id = item->reported->id,
        .left = {.value =
                     item->local_object ? &item->local_object->values[line->internal_field] : NULL,
                 .certain = INSTANT_NONE,
                 .possible = INSTANT_NONE},
        .right = {.value = &shown,
                  .certain = theirs->changed_at,
                  .possible = item->reported->changed_at},
        .verdict = VERDICT_UNRESOLVED,
        .decided_by = "withheld"};
    return run_context_decision(page->context, &decision, error);
}

/* A field whose value we cannot hold is withheld; one that was written no longer is. */
static enum error_code book_written(struct pull_page *page, const struct pull_item *item,
                                    const struct mapping *mapping,
                                    const struct order_change *change, struct error *error)
{
    struct books *books = page->context->run->books;
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        const bool refused = field->refusal != REFUSAL_NONE && field->refusal != REFUSAL_READ_ONLY;
        if (refused && (books->keep_matter(books, mapping, field->field, MATTER_WITHHELD, error) ||
                        explain(page, item, field->line, error)))
            return error->code;
        if (field->written && mapping_matter(mapping, field->field, MATTER_WITHHELD) &&
            books->end_matter(books, mapping, field->field, MATTER_WITHHELD, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Six writes within a day without anybody's edit: people are told, with both values. */
static enum error_code note_loop(struct pull_page *page, const struct pull_item *item,
                                 const struct order_field *field, struct text values,
                                 struct error *error)
{
    struct text message = TEXT_ABSENT;
    if (text_format(page->report->arena, &message, error,
                    "was written six times within a day although nobody edited it (%.*s); it is "
                    "not written again until somebody edits or retries it ('tandem retry')",
                    TEXT_PRINT(values)))
        return error->code;
    return pull_page_note(page, item, "loop", item->entry->internal->fields[field->field].name,
                          message.bytes, error);
}

static enum error_code count_field(struct pull_page *page, const struct pull_item *item,
                                   const struct order_field *field, struct error *error)
{
    enum { SHOWN_CHARACTERS = 100 };
    struct arena *arena = page->report->arena;
    struct books *books = page->context->run->books;
    struct text ours = TEXT_ABSENT, theirs = TEXT_ABSENT, values = TEXT_ABSENT;
    bool held = false;
    if (field->echoes > 0 &&
        (value_format(arena, &item->local_object->values[field->field], SHOWN_CHARACTERS, &ours,
                      error) ||
         value_format(arena, &field->value, SHOWN_CHARACTERS, &theirs, error) ||
         text_format(arena, &values, error, "%.*s became %.*s in %.*s", TEXT_PRINT(ours),
                     TEXT_PRINT(theirs), TEXT_PRINT(page->context->run->integration))))
        return error->code;
    if (books->count_writes(books, item->mapping, field->field, field->echoes, values, &held,
                            error))
        return error->code;
    return held ? note_loop(page, item, field, values, error) : ERROR_NONE;
}

/* What was written to an object that existed before. */
static enum error_code book_echoes(struct pull_page *page, const struct pull_item *item,
                                   struct error *error)
{
    const struct order_change *change = item->decision.change;
    if (!change || !item->local_object || !item->mapping || item->mapping->key == 0)
        return ERROR_NONE;
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        if (field->written && (field->echoes > 0 || field->edited) &&
            count_field(page, item, field, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* References that lead nowhere, on every line that would have brought them in. */
static enum error_code book_unresolved(struct pull_page *page, const struct pull_item *item,
                                       const struct mapping *mapping, struct error *error)
{
    struct books *books = page->context->run->books;
    const struct manual_entry *entry = item->entry;
    for (size_t i = 0; i < page->unresolved_count; i++) {
        const struct relation_unresolved *unresolved = &page->unresolved[i];
        if (unresolved->object != item->reported)
            continue;
        for (size_t j = 0; j < entry->line_count; j++) {
            const struct manual_line *line = &entry->lines[j];
            if (line->integration_field == unresolved->field &&
                line->direction != DIRECTION_TO_INTEGRATION &&
                books->keep_matter(books, mapping, line->internal_field, MATTER_WITHHELD, error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* What cannot be read does not get as far as the order. */
static enum error_code explain_unreadable(struct pull_page *page, const struct pull_item *item,
                                          size_t field, struct error *error)
{
    const struct report_field *fields = item->reported->fields;
    for (size_t i = 0; i < item->entry->line_count; i++) {
        const struct manual_line *line = &item->entry->lines[i];
        if (line->internal_field == field && fields[line->integration_field].unreadable &&
            explain(page, item, line, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code book_decided(struct pull_page *page, const struct pull_item *item,
                                    const struct mapping *mapping, struct error *error)
{
    struct books *books = page->context->run->books;
    for (size_t i = 0; i < item->decision.matter_count; i++) {
        const struct pull_matter *matter = &item->decision.matters[i];
        if (matter->open ? books->keep_matter(books, mapping, matter->field, matter->reason, error)
                         : books->end_matter(books, mapping, matter->field, matter->reason, error))
            return error->code;
        if (matter->open && matter->reason == MATTER_WITHHELD &&
            explain_unreadable(page, item, matter->field, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* As old as our object; nothing is known of a single field of it. */
static instant object_instant(const struct pull_page *page, const struct pull_item *item)
{
    const instant at = item->local_object ? item->local_object->changed_at : INSTANT_NONE;
    return at == INSTANT_NONE ? page->context->run->now : at;
}

/* A link that was restored, or made anew, agrees on nothing, and what only leads there is not
 * decided by a report: they have to get what was edited meanwhile (13.1). */
static enum error_code book_outward(struct pull_page *page, const struct pull_item *item,
                                    struct error *error)
{
    struct books *books = page->context->run->books;
    if (text_is_empty(item->edited_apart) || !item->local_object || !item->local_object->exists ||
        !text_equal(item->edited_apart, item->mapping->internal_id))
        return ERROR_NONE;
    for (size_t i = 0; i < item->entry->line_count; i++) {
        const struct manual_line *line = &item->entry->lines[i];
        if (line->direction == DIRECTION_TO_INTEGRATION &&
            !value_is_empty(&item->local_object->values[line->internal_field]) &&
            books->owe_change(books, item->mapping, line->internal_field,
                              object_instant(page, item), error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code book_owed(struct pull_page *page, const struct pull_item *item,
                                 struct error *error)
{
    struct books *books = page->context->run->books;
    for (size_t i = 0; i < item->decision.owed_count; i++) {
        if (books->owe_change(books, item->mapping, item->decision.owed[i],
                              object_instant(page, item), error))
            return error->code;
    }
    for (size_t i = 0; i < item->decision.edit_count; i++) {
        const struct pull_edit *edit = &item->decision.edits[i];
        struct tracked_change change = {.field = edit->field, .at = object_instant(page, item)};
        if (books->track_change(books, item->entry->internal, item->internal_id, &change, error))
            return error->code;
        if (edit->verdict == TRACKED_TIE &&
            pull_matters_tie(page, item, change.sequence, edit->field, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code pull_matters_book(struct pull_page *page, const struct pull_item *item,
                                  struct error *error)
{
    const struct run *run = page->context->run;
    const struct order_change *change = item->decision.change;
    const struct mapping *mapping = item->mapping ? item->mapping : change ? change->mapping : NULL;
    if (book_echoes(page, item, error))
        return error->code;
    if (!mapping || mapping->key == 0 || mapping->deleted || !judge_has_base(&run->settings->judge))
        return ERROR_NONE;
    if ((change && book_written(page, item, mapping, change, error)) ||
        book_unresolved(page, item, mapping, error) || book_decided(page, item, mapping, error))
        return error->code;
    if (!item->mapping)
        return ERROR_NONE;
    return book_outward(page, item, error) ? error->code : book_owed(page, item, error);
}
