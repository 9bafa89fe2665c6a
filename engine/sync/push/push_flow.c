/* Two pages in turn: one is out while the other is judged. */
#include "sync/push/push_flow.h"

#include "sync/run/guard.h"
#include "sync/push/deletion.h"
#include "sync/run/progress.h"
#include "sync/push/push.h"
#include "sync/push/push_reference.h"
#include "sync/run/request_builder.h"
#include "sync/run/their_clock.h"
#include "sync/run/transaction.h"

static enum error_code answered(void *data, const struct order_change *change,
                                struct order_answer *answer, struct error *error)
{
    const struct run_context *context = data;
    struct journal *journal = context->run->journal;
    answer->given_at = context->run->books->clock(context->run->books);
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
    if (run->journal) {
        order->answered = answered;
        order->answered_context = context;
        if (run->journal->write_order(run->journal, order, error))
            return error->code;
        if (order->change_count == 0)
            return ERROR_NONE;
    }
    run_context_order(context, order);
    (void)!run->exchange->execute_order(run->exchange, order, &page->failure);
    (void)their_clock_look(context);
    return ERROR_NONE;
}

typedef enum error_code book_page(struct push_page *page, struct error *error);

/* The books of a page that was sent; the caller holds the transaction. */
static enum error_code write_books(struct run_context *context, struct push_page *page,
                                   book_page *book, struct error *error)
{
    struct journal *journal = context->run->journal;
    if (book(page, error) || context->set_late(context, &page->batch, error) ||
        push_reference_owe(context, page->batch.arena, error) ||
        push_page_remember(page, context->page_after, error) ||
        (journal && journal->close_order(journal, page->order, error)))
        return error->code;
    return progress_store(context, "push", page->report->request->iteration, TEXT_ABSENT, error);
}

/* Keep the books of a page that was sent; an error after them ends the push. */
static enum error_code keep_books(struct run_context *context, struct push_page *page,
                                  book_page *book, struct error *error)
{
    if (transaction_begin(context, error) ||
        transaction_end(context, write_books(context, page, book, error), error))
        return error->code;
    page->booked = true;
    const struct batch_result result =
        batch_result_of(&page->batch, SIDE_INTEGRATION, page->report->request->iteration, 0);
    run_context_publish(context, &result);
    const struct error *stop = page->failure.code ? &page->failure : &page->guard;
    if (!stop->code)
        return guard_outage(context, error);
    *error = *stop;
    return error->code;
}

enum error_code push_flow_deletions(struct run_context *context, struct error *error)
{
    const struct request_plan plan = {.side = SIDE_INTERNAL};
    int64_t last = 0;
    if (!context->run->journal || context->selective)
        return ERROR_NONE;
    if (guard_deletions(context, error))
        return error->code;
    for (;;) {
        struct arena *arena = NULL;
        struct request *request = NULL;
        struct report *report = NULL;
        struct push_page page;
        if (run_context_check(context, error) || run_context_page(context, 0, &arena, error) ||
            request_build(context, arena, &plan, &request, error) ||
            report_new(arena, request, &report, error) ||
            push_page_init(&page, context, report, error) ||
            deletion_page(&page, last, &last, error))
            return error->code;
        if (page.order->change_count == 0)
            return ERROR_NONE;
        if (send_order(context, &page, error) || keep_books(context, &page, deletion_book, error))
            return error->code;
    }
}

/* Pages of our objects, one after the other. While the integration waits for the answers to one
 * page, the results of the page before are stored and the page after is read and judged. */
struct push_flow {
    struct run_context *context;
    nested_pull_function *pull;
    struct push_page pages[2];  /* by turns */
    struct push_page *sent;     /* the last one that was sent; NULL: none */
    struct push_page *next;     /* read and judged, not sent yet; NULL: there is nothing to push */
    struct push_page *answered; /* its results are still to be stored; NULL: none */
    struct text *page_after;    /* last ids sent, by index of the internal object */
    bool went_on;               /* they were, and the next was read, while `sent` was carried out */
    struct error failure;       /* of what was done meanwhile */
};

static enum error_code fill_page(struct run_context *context, struct push_page *page,
                                 struct request *request, struct arena *arena, struct error *error)
{
    struct exchange *internal = &context->run->internal->exchange;
    struct report *report = NULL;
    if (report_new(arena, request, &report, error) ||
        internal->get_report(internal, request, report, error) ||
        push_page_init(page, context, report, error))
        return error->code;
    return push_page_judge(page, error);
}

/* Read and judge the page after the last one that was sent; one without objects is the end. Objects
 * and links are those of one moment, whoever writes meanwhile. */
static enum error_code read_page(struct push_flow *flow, struct error *error)
{
    struct run_context *context = flow->context;
    struct books *books = context->run->books;
    const struct request_plan plan = {.side = SIDE_INTERNAL,
                                      .iteration = context->summary->push.iterations + 1,
                                      .ids = context->selective ? context->selected_objects : NULL,
                                      .again = context->again,
                                      .page_after = flow->page_after};
    const unsigned turn = flow->sent == &flow->pages[0];
    struct push_page *page = &flow->pages[turn];
    struct arena *arena = NULL;
    struct request *request = NULL;
    enum error_code code = ERROR_NONE;

    if (run_context_check(context, error) || run_context_page(context, turn, &arena, error) ||
        request_build(context, arena, &plan, &request, error))
        return error->code;
    if (request->object_count == 0) {
        flow->next = NULL;
        return ERROR_NONE;
    }
    if (books->begin_reading(books, error))
        return error->code;
    code = fill_page(context, page, request, arena, error);
    books->end_reading(books);
    if (!code)
        flow->next = page;
    return code;
}

/* Nothing is read twice. */
static void forget_again(struct run_context *context)
{
    for (size_t i = 0; i < context->run->manual->internal_count; i++)
        context->again[i].count = 0;
}

/* Whose record is it, according to the books or to the previous order's results that are still to
 * be stored? */
static enum error_code owner_of_record(void *data, struct text object, struct text id,
                                       struct order_link *owner, struct error *error)
{
    struct push_flow *flow = data;
    struct books *books = flow->context->run->books;
    const struct order_change *before =
        flow->answered ? order_owner(flow->answered->order, object, id) : NULL;
    struct mappings mappings = {.count = 0};
    if (before) {
        *owner = (struct order_link){before->mapped_object, before->mapped_id};
        return ERROR_NONE;
    }
    if (books->mappings_of_record(books, object, id, flow->sent->report->arena, &mappings, error))
        return error->code;
    for (size_t i = 0; i < mappings.count; i++) {
        if (!mappings.items[i]->deleted)
            *owner = (struct order_link){mappings.items[i]->internal_object,
                                         mappings.items[i]->internal_id};
    }
    return ERROR_NONE;
}

static enum error_code reference_of_field(void *data, const struct order_change *change,
                                          const struct order_field *field,
                                          struct order_link *record, bool *awaited,
                                          struct error *error)
{
    struct push_flow *flow = data;
    const struct order *const orders[] = {flow->sent->order,
                                          flow->answered ? flow->answered->order : NULL};
    return push_reference_find(flow->context, orders, change, field, record, awaited, error);
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
    if (!keep_answered(flow, &flow->failure))
        (void)!read_page(flow, &flow->failure);
}

/* Records that somebody else wrote while we were about to: they are judged as in any pull, then
 * what is still ours is sent. Between two pages, as their memory is used. */
static enum error_code pull_stale(struct push_flow *flow, struct error *error)
{
    enum { DEPTH = 2 }; /* the first two are those of pages */
    struct run_context *context = flow->context;
    const size_t kinds = context->run->manual->integration_count;
    const struct report *ignored = NULL;
    bool any = false;
    for (size_t i = 0; i < kinds; i++)
        any |= context->stale[i].count > 0;
    if (!any)
        return ERROR_NONE;
    if (flow->pull(context, context->stale, DEPTH, &ignored, error) ||
        transaction_await_commit(context, error))
        return error->code;
    for (size_t i = 0; i < kinds; i++)
        context->stale[i].count = 0;
    return ERROR_NONE;
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

/* Send the page that was read. Its results are stored during the next page if that has been read
 * and stays valid whatever they are; else they are stored at once. */
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
    forget_again(context);
    page->order->find_owner = owner_of_record;
    page->order->find_reference = reference_of_field;
    page->order->links_context = flow;
    if (context->run->exchange->overlaps) {
        page->order->meanwhile = go_on;
        page->order->meanwhile_context = flow;
    }
    const bool failed =
        push_page_remember(page, flow->page_after, error) || send_order(context, page, error);
    if (!flow->went_on)
        (void)!keep_answered(flow, &flow->failure);
    if (failed)
        return error->code;
    if (flow->answered) { /* too late; the answers to this page are in the journal */
        *error = flow->failure;
        return error->code;
    }
    flow->answered = page;
    if (flow->went_on && !flow->failure.code && push_page_is_plain(page) && !is_end(flow))
        return ERROR_NONE;
    if (keep_answered(flow, error))
        return error->code;
    if (flow->failure.code) {
        *error = flow->failure;
        return error->code;
    }
    return pull_stale(flow, error) ? error->code : read_page(flow, error);
}

enum error_code push_flow_objects(struct run_context *context, nested_pull_function *pull,
                                  struct error *error)
{
    const size_t kinds = context->run->manual->internal_count;
    struct push_flow flow = {.context = context, .pull = pull};
    flow.page_after = ARENA_ARRAY(context->arena, kinds, struct text);
    if (!flow.page_after)
        return error_memory(error, "a push");
    if (push_reference_begin(context, error))
        return error->code;
    for (size_t i = 0; i < kinds; i++)
        flow.page_after[i] = context->page_after[i];
    enum error_code code = read_page(&flow, error);
    while (!code && !is_end(&flow))
        code = send_next(&flow, error);
    if (!code && flow.next)
        show_page(context, flow.next);
    return code;
}
