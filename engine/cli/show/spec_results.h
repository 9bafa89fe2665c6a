/*
 * spec_results: busted's output in TAP ("ok 1 - name"), and the differences from the last time.
 */
#ifndef TANDEM_CLI_SHOW_SPEC_RESULTS_H
#define TANDEM_CLI_SHOW_SPEC_RESULTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"

struct spec_result {
    struct text name;
    struct text details; /* the lines after it, for people; absent: none */
    bool passed;
};

struct spec_results {
    struct arena *arena; /* borrowed; holds everything */
    struct spec_result *all;
    size_t count, capacity, passed;
};

/* Read a whole stream of TAP. */
WARN_UNUSED enum error_code spec_results_read(FILE *tap, struct arena *arena,
                                              struct spec_results *results, struct error *error);
/* Print totals; each spec that fails, with its details if it did not fail before; and each that
 * passes now and failed before. `before` may be NULL. */
void spec_results_show(const struct spec_results *results, const struct spec_results *before);

#endif
