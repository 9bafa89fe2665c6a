/* Two conflicting values: who decides, and what is recorded. */
#include "model/books.h"
#include "model/tracked_change.h"
#include "sync/pull/conflict.h"
#include "sync/pull/consent.h"
#include "sync/pull/contest.h"

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

/* Did nobody write their record after us? Its date is then that of the fields that we sent, and
 * says nothing of this one. */
static bool is_dated_by_us(const struct contest *contest)
{
    const struct pull_case *pull = contest->generation->pull;
    return pull->mapping && contest->candidate->changed_at == INSTANT_NONE &&
           pull->reported->changed_at <= pull->mapping->last_sync + SAME_MOMENT_MS;
}

/* What they refused was judged before it was sent. It stays judged as long as they show the value
 * that it was judged against and only we wrote their record since. */
static bool is_refused_over_same(const struct contest *contest)
{
    const struct base_version *base = contest->base_version;
    return contest->generation->use_base && contest->tracked && is_dated_by_us(contest) &&
           tracked_change_has_mark(contest->tracked, contest->generation->pull->mapping->key,
                                   MARK_REFUSED) &&
           !base_version_is_agreed(base) && base->theirs == contest->candidate->shown;
}

/* A tie with the same value: only an edit of theirs can make it the later one. */
static bool is_tied_over_same(const struct contest *contest)
{
    return contest->tracked && is_dated_by_us(contest) &&
           tracked_change_is_tied_with(contest->tracked, contest->generation->pull->mapping->key,
                                       contest->candidate->fingerprint);
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
    struct judge_side right = their_testimony(contest);
    enum verdict verdict = VERDICT_UNRESOLVED;
    const char *decided_by = NULL;

    if (is_tied_over_same(contest))
        right.possible = INSTANT_NONE;
    if (decide(contest, &left, &right, base, &verdict, &decided_by, error))
        return error->code;
    record_decision(contest, &left, &right, base, verdict, decided_by);
    carry_out_verdict(contest, verdict);
    return ERROR_NONE;
}

/* ---- do not contact ---- */

/* When our value was last edited, if an edit is known; otherwise *at is not changed. */
static enum error_code find_edit(const struct pull_case *pull, size_t field, instant *at,
                                 struct error *error)
{
    struct books *books = pull->run->books;
    instant edited = INSTANT_NONE;

    if (books->edit_instant(books, pull->entry->internal, pull->internal_id, field, &edited, error))
        return error->code;
    if (edited != INSTANT_NONE)
        *at = edited;
    return ERROR_NONE;
}

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
    if (first && pull->run->books && find_edit(pull, contest->field, &consent.ours_at, error))
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

/* The later wins; if they are equal, or one is not known, theirs. */
static enum error_code newest(const struct pull_case *pull, size_t field, const struct value *ours,
                              instant theirs_at, instant *ours_at, enum verdict *verdict,
                              struct error *error)
{
    struct books *books = pull->run->books;
    instant at = INSTANT_NONE;

    if (books && books->value_instant(books, pull->entry->internal, pull->internal_id, field, ours,
                                      &at, error))
        return error->code;
    if (at == INSTANT_NONE)
        at = pull->local_object->changed_at;
    *ours_at = at == BASE_VERSION_UNDATED ? INSTANT_NONE : at;
    *verdict = *ours_at != INSTANT_NONE && theirs_at != INSTANT_NONE && *ours_at > theirs_at
                   ? VERDICT_LEFT
                   : VERDICT_RIGHT;
    return ERROR_NONE;
}

/* Nobody edited ours (13.1, decisions 107 and 110). VERDICT_LEFT: ours, RIGHT: theirs (dated
 * `theirs_at`), UNRESOLVED: nobody. *ours_at: since when we have our value, if that matters;
 * INSTANT_NONE: not known. */
static enum error_code decide_first_link(const struct pull_case *pull, size_t field,
                                         const struct value *ours, instant theirs_at,
                                         instant *ours_at, enum verdict *verdict,
                                         struct error *error)
{
    *ours_at = pull->local_object->changed_at;
    switch (pull->run->settings->first_link) {
    case FIRST_LINK_NEWEST:
        return newest(pull, field, ours, theirs_at, ours_at, verdict, error);
    case FIRST_LINK_INTERNAL:
        *verdict = VERDICT_LEFT;
        break;
    case FIRST_LINK_INTEGRATION:
        *verdict = VERDICT_RIGHT;
        break;
    case FIRST_LINK_HOLD:
        *verdict = VERDICT_UNRESOLVED;
        break;
    }
    return ERROR_NONE;
}

enum error_code contest_judge_first_link(const struct contest *contest, struct error *error)
{
    struct generation *generation = contest->generation;
    const struct judge_side right = their_testimony(contest);
    struct judge_side left = our_testimony(contest, INSTANT_NONE, INSTANT_NONE);
    enum verdict verdict = VERDICT_RIGHT;

    if (decide_first_link(generation->pull, contest->field, contest->ours,
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
