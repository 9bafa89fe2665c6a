/*
 * lua_text: a configuration as Lua text: finding its tables, and writing keys and texts. For those
 * who edit the file of somebody else and leave the rest of it as it is.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_LUA_TEXT_H
#define TANDEM_SCRIPT_CONFIGURATION_LUA_TEXT_H

#include "base/text.h"

/* The table of `key = { ... }` (or ["key"]) directly in the outermost table of `file`, braces
 * included; false if there is no such literal table. `has_code`: it contains functions or
 * variables, which only its author should rewrite. */
bool lua_text_find(struct text file, struct text key, struct text *table, bool *has_code);
/* The line where the last part of a key such as "mapping.citizen.email" stands that is found, one
 * after the other, as `part =` or `["part"] =`; 0: not even the first one. Tables built by code may
 * mislead it; the line only helps people. */
size_t lua_text_line(struct text file, const char *key);
/* "text", escaped. */
WARN_UNUSED enum error_code lua_text_quote(struct buffer *out, const char *text,
                                           struct error *error);
/* As the key of a table: name, or ["what is no name"]. */
WARN_UNUSED enum error_code lua_text_key(struct buffer *out, const char *key, struct error *error);

#endif
