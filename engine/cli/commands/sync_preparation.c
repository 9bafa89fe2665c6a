/* What a run needs before it begins, and whether it continues one that did not end. */
#include "cli/commands/sync_preparation.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands/setup.h"
#include "cli/line/sync_options.h"
#include "cli/show/output.h"
#include "host/registration.h"
#include "host/signals.h"
#include "store/books/wishes.h"

static void show_warnings(const struct sync *sync)
{
    const struct manual_warnings *const warnings = &sync->integration.warnings;
    for (size_t i = 0; !sync->invocation->options.quiet && i < warnings->count; i++)
        terminal_warning("%.*s", TEXT_PRINT(warnings->messages[i]));
}

/* Why this run cannot continue the last one; NULL: it can. */
static const char *why_not(const struct sync *sync)
{
    const struct store_unfinished *const last = &sync->unfinished;
    if (sync->options.internal_id_count || sync->options.integration_id_count)
        return "a sync of selected objects starts over";
    if (last->run == 0)
        return "the last run has ended, or did not complete its first page";
    if (!text_equal(last->options_json, sync->options_json))
        return "the last run had other options";
    if (!last->same_manual)
        return "the mapping has changed since the last run";
    if (!text_equal(last->scripts_json, sync->scripts_json))
        return "the integration's scripts have changed since the last run";
    if (strcmp(last->progress.phase, "pull") == 0 && last->progress.iteration > 0 &&
        !script_exchange_manifest(sync->integration.exchange)->stable_cursors)
        return "its pages may have shifted since, because the integration does not declare "
               "'stable_cursors'";
    return NULL;
}

/* A run that died is resumed automatically; one that ended with an error only on request, because
 * its cursor may have caused the error. */
static enum error_code find_unfinished(struct sync *sync, struct error *error)
{
    const bool asked = invocation_has(sync->invocation, "resume");
    if (resume_unfinished(sync->session->store, sync->integration.name, sync->slice,
                          sync->integration.manual, sync->session->arena, &sync->unfinished, error))
        return error->code;
    const char *const reason = why_not(sync);
    if (asked && reason)
        return error_set(error, ERROR_REFUSED,
                         "there is nothing to resume: %s; sync without "
                         "--resume",
                         reason);
    if (reason || (!asked && !sync->unfinished.died))
        return ERROR_NONE;
    sync->resumes = true;
    sync->now = sync->unfinished.now;
    if (!sync->invocation->options.quiet)
        terminal_warning(
            "run %lld was interrupted; this run continues after page %u of its %s, and the next "
            "run reads what changed since",
            (long long)sync->unfinished.run, sync->unfinished.progress.iteration,
            sync->unfinished.progress.phase);
    return ERROR_NONE;
}

static enum error_code open_run(struct sync *sync, struct error *error)
{
    struct text setup = TEXT_ABSENT;
    if (setup_describe(&sync->integration, sync->scripts_json, sync->session->arena, &setup, error))
        return error->code;
    const struct store_run_options options = {
        .integration = sync->integration.name,
        .manual = sync->integration.manual,
        .now = sync->now,
        .options_json = sync->options_json,
        .scripts_json = sync->scripts_json,
        .setup = setup,
        .resumes = sync->resumes ? sync->unfinished.run : 0,
        .slice = sync->slice,
        .retries = sync->integration.configuration->run.retries,
        .keep = {.days = sync->integration.configuration->run.keep_days,
                 .runs = sync->integration.configuration->run.keep_runs},
        .log = sync->session->log,
    };
    char prefix[128];
    if (store_run_open(sync->session->store, &options, &sync->run, error))
        return error->code;
    snprintf(prefix, sizeof prefix, "%.*s#%lld", TEXT_PRINT(options.integration),
             (long long)store_run_id(sync->run));
    return log_set_prefix(sync->session->log, prefix, error);
}

/* The integration for this process alone, or together with the backfill that this is a slice of. */
static enum error_code take_lock(struct sync *sync, struct error *error)
{
    const struct invocation *const invocation = sync->invocation;
    const char *const name = invocation->arguments[0], *const slice =
                                                           invocation_value(invocation, "slice");
    int64_t descriptor = -1;
    if (!slice)
        return run_lock_take(store_path(sync->session->store), name, "run", sync->now, &sync->lock,
                             error);
    if (!text_to_integer(text_of(slice), &sync->slice) || sync->slice < 0 ||
        !text_to_integer(text_of(invocation_value(invocation, "lock")), &descriptor) ||
        descriptor < 0 || descriptor > INT_MAX)
        return error_set(error, ERROR_USAGE, "option '--slice' is for 'tandem backfill' only");
    sync->options.slice = sync->slice > 0;
    return run_lock_share(store_path(sync->session->store), name, (int)descriptor, &sync->lock,
                          error);
}

static enum error_code read_report(struct sync *sync, struct error *error)
{
    const char *const word = invocation_value(sync->invocation, "report");
    int64_t descriptor = -1;
    if (!word)
        return ERROR_NONE;
    if (!text_to_integer(text_of(word), &descriptor) || descriptor < 3 || descriptor > 1024 ||
        fcntl((int)descriptor, F_SETFD, FD_CLOEXEC) != 0)
        return error_set(error, ERROR_USAGE, "option '--report' is for 'tandem serve' only");
    sync->report = (int)descriptor;
    return ERROR_NONE;
}

/* Deliveries of webhooks that wait become ids; without any there is nothing to do. */
static enum error_code take_deliveries(struct sync *sync, struct error *error)
{
    struct deliveries *const deliveries = &sync->deliveries;
    struct run_options *const options = &sync->options;
    if (!invocation_has(sync->invocation, "deliveries"))
        return ERROR_NONE;
    if (deliveries_take(&sync->integration, deliveries, error))
        return error->code;
    if (deliveries->whole) {
        options->internal_id_count = options->integration_id_count = 0;
    } else {
        options->integration_ids = deliveries->names;
        options->integration_id_count = deliveries->name_count;
        sync->idle = deliveries->name_count == 0 && options->internal_id_count == 0;
    }
    return ERROR_NONE;
}

enum error_code sync_preparation_begin(struct sync *sync, struct error *error)
{
    const char *const name = sync->invocation->arguments[0];
    const struct integration_needs needs = {.watchdog = true, .hot_swap = true};
    if (session_open(&sync->invocation->options, sync->session, error))
        return error->code;
    struct arena *const arena = sync->session->arena;
    sync->now = session_now(sync->session);
    if (read_report(sync, error) ||
        sync_options_read(arena, sync->invocation, sync->now, &sync->options, error) ||
        sync_options_describe(sync->invocation, &sync->options, arena, &sync->options_json,
                              error) ||
        integration_open(sync->session, name, &needs, &sync->integration, error) ||
        take_lock(sync, error) || take_deliveries(sync, error))
        return error->code;
    if (sync->idle)
        return ERROR_NONE;
    if (wishes_take(sync->session->store, sync->integration.name, arena, &sync->options,
                    &sync->wishes, &sync->wish_count, error))
        return error->code;
    const struct registration_own own = {.name = sync->integration.name,
                                         .manual = sync->integration.manual};
    show_warnings(sync);
    if (registration_refresh(sync->session, &own, error) ||
        setup_scripts(&sync->integration, arena, &sync->scripts_json, error) ||
        find_unfinished(sync, error))
        return error->code;
    signals_watch(sync->integration.http);
    return open_run(sync, error);
}
