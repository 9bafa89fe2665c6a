/* The result of a backfill. */
#include "cli/commands/backfill_summary.h"

#include <stdio.h>

#include "cli/show/listing.h"

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

enum error_code backfill_summary_show(const struct backfill_work *work, enum exit_code exit_code,
                                      struct error *error)
{
    enum error_code code = ERROR_NONE;
    if (invocation_has(work->invocation, "json"))
        code = output_json(summary_json(work, exit_code), error);
    else if (!work->invocation->options.quiet)
        code = print_text(work, error);
    return code ? code : output_flush(error);
}
