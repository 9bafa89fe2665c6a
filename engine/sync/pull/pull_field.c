/*
 * pull_field: who has the say over one field of an object that both sides have (spec sections 6,
 * 11, 13.1, 13.2, 13.4).
 *
 * A value that nobody changed stays. A value that only one side changed is taken from that side.
 * If both changed it, or nothing was agreed, the judge or first_link decides; and a value is never
 * replaced by an empty one that was never agreed.
 */
#include "model/books.h"
#include "model/value_form.h"
#include "sync/pull/contest.h"

/* ---- never agreed ---- */

static enum error_code decide_unagreed(const struct contest *contest, struct error *error)
{
    const struct candidate *candidate = contest->candidate;
    const struct value *theirs = candidate->reported ? candidate->reported : &candidate->value;

    if (value_is_empty(theirs) && !value_is_empty(contest->ours)) {
        contest_owe(contest);
        contest_set_verdict(contest, TRACKED_LEFT); /* they emptied a field in a tie */
        contest_heal(contest, MATTER_WITHHELD);
        contest_heal(contest, MATTER_HELD);
        return ERROR_NONE;
    }
    if (value_is_empty(contest->ours) && !contest_is_consent(contest)) {
        contest_set_verdict(contest, TRACKED_RIGHT);
        contest_take(contest, contest->tracked != NULL);
        return ERROR_NONE;
    }
    if (contest->tracked)
        return contest_judge(contest, error);
    if (contest_is_consent(contest))
        return contest_judge_consent(contest, error);
    /* a value that we cannot hold is withheld, whoever would win (decision 89) */
    if (!contest->two_way || !candidate->fits || candidate->too_long)
        contest_take(contest, false);
    else
        return contest_judge_first_link(contest, error);
    return ERROR_NONE;
}

/* ---- agreed once ---- */

/* Does our text name the very object that their reference leads to? Then it follows a new name of
 * that object, and nobody edited anything. */
static enum error_code is_renamed(const struct contest *contest, bool *renamed, struct error *error)
{
    const struct pull_case *pull = contest->generation->pull;
    const struct value *theirs = &contest->candidate->value;
    struct books *books = pull->run->books;
    const struct field_place place = {pull->entry->internal, pull->internal_id, contest->field};
    struct order_link target;
    *renamed = false;
    if (theirs->kind != VALUE_REFERENCE || contest->ours->kind != VALUE_TEXT)
        return ERROR_NONE;
    if (books->refers_to(books, &place, contest->ours, contest->generation->arena, &target, error))
        return error->code;
    *renamed = text_equal(target.object, theirs->as.reference.object) &&
               text_equal(target.id, theirs->as.reference.id);
    return ERROR_NONE;
}

/* A required field is never sent empty, so an empty one of ours is not a difference (decision
 * 100). */
static bool is_never_sent(const struct contest *contest)
{
    const struct manual_line *line = contest->candidate->line;
    return line->required && !line->has_default && value_is_empty(contest->ours);
}

/* They have what both agreed on. Ours that differs was edited here without being tracked (13.4),
 * unless it only follows the name of the object to which it refers. */
static enum error_code decide_untracked(const struct contest *contest, struct error *error)
{
    bool renamed = false;
    if (!contest->two_way || contest->generation->workspace->tracked[contest->field] ||
        base_version_keeps(contest->base_version, value_fingerprint(contest->ours)) ||
        is_never_sent(contest))
        return ERROR_NONE;
    if (is_renamed(contest, &renamed, error))
        return error->code;
    if (renamed)
        contest->base_version->ours = value_fingerprint(contest->ours);
    else
        contest_track(contest, TRACKED_LEFT);
    return ERROR_NONE;
}

/* They show what they had when both agreed: nothing changed there. */
static enum error_code decide_unchanged_there(const struct contest *contest, struct error *error)
{
    contest_heal(contest, MATTER_WITHHELD);
    if (contest_matter(contest, MATTER_NOT_KEPT))
        generation_matter(contest->generation, contest->field, MATTER_NOT_KEPT, true);
    if (contest->tracked) {
        /* not kept, then edited: sent even if it is the same value (decision 94) */
        const bool unkept = contest_matter(contest, MATTER_NOT_KEPT);
        const bool ours_kept =
            base_version_keeps(contest->base_version, value_fingerprint(contest->ours));
        return ours_kept && unkept ? ERROR_NONE : contest_judge(contest, error);
    }
    if (!contest->two_way && !value_is_empty(&contest->candidate->value))
        contest_take(contest, false); /* a field that they own alone is taken from them (decision
                                       * 45) */
    return decide_untracked(contest, error);
}

/* The value that seemed not kept is there after all, in their own form: they took longer than we
 * waited. */
static enum error_code is_kept_late(const struct contest *contest, bool *kept, struct error *error)
{
    const struct candidate *candidate = contest->candidate;
    *kept = false;
    if (!contest->two_way || !candidate->reported || !contest_matter(contest, MATTER_NOT_KEPT))
        return ERROR_NONE;
    return value_is_form(contest->generation->arena, contest->ours, candidate->reported, kept,
                         error);
}

static enum error_code decide_changed_there(const struct contest *contest, struct error *error)
{
    const bool ours_kept =
        base_version_keeps(contest->base_version, value_fingerprint(contest->ours));
    bool kept = false;

    if (contest->tracked)
        return contest_judge(contest, error);
    if (contest_is_consent(contest))
        return contest_judge_consent(contest, error);
    if (ours_kept && is_kept_late(contest, &kept, error))
        return error->code;
    if (kept) {
        contest->base_version->theirs = contest->candidate->shown;
        contest_heal(contest, MATTER_NOT_KEPT);
        return ERROR_NONE;
    }
    if (contest_matter(contest, MATTER_NOT_KEPT))
        contest_note_edit_there(contest);
    if (contest->two_way && !ours_kept && !contest->generation->workspace->tracked[contest->field])
        return contest_judge(contest, error);
    contest_take(contest, false);
    return ERROR_NONE;
}

/* Nobody edited what was sent, so theirs is taken without the judge. */
static bool is_only_theirs(const struct contest *contest)
{
    return !contest->tracked && !contest_is_consent(contest) &&
           base_version_is_agreed(contest->base_version) &&
           base_version_keeps(contest->base_version, value_fingerprint(contest->ours));
}

/* What was not kept was edited since, and that will be sent: also if it is the same value again, of
 * which the push knows only by the open matter that they do not have it (decision 94). */
static bool meet_edited_since(const struct contest *contest)
{
    if (!base_version_keeps(contest->base_version, value_fingerprint(contest->ours)))
        return false;
    generation_matter(contest->generation, contest->field, MATTER_NOT_KEPT, true);
    return true;
}

/* The edit that is still tracked is the one that was sent: it was made when the record had been
 * chosen, and was sent along with it. */
static bool has_arrived(const struct contest *contest)
{
    const struct base_version *base = contest->base_version;
    return contest->tracked && contest->tracked->at <= base->unseen->answered_at &&
           base_version_keeps(base, value_fingerprint(contest->ours));
}

/* What was sent is reported for the first time. *done: nothing is left to be decided. */
static enum error_code decide_unseen(const struct contest *contest, bool *done, struct error *error)
{
    struct base_version *base = contest->base_version;
    const bool untouched = !contest->tracked || has_arrived(contest);
    enum unseen_verdict verdict = UNSEEN_SEEN;

    *done = false;
    if (pull_unseen_judge(contest->generation, contest->candidate, base, &verdict, error))
        return error->code;
    if (verdict == UNSEEN_LATE) {
        generation_matter(contest->generation, contest->field, MATTER_LATE, true);
        *done = true;
        return ERROR_NONE;
    }
    contest_heal(contest, MATTER_LATE);
    switch (verdict) {
    case UNSEEN_LATE:
    case UNSEEN_EDITED:
        if (is_only_theirs(contest))
            contest_note_edit_there(contest);
        base->unseen = NULL;
        return ERROR_NONE;
    case UNSEEN_SEEN:
        base->unseen = NULL;
        base->theirs = contest->candidate->shown;
        contest_heal(contest, MATTER_WITHHELD);
        contest_heal(contest, MATTER_NOT_KEPT);
        *done = true;
        return decide_untracked(contest, error);
    case UNSEEN_NOT_KEPT:
        base->unseen = NULL;
        base->theirs = contest->candidate->shown;
        contest_heal(contest, MATTER_WITHHELD);
        *done = untouched || meet_edited_since(contest);
        if (!untouched)
            break;
        contest_set_verdict(contest, TRACKED_EQUAL);
        contest->generation->decision->not_kept = true;
        if (!contest_matter(contest, MATTER_NOT_KEPT))
            generation_note(contest->generation, PULL_NOTE_NOT_KEPT, contest->candidate->line);
        generation_matter(contest->generation, contest->field, MATTER_NOT_KEPT, true);
        return ERROR_NONE;
    }
    return ERROR_NONE;
}

/* What was sent and not answered has arrived if they show it: nobody edited it there, whatever its
 * date. Ours still goes there, as somebody may have edited it since. */
static enum error_code decide_unanswered(const struct contest *contest, bool *done,
                                         struct error *error)
{
    const struct candidate *candidate = contest->candidate;
    struct base_version *base = contest->base_version;
    const struct value *sent = &base->unseen->sent;
    *done = candidate->shown == value_fingerprint(sent);
    if (!*done && candidate->reported &&
        value_is_form(contest->generation->arena, sent, candidate->reported, done, error))
        return error->code;
    if (*done || base->theirs != candidate->shown)
        base->unseen = NULL;
    if (!*done)
        return ERROR_NONE;
    base_version_split(base);
    base->theirs = candidate->shown;
    generation_drop(contest->generation, contest->field);
    contest_heal(contest, MATTER_WITHHELD);
    contest_heal(contest, MATTER_NOT_KEPT);
    return decide_untracked(contest, error);
}

/* Dates alone decide. */
static enum error_code decide_without_base(const struct contest *contest, struct error *error)
{
    if (contest->tracked)
        return contest_judge(contest, error);
    if (contest_is_consent(contest))
        return contest_judge_consent(contest, error);
    contest_take(contest, false);
    return ERROR_NONE;
}

/* Runs wrote it again and again: both sides stay, until somebody edits it (13.18). *held: so it is.
 */
static void decide_loop(const struct contest *contest, bool had, bool *held)
{
    struct generation *generation = contest->generation;
    const struct field_matter *loop = contest_matter(contest, MATTER_LOOP);
    const struct base_version *base = contest->base_version;
    const bool changed = base->theirs != contest->candidate->shown;
    *held = false;
    if (!loop)
        return;
    if (changed && !base_version_is_unseen(base) && !contest->candidate->own &&
        generation_instant(generation, contest->candidate) > loop->first) {
        generation_matter(generation, contest->field, MATTER_LOOP, false);
        return;
    }
    *held = !had;
    generation_matter(generation, contest->field, MATTER_LOOP, true);
    generation->decision->looped |= *held;
}

/* They emptied a value that could not be read, which nobody agreed on (13.1). */
static bool is_emptied_unread(const struct contest *contest)
{
    const struct candidate *candidate = contest->candidate;
    const struct value *theirs = candidate->reported ? candidate->reported : &candidate->value;
    return value_is_empty(theirs) && contest_matter(contest, MATTER_WITHHELD);
}

enum error_code pull_field_decide(struct generation *generation, const struct candidate *candidate,
                                  struct error *error)
{
    const struct contest contest = contest_of(generation, candidate);
    struct base_version *base = contest.base_version;
    bool done = false;

    const bool had = contest_is_had(&contest);

    generation->decision->reported[contest.field] = candidate->fingerprint;
    decide_loop(&contest, had, &done);
    if (done) {
        generation_drop(generation, contest.field);
        return ERROR_NONE;
    }
    if (had) {
        contest_agree(&contest);
        generation_drop(generation, contest.field);
        contest_set_verdict(&contest, TRACKED_EQUAL);
        return ERROR_NONE;
    }
    base->seen = false;
    if (!generation->use_base)
        return decide_without_base(&contest, error);
    if (base->unseen && contest.two_way &&
        (base_version_is_unseen(base) ? decide_unseen(&contest, &done, error)
                                      : decide_unanswered(&contest, &done, error)))
        return error->code;
    if (done)
        return ERROR_NONE;
    if (is_emptied_unread(&contest))
        base->ours = 0;
    if (!base_version_is_agreed(base))
        return decide_unagreed(&contest, error);
    return base->theirs == candidate->shown ? decide_unchanged_there(&contest, error)
                                            : decide_changed_there(&contest, error);
}
