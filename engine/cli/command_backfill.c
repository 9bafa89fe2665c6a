/* tandem backfill: the past of an integration, pulled slice by slice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/backfill_state.h"
#include "cli/children.h"
#include "cli/cli.h"
#include "cli/integration.h"
#include "cli/output.h"
#include "cli/run_lock.h"

enum { MOST_OPTIONS = 64 };

struct backfill {
    const struct invocation *invocation;
    const char *name;
    struct session session;
    struct run_lock lock;
    struct backfill_state state;
    bool resumes;
    long long reported, created, updated; /* of the slices of this call */
};

/* ---- what is asked for ---- */

static json_t *describe(const struct invocation *invocation)
{
    const char *const to = invocation_value(invocation, "to");
    json_t *const options = json_array();
    for (size_t i = 0; i < invocation_count(invocation, "option"); i++)
        json_array_append_new(options,
                              output_json_text(text_of(invocation_nth(invocation, "option", i))));
    return json_pack("{s:o, s:o, s:o, s:o}", "from",
                     output_json_text(text_of(invocation_value(invocation, "from"))), "to",
                     output_json_text(text_of(to ? to : "now")), "slice",
                     output_json_text(text_of(invocation_value(invocation, "slice"))), "options",
                     options);
}

static enum error_code read_moment(const struct backfill *backfill, const char *option, instant *at,
                                   struct error *error)
{
    const char *const word = invocation_value(backfill->invocation, option);
    if (instant_parse_moment(text_of(word), session_now(&backfill->session), at))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "option '--%s' is '%s', which is no time such as '2026-03-10 12:00:00' or "
                     "'-10 days'",
                     option, word);
}

static enum error_code read_window(const struct backfill *backfill, struct slices *slices,
                                   struct error *error)
{
    const struct invocation *const invocation = backfill->invocation;
    const char *const slice = invocation_value(invocation, "slice");
    instant from = INSTANT_NONE, to = session_now(&backfill->session);
    int64_t length = 0;
    enum error_code code = ERROR_NONE;
    if (!invocation_has(invocation, "from") || !slice)
        return error_set(error, ERROR_USAGE,
                         "'tandem backfill' needs --from and --slice: see 'tandem help backfill'");
    if (!slices_parse_length(text_of(slice), &length))
        return error_set(error, ERROR_USAGE,
                         "option '--slice' is '%s', which is no length such as 30m, 1h, 1d or 1w",
                         slice);
    if ((code = read_moment(backfill, "from", &from, error)))
        return code;
    if (invocation_has(invocation, "to") && (code = read_moment(backfill, "to", &to, error)))
        return code;
    return slices_cut(from, to, length, slices, error);
}

static enum error_code check_options(const struct invocation *invocation, struct error *error)
{
    size_t jobs = 1;
    const enum error_code code =
        children_read_jobs(invocation_value(invocation, "jobs"), &jobs, error);
    if (code)
        return code;
    if (jobs > 1)
        return error_set(error, ERROR_USAGE,
                         "option '--jobs' can only be 1: a run locks its integration, so slices of "
                         "'%s' run one after another",
                         invocation->arguments[0]);
    if (invocation_count(invocation, "option") > MOST_OPTIONS)
        return error_set(error, ERROR_USAGE, "option '--option' may be given %d times at most",
                         MOST_OPTIONS);
    return ERROR_NONE;
}

/* Go on with the last one, or begin. A relative window stays what it was when it began. */
static enum error_code find_progress(struct backfill *backfill, struct error *error)
{
    struct slices wanted;
    struct backfill_state last = {.asked = NULL};
    bool found = false;
    enum error_code code = read_window(backfill, &wanted, error);
    if (!code && !invocation_has(backfill->invocation, "restart"))
        code = backfill_state_load(&backfill->session.home, backfill->name, &last, &found, error);
    if (code)
        return code;
    json_t *const asked = describe(backfill->invocation);
    const bool finished = found && last.done == last.slices.count;
    const bool same = found && json_equal(last.asked, asked);
    if (same && (!finished || (last.slices.from == wanted.from && last.slices.to == wanted.to))) {
        backfill->state = last;
        backfill->resumes = true;
        json_decref(asked);
        return ERROR_NONE;
    }
    if (found && !finished) {
        code = error_set(error, ERROR_REFUSED,
                         "another backfill of '%s' is unfinished (%zu of %zu slices); give its "
                         "options again to go on with it, or --restart to begin anew",
                         backfill->name, last.done, last.slices.count);
        json_decref(asked);
    } else {
        backfill->state = (struct backfill_state){.asked = asked, .slices = wanted};
        code =
            backfill_state_save(&backfill->session.home, backfill->name, &backfill->state, error);
    }
    backfill_state_release(&last);
    return code;
}

/* ---- a slice ---- */

static void count_slice(struct backfill *backfill, const struct child *child, const char *from,
                        const char *to)
{
    json_t *const summary =
        child->output.length ? json_loadb(child->output.data, child->output.length, 0, NULL) : NULL;
    const json_t *const pull = json_object_get(summary, "pull");
    const long long reported = json_integer_value(json_object_get(pull, "reported")),
                    created = json_integer_value(json_object_get(pull, "created")),
                    updated = json_integer_value(json_object_get(pull, "updated"));
    backfill->reported += reported;
    backfill->created += created;
    backfill->updated += updated;
    if (!backfill->invocation->quiet && !invocation_has(backfill->invocation, "json")) {
        printf("slice %zu of %zu, %s to %s: %lld reported, %lld created, %lld updated%s\n",
               backfill->state.done, backfill->state.slices.count, from, to, reported, created,
               updated, child->exit_code == EXIT_NEEDS_ATTENTION ? ", some need attention" : "");
        fflush(stdout);
    }
    json_decref(summary);
}

static enum error_code run_slice(struct backfill *backfill, enum exit_code *ended,
                                 struct error *error)
{
    const struct invocation *const invocation = backfill->invocation;
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    struct text texts[3 + MOST_OPTIONS];
    char *words[10 + MOST_OPTIONS] = {NULL};
    static char sync[] = "sync", json[] = "--json", quiet[] = "--quiet", pull[] = "--disable-push",
                verbose[] = "-v";
    const struct arena_mark mark = arena_mark(backfill->session.arena);
    struct arena *const arena = backfill->session.arena;
    size_t count = 0, texts_used = 0;
    instant start = 0, end = 0;
    bool interrupted = false;
    enum error_code code = ERROR_NONE;

    slices_nth(&backfill->state.slices, backfill->state.done, &start, &end);
    if ((code = text_format(arena, &texts[texts_used++], error, "--home=%s",
                            backfill->session.home.path)) ||
        (code = text_format(arena, &texts[texts_used++], error, "--start-datetime=%s",
                            instant_format(start, from))) ||
        (code = text_format(arena, &texts[texts_used++], error, "--end-datetime=%s",
                            instant_format(end, to))))
        return code;
    for (size_t i = 0; !code && i < invocation_count(invocation, "option"); i++)
        code = text_format(arena, &texts[texts_used++], error, "--option=%s",
                           invocation_nth(invocation, "option", i));
    if (code)
        return code;
    words[count++] = sync;
    words[count++] = invocation->arguments[0];
    words[count++] = json;
    words[count++] = pull;
    words[count++] = invocation->verbosity ? verbose : quiet;
    for (size_t i = 0; i < texts_used; i++)
        words[count++] = (char *)(uintptr_t)texts[i].bytes;
    struct child child = {.name = backfill->name, .arguments = words};
    code = children_run(&child, 1, 1, &interrupted, error);
    *ended = (enum exit_code)child.exit_code;
    if (!code && (*ended == EXIT_DONE || *ended == EXIT_NEEDS_ATTENTION)) {
        backfill->state.done++;
        backfill->state.attention += *ended == EXIT_NEEDS_ATTENTION;
        code =
            backfill_state_save(&backfill->session.home, backfill->name, &backfill->state, error);
        count_slice(backfill, &child, from, to);
        /* The slice was done before the signal took effect; no other one begins. */
        if (interrupted && backfill->state.done < backfill->state.slices.count)
            *ended = EXIT_RUN_FAILED;
    }
    children_release(&child, 1);
    arena_rewind(arena, mark);
    return code;
}

/* ---- all of them ---- */

static enum error_code tell(const struct backfill *backfill, enum exit_code ended,
                            struct error *error)
{
    const struct backfill_state *const state = &backfill->state;
    const bool finished = state->done == state->slices.count;
    enum error_code code = ERROR_NONE;
    if (invocation_has(backfill->invocation, "json"))
        code = output_json(
            json_pack("{s:s, s:s, s:o, s:o, s:b, s:I, s:I, s:I, s:{s:I, s:I, s:I}, s:i}",
                      "integration", backfill->name, "status", finished ? "done" : "unfinished",
                      "from", output_json_instant(state->slices.from), "to",
                      output_json_instant(state->slices.to), "resumed", (int)backfill->resumes,
                      "slices", (json_int_t)state->slices.count, "done", (json_int_t)state->done,
                      "attention", (json_int_t)state->attention, "pull", "reported",
                      (json_int_t)backfill->reported, "created", (json_int_t)backfill->created,
                      "updated", (json_int_t)backfill->updated, "exit_code", (int)ended),
            error);
    else if (!backfill->invocation->quiet)
        printf("%s: %zu of %zu slices done%s\n", backfill->name, state->done, state->slices.count,
               finished ? "" : "; the same command goes on from there");
    return code ? code : output_flush(error);
}

static enum error_code carry_out(struct backfill *backfill, enum exit_code *exit_code,
                                 struct error *error)
{
    enum exit_code ended = EXIT_DONE;
    enum error_code code = ERROR_NONE;
    while (!code && backfill->state.done < backfill->state.slices.count) {
        code = run_slice(backfill, &ended, error);
        if (ended != EXIT_DONE && ended != EXIT_NEEDS_ATTENTION)
            break;
    }
    *exit_code = backfill->state.attention ? children_worse(ended, EXIT_NEEDS_ATTENTION) : ended;
    if (ended == EXIT_LOCKED)
        *exit_code = ended;
    return code ? code : tell(backfill, *exit_code, error);
}

static enum error_code run(const struct invocation *invocation, enum exit_code *exit_code,
                           struct error *error)
{
    struct backfill backfill = {
        .invocation = invocation, .name = invocation->arguments[0], .lock = {-1}};
    char lock[256];
    enum error_code code = check_options(invocation, error);
    if (code)
        return code;
    snprintf(lock, sizeof lock, "%s.backfill", backfill.name);
    code = session_open(invocation, &backfill.session, error);
    if (!code)
        code = integration_exists(&backfill.session, backfill.name, error);
    if (!code)
        code = run_lock_take(&backfill.session.home, lock, session_now(&backfill.session),
                             &backfill.lock, error);
    if (!code)
        code = find_progress(&backfill, error);
    if (!code)
        code = carry_out(&backfill, exit_code, error);
    backfill_state_release(&backfill.state);
    run_lock_release(&backfill.lock);
    session_close(&backfill.session);
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
     .help = "only 1: a run locks its integration, so slices run one after another"},
    {.name = "restart", .help = "forget how far the last backfill came and begin anew"},
    {.name = "option",
     .argument = "KEY:VALUE",
     .repeatable = true,
     .help = "hand an option of its own to the script"},
    {.name = "json", .help = "print one JSON object at the end"},
    {.name = NULL},
};

const struct command command_backfill = {
    .name = "backfill",
    .arguments = "NAME",
    .summary = "pull the past of an integration, slice by slice",
    .details =
        "Each slice is a 'tandem sync NAME --disable-push' of its own window, in a process of its "
        "own, the oldest\nfirst, one after another. What is done is remembered in "
        "var/backfill/NAME.json: after a failure, a Ctrl-C or\na power cut the same command goes "
        "on with the first slice that is not done. Positions never move\nbackwards; they stay "
        "as they are unless a slice reaches on from the stored one, or there is none yet.",
    .examples = "  tandem backfill helloworld --from 2020-01-01 --to 2026-01-01 --slice 1w\n"
                "  tandem backfill helloworld --from '-30 days' --slice 1d\n"
                "  tandem backfill helloworld --from '-30 days' --slice 1d --restart",
    .options = options,
    .least_arguments = 1,
    .most_arguments = 1,
    .run = run,
};
