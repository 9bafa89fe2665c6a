/*
 * attempts: how often a client may try to log in, by address.
 *
 * Thread safe. Memory is fixed: when many addresses try, the one that has not tried for the longest
 * time is forgotten, so an attacker with very many addresses is slowed down only by each of them.
 */
#ifndef TANDEM_SERVICE_ACCESS_ATTEMPTS_H
#define TANDEM_SERVICE_ACCESS_ATTEMPTS_H

#include <pthread.h>

#include "base/instant.h"

enum { ATTEMPTS_ADDRESSES = 512 };

struct attempts {
    pthread_mutex_t lock;
    unsigned most; /* in a window of `window_ms` */
    int64_t window_ms;
    struct {
        uint64_t address; /* its hash; 0: free */
        instant first, last;
        unsigned count;
    } slots[ATTEMPTS_ADDRESSES];
};

/* `most` attempts in `window_ms` are allowed. attempts_release must follow. */
void attempts_init(struct attempts *attempts, unsigned most, int64_t window_ms);
void attempts_release(struct attempts *attempts);
/* May this address try (or fail once more)? If not, *wait_ms is how long it has to wait. */
bool attempts_allowed(struct attempts *attempts, struct text address, instant now,
                      int64_t *wait_ms);
/* It tried. */
void attempts_note(struct attempts *attempts, struct text address, instant now);
/* It logged in: its earlier attempts are forgotten. */
void attempts_forgive(struct attempts *attempts, struct text address);

#endif
