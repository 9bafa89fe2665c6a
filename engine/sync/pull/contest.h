/*
 * contest: one field of an object that both sides have, ours against what they show of it (spec
 * sections 6, 11, 13.4). pull_field walks the rules; here is what they say of the field. Private to
 * sync/pull/.
 */
#ifndef TANDEM_SYNC_PULL_CONTEST_H
#define TANDEM_SYNC_PULL_CONTEST_H

#include "sync/pull/pull_generation.h"

struct contest {
    struct generation *generation;
    const struct candidate *candidate;
    size_t field;
    const struct value *ours;
    struct base_version *base_version;
    const struct tracked_change *tracked; /* an edit of ours against theirs; NULL: none */
    bool two_way;
};

/* ---- what is known ---- */

struct contest contest_of(struct generation *generation, const struct candidate *candidate);
/* Does our object have the value already? */
bool contest_is_had(const struct contest *contest);
bool contest_is_consent(const struct contest *contest);
/* As our field would hold it, where it can. */
const struct value *contest_their_value(const struct contest *contest);
/* What both had when they last agreed; none where dates alone decide. */
struct base contest_base(const struct contest *contest);

/* ---- what becomes of it ---- */

/* What the judge said of the tracked edit, if there is one. */
void contest_set_verdict(const struct contest *contest, enum tracked_verdict verdict);
/* The matter is open at this field no more. */
void contest_heal(const struct contest *contest, enum matter_reason reason);
void contest_agree(const struct contest *contest);
/* Theirs becomes ours. `overrules`: an edit of ours that the books will settle. */
void contest_take(const struct contest *contest, bool overrules);
/* Ours is not empty and theirs is, or ours won what was never agreed: they are to get it. */
void contest_owe(const struct contest *contest);
/* Ours stays although theirs is another one. */
void contest_keep_ours(const struct contest *contest);
/* An edit that nobody tracked is tracked now, with what the judge says of it (13.4). */
void contest_track(const struct contest *contest, enum tracked_verdict verdict);
/* Nobody won: both stay, and so does the position. */
void contest_hold(const struct contest *contest);

/* ---- contest_judge.c: two values that stand against each other ---- */

/* An edit of ours, tracked or not, against theirs. */
WARN_UNUSED enum error_code contest_judge(const struct contest *contest, struct error *error);
/* 'Do not contact' that nobody edited here: is theirs taken? */
WARN_UNUSED enum error_code contest_judge_consent(const struct contest *contest,
                                                  struct error *error);
/* What was sent was changed there before they showed it: nothing is to be judged, but what we sent is
 * on neither side any more, and 'explain' tells why. */
void contest_note_edit_there(const struct contest *contest);
/* Never agreed, and no edit: first_link decides. */
WARN_UNUSED enum error_code contest_judge_first_link(const struct contest *contest,
                                                     struct error *error);

#endif
