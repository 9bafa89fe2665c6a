/* Collects what the books know about one object, on both sides of its links. */
#include "host/explain_facts.h"

enum { MOST_OUTCOMES = 10, MOST_DECISIONS = 100, MOST_NOTES = 25 };

/* The newest run first; of one run the pull before the push. */
static void insert_outcome(struct explain_outcome *all, size_t count,
                           const struct explain_outcome *added)
{
    for (; count > 0; count--) {
        const struct explain_outcome *const before = &all[count - 1];
        if (before->run > added->run || (before->run == added->run && before->side >= added->side))
            break;
        all[count] = *before;
    }
    all[count] = *added;
}

/* One side of a pair. */
static struct explain_subject side_of(const struct status_mapping *mapping, bool theirs)
{
    return (struct explain_subject){.integration = mapping->integration,
                                    .theirs = theirs,
                                    .object = theirs ? mapping->integration_object
                                                     : mapping->internal_object,
                                    .id = theirs ? mapping->integration_id : mapping->internal_id};
}

/* Outcomes of both directions: of the object, and of what it is linked to. */
static enum error_code read_outcomes(struct store *store, const struct explain_subject *subject,
                                     struct arena *arena, struct explain_facts *facts,
                                     struct error *error)
{
    struct explain_outcome *all =
        ARENA_ARRAY(arena, (facts->mapping_count + 1) * MOST_OUTCOMES, struct explain_outcome);
    struct explain_outcome *found = NULL;
    size_t count = 0;
    if (!all)
        return error_memory(error, "the outcomes");
    for (size_t i = 0; i <= facts->mapping_count; i++) {
        const struct status_mapping *const mapping = i ? &facts->mappings[i - 1] : NULL;
        const struct explain_subject side = mapping ? side_of(mapping, !subject->theirs) : *subject;
        if (explain_outcomes(store, &side, MOST_OUTCOMES, arena, &found, &count, error))
            return error->code;
        for (size_t j = 0; j < count; j++)
            insert_outcome(all, facts->outcome_count++, &found[j]);
    }
    facts->outcomes = all;
    return ERROR_NONE;
}

static enum error_code read_changes(struct store *store, const struct explain_subject *subject,
                                    struct arena *arena, struct explain_facts *facts,
                                    struct error *error)
{
    const struct status_mapping *const first = facts->mapping_count ? facts->mappings : NULL;
    if (subject->theirs && !first)
        return ERROR_NONE;
    const struct explain_subject ours = subject->theirs ? side_of(first, false) : *subject;
    return explain_changes(store, &ours, arena, &facts->changes, &facts->change_count, error);
}

/* A matter has both names of its pair, or only the one that there is. */
static enum error_code read_matters(struct store *store, struct arena *arena,
                                    struct explain_facts *facts, struct error *error)
{
    const struct matter_query query = {
        .integration = facts->integration, .object = facts->object, .id = facts->id};
    size_t count = 0;
    if (matters_list(store, &query, arena, &facts->matters, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        const struct open_matter *const matter = &facts->matters[i];
        if (text_is_absent(facts->field) || text_is_absent(matter->field) ||
            text_equal(facts->field, matter->field))
            facts->matters[facts->matter_count++] = *matter;
    }
    return ERROR_NONE;
}

static bool is_about(const struct quarantine_entry *entry, const struct explain_facts *facts)
{
    return (text_equal(entry->object, facts->object) && text_equal(entry->id, facts->id)) ||
           (text_equal(entry->record, facts->object) && text_equal(entry->record_id, facts->id));
}

static enum error_code read_failing(struct store *store, struct arena *arena,
                                    struct explain_facts *facts, struct error *error)
{
    size_t count = 0;
    if (quarantine_list(store, facts->integration, false, arena, &facts->failing, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (is_about(&facts->failing[i], facts))
            facts->failing[facts->failing_count++] = facts->failing[i];
    }
    return ERROR_NONE;
}

enum error_code explain_facts_read(struct store *store, bool theirs, struct arena *arena,
                                   struct explain_facts *facts, struct error *error)
{
    const struct explain_subject subject = {.integration = facts->integration,
                                            .theirs = theirs,
                                            .object = facts->object,
                                            .id = facts->id,
                                            .field = facts->field};
    if (explain_mappings(store, &subject, arena, &facts->mappings, &facts->mapping_count, error) ||
        read_outcomes(store, &subject, arena, facts, error) ||
        read_changes(store, &subject, arena, facts, error) ||
        explain_decisions(store, &subject, MOST_DECISIONS, arena, &facts->decisions,
                          &facts->decision_count, error) ||
        explain_notes(store, &subject, MOST_NOTES, arena, &facts->notes, &facts->note_count,
                      error) ||
        read_matters(store, arena, facts, error))
        return error->code;
    return read_failing(store, arena, facts, error);
}
