/* Two conflicting values: who decides, and what is recorded. */
#include "model/books.h"
#include "model/tracked_change.h"
#include "sync/pull/conflict.h"
#include "sync/pull/consent.h"
#include "sync/pull/contest.h"
#include "sync/pull/first_link.h"

/* ---- judging ---- */

static void record_decision(const struct contest *contest, const struct judge_side *left,
                            const struct judge_side *right, struct base base, enum verdict verdict,
                            const char *decided_by)
{
    struct generation *generation = contest->generation;
    const struct pull_case *pull = generation->pull;
    struct pull_decision *decision = generation->decision;
    /* The candidate is gone when the decision is written down. */
    struct value *const decided = &generation->workspace->decided[decision->decision_count];
    *decided = *right->value;
    struct judge_side kept = *right;
    kept.value = decided;
    decision->decisions[decision->decision_count++] =
        (struct decision){.side = SIDE_INTEGRATION,
                          .entry = pull->entry,
                          .line = contest->candidate->line,
                          .internal_id = pull->internal_id,
                          .integration_id = pull->reported->id,
                          .left = *left,
                          .right = kept,
                          .base = base.ours,
                          .verdict = verdict,
                          .decided_by = decided_by};
}

static struct judge_side our_testimony(const struct contest *contest, instant certain,
                                       instant possible)
{
    return (struct judge_side){.value = contest->ours,
                               .fingerprint = value_fingerprint(contest->ours),
                               .certain = certain,
                               .possible = possible};
}

static struct judge_side their_testimony(const struct contest *contest)
{
    return (struct judge_side){.value = contest_their_value(contest),
                               .fingerprint = contest->candidate->shown,
                               .certain = contest->candidate->changed_at,
                               .possible = contest->generation->pull->reported->changed_at};
}

void contest_note_edit_there(const struct contest *contest)
{
    const struct judge_side left = our_testimony(contest, INSTANT_NONE, INSTANT_NONE);
    const struct judge_side right = their_testimony(contest);
    record_decision(contest, &left, &right, contest_base(contest), VERDICT_RIGHT, "edited_there");
}

/* What they refused was judged before it was sent. It stays judged as long as they show the value that
 * it was judged against and nobody wrote their record after us: its date is then that of the other
 * fields, which they took. */
static bool is_refused_over_same(const struct contest *contest)
{
    const struct pull_case *pull = contest->generation->pull;
    const struct base_version *base = contest->base_version;
    return contest->generation->use_base && contest->tracked && pull->mapping &&
           tracked_change_has_mark(contest->tracked, pull->mapping->key, MARK_REFUSED) &&
           !base_version_is_agreed(base) && base->theirs == contest->candidate->shown &&
           contest->candidate->changed_at == INSTANT_NONE &&
           pull->reported->changed_at <= pull->mapping->last_sync + SAME_MOMENT_MS;
}

/* A tie that somebody resolved for our side stays resolved; everything else is a conflict to
 * decide. */
static enum error_code decide(const struct contest *contest, const struct judge_side *left,
                              const struct judge_side *right, struct base base,
                              enum verdict *verdict, const char **decided_by, struct error *error)
{
    const struct pull_case *pull = contest->generation->pull;
    if (contest->tracked && pull->mapping &&
        tracked_change_is_ours_over(contest->tracked, pull->mapping->key,
                                    contest->candidate->fingerprint)) {
        *verdict = VERDICT_LEFT;
        *decided_by = "resolved";
        return ERROR_NONE;
    }
    if (is_refused_over_same(contest)) {
        *verdict = VERDICT_LEFT;
        *decided_by = "refused";
        return ERROR_NONE;
    }
    const struct conflict conflict = {pull, contest->candidate->line, left, right, base};
    return conflict_decide(&conflict, verdict, decided_by, error);
}

static void carry_out_verdict(const struct contest *contest, enum verdict verdict)
{
    struct pull_decision *decision = contest->generation->decision;
    switch (verdict) {
    case VERDICT_EQUAL: /* both have their own form of the same value */
        contest_set_verdict(contest, TRACKED_EQUAL);
        generation_drop(contest->generation, contest->field);
        break;
    case VERDICT_LEFT:
        decision->conflicts.internal++;
        contest_keep_ours(contest);
        contest_set_verdict(contest, TRACKED_LEFT);
        if (!contest->tracked)
            contest_track(contest, TRACKED_LEFT);
        break;
    case VERDICT_RIGHT:
        decision->conflicts.integration++;
        contest_take(contest, contest->tracked != NULL);
        contest_set_verdict(contest, TRACKED_RIGHT);
        break;
    case VERDICT_UNRESOLVED:
        contest_hold(contest);
        contest_set_verdict(contest, TRACKED_TIE);
        if (!contest->tracked)
            contest_track(contest, TRACKED_TIE);
        break;
    }
}

/* An edit of ours against theirs; an untracked one is at most as old as our object. */
enum error_code contest_judge(const struct contest *contest, struct error *error)
{
    const struct base base = contest_base(contest);
    const instant possible = contest->tracked ? contest->tracked->at
                                              : contest->generation->pull->local_object->changed_at;
    const struct judge_side left =
        our_testimony(contest, contest->tracked ? possible : INSTANT_NONE, possible);
    const struct judge_side right = their_testimony(contest);
    enum verdict verdict = VERDICT_UNRESOLVED;
    const char *decided_by = NULL;

    if (decide(contest, &left, &right, base, &verdict, &decided_by, error))
        return error->code;
    record_decision(contest, &left, &right, base, verdict, decided_by);
    carry_out_verdict(contest, verdict);
    return ERROR_NONE;
}

/* ---- do not contact ---- */

/* A value that nobody edited here: is theirs taken? If our do-not-contact block is kept, it is sent
 * to them. */
enum error_code contest_judge_consent(const struct contest *contest, struct error *error)
{
    struct generation *generation = contest->generation;
    const struct pull_case *pull = generation->pull;
    const bool first = generation->use_base && !base_version_is_agreed(contest->base_version);
    struct consent_case consent = {.line = contest->candidate->line,
                                   .ours = contest->ours,
                                   .theirs = &contest->candidate->value,
                                   .base = contest_base(contest),
                                   .shown = contest->candidate->shown,
                                   .first_contact = first,
                                   .theirs_at = generation_instant(generation, contest->candidate)};
    const struct judge_side right = their_testimony(contest);
    const char *decided_by = NULL;

    consent.ours_at = pull->local_object->changed_at;
    if (first && pull->run->books && first_link_edit(pull, contest->field, &consent.ours_at, error))
        return error->code;
    const struct judge_side left = our_testimony(contest, INSTANT_NONE, consent.ours_at);
    const enum verdict verdict = consent_decide(&consent, &decided_by);
    record_decision(contest, &left, &right, contest_base(contest), verdict, decided_by);
    if (verdict == VERDICT_RIGHT) {
        contest_take(contest, false);
    } else if (generation->use_base) {
        if (base_version_is_agreed(contest->base_version))
            base_version_split(contest->base_version);
        contest_owe(contest);
    } else {
        struct pull_decision *decision = generation->decision;
        generation_drop(generation, contest->field);
        base_version_split(contest->base_version);
        if (contest->two_way)
            decision->blocks[decision->block_count++] = contest->field;
    }
    return ERROR_NONE;
}

/* ---- never agreed ---- */

enum error_code contest_judge_first_link(const struct contest *contest, struct error *error)
{
    struct generation *generation = contest->generation;
    const struct judge_side right = their_testimony(contest);
    struct judge_side left = our_testimony(contest, INSTANT_NONE, INSTANT_NONE);
    enum verdict verdict = VERDICT_RIGHT;

    if (first_link_decide(generation->pull, contest->field, contest->ours,
                          generation_instant(generation, contest->candidate), &left.possible,
                          &verdict, error))
        return error->code;
    record_decision(contest, &left, &right, contest_base(contest), verdict, "first_link");
    if (verdict == VERDICT_RIGHT) {
        generation->decision->overwritten.internal++;
        contest_take(contest, false);
    } else if (verdict == VERDICT_LEFT) {
        generation->decision->overwritten.integration++;
        contest_owe(contest);
        contest_heal(contest, MATTER_HELD);
        contest_heal(contest, MATTER_WITHHELD);
    } else {
        generation->decision->conflicts.unresolved++;
        generation_drop(generation, contest->field);
        contest->base_version->theirs = contest->candidate->shown;
        contest_heal(contest, MATTER_HELD); /* a new verdict: held from now on (decision 41) */
        generation_matter(generation, contest->field, MATTER_HELD, true);
    }
    return ERROR_NONE;
}
