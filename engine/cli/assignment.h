/*
 * assignment: FIELD=VALUE and FIELD:=JSON of a command line.
 */
#ifndef TANDEM_CLI_ASSIGNMENT_H
#define TANDEM_CLI_ASSIGNMENT_H

#include "cli/session.h"
#include "store/objects.h"

/* Read `count` words. Fields must exist in `schema`; what is wrong is an ERROR_USAGE that names the
 * word. The assignments live in the session's arena. */
WARN_UNUSED enum error_code assignment_parse(const struct session *session,
                                             const struct object_schema *schema, char **words,
                                             int count, struct object_assignment **assignments,
                                             struct error *error);
/* The field of a name; ERROR_USAGE with the nearest one if there is none. */
WARN_UNUSED enum error_code assignment_field(const struct object_schema *schema, struct text name,
                                             const struct field_schema **field,
                                             struct error *error);

#endif
