/*
 * template: files with {{key}} in them, for `tandem new`.
 */
#ifndef TANDEM_CLI_LINE_TEMPLATE_H
#define TANDEM_CLI_LINE_TEMPLATE_H

#include "base/arena.h"
#include "base/text.h"

struct template_value {
    const char *key;
    struct text value;
};

/* The text of the file with the values put in; a key that is not among them is an ERROR_INTERNAL.
 * In the arena. */
WARN_UNUSED enum error_code template_read(const char *path, const struct template_value *values,
                                          size_t count, struct arena *arena, struct text *out,
                                          struct error *error);
/* Write a file: a new one (ERROR_USAGE if it is there already), or in place of what is there, so
 * that links and modes stay. */
WARN_UNUSED enum error_code template_write(const char *path, bool new, struct text text,
                                           struct error *error);

#endif
