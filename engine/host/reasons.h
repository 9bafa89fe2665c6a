/*
 * reasons: what the short names of outcomes, judgments and open matters mean, for people.
 */
#ifndef TANDEM_HOST_REASONS_H
#define TANDEM_HOST_REASONS_H

#include "store/books/quarantine.h"
#include "store/inspect/explain.h"

/* Why a side won a field, or nobody did; static. */
const char *reasons_of_decision(const struct explain_decision *decision);
/* Why an outcome is what it is; static. NULL: there is nothing to add. */
const char *reasons_of_outcome(const struct explain_outcome *outcome);

/* An open matter in plain words; static. */
struct reasons_matter {
    const char *name;    /* as --json and --reason have it */
    const char *meaning; /* "they refused this edit of ours" */
    const char *advice;  /* what an operator can do */
};
/* By its name; an unknown one gets a text that says so; never NULL. */
const struct reasons_matter *reasons_of_matter(struct text name);
/* Of an object that was tried in vain, or whose create has an unknown outcome; never NULL. */
const struct reasons_matter *reasons_of_failing(const struct quarantine_entry *entry);
/* All there are, one after the other; static. NULL behind the last one. */
const struct reasons_matter *reasons_matter_at(size_t index);

#endif
