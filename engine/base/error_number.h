/*
 * error_number: stable numbers of errors ("TND0202"), by which people find the page about them.
 *
 * An error without a number of its own has that of its kind. Numbers are never used again for
 * something else; docs/errors has a page for each, and `tandem help TND0202` shows it.
 */
#ifndef TANDEM_BASE_ERROR_NUMBER_H
#define TANDEM_BASE_ERROR_NUMBER_H

#include "base/error.h"

/* X(constant, number, name): a name that is one of ERROR_CODES stands for all errors of this kind;
 * those of the network are the names of faults, by which scripts see them. */
#define ERROR_NUMBERS(X)                                                                           \
    X(ERROR_NUMBER_USAGE, 100, "usage")                                                            \
    X(ERROR_NUMBER_COMMAND, 101, "unknown_command")                                                \
    X(ERROR_NUMBER_OPTION, 102, "unknown_option")                                                  \
    X(ERROR_NUMBER_VALUE, 103, "missing_value")                                                    \
    X(ERROR_NUMBER_ARGUMENTS, 104, "wrong_arguments")                                              \
    X(ERROR_NUMBER_NOT_FOUND, 110, "not_found")                                                    \
    X(ERROR_NUMBER_INVALID, 111, "invalid")                                                        \
    X(ERROR_NUMBER_CONFIGURATION, 200, "configuration")                                            \
    X(ERROR_NUMBER_HOME, 201, "no_home")                                                           \
    X(ERROR_NUMBER_VARIABLE, 202, "variable_not_set")                                              \
    X(ERROR_NUMBER_ENVIRONMENT_OPEN, 203, "environment_open")                                      \
    X(ERROR_NUMBER_ENVIRONMENT_LINE, 204, "environment_line")                                      \
    X(ERROR_NUMBER_SETTING, 205, "unknown_setting")                                                \
    X(ERROR_NUMBER_INTEGRATION, 206, "unknown_integration")                                        \
    X(ERROR_NUMBER_DISABLED, 207, "disabled")                                                      \
    X(ERROR_NUMBER_AUTHENTICATION, 300, "authentication")                                          \
    X(ERROR_NUMBER_CREDENTIALS, 301, "credentials_refused")                                        \
    X(ERROR_NUMBER_AUTHORIZATION, 302, "authorization_needed")                                     \
    X(ERROR_NUMBER_TRANSPORT, 400, "transport")                                                    \
    X(ERROR_NUMBER_RESOLVE, 401, "resolve")                                                        \
    X(ERROR_NUMBER_CONNECT, 402, "connect")                                                        \
    X(ERROR_NUMBER_TLS, 403, "tls")                                                                \
    X(ERROR_NUMBER_TIMEOUT, 404, "timeout")                                                        \
    X(ERROR_NUMBER_HOST, 405, "host_not_allowed")                                                  \
    X(ERROR_NUMBER_TOO_LARGE, 406, "too_large")                                                    \
    X(ERROR_NUMBER_DOWN, 407, "down")                                                              \
    X(ERROR_NUMBER_RATE_LIMIT, 408, "rate_limit")                                                  \
    X(ERROR_NUMBER_OUTAGE, 410, "outage")                                                          \
    X(ERROR_NUMBER_SCRIPT, 500, "script")                                                          \
    X(ERROR_NUMBER_SCRIPT_LIMIT, 501, "script_limit")                                              \
    X(ERROR_NUMBER_CURSOR, 502, "cursor_repeated")                                                 \
    X(ERROR_NUMBER_STORE, 600, "store")                                                            \
    X(ERROR_NUMBER_STORE_BUSY, 601, "busy")                                                        \
    X(ERROR_NUMBER_STORE_FULL, 602, "store_full")                                                  \
    X(ERROR_NUMBER_STORE_DAMAGED, 603, "store_damaged")                                            \
    X(ERROR_NUMBER_STORE_READ_ONLY, 604, "store_read_only")                                        \
    X(ERROR_NUMBER_STORE_NEWER, 605, "store_newer")                                                \
    X(ERROR_NUMBER_LOCKED, 700, "locked")                                                          \
    X(ERROR_NUMBER_REFUSED, 701, "refused")                                                        \
    X(ERROR_NUMBER_MASS_CHANGE, 702, "mass_change")                                                \
    X(ERROR_NUMBER_INTERRUPTED, 703, "interrupted")                                                \
    X(ERROR_NUMBER_SYSTEM, 900, "system")                                                          \
    X(ERROR_NUMBER_MEMORY, 901, "memory")                                                          \
    X(ERROR_NUMBER_INTERNAL, 902, "internal")

enum error_number {
    ERROR_NUMBER_NONE = 0,
#define X(constant, number, name) constant = number,
    ERROR_NUMBERS(X)
#undef X
};

/* Give an error (may be NULL) that was just set its number; returns `code`, so that
 * `return error_number_set(error, NUMBER, error_set(error, ...))` reads well. */
enum error_code error_number_set(struct error *error, enum error_number number,
                                 enum error_code code);
/* error_set for an error that has a number of its own. */
enum error_code error_numbered(struct error *error, enum error_number number, enum error_code code,
                               const char *format, ...) PRINTF_LIKE(4, 5);
/* The number of an error, else that of its kind. */
enum error_number error_number_of(const struct error *error);
/* "TND0202". */
enum { ERROR_NUMBER_TEXT_SIZE = 16, ERROR_NUMBER_SENTENCE_SIZE = ERROR_MESSAGE_SIZE + 16 };
const char *error_number_text(const struct error *error, char text[ERROR_NUMBER_TEXT_SIZE]);
/* "nobody listens at ... (TND0402)", as people see it. */
const char *error_number_sentence(const struct error *error,
                                  char sentence[ERROR_NUMBER_SENTENCE_SIZE]);
/* Remove the number from the end of a sentence; "" if it has none. */
const char *error_number_cut(char *sentence, char text[ERROR_NUMBER_TEXT_SIZE]);
/* By name; NONE: there is none. */
enum error_number error_number_of_name(const char *name);

#endif
