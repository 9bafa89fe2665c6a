/*
 * csv: records of comma-separated cells (RFC 4180), read and written one at a time. Files with
 * semicolons or tabs, as spreadsheets write them in many countries, are read as well.
 *
 * Cells in double quotes may hold commas, quotes (doubled) and line ends; lines end with LF or
 * CRLF; a UTF-8 byte order mark at the beginning is ignored.
 */
#ifndef TANDEM_STORE_OBJECTS_CSV_H
#define TANDEM_STORE_OBJECTS_CSV_H

#include <stdio.h>

#include "base/text.h"

struct csv_reader {
    FILE *in;            /* borrowed */
    struct buffer bytes; /* of the current record */
    size_t *ends;        /* where each cell ends in `bytes` */
    size_t count, capacity;
    uint64_t line;       /* on which the current record begins; from 1 */
    uint64_t next;       /* the line that comes next */
    char separator;      /* of cells */
    struct buffer ahead; /* what was read for that, and is read again */
    size_t again;        /* how much of that has come */
};

/* `in` is borrowed. csv_reader_release must follow; it does not close `in`. */
void csv_reader_init(struct csv_reader *reader, FILE *in);
void csv_reader_release(struct csv_reader *reader);
/* Find out the separator from the first line ("sep=;" names it, and is not a record): once, before
 * anything is read. ERROR_INVALID: the file is UTF-16. */
WARN_UNUSED enum error_code csv_reader_look(struct csv_reader *reader, struct error *error);
/* *there is false at the end. ERROR_INVALID: a quote is not closed; ERROR_SYSTEM: reading failed.
 */
WARN_UNUSED enum error_code csv_read(struct csv_reader *reader, bool *there, struct error *error);
/* A cell of the current record, without the guard of a formula; borrowed until the next read;
 * absent beyond the last. */
struct text csv_cell(const struct csv_reader *reader, size_t index);

/* One cell, quoted if it must be; `first`: no comma before it. What a spreadsheet would execute as
 * a formula (=, @, or + and - before more than a number) gets a ' in front, which csv_cell takes
 * away again. */
WARN_UNUSED enum error_code csv_write(FILE *out, struct text cell, bool first, struct error *error);
/* The same for machines: as it is. */
WARN_UNUSED enum error_code csv_write_raw(FILE *out, struct text cell, bool first,
                                          struct error *error);

#endif
