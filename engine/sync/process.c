/* A run from top to bottom: recover, pull, close the window, push. */
#include "sync/process.h"

#include "sync/run/guard.h"
#include "sync/push/unknown_outcome.h"
#include "sync/run/selection.h"
#include "sync/run/progress.h"
#include "sync/pull/pull.h"
#include "sync/pull/pull_advance.h"
#include "sync/pull/pull_due.h"
#include "sync/pull/pull_mapping.h"
#include "sync/push/push_flow.h"
#include "sync/push/recovery.h"
#include "sync/run/relation.h"
#include "sync/run/request_builder.h"
#include "sync/run/their_clock.h"
#include "sync/run/transaction.h"
#include "sync/pull/ambiguous.h"
#include "sync/run/window.h"

/* ------------------------------------------------------------------ pull */

static nested_pull_function nested_pull;

/* Ask the integration for one page. */
static enum error_code fetch_page(struct run_context *context, const struct request *request,
                                  struct arena *arena, struct report **report, struct error *error)
{
    const struct run *run = context->run;
    run_context_request(context, request);
    if (report_new(arena, request, report, error) ||
        run->exchange->get_report(run->exchange, request, *report, error) ||
        report_finish(*report, error))
        return error->code;
    report_shift(*report, context->behind_ms);
    run_context_report(context, request, *report);
    return run_context_check(context, error);
}

static bool is_last_page(const struct report *report)
{
    return report_is_empty(report) && text_is_absent(report->cursor);
}

/* Decision 22: with a cursor that was seen before, the pull would never end. */
static enum error_code check_cursor(struct run_context *context, const struct report *report,
                                    struct error *error)
{
    bool added = true;
    if (text_is_absent(report->cursor))
        return ERROR_NONE;
    if (text_set_add(&context->cursors, report->cursor, TEXT_ABSENT, &added, error))
        return error->code;
    if (added)
        return ERROR_NONE;
    return error_set(error, ERROR_CURSOR_REPEATED,
                     "'%.*s' returned the cursor '%.*s' again in iteration %u; its report builder "
                     "must set a new cursor for each page",
                     TEXT_PRINT(context->run->integration), TEXT_PRINT(report->cursor),
                     report->request->iteration);
}

/* Sync the records that the page refers to and that are not known here. */
static enum error_code complete_relations(struct run_context *context, const struct report *report,
                                          struct error *error)
{
    const unsigned depth = report->request->depth;
    struct selection_ids *missing = NULL;
    const struct report *ignored = NULL;
    bool any = false;
    if (report->relation_count == 0 || depth == NESTED_DEPTH_MAX)
        return ERROR_NONE;
    if (relation_missing(context, report, &missing, &any, error))
        return error->code;
    return any ? nested_pull(context, missing, depth + 1, &ignored, error) : ERROR_NONE;
}

/* Judge one page, execute it, and keep the books; the caller holds the transaction. */
static enum error_code carry_out_page(struct run_context *context, struct pull_page *page,
                                      struct error *error)
{
    const struct run *run = context->run;
    if (pull_page_move(page, error) ||
        relation_resolve(context, page->report, &page->unresolved, &page->unresolved_count,
                         error) ||
        pull_page_judge(page, error))
        return error->code;
    if (page->order->change_count > 0) {
        run_context_order(context, page->order);
        if (guard_emptied(context, page->order, error))
            return error->code;
        if (run->internal->exchange.execute_order(&run->internal->exchange, page->order, error) ||
            pull_mapping_keep(run->books, page->order, error))
            return error->code;
    }
    if (pull_page_book(page, error) || context->set_late(context, &page->batch, error))
        return error->code;
    if (page->report->request->depth > 0)
        return ERROR_NONE;
    return progress_store(context, "pull", page->report->request->iteration, page->report->cursor,
                          error);
}

/* Let the integration begin to fetch the next page while this one is processed. */
static enum error_code prepare_next(struct run_context *context, const struct report *report,
                                    struct error *error)
{
    const struct run *run = context->run;
    const struct request_plan plan = {.side = SIDE_INTEGRATION,
                                      .iteration = report->request->iteration + 1,
                                      .cursor = report->cursor};
    struct request *request = NULL;
    if (!run->exchange->prepare_report || context->selective || report->request->depth > 0)
        return ERROR_NONE;
    if (request_build(context, report->arena, &plan, &request, error))
        return error->code;
    run->exchange->prepare_report(run->exchange, request);
    return ERROR_NONE;
}

/* One page, from the report to the commit. */
static enum error_code pull_one(struct run_context *context, struct report *report,
                                struct error *error)
{
    struct pull_page page;
    if (complete_relations(context, report, error) ||
        window_note_positions(context, report, error) || prepare_next(context, report, error) ||
        pull_page_init(&page, context, report, error) || transaction_begin(context, error))
        return error->code;
    if (transaction_end_later(context, carry_out_page(context, &page, error), error))
        return error->code;
    const struct batch_result result = batch_result_of(
        &page.batch, SIDE_INTERNAL, report->request->iteration, report->request->depth);
    run_context_publish(context, &result);
    return ERROR_NONE;
}

static enum error_code nested_pull(struct run_context *context, const struct selection_ids *ids,
                                   unsigned depth, const struct report **result,
                                   struct error *error)
{
    const struct request_plan plan = {.side = SIDE_INTEGRATION,
                                      .iteration = 1,
                                      .depth = depth,
                                      .ids = ids,
                                      .cursor = TEXT_ABSENT};
    struct arena *arena = NULL;
    struct request *request = NULL;
    struct report *report = NULL;
    *result = NULL;
    if (run_context_page(context, depth, &arena, error) ||
        request_build(context, arena, &plan, &request, error))
        return error->code;
    if (request->object_count == 0)
        return ERROR_NONE;
    if (fetch_page(context, request, arena, &report, error))
        return error->code;
    if (!is_last_page(report) && pull_one(context, report, error))
        return error->code;
    *result = report;
    return relation_forget_found(context, ids, error);
}

/* The first page is requested again if its answer shows that their clock differs. */
static enum error_code ask_for_page(struct run_context *context, const struct request_plan *plan,
                                    bool is_first, struct report **report, struct error *error)
{
    struct arena *arena = NULL;
    struct request *request = NULL;
    *report = NULL;
    if (run_context_page(context, plan->depth, &arena, error) ||
        request_build(context, arena, plan, &request, error))
        return error->code;
    if (request->object_count == 0)
        return ERROR_NONE;
    for (size_t i = 0; i < request->object_count; i++)
        context->windows[request->objects[i].object->index].asked = true;
    if (fetch_page(context, request, arena, report, error))
        return error->code;
    return is_first && their_clock_look(context) ? ask_for_page(context, plan, false, report, error)
                                                 : ERROR_NONE;
}

/* All pages of the integration, until it has no more. */
static enum error_code pull_pages(struct run_context *context, struct error *error)
{
    const struct run_progress *resume = context->run->resume;
    struct text cursor = resume ? resume->cursor : TEXT_ABSENT;
    struct pull_advance advance = {.count = 0};
    const unsigned first = resume ? resume->iteration + 1 : 1;
    for (unsigned iteration = first;; iteration++) {
        const struct request_plan plan = {.side = SIDE_INTEGRATION,
                                          .iteration = iteration,
                                          .ids =
                                              context->selective ? context->selected_records : NULL,
                                          .cursor = cursor};
        struct report *report = NULL;
        if (run_context_check(context, error) ||
            ask_for_page(context, &plan, iteration == first, &report, error))
            return error->code;
        if (!report)
            return ERROR_NONE;
        context->summary->pull.iterations++;
        if (is_last_page(report)) {
            if (iteration == 1 && guard_empty(context, error))
                return error->code;
            return window_note_positions(context, report, error);
        }
        if (check_cursor(context, report, error) || pull_advance_check(&advance, report, error) ||
            pull_one(context, report, error) || guard_outage(context, error))
            return error->code;
        if (context->selective)
            return ERROR_NONE;
        if (text_copy(context->arena, report->cursor, &cursor, error))
            return error->code;
    }
}

/* Records that could not be linked before are requested by their ids; a slice leaves that to the
 * next whole run. */
static enum error_code pull_ambiguous(struct run_context *context, struct error *error)
{
    if (context->run->options->slice)
        return ERROR_NONE;
    if (ambiguous_retry(context, nested_pull, error))
        return error->code;
    return ambiguous_retry_matters(context, nested_pull, error);
}

static enum error_code pull(struct run_context *context, struct error *error)
{
    const bool failed = pull_pages(context, error) ||
                        ambiguous_retry_contradicted(context, nested_pull, error) ||
                        pull_ambiguous(context, error);
    struct error late = {.code = ERROR_NONE};
    if (!transaction_await_commit(context, &late))
        return failed ? error->code : ERROR_NONE;
    *error = late; /* whatever failed afterwards */
    return error->code;
}

/* The window was pulled completely: the next run begins where it ends. */
static enum error_code close_pull(struct run_context *context, struct error *error)
{
    if (context->selective)
        return ERROR_NONE;
    if (window_store(context, error) || unknown_outcome_end(context, error))
        return error->code;
    return progress_store(context, "push", 0, TEXT_ABSENT, error);
}

/* ------------------------------------------------------------------ the run */

static enum error_code run_pull(struct run_context *context, struct error *error)
{
    if (context->run->options->no_pull || progress_pull_is_done(context))
        return ERROR_NONE;
    context->summary->failed_in = "pull";
    if (pull(context, error) || transaction_run(context, close_pull, error))
        return error->code;
    context->summary->failed_in = NULL;
    return ERROR_NONE;
}

/* What was refused or not kept and is to be sent once more, unless the pull has resolved it. A full
 * push sends all that was refused, deletions as well. */
static enum error_code retry_edits(struct run_context *context, struct error *error)
{
    static const struct retry_wish refused = {.reason = MATTER_REFUSED};
    const struct run *run = context->run;
    if (run->options->first_time && !context->selective &&
        run->books->retry_edits(run->books, &refused, error))
        return error->code;
    for (size_t i = 0; i < run->options->retry_count; i++) {
        if (run->books->retry_edits(run->books, &run->options->retry[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code run_push(struct run_context *context, struct error *error)
{
    if (context->run->options->no_push)
        return ERROR_NONE;
    context->summary->failed_in = "push";
    const struct run_options *options = context->run->options;
    if (((options->retry_count > 0 || options->first_time) &&
         transaction_run(context, retry_edits, error)) ||
        (context->selective && selection_resolve_objects(context, error)) ||
        push_flow_deletions(context, error) || push_flow_objects(context, nested_pull, error) ||
        (context->selective && transaction_run(context, selection_note_missing, error)))
        return error->code;
    context->summary->failed_in = NULL;
    return ERROR_NONE;
}

/* Everything before the first request: windows, and where a resumed run stopped. A run that is
 * refused here has neither read nor written anything. */
static enum error_code open_run(struct run_context *context, const struct run *run,
                                struct run_summary *summary, struct error *error)
{
    if (run_context_init(context, run, summary, error) || window_open(context, error))
        return error->code;
    context->set_late = pull_due_set;
    return progress_restore(context, error);
}

enum error_code process_run(const struct run *run, struct run_summary *summary, struct error *error)
{
    struct run_context context;
    *summary = (struct run_summary){.integration = run->integration,
                                    .status = RUN_DONE,
                                    .from = INSTANT_NONE,
                                    .to = INSTANT_NONE};

    if (open_run(&context, run, summary, error)) {
        summary->status = RUN_REFUSED;
        summary->code = error->code;
        run_context_release(&context);
        return error->code;
    }
    if ((!run->options->slice && recovery_resolve(&context, error)) ||
        (context.selective && transaction_run(&context, selection_resolve_records, error)) ||
        pull_due_begin(&context, error) || run_pull(&context, error) || run_push(&context, error) ||
        unknown_outcome_report(&context, error)) {
        summary->status = RUN_FAILED;
        summary->code = error->code;
    }
    if (run->exchange->run_completed)
        run->exchange->run_completed(run->exchange, summary);
    run_context_release(&context);
    return summary->code;
}
