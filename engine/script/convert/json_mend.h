/*
 * json_mend: JSON as third parties really send it (spec section 13.11).
 *
 * Half a surrogate pair, bytes that are not UTF-8, raw control characters, a NUL in the name of a
 * member, integers beyond 64 bits, numbers that no double holds, NaN and Infinity, and a byte order
 * mark stop a strict reader at one value of one record. Mended, everything else can be read: a
 * damaged text holds U+FFFD, a number that is none becomes that character alone, an integer too
 * long its digits as text.
 */
#ifndef TANDEM_SCRIPT_CONVERT_JSON_MEND_H
#define TANDEM_SCRIPT_CONVERT_JSON_MEND_H

#include "base/text.h"

/* Append the mended text; a text that is invalid JSON for other reasons stays invalid. */
WARN_UNUSED enum error_code json_mend(struct text json, struct buffer *mended, struct error *error);

#endif
