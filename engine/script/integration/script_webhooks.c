/* webhook_reader.lua: calling it, and reading its list. */
#include "script/integration/script_webhooks.h"

#include "script/bindings/bindings.h"

struct reading {
    struct script *script;
    struct text body;
    struct arena *arena;
    struct object_name *names;
    size_t count;
};

static int prepare_read(lua_State *L)
{
    const struct reading *const reading = lua_touserdata(L, 1);
    script_need_function(reading->script, L, PART_WEBHOOK_READER, "read");
    lua_createtable(L, 0, 1);
    convert_set_text(L, "body", reading->body);
    return 2;
}

/* A text or a whole number at `key` of the table on top; absent if it is nil. */
static struct text read_text(lua_State *L, const struct reading *reading, const char *key,
                             int position)
{
    const int type = convert_push_member(L, -1, key);
    if (type != LUA_TNIL && type != LUA_TSTRING && !(type == LUA_TNUMBER && lua_isinteger(L, -1)))
        luaL_error(L, "webhook_reader.lua: '%s' of record %d must be a text", key, position);
    const struct text copy = convert_keep(L, reading->arena, convert_text_at(L, -1));
    lua_pop(L, 1);
    return copy;
}

static void read_record(lua_State *L, struct reading *reading, int position)
{
    static const char *const keys[] = {"object", "id", "deleted", "merged_into", NULL};
    if (!lua_istable(L, -1))
        luaL_error(L, "webhook_reader.lua: record %d must be a table { object =, id = }", position);
    sandbox_unwrap(L, -1);
    convert_check_keys(L, -1, keys, "webhook_reader.lua: a record");
    const struct text object = read_text(L, reading, "object", position),
                      id = read_text(L, reading, "id", position),
                      into = read_text(L, reading, "merged_into", position);
    if (text_is_empty(object) || text_is_empty(id))
        luaL_error(L, "webhook_reader.lua: record %d has no 'object' or no 'id'", position);
    reading->names[reading->count++] = (struct object_name){object, id};
    if (!text_is_empty(into))
        reading->names[reading->count++] = (struct object_name){object, into};
}

static int read_result(lua_State *L)
{
    struct reading *const reading = lua_touserdata(L, 1);
    luaL_checkstack(L, 12, "webhooks");
    if (lua_isnil(L, -1))
        return 0; /* nothing was returned: it names nothing */
    if (!lua_istable(L, -1))
        return luaL_error(L, "webhook_reader.lua: read() must return a list of records, not a %s",
                          luaL_typename(L, -1));
    sandbox_unwrap(L, -1);
    const size_t count = lua_rawlen(L, -1);
    if (count > SCRIPT_WEBHOOK_NAMES)
        return luaL_error(L, "webhook_reader.lua: read() returned too many records");
    reading->names = ARENA_ARRAY(reading->arena, 2 * count, struct object_name);
    if (!reading->names)
        return luaL_error(L, "not enough memory for the records of a delivery");
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_record(L, reading, (int)i + 1);
        lua_pop(L, 1);
    }
    return 0;
}

enum error_code script_webhooks_read(struct script *script, struct text body, struct arena *arena,
                                     struct object_name **names, size_t *count, struct error *error)
{
    static const struct sandbox_entry entry = {"webhook_reader.read", prepare_read, read_result, 1};
    struct reading reading = {.script = script, .body = body, .arena = arena};
    const enum error_code code = sandbox_call_run(script->sandbox, &entry, &reading, error);
    *names = reading.names;
    *count = code ? 0 : reading.count;
    return code;
}
