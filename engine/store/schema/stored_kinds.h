/*
 * stored_kinds: the numbers of enums that stand in tables, for statements. For store/ only.
 *
 * A file of somebody has these numbers in it: they never change.
 */
#ifndef TANDEM_STORE_SCHEMA_STORED_KINDS_H
#define TANDEM_STORE_SCHEMA_STORED_KINDS_H

#include "model/report.h"

/* change_mark.kind */
#define STORED_MARK_SETTLED "0"
#define STORED_MARK_TIE     "1"
#define STORED_MARK_REFUSED "3"
#define STORED_MARK_RETRIED "4"
/* Those that wait for somebody. */
#define STORED_MARKS_OPEN STORED_MARK_TIE ", " STORED_MARK_REFUSED ", " STORED_MARK_RETRIED
_Static_assert(MARK_SETTLED == 0 && MARK_TIE == 1 && MARK_REFUSED == 3 && MARK_RETRIED == 4,
               "change_mark.kind is stored");

#endif
