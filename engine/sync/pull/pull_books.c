/* What a page of a pull leaves behind besides its mappings: marks, notes, outcomes. */
#include "sync/pull/pull.h"

#include "sync/run/acknowledge.h"
#include "sync/run/window.h"

static const char *const refusal_names[] = {
    [REFUSAL_WRONG_TYPE] = "wrong_type",
    [REFUSAL_TOO_LONG] = "too_long",
    [REFUSAL_UNRESOLVED_REFERENCE] = "unresolved_reference",
    [REFUSAL_UNKNOWN_OWNER] = "unknown_owner",
    [REFUSAL_DNC_NOT_A_NUMBER] = "dnc_not_a_number",
};
static const char *const refusal_messages[] = {
    [REFUSAL_WRONG_TYPE] = "has a value there of another type than the field here; left as it is",
    [REFUSAL_TOO_LONG] =
        "has a text there that is longer than the field here allows; left as it is",
    [REFUSAL_UNRESOLVED_REFERENCE] = "refers to an object that is not known here; left as it is",
    [REFUSAL_UNKNOWN_OWNER] = "names an owner who is not known here; left as it is",
    [REFUSAL_DNC_NOT_A_NUMBER] = "is not a do-not-contact reason; left as it is",
};

static enum error_code note_change(struct pull_page *page, const struct order_change *change,
                                   const char *about, struct text field, struct text message,
                                   struct error *error)
{
    const struct note note = {.internal_object = change->object,
                              .internal_id = text_is_absent(change->result_id) ? change->object_id
                                                                               : change->result_id,
                              .integration_object = change->mapped_object,
                              .integration_id = change->mapped_id,
                              .about = about,
                              .field = field,
                              .message = message};
    return run_context_note(page->context, &note, error);
}

static enum error_code note_refusals(struct pull_page *page, const struct order_change *change,
                                     struct error *error)
{
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        if (field->refusal != REFUSAL_NONE && field->refusal != REFUSAL_READ_ONLY &&
            note_change(page, change, refusal_names[field->refusal],
                        change->entry->internal->fields[field->field].name,
                        text_of(refusal_messages[field->refusal]), error))
            return error->code;
    }
    return ERROR_NONE;
}

static const char *message_of(enum pull_note_kind kind, const struct field_schema *schema)
{
    if (kind == PULL_NOTE_UNREADABLE)
        return "has a value there that cannot be read as its type; left out";
    if (kind == PULL_NOTE_NOT_KEPT)
        return "was sent, but they keep another value; ours stays, and is not sent again until "
               "it is edited here or retried ('tandem retry')";
    return schema->required ? "is empty there although it is required here; left out"
                            : "is empty there, but contacts are recognized by it: a sync never "
                              "empties it; to empty it, do so here";
}

/* Values that could not be taken from the record. */
static enum error_code note_left_out(struct pull_page *page, const struct pull_item *item,
                                     struct error *error)
{
    for (size_t i = 0; i < item->decision.note_count; i++) {
        const struct pull_note *note = &item->decision.notes[i];
        const struct manual_field *field =
            &item->entry->internal->fields[note->line->internal_field];
        if (pull_page_note(page, item, change_pull_note_name(note->kind), field->name,
                           message_of(note->kind, field->schema), error))
            return error->code;
    }
    return ERROR_NONE;
}

/* References that lead nowhere, once for each line that would have brought them in. */
static enum error_code note_unresolved(struct pull_page *page, const struct pull_item *item,
                                       struct error *error)
{
    const struct manual_entry *entry = item->entry;
    for (size_t i = 0; i < page->unresolved_count; i++) {
        const struct relation_unresolved *unresolved = &page->unresolved[i];
        if (unresolved->object != item->reported)
            continue;
        for (size_t j = 0; j < entry->line_count; j++) {
            const struct manual_line *line = &entry->lines[j];
            if (line->integration_field == unresolved->field &&
                line->direction != DIRECTION_TO_INTEGRATION &&
                pull_page_note(page, item, "unresolved_reference",
                               entry->internal->fields[line->internal_field].name,
                               refusal_messages[REFUSAL_UNRESOLVED_REFERENCE], error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* Theirs won: settled if it is written, else our value is not to be pushed over it (decision 42).
 */
static enum error_code book_winner(struct pull_page *page, const struct pull_item *item,
                                   const struct tracked_change *tracked,
                                   struct live_mappings_of_object *live, struct error *error)
{
    const struct order_field *field = order_change_field(item->decision.change, tracked->field);
    if (field && field->written)
        return acknowledge_change(page->context, page->report->arena, tracked, item->mapping, live,
                                  error);
    if (field && field->refusal != REFUSAL_NONE &&
        judge_has_base(&page->context->run->settings->judge))
        return ERROR_NONE; /* withheld */
    return pull_matters_tie(page, item, tracked->sequence, tracked->field, error);
}

static enum error_code book_verdicts(struct pull_page *page, const struct pull_item *item,
                                     struct error *error)
{
    struct books *books = page->context->run->books;
    struct live_mappings_of_object live = {.known = false};
    for (size_t i = 0; i < item->tracked.count; i++) {
        const struct tracked_change *tracked = &item->tracked.items[i];
        switch (item->decision.verdicts[i]) {
        case TRACKED_UNTOUCHED:
        case TRACKED_EQUAL: /* settled when it was judged */
            break;
        case TRACKED_LEFT:
            if (tracked_change_has_mark(tracked, item->mapping->key, MARK_TIE) &&
                books->unmark_tracked_change(books, tracked->sequence, item->mapping->key, error))
                return error->code;
            break;
        case TRACKED_RIGHT:
            if (book_winner(page, item, tracked, &live, error))
                return error->code;
            break;
        case TRACKED_TIE:
            if (pull_matters_tie(page, item, tracked->sequence, tracked->field, error))
                return error->code;
            break;
        }
    }
    for (size_t i = 0; i < item->decision.decision_count; i++) {
        if (run_context_decision(page->context, &item->decision.decisions[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

/* A block of ours that they do not have is sent as an edit is. */
static enum error_code pass_blocks_on(struct pull_page *page, const struct pull_item *item,
                                      struct error *error)
{
    struct books *books = page->context->run->books;
    for (size_t i = 0; i < item->decision.block_count; i++) {
        struct tracked_change change = {.field = item->decision.blocks[i],
                                        .at = page->context->run->now};
        if (books->track_change(books, item->entry->internal, item->internal_id, &change, error))
            return error->code;
    }
    return ERROR_NONE;
}

static void set_position_floor(struct pull_page *page, const struct pull_item *item)
{
    window_set_floor(page->context, item->entry->integration, item->reported->changed_at);
}

/* What became of the change: outcome, batch result, notes. */
static enum error_code book_result(struct pull_page *page, struct pull_item *item,
                                   struct error *error)
{
    struct order_change *change = item->decision.change;
    switch (change->result) {
    case RESULT_CREATED:
        pull_page_meet(page, item->record, OUTCOME_CREATED, NULL);
        if (batch_add(&page->batch, BATCH_CREATED, change->mapping, error))
            return error->code;
        break;
    case RESULT_UPDATED:
        pull_page_meet(page, item->record, OUTCOME_UPDATED, NULL);
        if (!item->matched_now && !item->restored_now &&
            batch_add(&page->batch, BATCH_UPDATED, change->mapping, error))
            return error->code;
        break;
    case RESULT_PENDING:
    case RESULT_UNCHANGED:
        pull_page_meet(page, item->record, OUTCOME_UNCHANGED, NULL);
        break;
    case RESULT_SKIPPED_REQUIRED:
        pull_page_meet(page, item->record, OUTCOME_SKIPPED, "required");
        break;
    case RESULT_SKIPPED_EMPTY:
        pull_page_meet(page, item->record, OUTCOME_SKIPPED, "empty");
        break;
    case RESULT_SKIPPED_DOUBTFUL:
        return pull_page_doubtful(page, item, error);
    case RESULT_FAILED:
        pull_page_meet(page, item->record, OUTCOME_FAILED, "store");
        set_position_floor(page, item);
        if (note_change(page, change, "failed", TEXT_ABSENT, change->failure, error))
            return error->code;
        break;
    }
    return note_refusals(page, change, error);
}

static enum error_code book_item(struct pull_page *page, struct pull_item *item,
                                 struct error *error)
{
    struct books *books = page->context->run->books;
    if (item->decision.change && !text_is_absent(item->decision.change->result_id))
        item->internal_id = item->decision.change->result_id;
    if (note_left_out(page, item, error) || note_unresolved(page, item, error))
        return error->code;
    if (item->decision.change) {
        if (book_result(page, item, error))
            return error->code;
    } else if (item->decision.held_back) {
        pull_page_meet(page, item->record, OUTCOME_SKIPPED, "required");
    } else if (!item->mapping) {
        pull_page_meet(page, item->record, OUTCOME_SKIPPED, "empty");
    } else {
        pull_page_meet(page, item->record, OUTCOME_UNCHANGED, NULL);
    }
    if (item->decision.conflicts.unresolved > 0)
        pull_page_meet(page, item->record, OUTCOME_CONFLICT, "unresolved");
    if (item->decision.not_kept)
        pull_page_meet(page, item->record, OUTCOME_CONFLICT, "not_kept");
    if (item->decision.looped)
        pull_page_meet(page, item->record, OUTCOME_CONFLICT, "loop");
    if (item->decision.holds_position)
        set_position_floor(page, item);
    if (!item->mapping)
        return pull_matters_book(page, item, error);
    page->context->summary->pull.contradicting += item->contradicts;
    if ((item->matched_now &&
         batch_add_linked(&page->batch, item->mapping, item->contradicts, error)) ||
        (item->restored_now && batch_add(&page->batch, BATCH_UPDATED, item->mapping, error)))
        return error->code;
    /* pull_mapping has stored the mappings of what was executed; the others are stored here. */
    const bool written =
        item->decision.change && (item->decision.change->result == RESULT_UPDATED ||
                                  item->decision.change->result == RESULT_UNCHANGED);
    if ((item->decision.base_versions_changed || item->has_new_version) && !written) {
        if (item->decision.base_versions_changed)
            item->mapping->base_versions = item->decision.base_versions;
        if (books->update_mapping(books, item->mapping, error))
            return error->code;
    }
    if (pass_blocks_on(page, item, error) || book_verdicts(page, item, error))
        return error->code;
    return pull_matters_book(page, item, error);
}

/* What records of this object are here. */
static struct text kind_of(const struct pull_page *page, struct text integration_object)
{
    const struct manual *manual = page->context->run->manual;
    for (size_t i = 0; i < manual->entry_count; i++) {
        if (text_equal(manual->entries[i]->integration->name, integration_object))
            return manual->entries[i]->internal->name;
    }
    return TEXT("");
}

/* What of the report could not be read; the rest of it counts. */
static enum error_code book_faults(struct pull_page *page, struct error *error)
{
    for (size_t i = 0; i < page->report->fault_count; i++) {
        const struct report_fault *fault = &page->report->faults[i];
        const bool missing = !text_is_absent(fault->field);
        const struct note note = {.internal_object = kind_of(page, fault->object),
                                  .integration_object = fault->object,
                                  .integration_id = fault->id,
                                  .about = missing ? "no_such_field" : "report",
                                  .field = fault->field,
                                  .message = fault->message};
        const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                        .object = fault->object,
                                        .id = fault->id,
                                        .kind = OUTCOME_FAILED,
                                        .reason = "report"};
        if (run_context_note(page->context, &note, error) ||
            (fault->left_out && run_context_outcome(page->context, &outcome, error)))
            return error->code;
        if (missing)
            page->context->summary->status = RUN_DONE_WITH_ISSUES;
    }
    return ERROR_NONE;
}

enum error_code pull_page_book_items(struct pull_page *page, struct error *error)
{
    for (size_t i = 0; i < page->item_count; i++) {
        if (book_item(page, &page->items[i], error) || pull_late_book(page, &page->items[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code pull_page_book(struct pull_page *page, struct error *error)
{
    if (book_faults(page, error) || pull_page_book_items(page, error))
        return error->code;
    if (pull_duplicates_acknowledge(page, error))
        return error->code;
    for (size_t i = 0; i < page->report->object_count; i++) {
        if (page->met[i] && run_context_outcome(page->context, &page->outcomes[i], error))
            return error->code;
    }
    page->context->summary->pull.reported += page->report->object_count;
    return ERROR_NONE;
}
