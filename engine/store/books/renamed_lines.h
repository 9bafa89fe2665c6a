/*
 * renamed_lines: lines between a field of ours and another field of theirs than before (spec
 * section 13.1). For store/books only.
 */
#ifndef TANDEM_STORE_BOOKS_RENAMED_LINES_H
#define TANDEM_STORE_BOOKS_RENAMED_LINES_H

#include "store/books/run_layout.h"

/* What was agreed by a line that is not in the manual any more says nothing of the line that took
 * its place: its field is unagreed again, in all links, and nothing is open at it. Lines that are
 * gone are not known any more, so that they are filled anew if they come back (decision 111).
 * Inside a transaction, before the run reads anything. */
WARN_UNUSED enum error_code renamed_lines_forget(struct store_run *run, struct error *error);

#endif
