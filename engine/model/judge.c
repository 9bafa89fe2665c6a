/* judge: pure decisions between the evidence of two sides. */
#include "model/judge.h"

static const char *const mode_names[] = {
    [JUDGE_BASE] = "base",
    [JUDGE_HARD] = "hard",
    [JUDGE_BEST] = "best",
    [JUDGE_FUZZY] = "fuzzy",
};

static const char *const verdict_names[] = {
    [VERDICT_EQUAL] = "equal",
    [VERDICT_LEFT] = "left",
    [VERDICT_RIGHT] = "right",
    [VERDICT_UNRESOLVED] = "unresolved",
};

struct judge judge_default(void)
{
    return (struct judge){{JUDGE_BASE, JUDGE_HARD, JUDGE_BEST, JUDGE_FUZZY}, JUDGE_MODE_COUNT};
}

bool judge_has_base(const struct judge *judge)
{
    for (size_t i = 0; i < judge->mode_count; i++)
        if (judge->modes[i] == JUDGE_BASE)
            return true;
    return false;
}

bool judge_mode_of_name(struct text name, enum judge_mode *mode)
{
    for (int i = 0; i < JUDGE_MODE_COUNT; i++) {
        if (text_equal(name, text_of(mode_names[i]))) {
            *mode = (enum judge_mode)i;
            return true;
        }
    }
    return false;
}

const char *judge_mode_name(enum judge_mode mode)
{
    return (unsigned)mode < JUDGE_MODE_COUNT ? mode_names[mode] : "none";
}

const char *judge_verdict_name(enum verdict verdict)
{
    return verdict_names[verdict];
}

/* The later instant wins; equal ones, or one missing, decide nothing. */
static enum verdict later_of(instant left, instant right)
{
    if (left == INSTANT_NONE || right == INSTANT_NONE || left == right)
        return VERDICT_UNRESOLVED;
    return left > right ? VERDICT_LEFT : VERDICT_RIGHT;
}

/* The side that still has the agreed value did not change it. */
static enum verdict by_base(const struct judge_side *left, const struct judge_side *right,
                            struct base base)
{
    bool left_kept = left->fingerprint == base.ours;
    bool right_kept = right->fingerprint == base.theirs;

    if (base.ours == 0 || (!left_kept && !right_kept))
        return VERDICT_UNRESOLVED;
    if (left_kept && right_kept) /* both have their own form of the same value */
        return VERDICT_EQUAL;
    return left_kept ? VERDICT_RIGHT : VERDICT_LEFT;
}

static enum verdict by_best(const struct judge_side *left, const struct judge_side *right)
{
    enum verdict verdict = later_of(left->certain, right->certain);

    return verdict != VERDICT_UNRESOLVED ? verdict : later_of(left->possible, right->possible);
}

/* A certain change wins if it is later than the other side's possible one. If it is earlier, that
 * proves nothing: the possible instant may belong to another field. */
static enum verdict by_fuzzy(const struct judge_side *left, const struct judge_side *right)
{
    enum verdict verdict = by_best(left, right);

    if (verdict != VERDICT_UNRESOLVED)
        return verdict;
    if (later_of(left->certain, right->possible) == VERDICT_LEFT)
        return VERDICT_LEFT;
    return later_of(left->possible, right->certain) == VERDICT_RIGHT ? VERDICT_RIGHT
                                                                     : VERDICT_UNRESOLVED;
}

/* `left` and `right` are known to differ. */
static enum verdict decide(enum judge_mode mode, const struct judge_side *left,
                           const struct judge_side *right, struct base base)
{
    switch (mode) {
    case JUDGE_BASE:
        return by_base(left, right, base);
    case JUDGE_HARD:
        return later_of(left->certain, right->certain);
    case JUDGE_BEST:
        return by_best(left, right);
    case JUDGE_FUZZY:
        return by_fuzzy(left, right);
    case JUDGE_MODE_COUNT:
        break;
    }
    return VERDICT_UNRESOLVED;
}

enum verdict judge_by_mode(enum judge_mode mode, const struct judge_side *left,
                           const struct judge_side *right, struct base base)
{
    return value_equal(left->value, right->value) ? VERDICT_EQUAL : decide(mode, left, right, base);
}

enum verdict judge_adjudicate(const struct judge *judge, const struct judge_side *left,
                              const struct judge_side *right, struct base base,
                              enum judge_mode *decided_by)
{
    if (decided_by)
        *decided_by = JUDGE_MODE_COUNT;
    if (value_equal(left->value, right->value))
        return VERDICT_EQUAL;
    for (size_t i = 0; i < judge->mode_count; i++) {
        enum verdict verdict = decide(judge->modes[i], left, right, base);
        if (verdict != VERDICT_UNRESOLVED) {
            if (decided_by)
                *decided_by = judge->modes[i];
            return verdict;
        }
    }
    return VERDICT_UNRESOLVED;
}
