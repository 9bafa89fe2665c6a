/*
 * json_marks: how a Lua value is marked as JSON's null, or as an array. For script/ only.
 */
#ifndef TANDEM_SCRIPT_CONVERT_JSON_MARKS_H
#define TANDEM_SCRIPT_CONVERT_JSON_MARKS_H

#include <stdbool.h>

#include <lua.h>

/* json.null: what stands for null in a table, where nil would be nothing. */
void json_marks_push_null(lua_State *L);
bool json_marks_is_null(lua_State *L, int index);
/* json.array: an empty table with this mark is written as [], not as {}. */
bool json_marks_is_array(lua_State *L, int index);
void json_marks_set_array(lua_State *L, int index);
/* Keys of the registry: the metatables that mark a table as an array or an object. */
extern const char json_mark_array, json_mark_object;
/* Is the value at `index` a table with the metatable at this key? */
bool json_marks_has(lua_State *L, int index, const char *mark);

#endif
