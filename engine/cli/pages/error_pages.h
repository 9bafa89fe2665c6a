/*
 * error_pages: a page for each number of base/error_number.h, from docs/errors, built into the
 * program.
 */
#ifndef TANDEM_CLI_PAGES_ERROR_PAGES_H
#define TANDEM_CLI_PAGES_ERROR_PAGES_H

#include <stddef.h>

struct error_page {
    int number;
    const char *text; /* NULL ends the table */
};

extern const struct error_page error_pages[];

/* The page that a word such as "TND0202", "tnd0202" or "0202" names; NULL: there is none, or it is
 * no such word. */
const char *error_pages_find(const char *word);

#endif
