/*
 * comparison: what a case expects against what the engine did, by the rules of the cases' README.
 *
 * Both sides are JSON of the same shape. Keys say how their content compares: instants as
 * instants, numbers by value, some lists as sets; everything else by order and byte by byte.
 * Each difference becomes one line "path: expected ..., got ..." in the comparison's text.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_COMPARISON_H
#define TANDEM_TESTS_CONFORMANCE_COMPARISON_H

#include <jansson.h>

#include "base/text.h"

struct comparison {
    struct buffer text; /* one line per difference; owned, comparison_release */
    size_t differences;
};

/* More text than this is not kept; the differences are counted nevertheless. */
enum { COMPARISON_TEXT_LIMIT = 1 << 20 };

void comparison_init(struct comparison *comparison);
void comparison_release(struct comparison *comparison);

/* Compare two results key by key under `path`: only the keys that `expected` has are compared. Both
 * borrowed; `actual` may be NULL (absent). */
void comparison_result(struct comparison *comparison, const char *path, const json_t *expected,
                       const json_t *actual);
/* Compare two final states of the store: mappings, field_changes ..., and the rows of each object
 * by their id. Null and absent are the same there. Only the keys of `expected`. Takes nothing, but
 * drops the nulls of both. */
void comparison_store(struct comparison *comparison, const char *path, json_t *expected,
                      json_t *actual);
/* Compare two values. */
void comparison_value(struct comparison *comparison, const char *path, const json_t *expected,
                      const json_t *actual);
/* A difference that is no pair of values. */
void comparison_add(struct comparison *comparison, const char *path, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Add `element` (takes the reference) to a set unless it has an equal one. False if out of memory.
 */
bool comparison_set_add(json_t *set, json_t *element);

#endif
