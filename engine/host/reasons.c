/* Plain words for short names. */
#include "host/reasons.h"

/* ---- judgments ---- */

const char *reasons_of_decision(const struct explain_decision *decision)
{
    static const struct {
        const char *decided_by, *reason;
    } reasons[] = {
        {"hard", "its field was certainly changed later"},
        {"best", "its object was changed later, though perhaps not in this field"},
        {"fuzzy", "it was changed later than anything on the other side"},
        {"policy internal", "the mapping says on_conflict = \"internal\""},
        {"policy integration", "the mapping says on_conflict = \"integration\""},
        {"policy non_empty", "the mapping says on_conflict = \"non_empty\""},
        {"policy strictest", "the mapping says on_conflict = \"strictest\""},
        {"policy function", "the mapping's on_conflict function decided"},
        {"dated", "theirs has a date, and no later edit of ours is known"},
        {"first_link", "nothing was agreed yet, and first_link decides"},
        {"edited_there", "ours was sent, and they were changed after that, before they showed it"},
        {"refused", "ours was refused, and they still have the value that it was judged against"},
        {"resolved", "'tandem resolve' decided in favor of our value"},
        {"on_tie", "no date shows which is later, and on_tie decides"},
    };
    const bool ours = text_equal(decision->verdict, TEXT("left"));
    if (text_equal(decision->verdict, TEXT("equal")))
        return "both sides have the same";
    if (text_equal(decision->decided_by, TEXT("withheld")))
        return "theirs cannot be stored here, so it is not taken, and ours is not sent over it "
               "until it is edited here";
    if (text_equal(decision->verdict, TEXT("unresolved")))
        return "both changed since they last agreed, and no date tells who was later";
    if (text_equal(decision->decided_by, TEXT("base")))
        return ours ? "theirs is still what both last agreed on, so only ours was edited"
                    : "ours is still what both last agreed on, so only theirs was edited";
    if (text_equal(decision->decided_by, TEXT("consent")))
        return ours ? "ours is the stricter do-not-contact reason, and nothing shows that theirs "
                      "is newer"
                    : "theirs is the stricter do-not-contact reason, and nothing shows that ours "
                      "is newer";
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (text_equal(decision->decided_by, text_of(reasons[i].decided_by)))
            return reasons[i].reason;
    }
    return "for a reason that this version does not know";
}

/* ---- outcomes ---- */

const char *reasons_of_outcome(const struct explain_outcome *outcome)
{
    static const struct {
        const char *reason, *words;
    } known[] = {
        {"ambiguous", "several objects here match it; merge them, then sync again"},
        {"already_mapped", "the record that was answered belongs to another object of ours"},
        {"deleted", "one of the two was deleted, so the other is left alone"},
        {"deleted_and_edited", "it was deleted on one side and edited on the other"},
        {"doubtful", "it matches an object here but contradicts it; say with 'tandem link' "
                     "whether they are the same"},
        {"empty", "none of its fields could be stored"},
        {"held", "nothing was agreed on yet, and first_link = \"hold\" leaves both as they are"},
        {"in_doubt", "a run died while creating it there, and it is unknown whether the record "
                     "exists"},
        {"issue", "the other side refused it; see the notes"},
        {"no_answer", "the integration's script gave no answer for it; it is sent again"},
        {"loop", "runs wrote the same field again and again, so it is held"},
        {"not_asked", "the run was limited to other objects"},
        {"not_found", "there is no such object"},
        {"not_kept", "the other side did not keep what was sent"},
        {"not_mapped", "such objects are not mapped"},
        {"not_reported", "it was requested by its id, and no longer exists there"},
        {"quarantined", "it failed in too many runs; see 'tandem quarantine list'"},
        {"remap_conflict", "its new record belongs to another object of ours"},
        {"merge_circle", "it and another record are each reported as merged into the other, so "
                         "neither merge is followed; see the notes"},
        {"report", "the report of it could not be read; see the notes"},
        {"retry", "the integration asked to try it again in a later run"},
        {"store", "the store refused to write it; see the notes"},
        {"script", "the integration's script failed for it; see the notes"},
        {"unlinked",
         "its record was deleted there; ours stays, and is not synced with it any more"},
        {"unresolved", "both sides changed a field, and neither won"},
        {"withheld", "their value cannot be stored here, so ours is not sent over it"},
    };
    if (text_equal(outcome->reason, TEXT("deleted")) &&
        text_equal(outcome->outcome, TEXT("updated")))
        return outcome->side == SIDE_INTEGRATION
                   ? "its record was deleted there, so ours was deleted here"
                   : "it was deleted here, so its record was deleted there";
    if (text_equal(outcome->reason, TEXT("required")))
        return outcome->side == SIDE_INTEGRATION
                   ? "it lacks a field that is required here and has no default"
                   : "it lacks a field that is required there and has no default";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (text_equal(outcome->reason, text_of(known[i].reason)))
            return known[i].words;
    }
    return NULL;
}

/* ---- open matters ---- */

static const struct reasons_matter matters[] = {
    {"refused", "they refused this edit of ours",
     "edit it here; or remove the cause of the refusal, then 'tandem retry'"},
    {"withheld", "their value cannot be stored here, so ours is not sent over it",
     "correct it there; or edit it here, and our value is sent"},
    {"not_kept", "they did not keep what was sent",
     "accept it; or edit ours or use 'tandem retry', and it is sent again"},
    {"held", "two values without a winner: both sides stay as they are",
     "'tandem conflicts' and 'tandem resolve'; or edit one of them"},
    {"ambiguous", "several objects here match it",
     "'tandem object merge', change an identifier of one, or 'tandem link'"},
    {"doubtful", "it matches an object here but contradicts it",
     "'tandem link NAME OURS THEIRS' if they are the same, else '--create'"},
    {"deleted_and_edited", "deleted on one side, edited on the other",
     "'tandem resolve TYPE:ID restore' creates the missing one again, 'delete' deletes the other"},
    {"loop", "runs write it again and again although nobody edits it",
     "find out who rewrites it; then edit it, or 'tandem retry'"},
    {"merge", "they are one record there, and two objects here",
     "'tandem object merge' makes one of them; or 'tandem forget', and the one without a record "
     "gets one"},
    {"quarantined", "it failed for too long",
     "'tandem retry' once the cause is gone, or 'tandem quarantine drop'"},
    {"retrying", "it failed, and the next run tries again", "nothing"},
    {"in_doubt", "it is unknown whether it was created there",
     "look there: 'tandem link' if it was, 'tandem quarantine retry' if not"},
};

const struct reasons_matter *reasons_matter_at(size_t index)
{
    return index < sizeof matters / sizeof *matters ? &matters[index] : NULL;
}

const struct reasons_matter *reasons_of_matter(struct text name)
{
    static const struct reasons_matter unknown = {"unknown", "it waits", "see the notes"};
    for (size_t i = 0; i < sizeof matters / sizeof *matters; i++) {
        if (text_equal(name, text_of(matters[i].name)))
            return &matters[i];
    }
    return &unknown;
}

const struct reasons_matter *reasons_of_failing(const struct quarantine_entry *entry)
{
    if (text_equal(entry->reason, TEXT("in_doubt")))
        return reasons_of_matter(TEXT("in_doubt"));
    return reasons_of_matter(entry->held ? TEXT("quarantined") : TEXT("retrying"));
}
