/* A run on a snapshot of the store: its changes are shown, and nothing is kept. */
#include "sync/process.h"
#include "cli/commands/plan.h"

#include <time.h>

#include "host/integration.h"
#include "cli/show/output.h"
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
    struct session *session; /* on a snapshot */
    struct integration integration;
    struct run_options options;
    instant now;
    struct store_run *run; /* of the snapshot */
    struct plan_watch watch;
    struct reported_values *values; /* owned */
    const struct plan_listener *listener;
    struct timespec started;
};

static enum error_code prepare(struct plan *plan, struct error *error)
{
    const char *const name = plan->invocation->arguments[0];
    const struct integration_needs needs = {
        .watchdog = true,
        .dry_run = true,
        .proposed = invocation_has(plan->invocation, "proposed"),
        .would_send = plan_output_would_send,
    };
    struct text *wishes = NULL, scripts = TEXT_ABSENT, setup = TEXT_ABSENT;
    size_t wish_count = 0;
    signals_watch(NULL); /* the snapshot is being made: an interrupt waits until it has no name */
    if (session_open_snapshot(&plan->invocation->options, plan->session, error))
        return error->code;
    plan->now = session_now(plan->session);
    if (sync_options_read(plan->session->arena, plan->invocation, plan->now, &plan->options,
                          error) ||
        integration_open(plan->session, name, &needs, &plan->integration, error))
        return error->code;
    plan->options.first_time |= plan->listener->first_time;
    const struct registration_own own = {.name = plan->integration.name,
                                         .manual = plan->integration.manual};
    if (registration_refresh(plan->session, &own, error) ||
        reported_values_new(&plan->values, error) ||
        wishes_take(plan->session->store, plan->integration.name, plan->session->arena,
                    &plan->options, &wishes, &wish_count, error) ||
        (plan->listener->begin && plan->listener->begin(plan->listener->context, plan->session,
                                                        plan->integration.manual, error)))
        return error->code;
    signals_watch(plan->integration.http);
    /* What was refused is sent again by the sync that follows if the setup has changed (13.3). */
    if (setup_scripts(&plan->integration, plan->session->arena, &scripts, error) ||
        setup_describe(&plan->integration, scripts, plan->session->arena, &setup, error))
        return error->code;
    const struct store_run_options options = {
        .integration = plan->integration.name,
        .manual = plan->integration.manual,
        .now = plan->now,
        .options_json = TEXT("{}"),
        .setup = setup,
        .retries = plan->integration.configuration->run.retries,
        .log = plan->session->log,
    };
    return store_run_open(plan->session->store, &options, &plan->run, error);
}

/* A run that fails tells what is open all the same. */
static void look_at_matters(struct plan *plan, struct run_summary *summary,
                            struct summary_facts *facts, struct error *error)
{
    struct matter_count *matters = NULL;
    if (store_run_forget_settled(plan->run, error) ||
        matters_count(plan->session->store, summary->integration, plan->now, plan->session->arena,
                      &matters, &facts->matter_count, error) ||
        matters_left_out(plan->session->store, facts->run, &facts->left_out, error))
        return;
    facts->matters = matters;
    if (summary->status == RUN_DONE && summary_output_met(matters, facts->matter_count))
        summary->status = RUN_DONE_WITH_ISSUES;
}

static enum error_code run_it(struct plan *plan, struct error *error)
{
    static const struct observer none;
    const struct plan_parties parties = {.internal = store_run_internal(plan->run),
                                         .exchange =
                                             script_exchange_table(plan->integration.exchange),
                                         .store = plan->session->store,
                                         .values = plan->values,
                                         .log = plan->session->log,
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
        .log = plan->session->log,
        .interrupt = signals_flag(),
    };
    struct run_summary summary = {
        .integration = run.integration, .from = INSTANT_NONE, .to = INSTANT_NONE};
    struct error failure = {.code = ERROR_NONE};
    (void)!process_run(&run, &summary, &failure);
    if (!failure.code)
        failure = plan->watch.trouble;
    if (failure.code)
        log_redact(plan->session->log, failure.message);
    struct summary_facts facts = {
        .run = store_run_id(plan->run),
        .summary = &summary,
        .http = http_client_counts(plan->integration.http),
        .scripts = script_exchange_version(plan->integration.exchange),
        .seconds = summary_output_seconds(&plan->started),
    };
    struct error late = {.code = ERROR_NONE};
    look_at_matters(plan, &summary, &facts, &late);
    if (!failure.code)
        failure = late;
    facts.error = failure.code ? &failure : NULL;
    const enum error_code code =
        plan->listener->end(plan->listener->context, &facts, plan->values, error);
    if (failure.code)
        *error = failure;
    return failure.code ? failure.code : code;
}

enum error_code plan_carry_out(const struct invocation *invocation,
                               const struct plan_listener *listener, struct error *error)
{
    struct plan plan = {
        .invocation = invocation, .session = invocation->session, .listener = listener};
    clock_gettime(CLOCK_MONOTONIC, &plan.started);
    enum error_code code = prepare(&plan, error);
    if (code == ERROR_SCRIPT || code == ERROR_SCRIPT_LIMIT)
        *invocation->exit_code = EXIT_WRONG_USE;
    if (!code)
        code = run_it(&plan, error);
    store_run_close(plan.run);
    reported_values_free(plan.values);
    integration_close(&plan.integration);
    return code;
}
