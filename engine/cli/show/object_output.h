/*
 * object_output: objects of ours for people and programs.
 */
#ifndef TANDEM_CLI_SHOW_OBJECT_OUTPUT_H
#define TANDEM_CLI_SHOW_OBJECT_OUTPUT_H

#include "host/object_json.h"

/* A table of the fields that `list` ("email,city") names, else of the first few that any of the
 * rows has a value for. */
WARN_UNUSED enum error_code object_output_table(struct arena *arena,
                                                const struct object_schema *schema,
                                                const char *list, const struct object_row *rows,
                                                size_t count, struct error *error);
/* One field a line; `all`: empty ones, too. */
WARN_UNUSED enum error_code object_output_card(struct arena *arena,
                                               const struct object_schema *schema,
                                               const struct object_row *row, bool all,
                                               struct error *error);
/* One value and a newline. */
WARN_UNUSED enum error_code object_output_value(struct arena *arena, const struct value *value,
                                                struct error *error);
WARN_UNUSED enum error_code object_output_json(const struct object_schema *schema,
                                               const struct object_row *rows, size_t count,
                                               struct error *error);

#endif
