/*
 * import: what the files that read objects share: one record (import_record), the columns of CSV
 * (import_columns), a line of JSON (import_json). Private to store/objects/.
 */
#ifndef TANDEM_STORE_OBJECTS_IMPORT_H
#define TANDEM_STORE_OBJECTS_IMPORT_H

#include "store/objects/csv.h"
#include "store/objects/objects_layout.h"

/* An import in progress. */
struct import {
    struct store *store;
    const struct store_object *object;
    struct import_result *result;
    const struct import_options *options; /* may be NULL */
    struct arena *arena;                  /* of one record */
    int64_t turn_began;                   /* milliseconds of a clock that only goes forward */
};

/* What each column is: the name of a field, "id", or empty for what is left out. */
struct import_columns {
    struct text *names;
    size_t count, id; /* id: SIZE_MAX if there is none */
};

/* The record changes the object with this id, else the one that its unique fields name; if there is
 * none, it is added. */
WARN_UNUSED enum error_code import_record_take(struct import *import, struct text id,
                                               const struct object_assignment *assignments,
                                               size_t count, struct error *error);

/* The field of a column according to the options or the fields; absent: none. *left_out: nothing of
 * it is taken. */
struct text import_columns_field(const struct import *import, struct text name, bool *left_out);
/* Read the header; its names live in `arena`. */
WARN_UNUSED enum error_code import_columns_read(struct import *import, struct csv_reader *reader,
                                                struct arena *arena, struct import_columns *columns,
                                                struct error *error);

/* One line, which is a JSON object. ERROR_INVALID: it is not one, or a value of it cannot be taken.
 */
WARN_UNUSED enum error_code import_json_take(struct import *import, const char *line, size_t length,
                                             struct error *error);

#endif
