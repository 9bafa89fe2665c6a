/* pull_candidate: what a record says of one field of ours, and whether it can be used. */
#include "model/tracked_change.h"
#include "sync/pull/pull_generation.h"

static bool is_required_here(const struct generation *generation, const struct field_schema *schema)
{
    return schema->required || (generation->pull->entry->internal->is_contact && schema->unique);
}

/* Nothing was ever agreed, and ours is not empty: then no default is written over it (13.1). */
static bool is_ours_alone(const struct generation *generation, size_t field)
{
    const struct local_object *local_object = generation->pull->local_object;
    return generation->use_base && local_object &&
           !base_version_is_agreed(&generation->decision->base_versions[field]) &&
           !value_is_empty(&local_object->values[field]);
}

/* A field that is not there, can't be read or is empty although it is needed: the default if there
 * is one (*usable), else it is left out. */
static void take_default(const struct manual_line *line, struct candidate *candidate, bool *usable)
{
    *usable = line->has_default;
    if (line->has_default)
        candidate->value = line->default_value;
}

static void read_empty(struct generation *generation, const struct manual_line *line,
                       struct candidate *candidate, bool *usable)
{
    const bool creating = !generation->pull->local_object;
    if (is_ours_alone(generation, line->internal_field)) {
        *usable = true;
        if (candidate->state == FIELD_REQUIRED && !line->has_default)
            generation_note(generation, PULL_NOTE_REQUIRED_EMPTY, line);
    } else if (candidate->state == FIELD_REQUIRED) {
        take_default(line, candidate, usable);
        if (!*usable)
            generation_note(generation, PULL_NOTE_REQUIRED_EMPTY, line);
    } else {
        /* a create leaves out what is empty: nothing is agreed by it (13.1) */
        *usable = creating ? !generation->use_base : line->on_clear != CLEAR_IGNORE;
    }
}

static enum error_code fit(const struct generation *generation, struct candidate *candidate,
                           struct error *error)
{
    enum field_verdict verdict = FIELD_FITS;
    if (value_fit(generation->arena, candidate->schema, &candidate->value, &candidate->stored,
                  &verdict, error))
        return error->code;
    /* A text that is too long is one that can be compared, but not written. */
    candidate->fits = verdict != FIELD_WRONG_TYPE;
    candidate->too_long = verdict == FIELD_TOO_LONG;
    candidate->fingerprint =
        value_fingerprint(candidate->fits ? &candidate->stored : &candidate->value);
    candidate->shown = candidate->reported && value_is_empty(candidate->reported)
                           ? value_fingerprint(candidate->reported)
                           : candidate->fingerprint;
    return ERROR_NONE;
}

/* Nobody won, and the new report that may settle it has to come yet (decision 41). */
static bool is_tied(const struct generation *generation, size_t field)
{
    const struct tracked_change *tracked = generation->workspace->tracked[field];
    const struct mapping *mapping = generation->pull->mapping;
    return tracked && mapping && tracked_change_has_mark(tracked, mapping->key, MARK_TIE);
}

/* What can't be read is not written over (13.1). It says nothing of what both agreed on before, and
 * shows nothing of what was sent (13.2): the next value that can be read is judged by them. */
static void withhold(struct generation *generation, size_t field)
{
    struct base_version *base = &generation->decision->base_versions[field];
    if (!generation->use_base)
        return;
    if (!base_version_is_agreed(base))
        *base = (struct base_version){.at = INSTANT_NONE};
    generation->decision->holds_position |= is_tied(generation, field);
    generation_matter(generation, field, MATTER_WITHHELD, true);
}

enum error_code pull_candidate_read(struct generation *generation, const struct manual_line *line,
                                    struct candidate *candidate, bool *usable, struct error *error)
{
    const struct pull_case *pull = generation->pull;
    const struct report_field *field = &pull->reported->fields[line->integration_field];
    *usable = false;
    *candidate =
        (struct candidate){.line = line, .changed_at = field->changed_at, .own = field->own};
    candidate->schema = pull->entry->internal->fields[line->internal_field].schema;
    const bool required = is_required_here(generation, candidate->schema);
    candidate->state = required ? FIELD_REQUIRED : field->state;
    candidate->value = field->value;
    if (field->state != FIELD_ABSENT)
        candidate->reported = &field->value;

    if (field->unreadable)
        generation_note(generation, PULL_NOTE_UNREADABLE, line);
    if (field->unreadable && field->state == FIELD_ABSENT)
        withhold(generation, line->internal_field);
    if (field->state != FIELD_ABSENT && value_is_empty(&field->value))
        read_empty(generation, line, candidate, usable);
    else if (field->state != FIELD_ABSENT)
        *usable = true;
    else if (!pull->local_object && required)
        take_default(line, candidate, usable);
    return *usable ? fit(generation, candidate, error) : ERROR_NONE;
}
