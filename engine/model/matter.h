/*
 * matter: something that waits for a person or for another try (spec section 13.3).
 *
 * Every open matter has a reason, a first and a last instant, and a place: a field of a link
 * (refused, withheld, not_kept, held), or a record or object as a whole. It is listed until it is
 * resolved, and can be retried by object, by reason, or all at once.
 */
#ifndef TANDEM_MODEL_MATTER_H
#define TANDEM_MODEL_MATTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/instant.h"
#include "base/text.h"

/* Stored: the numbers never change. */
enum matter_reason {
    MATTER_REFUSED = 1,            /* an edit of ours that they refuse */
    MATTER_WITHHELD = 2,           /* a value of theirs that cannot be stored here; ours is not
                                    * sent */
    MATTER_NOT_KEPT = 3,           /* what we sent is not what they keep */
    MATTER_HELD = 4,               /* nobody won: both sides stay as they are */
    MATTER_AMBIGUOUS = 5,          /* a record that several objects of ours match */
    MATTER_DOUBTFUL = 6,           /* a record that matches an object by its identifiers but has
                                    * another name */
    MATTER_DELETED_AND_EDITED = 7, /* deleted on one side, edited on the other */
    MATTER_LOOP = 8,               /* two systems rewrite a value again and again */
    MATTER_MERGE = 9,              /* records or objects that may be one */
    /* They still showed what we had written over. Nothing for people yet, and not listed: their
     * next report tells. If none comes for MATTER_LATE_ASKED_MS, the record is asked for by its id.
     */
    MATTER_LATE = 10,
    /* A record has lost its object, and may become another one. Nothing for people, and not
     * listed: a report that tells only a part of it does not make an object of it. */
    MATTER_LEFT_OUT = 11
};

/* So long may they show what they had before (13.2). */
enum { MATTER_LATE_MS = 10 * 60 * 1000, MATTER_LATE_ASKED_MS = 24 * 60 * 60 * 1000 };

/* "refused", "not_kept" ... (static). */
const char *matter_reason_name(enum matter_reason reason);
/* False if there is no reason of this name. */
bool matter_reason_of_name(struct text name, enum matter_reason *reason);

/* A matter at one field of a mapping. Refusals and ties are not among them: they are marks at
 * tracked changes (enum change_mark_kind). */
struct field_matter {
    size_t field; /* index in the internal object's manual fields */
    enum matter_reason reason;
    instant first, last;
};

#endif
