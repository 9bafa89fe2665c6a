/* What the store shows: whether it is sound, how the last runs ended, what needs a person. */
#include "cli/commands/doctor_checks.h"

#include <inttypes.h>
#include <stdio.h>

#include "host/authorization_state.h"
#include "host/reasons.h"
#include "store/books/matters.h"
#include "store/check/store_check.h"
#include "store/inspect/status.h"

enum { DAY_MS = 86400000, STALE_DAYS = 7 };

void doctor_store(struct doctor *doctor)
{
    struct store_finding *findings = NULL;
    struct error trouble;
    size_t count = 0;
    if (store_check(doctor->session->store, doctor->session->arena, &findings, &count, &trouble)) {
        doctor_trouble(doctor, "restore a backup, then run 'tandem check --store'", &trouble);
        return;
    }
    for (size_t i = 0; i < count; i++)
        doctor_found(doctor, findings[i].mend ? "tandem check --store --mend" : findings[i].advice,
                     "%" PRIu64 " %s, such as '%.*s'", findings[i].count, findings[i].what,
                     TEXT_PRINT(findings[i].first));
}

/* ---- one integration ---- */

static void look_at_last_run(struct doctor *doctor, struct text name)
{
    struct status_run *runs = NULL;
    struct error ignored;
    size_t count = 0;
    char advice[256];
    if (status_runs(doctor->session->store, name, 1, doctor->session->arena, &runs, &count,
                    &ignored) ||
        !count)
        return;
    (void)snprintf(advice, sizeof advice, "tandem status %.*s; the next sync continues from there",
                   TEXT_PRINT(name));
    const instant now = session_now(doctor->session);
    if (text_equal(runs[0].status, TEXT("failed")) || text_equal(runs[0].status, TEXT("refused")))
        doctor_found(doctor, advice, "the last run of '%.*s' failed: %.*s", TEXT_PRINT(name),
                     TEXT_PRINT(runs[0].message));
    else if (now - runs[0].started > (instant)STALE_DAYS * DAY_MS)
        doctor_found(doctor, "let 'tandem serve', a timer or cron sync it, or set enabled = false",
                     "'%.*s' has not been synced for %" PRId64 " days", TEXT_PRINT(name),
                     (int64_t)((now - runs[0].started) / DAY_MS));
    if (runs[0].started > now)
        doctor_found(doctor, "set the clock; a position in the future is ignored",
                     "the last run of '%.*s' began in the future", TEXT_PRINT(name));
}

static void look_at_matters(struct doctor *doctor, struct text name)
{
    struct matter_count *counts = NULL;
    struct error ignored;
    size_t count = 0;
    if (matters_count(doctor->session->store, name, INSTANT_NONE, doctor->session->arena, &counts,
                      &count, &ignored))
        return;
    for (size_t i = 0; i < count; i++) {
        const struct reasons_matter *const words =
            reasons_of_matter(text_of(matter_reason_name(counts[i].reason)));
        doctor_found(doctor, words->advice, "'%.*s' has %" PRIu64 " open matters (%s): %s",
                     TEXT_PRINT(name), counts[i].open, words->name, words->meaning);
    }
}

void doctor_runs(struct doctor *doctor)
{
    struct status_integration *integrations = NULL;
    struct error ignored;
    size_t count = 0;
    if (status_integrations(doctor->session->store, doctor->session->arena, &integrations, &count,
                            &ignored))
        return;
    for (size_t i = 0; i < count; i++) {
        char advice[256];
        if (!integrations[i].enabled)
            continue;
        (void)snprintf(advice, sizeof advice, "tandem auth %.*s", TEXT_PRINT(integrations[i].name));
        if (authorization_state_is_missing(doctor->session, integrations[i].name))
            doctor_found(doctor, advice, "'%.*s' has to be authorized in a browser",
                         TEXT_PRINT(integrations[i].name));
        look_at_last_run(doctor, integrations[i].name);
        look_at_matters(doctor, integrations[i].name);
    }
}
