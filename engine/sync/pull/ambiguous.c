/* Requests records that matched several objects, or are not known as a whole, by id. */
#include "sync/run/selection.h"
#include "sync/pull/ambiguous.h"

#include "sync/run/transaction.h"

enum { PAGE_SIZE = 100, DEPTH = 1 };

/* Some records that are requested together. */
struct question {
    struct run_context *context;
    nested_pull_function *pull;
    const struct ambiguous_record *records;
    size_t count;
    bool late; /* linked, and showed too long what was before */
};

/* ---- which ---- */

/* Do several objects of ours still match it? */
static enum error_code is_ambiguous(struct run_context *context,
                                    const struct ambiguous_record *record, struct arena *arena,
                                    bool *ambiguous, struct error *error)
{
    struct internal_side *internal = context->run->internal;
    const struct object_search search = {record->entry->internal, record->identity, 2};
    struct texts ids = {.count = 0};
    if (record->identity.count > 0 && internal->find(internal, &search, arena, &ids, error))
        return error->code;
    *ambiguous = ids.count > 1;
    return ERROR_NONE;
}

/* Is it linked, and have reports shown all of it that leads here? What a create has sent, whose
 * record people have named since, may never have been shown. */
static enum error_code is_known(struct run_context *context, const struct ambiguous_record *record,
                                struct arena *arena, bool *known, struct error *error)
{
    struct books *books = context->run->books;
    const struct manual_entry *entry = record->entry;
    struct mapping *mapping = NULL;
    if (books->mapping_of_record(books, entry, record->integration_id, arena, &mapping, error))
        return error->code;
    *known = mapping && mapping->base_versions;
    for (size_t i = 0; *known && !mapping->deleted && i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        *known = line->direction == DIRECTION_TO_INTEGRATION ||
                 (!record->named && mapping->base_versions[line->internal_field].theirs != 0);
    }
    return ERROR_NONE;
}

static enum error_code forget(struct run_context *context, const struct ambiguous_record *record,
                              struct error *error)
{
    struct books *books = context->run->books;
    if (transaction_begin(context, error))
        return error->code;
    const enum error_code code = books->forget_ambiguous(books, record->entry->integration->name,
                                                         record->integration_id, error);
    return transaction_end(context, code, error);
}

/* Keep those that are to be requested, in their order. */
static enum error_code select_settled(struct run_context *context, struct ambiguous_record *records,
                                      size_t *count, struct arena *arena, struct error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        bool ambiguous = true, known = false;
        if (records[i].entry && (is_ambiguous(context, &records[i], arena, &ambiguous, error) ||
                                 is_known(context, &records[i], arena, &known, error) ||
                                 (known && forget(context, &records[i], error))))
            return error->code;
        if (!ambiguous && !known)
            records[kept++] = records[i];
    }
    *count = kept;
    return ERROR_NONE;
}

/* ---- what came of it ---- */

static enum error_code tell_outcome(struct run_context *context,
                                    const struct ambiguous_record *record, enum outcome_kind kind,
                                    const char *reason, struct text message, struct error *error)
{
    const struct outcome outcome = {.side = SIDE_INTEGRATION,
                                    .object = record->entry->integration->name,
                                    .id = record->integration_id,
                                    .kind = kind,
                                    .reason = reason};
    const struct note note = {.internal_object = record->entry->internal->name,
                              .internal_id = TEXT_ABSENT,
                              .integration_object = record->entry->integration->name,
                              .integration_id = record->integration_id,
                              .about = reason,
                              .field = TEXT_ABSENT,
                              .message = message};
    if (run_context_outcome(context, &outcome, error))
        return error->code;
    return run_context_note(context, &note, error);
}

/* Has it reported other records than those requested? Then it ignores ids. */
static bool overlooks_ids(const struct question *question, const struct report *report)
{
    for (size_t i = 0; i < report->object_count; i++) {
        bool asked = false;
        for (size_t j = 0; j < question->count && !asked; j++)
            asked = text_equal(report->objects[i]->name,
                               question->records[j].entry->integration->name) &&
                    text_equal(report->objects[i]->id, question->records[j].integration_id);
        if (!asked)
            return true;
    }
    return false;
}

/* It does not show what was sent, and no further request helps: the value was not kept (13.2). */
static enum error_code book_late(const struct question *question,
                                 const struct ambiguous_record *record, struct error *error)
{
    struct run_context *context = question->context;
    struct books *books = context->run->books;
    struct mapping *mapping = NULL;
    if (books->mapping_of_record(books, record->entry, record->integration_id, context->arena,
                                 &mapping, error))
        return error->code;
    for (size_t i = 0; mapping && i < mapping->matter_count; i++) {
        const size_t field = mapping->matters[i].field;
        if (mapping->matters[i].reason == MATTER_LATE &&
            (books->end_matter(books, mapping, field, MATTER_LATE, error) ||
             books->keep_matter(books, mapping, field, MATTER_NOT_KEPT, error)))
            return error->code;
    }
    return ERROR_NONE;
}

static struct text why_missing(const struct ambiguous_record *record, bool overlooked)
{
    if (overlooked)
        return TEXT("was requested by its id, but the integration reported other records: it "
                    "cannot be queried by id");
    if (record->named)
        return TEXT("was named by people, but was not reported when it was requested by its id: "
                    "if the id is wrong, 'tandem link' with the right one");
    return TEXT("was requested by its id and was not reported: it was deleted there");
}

static enum error_code book_missing(const struct question *question,
                                    const struct ambiguous_record *record, bool overlooked,
                                    struct error *error)
{
    struct run_context *context = question->context;
    struct books *books = context->run->books;
    const struct text message = why_missing(record, overlooked);
    if (question->late)
        return book_late(question, record, error);
    if (record->named)
        context->summary->status = RUN_DONE_WITH_ISSUES;
    if (tell_outcome(context, record, OUTCOME_SKIPPED, "not_reported", message, error))
        return error->code;
    return overlooked ? books->fail_ambiguous(books, record->key, message, false, error)
                      : books->forget_ambiguous(books, record->entry->integration->name,
                                                record->integration_id, error);
}

static enum error_code book_answers(const struct question *question, const struct report *report,
                                    struct error *error)
{
    struct books *books = question->context->run->books;
    const bool overlooked = overlooks_ids(question, report);
    for (size_t i = 0; i < question->count; i++) {
        const struct ambiguous_record *record = &question->records[i];
        const struct text name = record->entry->integration->name;
        const bool reported = report_find(report, name, record->integration_id) != NULL;
        if (reported ? books->forget_ambiguous(books, name, record->integration_id, error)
                     : book_missing(question, record, overlooked, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* The script failed for this one record. */
static enum error_code book_failure(const struct question *question, const struct error *failure,
                                    struct error *error)
{
    struct run_context *context = question->context;
    struct books *books = context->run->books;
    const struct text message = text_of(failure->message);
    if (question->late && book_late(question, question->records, error))
        return error->code;
    if (tell_outcome(context, question->records, OUTCOME_FAILED, "script", message, error))
        return error->code;
    return books->fail_ambiguous(books, question->records->key, message, true, error);
}

/* In a separate transaction: the page is committed already, and after a crash in between they are
 * requested once more. */
static enum error_code keep_books(const struct question *question, const struct report *report,
                                  const struct error *failure, struct error *error)
{
    if (transaction_begin(question->context, error))
        return error->code;
    const enum error_code code =
        failure ? book_failure(question, failure, error) : book_answers(question, report, error);
    return transaction_end(question->context, code, error);
}

/* ---- asking ---- */

static enum error_code name_records(const struct question *question, struct selection_ids **ids,
                                    struct error *error)
{
    struct run_context *context = question->context;
    *ids =
        ARENA_ARRAY(context->arena, context->run->manual->integration_count, struct selection_ids);
    if (!*ids)
        return error_memory(error, "the records to ask for");
    for (size_t i = 0; i < question->count; i++) {
        const struct ambiguous_record *record = &question->records[i];
        if (selection_ids_add(context, &(*ids)[record->entry->integration->index],
                              record->integration_id, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* If a script fails for all of them, it gets half of them at a time, until it is known for which it
 * fails. */
static enum error_code ask(const struct question *question, struct error *error)
{
    struct error failure = {.code = ERROR_NONE};
    struct selection_ids *ids = NULL;
    const struct report *report = NULL;
    if (run_context_check(question->context, error) || name_records(question, &ids, error))
        return error->code;
    if (!question->pull(question->context, ids, DEPTH, &report, &failure))
        return report ? keep_books(question, report, NULL, error) : ERROR_NONE;
    if (failure.code != ERROR_SCRIPT && failure.code != ERROR_SCRIPT_LIMIT) {
        *error = failure;
        return error->code;
    }
    if (question->count == 1)
        return keep_books(question, NULL, &failure, error);
    struct question first = *question, second = *question;
    first.count = question->count / 2;
    second.records += first.count;
    second.count -= first.count;
    if (ask(&first, error))
        return error->code;
    return ask(&second, error);
}

/* ---- records of this run that contradict what they match ---- */

struct contradiction {
    struct ambiguous_record record;
    struct text internal_id; /* of the object that it contradicts */
    struct contradiction *next;
};

enum error_code ambiguous_contradicted(struct run_context *context,
                                       const struct ambiguous_record *record,
                                       struct text internal_id, struct error *error)
{
    struct arena *arena = context->arena;
    const size_t count = record->identity.count;
    struct contradiction *contradiction = ARENA_NEW(arena, struct contradiction);
    const size_t *fields = arena_copy(arena, record->identity.fields, count, sizeof *fields);
    struct text *keys = arena_copy(arena, record->identity.keys, count, sizeof *keys);
    if (!contradiction || !fields || !keys)
        return error_memory(error, "a doubtful record");
    for (size_t i = 0; i < count; i++) {
        if (text_copy(arena, keys[i], &keys[i], error))
            return error->code;
    }
    *contradiction = (struct contradiction){
        .record = *record, .internal_id = internal_id, .next = context->contradictions};
    contradiction->record.identity = (struct identity){fields, keys, count};
    if (text_keep(arena, error, &contradiction->record.integration_id, &contradiction->internal_id,
                  NULL))
        return error->code;
    context->contradictions = contradiction;
    return ERROR_NONE;
}

/* Does the object that the record contradicts still have its identifiers? */
static enum error_code still_matches(struct run_context *context,
                                     const struct contradiction *contradiction, bool *matches,
                                     struct error *error)
{
    enum { FEW = 8 };
    struct internal_side *internal = context->run->internal;
    const struct ambiguous_record *record = &contradiction->record;
    const struct object_search search = {record->entry->internal, record->identity, FEW};
    struct texts ids;
    *matches = false;
    if (text_is_absent(contradiction->internal_id))
        return ERROR_NONE;
    if (internal->find(internal, &search, context->arena, &ids, error))
        return error->code;
    for (size_t i = 0; i < ids.count; i++)
        *matches = *matches || text_equal(ids.items[i], contradiction->internal_id);
    return ERROR_NONE;
}

enum error_code ambiguous_retry_contradicted(struct run_context *context,
                                             nested_pull_function *pull, struct error *error)
{
    const struct contradiction *contradiction = context->contradictions;
    context->contradictions = NULL;
    for (; contradiction && !context->selective; contradiction = contradiction->next) {
        const struct question question = {
            .context = context, .pull = pull, .records = &contradiction->record, .count = 1};
        bool matches = false;
        if (still_matches(context, contradiction, &matches, error) ||
            (!matches && ask(&question, error)))
            return error->code;
    }
    return ERROR_NONE;
}

/* The records of the open matters that a wish selects. */
static enum error_code ask_matters(struct run_context *context, nested_pull_function *pull,
                                   const struct retry_wish *wish, struct error *error)
{
    struct books *books = context->run->books;
    struct ambiguous_record *records = NULL;
    size_t count = 0;
    if (books->retried_records(books, wish, context->arena, &records, &count, error))
        return error->code;
    for (size_t at = 0; at < count; at += PAGE_SIZE) {
        const struct question question = {.context = context,
                                          .pull = pull,
                                          .records = records + at,
                                          .count = count - at < PAGE_SIZE ? count - at : PAGE_SIZE,
                                          .late = wish->reason == MATTER_LATE};
        if (ask(&question, error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code ambiguous_retry_matters(struct run_context *context, nested_pull_function *pull,
                                        struct error *error)
{
    static const struct retry_wish late = {.reason = MATTER_LATE};
    const struct run_options *options = context->run->options;
    if (context->selective)
        return ERROR_NONE;
    for (size_t i = 0; i < options->retry_count; i++) {
        if (ask_matters(context, pull, &options->retry[i], error))
            return error->code;
    }
    return ask_matters(context, pull, &late, error);
}

enum error_code ambiguous_retry(struct run_context *context, nested_pull_function *pull,
                                struct error *error)
{
    struct books *books = context->run->books;
    int64_t after = 0;
    if (context->selective)
        return ERROR_NONE;
    for (;;) {
        struct ambiguous_record *records = NULL;
        struct arena *arena = NULL;
        size_t count = 0;
        if (run_context_page(context, 0, &arena, error) ||
            books->ambiguous(books, after, PAGE_SIZE, arena, &records, &count, error))
            return error->code;
        if (count == 0)
            return ERROR_NONE;
        after = records[count - 1].key;
        if (select_settled(context, records, &count, arena, error))
            return error->code;
        const struct question question = {
            .context = context, .pull = pull, .records = records, .count = count};
        if (count > 0 && ask(&question, error))
            return error->code;
    }
}
