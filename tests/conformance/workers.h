/*
 * workers: put the cases through the engine in several processes, so that a case that crashes is
 * one failed case and nothing more.
 */
#ifndef TANDEM_TESTS_CONFORMANCE_WORKERS_H
#define TANDEM_TESTS_CONFORMANCE_WORKERS_H

#include <stdio.h>

#include "conformance/case_list.h"

enum case_state { CASE_WAITING, CASE_RUNNING, CASE_PASSED, CASE_FAILED, CASE_CRASHED };

struct case_result {
    enum case_state state;
    int worker;  /* whose output holds the text */
    long offset; /* of the text in it */
    size_t length;
    int signal; /* CRASHED */
};

/* Runs all cases with `count` processes. Prints the differences of those that failed, and with
 * `verbose` the name of each, in the cases' order, to standard output. `results`: one per case. */
WARN_UNUSED enum error_code workers_run(const struct case_list *list, int count, bool verbose,
                                        struct case_result *results, struct error *error);

#endif
