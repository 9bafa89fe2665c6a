/* Which error ends with which exit code. */
#include "host/exit_code.h"

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
