/* One record, decided field by field in the order of the manual. */
#include "sync/pull/change_pull.h"

#include "sync/pull/pull_generation.h"

/* "unreadable" and "required_empty" of the line, and the latter once more for a record to be
 * created. One line begins or ends at most these matters. */
enum { NOTES_PER_LINE = 4, MATTERS_PER_LINE = 8 };

enum error_code change_pull_workspace(struct arena *arena, const struct manual *manual,
                                      struct pull_workspace **workspace, struct error *error)
{
    struct pull_workspace *made = ARENA_NEW(arena, struct pull_workspace);
    size_t fields = 0, lines = 0;
    *workspace = NULL;
    for (size_t i = 0; i < manual->entry_count; i++) {
        const struct manual_entry *entry = manual->entries[i];
        if (entry->internal->field_count > fields)
            fields = entry->internal->field_count;
        if (entry->line_count > lines)
            lines = entry->line_count;
    }
    if (!made)
        return error_memory(error, "a page");
    made->slot = ARENA_ARRAY(arena, fields, size_t);
    made->tracked =
        (const struct tracked_change **)arena_array(arena, fields, sizeof *made->tracked);
    made->fields = ARENA_ARRAY(arena, lines, struct order_field);
    made->decided = ARENA_ARRAY(arena, lines, struct value);
    made->empty = (struct pull_decision){
        .base_versions = ARENA_ARRAY(arena, fields, struct base_version),
        .notes = ARENA_ARRAY(arena, lines * NOTES_PER_LINE, struct pull_note),
        .decisions = ARENA_ARRAY(arena, lines, struct decision),
        .blocks = ARENA_ARRAY(arena, lines, size_t),
        .owed = ARENA_ARRAY(arena, lines, size_t),
        .edits = ARENA_ARRAY(arena, lines, struct pull_edit),
        .matters = ARENA_ARRAY(arena, lines * MATTERS_PER_LINE, struct pull_matter)};
    const struct pull_decision *empty = &made->empty;
    if (!made->slot || !made->tracked || !made->fields || !made->decided || !empty->base_versions ||
        !empty->notes || !empty->decisions || !empty->blocks || !empty->owed || !empty->edits ||
        !empty->matters)
        return error_memory(error, "a page");
    *workspace = made;
    return ERROR_NONE;
}

/* The instant of a change: the reported object's, else the sync instant. */
static instant instant_of(const struct pull_case *pull)
{
    return pull->reported->changed_at == INSTANT_NONE ? pull->run->now : pull->reported->changed_at;
}

static enum error_code generation_start(struct generation *generation, struct error *error)
{
    const struct pull_case *pull = generation->pull;
    struct pull_workspace *workspace = generation->workspace;
    struct pull_decision *decision = generation->decision;
    const size_t fields = pull->entry->internal->field_count;
    *decision = workspace->empty;
    decision->reported = ARENA_ARRAY(generation->arena, fields, uint64_t);
    decision->verdicts = ARENA_ARRAY(generation->arena, pull->tracked.count, enum tracked_verdict);
    if (!decision->reported || !decision->verdicts)
        return error_memory(error, "a change");
    for (size_t i = 0; i < fields; i++) {
        workspace->slot[i] = SIZE_MAX;
        workspace->tracked[i] = NULL;
        decision->base_versions[i] = pull->mapping && pull->mapping->base_versions
                                         ? pull->mapping->base_versions[i]
                                         : (struct base_version){0};
    }
    for (size_t i = 0; i < pull->tracked.count; i++) {
        if (pull->tracked.items[i].field != SIZE_MAX)
            workspace->tracked[pull->tracked.items[i].field] = &pull->tracked.items[i];
    }
    generation->use_base = judge_has_base(&pull->run->settings->judge);
    return ERROR_NONE;
}

/* Both sides have what they agreed on, and nothing is open or waits: all that could be decided is
 * so already. Most fields of most records are like this, so it is asked first; the rules of
 * pull_field lead to the same. */
static bool is_as_agreed(const struct generation *generation, const struct manual_line *line)
{
    const struct pull_case *pull = generation->pull;
    const size_t index = line->internal_field;
    const struct report_field *theirs = &pull->reported->fields[line->integration_field];
    const struct base_version *base = &generation->decision->base_versions[index];
    const struct value *ours = &pull->local_object->values[index];

    if (theirs->state == FIELD_ABSENT || theirs->unreadable || value_is_empty(&theirs->value) ||
        base->unseen || base->seen != pull->track_seen || base->ours != base->theirs ||
        generation_has_matters(generation) || generation->workspace->tracked[index] ||
        generation->workspace->slot[index] != SIZE_MAX || !value_equal(&theirs->value, ours))
        return false;
    generation->decision->reported[index] = value_fingerprint(ours);
    return base->ours == generation->decision->reported[index];
}

static enum error_code generate_line(struct generation *generation, const struct manual_line *line,
                                     struct error *error)
{
    struct candidate candidate;
    bool usable = false;

    if (generation->pull->local_object && is_as_agreed(generation, line))
        return ERROR_NONE;
    if (pull_candidate_read(generation, line, &candidate, &usable, error))
        return error->code;
    if (!usable)
        return ERROR_NONE;
    if (generation->pull->local_object)
        return pull_field_decide(generation, &candidate, error);
    generation_put(generation, &candidate, false);
    return ERROR_NONE;
}

/* Ids and timelines of ours are never written by anybody else. */
static bool is_brought_in(const struct manual_entry *entry, const struct manual_line *line)
{
    const enum field_role role = entry->internal->fields[line->internal_field].schema->role;
    return line->direction != DIRECTION_TO_INTEGRATION && role != FIELD_INTERNAL_ID &&
           role != FIELD_TIMELINE_URL;
}

const char *change_pull_note_name(enum pull_note_kind kind)
{
    static const char *const names[] = {[PULL_NOTE_UNREADABLE] = "unreadable",
                                        [PULL_NOTE_REQUIRED_EMPTY] = "required_empty",
                                        [PULL_NOTE_NOT_KEPT] = "not_kept"};
    return names[kind];
}

static bool is_noted(const struct pull_decision *decision, const struct manual_line *line)
{
    for (size_t i = 0; i < decision->note_count; i++) {
        if (decision->notes[i].line->internal_field == line->internal_field &&
            decision->notes[i].kind == PULL_NOTE_REQUIRED_EMPTY)
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
            generation_note(generation, PULL_NOTE_REQUIRED_EMPTY, line);
    }
    return lacks;
}

static bool base_version_differs(const struct pull_case *pull, const struct pull_decision *decision)
{
    static const struct base_version none;
    const struct base_version *known = pull->mapping ? pull->mapping->base_versions : NULL;
    for (size_t i = 0; i < pull->entry->internal->field_count; i++) {
        const struct base_version *before = known ? &known[i] : &none;
        const struct base_version *after = &decision->base_versions[i];
        if (before->ours != after->ours || before->theirs != after->theirs ||
            before->seen != after->seen || before->unseen != after->unseen)
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

/* A copy in the arena, NULL for an empty list; false if there is no memory. */
#define KEEP_LIST(arena, list, count)                                                              \
    ((list) = (count) > 0 ? arena_copy(arena, list, count, sizeof *(list)) : NULL,                 \
     (count) == 0 || (list))

static bool keep_lists(const struct generation *generation)
{
    struct pull_decision *decision = generation->decision;
    struct arena *arena = generation->arena;
    return KEEP_LIST(arena, decision->notes, decision->note_count) &&
           KEEP_LIST(arena, decision->owed, decision->owed_count) &&
           KEEP_LIST(arena, decision->blocks, decision->block_count) &&
           KEEP_LIST(arena, decision->edits, decision->edit_count) &&
           KEEP_LIST(arena, decision->matters, decision->matter_count);
}

static enum error_code keep(const struct generation *generation, struct error *error)
{
    struct pull_decision *decision = generation->decision;
    const bool keeps_base_version = decision->base_versions_changed || generation->field_count > 0;
    decision->base_versions = keeps_base_version
                                  ? arena_copy(generation->arena, decision->base_versions,
                                               generation->pull->entry->internal->field_count,
                                               sizeof *decision->base_versions)
                                  : NULL;
    if ((keeps_base_version && !decision->base_versions) || !keep_lists(generation))
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
    change->changed_at = instant_of(pull);
    change->mapping = pull->mapping;
    change->base_versions = decision->base_versions;
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
    decision->base_versions_changed = base_version_differs(pull, decision);
    decision->held_back = !pull->local_object && lacks_required(&generation);
    if (keep(&generation, error))
        return error->code;
    if (decision->held_back || generation.field_count == 0)
        return ERROR_NONE;
    return make_change(&generation, error);
}
