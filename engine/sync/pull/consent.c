/* A stricter do-not-contact value stays unless something shows that the laxer one is newer. */
#include "sync/pull/consent.h"

enum verdict consent_stricter(const struct value *left, const struct value *right)
{
    int ours = 0, theirs = 0;
    if (!value_do_not_contact(left, &ours) || !value_do_not_contact(right, &theirs) ||
        ours == theirs)
        return VERDICT_UNRESOLVED;
    return ours > theirs ? VERDICT_LEFT : VERDICT_RIGHT;
}

/* Only the other side has changed it since both agreed. A field that they own alone is taken from
 * them, whatever was written here meanwhile. */
static bool only_theirs_changed(const struct consent_case *consent)
{
    return consent->base.ours != 0 && consent->base.theirs != consent->shown &&
           (consent->line->direction == DIRECTION_TO_INTERNAL ||
            consent->base.ours == value_fingerprint(consent->ours));
}

enum verdict consent_of_tie(const struct judge_side *left, const struct judge_side *right)
{
    const instant ours = left->certain != INSTANT_NONE ? left->certain : left->possible;
    const instant theirs = right->certain != INSTANT_NONE ? right->certain : right->possible;
    const int64_t unit = theirs != INSTANT_NONE ? instant_unit(theirs) : 1;
    if (ours == INSTANT_NONE || theirs == INSTANT_NONE || ours / unit != theirs / unit)
        return VERDICT_UNRESOLVED;
    return consent_stricter(left->value, right->value);
}

/* Within the unit of their date it is a tie, and then the stricter value stays (13.16). */
static bool counts_as_known(const struct consent_case *consent)
{
    if (consent->theirs_at == INSTANT_NONE)
        return false;
    if (!consent->first_contact || consent->ours_at == INSTANT_NONE)
        return true;
    const int64_t unit = instant_unit(consent->theirs_at);
    return consent->theirs_at / unit > consent->ours_at / unit;
}

enum verdict consent_decide(const struct consent_case *consent, const char **decided_by)
{
    const enum verdict stricter = consent_stricter(consent->ours, consent->theirs);
    *decided_by = "base";
    if (only_theirs_changed(consent))
        return VERDICT_RIGHT;
    *decided_by = "policy integration";
    if (consent->line->on_conflict == CONFLICT_INTEGRATION)
        return VERDICT_RIGHT;
    *decided_by = "consent";
    if (stricter == VERDICT_RIGHT)
        return VERDICT_RIGHT;
    if (stricter == VERDICT_LEFT && !counts_as_known(consent))
        return VERDICT_LEFT;
    *decided_by = "dated";
    return VERDICT_RIGHT;
}
