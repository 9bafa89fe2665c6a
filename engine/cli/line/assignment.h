/*
 * assignment: FIELD=VALUE and FIELD:=JSON of a command line.
 */
#ifndef TANDEM_CLI_LINE_ASSIGNMENT_H
#define TANDEM_CLI_LINE_ASSIGNMENT_H

#include "host/session.h"
#include "store/objects/objects.h"

/* Read `count` words. Fields must exist in `schema`; what is wrong is an ERROR_USAGE that names the
 * word. The assignments live in the session's arena. */
WARN_UNUSED enum error_code assignment_parse(const struct session *session,
                                             const struct object_schema *schema, char **words,
                                             int count, struct object_assignment **assignments,
                                             struct error *error);

#endif
