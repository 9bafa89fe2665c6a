/*
 * terminal: messages for people on standard error, and texts from outside made harmless.
 *
 * Control bytes in texts from outside (names, values, messages of servers) are escaped, so that
 * terminals do not execute them.
 */
#ifndef TANDEM_BASE_TERMINAL_H
#define TANDEM_BASE_TERMINAL_H

#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

/* How many bytes at the start form a character beyond ASCII that a terminal executes or that
 * changes the direction of what follows: U+0080 to U+009F, the marks of direction, separators of
 * lines; 0 if they form another one. */
size_t terminal_obeyed(struct text text, unsigned *character);
/* The text with control bytes as \n, \t or \x1b, and with the control characters beyond ASCII and
 * those that change the direction of a text as \u{202e}. */
void terminal_text(FILE *stream, struct text text);
/* "tandem: MESSAGE (TND0202)\n" on standard error, always one line. */
void terminal_error(const struct error *error);
/* "tandem: warning: ..." on standard error, always one line. */
void terminal_warning(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
