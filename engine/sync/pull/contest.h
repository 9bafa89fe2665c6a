/*
 * contest: one field of an object that both sides have, our value against theirs (spec sections 6,
 * 11, 13.4). pull_field walks through the rules; here are their conditions and effects. Private to
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

/* Theirs is the candidate, which is borrowed. */
struct contest contest_of(struct generation *generation, const struct candidate *candidate);
/* The matter that is open at the field; NULL: it is not. */
static inline const struct field_matter *contest_matter(const struct contest *contest,
                                                        enum matter_reason reason)
{
    return mapping_matter(contest->generation->pull->mapping, contest->field, reason);
}
/* Does our object have the value already? */
bool contest_is_had(const struct contest *contest);
bool contest_is_consent(const struct contest *contest);
/* Their value as our field would store it, if it can. */
const struct value *contest_their_value(const struct contest *contest);
/* The value on which both last agreed; none if only dates decide. */
struct base contest_base(const struct contest *contest);

/* ---- what becomes of it ---- */

/* Record the judge's verdict on the tracked edit, if there is one. */
void contest_set_verdict(const struct contest *contest, enum tracked_verdict verdict);
/* The matter is no longer open at this field. */
void contest_heal(const struct contest *contest, enum matter_reason reason);
void contest_agree(const struct contest *contest);
/* Theirs becomes ours. `overrules`: it beats an edit of ours, which is removed when theirs is
 * stored. */
void contest_take(const struct contest *contest, bool overrules);
/* They are to get ours: theirs is empty, or ours won although the two never agreed. */
void contest_owe(const struct contest *contest);
/* Ours stays although theirs differs. */
void contest_keep_ours(const struct contest *contest);
/* Track an edit that was not tracked, with the judge's verdict (13.4). */
void contest_track(const struct contest *contest, enum tracked_verdict verdict);
/* Nobody won: both stay, and the position does not move. */
void contest_hold(const struct contest *contest);

/* ---- contest_judge.c: two conflicting values ---- */

/* An edit of ours, tracked or not, against theirs. */
WARN_UNUSED enum error_code contest_judge(const struct contest *contest, struct error *error);
/* A do-not-contact value that nobody edited here: is theirs accepted? */
WARN_UNUSED enum error_code contest_judge_consent(const struct contest *contest,
                                                  struct error *error);
/* What was sent was changed there before they showed it: nothing is to be judged, but what we sent
 * is on neither side any more, and 'explain' tells why. */
void contest_note_edit_there(const struct contest *contest);
/* Never agreed, and no edit: first_link decides. */
WARN_UNUSED enum error_code contest_judge_first_link(const struct contest *contest,
                                                     struct error *error);

#endif
