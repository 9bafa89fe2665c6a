/*
 * told_wait: waits that are given in the body of an answer instead of its headers.
 */
#ifndef TANDEM_NET_WIRE_TOLD_WAIT_H
#define TANDEM_NET_WIRE_TOLD_WAIT_H

#include "base/text.h"

/* "If this member of the answer's JSON is this word, wait this long." Without a word, the member is
 * a number of seconds. */
struct http_told_wait {
    struct text member, word;
    int64_t ms; /* counts with a word only */
};

/* How long the body of a 429 (or another status that may be repeated) asks to wait, in
 * milliseconds; -1: it does not say. */
int64_t told_wait(const struct http_told_wait *waits, size_t count, struct text body);

#endif
