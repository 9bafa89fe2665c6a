/* What a decision collects from the lines of an entry: fields, notes, open matters. */
#include "sync/pull/change_pull.h"
#include "sync/pull/pull_generation.h"
#include <string.h>

instant generation_instant(const struct generation *generation, const struct candidate *candidate)
{
    return candidate->changed_at != INSTANT_NONE ? candidate->changed_at
                                                 : generation->pull->reported->changed_at;
}

void generation_note(struct generation *generation, enum pull_note_kind kind,
                     const struct manual_line *line)
{
    struct pull_decision *decision = generation->decision;
    decision->notes[decision->note_count++] = (struct pull_note){kind, line};
}

void generation_matter(struct generation *generation, size_t field, enum matter_reason reason,
                       bool open)
{
    struct pull_decision *decision = generation->decision;
    decision->matters[decision->matter_count++] = (struct pull_matter){field, reason, open};
}

/* Did theirs become another value because of what a run sent, or without a later date? */
static void count_echoes(const struct generation *generation, const struct candidate *candidate,
                         struct order_field *field)
{
    const struct mapping *mapping = generation->pull->mapping;
    const struct base_version *before =
        mapping && mapping->base_versions ? &mapping->base_versions[field->field] : NULL;
    const instant at = generation_instant(generation, candidate);
    if (!before || !base_version_is_agreed(before) || before->theirs == candidate->shown)
        return;
    const bool unseen = base_version_is_unseen(before);
    field->edited = !candidate->own && !unseen && at != INSTANT_NONE && at > before->at;
    field->echoes = field->edited ? 0 : unseen ? 2 : 1;
}

void generation_put(struct generation *generation, const struct candidate *candidate,
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
    workspace->fields[*slot] = (struct order_field){
        .field = field,
        .line = candidate->line,
        .state = candidate->state,
        .value = candidate->value,
        .at = candidate->changed_at,
        .tracking = tracking,
        .shown = candidate->shown,
        .undated = generation_instant(generation, candidate) == INSTANT_NONE,
        .unagreed = generation->use_base &&
                    !base_version_is_agreed(&generation->decision->base_versions[field])};
    count_echoes(generation, candidate, &workspace->fields[*slot]);
    generation->decision->base_versions[field].seen = generation->pull->track_seen;
}

void generation_drop(struct generation *generation, size_t field)
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
