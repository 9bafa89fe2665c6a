/*
 * identity: which records and objects are the same, in the state after a page (spec section 13.7,
 * decisions 102, 103). Private to sync/.
 *
 * Identifiers are matched against the state after the page: what the page reports of a linked
 * record counts instead of our stored value. And a record is not linked to an object that already
 * has a record if the two differ in a field that tells people apart.
 */
#ifndef TANDEM_SYNC_PULL_IDENTITY_H
#define TANDEM_SYNC_PULL_IDENTITY_H

#include "sync/pull/pull.h"

/* Of the objects that match in the stored state (`ids`, with room for so many), keep those that
 * match after the page, and add those that match only after it. */
WARN_UNUSED enum error_code identity_after_page(const struct pull_page *page,
                                                const struct object_search *search,
                                                struct texts *ids, size_t room,
                                                struct error *error);
/* Does the record differ from the object, as it is after the page, in a distinguishing field that
 * both have? `values`: what is stored of the object. */
WARN_UNUSED enum error_code
identity_contradicts(const struct pull_page *page, const struct manual_entry *entry,
                     const struct report_object *reported, struct text internal_id,
                     const struct value *values, bool *contradicts, struct error *error);
/* Is the record another person than the object? They differ in a distinguishing field, and no
 * identifier is the same. */
WARN_UNUSED enum error_code identity_is_another(const struct pull_page *page,
                                                const struct manual_entry *entry,
                                                const struct report_object *reported,
                                                struct text internal_id, const struct value *values,
                                                bool *another, struct error *error);
/* Mark the fields of a new object that tell it apart from others of its page. */
void identity_mark_telling(const struct pull_page *page, struct order_change *change);

#endif
