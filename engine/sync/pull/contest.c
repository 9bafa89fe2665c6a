/* One field that both sides have: what is known about it, and the result. */
#include "sync/pull/contest.h"

#include "model/tracked_change.h"

/* ---- what is known ---- */

/* A change that came from the record itself, or was decided for it, is not an edit against it. */
static bool counts_against(const struct tracked_change *tracked, const struct mapping *mapping)
{
    return !mapping || mapping->key == 0 || !tracked_change_has_reached(tracked, mapping->key);
}

struct contest contest_of(struct generation *generation, const struct candidate *candidate)
{
    const struct pull_case *pull = generation->pull;
    const size_t field = candidate->line->internal_field;
    const struct tracked_change *tracked = generation->workspace->tracked[field];
    const bool two_way = candidate->line->direction == DIRECTION_BIDIRECTIONAL;
    return (struct contest){
        .generation = generation,
        .candidate = candidate,
        .field = field,
        .ours = &pull->local_object->values[field],
        .base_version = &generation->decision->base_versions[field],
        .tracked = tracked && two_way && counts_against(tracked, pull->mapping) ? tracked : NULL,
        .two_way = two_way,
    };
}

/* Empty values are equal, whatever their type. */
bool contest_is_had(const struct contest *contest)
{
    if (value_is_empty(&contest->candidate->value) && value_is_empty(contest->ours))
        return true;
    return contest->candidate->fits && value_equal(&contest->candidate->stored, contest->ours);
}

bool contest_is_consent(const struct contest *contest)
{
    return contest->candidate->schema->role == FIELD_DO_NOT_CONTACT;
}

const struct value *contest_their_value(const struct contest *contest)
{
    return contest->candidate->fits ? &contest->candidate->stored : &contest->candidate->value;
}

void contest_set_verdict(const struct contest *contest, enum tracked_verdict verdict)
{
    const struct generation *generation = contest->generation;
    if (contest->tracked)
        generation->decision->verdicts[contest->tracked - generation->pull->tracked.items] =
            verdict;
}

struct base contest_base(const struct contest *contest)
{
    if (!contest->generation->use_base)
        return (struct base){0};
    return (struct base){contest->base_version->ours, contest->base_version->theirs};
}

/* ---- outcomes ---- */

void contest_heal(const struct contest *contest, enum matter_reason reason)
{
    if (generation_has_matters(contest->generation) && contest_matter(contest, reason))
        generation_matter(contest->generation, contest->field, reason, false);
}

void contest_agree(const struct contest *contest)
{
    base_version_agree(contest->base_version, contest->candidate->fingerprint,
                       contest->base_version->at);
    contest->base_version->theirs = contest->candidate->shown;
    contest->base_version->seen = contest->generation->pull->track_seen;
    contest_heal(contest, MATTER_WITHHELD);
    contest_heal(contest, MATTER_HELD);
    contest_heal(contest, MATTER_NOT_KEPT);
    contest_heal(contest, MATTER_LATE);
}

void contest_take(const struct contest *contest, bool overrules)
{
    generation_put(contest->generation, contest->candidate, overrules);
    contest_heal(contest, MATTER_HELD);
    contest_heal(contest, MATTER_NOT_KEPT);
}

void contest_owe(const struct contest *contest)
{
    struct pull_decision *decision = contest->generation->decision;
    generation_drop(contest->generation, contest->field);
    contest->base_version->theirs = contest->candidate->shown;
    if (contest->two_way)
        decision->owed[decision->owed_count++] = contest->field;
}

/* The agreed value no longer counts, or else an edit back to it would seem known to them (decision
 * 96). */
void contest_keep_ours(const struct contest *contest)
{
    struct base_version *base = contest->base_version;
    generation_drop(contest->generation, contest->field);
    if (base_version_is_agreed(base) && base->theirs != contest->candidate->shown)
        base_version_split(base);
    base->theirs = contest->candidate->shown;
    if (base_version_is_unseen(base))
        base->unseen = NULL;
    contest_heal(contest, MATTER_HELD);
    contest_heal(contest, MATTER_WITHHELD);
}

void contest_track(const struct contest *contest, enum tracked_verdict verdict)
{
    struct pull_decision *decision = contest->generation->decision;
    decision->edits[decision->edit_count++] =
        (struct pull_edit){.field = contest->field, .verdict = verdict};
}

void contest_hold(const struct contest *contest)
{
    struct pull_decision *decision = contest->generation->decision;
    decision->conflicts.unresolved++;
    decision->holds_position = true;
    generation_drop(contest->generation, contest->field);
    if (base_version_is_agreed(contest->base_version))
        base_version_split(contest->base_version);
}
