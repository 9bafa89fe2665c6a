/* tandem backfill: the past of an integration, pulled slice by slice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/backfill_summary.h"
#include "host/children.h"
#include "cli/commands/commands.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "cli/commands/plan.h"
#include "host/registration.h"
#include "store/books/backfill.h"

struct backfill_command {
    const struct invocation *invocation;
    const char *name;
    struct session session;
    struct run_lock lock;
    struct backfill_work work;
};

/* ---- what is asked for ---- */

static json_t *describe(const struct invocation *invocation)
{
    const char *const to = invocation_value(invocation, "to");
    json_t *const options = json_array();
    for (size_t i = 0; i < invocation_count(invocation, "option"); i++)
        json_array_append_new(options,
                              value_json_text(text_of(invocation_nth(invocation, "option", i))));
    return json_pack("{s:o, s:o, s:o, s:o}", "from",
                     value_json_text(text_of(invocation_value(invocation, "from"))), "to",
                     value_json_text(text_of(to ? to : "now")), "slice",
                     value_json_text(text_of(invocation_value(invocation, "slice"))), "options",
                     options);
}

static enum error_code read_moment(const struct backfill_command *backfill, const char *option,
                                   instant *at, struct error *error)
{
    const char *const word = invocation_value(backfill->invocation, option);
    if (instant_parse_moment(text_of(word), session_now(&backfill->session), at))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "option '--%s' is '%s', which is no time such as '2026-03-10 12:00:00' or "
                     "'-10 days'",
                     option, word);
}

static enum error_code read_window(const struct backfill_command *backfill, struct slices *slices,
                                   struct error *error)
{
    const struct invocation *const invocation = backfill->invocation;
    const char *const slice = invocation_value(invocation, "slice");
    instant from = INSTANT_NONE, to = session_now(&backfill->session);
    int64_t length = 0;
    if (!invocation_has(invocation, "from") || !slice)
        return error_set(error, ERROR_USAGE,
                         "'tandem backfill' needs --from and --slice: see 'tandem help backfill'");
    if (!slices_parse_length(text_of(slice), &length))
        return error_set(error, ERROR_USAGE,
                         "option '--slice' is '%s', which is not a length such as 30m, 1h, 1d or "
                         "1w",
                         slice);
    if (read_moment(backfill, "from", &from, error) ||
        (invocation_has(invocation, "to") && read_moment(backfill, "to", &to, error)))
        return error->code;
    if (to > session_now(&backfill->session)) /* the future cannot be pulled */
        to = session_now(&backfill->session);
    return slices_cut(from, to, length, slices, error);
}

static enum error_code check_options(const struct invocation *invocation, size_t *jobs,
                                     struct error *error)
{
    *jobs = 1;
    const enum error_code code =
        children_read_jobs(invocation_value(invocation, "jobs"), jobs, error);
    if (code)
        return code;
    if (invocation_count(invocation, "option") > BACKFILL_MOST_OPTIONS)
        return error_set(error, ERROR_USAGE, "option '--option' may be given %d times at most",
                         BACKFILL_MOST_OPTIONS);
    return ERROR_NONE;
}

/* Is this the same request as the last backfill? A relative window keeps the meaning that it had
 * when it began. */
static enum error_code compare_counts(const struct backfill_command *command,
                                      const struct backfill *last, const struct slices *wanted,
                                      struct text asked, bool *goes_on, struct error *error)
{
    struct slices slices;
    const enum error_code code = slices_cut(last->from, last->to, last->slice_ms, &slices, error);
    if (code)
        return code;
    const bool finished = last->done == slices.count;
    *goes_on = text_equal(last->asked, asked) &&
               (!finished || (slices.from == wanted->from && slices.to == wanted->to));
    if (*goes_on || finished)
        return ERROR_NONE;
    return error_set(error, ERROR_REFUSED,
                     "another backfill of '%s' is unfinished (%llu of %zu slices); give its "
                     "options again to continue it, or --restart to start over",
                     command->name, (unsigned long long)last->done, slices.count);
}

/* Continue the last one, or begin a new one. */
static enum error_code find_progress(struct backfill_command *command, struct error *error)
{
    struct store *const store = command->session.store;
    const struct text name = text_of(command->name);
    struct slices *const slices = &command->work.slices;
    struct backfill last;
    bool found = false;
    enum error_code code = read_window(command, slices, error);
    if (!code && !invocation_has(command->invocation, "restart"))
        code = backfill_find(store, name, command->session.arena, &last, &found, error);
    if (code)
        return code;
    json_t *const described = describe(command->invocation);
    char *const asked = described ? json_dumps(described, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(described);
    if (!asked)
        return error_memory(error, "the options of the backfill");
    if (found)
        code =
            compare_counts(command, &last, slices, text_of(asked), &command->work.resumed, error);
    if (!code && command->work.resumed)
        code = slices_cut(last.from, last.to, last.slice_ms, slices, error);
    if (!code && !command->work.resumed) {
        const struct backfill begun = {.asked = text_of(asked),
                                       .from = slices->from,
                                       .to = slices->to,
                                       .slice_ms = slices->length};
        code = backfill_begin(store, name, &begun, error);
    }
    free(asked);
    return code;
}

/* ---- a dry run ---- */

/* One plan of the whole window, because a record may occur in several slices. */
static enum error_code plan_window(struct backfill_command *command, enum exit_code *exit_code,
                                   struct error *error)
{
    static const struct option start = {.name = "start-datetime"}, end = {.name = "end-datetime"},
                               pull = {.name = "disable-push"};
    const struct invocation *const asked = command->invocation;
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    struct invocation plan = *asked;
    struct slices window;
    enum error_code code = read_window(command, &window, error);
    if (code)
        return code;
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
    code = plan_run(&plan, exit_code, error);
    free(plan.given);
    return code;
}

/* ---- all of it ---- */

/* Mistakes of the integration are reported once, before any slice starts. */
static enum error_code refuse_unfit_integration(struct backfill_command *command,
                                                enum exit_code *exit_code, struct error *error)
{
    const struct integration_needs needs = {.watchdog = true, .starts_processes = true};
    struct integration integration = {.session = NULL};
    enum error_code code =
        integration_open(&command->session, command->name, &needs, &integration, error);
    if (code == ERROR_SCRIPT || code == ERROR_SCRIPT_LIMIT)
        *exit_code = EXIT_WRONG_USE;
    for (size_t i = 0;
         !code && !command->invocation->session.quiet && i < integration.warnings.count; i++)
        terminal_warning("%.*s", TEXT_PRINT(integration.warnings.messages[i]));
    const struct registration_own own = {.name = integration.name, .manual = integration.manual};
    if (!code)
        code = registration_refresh(&command->session, &own, error);
    integration_close(&integration);
    return code;
}

static enum error_code carry_out_backfill(struct backfill_command *command,
                                          enum exit_code *exit_code, struct error *error)
{
    struct backfill_work *const work = &command->work;
    struct backfill last;
    bool found = false;
    enum error_code code = backfill_work_recover(work, error);
    if (code)
        return code;
    if (work->worst == EXIT_DONE || work->worst == EXIT_NEEDS_ATTENTION) {
        work->worst = EXIT_DONE;
        code = work->interrupted ? ERROR_NONE : backfill_work_carry_out(work, error);
    }
    if (!code)
        code = backfill_find(command->session.store, text_of(command->name), command->session.arena,
                             &last, &found, error);
    if (code)
        return code;
    *exit_code = work->worst;
    if (found && last.attention)
        *exit_code = children_worse(*exit_code, EXIT_NEEDS_ATTENTION);
    /* A slice may have finished before the signal took effect; no further one was started. */
    if (work->interrupted && work->done_count < work->slices.count)
        *exit_code = EXIT_RUN_FAILED;
    return backfill_summary_show(work, *exit_code, error);
}

static enum error_code run_backfill(const struct invocation *invocation, enum exit_code *exit_code,
                                    struct error *error)
{
    struct backfill_command command = {
        .invocation = invocation, .name = invocation->arguments[0], .lock = {.descriptor = -1}};
    struct slices ignored;
    enum error_code code = check_options(invocation, &command.work.jobs, error);
    if (code)
        return code;
    command.work.invocation = invocation;
    command.work.session = &command.session;
    command.work.name = command.name;
    command.work.lock = &command.lock;
    command.work.quiet = invocation->session.quiet || invocation_has(invocation, "json");
    code = session_open(&invocation->session, &command.session, error);
    if (!code)
        code = read_window(&command, &ignored, error);
    if (!code)
        code = integration_exists(&command.session, command.name, error);
    if (!code && invocation_has(invocation, "dry-run")) {
        code = plan_window(&command, exit_code, error);
        goto out;
    }
    if (!code)
        code = run_lock_take(store_path(command.session.store), command.name, "backfill",
                             session_now(&command.session), &command.lock, error);
    if (!code)
        code = refuse_unfit_integration(&command, exit_code, error);
    if (!code)
        code = find_progress(&command, error);
    if (!code)
        code = carry_out_backfill(&command, exit_code, error);
out:
    backfill_work_release(&command.work);
    run_lock_release(&command.lock);
    session_close(&command.session);
    return code;
}

static const struct option options[] = {
    {.name = "from",
     .argument = "WHEN",
     .help = "the beginning: '2026-03-10 12:00:00' (UTC) or '-30 days'"},
    {.name = "to", .argument = "WHEN", .help = "the end (default: now)"},
    {.name = "slice", .argument = "LENGTH", .help = "how much at a time: 30m, 1h, 1d, 1w"},
    {.name = "jobs",
     .letter = 'j',
     .argument = "N",
     .help = "how many slices at once, each in its own process (default: 1); the limits of the "
             "integration hold for all of them together"},
    {.name = "restart", .help = "forget the progress of the last backfill and start over"},
    {.name = "dry-run",
     .help = "only show what it would create and change here, as one 'tandem plan' of the window"},
    {.name = "option",
     .argument = "KEY:VALUE",
     .repeatable = true,
     .help = "pass an option to the script"},
    {.name = "json", .help = "print one JSON object at the end"},
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
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run_backfill,
};
