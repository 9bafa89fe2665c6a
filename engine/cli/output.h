/*
 * output: what commands print.
 *
 * Results go to standard output, everything else to standard error. Texts of others (names, values,
 * messages of servers) are printed with control bytes escaped, so that no terminal obeys them.
 */
#ifndef TANDEM_CLI_OUTPUT_H
#define TANDEM_CLI_OUTPUT_H

#include <stdio.h>

#include <jansson.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/text.h"

/* The text with control bytes as \n, \t or \x1b. */
void output_text(FILE *stream, struct text text);
/* "tandem: MESSAGE\n" on standard error, always one line. */
void output_error(const struct error *error);
/* The same for a sentence of the caller's. */
void output_warning(const char *format, ...) PRINTF_LIKE(1, 2);

/* ---- aligned tables ---- */

struct table; /* opaque */

/* `headings` has `columns` entries, borrowed until table_free; a heading that begins with '>' is a
 * column aligned to the right. NULL if out of memory. */
struct table *table_new(const char *const *headings, size_t columns);
void table_free(struct table *table); /* accepts NULL */
/* The next cell, row by row; copied. An error of memory is kept and told by table_print. */
void table_cell(struct table *table, struct text text);
void table_format(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);
/* UTC; "-" for none. */
void table_instant(struct table *table, instant at);
size_t table_rows(const struct table *table);
WARN_UNUSED enum error_code table_print(const struct table *table, FILE *stream,
                                        struct error *error);

/* ---- JSON ---- */

/* Print `json`, indented, with a newline. Takes it. NULL (out of memory while it was built) and a
 * failed write are errors. */
WARN_UNUSED enum error_code output_json(json_t *json, struct error *error);
/* The same with fewer digits for numbers that are no integers: 0.06 instead of
 * 0.059999999999999998. */
WARN_UNUSED enum error_code output_json_digits(json_t *json, unsigned digits, struct error *error);
/* A string of a text; JSON null if it is absent; bytes that are not UTF-8 become '?'. */
json_t *output_json_text(struct text text);
/* "2026-03-10T12:00:00Z" or JSON null. */
json_t *output_json_instant(instant at);

/* Flush standard output: a full disk or a closed pipe is an error, too. */
WARN_UNUSED enum error_code output_flush(struct error *error);

#endif
