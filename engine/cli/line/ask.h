/*
 * ask: questions to the person at the terminal.
 *
 * Without a terminal nobody can be asked: callers check ask_possible first. The end of the
 * input (Ctrl-D) is an ERROR_INTERRUPTED.
 */
#ifndef TANDEM_CLI_LINE_ASK_H
#define TANDEM_CLI_LINE_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Are standard input and output terminals? */
bool ask_possible(void);
/* One line; an empty answer is `otherwise` (NULL: the question is repeated). ERROR_INVALID if it is
 * longer. */
WARN_UNUSED enum error_code ask_line(const char *question, const char *otherwise, char *answer,
                                     size_t size, struct error *error);
/* The same without showing what is typed, and without a default: an empty answer is empty. */
WARN_UNUSED enum error_code ask_secret(const char *question, char *answer, size_t size,
                                       struct error *error);
/* Yes or no. */
WARN_UNUSED enum error_code ask_yes(const char *question, bool otherwise, bool *yes,
                                    struct error *error);

#endif
