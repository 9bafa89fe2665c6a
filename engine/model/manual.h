/*
 * manual: the mapping manual, which says what syncs with what (spec section 1).
 *
 * Built once before a run and read-only afterwards. Each side's objects get a dense table of the
 * fields that the manual uses, so that a run addresses fields by index and compares no names.
 * Lives in the arena that it was made in.
 */
#ifndef TANDEM_MODEL_MANUAL_H
#define TANDEM_MODEL_MANUAL_H

#include "base/arena.h"
#include "model/value.h"

enum direction { DIRECTION_TO_INTERNAL, DIRECTION_TO_INTEGRATION, DIRECTION_BIDIRECTIONAL };

/* Decision 28: is an object of ours that has no record in the integration created as this
 * object? */
enum create_policy { CREATE_ONCE, CREATE_NEVER, CREATE_ALWAYS };

/* What happens on the other side when an object is deleted (per manual entry). */
enum deletion_policy { DELETION_IGNORE, DELETION_UNLINK, DELETION_DELETE };

enum conflict_policy {
    CONFLICT_NEWEST, /* the judge */
    CONFLICT_INTERNAL,
    CONFLICT_INTEGRATION,
    CONFLICT_NON_EMPTY,
    CONFLICT_STRICTEST,
    CONFLICT_FUNCTION /* a function of the configuration: exchange->resolve_conflict */
};

enum clear_policy { CLEAR_PROPAGATE, CLEAR_IGNORE };

/* A field as one side's table knows it. */
struct manual_field {
    struct text name;
    const struct field_schema *schema; /* internal side only; NULL on the integration's */
};

/* An object of one side, with those of its fields that the manual uses. */
struct manual_object {
    struct text name;
    size_t index;    /* in manual->internal or manual->integration */
    bool is_contact; /* internal side: identifiers count as required, anonymous rows exist */
    struct manual_field *fields;
    size_t field_count;
    size_t field_capacity;
    size_t *sorted; /* field indexes by name, made by manual_finish */
};

struct manual_line {
    size_t internal_field;    /* index in the internal object's fields */
    size_t integration_field; /* index in the integration object's fields */
    enum direction direction;
    bool required;
    bool has_default;
    struct value default_value; /* normalized and fitted as the internal field */
    enum conflict_policy on_conflict;
    enum clear_policy on_clear;
};

/* By what an object of ours is recognized: keys (value_identifier_key), by field of the object. */
struct identity {
    const size_t *fields;
    const struct text *keys;
    size_t count;
};

/* One internal object with one integration object. */
struct manual_entry {
    size_t index;
    struct manual_object *internal;
    struct manual_object *integration;
    struct manual_line *lines;
    size_t line_count;
    size_t line_capacity;
    enum create_policy create;
    enum deletion_policy on_deleted_there; /* what a deletion there does here */
    enum deletion_policy on_deleted_here;  /* what a deletion here does there */
};

struct manual {
    struct arena *arena;
    struct manual_object **internal; /* distinct, in order of first mention */
    size_t internal_count;
    struct manual_object **integration; /* likewise */
    size_t integration_count;
    struct manual_entry **entries; /* in the operator's order */
    size_t entry_count;
};

/* An internal object's schema, as the store knows it. */
struct object_schema {
    struct text name; /* "contact", "company" or a custom object's */
    bool is_contact;
    const struct field_schema *fields; /* ordinary and pseudo fields */
    size_t field_count;
};

/* NULL if there is no field of that name. */
const struct field_schema *manual_schema_field(const struct object_schema *schema,
                                               struct text name);

/* Without entries; lives in the arena. */
WARN_UNUSED enum error_code manual_new(struct arena *arena, struct manual **manual,
                                       struct error *error);
/* A new entry at the end. A second entry for the same pair is an ERROR_CONFIGURATION. Entries of
 * the same object share its field table. */
WARN_UNUSED enum error_code manual_add_entry(struct manual *manual,
                                             const struct object_schema *internal,
                                             struct text integration_object,
                                             struct manual_entry **entry, struct error *error);
/* A new line at the end of the entry; `line` gives direction, required and policies, its field
 * indexes are filled in here. `raw_default` may be NULL; it is normalized and fitted as the
 * internal field, and refused (ERROR_CONFIGURATION) if it can't be. `schema` must outlive the
 * manual. */
WARN_UNUSED enum error_code manual_add_line(struct manual *manual, struct manual_entry *entry,
                                            const struct field_schema *schema,
                                            struct text integration_field,
                                            const struct raw_value *raw_default,
                                            const struct manual_line *line, struct error *error);
/* Sort the look-up tables; call once after the last line. */
WARN_UNUSED enum error_code manual_finish(struct manual *manual, struct error *error);

/* NULL if the manual has no such object. "lead" is an alias of "contact" on the internal side. */
struct manual_object *manual_internal(const struct manual *manual, struct text name);
struct manual_object *manual_integration(const struct manual *manual, struct text name);
/* The entry of a pair; NULL if there is none, or one of them is NULL. */
struct manual_entry *manual_entry_of(const struct manual *manual,
                                     const struct manual_object *internal,
                                     const struct manual_object *integration);
/* The first line that brings a field of theirs here; NULL: none. */
const struct manual_line *manual_line_in(const struct manual_entry *entry, size_t field);
/* Index in object->fields, or SIZE_MAX. */
size_t manual_object_field(const struct manual_object *object, struct text name);

/* "bidirectional", "to_internal", "to_integration"; static. */
const char *manual_direction_name(enum direction direction);

#endif
