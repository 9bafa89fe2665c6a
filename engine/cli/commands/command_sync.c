/* tandem sync: one run of one integration. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error_number.h"
#include "sync/process.h"
#include "cli/line/setup.h"
#include "cli/commands/commands.h"
#include "cli/commands/command_sync_all.h"
#include "host/deliveries.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "cli/commands/plan.h"
#include "cli/show/progress.h"
#include "host/registration.h"
#include "host/run_lock.h"
#include "host/run_traffic.h"
#include "host/signals.h"
#include "cli/show/summary_output.h"
#include "cli/line/sync_options.h"
#include "store/books/store_run.h"
#include "store/books/wishes.h"

/* All that a run holds, so that there is one place to let go of it. */
struct sync {
    const struct invocation *invocation;
    struct session session;
    struct integration integration;
    struct run_lock lock;
    struct run_options options;
    int64_t slice; /* of a backfill, from 1; 0: none */
    instant now;
    char *options_json; /* owned */
    char *scripts_json; /* owned; what must not have changed since the run that is resumed */
    struct store_unfinished unfinished;
    bool resumes; /* goes on with `unfinished` */
    struct store_run *run;
    struct text *wishes; /* what 'tandem retry' asked for, and this run tries */
    size_t wish_count;
    struct matter_count *matters; /* what is open after the run */
    size_t matter_count;
    uint64_t left_out;
    struct progress progress;
    struct deliveries deliveries; /* of webhooks, that this run acts on */
    bool idle;                    /* nothing that was delivered asks for a run */
    int report;                   /* where 'tandem serve' hears of the progress; -1: nowhere */
    struct timespec started;
};

enum { SUMMARY_DIGITS = 6 }; /* of seconds: nothing else in it has a point */

/* ---- the run ---- */

static void show_warnings(const struct sync *sync)
{
    const struct manual_warnings *const warnings = &sync->integration.warnings;
    for (size_t i = 0; !sync->invocation->session.quiet && i < warnings->count; i++)
        terminal_warning("%.*s", TEXT_PRINT(warnings->messages[i]));
}

static enum error_code describe_scripts(struct sync *sync, struct error *error)
{
    const struct script_version *const version =
        script_exchange_version(sync->integration.exchange);
    json_t *const scripts =
        json_pack("{s:o, s:o, s:s}", "name", value_json_text(version->name), "version",
                  value_json_text(version->version), "sha256", version->sha256);
    sync->scripts_json = scripts ? json_dumps(scripts, JSON_COMPACT) : NULL;
    json_decref(scripts);
    return sync->scripts_json ? ERROR_NONE : error_memory(error, "the version of the scripts");
}

/* Why this run can't go on with the last one; NULL: it can. */
static const char *why_not(const struct sync *sync)
{
    const struct store_unfinished *const last = &sync->unfinished;
    if (sync->options.internal_id_count || sync->options.integration_id_count)
        return "a sync of named objects begins anew";
    if (last->run == 0)
        return "the last run has ended, or came not as far as a first page";
    if (!text_equal(last->options_json, text_of(sync->options_json)))
        return "the last run had other options";
    if (!last->same_manual)
        return "the mapping has changed since the last run";
    if (!text_equal(last->scripts_json, text_of(sync->scripts_json)))
        return "the integration's scripts have changed since the last run";
    if (strcmp(last->progress.phase, "pull") == 0 && last->progress.iteration > 0 &&
        !script_exchange_manifest(sync->integration.exchange)->stable_cursors)
        return "its pages may have shifted since, as the integration does not say "
               "'stable_cursors'";
    return NULL;
}

/* A run that died is gone on with by itself; one that ended with an error only if that is asked
 * for, as its cursor may be what was wrong. */
static enum error_code find_unfinished(struct sync *sync, struct error *error)
{
    const bool asked = invocation_has(sync->invocation, "resume");
    const enum error_code code =
        resume_unfinished(sync->session.store, sync->integration.name, sync->slice,
                          sync->integration.manual, sync->session.arena, &sync->unfinished, error);
    if (code)
        return code;
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
    if (!sync->invocation->session.quiet)
        terminal_warning(
            "run %lld did not end; this run continues after its %s's page %u, and the next run "
            "reads what changed since",
            (long long)sync->unfinished.run, sync->unfinished.progress.phase,
            sync->unfinished.progress.iteration);
    return ERROR_NONE;
}

static enum error_code open_run(struct sync *sync, struct error *error)
{
    struct text setup = TEXT_ABSENT;
    if (setup_describe(&sync->integration, text_of(sync->scripts_json), sync->session.arena, &setup,
                       error))
        return error->code;
    const struct store_run_options options = {
        .integration = sync->integration.name,
        .manual = sync->integration.manual,
        .now = sync->now,
        .options_json = text_of(sync->options_json),
        .scripts_json = text_of(sync->scripts_json),
        .setup = setup,
        .resumes = sync->resumes ? sync->unfinished.run : 0,
        .slice = sync->slice,
        .retries = sync->integration.configuration->run.retries,
        .keep = {.days = sync->integration.configuration->run.keep_days,
                 .runs = sync->integration.configuration->run.keep_runs},
        .log = sync->session.log,
    };
    char prefix[128];
    enum error_code code = store_run_open(sync->session.store, &options, &sync->run, error);
    if (!code) {
        snprintf(prefix, sizeof prefix, "%.*s#%lld", TEXT_PRINT(options.integration),
                 (long long)store_run_id(sync->run));
        code = log_set_prefix(sync->session.log, prefix, error);
    }
    return code;
}

static double seconds_since(const struct timespec *started)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - started->tv_sec) + (double)(now.tv_nsec - started->tv_nsec) / 1e9;
}

static enum error_code print_summary(struct sync *sync, const struct run_summary *summary,
                                     const struct error *failure, struct error *error)
{
    const struct summary_facts facts = {
        .run = store_run_id(sync->run),
        .summary = summary,
        .http = http_client_counts(sync->integration.http),
        .scripts = script_exchange_version(sync->integration.exchange),
        .seconds = seconds_since(&sync->started),
        .error = failure->code ? failure : NULL,
        .matters = sync->matters,
        .matter_count = sync->matter_count,
        .left_out = sync->left_out,
    };
    if (invocation_has(sync->invocation, "json"))
        return output_json_digits(summary_output_json(&facts), SUMMARY_DIGITS, error);
    if (!sync->invocation->session.quiet)
        summary_output_text(&facts);
    return output_flush(error);
}

/* A run that met or made something that is open needs attention; and what it was to try again was
 * tried. */
static enum error_code look_at_matters(struct sync *sync, struct run_summary *summary,
                                       struct error *error)
{
    struct store *const store = sync->session.store;
    const struct text name = sync->integration.name;
    if (matters_count(store, name, sync->now, sync->session.arena, &sync->matters,
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
    progress_init(&sync->progress, sync->integration.name, sync->session.store);
    if (sync->report >= 0) {
        progress_report_to(&sync->progress, sync->report);
        progress_report_run(&sync->progress, store_run_id(sync->run));
    }
}

/* What /metrics of the service counts besides the summary. */
static void tell_traffic(const struct sync *sync)
{
    const struct run_traffic traffic = {
        .http = *http_client_traffic(sync->integration.http),
        .script_ms = script_exchange_cpu_ms(sync->integration.exchange)};
    if (sync->report >= 0)
        progress_report_json(&sync->progress, "traffic", run_traffic_json(&traffic));
}

static enum error_code carry_out(struct sync *sync, enum exit_code *exit_code, struct error *error)
{
    const struct observer *const observer = progress_observer(&sync->progress);
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
        .observers = observer,
        .observer_count = sync->report >= 0 || progress_wanted(sync->invocation->session.quiet,
                                                               sync->invocation->session.verbosity)
                              ? 1
                              : 0,
        .log = sync->session.log,
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
        log_redact(sync->session.log, failure.message);
    /* The run's own error comes first; trouble with writing its end is told if there is none. */
    (void)!look_at_matters(sync, &summary, &late);
    (void)!store_run_finish(
        sync->run, &summary, failure.code ? error_number_sentence(&failure, sentence) : NULL, &late);
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
    if (sync->deliveries.count > 0 || sync->deliveries.owed) {
        const enum error_code code =
            deliveries_end(&sync->integration, &sync->deliveries, store_run_id(sync->run), error);
        if (code)
            return code;
    }
    if (summary.status == RUN_DONE_WITH_ISSUES) {
        *exit_code = EXIT_NEEDS_ATTENTION;
        if (!sync->invocation->session.quiet)
            fprintf(stderr, "some objects need attention: see 'tandem status %.*s'\n",
                    TEXT_PRINT(run.integration));
    }
    return ERROR_NONE;
}

/* The integration for this process alone, or together with the backfill that this is a slice of. */
static enum error_code take_lock(struct sync *sync, struct error *error)
{
    const struct invocation *const invocation = sync->invocation;
    const char *const name = invocation->arguments[0], *const slice =
                                                           invocation_value(invocation, "slice");
    int64_t descriptor = -1;
    if (!slice)
        return run_lock_take(store_path(sync->session.store), name, "run", sync->now, &sync->lock,
                             error);
    if (!text_to_integer(text_of(slice), &sync->slice) || sync->slice < 0 ||
        !text_to_integer(text_of(invocation_value(invocation, "lock")), &descriptor) ||
        descriptor < 0 || descriptor > INT_MAX)
        return error_set(error, ERROR_USAGE, "option '--slice' is for 'tandem backfill' only");
    sync->options.slice = sync->slice > 0;
    return run_lock_share(store_path(sync->session.store), name, (int)descriptor, &sync->lock,
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

static enum error_code prepare(struct sync *sync, struct error *error)
{
    const char *const name = sync->invocation->arguments[0];
    const struct integration_needs needs = {.watchdog = true, .hot_swap = true};
    enum error_code code = session_open(&sync->invocation->session, &sync->session, error);
    if (code)
        return code;
    sync->now = session_now(&sync->session);
    if (read_report(sync, error) ||
        sync_options_read(sync->session.arena, sync->invocation, sync->now, &sync->options,
                          error) ||
        sync_options_describe(sync->invocation, &sync->options, &sync->options_json, error) ||
        integration_open(&sync->session, name, &needs, &sync->integration, error) ||
        take_lock(sync, error) || take_deliveries(sync, error))
        return error->code;
    if (sync->idle)
        return ERROR_NONE;
    code = wishes_take(sync->session.store, sync->integration.name, sync->session.arena,
                       &sync->options, &sync->wishes, &sync->wish_count, error);
    if (code)
        return code;
    const struct registration_own own = {.name = sync->integration.name,
                                         .manual = sync->integration.manual};
    show_warnings(sync);
    code = registration_refresh(&sync->session, &own, error);
    if (code)
        return code;
    code = describe_scripts(sync, error);
    if (!code)
        code = find_unfinished(sync, error);
    if (code)
        return code;
    signals_watch(sync->integration.http);
    return open_run(sync, error);
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    struct sync sync = {.invocation = invocation, .lock = {.descriptor = -1}, .report = -1};
    if (invocation_has(invocation, "all"))
        return command_sync_all(invocation, exit_code, error);
    if (invocation->argument_count == 0)
        return error_set(error, ERROR_USAGE,
                         "'tandem sync' needs more arguments: tandem sync NAME, or tandem sync "
                         "--all");
    if (invocation_has(invocation, "jobs"))
        return error_set(error, ERROR_USAGE, "option '--jobs' goes with --all");
    if (invocation_has(invocation, "dry-run"))
        return plan_run(invocation, exit_code, error);
    clock_gettime(CLOCK_MONOTONIC, &sync.started);
    enum error_code code = prepare(&sync, error);
    /* A script that cannot be loaded is a mistake of the set-up as long as nothing has started. */
    if (code == ERROR_SCRIPT || code == ERROR_SCRIPT_LIMIT)
        *exit_code = EXIT_WRONG_USE;
    if (!code && !sync.idle)
        code = carry_out(&sync, exit_code, error);
    if (code && sync.session.log)
        log_redact(sync.session.log, error->message);
    store_run_close(sync.run);
    integration_close(&sync.integration);
    run_lock_release(&sync.lock);
    session_close(&sync.session);
    free(sync.options_json);
    free(sync.scripts_json);
    return code;
}

static const struct option options[] = {
    SYNC_OPTIONS,
    {.name = "resume",
     .help =
         "resume the last run, which ended with an error; a killed run is resumed without this"},
    {.name = "dry-run", .help = "only show what would be done, like 'tandem plan'"},
    {.name = "all",
     .help = "every enabled integration, each in its own process; the exit code is the worst of "
             "all, in the order 1, 2, 4, 3, 0"},
    {.name = "jobs",
     .letter = 'j',
     .argument = "N",
     .help = "with --all: how many at once (default: as many as there are cores)"},
    {.name = "json", .help = "print the summary as one JSON object; with --all an array of them"},
    {.name = "deliveries", .argument = "WHICH", .help = NULL},
    {.name = "report", .argument = "DESCRIPTOR", .help = NULL},
    {.name = "slice", .argument = "N", .help = NULL},
    {.name = "lock", .argument = "DESCRIPTOR", .help = NULL},
    {.name = NULL},
};

const struct command command_sync = {
    .name = "sync",
    .arguments = "NAME|--all",
    .summary = "sync one integration, or all, in both directions",
    .details = "Pulls what changed there, then pushes what changed here. Ctrl-C ends it after the "
               "current page,\n"
               "a second one at once. Either way what was done stays done, and the next run "
               "continues from there.\n"
               "\n"
               "With --all, each line on standard error begins with the name of its integration, "
               "and a table of\n"
               "all integrations comes at the end. A signal stops all of them.",
    .examples = "  tandem sync helloworld --first-time-sync\n"
                "  tandem sync helloworld --start-datetime='2026-03-10 00:00:00' "
                "--end-datetime='2026-03-11 00:00:00'\n"
                "  tandem sync helloworld --internal-object-id contact:12\n"
                "  tandem sync helloworld --quiet --json | jq .pull.conflicts\n"
                "  tandem sync --all --jobs 4\n"
                "  tandem sync --all --json | jq '.[] | select(.exit_code != 0)'",
    .options = options,
    .least_arguments = 0,
    .most_arguments = 1,
    .run = run,
};
