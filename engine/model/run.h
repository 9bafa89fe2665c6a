/*
 * run: one sync of one integration: its options, the operator's settings, the two sides and the
 * books, and the summary of what it did. sync/process.h carries it out.
 */
#ifndef TANDEM_MODEL_RUN_H
#define TANDEM_MODEL_RUN_H

#include <signal.h>

#include "base/log.h"
#include "model/books.h"
#include "model/journal.h"
#include "model/observer.h"
#include "model/side.h"

/* "contact:12" or "Lead:ab12": type and id, split at the first colon. */
struct object_name {
    struct text object, id;
};

/* Which open matters are to be retried: all, those with one reason, or those of one object of
 * either side. */
struct retry_wish {
    bool all;
    enum matter_reason reason; /* 0: those of an object */
    struct object_name name;
};

struct run_options {
    bool first_time, no_pull, no_push, no_activity_push;
    bool allow_mass_change; /* the guards against mass changes are off */
    /* one of several slices of a window, perhaps at the same time as others: it leaves
     * unfinished work of earlier runs to a whole run, and positions move only over consecutive
     * slices (books->set_reach) */
    bool slice;
    struct text start, end; /* absolute or relative (instant_parse_moment); absent: not given */
    const struct object_name *internal_ids;
    size_t internal_id_count;
    const struct object_name *integration_ids;
    size_t integration_id_count;
    const struct request_option *options;
    size_t option_count;
    const struct retry_wish *retry; /* open matters to be tried again (13.3) */
    size_t retry_count;
};

/* Split at the first colon; ERROR_USAGE that names the option if there is none or a part is empty.
 */
WARN_UNUSED enum error_code run_object_name_parse(struct text text, const char *option,
                                                  struct object_name *name, struct error *error);

/* "all", "refused", "withheld", "not_kept", "held", "ambiguous", "doubtful", "loop" or TYPE:ID;
 * anything else is an ERROR_USAGE. */
WARN_UNUSED enum error_code run_retry_wish_parse(struct text text, struct retry_wish *wish,
                                                 struct error *error);
/* What happens to an object that was deleted on one side and edited on the other (spec 13.5). */
enum edited_policy { EDITED_HOLD, EDITED_DELETE, EDITED_RESTORE };

/* The fields that tell objects of one kind apart (spec 13.7). */
struct distinguishing {
    struct text object;
    const struct text *fields;
    size_t count;
};

/* The operator's settings for judging and windows. */
struct run_settings {
    struct judge judge;
    enum tie_policy on_tie;
    enum first_link first_link; /* whose value counts if the sides never agreed; default: newest */
    /* for kinds that are not listed: firstname, lastname, birthday of contacts, none of others */
    const struct distinguishing *distinguish;
    size_t distinguish_count;
    enum edited_policy on_deleted_and_edited; /* default: nothing is deleted, people decide */
    int64_t overlap_ms;                       /* default 300 000 */
    unsigned page_full;    /* objects a full push reads per kind and iteration, default 200 */
    unsigned page_partial; /* default 100 */
    /* Mass change guard: a run ends before it deletes or unlinks more than this share of an
     * object's links */
    double mass_share; /* default 0.1 */
    /* ... but not below this number. */
    unsigned mass_minimum; /* default 20 */
    /* Outage: a run ends if more than this share of the objects that it met failed */
    double outage_share; /* default 0.5 */
    /* ... of at least this number. */
    unsigned outage_minimum; /* default 50 */
    /* Runs in which an object may fail before it is quarantined; default 5 */
    unsigned retries;
    /* How long the records of runs are kept: so many days, and at most so many runs */
    unsigned keep_days; /* default 30 */
    unsigned keep_runs; /* default 200 */
    /* How long a run may take before it ends after the current page; 0: for ever; default 1440 */
    unsigned run_minutes;
};
struct run_settings run_settings_default(void);

struct push_counts {
    uint64_t iterations, reported, created, updated, deleted, retried, issues, failed, unchanged,
        skipped, deferred;
};
struct pull_counts {
    uint64_t iterations, reported, created, updated, unchanged, skipped, failed, deferred;
    uint64_t deleted, unlinked; /* because of deletions there; both are among the updated */
    struct {
        uint64_t internal, integration, unresolved;
    } conflicts;
    struct {
        uint64_t internal, integration;
    } overwritten; /* values that were never agreed, on the side that lost them (first_link) */
    uint64_t
        contradicting; /* records that were linked although the object has another name (13.7) */
};

enum run_status { RUN_DONE, RUN_DONE_WITH_ISSUES, RUN_FAILED, RUN_REFUSED };

struct run_summary {
    enum run_status status;
    struct text integration;
    instant from, to;        /* of the first object; INSTANT_NONE: from the beginning */
    bool fills_lines;        /* new lines of the mapping: the pull began at the beginning */
    bool position_in_future; /* a stored position was later than now and was ignored */
    int64_t clock_behind_ms; /* how far the third party's clock was behind ours; negative: ahead */
    bool clock_measured;     /* by this run */
    bool clock_unknown;      /* no answer ever bore a date by which it could be measured */
    struct pull_counts pull;
    struct push_counts push;
    enum error_code code;  /* ERROR_NONE, or why the run failed */
    const char *failed_in; /* "pull", "push" or NULL (static) */
};

/* Everything that one run needs; nothing here outlives the run. All pointers are borrowed. */
struct run {
    struct text integration;
    instant now; /* the sync instant */
    const struct manual *manual;
    const struct run_settings *settings;
    const struct run_options *options;
    struct exchange *exchange; /* the integration */
    struct internal_side *internal;
    struct books *books;
    struct journal *journal; /* may be NULL: nothing survives a crash in the middle of a push */
    const struct run_progress *resume; /* NULL: a new run; otherwise `now` is that of the resumed
                                        * run */
    const struct observer *observers;
    size_t observer_count;
    struct log *log;                        /* may be NULL */
    const volatile sig_atomic_t *interrupt; /* nonzero: end after, or roll back, this iteration */
};

#endif
