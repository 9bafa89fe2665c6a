/*
 * exit_code: the meaning of the program's exit codes, in one place.
 * Help texts, README and tests are made from, or checked against, this list.
 */
#ifndef TANDEM_HOST_EXIT_CODE_H
#define TANDEM_HOST_EXIT_CODE_H

#include "base/error.h"

/* X(constant, number, meaning) */
#define EXIT_CODES(X)                                                                              \
    X(EXIT_DONE, 0, "done")                                                                        \
    X(EXIT_RUN_FAILED, 1, "the run failed")                                                        \
    X(EXIT_WRONG_USE, 2, "wrong usage or configuration; nothing was started")                      \
    X(EXIT_LOCKED, 3, "another run of this integration is in progress")                            \
    X(EXIT_NEEDS_ATTENTION, 4,                                                                     \
      "done, but some objects need attention (an object failed, or there are open matters)")       \
    X(EXIT_CHANGES_PENDING, 10, "'tandem plan' found changes that a sync would make")

enum exit_code {
#define X(constant, number, meaning) constant = number,
    EXIT_CODES(X)
#undef X
};

/* The exit code of a command that ended with this error. */
enum exit_code exit_code_of_error(enum error_code code);

#endif
