/* Base, policy, modes, tie: asked in this order until one decides. */
#include "sync/pull/conflict.h"

#include "sync/pull/consent.h"

/* The policies that are applied before the judge. */
static enum error_code decide_by_policy(const struct conflict_case *conflict, bool *decided,
                                        enum verdict *verdict, const char **decided_by,
                                        struct error *error)
{
    const struct judge_side *left = conflict->left, *right = conflict->right;
    struct exchange *exchange = conflict->exchange;
    *decided = true;
    switch (conflict->line->on_conflict) {
    case CONFLICT_INTERNAL:
        *verdict = VERDICT_LEFT;
        *decided_by = "policy internal";
        return ERROR_NONE;
    case CONFLICT_INTEGRATION:
        *verdict = VERDICT_RIGHT;
        *decided_by = "policy integration";
        return ERROR_NONE;
    case CONFLICT_NON_EMPTY:
        *decided_by = "policy non_empty";
        if (value_is_empty(left->value) != value_is_empty(right->value)) {
            *verdict = value_is_empty(left->value) ? VERDICT_RIGHT : VERDICT_LEFT;
            return ERROR_NONE;
        }
        break;
    case CONFLICT_STRICTEST:
        *decided_by = "policy strictest";
        *verdict = consent_stricter(left->value, right->value);
        if (*verdict != VERDICT_UNRESOLVED)
            return ERROR_NONE;
        break;
    case CONFLICT_FUNCTION:
        *decided_by = "policy function";
        if (exchange && exchange->resolve_conflict)
            return exchange->resolve_conflict(exchange, conflict->entry, conflict->line, left,
                                              right, verdict, error);
        break;
    case CONFLICT_NEWEST:
        break;
    }
    *decided = false;
    return ERROR_NONE;
}

static bool is_consent(const struct conflict_case *conflict)
{
    const struct manual_object *internal = conflict->entry->internal;
    return internal->fields[conflict->line->internal_field].schema->role == FIELD_DO_NOT_CONTACT;
}

enum error_code conflict_decide(const struct conflict_case *conflict, enum verdict *verdict,
                                const char **decided_by, struct error *error)
{
    enum judge_mode mode = JUDGE_MODE_COUNT;
    bool decided = false;
    *decided_by = "nobody";
    if (judge_has_base(conflict->judge)) {
        *verdict = judge_by_mode(JUDGE_BASE, conflict->left, conflict->right, conflict->base);
        if (*verdict != VERDICT_UNRESOLVED) {
            *decided_by = "base";
            return ERROR_NONE;
        }
    }
    if (decide_by_policy(conflict, &decided, verdict, decided_by, error))
        return error->code;
    if (decided && *verdict != VERDICT_UNRESOLVED)
        return ERROR_NONE;
    if (is_consent(conflict)) {
        *verdict = consent_of_tie(conflict->left, conflict->right);
        *decided_by = "consent";
        if (*verdict != VERDICT_UNRESOLVED)
            return ERROR_NONE;
        *decided_by = "nobody";
    }
    *verdict =
        judge_adjudicate(conflict->judge, conflict->left, conflict->right, conflict->base, &mode);
    if (mode != JUDGE_MODE_COUNT)
        *decided_by = judge_mode_name(mode);
    if (*verdict != VERDICT_UNRESOLVED || conflict->on_tie == TIE_NOBODY)
        return ERROR_NONE;
    /* a rule for all ties does not prove that a laxer value is newer */
    if (is_consent(conflict))
        *verdict = consent_stricter(conflict->left->value, conflict->right->value);
    *decided_by = "consent";
    if (*verdict == VERDICT_UNRESOLVED) {
        *verdict = conflict->on_tie == TIE_INTERNAL ? VERDICT_LEFT : VERDICT_RIGHT;
        *decided_by = "on_tie";
    }
    return ERROR_NONE;
}
