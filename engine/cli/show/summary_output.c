/* The counts of a run as a few lines, or as the JSON that programs rely on. */
#include "cli/show/summary_output.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error_number.h"
#include "cli/show/output.h"

/* A smaller difference does not matter. */
enum { CLOCK_TOLD_MS = 60 * 1000 };

static const char *const status_words[] = {[RUN_DONE] = "done",
                                           [RUN_DONE_WITH_ISSUES] = "done_with_issues",
                                           [RUN_FAILED] = "failed",
                                           [RUN_REFUSED] = "refused"};

static json_t *pull_json(const struct pull_counts *pull)
{
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:I}, s:I, s:I, s:{s:I, s:I}, s:I}",
        "iterations", (json_int_t)pull->iterations, "reported", (json_int_t)pull->reported,
        "created", (json_int_t)pull->created, "updated", (json_int_t)pull->updated, "unchanged",
        (json_int_t)pull->unchanged, "skipped", (json_int_t)pull->skipped, "conflicts", "internal",
        (json_int_t)pull->conflicts.internal, "integration",
        (json_int_t)pull->conflicts.integration, "unresolved",
        (json_int_t)pull->conflicts.unresolved, "deleted", (json_int_t)pull->deleted, "unlinked",
        (json_int_t)pull->unlinked, "overwritten", "internal",
        (json_int_t)pull->overwritten.internal, "integration",
        (json_int_t)pull->overwritten.integration, "contradicting",
        (json_int_t)pull->contradicting);
}

static json_t *push_json(const struct push_counts *push)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "iterations",
                     (json_int_t)push->iterations, "reported", (json_int_t)push->reported,
                     "created", (json_int_t)push->created, "updated", (json_int_t)push->updated,
                     "deleted", (json_int_t)push->deleted, "retried", (json_int_t)push->retried,
                     "issues", (json_int_t)push->issues);
}

json_t *summary_output_scripts(const struct script_version *scripts)
{
    if (!scripts)
        return json_null();
    return json_pack("{s:o, s:o, s:s}", "name", value_json_text(scripts->name), "version",
                     value_json_text(scripts->version), "sha256", scripts->sha256);
}

/* By reason, what this run met or made. */
static json_t *open_members(const struct summary_facts *facts)
{
    json_t *const json = json_object();
    for (int reason = MATTER_REFUSED; reason <= MATTER_MERGE; reason++) {
        uint64_t met = 0;
        for (size_t i = 0; i < facts->matter_count; i++)
            met += (int)facts->matters[i].reason == reason ? facts->matters[i].met : 0;
        json_object_set_new(json, matter_reason_name((enum matter_reason)reason),
                            json_integer((json_int_t)met));
    }
    return json;
}

double summary_output_seconds(const struct timespec *started)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - started->tv_sec) + (double)(now.tv_nsec - started->tv_nsec) / 1e9;
}

uint64_t summary_output_met(const struct matter_count *matters, size_t count)
{
    uint64_t met = 0;
    for (size_t i = 0; i < count; i++)
        met += matters[i].met;
    return met;
}

static uint64_t open_in_all(const struct summary_facts *facts)
{
    uint64_t open = 0;
    for (size_t i = 0; i < facts->matter_count; i++)
        open += facts->matters[i].open;
    return open;
}

bool summary_output_tells_clock(int64_t behind_ms)
{
    return llabs(behind_ms) > CLOCK_TOLD_MS;
}

/* NULL: there is nothing to report. */
static json_t *clock_json(const struct run_summary *summary)
{
    return summary_output_tells_clock(summary->clock_behind_ms)
               ? json_integer(summary->clock_behind_ms / 1000)
               : NULL;
}

json_t *summary_output_json(const struct summary_facts *facts)
{
    const struct run_summary *const summary = facts->summary;
    char number[ERROR_NUMBER_TEXT_SIZE];
    return json_pack(
        "{s:o, s:I, s:s, s:{s:o, s:o}, s:o, s:o, s:I, s:o, s:I, s:{s:I, s:I, s:I, s:I}, s:o, s:f,"
        " s:o*, s:o, s:s?}",
        "integration", value_json_text(summary->integration), "run", (json_int_t)facts->run,
        "status", status_words[summary->status], "window", "from",
        value_json_instant(summary->from), "to", value_json_instant(summary->to), "pull",
        pull_json(&summary->pull), "push", push_json(&summary->push), "left_out",
        (json_int_t)facts->left_out, "open", open_members(facts), "open_in_all",
        (json_int_t)open_in_all(facts), "http", "requests", (json_int_t)facts->http.requests,
        "retries", (json_int_t)facts->http.retries, "bytes_in", (json_int_t)facts->http.bytes_in,
        "bytes_out", (json_int_t)facts->http.bytes_out, "scripts",
        summary_output_scripts(facts->scripts), "seconds", facts->seconds, "clock_behind_seconds",
        clock_json(summary), "error",
        facts->error ? value_json_text(text_of(facts->error->message)) : json_null(), "error_code",
        facts->error ? error_number_text(facts->error, number) : NULL);
}

static void count(uint64_t number, const char *what)
{
    if (number)
        printf(", %" PRIu64 " %s", number, what);
}

/* What was left out, and what is open, by reason, as far as this run met it. */
static void print_open(const struct summary_facts *facts)
{
    const struct text name = facts->summary->integration;
    const uint64_t left_out = facts->left_out, open = open_in_all(facts);
    const char *before = "\n  open: ";
    if (left_out)
        printf("\n  left out: %" PRIu64 " %s that could not be taken or sent", left_out,
               left_out == 1 ? "value" : "values");
    for (size_t i = 0; i < facts->matter_count; i++) {
        if (!facts->matters[i].met)
            continue;
        printf("%s%" PRIu64 " %s", before, facts->matters[i].met,
               matter_reason_name(facts->matters[i].reason));
        before = ", ";
    }
    if (!open)
        return;
    printf("%s%" PRIu64 " in all: 'tandem status %.*s' says what to do",
           *before == ',' ? "; " : before, open, TEXT_PRINT(name));
}

/* What met for the first time. */
static void print_first_links(const struct pull_counts *pull)
{
    if (pull->overwritten.internal || pull->overwritten.integration)
        printf("\n  never agreed: %" PRIu64 " values here overwritten by theirs, %" PRIu64
               " there by ours: 'tandem explain' shows both",
               pull->overwritten.internal, pull->overwritten.integration);
    if (pull->contradicting)
        printf("\n  linked in spite of another name or birthday: %" PRIu64
               ": 'tandem explain' shows both",
               pull->contradicting);
}

void summary_output_text(const struct summary_facts *facts)
{
    const struct run_summary *const summary = facts->summary;
    const struct pull_counts *const pull = &summary->pull;
    const struct push_counts *const push = &summary->push;
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];

    if (summary->status == RUN_REFUSED) { /* nothing was read or written */
        printf("%.*s: run %" PRId64 " refused\n", TEXT_PRINT(summary->integration), facts->run);
        return;
    }
    printf("%.*s: run %" PRId64 " %s in %.1f s, window %s to %s UTC\n",
           TEXT_PRINT(summary->integration), facts->run,
           summary->status == RUN_DONE_WITH_ISSUES ? "done, some objects need attention,"
                                                   : status_words[summary->status],
           facts->seconds,
           summary->from == INSTANT_NONE ? "from the beginning"
                                         : instant_format_human(summary->from, from),
           instant_format_human(summary->to, to));
    if (summary_output_tells_clock(summary->clock_behind_ms))
        printf("  its clock is %lld seconds %s ours: its dates are converted\n",
               (long long)llabs(summary->clock_behind_ms) / 1000,
               summary->clock_behind_ms > 0 ? "behind" : "ahead of");
    if (summary->fills_lines)
        puts("  the mapping has new lines: all records were read once more to fill them");
    if (summary->position_in_future)
        puts("  a stored position was in the future and was ignored; this run began where the "
             "last complete one did");
    printf("  pull: %" PRIu64 " reported, %" PRIu64 " created, %" PRIu64 " updated, %" PRIu64
           " unchanged",
           pull->reported, pull->created, pull->updated, pull->unchanged);
    count(pull->deleted, "deleted");
    count(pull->unlinked, "unlinked");
    count(pull->skipped, "skipped");
    count(pull->deferred, "deferred");
    count(pull->failed, "failed");
    /* Fields with a change of ours that were reported as well: a conflict, or only half of one. */
    if (pull->conflicts.internal || pull->conflicts.integration || pull->conflicts.unresolved) {
        printf("\n  judged: %" PRIu64 " for our side, %" PRIu64 " for theirs",
               pull->conflicts.internal, pull->conflicts.integration);
        count(pull->conflicts.unresolved, "for nobody");
    }
    print_first_links(pull);
    printf("\n  push: %" PRIu64 " reported, %" PRIu64 " created, %" PRIu64 " updated, %" PRIu64
           " unchanged",
           push->reported, push->created, push->updated, push->unchanged);
    count(push->deleted, "deleted");
    count(push->skipped, "skipped");
    count(push->deferred, "deferred");
    count(push->retried, "to be retried");
    count(push->issues, "issues");
    count(push->failed, "failed");
    print_open(facts);
    printf("\n  http: %" PRIu64 " requests, %" PRIu64 " retries, %" PRIu64 " bytes in, %" PRIu64
           " out\n",
           facts->http.requests, facts->http.retries, facts->http.bytes_in, facts->http.bytes_out);
}
