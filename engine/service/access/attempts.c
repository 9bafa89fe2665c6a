/* Fixed windows, one for each address. */
#include "service/access/attempts.h"

#include <string.h>

void attempts_init(struct attempts *attempts, unsigned most, int64_t window_ms)
{
    memset(attempts, 0, sizeof *attempts);
    attempts->most = most;
    attempts->window_ms = window_ms;
    pthread_mutex_init(&attempts->lock, NULL);
}

void attempts_release(struct attempts *attempts)
{
    pthread_mutex_destroy(&attempts->lock);
}

/* Its slot, or ATTEMPTS_ADDRESSES. The lock is held. */
static size_t find_address(const struct attempts *attempts, uint64_t address)
{
    size_t slot = 0;
    while (slot < ATTEMPTS_ADDRESSES && attempts->slots[slot].address != address)
        slot++;
    return slot;
}

static size_t oldest(const struct attempts *attempts)
{
    size_t found = 0;
    for (size_t i = 0; i < ATTEMPTS_ADDRESSES; i++) {
        if (attempts->slots[i].address == 0)
            return i;
        if (attempts->slots[i].last < attempts->slots[found].last)
            found = i;
    }
    return found;
}

static uint64_t key_of(struct text address)
{
    return text_hash(address) | 1;
}

bool attempts_allowed(struct attempts *attempts, struct text address, instant now, int64_t *wait_ms)
{
    bool allowed = true;
    *wait_ms = 0;
    pthread_mutex_lock(&attempts->lock);
    const size_t slot = find_address(attempts, key_of(address));
    if (slot < ATTEMPTS_ADDRESSES && attempts->slots[slot].count >= attempts->most) {
        *wait_ms = attempts->slots[slot].first + attempts->window_ms - now;
        allowed = *wait_ms <= 0;
    }
    pthread_mutex_unlock(&attempts->lock);
    return allowed;
}

void attempts_note(struct attempts *attempts, struct text address, instant now)
{
    pthread_mutex_lock(&attempts->lock);
    size_t slot = find_address(attempts, key_of(address));
    if (slot == ATTEMPTS_ADDRESSES) {
        slot = oldest(attempts);
        attempts->slots[slot].address = key_of(address);
        attempts->slots[slot].count = 0;
    }
    if (attempts->slots[slot].count == 0 ||
        now - attempts->slots[slot].first >= attempts->window_ms) {
        attempts->slots[slot].first = now;
        attempts->slots[slot].count = 0;
    }
    attempts->slots[slot].last = now;
    attempts->slots[slot].count++;
    pthread_mutex_unlock(&attempts->lock);
}

void attempts_forgive(struct attempts *attempts, struct text address)
{
    pthread_mutex_lock(&attempts->lock);
    const size_t slot = find_address(attempts, key_of(address));
    if (slot < ATTEMPTS_ADDRESSES)
        attempts->slots[slot].address = 0;
    pthread_mutex_unlock(&attempts->lock);
}
