/*
 * base_version: what both sides of a mapping last agreed on, field by field (spec sections 11,
 * 13.1, 13.2).
 *
 * A fingerprint is a pair: what ours was, and the form in which they keep it. Mostly the two are
 * equal. If `ours` is 0, nothing was agreed, and `theirs` is what they showed last, if anything.
 */
#ifndef TANDEM_MODEL_BASE_VERSION_H
#define TANDEM_MODEL_BASE_VERSION_H

#include "model/value.h"

/* In place of `ours`: the sides differ and stay so; our value counts as changed, whatever it is
 * (decision 96). No value has this fingerprint. */
#define BASE_VERSION_SPLIT (UINT64_MAX)
/* In place of `ours`: somebody decided that whatever they show next replaces our value. */
#define BASE_VERSION_YIELD (UINT64_MAX - 1)
/* In place of `at`: the record that the value was taken from had no instant. */
#define BASE_VERSION_UNDATED (INSTANT_NONE + 1)

/* What was sent and has not been reported yet. */
struct unseen {
    struct value sent;
    instant answered_at;    /* INSTANT_NONE: it was not answered */
    const uint64_t *before; /* fingerprints of what they may still show: the newest last */
    size_t before_count;
};

struct base_version {
    uint64_t ours;   /* fingerprint; 0: nothing was agreed */
    uint64_t theirs; /* fingerprint; 0: nothing is known of it */
    bool seen;       /* this run's pull found the integration to have exactly this value */
    instant at;      /* when the value became what it is; INSTANT_NONE: not known */
    const struct unseen *unseen; /* NULL: everything that was sent has been reported */
};

static inline bool base_version_is_agreed(const struct base_version *base)
{
    return base->ours != 0;
}

/* Is our value (its fingerprint) what it was when both agreed? */
static inline bool base_version_keeps(const struct base_version *base, uint64_t ours)
{
    return base->ours == ours || base->ours == BASE_VERSION_YIELD;
}

/* Both have this value, dated `at`. */
static inline void base_version_agree(struct base_version *base, uint64_t fingerprint, instant at)
{
    base->ours = base->theirs = fingerprint;
    base->at = at;
    base->unseen = NULL;
}

/* The sides differ and stay so; `theirs` as it was. */
static inline void base_version_split(struct base_version *base)
{
    base->ours = BASE_VERSION_SPLIT;
    base->at = INSTANT_NONE;
}

/* Was something sent and answered that no report has shown yet? */
static inline bool base_version_is_unseen(const struct base_version *base)
{
    return base->unseen && base->unseen->answered_at != INSTANT_NONE;
}

/* Was something sent that nobody answered, so that they may have it? */
static inline bool base_version_is_unanswered(const struct base_version *base)
{
    return base->unseen && base->unseen->answered_at == INSTANT_NONE;
}

/* Is this what they had before, and may still show until they have what was sent? */
static inline bool unseen_was_before(const struct unseen *unseen, uint64_t fingerprint)
{
    for (size_t i = 0; i < unseen->before_count; i++)
        if (unseen->before[i] == fingerprint)
            return true;
    return false;
}

#endif
