/*
 * convert: between Lua values and the engine's. The rooms that know Lua use it; outside of a sandbox
 * only the functions that push, set and check texts.
 *
 * Functions named push_* or read_* may raise Lua errors and therefore run inside of protected calls
 * only; what they allocate in C lives in arenas or userdata, so that nothing is lost when they do.
 */
#ifndef TANDEM_SCRIPT_CONVERT_CONVERT_H
#define TANDEM_SCRIPT_CONVERT_CONVERT_H

#include <lauxlib.h>
#include <lua.h>

#include "model/value.h"

struct text convert_text_at(lua_State *L, int index); /* a view of a string on the stack */
/* The same of an argument; raises if it is none. */
struct text convert_check_text(lua_State *L, int index);
/* A copy in the arena; raises if there is no memory. */
struct text convert_keep(lua_State *L, struct arena *arena, struct text text);
void convert_push_text(lua_State *L, struct text text); /* nil if absent */
void convert_push_instant(lua_State *L, instant at);    /* ISO text; nil for INSTANT_NONE */
void convert_push_texts(lua_State *L, const struct text *texts, size_t count); /* a list */
/* Push a member of the table at `index`, raw; its type. */
int convert_push_member(lua_State *L, int index, const char *name);
/* Set a member of the table on top; what convert_push_text and _instant push as nil is left out. */
void convert_set_text(lua_State *L, const char *name, struct text text);
void convert_set_words(lua_State *L, const char *name, const char *words); /* NULL: left out */
void convert_set_integer(lua_State *L, const char *name, int64_t integer);
void convert_set_flag(lua_State *L, const char *name, bool flag);
void convert_set_instant(lua_State *L, const char *name, instant at);
/* nil, json.null: NONE; ISO or epoch text; an epoch number. Raises, naming `what`. */
instant convert_read_instant(lua_State *L, int index, const char *what);
/* The same without raising: false if it cannot be read. */
bool convert_try_instant(lua_State *L, int index, instant *at);
/* The same without a name and without raising: false if it takes a closer look. */
bool convert_read_plain_instant(lua_State *L, int index, instant *at);
/* A string, or an integer (also as integral float) as text; replaces the stack slot by the text.
 * Raises, naming `what` ("the id of a 'citizen'"). */
struct text convert_read_id(lua_State *L, int index, const char *what);
/* A raw value in the arena; raises, naming `what`. */
struct raw_value convert_read_raw(lua_State *L, int index, struct arena *arena, const char *what);
/* The frequent kinds, without raising: false if it takes a closer look. A text is a view of the
 * stack, not a copy. */
bool convert_read_plain(lua_State *L, int index, struct raw_value *raw);
/* As it is sent to an integration. */
void convert_push_value(lua_State *L, const struct value *value);
/* Replace the text on top by what people may read of it: without secrets, and of at most so many
 * bytes. */
void convert_push_redacted(lua_State *L, size_t most);
/* Raise the error's message if `code` is one. */
void convert_raise_if(lua_State *L, enum error_code code, const struct error *error);
/* Raise for a key of the table at `index` that is not in the NULL-terminated list. */
void convert_check_keys(lua_State *L, int index, const char *const *known, const char *what);
/* Push a userdata with the keys of the table at `table` (absolute), sorted; the table keeps them
 * alive. Raises the message for one that is no text. */
const struct text *convert_sorted_keys(lua_State *L, int table, const char *message, size_t *count);

#endif
