/* A run on a snapshot of the store: its changes are shown, and nothing is kept. */
#include "sync/process.h"
#include "cli/commands/plan.h"

#include <stdlib.h>
#include <time.h>

#include "host/integration.h"
#include "cli/show/output.h"
#include "cli/show/plan_csv.h"
#include "cli/show/plan_output.h"
#include "host/registration.h"
#include "host/signals.h"
#include "cli/commands/setup.h"
#include "cli/line/sync_options.h"
#include "store/books/store_run.h"
#include "store/books/wishes.h"

/* The resources of a plan. */
struct plan {
    const struct invocation *invocation;
    struct session session; /* on a snapshot */
    struct integration integration;
    struct run_options options;
    instant now;
    struct store_run *run; /* of the snapshot */
    struct plan_watch watch;
    struct reported_values *values; /* owned */
    const struct plan_listener *listener;
    struct timespec started;
};

static double seconds_since(const struct timespec *started)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - started->tv_sec) + (double)(now.tv_nsec - started->tv_nsec) / 1e9;
}

/* What was refused is sent again by the sync that follows if this has changed (13.3). */
static enum error_code describe_setup(struct plan *plan, struct text *setup, struct error *error)
{
    char *scripts_json = NULL;
    enum error_code code = setup_scripts(&plan->integration, &scripts_json, error);

    if (!code)
        code = setup_describe(&plan->integration, text_of(scripts_json), plan->session.arena, setup,
                              error);
    free(scripts_json);
    return code;
}

static enum error_code prepare(struct plan *plan, struct error *error)
{
    const char *const name = plan->invocation->arguments[0];
    const struct integration_needs needs = {
        .watchdog = true,
        .dry_run = true,
        .proposed = invocation_has(plan->invocation, "proposed"),
        .would_send = plan->listener->would_send,
        .would_send_context = plan->listener->context,
    };
    struct text *wishes = NULL;
    size_t wish_count = 0;
    signals_watch(NULL); /* the snapshot is being made: an interrupt waits until it has no name */
    enum error_code code = session_open_snapshot(&plan->invocation->session, &plan->session, error);
    if (code)
        return code;
    plan->now = session_now(&plan->session);
    code =
        sync_options_read(plan->session.arena, plan->invocation, plan->now, &plan->options, error);
    if (!code)
        code = integration_open(&plan->session, name, &needs, &plan->integration, error);
    if (code)
        return code;
    plan->options.first_time |= plan->listener->first_time;
    const struct registration_own own = {.name = plan->integration.name,
                                         .manual = plan->integration.manual};
    code = registration_refresh(&plan->session, &own, error);
    if (!code)
        code = reported_values_new(&plan->values, error);
    if (!code)
        code = wishes_take(plan->session.store, plan->integration.name, plan->session.arena,
                           &plan->options, &wishes, &wish_count, error);
    if (code)
        return code;
    if (plan->listener->begin && plan->listener->begin(plan->listener->context, &plan->session,
                                                       plan->integration.manual, error))
        return error->code;
    signals_watch(plan->integration.http);
    struct text setup = TEXT_ABSENT;
    if (describe_setup(plan, &setup, error))
        return error->code;
    const struct store_run_options options = {
        .integration = plan->integration.name,
        .manual = plan->integration.manual,
        .now = plan->now,
        .options_json = TEXT("{}"),
        .setup = setup,
        .retries = plan->integration.configuration->run.retries,
        .log = plan->session.log,
    };
    return store_run_open(plan->session.store, &options, &plan->run, error);
}

/* A run that fails tells what is open all the same. */
static void look_at_matters(struct plan *plan, struct run_summary *summary,
                            struct summary_facts *facts, struct error *error)
{
    struct matter_count *matters = NULL;
    if (matters_count(plan->session.store, summary->integration, plan->now, plan->session.arena,
                      &matters, &facts->matter_count, error) ||
        matters_left_out(plan->session.store, facts->run, &facts->left_out, error))
        return;
    facts->matters = matters;
    if (summary->status == RUN_DONE && summary_output_met(matters, facts->matter_count))
        summary->status = RUN_DONE_WITH_ISSUES;
}

static enum error_code run_it(struct plan *plan, enum exit_code *exit_code, struct error *error)
{
    static const struct observer none;
    const struct plan_parties parties = {.internal = store_run_internal(plan->run),
                                         .exchange =
                                             script_exchange_table(plan->integration.exchange),
                                         .store = plan->session.store,
                                         .values = plan->values,
                                         .log = plan->session.log,
                                         .tell = plan->listener->tell,
                                         .context = plan->listener->context};
    plan_watch_init(&plan->watch, &parties);
    const struct observer observers[2] = {
        plan->watch.observer, plan->listener->observer ? *plan->listener->observer : none};
    const struct run run = {
        .integration = plan->integration.name,
        .now = plan->now,
        .manual = plan->integration.manual,
        .settings = &plan->integration.configuration->run,
        .options = &plan->options,
        .exchange = &plan->watch.theirs,
        .internal = &plan->watch.ours,
        .books = store_run_books(plan->run),
        .journal = store_run_journal(plan->run),
        .observers = observers,
        .observer_count = 2,
        .log = plan->session.log,
        .interrupt = signals_flag(),
    };
    struct run_summary summary = {
        .integration = run.integration, .from = INSTANT_NONE, .to = INSTANT_NONE};
    struct error failure = {.code = ERROR_NONE};
    (void)!process_run(&run, &summary, &failure);
    if (!failure.code)
        failure = plan->watch.trouble;
    if (failure.code)
        log_redact(plan->session.log, failure.message);
    struct summary_facts facts = {
        .run = store_run_id(plan->run),
        .summary = &summary,
        .http = http_client_counts(plan->integration.http),
        .scripts = script_exchange_version(plan->integration.exchange),
        .seconds = seconds_since(&plan->started),
    };
    struct error late = {.code = ERROR_NONE};
    look_at_matters(plan, &summary, &facts, &late);
    if (!failure.code)
        failure = late;
    facts.error = failure.code ? &failure : NULL;
    const enum error_code code =
        plan->listener->end(plan->listener->context, &facts, plan->values, exit_code, error);
    if (failure.code)
        *error = failure;
    return failure.code ? failure.code : code;
}

enum error_code plan_carry_out(const struct invocation *invocation,
                               const struct plan_listener *listener, enum exit_code *exit_code,
                               struct error *error)
{
    struct plan plan = {.invocation = invocation, .listener = listener};
    clock_gettime(CLOCK_MONOTONIC, &plan.started);
    enum error_code code = prepare(&plan, error);
    if (code == ERROR_SCRIPT || code == ERROR_SCRIPT_LIMIT)
        *exit_code = EXIT_WRONG_USE;
    if (!code)
        code = run_it(&plan, exit_code, error);
    if (code && plan.session.log)
        log_redact(plan.session.log, error->message);
    store_run_close(plan.run);
    reported_values_free(plan.values);
    integration_close(&plan.integration);
    session_close(&plan.session);
    return code;
}

/* ---- tandem plan ---- */

/* Where it is reported. */
struct told {
    struct plan_output output;
    struct plan_csv values;
};

static enum error_code tell_change(void *context, const struct plan_change *change,
                                   struct error *error)
{
    struct told *const told = context;
    if (plan_csv_values(&told->values, change, &told->output.replaced[change->receiver], error))
        return error->code;
    return plan_output_change(&told->output, change, error);
}

static void would_send(void *context, const struct http_request *request)
{
    plan_output_would_send(&((struct told *)context)->output, request);
}

static enum error_code end(void *context, const struct summary_facts *facts,
                           struct reported_values *values, enum exit_code *exit_code,
                           struct error *error)
{
    (void)values;
    struct plan_output *const output = &((struct told *)context)->output;
    if (!facts->error && output->changes)
        *exit_code = EXIT_CHANGES_PENDING;
    else if (!facts->error && facts->summary->status == RUN_DONE_WITH_ISSUES)
        *exit_code = EXIT_NEEDS_ATTENTION;
    return plan_output_end(output, facts, error);
}

static enum error_code read_limit(const struct invocation *invocation, uint64_t *limit,
                                  struct error *error)
{
    const char *const word = invocation_value(invocation, "limit");
    int64_t number = 0;
    if (word && (!text_to_integer(text_of(word), &number) || number < 0))
        return error_set(error, ERROR_USAGE,
                         "option '--limit' is '%s', which is not a number (0: all)", word);
    *limit = (uint64_t)number;
    return ERROR_NONE;
}

enum error_code plan_run(const struct invocation *invocation, enum exit_code *exit_code,
                         struct error *error)
{
    struct told told = {.output = {
                            .first_time = invocation_has(invocation, "first-time-sync"),
                            .json = invocation_has(invocation, "json"),
                            .quiet = invocation->session.quiet,
                            .colored = plan_output_wants_colors(),
                        }};
    const struct plan_listener listener = {
        .context = &told,
        .tell = tell_change,
        .would_send = would_send,
        .end = end,
    };
    struct error late = {.code = ERROR_NONE};
    enum error_code code = read_limit(invocation, &told.output.limit, error);
    if (!code)
        code = plan_csv_open_values(&told.values, invocation_value(invocation, "csv"), error);
    if (!code)
        code = plan_carry_out(invocation, &listener, exit_code, error);
    if (plan_csv_close(&told.values, &late) && !code) {
        *error = late;
        code = late.code;
    }
    return code;
}
