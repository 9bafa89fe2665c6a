/*
 * encoding: texts encoded as authentication schemes need them, and random texts.
 */
#ifndef TANDEM_NET_WIRE_ENCODING_H
#define TANDEM_NET_WIRE_ENCODING_H

#include "base/text.h"

/* RFC 3986: everything but letters, digits, - . _ ~ as %XX. */
WARN_UNUSED enum error_code encoding_percent(struct buffer *out, struct text text,
                                             struct error *error);
/* %XX and, in forms, + back to bytes; a stray % stays. */
WARN_UNUSED enum error_code encoding_unpercent(struct buffer *out, struct text text, bool form,
                                               struct error *error);
/* name=value, after & if `out` is not empty. An absent value adds nothing. */
WARN_UNUSED enum error_code encoding_form(struct buffer *out, const char *name, struct text value,
                                          struct error *error);
WARN_UNUSED enum error_code encoding_base64(struct buffer *out, struct text bytes,
                                            struct error *error);
/* The alphabet for URLs, no padding. */
WARN_UNUSED enum error_code encoding_base64url(struct buffer *out, struct text bytes,
                                               struct error *error);
/* `bytes` random bytes (at most 64), base64url: state, nonce, verifier. */
WARN_UNUSED enum error_code encoding_random(struct buffer *out, size_t bytes, struct error *error);
/* Wipe the bytes, then buffer_release. */
void encoding_wipe(struct buffer *buffer);

#endif
