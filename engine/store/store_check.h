/*
 * store_check: does the store make sense, beyond what SQLite checks? And how it is mended.
 *
 * May run at any time, beside a sync as well.
 */
#ifndef TANDEM_STORE_STORE_CHECK_H
#define TANDEM_STORE_STORE_CHECK_H

#include "store/store.h"

enum { STORE_CHECK_KINDS = 6 };

struct store_finding {
    const char *what;  /* for people: "live mappings whose object is gone" (static) */
    const char *mend;  /* what mending does; NULL: only a person can decide (static) */
    uint64_t count;    /* how many there are */
    struct text first; /* one of them as an example; absent if there is none */
};

/* Look for everything; `findings` has STORE_CHECK_KINDS entries. ERROR_STORE if the file itself is
 * damaged. Texts live in the arena. */
WARN_UNUSED enum error_code store_check(struct store *store, struct arena *arena,
                                        struct store_finding *findings, struct error *error);
/* Mend what can be mended, all or nothing. *mended: how many rows. */
WARN_UNUSED enum error_code store_mend(struct store *store, uint64_t *mended, struct error *error);

#endif
