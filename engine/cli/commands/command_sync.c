/* tandem sync: one run of one integration. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/error_number.h"
#include "sync/process.h"
#include "cli/commands/commands.h"
#include "cli/show/output.h"
#include "cli/commands/sync_preparation.h"
#include "host/run_traffic.h"
#include "host/signals.h"
#include "cli/show/summary_output.h"
#include "cli/line/sync_options.h"
#include "store/books/wishes.h"

enum { SUMMARY_DIGITS = 6 }; /* of seconds: the text has no other point */

/* ---- the run ---- */

static enum error_code print_summary(struct sync *sync, const struct run_summary *summary,
                                     const struct error *failure, struct error *error)
{
    const struct summary_facts facts = {
        .run = store_run_id(sync->run),
        .summary = summary,
        .http = http_client_counts(sync->integration.http),
        .scripts = script_exchange_version(sync->integration.exchange),
        .seconds = summary_output_seconds(&sync->started),
        .error = failure->code ? failure : NULL,
        .matters = sync->matters,
        .matter_count = sync->matter_count,
        .left_out = sync->left_out,
    };
    if (invocation_has(sync->invocation, "json"))
        return output_json_digits(summary_output_json(&facts), SUMMARY_DIGITS, error);
    if (!sync->invocation->options.quiet)
        summary_output_text(&facts);
    return output_flush(error);
}

/* A run that met or created an open matter needs attention; and the matters that it was to retry
 * were retried. */
static enum error_code look_at_matters(struct sync *sync, struct run_summary *summary,
                                       struct error *error)
{
    struct store *const store = sync->session->store;
    const struct text name = sync->integration.name;
    if (store_run_forget_settled(sync->run, error) ||
        matters_count(store, name, sync->now, sync->session->arena, &sync->matters,
                      &sync->matter_count, error) ||
        matters_left_out(store, store_run_id(sync->run), &sync->left_out, error))
        return error->code;
    if (summary->status == RUN_DONE && summary_output_met(sync->matters, sync->matter_count))
        summary->status = RUN_DONE_WITH_ISSUES;
    if (summary->status == RUN_FAILED || summary->status == RUN_REFUSED)
        return ERROR_NONE;
    return wishes_end(store, name, sync->wishes, sync->wish_count, error);
}

static void begin_progress(struct sync *sync)
{
    progress_init(&sync->progress, sync->integration.name, sync->session->store);
    if (sync->report >= 0) {
        progress_report_to(&sync->progress, sync->report);
        progress_report_json(&sync->progress, "run", json_integer(store_run_id(sync->run)));
    }
}

/* What the service's /metrics count besides the summary. */
static void tell_traffic(const struct sync *sync)
{
    const struct run_traffic traffic = {.http = *http_client_traffic(sync->integration.http),
                                        .script_ms =
                                            script_exchange_cpu_ms(sync->integration.exchange)};
    if (sync->report >= 0)
        progress_report_json(&sync->progress, "traffic", run_traffic_json(&traffic));
}

static enum error_code carry_out_sync(struct sync *sync, struct error *error)
{
    const struct run run = {
        .integration = sync->integration.name,
        .now = sync->now,
        .manual = sync->integration.manual,
        .settings = &sync->integration.configuration->run,
        .options = &sync->options,
        .exchange = script_exchange_table(sync->integration.exchange),
        .internal = store_run_internal(sync->run),
        .books = store_run_books(sync->run),
        .journal = store_run_journal(sync->run),
        .resume = sync->resumes ? &sync->unfinished.progress : NULL,
        .observers = &sync->progress.observer,
        .observer_count = sync->report >= 0 || progress_wanted(sync->invocation->options.quiet,
                                                               sync->invocation->options.verbosity)
                              ? 1
                              : 0,
        .log = sync->session->log,
        .interrupt = signals_flag(),
    };
    struct run_summary summary = {
        .integration = run.integration, .from = INSTANT_NONE, .to = INSTANT_NONE};
    struct error failure = {.code = ERROR_NONE}, late = {.code = ERROR_NONE};
    char sentence[ERROR_NUMBER_SENTENCE_SIZE];

    begin_progress(sync);
    (void)!process_run(&run, &summary, &failure);
    progress_clear(&sync->progress);
    tell_traffic(sync);
    if (failure.code)
        log_redact(sync->session->log, failure.message);
    /* The run's own error comes first; one of recording its end is reported if there is none. */
    (void)!look_at_matters(sync, &summary, &late);
    (void)!store_run_finish(sync->run, &summary,
                            failure.code ? error_number_sentence(&failure, sentence) : NULL, &late);
    if (!failure.code && late.code) {
        failure = late;
        summary.status = RUN_FAILED;
    }
    late.code = ERROR_NONE;
    (void)!print_summary(sync, &summary, &failure, &late);
    if (!failure.code && late.code)
        failure = late;
    if (failure.code) {
        *error = failure;
        return failure.code;
    }
    if ((sync->deliveries.count > 0 || sync->deliveries.owed) &&
        deliveries_end(&sync->integration, &sync->deliveries, store_run_id(sync->run), error))
        return error->code;
    if (summary.status == RUN_DONE_WITH_ISSUES) {
        *sync->invocation->exit_code = EXIT_NEEDS_ATTENTION;
        if (!sync->invocation->options.quiet)
            fprintf(stderr, "some objects need attention: see 'tandem status %.*s'\n",
                    TEXT_PRINT(run.integration));
    }
    return ERROR_NONE;
}

static enum error_code run_sync(const struct invocation *invocation, struct error *error)
{
    struct sync sync = {.invocation = invocation,
                        .session = invocation->session,
                        .lock = {.descriptor = -1},
                        .report = -1};
    if (invocation_has(invocation, "all"))
        return command_sync_all(invocation, error);
    if (invocation->argument_count == 0)
        return error_set(error, ERROR_USAGE,
                         "'tandem sync' needs more arguments: tandem sync NAME, or tandem sync "
                         "--all");
    if (invocation_has(invocation, "jobs"))
        return error_set(error, ERROR_USAGE, "option '--jobs' goes with --all");
    if (invocation_has(invocation, "dry-run"))
        return command_plan.run(invocation, error);
    clock_gettime(CLOCK_MONOTONIC, &sync.started);
    enum error_code code = sync_preparation_begin(&sync, error);
    /* A script that cannot be loaded is a setup mistake as long as nothing has started. */
    if (code == ERROR_SCRIPT || code == ERROR_SCRIPT_LIMIT)
        *invocation->exit_code = EXIT_WRONG_USE;
    if (!code && !sync.idle)
        code = carry_out_sync(&sync, error);
    store_run_close(sync.run);
    integration_close(&sync.integration);
    run_lock_release(&sync.lock);
    return code;
}

static const struct option options[] = {
    SYNC_OPTIONS,
    FLAG("resume",
         "resume the last run, which ended with an error; a killed run is resumed without this"),
    FLAG("dry-run", "only show what would be done, like 'tandem plan'"),
    FLAG("all", "every enabled integration, each in its own process; the exit code is the worst of "
                "all, in the order 1, 2, 4, 3, 0"),
    OPTION("jobs", "N", "with --all: how many at once (default: as many as there are cores)",
           .letter = 'j'),
    FLAG("json", "print the summary as one JSON object; with --all an array of them"),
    OPTION("deliveries", "WHICH", NULL),
    OPTION("report", "DESCRIPTOR", NULL),
    OPTION("slice", "N", NULL),
    OPTION("lock", "DESCRIPTOR", NULL),
    {.name = NULL},
};

const struct command command_sync = {
    .name = "sync",
    .arguments = "NAME|--all",
    .summary = "sync one integration, or all, in both directions",
    .details =
        "Pulls what changed there, then pushes what changed here. Ctrl-C ends it after the "
        "current page, a second one at once. Either way what was done stays done, and the "
        "next run continues from there.\n\n"
        "With --all, each line on standard error begins with the name of its integration, and "
        "a table of all integrations comes at the end. A signal stops all of them.",
    .examples = "  tandem sync helloworld --first-time-sync\n"
                "  tandem sync helloworld --start-datetime='2026-03-10 00:00:00' "
                "--end-datetime='2026-03-11 00:00:00'\n"
                "  tandem sync helloworld --internal-object-id contact:12\n"
                "  tandem sync helloworld --quiet --json | jq .pull.conflicts\n"
                "  tandem sync --all --jobs 4\n"
                "  tandem sync --all --json | jq '.[] | select(.exit_code != 0)'",
    .options = options,
    .run = run_sync,
};
