/* first_link: the operator's setting, or the newer of the two. */
#include "sync/pull/first_link.h"

#include "model/books.h"

/* The later wins; if they are equal, or one is not known, theirs. */
static enum error_code newest(const struct pull_case *pull, size_t field, const struct value *ours,
                              instant theirs_at, instant *ours_at, enum verdict *verdict,
                              struct error *error)
{
    struct books *books = pull->run->books;
    instant at = INSTANT_NONE;

    if (books && books->value_instant(books, pull->entry->internal, pull->internal_id, field, ours,
                                      &at, error))
        return error->code;
    if (at == INSTANT_NONE)
        at = pull->local_object->changed_at;
    *ours_at = at == BASE_VERSION_UNDATED ? INSTANT_NONE : at;
    *verdict = *ours_at != INSTANT_NONE && theirs_at != INSTANT_NONE && *ours_at > theirs_at
                   ? VERDICT_LEFT
                   : VERDICT_RIGHT;
    return ERROR_NONE;
}

enum error_code first_link_decide(const struct pull_case *pull, size_t field,
                                  const struct value *ours, instant theirs_at, instant *ours_at,
                                  enum verdict *verdict, struct error *error)
{
    *ours_at = pull->local_object->changed_at;
    switch (pull->run->settings->first_link) {
    case FIRST_LINK_NEWEST:
        return newest(pull, field, ours, theirs_at, ours_at, verdict, error);
    case FIRST_LINK_INTERNAL:
        *verdict = VERDICT_LEFT;
        break;
    case FIRST_LINK_INTEGRATION:
        *verdict = VERDICT_RIGHT;
        break;
    case FIRST_LINK_HOLD:
        *verdict = VERDICT_UNRESOLVED;
        break;
    }
    return ERROR_NONE;
}

enum error_code first_link_edit(const struct pull_case *pull, size_t field, instant *at,
                                struct error *error)
{
    struct books *books = pull->run->books;
    instant edited = INSTANT_NONE;

    if (books->edit_instant(books, pull->entry->internal, pull->internal_id, field, &edited, error))
        return error->code;
    if (edited != INSTANT_NONE)
        *at = edited;
    return ERROR_NONE;
}
