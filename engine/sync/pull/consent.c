#include "sync/pull/consent.h"

enum verdict consent_stricter(const struct value *left, const struct value *right)
{
    int ours = 0, theirs = 0;
    if (!value_do_not_contact(left, &ours) || !value_do_not_contact(right, &theirs) ||
        ours == theirs)
        return VERDICT_UNRESOLVED;
    return ours > theirs ? VERDICT_LEFT : VERDICT_RIGHT;
}

/* Only the other side has changed it since both agreed. A field that is theirs alone is theirs
 * whatever was written here meanwhile. */
static bool only_theirs_changed(const struct consent_case *consent)
{
    return consent->base != 0 && (consent->line->direction == DIRECTION_TO_INTERNAL ||
                                  consent->base == value_fingerprint(consent->ours));
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
    if (stricter == VERDICT_LEFT && !consent->dated)
        return VERDICT_LEFT;
    *decided_by = "dated";
    return VERDICT_RIGHT;
}
