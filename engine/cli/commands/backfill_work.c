/* Runs slices as processes of this program and collects what they report. */
#include "cli/commands/backfill_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/children.h"
#include "store/books/backfill.h"

enum { WORD_SIZE = 64, NAME_SIZE = 192 };

/* The command line of one process. */
struct slice_call {
    size_t slice; /* from 1; 0: none, only what earlier runs left behind */
    char name[NAME_SIZE], number[WORD_SIZE], lock[WORD_SIZE], from[WORD_SIZE], to[WORD_SIZE];
    char *words[16 + 2 * BACKFILL_MOST_OPTIONS];
};

/* The words of a command line are never written to. */
static char *word(const char *text)
{
    return (char *)(uintptr_t)text;
}

static struct slice_call *make_call(const struct backfill_work *work, size_t slice)
{
    const struct invocation *const invocation = work->invocation;
    struct slice_call *const call = calloc(1, sizeof *call);
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    size_t count = 0;

    if (!call)
        return NULL;
    call->slice = slice;
    snprintf(call->number, sizeof call->number, "--slice=%zu", slice);
    snprintf(call->lock, sizeof call->lock, "--lock=%d", work->lock.descriptor);
    if (slice) {
        instant start = 0, end = 0;
        slices_nth(&work->slices, slice - 1, &start, &end);
        snprintf(call->name, sizeof call->name, "%s slice %zu", work->name, slice);
        snprintf(call->from, sizeof call->from, "--start-datetime=%s", instant_format(start, from));
        snprintf(call->to, sizeof call->to, "--end-datetime=%s", instant_format(end, to));
    } else {
        snprintf(call->name, sizeof call->name, "%s", work->name);
    }
    const char *const words[] = {"sync",
                                 work->name,
                                 "--home",
                                 work->session->home.path,
                                 "--json",
                                 "--disable-push",
                                 invocation->options.verbosity > 1 ? "-vv"
                                 : invocation->options.verbosity   ? "-v"
                                                                   : "--quiet",
                                 call->number,
                                 call->lock,
                                 slice ? call->from : "--disable-pull",
                                 slice ? call->to : NULL};
    while (count < sizeof words / sizeof *words && words[count]) {
        call->words[count] = word(words[count]);
        count++;
    }
    for (size_t i = 0; i < invocation_count(invocation, "option"); i++) {
        call->words[count++] = word("--option");
        call->words[count++] = word(invocation_nth(invocation, "option", i));
    }
    return call;
}

/* ---- how a slice went ---- */

static const char *why_of(const struct child *child, const json_t *summary, char killed[WORD_SIZE])
{
    static const char program[] = "tandem: ";
    const char *const told = json_string_value(json_object_get(summary, "error"));
    const char *line = child->last_line;
    if (child->signal_number) {
        snprintf(killed, WORD_SIZE, "the process was ended by signal %d", child->signal_number);
        return killed;
    }
    if (told)
        return told;
    return strncmp(line, program, sizeof program - 1) == 0 ? line + sizeof program - 1 : line;
}

/* `why` it failed; NULL: it is done, but some objects need attention. */
static void note_trouble(struct backfill_work *work, size_t slice, const json_t *summary,
                         const char *why)
{
    if (work->trouble_count == BACKFILL_MOST_TROUBLES)
        return;
    struct backfill_trouble *const trouble = &work->troubles[work->trouble_count++];
    *trouble = (struct backfill_trouble){.slice = slice,
                                         .run = json_integer_value(json_object_get(summary, "run")),
                                         .failed = why != NULL};
    slices_nth(&work->slices, slice - 1, &trouble->from, &trouble->to);
    if (!why)
        return;
    const char *const told = json_string_value(json_object_get(summary, "error_code"));
    char whole[ERROR_NUMBER_SENTENCE_SIZE];
    (void)snprintf(whole, sizeof whole, "%s", why);
    (void)error_number_cut(whole, trouble->error_code);
    if (told)
        (void)snprintf(trouble->error_code, sizeof trouble->error_code, "%s", told);
    (void)snprintf(trouble->message, sizeof trouble->message, "%.*s",
                   (int)sizeof trouble->message - 1, whole);
}

static int digits_of(size_t number)
{
    return snprintf(NULL, 0, "%zu", number);
}

/* One line for each slice: how many are done, which one this is, and its result. */
static void tell_slice(const struct backfill_work *work, size_t slice, const json_t *pull,
                       const char *trouble)
{
    const int width = digits_of(work->slices.count);
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    instant start = 0, end = 0;
    if (work->quiet)
        return;
    slices_nth(&work->slices, slice - 1, &start, &end);
    printf("%*zu of %zu  slice %*zu  %s to %s  ", width, work->done_count, work->slices.count,
           width, slice, instant_format(start, from), instant_format(end, to));
    if (pull)
        printf("%lld reported, %lld created, %lld updated",
               (long long)json_integer_value(json_object_get(pull, "reported")),
               (long long)json_integer_value(json_object_get(pull, "created")),
               (long long)json_integer_value(json_object_get(pull, "updated")));
    if (trouble)
        printf("%s%s", pull ? ", " : "failed: ", trouble);
    putchar('\n');
    fflush(stdout);
}

static void count_done(struct backfill_work *work, const struct child *child, size_t slice,
                       const json_t *summary)
{
    const json_t *const pull = json_object_get(summary, "pull");
    const bool attention = child->exit_code == EXIT_NEEDS_ATTENTION;
    work->done[slice - 1] = true;
    work->done_count++;
    work->attention += attention;
    work->failed_in_a_row = 0;
    work->reported += json_integer_value(json_object_get(pull, "reported"));
    work->created += json_integer_value(json_object_get(pull, "created"));
    work->updated += json_integer_value(json_object_get(pull, "updated"));
    if (attention)
        note_trouble(work, slice, summary, NULL);
    tell_slice(work, slice, pull, attention ? "some objects need attention" : NULL);
}

static void count_failed(struct backfill_work *work, const struct child *child, size_t slice,
                         const json_t *summary)
{
    char killed[WORD_SIZE];
    const char *const why = why_of(child, summary, killed);
    work->failed++;
    work->failed_in_a_row++;
    note_trouble(work, slice, summary, why);
    tell_slice(work, slice, NULL, why);
    /* A mistake in the configuration concerns all of them. */
    if (child->exit_code == EXIT_WRONG_USE || child->exit_code == EXIT_LOCKED)
        work->stopped = true;
    if (work->failed_in_a_row == BACKFILL_GIVES_UP && work->next < work->slices.count)
        work->stopped = work->given_up = true;
}

static enum error_code ended(void *context, const struct child *child, struct error *error)
{
    struct backfill_work *const work = context;
    struct slice_call *const call = child->own;
    json_t *const summary =
        child->output.length ? json_loadb(child->output.data, child->output.length, 0, NULL) : NULL;
    (void)error;
    work->worst = children_worse(work->worst, (enum exit_code)child->exit_code);
    if (call->slice && (child->exit_code == EXIT_DONE || child->exit_code == EXIT_NEEDS_ATTENTION))
        count_done(work, child, call->slice, summary);
    else if (call->slice)
        count_failed(work, child, call->slice, summary);
    json_decref(summary);
    free(call);
    return ERROR_NONE;
}

/* ---- handing out ---- */

static bool next(void *context, struct child *child)
{
    struct backfill_work *const work = context;
    while (work->next < work->slices.count && work->done[work->next])
        work->next++;
    if (work->stopped || work->next == work->slices.count)
        return false;
    struct slice_call *const call = make_call(work, ++work->next);
    if (!call) { /* running slices will free some */
        work->next--;
        return false;
    }
    work->started++;
    child->name = call->name;
    child->arguments = call->words;
    child->kept = work->lock.descriptor;
    child->own = call;
    return true;
}

enum error_code backfill_work_recover(struct backfill_work *work, struct error *error)
{
    bool needed = false;
    enum error_code code =
        backfill_needs_recovery(work->session->store, text_of(work->name), &needed, error);
    if (code || !needed)
        return code;
    struct slice_call *const call = make_call(work, 0);
    if (!call)
        return error_memory(error, "a process");
    struct child child = {
        .name = call->name, .arguments = call->words, .kept = work->lock.descriptor, .own = call};
    code = children_run(&child, 1, 1, &work->interrupted, error);
    if (!code)
        code = ended(work, &child, error);
    else
        free(call);
    children_release(&child, 1);
    return code;
}

static int by_slice(const void *left, const void *right)
{
    const struct backfill_trouble *const one = left, *const other = right;
    return (one->slice > other->slice) - (one->slice < other->slice);
}

enum error_code backfill_work_carry_out(struct backfill_work *work, struct error *error)
{
    const struct nursery nursery = {.context = work, .next = next, .ended = ended};
    work->done = calloc(work->slices.count, sizeof *work->done);
    work->troubles = calloc(BACKFILL_MOST_TROUBLES, sizeof *work->troubles);
    if (!work->done || !work->troubles)
        return error_memory(error, "the slices");
    enum error_code code = backfill_done(work->session->store, text_of(work->name), work->done,
                                         work->slices.count, error);
    for (size_t i = 0; !code && i < work->slices.count; i++)
        work->done_count += work->done[i];
    if (!code)
        code = children_run_from(&nursery, work->jobs, &work->interrupted, error);
    qsort(work->troubles, work->trouble_count, sizeof *work->troubles, by_slice);
    return code;
}

void backfill_work_release(struct backfill_work *work)
{
    free(work->done);
    free(work->troubles);
    work->done = NULL;
    work->troubles = NULL;
}
