/* identity: the stored values, overlaid with the page's own writes. */
#include "sync/pull/identity.h"

/* What the page is going to write to a field of an object; NULL: nothing. Of several records of
 * the object the later value counts, of one record the later line. */
static const struct order_field *written_field(const struct pull_page *page,
                                               const struct manual_object *internal,
                                               struct text internal_id, size_t field)
{
    const struct order_field *latest = NULL;
    instant latest_at = INSTANT_NONE;
    for (size_t i = 0; i < page->item_count; i++) {
        const struct pull_item *item = &page->items[i];
        const struct order_change *change = item->decision.change;
        if (!change || item->entry->internal != internal || !item->mapping ||
            !text_equal(item->internal_id, internal_id))
            continue;
        for (size_t j = 0; j < change->field_count; j++) {
            const struct order_field *candidate = &change->fields[j];
            const instant at = candidate->at != INSTANT_NONE ? candidate->at : change->changed_at;
            if (candidate->field == field && (!latest || at >= latest_at)) {
                latest = candidate;
                latest_at = at;
            }
        }
    }
    return latest;
}

/* The value as our field stores it; *fits false: it cannot be stored. */
static enum error_code store_value(struct arena *arena, const struct field_schema *schema,
                                   const struct value *value, struct value *stored, bool *fits,
                                   struct error *error)
{
    enum field_verdict verdict = FIELD_FITS;
    if (value_fit(arena, schema, value, stored, &verdict, error))
        return error->code;
    *fits = verdict == FIELD_FITS;
    return ERROR_NONE;
}

/* The key that the object's field has after the page; *known false: the page does not write it. */
static enum error_code key_after(const struct pull_page *page, const struct manual_object *internal,
                                 struct text internal_id, size_t field, struct text *key,
                                 bool *known, struct error *error)
{
    struct arena *arena = page->report->arena;
    const struct field_schema *schema = internal->fields[field].schema;
    const struct order_field *written = written_field(page, internal, internal_id, field);
    struct value stored = value_null(schema->type);
    *known = false;
    if (!written)
        return ERROR_NONE;
    if (store_value(arena, schema, &written->value, &stored, known, error))
        return error->code;
    return *known ? value_identifier_key(arena, &stored, schema->type, key, error) : ERROR_NONE;
}

/* Does the object still match? */
static enum error_code still_matches(const struct pull_page *page,
                                     const struct object_search *search, struct text internal_id,
                                     bool *matches, struct error *error)
{
    const struct identity *identity = &search->identity;
    *matches = true;
    for (size_t i = 0; i < identity->count && *matches; i++) {
        struct text key = TEXT_ABSENT;
        bool known = false;
        if (key_after(page, search->object, internal_id, identity->fields[i], &key, &known, error))
            return error->code;
        *matches = !known || text_equal(key, identity->keys[i]);
    }
    return ERROR_NONE;
}

/* Does the object of this record match after the page, and did it not before? */
static enum error_code comes_to_match(const struct pull_page *page,
                                      const struct object_search *search,
                                      const struct pull_item *item, bool *matches,
                                      struct error *error)
{
    const struct identity *identity = &search->identity;
    const struct local_object *local_object =
        item->decision.change ? item->decision.change->local_object : NULL;
    bool moved = false;
    *matches = false;
    if (!local_object || item->entry->internal != search->object || !item->mapping)
        return ERROR_NONE;
    for (size_t i = 0; i < identity->count; i++) {
        const size_t field = identity->fields[i];
        const struct field_schema *schema = search->object->fields[field].schema;
        struct text key = TEXT_ABSENT;
        bool known = false;
        if (key_after(page, search->object, item->internal_id, field, &key, &known, error) ||
            (!known && value_identifier_key(page->report->arena, &local_object->values[field],
                                            schema->type, &key, error)))
            return error->code;
        if (!text_equal(key, identity->keys[i]))
            return ERROR_NONE;
        moved = moved || known;
    }
    *matches = moved;
    return ERROR_NONE;
}

enum error_code identity_after_page(const struct pull_page *page,
                                    const struct object_search *search, struct texts *ids,
                                    size_t room, struct error *error)
{
    size_t kept = 0;
    bool matches = false;
    for (size_t i = 0; i < ids->count; i++) {
        if (still_matches(page, search, ids->items[i], &matches, error))
            return error->code;
        if (matches)
            ids->items[kept++] = ids->items[i];
    }
    for (size_t i = 0; i < page->item_count && kept < room; i++) {
        const struct pull_item *item = &page->items[i];
        if (comes_to_match(page, search, item, &matches, error))
            return error->code;
        if (matches && !text_is_among(item->internal_id, ids->items, kept))
            ids->items[kept++] = item->internal_id;
    }
    ids->count = kept;
    return ERROR_NONE;
}

/* ---- contradictions ---- */

/* Is this one of the fields that tell objects of this kind apart? */
static bool distinguishes(const struct pull_page *page, const struct manual_object *internal,
                          struct text field)
{
    const struct text of_contacts[] = {TEXT("firstname"), TEXT("lastname"), TEXT("birthday")};
    const struct run_settings *settings = page->context->run->settings;
    for (size_t i = 0; i < settings->distinguish_count; i++) {
        const struct distinguishing *kind = &settings->distinguish[i];
        if (text_equal(kind->object, internal->name))
            return text_is_among(field, kind->fields, kind->count);
    }
    return internal->is_contact &&
           text_is_among(field, of_contacts, sizeof of_contacts / sizeof *of_contacts);
}

/* Two values that our field stores: are both non-empty and different? */
static enum error_code differ(struct arena *arena, const struct field_schema *schema,
                              const struct value *left, const struct value *right, bool *differs,
                              struct error *error)
{
    struct text left_key = TEXT_ABSENT, right_key = TEXT_ABSENT;
    if (value_identifier_key(arena, left, schema->type, &left_key, error) ||
        value_identifier_key(arena, right, schema->type, &right_key, error))
        return error->code;
    *differs =
        !text_is_empty(left_key) && !text_is_empty(right_key) && !text_equal(left_key, right_key);
    return ERROR_NONE;
}

/* The lines of an entry that bring a distinguishing field here. */
static bool is_telling(const struct pull_page *page, const struct manual_entry *entry,
                       const struct manual_line *line)
{
    return line->direction != DIRECTION_TO_INTEGRATION &&
           distinguishes(page, entry->internal, entry->internal->fields[line->internal_field].name);
}

enum error_code identity_contradicts(const struct pull_page *page, const struct manual_entry *entry,
                                     const struct report_object *reported, struct text internal_id,
                                     const struct value *values, bool *contradicts,
                                     struct error *error)
{
    struct arena *arena = page->report->arena;
    *contradicts = false;
    for (size_t i = 0; i < entry->line_count && !*contradicts; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct report_field *field = &reported->fields[line->integration_field];
        const struct field_schema *schema = entry->internal->fields[line->internal_field].schema;
        const struct order_field *written = NULL;
        struct value theirs = value_null(schema->type), ours = values[line->internal_field];
        struct value stored = value_null(schema->type);
        bool fits = false;
        if (field->state == FIELD_ABSENT || !is_telling(page, entry, line))
            continue;
        if (store_value(arena, schema, &field->value, &theirs, &fits, error))
            return error->code;
        if (!fits) /* a value that our field cannot hold is still a different value */
            theirs = field->value;
        written = written_field(page, entry->internal, internal_id, line->internal_field);
        if (written && store_value(arena, schema, &written->value, &stored, &fits, error))
            return error->code;
        if (written && fits)
            ours = stored;
        if (differ(arena, schema, &ours, &theirs, contradicts, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Is an identifier of the record the object's, too? */
static enum error_code shares_identifier(const struct pull_page *page,
                                         const struct manual_entry *entry,
                                         const struct report_object *reported,
                                         const struct value *values, bool *shares,
                                         struct error *error)
{
    struct arena *arena = page->report->arena;
    *shares = false;
    for (size_t i = 0; i < entry->line_count && !*shares; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct report_field *field = &reported->fields[line->integration_field];
        const struct field_schema *schema = entry->internal->fields[line->internal_field].schema;
        struct text theirs = TEXT_ABSENT, ours = TEXT_ABSENT;
        if (!schema->unique || field->state == FIELD_ABSENT)
            continue;
        if (value_identifier_key(arena, &field->value, schema->type, &theirs, error) ||
            value_identifier_key(arena, &values[line->internal_field], schema->type, &ours, error))
            return error->code;
        *shares = !text_is_empty(theirs) && text_equal(theirs, ours);
    }
    return ERROR_NONE;
}

enum error_code identity_is_another(const struct pull_page *page, const struct manual_entry *entry,
                                    const struct report_object *reported, struct text internal_id,
                                    const struct value *values, bool *another, struct error *error)
{
    bool shares = false;
    if (identity_contradicts(page, entry, reported, internal_id, values, another, error) ||
        (*another && shares_identifier(page, entry, reported, values, &shares, error)))
        return error->code;
    *another = *another && !shares;
    return ERROR_NONE;
}

void identity_mark_telling(const struct pull_page *page, struct order_change *change)
{
    for (size_t i = 0; i < change->field_count; i++)
        change->fields[i].telling = is_telling(page, change->entry, change->fields[i].line);
}
