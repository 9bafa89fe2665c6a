/* What is known about one object, as JSON. */
#include "host/explain_json.h"

#include "host/reasons.h"
#include "model/value_json.h"

static json_t *mapping_json(const struct status_mapping *mapping)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "object",
                     value_json_text(mapping->internal_object), "id",
                     value_json_text(mapping->internal_id), "integration_object",
                     value_json_text(mapping->integration_object), "integration_id",
                     value_json_text(mapping->integration_id), "last_sync",
                     value_json_instant(mapping->last_sync), "deleted", (int)mapping->deleted);
}

static json_t *outcome_json(const struct explain_outcome *outcome)
{
    return json_pack("{s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:s?}", "run", (json_int_t)outcome->run,
                     "at", value_json_instant(outcome->at), "direction",
                     outcome->side == SIDE_INTEGRATION ? "pull" : "push", "object",
                     value_json_text(outcome->object), "id", value_json_text(outcome->id),
                     "outcome", value_json_text(outcome->outcome), "reason",
                     value_json_text(outcome->reason), "explanation", reasons_of_outcome(outcome));
}

static json_t *change_json(const struct explain_change *change)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "id", (json_int_t)change->sequence,
                     "field", value_json_text(change->field), "at", value_json_instant(change->at),
                     "origin_integration", value_json_text(change->origin_integration),
                     "origin_object", value_json_text(change->origin_object), "origin_id",
                     value_json_text(change->origin_id), "settled", (json_int_t)change->settled,
                     "ties", (json_int_t)change->ties);
}

static json_t *side_json(struct text value, instant certain, instant possible)
{
    return json_pack("{s:o, s:o, s:o}", "value", value_json_text(value), "certainly_changed",
                     value_json_instant(certain), "possibly_changed", value_json_instant(possible));
}

static json_t *decision_json(const struct explain_decision *decision)
{
    const char *const winner = text_equal(decision->verdict, TEXT("left"))    ? "internal"
                               : text_equal(decision->verdict, TEXT("right")) ? "integration"
                                                                              : NULL;
    return json_pack(
        "{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:I, s:b, s:o, s:o, s:s?, s:s}", "run",
        (json_int_t)decision->run, "at", value_json_instant(decision->at), "field",
        value_json_text(decision->field), "integration_object",
        value_json_text(decision->integration_object), "integration_id",
        value_json_text(decision->integration_id), "internal",
        side_json(decision->left, decision->left_certain, decision->left_possible), "integration",
        side_json(decision->right, decision->right_certain, decision->right_possible), "has_base",
        (int)decision->has_base, "clock_behind_seconds", (json_int_t)(decision->behind_ms / 1000),
        "clock_unknown", (int)decision->clock_unknown, "verdict",
        value_json_text(decision->verdict), "decided_by", value_json_text(decision->decided_by),
        "winner", winner, "reason", reasons_of_decision(decision));
}

static json_t *note_json(const struct status_note *note)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o}", "run", (json_int_t)note->run, "at",
                     value_json_instant(note->at), "about", value_json_text(note->about), "field",
                     value_json_text(note->field), "message", value_json_text(note->message));
}

static json_t *matter_json(const struct open_matter *matter)
{
    const char *const reason = matter_reason_name(matter->reason);
    const struct reasons_matter *const words = reasons_of_matter(text_of(reason));
    return json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s}", "reason", reason, "object",
        value_json_text(matter->object), "id", value_json_text(matter->id), "integration_object",
        value_json_text(matter->integration_object), "integration_id",
        value_json_text(matter->integration_id), "field", value_json_text(matter->field), "since",
        value_json_instant(matter->first), "last", value_json_instant(matter->last), "message",
        value_json_text(matter->message), "meaning", words->meaning, "what_to_do", words->advice);
}

static json_t *failing_json(const struct quarantine_entry *entry)
{
    const struct reasons_matter *const words = reasons_of_failing(entry);
    return json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:n, s:o, s:o, s:n, s:s, s:s}", "reason", words->name, "object",
        value_json_text(entry->object), "id", value_json_text(entry->id), "integration_object",
        value_json_text(entry->record), "integration_id",
        text_is_empty(entry->record_id) ? json_null() : value_json_text(entry->record_id), "field",
        "since", value_json_instant(entry->first_at), "last", value_json_instant(entry->last_at),
        "message", "meaning", words->meaning, "what_to_do", words->advice);
}

json_t *explain_json(const struct explain_facts *facts)
{
    json_t *const mappings = json_array(), *const outcomes = json_array(),
                  *const changes = json_array(), *const decisions = json_array(),
                  *const notes = json_array(), *const open = json_array();
    for (size_t i = 0; i < facts->mapping_count; i++)
        json_array_append_new(mappings, mapping_json(&facts->mappings[i]));
    for (size_t i = 0; i < facts->outcome_count; i++)
        json_array_append_new(outcomes, outcome_json(&facts->outcomes[i]));
    for (size_t i = 0; i < facts->change_count; i++)
        json_array_append_new(changes, change_json(&facts->changes[i]));
    for (size_t i = 0; i < facts->decision_count; i++)
        json_array_append_new(decisions, decision_json(&facts->decisions[i]));
    for (size_t i = 0; i < facts->note_count; i++)
        json_array_append_new(notes, note_json(&facts->notes[i]));
    for (size_t i = 0; i < facts->matter_count; i++)
        json_array_append_new(open, matter_json(&facts->matters[i]));
    for (size_t i = 0; i < facts->failing_count; i++)
        json_array_append_new(open, failing_json(&facts->failing[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "integration",
                     value_json_text(facts->integration), "object", value_json_text(facts->object),
                     "id", value_json_text(facts->id), "mappings", mappings, "outcomes", outcomes,
                     "waiting", changes, "decisions", decisions, "notes", notes, "open", open);
}
