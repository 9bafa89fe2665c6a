/* push_stored: sent, answered, perhaps stored in another form; seen only when a report shows it. */
#include "sync/push/push_booking.h"

#include "model/value_form.h"
#include "sync/push/push_reference.h"
#include "sync/run/their_clock.h"

/* The change's field for a stored one, if it was sent because it changed; NULL: the record's other
 * fields are for a report to show. */
static struct order_field *sent_field(const struct order_change *change, size_t field)
{
    struct order_field *sent = order_change_field(change, field);
    return sent && sent->due && !sent->awaited ? sent : NULL;
}

/* Was the field sent without the record that it refers to? */
static bool is_awaited(const struct order_change *change, size_t internal_field)
{
    for (size_t i = 0; i < change->field_count; i++) {
        if (change->fields[i].line && change->fields[i].line->internal_field == internal_field)
            return change->fields[i].due && change->fields[i].awaited;
    }
    return false;
}

/* The record as they stored it, if the answer shows it. */
static enum error_code take_stored(struct push_booking *booking, const struct order_answer *answer,
                                   struct mapping *mapping, struct error *error)
{
    struct arena *arena = booking->page->report->arena;
    for (size_t i = 0; i < answer->stored_count; i++) {
        const struct value *stored = &answer->stored[i].value;
        struct order_field *sent = sent_field(booking->change, answer->stored[i].field);
        enum field_verdict verdict = FIELD_FITS;
        struct value fitted;
        if (!sent)
            continue;
        const size_t field = sent->line->internal_field;
        const struct field_schema *schema = booking->change->entry->internal->fields[field].schema;
        if (value_fit(arena, schema, stored, &fitted, &verdict, error))
            return error->code;
        const uint64_t theirs = value_fingerprint(verdict == FIELD_WRONG_TYPE ? stored : &fitted);
        bool kept = theirs == value_fingerprint(&sent->value);
        if (!kept && value_is_form(arena, &sent->value, stored, &kept, error))
            return error->code;
        mapping->base_versions[field].theirs = theirs;
        sent->unkept = !kept;
        booking->not_kept |= !kept;
    }
    return ERROR_NONE;
}

/* The answer's own instant, else that at which it was given: what they show later with a date after
 * that is an edit of theirs. */
static instant answered_at(const struct run_context *context, const struct order_answer *answer)
{
    if (answer->at != INSTANT_NONE)
        return their_clock_ours(context, answer->at);
    return answer->given_at != 0 ? answer->given_at
                                 : context->run->books->clock(context->run->books);
}

static enum error_code answered(struct arena *arena, instant at, struct base_version *base,
                                struct error *error)
{
    struct unseen *unseen = NULL;
    if (!base->unseen)
        return ERROR_NONE;
    unseen = arena_copy(arena, base->unseen, 1, sizeof *unseen);
    if (!unseen)
        return error_memory(error, "the base versions of a mapping");
    unseen->answered_at = at;
    base->unseen = unseen;
    return ERROR_NONE;
}

enum error_code push_stored_agree(struct push_booking *booking, const struct order_answer *answer,
                                  struct mapping *mapping, struct error *error)
{
    const struct run_context *context = booking->page->context;
    const struct order_change *change = booking->change;
    const instant at = answered_at(context, answer);
    if (!mapping->base_versions || !change->base_versions)
        return ERROR_NONE;
    for (size_t i = 0; i < change->entry->internal->field_count; i++) {
        if (!base_version_is_agreed(&change->base_versions[i]))
            continue;
        /* a value that they did not get agrees on nothing; the agreed value is ours, and unseen */
        if (is_awaited(change, i) && !base_version_is_agreed(&mapping->base_versions[i]))
            continue;
        mapping->base_versions[i] = change->base_versions[i];
        if (answered(booking->page->report->arena, at, &mapping->base_versions[i], error))
            return error->code;
    }
    return judge_has_base(&context->run->settings->judge)
               ? take_stored(booking, answer, mapping, error)
               : ERROR_NONE;
}

static enum error_code book_unkept(const struct push_booking *booking,
                                   const struct mapping *mapping, size_t field, struct error *error)
{
    struct books *books = booking->page->context->run->books;
    const struct order_change *change = booking->change;
    const struct note note = {
        .internal_object = change->mapped_object,
        .internal_id = change->mapped_id,
        .integration_object = mapping->integration_object,
        .integration_id = mapping->integration_id,
        .about = "not_kept",
        .field = change->entry->internal->fields[field].name,
        .message = TEXT("was sent, but they keep another value; ours stays, and is not sent "
                        "again until it is edited here or retried ('tandem retry')")};
    if (books->keep_matter(books, mapping, field, MATTER_NOT_KEPT, error))
        return error->code;
    return run_context_note(booking->page->context, &note, error);
}

static enum error_code heal(struct books *books, const struct mapping *mapping, size_t field,
                            struct error *error)
{
    static const enum matter_reason healed[] = {MATTER_WITHHELD, MATTER_HELD, MATTER_NOT_KEPT,
                                                MATTER_LATE};
    for (size_t i = 0; i < sizeof healed / sizeof *healed; i++) {
        if (mapping_matter(mapping, field, healed[i]) &&
            books->end_matter(books, mapping, field, healed[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code push_stored_book(const struct push_booking *booking,
                                 const struct order_answer *answer, const struct mapping *mapping,
                                 struct error *error)
{
    const struct push_page *page = booking->page;
    const struct order_change *change = booking->change;
    if (!mapping->entry || mapping->entry->internal != change->entry->internal)
        return ERROR_NONE;
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *field = &change->fields[i];
        if (field->due &&
            (heal(page->context->run->books, mapping, field->line->internal_field, error) ||
             push_reference_book(page->context, change, field, mapping, page->report->arena,
                                 error)))
            return error->code;
    }
    for (size_t i = 0; i < answer->stored_count; i++) {
        const struct order_field *sent = sent_field(change, answer->stored[i].field);
        if (sent && sent->unkept &&
            book_unkept(booking, mapping, sent->line->internal_field, error))
            return error->code;
    }
    return ERROR_NONE;
}
