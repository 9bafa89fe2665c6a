/*
 * codec: values as columns hold them, base versions as the blob of a mapping holds them. For store/
 * only.
 *
 * Columns: booleans 0/1, numbers as numbers, datetimes as milliseconds, dates and times as text,
 * lists "a|b", references "object:id". A user may have written anything with plain SQL: what does
 * not look like its type is normalized as if it had been reported; what cannot be read (such as a
 * text that is not UTF-8) is a null that codec_is_unreadable distinguishes from an empty column.
 */
#ifndef TANDEM_STORE_SCHEMA_CODEC_H
#define TANDEM_STORE_SCHEMA_CODEC_H

#include "store/schema/store_layout.h"
#include "model/order.h"

/* Column `index` of the current row as a value of the field; copied into the arena. */
WARN_UNUSED enum error_code codec_read(struct sql_statement *statement, int index,
                                       const struct field_schema *field, struct arena *arena,
                                       struct value *value, struct error *error);
/* Did the column hold something that is not a value of its type? Then it must not be taken for
 * empty where that would clear what others have. */
bool codec_is_unreadable(const struct value *value);
/* Bind a value that fits its field; text made for it lives in the arena. */
WARN_UNUSED enum error_code codec_bind(struct sql *sql, struct sql_statement *statement, int index,
                                       const struct value *value, struct arena *arena,
                                       struct error *error);

/* ---- codec_base_versions.c ---- */

/* Base versions as they are stored at a mapping. */
struct stored_base_versions {
    struct text blob;
    bool seen_counts;  /* else no field counts as seen */
    instant last_sync; /* the mapping's */
};
/* Those of the fields with these keys. Fields that the blob does not mention, and all of them after
 * a change of normalization, have none. What is unseen lives in the arena. Fails only for lack of
 * memory. */
WARN_UNUSED enum error_code codec_read_base_versions(const struct stored_base_versions *stored,
                                                     const int64_t *field_keys, size_t count,
                                                     struct arena *arena,
                                                     struct base_version *base_versions,
                                                     struct error *error);
/* The blob; absent if there are none. */
WARN_UNUSED enum error_code codec_make_base_versions(const struct base_version *base_versions,
                                                     instant last_sync, const int64_t *field_keys,
                                                     size_t count, struct arena *arena,
                                                     struct text *blob, struct error *error);

#endif
