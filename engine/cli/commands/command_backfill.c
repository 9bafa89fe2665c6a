/* tandem backfill: the past of an integration, pulled slice by slice. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands/backfill_work.h"
#include "host/children.h"
#include "cli/commands/commands.h"
#include "host/integration.h"
#include "cli/show/listing.h"
#include "host/registration.h"
#include "store/books/backfill.h"

/* ---- what is asked for ---- */

static json_t *describe(const struct invocation *invocation)
{
    const char *const to = invocation_value(invocation, "to");
    return json_pack("{s:o, s:o, s:o, s:o}", "from",
                     value_json_text(text_of(invocation_value(invocation, "from"))), "options",
                     invocation_json(invocation, "option"), "slice",
                     value_json_text(text_of(invocation_value(invocation, "slice"))), "to",
                     value_json_text(text_of(to ? to : "now")));
}

static enum error_code read_window(const struct backfill_work *work, struct slices *slices,
                                   struct error *error)
{
    const struct invocation *const invocation = work->invocation;
    const char *const slice = invocation_value(invocation, "slice");
    const instant now = session_now(work->session);
    instant from = INSTANT_NONE, to = now;
    int64_t length = 0;
    if (!invocation_has(invocation, "from") || !slice)
        return error_set(error, ERROR_USAGE,
                         "'tandem backfill' needs --from and --slice: see 'tandem help backfill'");
    if (!slices_parse_length(text_of(slice), &length))
        return error_set(error, ERROR_USAGE,
                         "option '--slice' is '%s', which is not a length such as 30m, 1h, 1d or "
                         "1w",
                         slice);
    if (invocation_moment(invocation, "from", now, "-10 days", &from, error) ||
        invocation_moment(invocation, "to", now, "-10 days", &to, error))
        return error->code;
    if (to > now) /* the future cannot be pulled */
        to = now;
    return slices_cut(from, to, length, slices, error);
}

static enum error_code check_options(const struct invocation *invocation, size_t *jobs,
                                     struct error *error)
{
    *jobs = 1;
    if (children_read_jobs(invocation_value(invocation, "jobs"), jobs, error))
        return error->code;
    if (invocation_count(invocation, "option") > BACKFILL_MOST_OPTIONS)
        return error_set(error, ERROR_USAGE, "option '--option' may be given %d times at most",
                         BACKFILL_MOST_OPTIONS);
    return ERROR_NONE;
}

/* Is this the same request as the last backfill? A relative window keeps the meaning that it had
 * when it began. */
static enum error_code compare_counts(const struct backfill_work *work, const struct backfill *last,
                                      const struct slices *wanted, struct text asked, bool *goes_on,
                                      struct error *error)
{
    struct slices slices;
    if (slices_cut(last->from, last->to, last->slice_ms, &slices, error))
        return error->code;
    const bool finished = last->done == slices.count;
    *goes_on = text_equal(last->asked, asked) &&
               (!finished || (slices.from == wanted->from && slices.to == wanted->to));
    if (*goes_on || finished)
        return ERROR_NONE;
    return error_set(error, ERROR_REFUSED,
                     "another backfill of '%s' is unfinished (%llu of %zu slices); give its "
                     "options again to continue it, or --restart to start over",
                     work->name, (unsigned long long)last->done, slices.count);
}

/* Continue the last one, or begin a new one. */
static enum error_code find_progress(struct backfill_work *work, struct error *error)
{
    struct store *const store = work->session->store;
    const struct text name = text_of(work->name);
    struct slices *const slices = &work->slices;
    struct text asked = TEXT_ABSENT;
    struct backfill last;
    bool found = false;
    if (read_window(work, slices, error) ||
        (!invocation_has(work->invocation, "restart") &&
         backfill_find(store, name, work->session->arena, &last, &found, error)))
        return error->code;
    if (output_json_text(describe(work->invocation), work->session->arena, &asked, error) ||
        (found && compare_counts(work, &last, slices, asked, &work->resumed, error)))
        return error->code;
    if (work->resumed)
        return slices_cut(last.from, last.to, last.slice_ms, slices, error);
    const struct backfill begun = {
        .asked = asked, .from = slices->from, .to = slices->to, .slice_ms = slices->length};
    return backfill_begin(store, name, &begun, error);
}

/* ---- a dry run ---- */

/* One plan of the whole window, because a record may occur in several slices. */
static enum error_code plan_window(const struct backfill_work *work, struct error *error)
{
    static const struct option start = {.name = "start-datetime"}, end = {.name = "end-datetime"},
                               pull = {.name = "disable-push"};
    const struct invocation *const asked = work->invocation;
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    struct invocation plan = *asked;
    struct slices window;
    if (read_window(work, &window, error))
        return error->code;
    plan.command = &command_plan;
    plan.given = calloc(asked->given_count + 3, sizeof *plan.given);
    if (!plan.given)
        return error_memory(error, "the options of the plan");
    if (asked->given_count)
        memcpy(plan.given, asked->given, asked->given_count * sizeof *plan.given);
    plan.given[plan.given_count++] = (struct given_option){.option = &pull};
    plan.given[plan.given_count++] =
        (struct given_option){.option = &start, .value = instant_format(window.from, from)};
    plan.given[plan.given_count++] =
        (struct given_option){.option = &end, .value = instant_format(window.to, to)};
    const enum error_code code = invocation_run(&plan, asked->exit_code, error);
    free(plan.given);
    return code;
}

/* ---- the result ---- */

enum { SHOWN = 20 };

static const char *status_of(const void *failed)
{
    return *(const bool *)failed ? "failed" : "done_with_issues";
}

static const struct listing_column columns[] = {
    LISTING_MEMBER(">slice", "slice", COUNT, struct backfill_trouble, slice),
    LISTING_MEMBER("from", "from", INSTANT, struct backfill_trouble, from),
    LISTING_MEMBER("to", "to", INSTANT, struct backfill_trouble, to),
    LISTING_MEMBER(">run", "run", KEY, struct backfill_trouble, run),
    LISTING_SAID("status", "status", struct backfill_trouble, failed, status_of),
    LISTING_MEMBER("error", "error", CHARS, struct backfill_trouble, message),
    LISTING_MEMBER(NULL, "error_code", CHARS, struct backfill_trouble, error_code),
};

static json_t *summary_json(const struct backfill_work *work, enum exit_code exit_code)
{
    const struct listing troubles = LISTING(columns, work->troubles, work->trouble_count);
    const bool finished = work->done_count == work->slices.count;
    return json_pack("{s:s, s:s, s:o, s:o, s:b, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:I}, s:o,"
                     " s:i}",
                     "integration", work->name, "status", finished ? "done" : "unfinished", "from",
                     value_json_instant(work->slices.from), "to",
                     value_json_instant(work->slices.to), "resumed", (int)work->resumed, "jobs",
                     (json_int_t)work->jobs, "slices", (json_int_t)work->slices.count, "done",
                     (json_int_t)work->done_count, "failed", (json_int_t)work->failed, "attention",
                     (json_int_t)work->attention, "pull", "reported", (json_int_t)work->reported,
                     "created", (json_int_t)work->created, "updated", (json_int_t)work->updated,
                     "troubles", listing_json(&troubles), "exit_code", (int)exit_code);
}

static enum error_code print_text(const struct backfill_work *work, struct error *error)
{
    const struct listing troubles = LISTING(
        columns, work->troubles, work->trouble_count < SHOWN ? work->trouble_count : (size_t)SHOWN);
    enum error_code code = ERROR_NONE;
    if (work->trouble_count) {
        putchar('\n');
        code = listing_print(&troubles, stdout, error);
        if (work->failed + work->attention > troubles.count)
            printf("... and %zu more\n", work->failed + work->attention - troubles.count);
        putchar('\n');
    }
    printf("%s: %zu of %zu slices done", work->name, work->done_count, work->slices.count);
    if (work->failed)
        printf(", %zu failed", work->failed);
    if (work->attention)
        printf(", %zu with objects that need attention", work->attention);
    if (work->given_up)
        printf("; %d failed in a row, so no more were started", BACKFILL_GIVES_UP);
    if (work->done_count < work->slices.count)
        printf("; the same command continues from there");
    putchar('\n');
    return code;
}

static enum error_code show_summary(const struct backfill_work *work, enum exit_code exit_code,
                                    struct error *error)
{
    enum error_code code = ERROR_NONE;
    if (invocation_has(work->invocation, "json"))
        code = output_json(summary_json(work, exit_code), error);
    else if (!work->invocation->options.quiet)
        code = print_text(work, error);
    return code ? code : output_flush(error);
}

/* ---- all of it ---- */

/* Mistakes of the integration are reported once, before any slice starts. */
static enum error_code refuse_unfit_integration(struct backfill_work *work, struct error *error)
{
    const struct integration_needs needs = {.watchdog = true, .starts_processes = true};
    struct integration integration = {.session = NULL};
    enum error_code code = integration_open(work->session, work->name, &needs, &integration, error);
    if (code == ERROR_SCRIPT || code == ERROR_SCRIPT_LIMIT)
        *work->invocation->exit_code = EXIT_WRONG_USE;
    for (size_t i = 0; !code && !work->invocation->options.quiet && i < integration.warnings.count;
         i++)
        terminal_warning("%.*s", TEXT_PRINT(integration.warnings.messages[i]));
    const struct registration_own own = {.name = integration.name, .manual = integration.manual};
    if (!code)
        code = registration_refresh(work->session, &own, error);
    integration_close(&integration);
    return code;
}

static enum error_code carry_out_backfill(struct backfill_work *work, struct error *error)
{
    enum exit_code *const exit_code = work->invocation->exit_code;
    struct backfill last;
    bool found = false;
    if (backfill_work_recover(work, error))
        return error->code;
    if (work->worst == EXIT_DONE || work->worst == EXIT_NEEDS_ATTENTION) {
        work->worst = EXIT_DONE;
        if (!work->interrupted && backfill_work_carry_out(work, error))
            return error->code;
    }
    if (backfill_find(work->session->store, text_of(work->name), work->session->arena, &last,
                      &found, error))
        return error->code;
    *exit_code = work->worst;
    if (found && last.attention)
        *exit_code = children_worse(*exit_code, EXIT_NEEDS_ATTENTION);
    /* A slice may have finished before the signal took effect; no further one was started. */
    if (work->interrupted && work->done_count < work->slices.count)
        *exit_code = EXIT_RUN_FAILED;
    return show_summary(work, *exit_code, error);
}

static enum error_code begin_backfill(struct backfill_work *work, struct error *error)
{
    const struct invocation *const invocation = work->invocation;
    struct slices ignored;
    if (session_open(&invocation->options, work->session, error) ||
        read_window(work, &ignored, error) || integration_exists(work->session, work->name, error))
        return error->code;
    if (invocation_has(invocation, "dry-run"))
        return plan_window(work, error);
    if (run_lock_take(store_path(work->session->store), work->name, "backfill",
                      session_now(work->session), &work->lock, error) ||
        refuse_unfit_integration(work, error) || find_progress(work, error))
        return error->code;
    return carry_out_backfill(work, error);
}

static enum error_code run_backfill(const struct invocation *invocation, struct error *error)
{
    struct backfill_work work = {.invocation = invocation,
                                 .session = invocation->session,
                                 .name = invocation->arguments[0],
                                 .lock = {.descriptor = -1},
                                 .quiet = invocation->options.quiet ||
                                          invocation_has(invocation, "json")};
    if (check_options(invocation, &work.jobs, error))
        return error->code;
    const enum error_code code = begin_backfill(&work, error);
    backfill_work_release(&work);
    run_lock_release(&work.lock);
    return code;
}

static const struct option options[] = {
    OPTION("from", "WHEN", "the beginning: '2026-03-10 12:00:00' (UTC) or '-30 days'"),
    OPTION("to", "WHEN", "the end (default: now)"),
    OPTION("slice", "LENGTH", "how much at a time: 30m, 1h, 1d, 1w"),
    OPTION("jobs", "N",
           "how many slices at once, each in its own process (default: 1); the limits of the "
           "integration hold for all of them together",
           .letter = 'j'),
    FLAG("restart", "forget the progress of the last backfill and start over"),
    FLAG("dry-run",
         "only show what it would create and change here, as one 'tandem plan' of the window"),
    OPTION("option", "KEY:VALUE", "pass an option to the script", .repeatable = true),
    FLAG("json", "print one JSON object at the end"),
    {.name = NULL},
};

const struct command command_backfill = {
    .name = "backfill",
    .arguments = "NAME",
    .summary = "pull the past of an integration in slices",
    .details =
        "Each slice is a 'tandem sync NAME --disable-push' of its time window in its own "
        "process, the oldest first. The store records which slices are done: after a failure, "
        "Ctrl-C, a kill or a power cut the same command continues with the others, and an "
        "interrupted slice continues after its last page. A slice that fails does not stop "
        "the others (10 failures in a row do). 'tandem sync NAME' has to wait meanwhile.\n\n"
        "Positions never move backwards. They advance over finished slices without a gap "
        "between them, starting at the stored position, or at the first slice if there is "
        "none yet.",
    .examples =
        "  tandem backfill helloworld --from 2020-01-01 --to 2026-01-01 --slice 1w --jobs 4\n"
        "  tandem backfill helloworld --from '-30 days' --slice 1d\n"
        "  tandem backfill helloworld --from '-30 days' --slice 1d --restart\n"
        "  tandem backfill helloworld --from '-30 days' --slice 1d --json | jq .troubles",
    .options = options,
    .run = run_backfill,
};
