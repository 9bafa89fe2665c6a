/* What a killed run left in the journal is finished before anything else. */
#include "sync/push/recovery.h"

#include "sync/push/push_booking.h"
#include "sync/run/acknowledge.h"
#include "sync/run/transaction.h"

/* One change from the journal, in the form that the books can store. */
struct case_file {
    struct run_context *context;
    struct arena *arena;
    const struct journal_change *journalled;
    struct push_page page;
    struct push_item item;
    struct push_target target;
    struct report_object reported;
    struct order_change change;
};

/* The tracked changes that the lost run had read and that are still there. */
static enum error_code load_tracked(struct case_file *file, struct error *error)
{
    const struct journal_change *journalled = file->journalled;
    struct books *books = file->context->run->books;
    struct tracked_changes *const tracked = &file->reported.tracked;
    size_t kept = 0;
    if (books->tracked_changes(books, journalled->entry->internal, journalled->internal_id,
                               file->arena, tracked, error))
        return error->code;
    for (size_t i = 0; i < tracked->count; i++) {
        for (size_t j = 0; j < journalled->sequence_count; j++) {
            if (tracked->items[i].sequence == journalled->sequences[j]) {
                tracked->items[kept++] = tracked->items[i];
                break;
            }
        }
    }
    tracked->count = kept;
    return ERROR_NONE;
}

static enum error_code open_file(struct case_file *file, struct error *error)
{
    const struct journal_change *journalled = file->journalled;
    const struct manual_entry *entry = journalled->entry;
    struct books *books = file->context->run->books;
    const size_t fields = entry->internal->field_count;

    file->page = (struct push_page){.context = file->context, .batch = {.arena = file->arena}};
    if (report_new(file->arena, NULL, (struct report **)&file->page.report, error))
        return error->code;
    file->reported = (struct report_object){.object = entry->internal,
                                            .name = journalled->internal_object,
                                            .id = journalled->internal_id};
    file->change = (struct order_change){.entry = entry,
                                         .object = journalled->integration_object,
                                         .object_id = journalled->integration_id,
                                         .mapped_object = journalled->internal_object,
                                         .mapped_id = journalled->internal_id,
                                         .reported = &file->reported,
                                         .idempotency_key = journalled->idempotency_key,
                                         .changed_at = journalled->sent_at,
                                         .sent_at = journalled->sent_at,
                                         .deletion = journalled->deletion,
                                         .answers = journalled->answers};
    file->change.base_versions = ARENA_ARRAY(file->arena, fields, struct base_version);
    if (!file->change.base_versions)
        return error_memory(error, "a journalled change");
    for (size_t i = 0; i < fields && journalled->base_versions; i++)
        file->change.base_versions[i] = journalled->base_versions[i];
    file->item = (struct push_item){.reported = &file->reported};
    file->target = (struct push_target){.decision = {.entry = entry, .change = &file->change}};
    if (!text_is_absent(journalled->integration_id) &&
        books->mapping_of_record(books, entry, journalled->integration_id, file->arena,
                                 &file->target.mapping, error))
        return error->code;
    file->change.mapping = file->target.mapping;
    return load_tracked(file, error);
}

/* Read by the lost run, but not sent with what was answered: refused before, perhaps edited since.
 */
static bool was_left_out(const struct case_file *file, const struct tracked_change *tracked)
{
    return tracked->field != SIZE_MAX && file->journalled->base_versions &&
           !file->journalled->deletion &&
           !base_version_is_agreed(&file->change.base_versions[tracked->field]);
}

static enum error_code acknowledge_tracked(struct case_file *file, struct error *error)
{
    struct books *books = file->context->run->books;
    struct live_mappings_of_object live = {.known = false};
    for (size_t i = 0; i < file->reported.tracked.count; i++) {
        const struct tracked_change *tracked = &file->reported.tracked.items[i];
        if ((file->target.decision.waits && file->target.decision.waits[i]) ||
            was_left_out(file, tracked))
            continue;
        if (file->target.mapping ? acknowledge_change(file->context, file->arena, tracked,
                                                      file->target.mapping, &live, error)
                                 : books->remove_tracked_change(books, tracked->sequence, error))
            return error->code;
    }
    return ERROR_NONE;
}

static bool is_refused(const struct case_file *file)
{
    for (const struct order_answer *answer = file->change.answers; answer; answer = answer->next) {
        if (answer->kind != ANSWER_ISSUE)
            return false;
    }
    return true;
}

/* The refused fields are those that were to count as agreed once answered. */
static enum error_code fill_refused(struct case_file *file, struct error *error)
{
    const struct manual_entry *entry = file->change.entry;
    if (file->change.deletion || !is_refused(file))
        return ERROR_NONE;
    file->change.fields = ARENA_ARRAY(file->arena, entry->line_count, struct order_field);
    file->target.decision.waits = ARENA_ARRAY(file->arena, file->reported.tracked.count, bool);
    if (!file->change.fields || !file->target.decision.waits)
        return error_memory(error, "a journalled change");
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        if (line->direction == DIRECTION_TO_INTERNAL ||
            !base_version_is_agreed(&file->change.base_versions[line->internal_field]))
            continue;
        file->change.fields[file->change.field_count++] =
            (struct order_field){.field = line->integration_field,
                                 .line = line,
                                 .state = FIELD_CHANGED,
                                 .at = INSTANT_NONE,
                                 .due = true};
    }
    return ERROR_NONE;
}

/* Store the answers as the lost run would have. */
static enum error_code book(struct case_file *file, struct error *error)
{
    struct journal *journal = file->context->run->journal;
    if (fill_refused(file, error) ||
        push_answers_book(&file->page, &file->item, &file->target, error) ||
        (file->target.settled && acknowledge_tracked(file, error)) ||
        journal->forget(journal, file->journalled, error))
        return error->code;
    return push_item_tell(&file->item, file->context, error);
}

/* What the lost create would have sent, as far as the object still has it: a script may have
 * nothing else by which to look for the record. */
static enum error_code fill_fields(struct case_file *file, struct error *error)
{
    struct internal_side *internal = file->context->run->internal;
    const struct manual_entry *entry = file->change.entry;
    struct local_object local_object = {0};
    if (internal->load(internal, entry->internal, file->change.mapped_id, file->arena,
                       &local_object, error))
        return error->code;
    if (!local_object.exists)
        return ERROR_NONE;
    file->change.fields = ARENA_ARRAY(file->arena, entry->line_count, struct order_field);
    if (!file->change.fields)
        return error_memory(error, "a journalled change");
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        if (line->direction == DIRECTION_TO_INTERNAL)
            continue;
        file->change.fields[file->change.field_count++] =
            (struct order_field){.field = line->integration_field,
                                 .line = line,
                                 .state = line->required ? FIELD_REQUIRED : FIELD_CHANGED,
                                 .value = local_object.values[line->internal_field],
                                 .at = INSTANT_NONE};
    }
    return ERROR_NONE;
}

/* Was the record made? Ask the integration; if the script cannot tell, the outcome stays
 * unknown. */
static enum error_code look_for(struct case_file *file, bool *known, struct error *error)
{
    struct exchange *exchange = file->context->run->exchange;
    struct text id = TEXT_ABSENT;
    *known = false;
    if (!exchange->find)
        return ERROR_NONE;
    if (fill_fields(file, error) ||
        exchange->find(exchange, &file->change, file->arena, &id, known, error))
        return error->code;
    if (!*known || text_is_absent(id))
        return ERROR_NONE;
    struct order_answer *answer = ARENA_NEW(file->arena, struct order_answer);
    if (!answer)
        return error_memory(error, "an answer");
    *answer = (struct order_answer){
        .kind = ANSWER_CREATED, .object = file->change.object, .id = id, .at = INSTANT_NONE};
    file->change.answers = answer;
    return ERROR_NONE;
}

static enum error_code close_file(struct case_file *file, bool known, struct error *error)
{
    struct journal *journal = file->context->run->journal;
    const bool create = text_is_absent(file->journalled->integration_id);
    if (file->change.answers)
        return book(file, error);
    /* An update without an answer is simply sent again: its tracked changes are still there. */
    struct push_booking booking = {
        .page = &file->page, .item = &file->item, .target = &file->target, .change = &file->change};
    if (!create && !file->change.deletion && push_booking_unanswered(&booking, error))
        return error->code;
    if (!create || known)
        return journal->forget(journal, file->journalled, error);
    return journal->keep_unknown(journal, file->journalled, error);
}

static enum error_code resolve_one(struct run_context *context, struct arena *arena,
                                   const struct journal_change *journalled, struct error *error)
{
    struct journal *journal = context->run->journal;
    struct case_file file = {.context = context, .arena = arena, .journalled = journalled};
    bool known = false;
    enum error_code code = ERROR_NONE;

    if (journalled->entry) {
        if (open_file(&file, error))
            return error->code;
        if (!journalled->answers && text_is_absent(journalled->integration_id) &&
            look_for(&file, &known, error))
            return error->code;
    }
    if (transaction_begin(context, error))
        return error->code;
    /* A create whose object is not mapped at present stays known until it is again. */
    const bool create = text_is_absent(journalled->integration_id);
    if (journalled->entry)
        code = close_file(&file, known, error);
    else if (!create || journalled->deletion)
        code = journal->forget(journal, journalled, error);
    return transaction_end(context, code, error);
}

enum error_code recovery_resolve(struct run_context *context, struct error *error)
{
    struct journal *journal = context->run->journal;
    struct journal_change *changes = NULL;
    size_t count = 0;
    struct arena *arena = NULL;
    if (!journal)
        return ERROR_NONE;
    if (run_context_page(context, 0, &arena, error) ||
        journal->unfinished(journal, arena, &changes, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (run_context_check(context, error) || resolve_one(context, arena, &changes[i], error))
            return error->code;
    }
    return ERROR_NONE;
}
