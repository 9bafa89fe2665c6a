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
    size_t total = 0, count = 0;
    if (!all)
        return error_memory(error, "the outcomes");
    for (size_t i = 0; i <= facts->mapping_count; i++) {
        const struct status_mapping *const mapping = i ? &facts->mappings[i - 1] : NULL;
        const struct explain_subject side = mapping ? side_of(mapping, !subject->theirs) : *subject;
        const enum error_code code =
            explain_outcomes(store, &side, MOST_OUTCOMES, arena, &found, &count, error);
        if (code)
            return code;
        for (size_t j = 0; j < count; j++)
            insert_outcome(all, total++, &found[j]);
    }
    facts->outcomes = all;
    facts->outcome_count = total;
    return ERROR_NONE;
}

static enum error_code read_changes(struct store *store, const struct explain_subject *subject,
                                    struct arena *arena, struct explain_facts *facts,
                                    struct error *error)
{
    struct explain_change *changes = NULL;
    const struct status_mapping *const first = facts->mapping_count ? facts->mappings : NULL;
    if (subject->theirs && !first)
        return ERROR_NONE;
    const struct explain_subject ours = subject->theirs ? side_of(first, false) : *subject;
    const enum error_code code =
        explain_changes(store, &ours, arena, &changes, &facts->change_count, error);
    facts->changes = changes;
    return code;
}

/* A matter has both names of its pair, or only the one that there is. */
static enum error_code read_matters(struct store *store, struct arena *arena,
                                    struct explain_facts *facts, struct error *error)
{
    const struct matter_query query = {
        .integration = facts->integration, .object = facts->object, .id = facts->id};
    struct open_matter *matters = NULL;
    size_t count = 0;
    if (matters_list(store, &query, arena, &matters, &count, error))
        return error->code;
    facts->matters = matters;
    for (size_t i = 0; i < count; i++) {
        if (text_is_absent(facts->field) || text_is_absent(matters[i].field) ||
            text_equal(facts->field, matters[i].field))
            matters[facts->matter_count++] = matters[i];
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
    struct quarantine_entry *entries = NULL;
    size_t count = 0;
    if (quarantine_list(store, facts->integration, false, arena, &entries, &count, error))
        return error->code;
    facts->failing = entries;
    for (size_t i = 0; i < count; i++) {
        if (is_about(&entries[i], facts))
            entries[facts->failing_count++] = entries[i];
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
    struct status_mapping *mappings = NULL;
    struct explain_decision *decisions = NULL;
    struct status_note *notes = NULL;
    enum error_code code =
        explain_mappings(store, &subject, arena, &mappings, &facts->mapping_count, error);
    facts->mappings = mappings;
    if (!code)
        code = read_outcomes(store, &subject, arena, facts, error);
    if (!code)
        code = read_changes(store, &subject, arena, facts, error);
    if (code)
        return code;
    code = explain_decisions(store, &subject, MOST_DECISIONS, arena, &decisions,
                             &facts->decision_count, error);
    facts->decisions = decisions;
    if (!code)
        code = explain_notes(store, &subject, MOST_NOTES, arena, &notes, &facts->note_count, error);
    facts->notes = notes;
    if (!code)
        code = read_matters(store, arena, facts, error);
    return code ? code : read_failing(store, arena, facts, error);
}
