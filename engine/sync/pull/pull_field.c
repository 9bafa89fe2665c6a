/*
 * pull_field: who has the say over one field of an object that both sides have (spec sections 6,
 * 11, 13.1, 13.2, 13.4).
 *
 * What nobody changed stays. What only one side changed is that side's. What both changed, or what
 * was never agreed, is decided by the judge or by first_link; and nothing that is not empty gives
 * way to something empty that was never agreed.
 */
#include "sync/pull/conflict.h"
#include "sync/pull/consent.h"
#include "sync/pull/first_link.h"
#include "sync/pull/pull_generation.h"
#include "model/books.h"
#include "model/tracked_change.h"

/* ---- what is known ---- */

/* One field of ours against what they show of it. */
struct contest {
    struct generation *generation;
    const struct candidate *candidate;
    size_t field;
    const struct value *ours;
    struct evidence *evidence;
    const struct tracked_change *tracked; /* an edit of ours against theirs; NULL: none */
    bool two_way;
};

/* What came from the record itself, or was settled for it, is no edit against it. */
static bool counts_against(const struct tracked_change *tracked, const struct mapping *mapping)
{
    return !mapping || mapping->key == 0 || !tracked_change_is_settled_for(tracked, mapping->key);
}

static struct contest contest_of(struct generation *generation, const struct candidate *candidate)
{
    const struct pull_case *pull = generation->pull;
    const size_t field = candidate->line->internal_field;
    const struct tracked_change *tracked = generation->workspace->tracked[field];
    const bool two_way = candidate->line->direction == DIRECTION_BIDIRECTIONAL;
    return (struct contest){
        .generation = generation,
        .candidate = candidate,
        .field = field,
        .ours = &pull->counterpart->values[field],
        .evidence = &generation->decision->evidence[field],
        .tracked = tracked && two_way && counts_against(tracked, pull->mapping) ? tracked : NULL,
        .two_way = two_way,
    };
}

/* Does our object have the value already? Nothing is nothing, whatever its type. */
static bool is_had(const struct contest *contest)
{
    if (value_is_empty(&contest->candidate->value) && value_is_empty(contest->ours))
        return true;
    return contest->candidate->fits && value_equal(&contest->candidate->stored, contest->ours);
}

static bool is_consent(const struct contest *contest)
{
    return contest->candidate->schema->role == FIELD_DO_NOT_CONTACT;
}

static const struct value *their_value(const struct contest *contest)
{
    return contest->candidate->fits ? &contest->candidate->stored : &contest->candidate->value;
}

static void set_verdict(const struct contest *contest, enum tracked_verdict verdict)
{
    const struct generation *generation = contest->generation;
    if (contest->tracked)
        generation->decision->verdicts[contest->tracked - generation->pull->tracked] = verdict;
}

/* ---- outcomes ---- */

static void heal(const struct contest *contest, enum matter_reason reason)
{
    if (generation_matter_of(contest->generation, contest->field, reason))
        generation_matter(contest->generation, contest->field, reason, false);
}

static void heal_all(const struct contest *contest)
{
    heal(contest, MATTER_WITHHELD);
    heal(contest, MATTER_HELD);
    heal(contest, MATTER_NOT_KEPT);
}

static void agree(const struct contest *contest)
{
    evidence_agree(contest->evidence, contest->candidate->fingerprint, contest->evidence->at);
    contest->evidence->theirs = contest->candidate->shown;
    contest->evidence->seen = contest->generation->pull->track_seen;
    heal_all(contest);
}

static void take(const struct contest *contest, bool overrules)
{
    generation_put(contest->generation, contest->candidate, overrules);
    heal(contest, MATTER_HELD);
    heal(contest, MATTER_NOT_KEPT);
}

/* Ours is not empty and theirs is, or ours won what was never agreed: they are to get it. */
static void owe(const struct contest *contest)
{
    struct pull_decision *decision = contest->generation->decision;
    generation_drop(contest->generation, contest->field);
    contest->evidence->theirs = contest->candidate->shown;
    if (contest->two_way && !contest->tracked)
        decision->owed[decision->owed_count++] = contest->field;
}

/* Ours stays although theirs is another one: what was agreed says nothing of ours any more, or an
 * edit back to it would count as known to them (decision 96). */
static void keep_ours(const struct contest *contest)
{
    struct evidence *evidence = contest->evidence;
    generation_drop(contest->generation, contest->field);
    if (evidence_is_agreed(evidence) && evidence->theirs != contest->candidate->shown)
        evidence_split(evidence);
    evidence->theirs = contest->candidate->shown;
    evidence->unseen = NULL;
    heal(contest, MATTER_HELD);
    heal(contest, MATTER_WITHHELD);
}

/* An edit that nobody tracked is tracked now, with what the judge says of it (13.4). */
static void track(const struct contest *contest, enum tracked_verdict verdict)
{
    struct pull_decision *decision = contest->generation->decision;
    decision->edits[decision->edit_count++] =
        (struct pull_edit){.field = contest->field, .verdict = verdict};
}

static void hold(const struct contest *contest)
{
    struct pull_decision *decision = contest->generation->decision;
    decision->conflicts.unresolved++;
    decision->holds_position = true;
    generation_drop(contest->generation, contest->field);
    if (evidence_is_agreed(contest->evidence))
        evidence_split(contest->evidence);
}

/* ---- judging ---- */

static void record_decision(const struct contest *contest, const struct judge_side *left,
                            const struct judge_side *right, struct base base, enum verdict verdict,
                            const char *decided_by)
{
    struct generation *generation = contest->generation;
    const struct pull_case *pull = generation->pull;
    struct pull_decision *decision = generation->decision;
    if (!pull->collect_decisions)
        return;
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

static struct base base_of(const struct contest *contest)
{
    if (!contest->generation->use_base)
        return (struct base){0};
    return (struct base){contest->evidence->ours, contest->evidence->theirs};
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
    return (struct judge_side){.value = their_value(contest),
                              .fingerprint = contest->candidate->shown,
                              .certain = contest->candidate->changed_at,
                              .possible = contest->generation->pull->reported->changed_at};
}

/* What somebody settled for our side stays settled; everything else is a conflict to decide. */
static enum error_code decide(const struct contest *contest, const struct judge_side *left,
                              const struct judge_side *right, struct base base,
                              enum verdict *verdict, const char **decided_by, struct error *error)
{
    const struct pull_case *pull = contest->generation->pull;
    const struct conflict conflict = {.entry = pull->entry,
                                      .line = contest->candidate->line,
                                      .judge = pull->judge,
                                      .on_tie = pull->on_tie,
                                      .left = left,
                                      .right = right,
                                      .base = base,
                                      .exchange = pull->exchange};
    if (contest->tracked && pull->mapping &&
        tracked_change_is_ours_over(contest->tracked, pull->mapping->key,
                                    contest->candidate->fingerprint)) {
        *verdict = VERDICT_LEFT;
        *decided_by = "resolved";
        return ERROR_NONE;
    }
    return conflict_decide(&conflict, verdict, decided_by, error);
}

static void carry_out(const struct contest *contest, enum verdict verdict)
{
    struct pull_decision *decision = contest->generation->decision;
    switch (verdict) {
    case VERDICT_EQUAL: /* each has its own form of one value */
        set_verdict(contest, TRACKED_EQUAL);
        generation_drop(contest->generation, contest->field);
        break;
    case VERDICT_LEFT:
        decision->conflicts.internal++;
        keep_ours(contest);
        set_verdict(contest, TRACKED_LEFT);
        if (!contest->tracked)
            track(contest, TRACKED_LEFT);
        break;
    case VERDICT_RIGHT:
        decision->conflicts.integration++;
        take(contest, contest->tracked != NULL);
        set_verdict(contest, TRACKED_RIGHT);
        break;
    case VERDICT_UNRESOLVED:
        hold(contest);
        set_verdict(contest, TRACKED_TIE);
        if (!contest->tracked)
            track(contest, TRACKED_TIE);
        break;
    }
}

/* An edit of ours against theirs; one that nobody tracked is as old as our object, at most. */
static enum error_code judge(const struct contest *contest, struct error *error)
{
    const struct base base = base_of(contest);
    const instant possible = contest->tracked ? contest->tracked->at
                                              : contest->generation->pull->counterpart->changed_at;
    const struct judge_side left =
        our_testimony(contest, contest->tracked ? possible : INSTANT_NONE, possible);
    const struct judge_side right = their_testimony(contest);
    enum verdict verdict = VERDICT_UNRESOLVED;
    const char *decided_by = NULL;

    if (decide(contest, &left, &right, base, &verdict, &decided_by, error))
        return error->code;
    record_decision(contest, &left, &right, base, verdict, decided_by);
    carry_out(contest, verdict);
    return ERROR_NONE;
}

/* ---- do not contact ---- */

/* A value that nobody edited here: is theirs taken? A block that is kept is passed on to them. */
static enum error_code decide_consent(const struct contest *contest, struct error *error)
{
    struct generation *generation = contest->generation;
    const struct pull_case *pull = generation->pull;
    const bool first = generation->use_base && !evidence_is_agreed(contest->evidence);
    struct consent_case consent = {.line = contest->candidate->line,
                                   .ours = contest->ours,
                                   .theirs = &contest->candidate->value,
                                   .base = base_of(contest),
                                   .shown = contest->candidate->shown,
                                   .first_contact = first,
                                   .theirs_at =
                                       generation_instant(generation, contest->candidate)};
    const struct judge_side right = their_testimony(contest);
    const char *decided_by = NULL;

    consent.ours_at = pull->counterpart->changed_at;
    if (first && pull->books && first_link_edit(pull, contest->field, &consent.ours_at, error))
        return error->code;
    const struct judge_side left = our_testimony(contest, INSTANT_NONE, consent.ours_at);
    const enum verdict verdict = consent_decide(&consent, &decided_by);
    record_decision(contest, &left, &right, base_of(contest), verdict, decided_by);
    if (verdict == VERDICT_RIGHT) {
        take(contest, false);
    } else if (generation->use_base) {
        if (evidence_is_agreed(contest->evidence))
            evidence_split(contest->evidence);
        owe(contest);
    } else {
        struct pull_decision *decision = generation->decision;
        generation_drop(generation, contest->field);
        evidence_split(contest->evidence);
        if (contest->two_way)
            decision->blocks[decision->block_count++] = contest->field;
    }
    return ERROR_NONE;
}

/* ---- never agreed ---- */

static enum error_code decide_first_link(const struct contest *contest, struct error *error)
{
    struct generation *generation = contest->generation;
    const struct judge_side right = their_testimony(contest);
    struct judge_side left = our_testimony(contest, INSTANT_NONE, INSTANT_NONE);
    enum verdict verdict = VERDICT_RIGHT;

    if (first_link_decide(generation->pull, contest->field, contest->ours,
                          generation_instant(generation, contest->candidate), &left.possible,
                          &verdict, error))
        return error->code;
    record_decision(contest, &left, &right, base_of(contest), verdict, "first_link");
    if (verdict == VERDICT_RIGHT) {
        take(contest, false);
    } else if (verdict == VERDICT_LEFT) {
        owe(contest);
        heal(contest, MATTER_HELD);
        heal(contest, MATTER_WITHHELD);
    } else {
        generation->decision->conflicts.unresolved++;
        generation_drop(generation, contest->field);
        contest->evidence->theirs = contest->candidate->shown;
        generation_matter(generation, contest->field, MATTER_HELD, true);
    }
    return ERROR_NONE;
}

static enum error_code decide_unagreed(const struct contest *contest, struct error *error)
{
    const struct candidate *candidate = contest->candidate;
    const struct value *theirs = candidate->reported ? candidate->reported : &candidate->value;

    if (value_is_empty(theirs) && !value_is_empty(contest->ours)) {
        owe(contest);
        heal(contest, MATTER_WITHHELD);
        return ERROR_NONE;
    }
    if (value_is_empty(contest->ours) && !is_consent(contest)) {
        set_verdict(contest, TRACKED_RIGHT);
        take(contest, contest->tracked != NULL);
        return ERROR_NONE;
    }
    if (contest->tracked)
        return judge(contest, error);
    if (is_consent(contest))
        return decide_consent(contest, error);
    /* what we cannot hold is withheld, whoever would win (decision 89) */
    if (!contest->two_way || !candidate->fits || candidate->too_long)
        take(contest, false);
    else
        return decide_first_link(contest, error);
    return ERROR_NONE;
}

/* ---- agreed once ---- */

/* Does our text name the very object that their reference leads to? Then it follows a new name of that
 * object, and nobody edited anything. */
static enum error_code is_renamed(const struct contest *contest, bool *renamed, struct error *error)
{
    const struct pull_case *pull = contest->generation->pull;
    const struct value *theirs = &contest->candidate->value;
    struct order_link target;
    *renamed = false;
    if (theirs->kind != VALUE_REFERENCE || contest->ours->kind != VALUE_TEXT)
        return ERROR_NONE;
    if (pull->books->refers_to(pull->books, pull->entry->internal, pull->internal_id, contest->field,
                               contest->ours, contest->generation->arena, &target, error))
        return error->code;
    *renamed = text_equal(target.object, theirs->as.reference.object) &&
               text_equal(target.id, theirs->as.reference.id);
    return ERROR_NONE;
}

/* Edited here, and nobody saw it (13.4), unless it only follows the name of what it refers to. */
static enum error_code decide_untracked(const struct contest *contest, struct error *error)
{
    bool renamed = false;
    if (is_renamed(contest, &renamed, error))
        return error->code;
    if (renamed)
        contest->evidence->ours = value_fingerprint(contest->ours);
    else
        track(contest, TRACKED_LEFT);
    return ERROR_NONE;
}

/* They show what they had when both agreed: nothing changed there. */
static enum error_code decide_unchanged_there(const struct contest *contest, struct error *error)
{
    const bool ours_kept = evidence_keeps(contest->evidence, value_fingerprint(contest->ours));

    heal(contest, MATTER_WITHHELD);
    if (generation_matter_of(contest->generation, contest->field, MATTER_NOT_KEPT))
        generation_matter(contest->generation, contest->field, MATTER_NOT_KEPT, true);
    if (contest
            ->tracked) /* not kept, then edited: sent, though it be the same value (decision 94) */
        return ours_kept &&
                       generation_matter_of(contest->generation, contest->field, MATTER_NOT_KEPT)
                   ? ERROR_NONE
                   : judge(contest, error);
    if (!contest->two_way && !value_is_empty(&contest->candidate->value))
        take(contest, false); /* what is theirs alone is theirs (decision 45) */
    else if (contest->two_way && !ours_kept &&
             !contest->generation->workspace->tracked[contest->field])
        return decide_untracked(contest, error);
    return ERROR_NONE;
}

static enum error_code decide_changed_there(const struct contest *contest, struct error *error)
{
    const bool ours_kept = evidence_keeps(contest->evidence, value_fingerprint(contest->ours));

    if (contest->tracked)
        return judge(contest, error);
    if (is_consent(contest))
        return decide_consent(contest, error);
    if (contest->two_way && !ours_kept && !contest->generation->workspace->tracked[contest->field])
        return judge(contest, error);
    take(contest, false);
    return ERROR_NONE;
}

/* What was sent is reported for the first time. *done: nothing more is to be decided. */
static enum error_code decide_unseen(const struct contest *contest, bool *done, struct error *error)
{
    struct evidence *evidence = contest->evidence;
    enum unseen_verdict verdict = UNSEEN_SEEN;

    *done = false;
    if (pull_unseen_judge(contest->generation, contest->candidate, evidence, &verdict, error))
        return error->code;
    switch (verdict) {
    case UNSEEN_LATE:
        *done = true;
        return ERROR_NONE;
    case UNSEEN_EDITED:
        evidence->unseen = NULL;
        return ERROR_NONE;
    case UNSEEN_SEEN:
        evidence->unseen = NULL;
        evidence->theirs = contest->candidate->shown;
        heal(contest, MATTER_NOT_KEPT);
        *done = true;
        return ERROR_NONE;
    case UNSEEN_NOT_KEPT:
        evidence->unseen = NULL;
        evidence->theirs = contest->candidate->shown;
        if (contest->tracked) /* edited since: that will be sent */
            return ERROR_NONE;
        *done = true;
        contest->generation->decision->not_kept = true;
        if (!generation_matter_of(contest->generation, contest->field, MATTER_NOT_KEPT))
            generation_note(contest->generation, "not_kept", contest->candidate->line);
        generation_matter(contest->generation, contest->field, MATTER_NOT_KEPT, true);
        return ERROR_NONE;
    }
    return ERROR_NONE;
}

/* Dates alone decide. */
static enum error_code decide_without_base(const struct contest *contest, struct error *error)
{
    if (contest->tracked)
        return judge(contest, error);
    if (is_consent(contest))
        return decide_consent(contest, error);
    take(contest, false);
    return ERROR_NONE;
}

/* Runs wrote it again and again: both sides stay, until somebody edits it (13.18). *held: so it is. */
static void decide_loop(const struct contest *contest, bool had, bool *held)
{
    struct generation *generation = contest->generation;
    const struct field_matter *loop =
        generation_matter_of(generation, contest->field, MATTER_LOOP);
    const struct evidence *evidence = contest->evidence;
    const bool changed = evidence->theirs != contest->candidate->shown;
    *held = false;
    if (!loop)
        return;
    if (changed && !evidence->unseen &&
        generation_instant(generation, contest->candidate) > loop->first) {
        generation_matter(generation, contest->field, MATTER_LOOP, false);
        return;
    }
    *held = !had;
    generation_matter(generation, contest->field, MATTER_LOOP, true);
    generation->decision->looped |= *held;
}

enum error_code pull_field_decide(struct generation *generation, const struct candidate *candidate,
                                  struct error *error)
{
    const struct contest contest = contest_of(generation, candidate);
    struct evidence *evidence = contest.evidence;
    bool done = false;

    const bool had = is_had(&contest);

    generation->decision->reported[contest.field] = candidate->fingerprint;
    decide_loop(&contest, had, &done);
    if (done) {
        generation_drop(generation, contest.field);
        return ERROR_NONE;
    }
    if (had) {
        agree(&contest);
        generation_drop(generation, contest.field);
        set_verdict(&contest, TRACKED_EQUAL);
        return ERROR_NONE;
    }
    evidence->seen = false;
    if (!generation->use_base)
        return decide_without_base(&contest, error);
    if (evidence->unseen && contest.two_way && decide_unseen(&contest, &done, error))
        return error->code;
    if (done)
        return ERROR_NONE;
    if (!evidence_is_agreed(evidence))
        return decide_unagreed(&contest, error);
    return evidence->theirs == candidate->shown ? decide_unchanged_there(&contest, error)
                                                : decide_changed_there(&contest, error);
}
