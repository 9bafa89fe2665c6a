/*
 * output: what commands print.
 *
 * Results go to standard output, everything else to standard error (base/terminal.h).
 */
#ifndef TANDEM_CLI_SHOW_OUTPUT_H
#define TANDEM_CLI_SHOW_OUTPUT_H

#include <stdio.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/terminal.h"
#include "base/text.h"
#include "model/value_json.h"

/* ---- aligned tables ---- */

/* Begin with a zeroed one, give all headings, then the cells row by row. Running out of memory is
 * remembered and reported by table_print. */
struct table {
    size_t columns;
    char **cells; /* the headings come first; owned */
    size_t count, capacity;
    bool out_of_memory;
};

/* One more column; a heading that begins with '>' aligns it to the right. */
void table_heading(struct table *table, struct text text);
/* The next cell; copied. */
void table_cell(struct table *table, struct text text);
void table_format(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);
/* UTC; "-" for none. */
void table_instant(struct table *table, instant at);
/* Print it and release it. */
WARN_UNUSED enum error_code table_print(struct table *table, FILE *stream, struct error *error);
void table_release(struct table *table);

/* ---- sentences ---- */

/* A line on standard output, in which control characters are escaped wherever they come from. */
void output_line(const char *format, ...) PRINTF_LIKE(1, 2);

/* ---- JSON ---- */

/* Print `json`, indented, with a newline. Takes it. NULL (out of memory while it was built) is an
 * error, and so is a failed write. */
WARN_UNUSED enum error_code output_json(json_t *json, struct error *error);
/* The same with fewer digits for numbers that are no integers: 0.06 instead of
 * 0.059999999999999998. */
WARN_UNUSED enum error_code output_json_digits(json_t *json, unsigned digits, struct error *error);

/* On one line, in the arena. Takes it; NULL is an error as well. */
WARN_UNUSED enum error_code output_json_text(json_t *json, struct arena *arena, struct text *text,
                                             struct error *error);

/* Flush standard output: a full disk or a closed pipe is an error, too. */
WARN_UNUSED enum error_code output_flush(struct error *error);

#endif
