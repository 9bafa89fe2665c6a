/*
 * store_check: is the store consistent, beyond what SQLite checks? And repairing it.
 *
 * May run at any time, even during a sync.
 */
#ifndef TANDEM_STORE_CHECK_STORE_CHECK_H
#define TANDEM_STORE_CHECK_STORE_CHECK_H

#include "store/schema/store.h"

struct store_finding {
    const char *what;   /* for people: "live mappings whose object is gone" (static) */
    const char *mend;   /* what mending does; NULL: only a person can decide (static) */
    const char *advice; /* what that person does; NULL if it can be mended (static) */
    uint64_t count;     /* how many there are; never 0 */
    struct text first;  /* one of them as an example */
};

/* Run all checks; returns what was found. If indexes do not match their tables that is the only
 * finding, as nothing that is read through them can be trusted. ERROR_STORE if the file is damaged
 * so that only a backup helps. Everything lives in the arena. */
WARN_UNUSED enum error_code store_check(struct store *store, struct arena *arena,
                                        struct store_finding **findings, size_t *count,
                                        struct error *error);
/* Mend what can be mended, all or nothing. *mended: how many rows, columns, indexes, triggers. */
WARN_UNUSED enum error_code store_mend(struct store *store, struct arena *arena, uint64_t *mended,
                                       struct error *error);

#endif
