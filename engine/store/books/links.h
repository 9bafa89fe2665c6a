/*
 * links: what people decide about which record is which object (spec section 13.6, 13.7).
 *
 * A link is the mapping of a record of an integration to an object of ours, with what both sides
 * agreed on. Runs make and keep links (books_mapping.c); these functions are for operators, who
 * hold the integration's lock meanwhile. A link that was made by hand has nothing agreed, so that
 * the first sync of the pair loses nothing (13.1).
 *
 * Pairs that are kept apart are never matched by identifiers; a record may be kept apart from every
 * object. That ends when the pair is linked by hand, or when the link is forgotten.
 */
#ifndef TANDEM_STORE_BOOKS_LINKS_H
#define TANDEM_STORE_BOOKS_LINKS_H

#include "store/schema/store.h"

/* An object of ours and a record of theirs. */
struct link_name {
    struct text integration, object, id, record, record_id;
};

enum link_made {
    LINK_MADE,    /* a new link, or one that had ended is restored */
    LINK_THERE,   /* it was linked already */
    LINK_SETTLED, /* a create with an unknown outcome: what it sent is what both sides agreed on */
};

/* They are the same. The next ordinary sync asks for the record by its id. ERROR_NOT_FOUND: there
 * is no such object, or the integration has no records of that kind; ERROR_USAGE: the record
 * belongs to another object, which the message names. */
WARN_UNUSED enum error_code links_make(struct store *store, const struct link_name *link,
                                       enum link_made *made, struct error *error);
/* The record belongs to no object of ours (`link->id` absent), or not to this one, whatever its
 * identifiers say: the next ordinary sync asks for it and makes a new object. ERROR_USAGE: it is
 * linked. */
WARN_UNUSED enum error_code links_keep_apart(struct store *store, const struct link_name *link,
                                             struct error *error);
/* These links (keys of mappings) go, and their pairs are kept apart from now on. */
WARN_UNUSED enum error_code links_separate(struct store *store, const int64_t *keys, size_t count,
                                           struct error *error);
/* These links are removed with all that is known of their pairs, as if they had never been
 * synced. */
WARN_UNUSED enum error_code links_forget(struct store *store, const int64_t *keys, size_t count,
                                         struct error *error);

/* How many objects of this kind are here, and how many of them have a live link in the integration.
 * ERROR_NOT_FOUND: there is no such kind. */
WARN_UNUSED enum error_code links_count(struct store *store, struct text integration,
                                        struct text object, uint64_t *objects, uint64_t *linked,
                                        struct error *error);

#endif
