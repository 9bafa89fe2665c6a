/* Transactions of a run, and the counts of what they keep. */
#include "sync/run/transaction.h"

/* What was rolled back did not happen. */
static void uncount(struct run_context *context)
{
    struct run_summary *summary = context->summary;
    summary->status = context->before.status;
    summary->pull = context->before.pull;
    summary->push = context->before.push;
}

enum error_code transaction_begin(struct run_context *context, struct error *error)
{
    if (context->run->books->begin(context->run->books, error))
        return error->code;
    context->before = *context->summary;
    return ERROR_NONE;
}

typedef enum error_code commit_function(struct books *books, struct error *error);

static enum error_code end(struct run_context *context, enum error_code code,
                           commit_function *commit, struct error *error)
{
    struct books *books = context->run->books;
    if (!code)
        code = commit(books, error);
    if (code) {
        books->rollback(books);
        uncount(context);
    }
    return code;
}

enum error_code transaction_end(struct run_context *context, enum error_code code,
                                struct error *error)
{
    return end(context, code, context->run->books->commit, error);
}

enum error_code transaction_end_later(struct run_context *context, enum error_code code,
                                      struct error *error)
{
    const struct books *books = context->run->books;
    const bool now = code || run_context_is_heard(context);
    return end(context, code, now ? books->commit : books->commit_later, error);
}

enum error_code transaction_await_commit(struct run_context *context, struct error *error)
{
    struct books *books = context->run->books;
    if (!books->await_commit(books, error))
        return ERROR_NONE;
    uncount(context);
    return error->code;
}

enum error_code transaction_run(struct run_context *context, transaction_step *step,
                                struct error *error)
{
    if (transaction_begin(context, error))
        return error->code;
    return transaction_end(context, step(context, error), error);
}
