/*
 * objects: what users do with contacts, companies and custom objects: read, write, import, export.
 *
 * Writes are a user's edits: they are tracked for every integration that maps the field. Values are
 * given raw and checked against the field (ERROR_INVALID names field and value). Each function is
 * one transaction, or joins the one opened by objects_begin.
 */
#ifndef TANDEM_STORE_OBJECTS_OBJECTS_H
#define TANDEM_STORE_OBJECTS_OBJECTS_H

#include <stdio.h>

#include "store/schema/store.h"

struct object_assignment {
    struct text field; /* an ordinary field, or owner_id, points, dnc_<channel> */
    struct raw_value value;
};

struct object_row {
    struct text id;
    struct value *values; /* by index in the object's schema, pseudo fields included */
    instant added, modified, identified; /* INSTANT_NONE: never */
};

/* Several writes as one transaction. */
WARN_UNUSED enum error_code objects_begin(struct store *store, struct error *error);
WARN_UNUSED enum error_code objects_commit(struct store *store, struct error *error);
void objects_rollback(struct store *store);

/* *id: the id that it shall have (absent: the next one), then its id, in the arena. Required fields
 * must be there. */
WARN_UNUSED enum error_code objects_add(struct store *store, struct text object,
                                        const struct object_assignment *assignments, size_t count,
                                        struct arena *arena, struct text *id, struct error *error);
/* Only the fields given change; ERROR_NOT_FOUND. */
WARN_UNUSED enum error_code objects_set(struct store *store, struct text object, struct text id,
                                        const struct object_assignment *assignments, size_t count,
                                        struct error *error);
/* Its mappings become deleted, so that no pull creates it again. ERROR_NOT_FOUND. */
WARN_UNUSED enum error_code objects_delete(struct store *store, struct text object, struct text id,
                                           struct error *error);
/* Merge two objects that are the same: the winner takes over the loser's records, references and
 * do-not-contact reasons, the loser's values fill the winner's empty fields, and the loser is
 * deleted. The winner's values are sent to all its records. ERROR_NOT_FOUND, ERROR_INVALID (both
 * are the same object). */
WARN_UNUSED enum error_code objects_merge(struct store *store, struct text object,
                                          struct text winner, struct text loser,
                                          struct error *error);
/* *row NULL: there is none. */
WARN_UNUSED enum error_code objects_get(struct store *store, struct text object, struct text id,
                                        struct arena *arena, struct object_row **row,
                                        struct error *error);
/* Up to `limit` (0: all) objects after the id `after` (absent: from the first), in id order; only
 * those whose field `filter` equals `value` (case-folded) if filter is not absent. */
struct object_query {
    struct text object, after, filter, value;
    size_t limit;
};
WARN_UNUSED enum error_code objects_list(struct store *store, const struct object_query *query,
                                         struct arena *arena, struct object_row **rows,
                                         size_t *count, struct error *error);
WARN_UNUSED enum error_code objects_count(struct store *store, struct text object, uint64_t *count,
                                          struct error *error);

/* RAW: cells that a spreadsheet would take for formulas are written as they are. */
enum objects_format {
    OBJECTS_CSV,
    OBJECTS_JSONL,
    OBJECTS_CSV_RAW,
    OBJECTS_VCARD,   /* contacts only; written as 4.0 */
    OBJECTS_VCARD_3, /* written as 3.0; read like the other */
};

enum { IMPORT_REFUSALS_TOLD = 10 };

struct import_refusal {
    uint64_t line;
    char reason[ERROR_MESSAGE_SIZE];
};
/* What a column of a CSV file became: the field ("" if it was left out), and the first value that
 * it has. */
enum { IMPORT_COLUMNS_TOLD = 64, IMPORT_COLUMN_SIZE = 64 };
struct import_column {
    char name[IMPORT_COLUMN_SIZE], field[IMPORT_COLUMN_SIZE], sample[IMPORT_COLUMN_SIZE];
    bool unknown; /* of a preview: no field is called so, and the import would refuse the file */
};
struct import_result {
    uint64_t added, updated, refused;
    struct import_refusal refusals[IMPORT_REFUSALS_TOLD]; /* the first of those that were refused */
    struct import_column columns[IMPORT_COLUMNS_TOLD];
    size_t column_count;
};
/* A column whose name is not a field's: "E-Mail" is "email". An absent or empty field leaves it
 * out. */
struct import_map {
    struct text column, field;
};
struct import_options {
    const struct import_map *maps;
    size_t map_count;
    bool preview; /* count what would happen, and change nothing */
};
/* One object per record; CSV has a header of names of fields, or their labels, in any order; letter
 * case, blanks and punctuation do not count, and `options` (NULL: none) may map others. A record
 * with an `id` that exists is an update, and so is one whose unique fields match exactly one
 * object; else it is added. A refused record never stops the others; a header that does not fit
 * (ERROR_INVALID) refuses the file. Empty CSV cells are "" for text fields and null for others. */
WARN_UNUSED enum error_code objects_import(struct store *store, struct text object,
                                           enum objects_format format, FILE *in,
                                           const struct import_options *options,
                                           struct import_result *result, struct error *error);
/* All objects, all ordinary fields, id first; instants as ISO text, lists as a|b in CSV. */
WARN_UNUSED enum error_code objects_export(struct store *store, struct text object,
                                           enum objects_format format, FILE *out,
                                           struct error *error);

/* The same as a table of this name in a new SQLite file, its columns as the store keeps them.
 * ERROR_USAGE if there is a file already. */
WARN_UNUSED enum error_code objects_export_sqlite(struct store *store, struct text object,
                                                  const char *path, struct error *error);

#endif
