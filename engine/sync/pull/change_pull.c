#include "sync/pull/change_pull.h"

#include "sync/pull/conflict.h"
#include "sync/pull/consent.h"
#include "sync/pull/pull_workspace.h"
#include "model/tracked_change.h"

#include <string.h>

/* What is known while the lines of one entry are walked. */
struct generation {
    struct arena *arena;
    const struct pull_case *pull;
    struct pull_decision *decision;
    struct pull_workspace *workspace;
    size_t field_count; /* of workspace->fields */
    bool use_base;
};

/* One field of the record, read for one line. */
struct candidate {
    const struct manual_line *line;
    const struct field_schema *schema;
    struct value value;  /* as reported, or the default */
    struct value stored; /* as our field would hold it */
    bool fits;
    uint64_t fingerprint; /* of `stored`, or of `value` if it does not fit */
    enum field_state state;
    instant changed_at;
};

instant change_pull_instant(const struct pull_case *pull)
{
    return pull->reported->changed_at == INSTANT_NONE ? pull->now : pull->reported->changed_at;
}

/* What came from the record itself, or was settled for it, is no edit against it. */
static bool counts_against(const struct tracked_change *tracked, const struct mapping *mapping)
{
    return !mapping || mapping->key == 0 || !tracked_change_is_settled_for(tracked, mapping->key);
}

static enum error_code generation_start(struct generation *generation, struct error *error)
{
    const struct pull_case *pull = generation->pull;
    struct pull_workspace *workspace = generation->workspace;
    struct pull_decision *decision = generation->decision;
    const size_t fields = pull->entry->internal->field_count;
    *decision = (struct pull_decision){.notes = workspace->notes,
                                       .decisions = workspace->decisions,
                                       .blocks = workspace->blocks,
                                       .evidence = workspace->evidence};
    decision->reported = ARENA_ARRAY(generation->arena, fields, uint64_t);
    decision->verdicts = ARENA_ARRAY(generation->arena, pull->tracked_count, enum tracked_verdict);
    if (!decision->reported || !decision->verdicts)
        return error_memory(error, "a change");
    for (size_t i = 0; i < fields; i++) {
        workspace->slot[i] = SIZE_MAX;
        workspace->tracked[i] = NULL;
        workspace->evidence[i] = pull->mapping && pull->mapping->evidence
                                     ? pull->mapping->evidence[i]
                                     : (struct evidence){0};
    }
    for (size_t i = 0; i < pull->tracked_count; i++) {
        if (pull->tracked[i].field != SIZE_MAX)
            workspace->tracked[pull->tracked[i].field] = &pull->tracked[i];
    }
    generation->use_base = judge_has_base(pull->judge);
    return ERROR_NONE;
}

static void note(struct generation *generation, const char *about, const struct manual_line *line)
{
    struct pull_decision *decision = generation->decision;
    decision->notes[decision->note_count++] = (struct pull_note){about, line};
}

static bool is_required_here(const struct generation *generation, const struct field_schema *schema)
{
    return schema->required || (generation->pull->entry->internal->is_contact && schema->unique);
}

/* A field that is not there, can't be read or is empty although it is needed: the default if there
 * is one (*usable), else it is left out. */
static void take_default(const struct manual_line *line, struct candidate *candidate, bool *usable)
{
    *usable = line->has_default;
    if (line->has_default)
        candidate->value = line->default_value;
}

/* Read one line of the manual. *usable: the value takes part. Spec section 7a in a pull. */
static enum error_code read_candidate(struct generation *generation, const struct manual_line *line,
                                      struct candidate *candidate, bool *usable,
                                      struct error *error)
{
    const struct pull_case *pull = generation->pull;
    const struct report_field *field = &pull->reported->fields[line->integration_field];
    const bool creating = pull->counterpart == NULL;
    enum field_verdict verdict = FIELD_FITS;
    *usable = false;
    *candidate = (struct candidate){.line = line, .changed_at = field->changed_at};
    candidate->schema = pull->entry->internal->fields[line->internal_field].schema;
    const bool required = is_required_here(generation, candidate->schema);
    candidate->state = required ? FIELD_REQUIRED : field->state;
    candidate->value = field->value;

    if (field->unreadable)
        note(generation, "unreadable", line);
    if (field->state == FIELD_ABSENT) {
        if (!creating || !required)
            return ERROR_NONE;
        take_default(line, candidate, usable);
    } else if (value_is_empty(&field->value) && candidate->state == FIELD_REQUIRED) {
        take_default(line, candidate, usable);
        if (!*usable)
            note(generation, "required_empty", line);
    } else if (value_is_empty(&field->value) && line->on_clear == CLEAR_IGNORE && !creating) {
        return ERROR_NONE;
    } else {
        *usable = true;
    }
    if (!*usable)
        return ERROR_NONE;
    if (value_fit(generation->arena, candidate->schema, &candidate->value, &candidate->stored,
                  &verdict, error))
        return error->code;
    /* A text that is too long is one that can be compared, but not written. */
    candidate->fits = verdict != FIELD_WRONG_TYPE;
    candidate->fingerprint =
        value_fingerprint(candidate->fits ? &candidate->stored : &candidate->value);
    return ERROR_NONE;
}

/* Two lines may feed one field: the later one replaces the earlier. `overrules`: an edit of ours
 * that the books will settle. */
static void put_field(struct generation *generation, const struct candidate *candidate,
                      bool overrules)
{
    struct pull_workspace *workspace = generation->workspace;
    const size_t field = candidate->line->internal_field;
    const enum field_tracking tracking = overrules                   ? FIELD_OVERRULED
                                         : workspace->tracked[field] ? FIELD_TRACKING_UNKNOWN
                                                                     : FIELD_UNTRACKED;
    size_t *slot = &workspace->slot[field];
    if (*slot == SIZE_MAX)
        *slot = generation->field_count++;
    workspace->fields[*slot] = (struct order_field){.field = field,
                                                    .line = candidate->line,
                                                    .state = candidate->state,
                                                    .value = candidate->value,
                                                    .at = candidate->changed_at,
                                                    .tracking = tracking};
    workspace->evidence[field].seen = generation->pull->track_seen;
}

static void drop_field(struct generation *generation, size_t field)
{
    struct pull_workspace *workspace = generation->workspace;
    const size_t slot = workspace->slot[field];
    if (slot == SIZE_MAX)
        return;
    memmove(&workspace->fields[slot], &workspace->fields[slot + 1],
            (generation->field_count - slot - 1) * sizeof workspace->fields[0]);
    generation->field_count--;
    workspace->slot[field] = SIZE_MAX;
    for (size_t i = 0; i < generation->pull->entry->internal->field_count; i++) {
        if (workspace->slot[i] != SIZE_MAX && workspace->slot[i] > slot)
            workspace->slot[i]--;
    }
}

static void set_verdict(struct generation *generation, const struct tracked_change *tracked,
                        enum tracked_verdict verdict)
{
    generation->decision->verdicts[tracked - generation->pull->tracked] = verdict;
}

static void agree(struct generation *generation, const struct candidate *candidate)
{
    struct evidence *evidence = &generation->decision->evidence[candidate->line->internal_field];
    evidence->fingerprint = candidate->fingerprint;
    evidence->seen = generation->pull->track_seen;
}

static void record_decision(struct generation *generation, const struct candidate *candidate,
                            const struct testimony *left, const struct testimony *right,
                            uint64_t base, enum verdict verdict, const char *decided_by)
{
    const struct pull_case *pull = generation->pull;
    struct pull_decision *decision = generation->decision;
    if (!pull->collect_decisions)
        return;
    /* The candidate is gone when the decision is written down. */
    struct value *const decided = &generation->workspace->decided[decision->decision_count];
    *decided = *right->value;
    struct testimony kept = *right;
    kept.value = decided;
    decision->decisions[decision->decision_count++] =
        (struct decision){.side = SIDE_INTEGRATION,
                          .entry = pull->entry,
                          .line = candidate->line,
                          .internal_id = pull->internal_id,
                          .integration_id = pull->reported->id,
                          .left = *left,
                          .right = kept,
                          .base = base,
                          .verdict = verdict,
                          .decided_by = decided_by};
}

/* Theirs differs from ours and stays there: what both once agreed on says nothing of them any more,
 * or an edit back to it would count as known to them. */
static void forget_base(struct generation *generation, const struct candidate *candidate)
{
    struct evidence *evidence = &generation->decision->evidence[candidate->line->internal_field];
    if (evidence->fingerprint != candidate->fingerprint)
        evidence->fingerprint = 0;
}

/* What somebody settled for our side stays settled; everything else is a conflict to decide. */
static enum error_code decide(const struct pull_case *pull, const struct candidate *candidate,
                              const struct tracked_change *tracked, const struct testimony *left,
                              const struct testimony *right, uint64_t base, enum verdict *verdict,
                              const char **decided_by, struct error *error)
{
    const struct conflict conflict = {.entry = pull->entry,
                                      .line = candidate->line,
                                      .judge = pull->judge,
                                      .on_tie = pull->on_tie,
                                      .left = left,
                                      .right = right,
                                      .base = base,
                                      .exchange = pull->exchange};
    if (pull->mapping &&
        tracked_change_is_ours_over(tracked, pull->mapping->key, candidate->fingerprint)) {
        *verdict = VERDICT_LEFT;
        *decided_by = "resolved";
        return ERROR_NONE;
    }
    return conflict_decide(&conflict, verdict, decided_by, error);
}

static enum error_code judge_tracked(struct generation *generation,
                                     const struct candidate *candidate,
                                     const struct tracked_change *tracked, struct error *error)
{
    const struct pull_case *pull = generation->pull;
    struct pull_decision *decision = generation->decision;
    const size_t field = candidate->line->internal_field;
    const struct value *ours = &pull->counterpart->values[field];
    const uint64_t base = generation->use_base ? decision->evidence[field].fingerprint : 0;
    const struct testimony left = {.value = ours,
                                   .fingerprint = base ? value_fingerprint(ours) : 0,
                                   .certain = tracked->at,
                                   .possible = tracked->at};
    const struct testimony right = {.value =
                                        candidate->fits ? &candidate->stored : &candidate->value,
                                    .fingerprint = candidate->fingerprint,
                                    .certain = candidate->changed_at,
                                    .possible = pull->reported->changed_at};
    enum verdict verdict = VERDICT_UNRESOLVED;
    const char *decided_by = NULL;

    if (decide(pull, candidate, tracked, &left, &right, base, &verdict, &decided_by, error))
        return error->code;
    record_decision(generation, candidate, &left, &right, base, verdict, decided_by);
    switch (verdict) {
    case VERDICT_EQUAL:
        set_verdict(generation, tracked, TRACKED_EQUAL);
        break;
    case VERDICT_LEFT:
        decision->conflicts.internal++;
        drop_field(generation, field);
        forget_base(generation, candidate);
        set_verdict(generation, tracked, TRACKED_LEFT);
        break;
    case VERDICT_RIGHT:
        decision->conflicts.integration++;
        put_field(generation, candidate, true);
        if (!candidate->fits)
            forget_base(generation, candidate);
        set_verdict(generation, tracked, TRACKED_RIGHT);
        break;
    case VERDICT_UNRESOLVED:
        decision->conflicts.unresolved++;
        drop_field(generation, field);
        forget_base(generation, candidate);
        set_verdict(generation, tracked, TRACKED_TIE);
        break;
    }
    return ERROR_NONE;
}

/* A do-not-contact value that nobody edited here: is theirs taken? A block that is kept is passed
 * on to them. */
static bool is_consented(struct generation *generation, const struct candidate *candidate)
{
    const struct pull_case *pull = generation->pull;
    struct pull_decision *decision = generation->decision;
    const size_t field = candidate->line->internal_field;
    const struct consent_case consent = {
        .line = candidate->line,
        .ours = &pull->counterpart->values[field],
        .theirs = &candidate->value,
        .base = generation->use_base ? decision->evidence[field].fingerprint : 0,
        .dated =
            candidate->changed_at != INSTANT_NONE || pull->reported->changed_at != INSTANT_NONE};
    const struct testimony left = {
        .value = consent.ours, .certain = INSTANT_NONE, .possible = INSTANT_NONE};
    const struct testimony right = {.value = consent.theirs,
                                    .fingerprint = candidate->fingerprint,
                                    .certain = candidate->changed_at,
                                    .possible = pull->reported->changed_at};
    const char *decided_by = NULL;
    const enum verdict verdict = consent_decide(&consent, &decided_by);

    record_decision(generation, candidate, &left, &right, consent.base, verdict, decided_by);
    if (verdict == VERDICT_RIGHT)
        return true;
    drop_field(generation, field);
    forget_base(generation, candidate);
    if (candidate->line->direction == DIRECTION_BIDIRECTIONAL)
        decision->blocks[decision->block_count++] = field;
    return false;
}

/* Does our object have the value already? Nothing is nothing, whatever its type. */
static bool is_had(const struct candidate *candidate, const struct value *ours)
{
    if (value_is_empty(&candidate->value) && value_is_empty(ours))
        return true;
    return candidate->fits && value_equal(&candidate->stored, ours);
}

/* The edit of ours that the value of this line has to be judged against; NULL: none. */
static const struct tracked_change *edit_against(const struct generation *generation,
                                                 const struct manual_line *line)
{
    const struct tracked_change *tracked = generation->workspace->tracked[line->internal_field];
    return tracked && line->direction == DIRECTION_BIDIRECTIONAL &&
                   counts_against(tracked, generation->pull->mapping)
               ? tracked
               : NULL;
}

static enum error_code generate_line(struct generation *generation, const struct manual_line *line,
                                     struct error *error)
{
    const struct pull_case *pull = generation->pull;
    struct pull_decision *decision = generation->decision;
    struct candidate candidate;
    bool usable = false;

    if (read_candidate(generation, line, &candidate, &usable, error))
        return error->code;
    if (!usable)
        return ERROR_NONE;
    if (!pull->counterpart) {
        put_field(generation, &candidate, false);
        return ERROR_NONE;
    }
    const size_t field = line->internal_field;
    decision->reported[field] = candidate.fingerprint;
    const struct tracked_change *tracked = edit_against(generation, line);
    if (is_had(&candidate, &pull->counterpart->values[field])) {
        agree(generation, &candidate);
        drop_field(generation, field);
        if (tracked)
            set_verdict(generation, tracked, TRACKED_EQUAL);
        return ERROR_NONE;
    }
    decision->evidence[field].seen = false;
    if (tracked)
        return judge_tracked(generation, &candidate, tracked, error);
    /* Decision 45: it did not change there, whatever the object's date says. */
    if (line->direction == DIRECTION_BIDIRECTIONAL && generation->use_base &&
        decision->evidence[field].fingerprint == candidate.fingerprint)
        return ERROR_NONE;
    if (candidate.schema->role != FIELD_DO_NOT_CONTACT || is_consented(generation, &candidate))
        put_field(generation, &candidate, false);
    return ERROR_NONE;
}

/* Ids and timelines of ours are never written by anybody else. */
static bool is_brought_in(const struct manual_entry *entry, const struct manual_line *line)
{
    const enum field_role role = entry->internal->fields[line->internal_field].schema->role;
    return line->direction != DIRECTION_TO_INTEGRATION && role != FIELD_INTERNAL_ID &&
           role != FIELD_TIMELINE_URL;
}

static bool is_noted(const struct pull_decision *decision, const struct manual_line *line)
{
    for (size_t i = 0; i < decision->note_count; i++) {
        if (decision->notes[i].line->internal_field == line->internal_field &&
            strcmp(decision->notes[i].about, "required_empty") == 0)
            return true;
    }
    return false;
}

/* Decision 49: a new record needs every schema-required field that the manual brings in. */
static bool lacks_required(struct generation *generation)
{
    const struct manual_entry *entry = generation->pull->entry;
    bool lacks = false;
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        if (!is_brought_in(entry, line) ||
            !entry->internal->fields[line->internal_field].schema->required ||
            generation->workspace->slot[line->internal_field] != SIZE_MAX)
            continue;
        lacks = true;
        if (!is_noted(generation->decision, line))
            note(generation, "required_empty", line);
    }
    return lacks;
}

static bool evidence_differs(const struct pull_case *pull, const struct pull_decision *decision)
{
    for (size_t i = 0; i < pull->entry->internal->field_count; i++) {
        const struct evidence before = pull->mapping && pull->mapping->evidence
                                           ? pull->mapping->evidence[i]
                                           : (struct evidence){0};
        if (before.fingerprint != decision->evidence[i].fingerprint ||
            before.seen != decision->evidence[i].seen)
            return true;
    }
    return false;
}

/* Copy what the decision keeps out of the workspace, which the next record will use. */
static enum error_code keep_decisions(const struct generation *generation, struct error *error)
{
    struct pull_decision *decision = generation->decision;
    const size_t count = decision->decision_count;
    struct value *decided = NULL;
    if (count == 0) {
        decision->decisions = NULL;
        return ERROR_NONE;
    }
    decision->decisions =
        arena_copy(generation->arena, decision->decisions, count, sizeof *decision->decisions);
    decided = arena_copy(generation->arena, generation->workspace->decided, count, sizeof *decided);
    if (!decision->decisions || !decided)
        return error_memory(error, "decisions");
    for (size_t i = 0; i < count; i++)
        decision->decisions[i].right.value = &decided[i];
    return ERROR_NONE;
}

static enum error_code keep(const struct generation *generation, struct error *error)
{
    struct pull_decision *decision = generation->decision;
    const bool keeps_evidence = decision->evidence_changed || generation->field_count > 0;
    decision->evidence = keeps_evidence ? arena_copy(generation->arena, decision->evidence,
                                                     generation->pull->entry->internal->field_count,
                                                     sizeof *decision->evidence)
                                        : NULL;
    decision->notes = decision->note_count > 0
                          ? arena_copy(generation->arena, decision->notes, decision->note_count,
                                       sizeof *decision->notes)
                          : NULL;
    if ((keeps_evidence && !decision->evidence) || (decision->note_count > 0 && !decision->notes))
        return error_memory(error, "a change");
    return keep_decisions(generation, error);
}

static enum error_code make_change(const struct generation *generation, struct error *error)
{
    const struct pull_case *pull = generation->pull;
    struct pull_decision *decision = generation->decision;
    struct order_change *change = ARENA_NEW(generation->arena, struct order_change);
    if (!change)
        return error_memory(error, "a change");
    change->fields = arena_copy(generation->arena, generation->workspace->fields,
                                generation->field_count, sizeof *change->fields);
    if (!change->fields)
        return error_memory(error, "a change");
    change->field_count = generation->field_count;
    change->entry = pull->entry;
    change->object = pull->entry->internal->name;
    change->object_id = pull->internal_id;
    change->mapped_object = pull->entry->integration->name;
    change->mapped_id = pull->reported->id;
    change->changed_at = change_pull_instant(pull);
    change->mapping = pull->mapping;
    change->evidence = decision->evidence;
    change->reported = pull->reported;
    decision->change = change;
    return ERROR_NONE;
}

enum error_code change_pull_generate(struct arena *arena, struct pull_workspace *workspace,
                                     const struct pull_case *pull, struct pull_decision *decision,
                                     struct error *error)
{
    struct generation generation = {
        .arena = arena, .pull = pull, .decision = decision, .workspace = workspace};
    if (generation_start(&generation, error))
        return error->code;
    for (size_t i = 0; i < pull->entry->line_count; i++) {
        const struct manual_line *line = &pull->entry->lines[i];
        if (is_brought_in(pull->entry, line) && generate_line(&generation, line, error))
            return error->code;
    }
    decision->evidence_changed = evidence_differs(pull, decision);
    decision->held_back = !pull->counterpart && lacks_required(&generation);
    if (keep(&generation, error))
        return error->code;
    if (decision->held_back || generation.field_count == 0)
        return ERROR_NONE;
    return make_change(&generation, error);
}
