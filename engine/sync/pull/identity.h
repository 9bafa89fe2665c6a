/*
 * identity: who is who after a page (spec section 13.7, decisions 102, 103). Private to sync/.
 *
 * Identifiers are matched against the state after the page: what the page reports of a linked
 * record counts instead of our stored value. And a record that would become a further one of an
 * object must not contradict it in the fields that tell people apart.
 */
#ifndef TANDEM_SYNC_PULL_IDENTITY_H
#define TANDEM_SYNC_PULL_IDENTITY_H

#include "sync/pull/pull.h"

/* Of the objects that match by what is stored (`ids`, `count` of `room`), leave those that match
 * after the page, and add those that the page makes match. */
WARN_UNUSED enum error_code identity_after_page(const struct pull_page *page,
                                                const struct identity *identity, struct text *ids,
                                                size_t *count, size_t room, struct error *error);
/* Does the record differ from the object, as it is after the page, in a distinguishing field that
 * both have? `values`: what is stored of the object. */
WARN_UNUSED enum error_code identity_contradicts(const struct pull_page *page,
                                                 const struct manual_entry *entry,
                                                 const struct report_object *reported,
                                                 struct text internal_id,
                                                 const struct value *values, bool *contradicts,
                                                 struct error *error);
/* Say of the fields of a new object which ones tell it apart from others of its page. */
void identity_mark_telling(const struct pull_page *page, struct order_change *change);

#endif
