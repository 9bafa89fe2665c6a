/* pull_unseen: whether a value that was sent is late, was edited, or was not kept. */
#include "sync/pull/pull_generation.h"
#include "model/value_form.h"

static bool is_after(instant at, instant answered_at)
{
    return at != INSTANT_NONE && at > answered_at + SAME_MOMENT_MS;
}

/* The answer's instant is by their clock; we cannot wait for one that is far ahead of ours. */
static bool is_lag_over(instant now, instant answered_at)
{
    return now >= answered_at + MATTER_LATE_MS || answered_at > now + MATTER_LATE_MS;
}

/* Nobody else has written it since we did. What they say of the last edit of the whole record holds
 * for the fields that we sent last: between an earlier sending and the last one somebody may have
 * edited the others. */
static bool is_own(const struct generation *generation, const struct candidate *candidate,
                   const struct unseen *unseen)
{
    const struct pull_case *pull = generation->pull;
    return candidate->own || (pull->reported->own && pull->mapping &&
                              unseen->answered_at >= pull->mapping->last_sync);
}

enum error_code pull_unseen_judge(const struct generation *generation,
                                  const struct candidate *candidate,
                                  const struct base_version *base, enum unseen_verdict *verdict,
                                  struct error *error)
{
    const struct unseen *unseen = base->unseen;
    const instant answered_at = unseen->answered_at;
    const bool own = is_own(generation, candidate, unseen);
    const instant shown_at = generation_instant(generation, candidate);
    bool form = candidate->shown == value_fingerprint(&unseen->sent);

    if (!form && candidate->reported &&
        value_is_form(generation->arena, &unseen->sent, candidate->reported, &form, error))
        return error->code;
    if (form)
        *verdict = UNSEEN_SEEN;
    else if (candidate->shown == base->theirs) /* as their answer said (decision 93) */
        *verdict = UNSEEN_NOT_KEPT;
    else if (unseen_was_before(unseen, candidate->shown))
        /* the record's date says nothing about a field that they ignore (decision 92) */
        *verdict = !own && is_after(candidate->changed_at, answered_at)   ? UNSEEN_EDITED
                   : is_lag_over(generation->pull->run->now, answered_at) ? UNSEEN_NOT_KEPT
                                                                          : UNSEEN_LATE;
    else if (candidate->value.kind == VALUE_REFERENCE)
        *verdict = UNSEEN_EDITED; /* its object here is looked up when it is written */
    else
        *verdict = !own && (shown_at == INSTANT_NONE || is_after(shown_at, answered_at))
                       ? UNSEEN_EDITED
                       : UNSEEN_NOT_KEPT;
    return ERROR_NONE;
}
