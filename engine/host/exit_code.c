/* The list of exit codes with their meanings, and which error ends with which. */
#include "host/exit_code.h"

#include <stddef.h>

enum exit_code exit_code_of_error(enum error_code code)
{
    switch (code) {
    case ERROR_NONE:
        return EXIT_DONE;
    case ERROR_USAGE:
    case ERROR_CONFIGURATION:
    case ERROR_REFUSED:
    case ERROR_NOT_FOUND:
    case ERROR_INVALID:
        return EXIT_WRONG_USE;
    case ERROR_LOCKED:
        return EXIT_LOCKED;
    default:
        return EXIT_RUN_FAILED;
    }
}

const char *exit_code_meaning(int code)
{
    switch (code) {
#define X(constant, number, meaning)                                                               \
    case number:                                                                                   \
        return meaning;
        EXIT_CODES(X)
#undef X
    default:
        return NULL;
    }
}
