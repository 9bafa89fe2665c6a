/*
 * secrets: texts that must never be shown, and their removal from texts that are.
 *
 * A secret counts in all the forms of secret_forms: as it is, percent-encoded, escaped, in
 * hexadecimal and in base64. One of fewer than 8 bytes counts only as a word of its own, and only
 * where a person can read it: it would turn half of every line into stars otherwise. Thread safe.
 */
#ifndef TANDEM_BASE_SECRETS_H
#define TANDEM_BASE_SECRETS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

struct secrets; /* opaque */

/* An empty set; NULL if out of memory. Owned: secrets_free, which wipes it. */
struct secrets *secrets_new(void);
void secrets_free(struct secrets *secrets); /* accepts NULL */
/* Never show this text again (copied). One of fewer than 4 bytes is ignored. */
WARN_UNUSED enum error_code secrets_add(struct secrets *secrets, struct text secret,
                                        struct error *error);
/* Replace each secret in `text` by ***, in place, also where two overlap. */
void secrets_redact(const struct secrets *secrets, char *text);
/* The same for bytes of any kind; returns their new length. */
size_t secrets_redact_bytes(const struct secrets *secrets, char *bytes, size_t length);
/* The same for bytes that come from somewhere else, and for secrets of 8 bytes or more
 * only: whoever reads the result must not learn whether a short guess was right. A secret that
 * occurs in one of `said`, in any form, is also left in place: whoever said it already has it, or
 * was guessing. Returns the new length. */
size_t secrets_redact_answer(const struct secrets *secrets, char *bytes, size_t length,
                             const struct text *said, size_t said_count);

#endif
