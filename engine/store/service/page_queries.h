/*
 * page_queries: the statements of pages.c. For store/service only.
 *
 * Each takes the page's parameters, then the key after which it begins (the first part NULL: from
 * the start), then how many rows; it gives the parts of the key first, then the columns of an item
 * by their names.
 */
#ifndef TANDEM_STORE_SERVICE_PAGE_QUERIES_H
#define TANDEM_STORE_SERVICE_PAGE_QUERIES_H

#include "store/service/pages.h"

struct page_statement {
    const char *sql;
    size_t parameters;
    const char *keys; /* a letter for each part: i integer, t text */
    /* and for each column: i, t; a instant, b boolean, j JSON, d direction, o outcome; s the text
     * of an id; k the key itself */
    const char *columns;
};
extern const struct page_statement page_statements[PAGE_COUNT];

struct count_statement {
    const char *sql; /* one parameter */
    const char *columns;
};
extern const struct count_statement count_statements[];

#endif
