/* books_proxy: one wrapper per function of the books, written by a list of them. */
#include "support/books_proxy.h"

/* clang-format off */
/* X(function, step, parameters, arguments passed on): all but those that can't fail. */
#define BOOKS_FUNCTIONS(X)                                                                         \
    X(begin, PROXY_BOOKS_BEGIN,                                                                    \
      (struct books *books, struct error *error),                                                  \
      (proxy->inner, error))                                                                       \
    X(commit, PROXY_BOOKS_COMMIT,                                                                  \
      (struct books *books, struct error *error),                                                  \
      (proxy->inner, error))                                                                       \
    X(commit_later, PROXY_BOOKS_COMMIT,                                                            \
      (struct books *books, struct error *error),                                                  \
      (proxy->inner, error))                                                                       \
    X(await_commit, PROXY_BOOKS_READ,                                                                    \
      (struct books *books, struct error *error),                                                  \
      (proxy->inner, error))                                                                       \
    X(mapping_of_record, PROXY_BOOKS_READ,                                                         \
      (struct books *books, const struct manual_entry *entry, struct text integration_id,          \
       struct arena *arena, struct mapping **mapping, struct error *error),                        \
      (proxy->inner, entry, integration_id, arena, mapping, error))                                \
    X(linked_record, PROXY_BOOKS_READ,                                                             \
      (struct books *books, const struct manual_entry *entry, struct text integration_id,          \
       struct arena *arena, struct mapping **mapping, struct local_object *local_object,           \
       struct error *error),                                                                       \
      (proxy->inner, entry, integration_id, arena, mapping, local_object, error))                  \
    X(mappings_of_record, PROXY_BOOKS_READ,                                                        \
      (struct books *books, struct text integration_object, struct text integration_id,            \
       struct arena *arena, struct mappings *mappings, struct error *error),                       \
      (proxy->inner, integration_object, integration_id, arena, mappings, error))                  \
    X(mappings_of_object, PROXY_BOOKS_READ,                                                        \
      (struct books *books, struct text internal_object, struct text internal_id,                  \
       struct arena *arena, struct mappings *mappings, struct error *error),                       \
      (proxy->inner, internal_object, internal_id, arena, mappings, error))                        \
    X(kept_apart, PROXY_BOOKS_READ,                                                                \
      (struct books *books, const struct manual_entry *entry, struct text integration_id,          \
       struct arena *arena, struct kept_apart *apart, struct error *error),                        \
      (proxy->inner, entry, integration_id, arena, apart, error))                                  \
    X(mapping_of_key, PROXY_BOOKS_READ,                                                            \
      (struct books *books, int64_t key, struct arena *arena, struct mapping **mapping,            \
       struct error *error),                                                                       \
      (proxy->inner, key, arena, mapping, error))                                                  \
    X(is_heir, PROXY_BOOKS_READ,                                                                   \
      (struct books *books, struct text internal_object, struct text internal_id, bool *is_heir,   \
       struct error *error),                                                                       \
      (proxy->inner, internal_object, internal_id, is_heir, error))                                \
    X(heir_of, PROXY_BOOKS_READ,                                                                   \
      (struct books *books, struct text internal_object, struct text internal_id,                  \
       struct arena *arena, struct text *heir, struct error *error),                               \
      (proxy->inner, internal_object, internal_id, arena, heir, error))                            \
    X(last_complete, PROXY_BOOKS_READ,                                                             \
      (struct books *books, instant until, instant *at, struct error *error),                      \
      (proxy->inner, until, at, error))                                                            \
    X(count_writes, PROXY_BOOKS_WRITE,                                                             \
      (struct books *books, const struct mapping *mapping, size_t field, unsigned writes,          \
       struct text message, bool *held, struct error *error),                                      \
      (proxy->inner, mapping, field, writes, message, held, error))                                \
    X(keep_late, PROXY_BOOKS_WRITE,                                                                \
      (struct books *books, const struct late_reference *reference, struct error *error),          \
      (proxy->inner, reference, error))                                                            \
    X(late_of_mapping, PROXY_BOOKS_READ,                                                           \
      (struct books *books, int64_t mapping, struct arena *arena, struct late_reference            \
       **references, size_t *count, struct error *error),                                          \
      (proxy->inner, mapping, arena, references, count, error))                                    \
    X(late_due, PROXY_BOOKS_READ,                                                                  \
      (struct books *books, struct arena *arena, struct late_reference **references, size_t        \
       *count, struct error *error),                                                               \
      (proxy->inner, arena, references, count, error))                                             \
    X(end_late, PROXY_BOOKS_WRITE,                                                                 \
      (struct books *books, int64_t mapping, struct text field, bool postponed, struct             \
       error *error),                                                                              \
      (proxy->inner, mapping, field, postponed, error))                                            \
    X(move_late, PROXY_BOOKS_WRITE,                                                                \
      (struct books *books, struct text old_object, struct text old_id, struct text                \
       new_object, struct text new_id, struct error *error),                                       \
      (proxy->inner, old_object, old_id, new_object, new_id, error))                               \
    X(await_record, PROXY_BOOKS_WRITE,                                                             \
      (struct books *books, const struct mapping *mapping, size_t field, const struct              \
       order_link *target, struct error *error),                                                   \
      (proxy->inner, mapping, field, target, error))                                               \
    X(end_awaited, PROXY_BOOKS_WRITE,                                                              \
      (struct books *books, const struct mapping *mapping, size_t field, struct error              \
       *error),                                                                                    \
      (proxy->inner, mapping, field, error))                                                       \
    X(awaited_due, PROXY_BOOKS_READ,                                                               \
      (struct books *books, struct arena *arena, struct awaited_reference **references,            \
       size_t *count, struct error *error),                                                        \
      (proxy->inner, arena, references, count, error))                                             \
    X(refers_to, PROXY_BOOKS_READ,                                                                 \
      (struct books *books, const struct field_place *place, const struct value *value,            \
       struct arena *arena, struct order_link *target, struct error *error),                       \
      (proxy->inner, place, value, arena, target, error))                                          \
    X(add_mapping, PROXY_BOOKS_WRITE,                                                              \
      (struct books *books, struct mapping *mapping, struct error *error),                         \
      (proxy->inner, mapping, error))                                                              \
    X(update_mapping, PROXY_BOOKS_WRITE,                                                           \
      (struct books *books, const struct mapping *mapping, struct error *error),                   \
      (proxy->inner, mapping, error))                                                              \
    X(mark_if_deleted, PROXY_BOOKS_WRITE,                                                          \
      (struct books *books, struct mapping *mapping, struct error *error),                         \
      (proxy->inner, mapping, error))                                                              \
    X(remove_mapping, PROXY_BOOKS_WRITE,                                                           \
      (struct books *books, int64_t key, struct error *error),                                     \
      (proxy->inner, key, error))                                                                  \
    X(join_mappings, PROXY_BOOKS_WRITE,                                                            \
      (struct books *books, int64_t from, int64_t into, struct error *error),                      \
      (proxy->inner, from, into, error))                                                           \
    X(tracked_changes, PROXY_BOOKS_READ,                                                           \
      (struct books *books, const struct manual_object *object, struct text internal_id,           \
       struct arena *arena, struct tracked_changes *changes, struct error *error),                 \
      (proxy->inner, object, internal_id, arena, changes, error))                           \
    X(remove_tracked_change, PROXY_BOOKS_WRITE,                                                    \
      (struct books *books, int64_t sequence, struct error *error),                                \
      (proxy->inner, sequence, error))                                                             \
    X(mark_tracked_change, PROXY_BOOKS_WRITE,                                                      \
      (struct books *books, int64_t sequence, const struct change_mark *mark,                      \
       struct error *error),                                                                       \
      (proxy->inner, sequence, mark, error))                                              \
    X(unmark_tracked_change, PROXY_BOOKS_WRITE,                                                    \
      (struct books *books, int64_t sequence, int64_t mapping, struct error *error),               \
      (proxy->inner, sequence, mapping, error))                                                    \
    X(track_executed, PROXY_BOOKS_WRITE,                                                           \
      (struct books *books, const struct executed_object *executed, struct error *error),          \
      (proxy->inner, executed, error))                                                             \
    X(move_marks, PROXY_BOOKS_WRITE,                                                               \
      (struct books *books, const struct manual_object *object, struct text internal_id,           \
       int64_t from, int64_t to, struct error *error),                                             \
      (proxy->inner, object, internal_id, from, to, error))                                        \
    X(owe_change, PROXY_BOOKS_WRITE,                                                               \
      (struct books *books, const struct mapping *mapping, size_t field, instant at,               \
       struct error *error),                                                                       \
      (proxy->inner, mapping, field, at, error))                                                   \
    X(value_instant, PROXY_BOOKS_READ,                                                             \
      (struct books *books, const struct manual_object *object, struct text internal_id,           \
       size_t field, const struct value *value, instant *at, struct error *error),                 \
      (proxy->inner, object, internal_id, field, value, at, error))                                \
    X(edit_instant, PROXY_BOOKS_READ,                                                              \
      (struct books *books, const struct manual_object *object, struct text internal_id,           \
       size_t field, instant *at, struct error *error),                                            \
      (proxy->inner, object, internal_id, field, at, error))                                       \
    X(retry_edits, PROXY_BOOKS_WRITE,                                                              \
      (struct books *books, const struct retry_wish *wish, struct error *error),                   \
      (proxy->inner, wish, error))                                                                 \
    X(retried_records, PROXY_BOOKS_READ,                                                           \
      (struct books *books, const struct retry_wish *wish, struct arena *arena,                    \
       struct ambiguous_record **records, size_t *count, struct error *error),                      \
      (proxy->inner, wish, arena, records, count, error))                                          \
    X(keep_matter, PROXY_BOOKS_WRITE,                                                              \
      (struct books *books, const struct mapping *mapping, size_t field,                           \
       enum matter_reason reason, struct error *error),                                            \
      (proxy->inner, mapping, field, reason, error))                                               \
    X(end_matter, PROXY_BOOKS_WRITE,                                                               \
      (struct books *books, const struct mapping *mapping, size_t field,                           \
       enum matter_reason reason, struct error *error),                                            \
      (proxy->inner, mapping, field, reason, error))                                               \
    X(keep_record_matter, PROXY_BOOKS_WRITE,                                                       \
      (struct books *books, const struct record_matter *matter, struct error *error),              \
      (proxy->inner, matter, error))                                                               \
    X(end_record_matter, PROXY_BOOKS_WRITE,                                                        \
      (struct books *books, const struct record_matter *matter, struct error *error),              \
      (proxy->inner, matter, error))                                                               \
    X(track_change, PROXY_BOOKS_WRITE,                                                             \
      (struct books *books, const struct manual_object *object, struct text internal_id,           \
       struct tracked_change *change, struct error *error),                                        \
      (proxy->inner, object, internal_id, change, error))                                          \
    X(position, PROXY_BOOKS_READ,                                                                  \
      (struct books *books, const struct manual_object *object, struct window_end *end,            \
       struct arena *arena, struct error *error),                                                  \
      (proxy->inner, object, end, arena, error))                                                   \
    X(set_position, PROXY_BOOKS_WRITE,                                                             \
      (struct books *books, const struct manual_object *object, const struct window_end *end,      \
       struct error *error),                                                                       \
      (proxy->inner, object, end, error))                                                          \
    X(remember_ambiguous, PROXY_BOOKS_WRITE,                                                        \
      (struct books *books, const struct ambiguous_record *record, struct error *error),            \
      (proxy->inner, record, error))                                                               \
    X(left_out, PROXY_BOOKS_READ,                                                               \
      (struct books *books, const struct manual_entry *entry, struct text integration_id,          \
       enum left_out *why, struct error *error),                                                       \
      (proxy->inner, entry, integration_id, why, error))                                      \
    X(ambiguous, PROXY_BOOKS_READ,                                                                 \
      (struct books *books, int64_t after, size_t limit, struct arena *arena,                      \
       struct ambiguous_record **records, size_t *count, struct error *error),                      \
      (proxy->inner, after, limit, arena, records, count, error))                                  \
    X(fail_ambiguous, PROXY_BOOKS_WRITE,                                                            \
      (struct books *books, int64_t key, struct text message, bool again, struct error *error),    \
      (proxy->inner, key, message, again, error))                                                  \
    X(ask_for_whole, PROXY_BOOKS_WRITE,                                                            \
      (struct books *books, const struct mapping *mapping, struct error *error),                   \
      (proxy->inner, mapping, error))                                                              \
    X(forget_ambiguous, PROXY_BOOKS_WRITE,                                                          \
      (struct books *books, struct text integration_object, struct text integration_id,            \
       struct error *error),                                                                       \
      (proxy->inner, integration_object, integration_id, error))                                   \
    X(set_reach, PROXY_BOOKS_WRITE,                                                                \
      (struct books *books, const struct manual_object *object, const struct window_end *end,      \
       struct error *error),                                                                       \
      (proxy->inner, object, end, error))                                                          \
    X(add_note, PROXY_BOOKS_WRITE,                                                                 \
      (struct books *books, const struct note *note, struct error *error),                         \
      (proxy->inner, note, error))                                                                 \
    X(add_outcome, PROXY_BOOKS_WRITE,                                                              \
      (struct books *books, const struct outcome *outcome, struct error *error),                   \
      (proxy->inner, outcome, error))                                                              \
    X(add_decision, PROXY_BOOKS_WRITE,                                                             \
      (struct books *books, const struct decision *decision, struct error *error),                 \
      (proxy->inner, decision, error))                                                             \
    X(set_progress, PROXY_BOOKS_WRITE,                                                             \
      (struct books *books, const struct run_progress *progress, struct error *error),             \
      (proxy->inner, progress, error))
/* clang-format on */

static struct books_proxy *proxy_of(struct books *books)
{
    return (struct books_proxy *)books;
}

#define X(name, step, parameters, arguments)                                                       \
    static enum error_code name parameters                                                         \
    {                                                                                              \
        struct books_proxy *proxy = proxy_of(books);                                               \
        enum error_code code = proxy_plan_enter(proxy->plan, step, error);                         \
        if (!code) {                                                                               \
            log_write(proxy->plan->log, LOG_DEBUG, "proxy", "books %s", #name);                    \
            code = proxy->inner->name arguments;                                                   \
            code = proxy_plan_leave(proxy->plan, step, code, error);                               \
        }                                                                                          \
        if (code) {                                                                                \
            log_write(proxy->plan->log, LOG_DEBUG, "proxy", "books %s: %s", #name,                 \
                      error_name(code));                                                           \
        }                                                                                          \
        return code;                                                                               \
    }
BOOKS_FUNCTIONS(X)
#undef X

static void rollback(struct books *books)
{
    struct books_proxy *proxy = proxy_of(books);

    /* Whatever is planned: a transaction that can't be taken back would not be one. */
    (void)proxy_plan_enter(proxy->plan, PROXY_BOOKS_ROLLBACK, NULL);
    log_write(proxy->plan->log, LOG_DEBUG, "proxy", "books rollback");
    proxy->inner->rollback(proxy->inner);
}

/* Not steps of a plan: reading leaves nothing behind, wherever it ends. */
static enum error_code begin_reading(struct books *books, struct error *error)
{
    struct books *inner = proxy_of(books)->inner;

    return inner->begin_reading(inner, error);
}

static void expect_linked(struct books *books, const struct manual_entry *entry,
                          const struct text *integration_ids, size_t count)
{
    struct books *inner = proxy_of(books)->inner;

    inner->expect_linked(inner, entry, integration_ids, count);
}

static void end_reading(struct books *books)
{
    struct books *inner = proxy_of(books)->inner;

    inner->end_reading(inner);
}

static instant clock_of(struct books *books)
{
    struct books *inner = proxy_of(books)->inner;

    return inner->clock(inner);
}

static int64_t create_key(struct books *books, const struct manual_entry *entry)
{
    struct books *inner = proxy_of(books)->inner;

    return inner->create_key(inner, entry);
}

void books_proxy_init(struct books_proxy *proxy, struct books *inner, struct proxy_plan *plan)
{
    *proxy = (struct books_proxy){.inner = inner, .plan = plan};
    proxy->books.rollback = rollback;
    proxy->books.begin_reading = begin_reading;
    proxy->books.end_reading = end_reading;
    proxy->books.expect_linked = expect_linked;
    proxy->books.create_key = create_key;
    proxy->books.clock = clock_of;
#define X(name, step, parameters, arguments) proxy->books.name = name;
    BOOKS_FUNCTIONS(X)
#undef X
}
