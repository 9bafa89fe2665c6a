/* webhook_reader.lua: calling it, and reading its list. */
#include "script/integration/script_webhooks.h"

#include "script/bindings/bindings.h"

struct read_call {
    struct script *script;
    struct text body;
};

static int prepare_read(lua_State *L)
{
    const struct read_call *const call = lua_touserdata(L, 1);
    if (!script_push_function(call->script, L, PART_WEBHOOK_READER, "read"))
        return luaL_error(L, "there is no webhook_reader.lua with a function 'read'");
    lua_createtable(L, 0, 1);
    convert_set_text(L, "body", call->body);
    return 2;
}

struct reading {
    struct arena *arena;
    struct object_name *names;
    size_t count;
    lua_State *result;
};

/* A text or a whole number at `key` of the table on top; absent if it is nil. */
static struct text read_text(lua_State *L, const struct reading *reading, const char *key,
                             int position)
{
    struct text copy = TEXT_ABSENT;
    struct error error;
    lua_pushstring(L, key);
    const int type = lua_rawget(L, -2);
    if (type != LUA_TNIL && type != LUA_TSTRING && !(type == LUA_TNUMBER && lua_isinteger(L, -1)))
        luaL_error(L, "webhook_reader.lua: '%s' of record %d must be a text", key, position);
    if (type != LUA_TNIL) {
        size_t length = 0;
        const char *const bytes = lua_tolstring(L, -1, &length);
        convert_raise_if(L, text_copy(reading->arena, (struct text){bytes, length}, &copy, &error),
                         &error);
    }
    lua_pop(L, 1);
    return copy;
}

static void read_record(lua_State *L, struct reading *reading, int position)
{
    static const char *const keys[] = {"object", "id", "deleted", "merged_into", NULL};
    if (!lua_istable(L, -1))
        luaL_error(L, "webhook_reader.lua: record %d must be a table { object =, id = }", position);
    sandbox_push_real(L, -1);
    lua_replace(L, -2);
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
    lua_settop(L, 0);
    if (lua_gettop(reading->result) == 0)
        return 0; /* nothing was returned: it names nothing */
    lua_settop(reading->result, 1);
    lua_xmove(reading->result, L, 1);
    luaL_checkstack(L, 12, "webhooks");
    if (lua_isnil(L, -1))
        return 0;
    if (!lua_istable(L, -1))
        return luaL_error(L, "webhook_reader.lua: read() must return a list of records, not a %s",
                          luaL_typename(L, -1));
    sandbox_push_real(L, -1);
    lua_replace(L, -2);
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
    struct read_call read = {script, body};
    struct reading reading = {.arena = arena};
    struct sandbox_call *call = NULL;
    enum error_code code =
        sandbox_call_new(script->sandbox, "webhook_reader.read", prepare_read, &read, &call, error);
    if (!code)
        code = sandbox_call_finish(call, error);
    if (!code) {
        reading.result = sandbox_call_state(call);
        code = sandbox_protect(script->sandbox, read_result, &reading, error);
    }
    sandbox_call_free(call);
    *names = reading.names;
    *count = code ? 0 : reading.count;
    return code;
}
