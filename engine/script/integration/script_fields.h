/*
 * script_fields: what fields.lua says, once per run and over the cache.
 * Internal to script/.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_FIELDS_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_FIELDS_H

#include "script/integration/script_loader.h"

struct script_field_list {
    struct text object;
    struct script_field *fields; /* sorted by name */
    size_t count;
    bool asked; /* the script said so in this run; else the list is from the cache */
    struct script_field_list *next;
};

/* The known lists of a run; lives in the arena given. */
struct script_fields {
    struct arena *arena;
    struct script_field_list *lists;
};

/* The list of an object: known already, or cached (unless `fresh`), or from the script. */
WARN_UNUSED enum error_code script_fields_of(struct script_fields *known, struct script *script,
                                             struct text object, bool fresh,
                                             const struct script_field_list **list,
                                             struct error *error);
/* NULL: the list has no such field. */
const struct script_field *script_fields_find(const struct script_field_list *list,
                                              struct text field);
/* A field_type_source of the bindings, over a struct script_fields: UNKNOWN if the list of the
 * object is not known or has no such field. */
enum value_type script_fields_type(void *known, struct text object, struct text field);

#endif
