#include "sync/process.h"

#include "sync/brake.h"
#include "sync/deletion.h"
#include "sync/doubt.h"
#include "sync/named.h"
#include "sync/progress.h"
#include "sync/pull.h"
#include "sync/push.h"
#include "sync/recovery.h"
#include "sync/relation.h"
#include "sync/request_builder.h"
#include "sync/run_context.h"
#include "sync/unlinked.h"
#include "sync/window.h"

/* ------------------------------------------------------------------ transactions */

static enum error_code begin(const struct run_context *context, struct error *error)
{
    return context->run->books->begin(context->run->books, error);
}

/* Commit if all went well, else undo the whole iteration. */
static enum error_code end(const struct run_context *context, enum error_code code,
                           struct error *error)
{
    if (code == ERROR_NONE)
        code = context->run->books->commit(context->run->books, error);
    if (code != ERROR_NONE)
        context->run->books->rollback(context->run->books);
    return code;
}

/* The same, but the disk may take its time while the next page is fetched, unless somebody is
 * told of each page that is stored. */
static enum error_code end_later(const struct run_context *context, enum error_code code,
                                 struct error *error)
{
    struct books *books = context->run->books;
    if (code != ERROR_NONE || run_context_is_heard(context))
        return end(context, code, error);
    code = books->commit_later(books, error);
    if (code != ERROR_NONE)
        books->rollback(books);
    return code;
}

/* ------------------------------------------------------------------ pull */

static unlinked_pull nested_pull;

/* Ask the integration for one page. */
static enum error_code fetch_page(struct run_context *context, const struct request *request,
                                  struct arena *arena, struct report **report, struct error *error)
{
    const struct run *run = context->run;
    run_context_request(context, request);
    if (report_new(arena, request, run->manual, report, error) ||
        run->exchange->get_report(run->exchange, request, *report, error) ||
        report_finish(*report, error))
        return error->code;
    run_context_report(context, request, *report);
    return run_context_check(context, error);
}

static bool is_last_page(const struct report *report)
{
    return report->object_count == 0 && report->remap_count == 0 && report->deletion_count == 0 &&
           report->merge_count == 0 && text_is_absent(report->cursor);
}

/* Decision 22: a cursor that was seen before would go round for ever. */
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
    struct named_ids *missing = NULL;
    const struct report *ignored = NULL;
    bool any = false;
    if (report->relation_count == 0 || depth == NESTED_DEPTH_MAX)
        return ERROR_NONE;
    if (relation_missing(context, report, &missing, &any, error))
        return error->code;
    return any ? nested_pull(context, missing, depth + 1, &ignored, error) : ERROR_NONE;
}

/* Judge one page and carry it out, with its books; the caller holds the transaction. */
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
        if (run->internal->exchange.execute_order(&run->internal->exchange, page->order, error))
            return error->code;
    }
    if (pull_page_book(page, error))
        return error->code;
    if (page->report->request->depth > 0)
        return ERROR_NONE;
    return progress_store(context, "pull", page->report->request->iteration, page->report->cursor,
                          error);
}

/* Let the integration begin with the page that will be asked for next, while this one is carried
 * out. */
static enum error_code prepare_next(struct run_context *context, const struct report *report,
                                    struct error *error)
{
    const struct run *run = context->run;
    const struct request_plan plan = {.side = SIDE_INTEGRATION,
                                      .iteration = report->request->iteration + 1,
                                      .cursor = report->cursor};
    struct request *request = NULL;
    if (!run->exchange->prepare_report || context->named || report->request->depth > 0)
        return ERROR_NONE;
    if (request_build(context, report->arena, &plan, &request, error))
        return error->code;
    run->exchange->prepare_report(run->exchange, request);
    return ERROR_NONE;
}

/* One page from report to committed books. */
static enum error_code pull_one(struct run_context *context, struct report *report,
                                struct error *error)
{
    struct pull_page page;
    if (complete_relations(context, report, error) ||
        window_note_positions(context, report, error) || prepare_next(context, report, error) ||
        pull_page_init(&page, context, report, error) || begin(context, error))
        return error->code;
    if (end_later(context, carry_out_page(context, &page, error), error))
        return error->code;
    const struct batch_result result = batch_result_of(
        &page.batch, SIDE_INTERNAL, report->request->iteration, report->request->depth);
    run_context_publish(context, &result);
    return ERROR_NONE;
}

static enum error_code nested_pull(struct run_context *context, const struct named_ids *ids,
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

/* All pages of the integration, until it has no more. */
static enum error_code pull_pages(struct run_context *context, struct error *error)
{
    const struct run_progress *resume = context->run->resume;
    struct text cursor = resume ? resume->cursor : TEXT_ABSENT;
    for (unsigned iteration = resume ? resume->iteration + 1 : 1;; iteration++) {
        const struct request_plan plan = {.side = SIDE_INTEGRATION,
                                          .iteration = iteration,
                                          .ids = context->named ? context->named_records : NULL,
                                          .cursor = cursor};
        struct arena *arena = NULL;
        struct request *request = NULL;
        struct report *report = NULL;
        if (run_context_check(context, error) || run_context_page(context, 0, &arena, error) ||
            request_build(context, arena, &plan, &request, error))
            return error->code;
        if (request->object_count == 0)
            return ERROR_NONE;
        for (size_t i = 0; i < request->object_count; i++)
            context->windows[request->objects[i].object->index].asked = true;
        if (fetch_page(context, request, arena, &report, error))
            return error->code;
        context->summary->pull.iterations++;
        if (is_last_page(report)) {
            if (iteration == 1 && brake_empty(context, error))
                return error->code;
            return window_note_positions(context, report, error);
        }
        if (check_cursor(context, report, error) || pull_one(context, report, error) ||
            brake_outage(context, error))
            return error->code;
        if (context->named)
            return ERROR_NONE;
        if (text_copy(context->arena, report->cursor, &cursor, error))
            return error->code;
    }
}

static enum error_code pull(struct run_context *context, struct error *error)
{
    struct books *books = context->run->books;
    enum error_code code = pull_pages(context, error);
    if (code == ERROR_NONE)
        code = unlinked_settle(context, nested_pull, error);
    struct error late = {.code = ERROR_NONE};
    if (books->settle(books, &late)) {
        *error = late; /* whatever failed afterwards */
        code = late.code;
    }
    return code;
}

/* The window was pulled completely: the next run begins at its end. */
static enum error_code close_pull(struct run_context *context, struct error *error)
{
    if (context->named)
        return ERROR_NONE;
    if (window_store(context, error) || doubt_end(context, error))
        return error->code;
    return progress_store(context, "push", 0, TEXT_ABSENT, error);
}

/* ------------------------------------------------------------------ push */

static enum error_code answered(void *data, const struct order_change *change,
                                const struct order_answer *answer, struct error *error)
{
    const struct run_context *context = data;
    struct journal *journal = context->run->journal;
    return journal->write_answer(journal, change, answer, error);
}

/* Let the integration carry out the page's order. What it answered counts even if it fails
 * half-way: page->failure then tells why, and the push ends after these books. */
static enum error_code send_order(struct run_context *context, struct push_page *page,
                                  struct error *error)
{
    const struct run *run = context->run;
    struct order *order = page->order;
    if (order->change_count == 0)
        return ERROR_NONE;
    run_context_order(context, order);
    if (run->journal) {
        order->answered = answered;
        order->answered_context = context;
        if (run->journal->write_order(run->journal, order, error))
            return error->code;
    }
    (void)!run->exchange->execute_order(run->exchange, order, &page->failure);
    return ERROR_NONE;
}

typedef enum error_code book_page(struct push_page *page, struct error *error);

/* The books of a page that was sent; the caller holds the transaction. */
static enum error_code write_books(struct run_context *context, struct push_page *page,
                                   book_page *book, struct error *error)
{
    struct journal *journal = context->run->journal;
    if (book(page, error) || push_page_remember(page, context->after, error) ||
        (journal && journal->close_order(journal, page->order, page->failure.code, error)))
        return error->code;
    return progress_store(context, "push", page->report->request->iteration, TEXT_ABSENT, error);
}

/* Keep the books of a page that was sent; an error after them ends the push. */
static enum error_code keep_books(struct run_context *context, struct push_page *page,
                                  book_page *book, struct error *error)
{
    if (begin(context, error) || end(context, write_books(context, page, book, error), error))
        return error->code;
    page->booked = true;
    const struct batch_result result =
        batch_result_of(&page->batch, SIDE_INTEGRATION, page->report->request->iteration, 0);
    run_context_publish(context, &result);
    const struct error *stop = page->failure.code != ERROR_NONE ? &page->failure : &page->brake;
    if (stop->code == ERROR_NONE)
        return brake_outage(context, error);
    *error = *stop;
    return error->code;
}

/* What was deleted here is deleted there, where the manual says so. */
static enum error_code push_deletions(struct run_context *context, struct error *error)
{
    const struct request_plan plan = {.side = SIDE_INTERNAL};
    int64_t last = 0;
    if (!context->run->journal || context->named)
        return ERROR_NONE;
    if (brake_deletions(context, error))
        return error->code;
    for (;;) {
        struct arena *arena = NULL;
        struct request *request = NULL;
        struct report *report = NULL;
        struct push_page page;
        if (run_context_check(context, error) || run_context_page(context, 0, &arena, error) ||
            request_build(context, arena, &plan, &request, error) ||
            report_new(arena, request, context->run->manual, &report, error) ||
            push_page_init(&page, context, report, error) ||
            deletion_page(&page, last, &last, error))
            return error->code;
        if (page.order->change_count == 0)
            return ERROR_NONE;
        if (send_order(context, &page, error) || keep_books(context, &page, deletion_book, error))
            return error->code;
    }
}

/* Pages of our objects, one after the other. While the integration waits for its answers to one,
 * the books of the page before are kept and the page after is read and judged. */
struct push_flow {
    struct run_context *context;
    struct push_page pages[2];  /* by turns */
    struct push_page *sent;     /* the last one that was sent; NULL: none */
    struct push_page *next;     /* read and judged, not sent yet; NULL: there is nothing to push */
    struct push_page *answered; /* its books are still to be kept; NULL: none */
    struct text *after;         /* last ids sent, by index of the internal object */
    bool went_on;               /* they were, and the next was read, while `sent` was carried out */
    struct error failure;       /* of what was done meanwhile */
};

/* Read and judge the page after the last one that was sent; one without objects is the end. */
static enum error_code read_page(struct push_flow *flow, struct error *error)
{
    struct run_context *context = flow->context;
    struct exchange *internal = &context->run->internal->exchange;
    const struct request_plan plan = {.side = SIDE_INTERNAL,
                                      .iteration = context->summary->push.iterations + 1,
                                      .ids = context->named ? context->named_objects : NULL,
                                      .after = flow->after};
    const unsigned turn = flow->sent == &flow->pages[0];
    struct push_page *page = &flow->pages[turn];
    struct arena *arena = NULL;
    struct request *request = NULL;
    struct report *report = NULL;

    if (run_context_check(context, error) || run_context_page(context, turn, &arena, error) ||
        request_build(context, arena, &plan, &request, error))
        return error->code;
    if (request->object_count == 0) {
        flow->next = NULL;
        return ERROR_NONE;
    }
    if (report_new(arena, request, context->run->manual, &report, error) ||
        internal->get_report(internal, request, report, error) ||
        push_page_init(page, context, report, error) || push_page_judge(page, error))
        return error->code;
    flow->next = page;
    return ERROR_NONE;
}

static enum error_code keep_answered(struct push_flow *flow, struct error *error)
{
    struct push_page *page = flow->answered;
    if (!page)
        return ERROR_NONE;
    const enum error_code code = keep_books(flow->context, page, push_page_book, error);
    if (page->booked)
        flow->answered = NULL;
    return code;
}

/* What is done while the integration waits. */
static void go_on(void *data)
{
    struct push_flow *flow = data;
    flow->went_on = true;
    if (keep_answered(flow, &flow->failure) == ERROR_NONE)
        (void)!read_page(flow, &flow->failure);
}

static bool is_end(const struct push_flow *flow)
{
    return !flow->next || flow->next->report->object_count == 0;
}

static void show_page(const struct run_context *context, const struct push_page *page)
{
    run_context_request(context, page->report->request);
    run_context_report(context, page->report->request, page->report);
}

/* Send the page that was read. Its books wait for the next one's turn if that has been read and
 * holds whatever they say, else they are kept at once. */
static enum error_code send_next(struct push_flow *flow, struct error *error)
{
    struct run_context *context = flow->context;
    struct push_page *page = flow->next;
    if (!push_page_is_dropped(page)) {
        show_page(context, page);
        context->summary->push.iterations++;
    }
    flow->sent = page;
    flow->went_on = false;
    if (context->run->exchange->overlaps) {
        page->order->meanwhile = go_on;
        page->order->meanwhile_context = flow;
    }
    const bool failed =
        push_page_remember(page, flow->after, error) || send_order(context, page, error);
    if (!flow->went_on)
        (void)!keep_answered(flow, &flow->failure);
    if (failed)
        return error->code;
    if (flow->answered) { /* in vain; what this page was answered is in the journal */
        *error = flow->failure;
        return error->code;
    }
    flow->answered = page;
    if (flow->went_on && flow->failure.code == ERROR_NONE && push_page_is_plain(page) &&
        !is_end(flow))
        return ERROR_NONE;
    if (keep_answered(flow, error))
        return error->code;
    if (flow->failure.code != ERROR_NONE) {
        *error = flow->failure;
        return error->code;
    }
    return read_page(flow, error);
}

/* All pages of our own objects, until there are no more. */
static enum error_code push(struct run_context *context, struct error *error)
{
    const size_t kinds = context->run->manual->internal_count;
    struct push_flow flow = {.context = context};
    flow.after = ARENA_ARRAY(context->arena, kinds, struct text);
    if (!flow.after)
        return error_memory(error, "a push");
    for (size_t i = 0; i < kinds; i++)
        flow.after[i] = context->after[i];
    enum error_code code = read_page(&flow, error);
    while (code == ERROR_NONE && !is_end(&flow))
        code = send_next(&flow, error);
    if (code == ERROR_NONE && flow.next)
        show_page(context, flow.next);
    return code;
}

/* ------------------------------------------------------------------ the run */

typedef enum error_code phase(struct run_context *context, struct error *error);

/* A step of the run that is one transaction of its own. */
static enum error_code in_transaction(struct run_context *context, phase *step, struct error *error)
{
    if (begin(context, error))
        return error->code;
    return end(context, step(context, error), error);
}

static enum error_code run_pull(struct run_context *context, struct error *error)
{
    if (context->run->options->no_pull || progress_pull_is_done(context))
        return ERROR_NONE;
    context->summary->failed_in = "pull";
    if (pull(context, error) || in_transaction(context, close_pull, error))
        return error->code;
    context->summary->failed_in = NULL;
    return ERROR_NONE;
}

static enum error_code run_push(struct run_context *context, struct error *error)
{
    if (context->run->options->no_push)
        return ERROR_NONE;
    context->summary->failed_in = "push";
    if ((context->named && named_resolve_objects(context, error)) ||
        push_deletions(context, error) || push(context, error) ||
        (context->named && in_transaction(context, named_note_missing, error)))
        return error->code;
    context->summary->failed_in = NULL;
    return ERROR_NONE;
}

/* Everything up to the first request: windows and names. What is refused here has read and written
 * nothing. */
static enum error_code open_run(struct run_context *context, const struct run *run,
                                struct run_summary *summary, struct error *error)
{
    if (run_context_init(context, run, summary, error) || window_open(context, error))
        return error->code;
    return progress_restore(context, error);
}

enum error_code process_run(const struct run *run, struct run_summary *summary, struct error *error)
{
    struct run_context context;
    *summary = (struct run_summary){.integration = run->integration, .status = RUN_DONE};

    if (open_run(&context, run, summary, error)) {
        summary->status = RUN_REFUSED;
        summary->code = error->code;
        run_context_release(&context);
        return error->code;
    }
    if (recovery_settle(&context, error) ||
        (context.named && in_transaction(&context, named_resolve_records, error)) ||
        run_pull(&context, error) || run_push(&context, error) || doubt_report(&context, error)) {
        summary->status = RUN_FAILED;
        summary->code = error->code;
    }
    if (run->exchange->run_completed)
        run->exchange->run_completed(run->exchange, summary);
    run_context_release(&context);
    return summary->code;
}
