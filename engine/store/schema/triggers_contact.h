/*
 * triggers_contact: triggers that only contacts have: what is written to do_not_contact is a change
 * of the contact, and whoever renames a company renames it for its contacts. For store/ only.
 */
#ifndef TANDEM_STORE_SCHEMA_TRIGGERS_CONTACT_H
#define TANDEM_STORE_SCHEMA_TRIGGERS_CONTACT_H

#include "store/schema/store_layout.h"

/* Append formatted text to `out`, in a function with `code` and `error`. */
#define EMIT(...)                                                                                  \
    do {                                                                                           \
        if (!code)                                                                                 \
            code = buffer_append_format(out, error, __VA_ARGS__);                                  \
    } while (0)

#define NAME(text) TEXT_PRINT(text)

/* What syncs write fires no trigger of tracking. */
#define TRIGGERS_USERS_ONLY "(SELECT writing FROM engine_state) = 0"

/* The triggers on do_not_contact; `contact` is the key of the object. */
WARN_UNUSED enum error_code triggers_contact_do_not_contact(struct buffer *out, int64_t contact,
                                                            struct error *error);
/* The trigger on company, if contacts and companies have the fields that it needs. */
WARN_UNUSED enum error_code triggers_contact_renaming(struct store *store, struct buffer *out,
                                                      struct error *error);

#endif
