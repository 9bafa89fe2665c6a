#include "sync/run/transaction.h"

enum error_code transaction_begin(const struct run_context *context, struct error *error)
{
    return context->run->books->begin(context->run->books, error);
}

enum error_code transaction_end(const struct run_context *context, enum error_code code,
                                struct error *error)
{
    struct books *books = context->run->books;
    if (code == ERROR_NONE)
        code = books->commit(books, error);
    if (code != ERROR_NONE)
        books->rollback(books);
    return code;
}

enum error_code transaction_end_later(const struct run_context *context, enum error_code code,
                                      struct error *error)
{
    struct books *books = context->run->books;
    if (code != ERROR_NONE || run_context_is_heard(context))
        return transaction_end(context, code, error);
    code = books->commit_later(books, error);
    if (code != ERROR_NONE)
        books->rollback(books);
    return code;
}

enum error_code transaction_run(struct run_context *context, transaction_step *step,
                                struct error *error)
{
    if (transaction_begin(context, error))
        return error->code;
    return transaction_end(context, step(context, error), error);
}
