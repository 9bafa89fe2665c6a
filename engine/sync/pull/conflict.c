/* Base, policy, modes, tie: asked in this order until one decides. */
#include "sync/pull/conflict.h"

#include "sync/pull/consent.h"

/* The policies that are applied before the judge; they may leave it VERDICT_UNRESOLVED. */
static enum error_code decide_by_policy(const struct conflict *conflict, enum verdict *verdict,
                                        const char **decided_by, struct error *error)
{
    const struct judge_side *left = conflict->left, *right = conflict->right;
    struct exchange *exchange = conflict->pull->run->exchange;
    *verdict = VERDICT_UNRESOLVED;
    switch (conflict->line->on_conflict) {
    case CONFLICT_INTERNAL:
        *verdict = VERDICT_LEFT;
        *decided_by = "policy internal";
        break;
    case CONFLICT_INTEGRATION:
        *verdict = VERDICT_RIGHT;
        *decided_by = "policy integration";
        break;
    case CONFLICT_NON_EMPTY:
        *decided_by = "policy non_empty";
        if (value_is_empty(left->value) != value_is_empty(right->value))
            *verdict = value_is_empty(left->value) ? VERDICT_RIGHT : VERDICT_LEFT;
        break;
    case CONFLICT_STRICTEST:
        *decided_by = "policy strictest";
        *verdict = consent_stricter(left->value, right->value);
        break;
    case CONFLICT_FUNCTION:
        *decided_by = "policy function";
        if (exchange && exchange->resolve_conflict)
            return exchange->resolve_conflict(exchange, conflict->pull->entry, conflict->line, left,
                                              right, verdict, error);
        break;
    case CONFLICT_NEWEST:
        break;
    }
    return ERROR_NONE;
}

enum error_code conflict_decide(const struct conflict *conflict, enum verdict *verdict,
                                const char **decided_by, struct error *error)
{
    const struct manual_object *internal = conflict->pull->entry->internal;
    const struct run_settings *settings = conflict->pull->run->settings;
    const struct judge_side *left = conflict->left, *right = conflict->right;
    const bool is_consent =
        internal->fields[conflict->line->internal_field].schema->role == FIELD_DO_NOT_CONTACT;
    enum judge_mode mode = JUDGE_MODE_COUNT;
    *decided_by = "nobody";
    if (judge_has_base(&settings->judge)) {
        *verdict = judge_by_mode(JUDGE_BASE, left, right, conflict->base);
        if (*verdict != VERDICT_UNRESOLVED) {
            *decided_by = "base";
            return ERROR_NONE;
        }
    }
    if (decide_by_policy(conflict, verdict, decided_by, error))
        return error->code;
    if (*verdict != VERDICT_UNRESOLVED)
        return ERROR_NONE;
    if (is_consent) {
        *verdict = consent_of_tie(left, right);
        *decided_by = *verdict != VERDICT_UNRESOLVED ? "consent" : "nobody";
        if (*verdict != VERDICT_UNRESOLVED)
            return ERROR_NONE;
    }
    *verdict = judge_adjudicate(&settings->judge, left, right, conflict->base, &mode);
    if (mode != JUDGE_MODE_COUNT)
        *decided_by = judge_mode_name(mode);
    if (*verdict != VERDICT_UNRESOLVED || settings->on_tie == TIE_NOBODY)
        return ERROR_NONE;
    /* a rule for all ties does not prove that a laxer value is newer */
    if (is_consent)
        *verdict = consent_stricter(left->value, right->value);
    *decided_by = "consent";
    if (*verdict == VERDICT_UNRESOLVED) {
        *verdict = settings->on_tie == TIE_INTERNAL ? VERDICT_LEFT : VERDICT_RIGHT;
        *decided_by = "on_tie";
    }
    return ERROR_NONE;
}
