/*
 * secret_forms: the encoded forms in which a secret may appear.
 *
 * Servers repeat what they were sent in addresses, JSON, error pages and logs, and each writes it
 * in its own way: as it is, percent-encoded (RFC 3986, digits of either case), as a string of JSON,
 * with HTML's entities, in hexadecimal, or in base64 (RFC 4648, either alphabet) as a part of
 * something longer such as "user:secret".
 */
#ifndef TANDEM_BASE_SECRET_FORMS_H
#define TANDEM_BASE_SECRET_FORMS_H

#include <stddef.h>

#include "base/text.h"

enum {
    SECRET_FORMS_READABLE = 6, /* the first ones, in which a person still reads the secret */
    SECRET_FORMS = 14,
    SECRET_FORM_GROWTH = 6 /* a form has at most so many bytes for one of the secret */
};

/* Write form `index` of `secret` to `out`, which has room for SECRET_FORM_GROWTH times its length;
 * returns the form's length. Several forms may be the same. In base64 only those characters are
 * written that do not depend on what stands before and after the secret. */
size_t secret_forms_write(unsigned index, struct text secret, char *out);

#endif
