/*
 * identifiers: finding objects by their unique fields, trimmed and case-folded. For store/ only.
 *
 * ASCII is found by an index on lower(trim(column)). What is not folded by these is noted by
 * triggers in folded_key and folded here before the next search, so that the sqlite3 shell can
 * write identifiers, too.
 */
#ifndef TANDEM_STORE_SCHEMA_IDENTIFIERS_H
#define TANDEM_STORE_SCHEMA_IDENTIFIERS_H

#include "store/schema/store_layout.h"

struct composed;

/* Add the condition that lower(trim(column)) of a row is not the key by which it is looked up: it
 * has letters beyond ASCII, or is a mail address that ends with a dot, stands in angle brackets, is
 * a link, or has characters as HTML writes them. */
void identifiers_add_condition(struct composed *statement, const char *row, struct text column);
/* Note those that are to be folded: all there are of a field. */
WARN_UNUSED enum error_code identifiers_note(struct store *store, int64_t object_key,
                                             struct text object, struct text field,
                                             struct error *error);
/* The same for all unique fields: folding has changed. */
WARN_UNUSED enum error_code identifiers_renew(struct store *store, struct error *error);
/* Fold what is pending of an object; *any tells whether a search must look into folded_key. */
WARN_UNUSED enum error_code identifiers_fold(struct store *store, const struct store_object *object,
                                             struct arena *scratch, bool *any, struct error *error);
/* A statement that gives the ids of which all fields match: parameter 1 is the limit, keys follow.
 * `fields` are indexes in object->fields; `folded` as identifiers_fold said. */
WARN_UNUSED enum error_code identifiers_prepare(struct store *store,
                                                const struct store_object *object,
                                                const size_t *fields, size_t count, bool folded,
                                                struct sql_statement **statement,
                                                struct error *error);
/* Ids by such a statement, at most `limit`; it stays the caller's. In the arena. */
WARN_UNUSED enum error_code identifiers_find(struct store *store, struct sql_statement *statement,
                                             const struct identity *identity, size_t limit,
                                             struct arena *arena, struct texts *ids,
                                             struct error *error);

#endif
