/* matter: the reasons and their names. */
#include "model/matter.h"

static const char *const names[] = {
    [MATTER_REFUSED] = "refused",
    [MATTER_WITHHELD] = "withheld",
    [MATTER_NOT_KEPT] = "not_kept",
    [MATTER_HELD] = "held",
    [MATTER_AMBIGUOUS] = "ambiguous",
    [MATTER_DOUBTFUL] = "doubtful",
    [MATTER_DELETED_AND_EDITED] = "deleted_and_edited",
    [MATTER_LOOP] = "loop",
    [MATTER_MERGE] = "merge",
};
enum { NAME_COUNT = sizeof names / sizeof *names };

const char *matter_reason_name(enum matter_reason reason)
{
    return (unsigned)reason < NAME_COUNT && names[reason] ? names[reason] : "unknown";
}

bool matter_reason_of_name(struct text name, enum matter_reason *reason)
{
    for (size_t i = MATTER_REFUSED; i < NAME_COUNT; i++) {
        if (text_equal(name, text_of(names[i]))) {
            *reason = (enum matter_reason)i;
            return true;
        }
    }
    return false;
}
