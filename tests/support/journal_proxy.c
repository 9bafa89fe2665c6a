/* journal_proxy: one wrapper per function of the journal, written by a list of them. */
#include "support/journal_proxy.h"

/* clang-format off */
/* X(function, parameters, arguments passed on) */
#define JOURNAL_FUNCTIONS(X)                                                                       \
    X(write_order, (struct journal *journal, struct order *order, struct error *error),            \
      (proxy->inner, order, error))                                                                \
    X(write_answer,                                                                                \
      (struct journal *journal, const struct order_change *change,                                 \
       const struct order_answer *answer, struct error *error),                                    \
      (proxy->inner, change, answer, error))                                                       \
    X(close_order,                                                                                 \
      (struct journal *journal, const struct order *order, struct error *error),                   \
      (proxy->inner, order, error))                                                                \
    X(unfinished,                                                                                  \
      (struct journal *journal, struct arena *arena, struct journal_change **changes,              \
       size_t *count, struct error *error),                                                        \
      (proxy->inner, arena, changes, count, error))                                                \
    X(forget,                                                                                      \
      (struct journal *journal, const struct journal_change *change, struct error *error),         \
      (proxy->inner, change, error))                                                               \
    X(keep_unknown,                                                                               \
      (struct journal *journal, const struct journal_change *change, struct error *error),         \
      (proxy->inner, change, error))                                                               \
    X(leave_unknown,                                                                              \
      (struct journal *journal, const struct journal_change *change, struct error *error),         \
      (proxy->inner, change, error))                                                               \
    X(unknown_of,                                                                                    \
      (struct journal *journal, const struct manual_entry *entry, struct text internal_id,         \
       struct arena *arena, struct unknown_create *create, struct error *error),                   \
      (proxy->inner, entry, internal_id, arena, create, error))                                    \
    X(unknown_outcomes,                                                                                      \
      (struct journal *journal, struct arena *arena, struct journal_change **changes,              \
       size_t *count, struct error *error),                                                        \
      (proxy->inner, arena, changes, count, error))                                                \
    X(has_unknown,                                                                                 \
      (struct journal *journal, const struct manual_entry *entry, bool *has, struct error *error), \
      (proxy->inner, entry, has, error))                                                           \
    X(unknown_left, (struct journal *journal, uint64_t *count, struct error *error),                \
      (proxy->inner, count, error))                                                                \
    X(count_retry,                                                                                 \
      (struct journal *journal, const struct order_change *change, const char *reason, bool *held, \
       struct error *error),                                                                       \
      (proxy->inner, change, reason, held, error))                                                 \
    X(clear_retries,                                                                               \
      (struct journal *journal, const struct order_change *change, struct error *error),           \
      (proxy->inner, change, error))                                                               \
    X(live_mappings,                                                                               \
      (struct journal *journal, const struct manual_object *object, uint64_t *count,               \
       struct error *error),                                                                       \
      (proxy->inner, object, count, error))                                                        \
    X(deletions,                                                                                   \
      (struct journal *journal, int64_t after, size_t limit, struct arena *arena,                  \
       struct mappings *mappings, struct error *error),                                            \
      (proxy->inner, after, limit, arena, mappings, error))                                        \
    X(deletions_count, (struct journal *journal, uint64_t *count, struct error *error),            \
      (proxy->inner, count, error))                                                                \
    X(deletion_done,                                                                               \
      (struct journal *journal, const struct mapping *mapping, bool gone, struct error *error),    \
      (proxy->inner, mapping, gone, error))                                                        \
    X(deletion_refused,                                                                            \
      (struct journal *journal, const struct mapping *mapping, struct error *error),               \
      (proxy->inner, mapping, error))
/* clang-format on */

static struct journal_proxy *proxy_of(struct journal *journal)
{
    return (struct journal_proxy *)journal;
}

#define X(name, parameters, arguments)                                                             \
    static enum error_code name parameters                                                         \
    {                                                                                              \
        struct journal_proxy *proxy = proxy_of(journal);                                           \
        enum error_code code = proxy_plan_enter(proxy->plan, PROXY_BOOKS_JOURNAL, error);          \
        if (!code) {                                                                               \
            log_write(proxy->plan->log, LOG_DEBUG, "proxy", "journal %s", #name);                  \
            code = proxy->inner->name arguments;                                                   \
            code = proxy_plan_leave(proxy->plan, PROXY_BOOKS_JOURNAL, code, error);                \
        }                                                                                          \
        return code;                                                                               \
    }
JOURNAL_FUNCTIONS(X)
#undef X

void journal_proxy_init(struct journal_proxy *proxy, struct journal *inner, struct proxy_plan *plan)
{
    *proxy = (struct journal_proxy){.inner = inner, .plan = plan};
    proxy->journal.store = inner->store;
#define X(name, parameters, arguments) proxy->journal.name = name;
    JOURNAL_FUNCTIONS(X)
#undef X
}
