/*
 * store_layout: how an open store looks inside, and how its file is laid out. For store/ only.
 *
 * schema.sql has all of the layout; the tables of custom objects, and the triggers of all objects,
 * are made from the field definitions (tables.c, triggers.c).
 */
#ifndef TANDEM_STORE_SCHEMA_STORE_LAYOUT_H
#define TANDEM_STORE_SCHEMA_STORE_LAYOUT_H

#include "store/sql/sql.h"
#include "store/schema/store.h"
#include "store/schema/stored_kinds.h"

/* One kind of internal object. */
struct store_object {
    int64_t key; /* object.id */
    struct object_schema schema;
    struct field_schema *fields; /* = schema.fields */
    int64_t *field_keys;         /* field.id, by index in fields */
};

struct store {
    struct sql sql;
    char *path;
    struct log *log;
    instant clock;
    bool read_only;
    struct arena *arena; /* of what follows; renewed by store_load */
    struct store_object *objects;
    size_t object_count;
    struct text timeline;
    struct cache_waiting *cache; /* written with the next page (books/cache.c); NULL: nothing */
    struct arena *cache_arena;   /* of it; NULL: none yet */
};

/* The channel of a do-not-contact field's name. */
struct text store_channel_of(const struct field_schema *field);
/* Does this field have a column of its own? dnc_<channel>, internal_id and timeline_url do not. */
bool store_is_column(const struct field_schema *field);

/* field.role, by enum field_role. */
extern const char *const store_role_names[];

/* Read objects and fields (again): every schema handed out before is gone. */
WARN_UNUSED enum error_code store_load(struct store *store, struct error *error);
/* NULL if there is none; "lead" is "contact". */
struct store_object *store_object_of(const struct store *store, struct text name);
/* The same, with ERROR_NOT_FOUND that names it. */
WARN_UNUSED enum error_code store_object_get(const struct store *store, struct text name,
                                             struct store_object **object, struct error *error);
struct store_object *store_object_by_key(const struct store *store, int64_t key);
/* Index in object->fields, or SIZE_MAX. */
size_t store_field_of(const struct store_object *object, struct text name);
/* A setting of the file (table setting); absent: none. */
WARN_UNUSED enum error_code store_setting(struct store *store, struct text name,
                                          struct arena *arena, struct text *value,
                                          struct error *error);
WARN_UNUSED enum error_code store_set_setting(struct store *store, struct text name,
                                              struct text value, struct error *error);

/* ---- schema.c ---- */

/* Bring the file's schema up to date; ERROR_STORE if a newer Tandem made it or it is another
 * program's file. */
WARN_UNUSED enum error_code schema_migrate(struct store *store, struct error *error);

/* ---- tables.c: objects and fields as tables and rows ---- */

/* ERROR_INVALID if the name cannot be a table's or a column's; `what` ("a field") says whose it is.
 */
WARN_UNUSED enum error_code tables_check_name(struct text name, const char *what,
                                              struct error *error);
/* ERROR_INVALID for a unique field of a type by which nothing can be found. */
WARN_UNUSED enum error_code tables_check_unique(const struct field_schema *field,
                                                struct error *error);
/* A row in `object` (`key` 0: a new one), its pseudo fields and its table. */
WARN_UNUSED enum error_code tables_make_object(struct store *store, int64_t key, struct text name,
                                               bool is_contact, const struct field_schema *fields,
                                               size_t count, struct error *error);
/* Table and fields; the row in `object` stays, the books refer to it. */
WARN_UNUSED enum error_code tables_drop_object(struct store *store, int64_t key, struct text name,
                                               struct error *error);
/* A field's row; its column, too, if the table is there already. */
WARN_UNUSED enum error_code tables_add_field(struct store *store, int64_t object_key,
                                             struct text object, const struct field_schema *field,
                                             bool add_column, struct error *error);
WARN_UNUSED enum error_code tables_add_column(struct store *store, struct text object,
                                              const struct field_schema *field,
                                              struct error *error);
/* The index by which objects are found by this field. */
WARN_UNUSED enum error_code tables_index_field(struct store *store, int64_t object_key,
                                               struct text object, struct text field,
                                               struct error *error);
WARN_UNUSED enum error_code tables_unindex_field(struct store *store, int64_t object_key,
                                                 struct text object, struct text field,
                                                 struct error *error);

/* ---- store_fields.c ---- */

/* dnc_<channel> for every channel that has none yet. */
WARN_UNUSED enum error_code store_fields_add_channels(struct store *store, struct error *error);

/* ---- triggers.c ---- */

/* Create all triggers again for the current fields and tracked fields. */
WARN_UNUSED enum error_code triggers_renew(struct store *store, struct error *error);

/* "Now" in SQL, in milliseconds: the fixed clock, or the system's. */
#define SQL_NOW                                                                                    \
    "coalesce((SELECT now FROM engine_state),"                                                     \
    "CAST((julianday('now')-2440587.5)*86400000.0+0.5 AS INTEGER))"

/* What happens to mappings whose object is gone; ends before the WHERE. */
#define SQL_MARK_DELETED                                                                           \
    "UPDATE object_mapping SET deleted = 1, ended_by = " STORED_END_HERE ", ended_at = " SQL_NOW   \
    ", pending_deletion = EXISTS"                                                                  \
    " (SELECT 1 FROM passed_deletion p WHERE p.object = object_mapping.object"                     \
    " AND p.integration_object = object_mapping.integration_object)"

#endif
