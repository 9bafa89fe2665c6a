/* What waited, judged as if it were reported only now. */
#include "sync/pull/pull_due.h"

#include "sync/pull/pull.h"
#include "sync/pull/pull_mapping.h"
#include "sync/run/transaction.h"

/* A link with references that can be resolved now, as a report of them. */
struct late_record {
    struct mapping *mapping; /* NULL: it is gone */
    struct local_object local_object;
    struct tracked_changes tracked;
    struct report_object *reported; /* NULL: nothing of it can be resolved */
};

struct late_page {
    struct run_context *context;
    struct report *report;
    struct late_record *records;
    size_t count;
};

static enum error_code open_record(struct late_page *page, int64_t key, struct error *error)
{
    const struct run *run = page->context->run;
    struct arena *arena = page->report->arena;
    struct late_record *record = &page->records[page->count++];
    if (run->books->mapping_of_key(run->books, key, arena, &record->mapping, error))
        return error->code;
    const struct mapping *mapping = record->mapping;
    if (!mapping || !mapping->entry)
        return ERROR_NONE;
    if (run->internal->load(run->internal, mapping->entry->internal, mapping->internal_id, arena,
                            &record->local_object, error))
        return error->code;
    return run->books->tracked_changes(run->books, mapping->entry->internal, mapping->internal_id,
                                       arena, &record->tracked, error);
}

/* Did somebody give the field another value here meanwhile? */
static bool was_edited(const struct late_record *record, const struct late_reference *late,
                       const struct manual_line *line)
{
    for (size_t i = 0; i < record->tracked.count; i++) {
        const struct tracked_change *tracked = &record->tracked.items[i];
        if (tracked->field == line->internal_field && !tracked->owed && tracked->at > late->since)
            return true;
    }
    /* edits of what is never sent are not tracked */
    const struct value *ours = &record->local_object.values[line->internal_field];
    return line->direction == DIRECTION_TO_INTERNAL && late->ours != 0 &&
           value_fingerprint(ours) != late->ours;
}

static enum error_code report_reference(struct late_page *page, struct late_record *record,
                                        const struct late_reference *late, size_t field,
                                        const struct value *value, struct error *error)
{
    if (!record->reported &&
        report_add_object(page->report, page->context->run->manual,
                          record->mapping->integration_object, record->mapping->integration_id,
                          late->record_at, &record->reported, error))
        return error->code;
    record->reported->fields[field] = (struct report_field){
        .state = FIELD_CHANGED, .related = true, .changed_at = late->field_at, .value = *value};
    return ERROR_NONE;
}

/* Is it resolved, or has it come to its end? What leads nowhere after all waits on. */
static enum error_code resolve(struct late_page *page, struct late_record *record,
                               const struct late_reference *late, struct error *error)
{
    struct books *books = page->context->run->books;
    const struct manual_entry *entry = record->mapping ? record->mapping->entry : NULL;
    const size_t field = entry ? manual_object_field(entry->integration, late->field) : SIZE_MAX;
    const struct manual_line *line = field == SIZE_MAX ? NULL : manual_line_in(entry, field);
    struct value value = value_null(VALUE_TYPE_REFERENCE);
    bool found = false;
    if (!line || !record->local_object.exists)
        return books->end_late(books, late->mapping, late->field, false, error);
    if (was_edited(record, late, line))
        return books->end_late(books, late->mapping, late->field, false, error) ||
                       books->end_matter(books, record->mapping, line->internal_field,
                                         MATTER_WITHHELD, error)
                   ? error->code
                   : ERROR_NONE;
    if (relation_target(page->context, late->to_object, late->to_id, page->report->arena, &value,
                        &found, error) ||
        books->end_late(books, late->mapping, late->field, !found, error))
        return error->code;
    return found ? report_reference(page, record, late, field, &value, error) : ERROR_NONE;
}

static enum error_code read_page(struct late_page *page, const struct late_reference *due,
                                 size_t count, struct error *error)
{
    page->records = ARENA_ARRAY(page->report->arena, count, struct late_record);
    if (!page->records)
        return error_memory(error, "references");
    for (size_t i = 0; i < count; i++) {
        if ((i == 0 || due[i].mapping != due[i - 1].mapping) &&
            open_record(page, due[i].mapping, error))
            return error->code;
        if (resolve(page, &page->records[page->count - 1], &due[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

/* The link was not synced by it: its date stays, and the reference has its own. */
static void keep_date(struct order_change *change, const struct mapping *mapping)
{
    for (size_t i = 0; i < change->field_count; i++) {
        if (change->fields[i].at == INSTANT_NONE)
            change->fields[i].at = change->changed_at;
    }
    change->changed_at = mapping->last_sync;
}

static enum error_code judge(struct pull_page *page, const struct late_record *record,
                             struct error *error)
{
    struct pull_item *item = &page->items[page->item_count];
    *item = (struct pull_item){.entry = record->mapping->entry,
                               .record = page->item_count,
                               .reported = record->reported,
                               .internal_id = record->mapping->internal_id,
                               .mapping = record->mapping,
                               .tracked = record->tracked};
    page->item_count++;
    if (pull_page_judge_item(page, item, &record->local_object, error))
        return error->code;
    item->decision.holds_position = false; /* the record need not be read again for it */
    if (!item->decision.change)
        return ERROR_NONE;
    keep_date(item->decision.change, record->mapping);
    return order_add(page->order, item->decision.change, error);
}

static enum error_code book(struct pull_page *page, struct error *error)
{
    if (pull_page_book_items(page, error))
        return error->code;
    for (size_t i = 0; i < page->report->object_count; i++) {
        const struct outcome *outcome = &page->outcomes[i];
        if (page->met[i] && outcome->kind != OUTCOME_UNCHANGED &&
            outcome->kind != OUTCOME_SKIPPED && run_context_outcome(page->context, outcome, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* In the order of the records in the report; those that were left out are not there. */
static enum error_code write_page(struct late_page *late, struct batch *batch, struct error *error)
{
    struct exchange *internal = &late->context->run->internal->exchange;
    struct pull_page page;
    if (pull_page_init(&page, late->context, late->report, error))
        return error->code;
    page.batch = *batch;
    for (size_t i = 0; i < late->count; i++) {
        if (late->records[i].reported && judge(&page, &late->records[i], error))
            return error->code;
    }
    if ((page.order->change_count > 0 && internal->execute_order(internal, page.order, error)) ||
        pull_mapping_keep(late->context->run->books, page.order, error) || book(&page, error))
        return error->code;
    *batch = page.batch;
    return ERROR_NONE;
}

enum error_code pull_due_set(struct run_context *context, struct batch *batch, struct error *error)
{
    const struct run *run = context->run;
    struct late_page page = {.context = context};
    struct late_reference *due = NULL;
    size_t count = 0;
    if (run->books->late_due(run->books, batch->arena, &due, &count, error))
        return error->code;
    if (count == 0)
        return ERROR_NONE;
    struct request *request = ARENA_NEW(batch->arena, struct request);
    if (!request)
        return error_memory(error, "references");
    *request = (struct request){
        .side = SIDE_INTEGRATION, .integration = run->integration, .cursor = TEXT_ABSENT};
    if (report_new(batch->arena, request, &page.report, error) ||
        read_page(&page, due, count, error))
        return error->code;
    return page.report->object_count > 0 ? write_page(&page, batch, error) : ERROR_NONE;
}

/* ---- before the first page ---- */

enum error_code pull_due_begin(struct run_context *context, struct error *error)
{
    struct books *books = context->run->books;
    struct batch batch = {.arena = NULL};
    struct late_reference *due = NULL;
    size_t count = 0;
    if (run_context_page(context, 0, &batch.arena, error) ||
        books->late_due(books, batch.arena, &due, &count, error))
        return error->code;
    if (count == 0)
        return ERROR_NONE;
    if (transaction_begin(context, error) ||
        transaction_end(context, pull_due_set(context, &batch, error), error))
        return error->code;
    const struct batch_result result = batch_result_of(&batch, SIDE_INTERNAL, 0, 0);
    run_context_publish(context, &result);
    return ERROR_NONE;
}
