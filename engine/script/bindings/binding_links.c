/* links: the records over there that have a partner here. */
#include "script/bindings/bindings.h"

enum { LINKS_MOST = 1000, ARENA_CEILING = 1 << 20 };

/* links.after(object, id, count): list of ids */
static int links_after(lua_State *L)
{
    const struct script_links *const links = script_of(L)->options.links;
    luaL_checktype(L, 1, LUA_TSTRING);
    const struct text object = convert_text_at(L, 1);
    const struct text id = lua_isnoneornil(L, 2) ? TEXT("") : convert_read_id(L, 2, "an id");
    const lua_Integer limit = luaL_checkinteger(L, 3);
    luaL_argcheck(L, limit >= 1 && limit <= LINKS_MOST, 3, "at most 1000 at once");
    struct text *ids = NULL;
    size_t count = 0;
    sandbox_charge(L, 4096);
    if (links != NULL) {
        struct error error;
        struct arena *const arena = convert_push_arena(L, ARENA_CEILING, "links");
        convert_raise_if(
            L, links->after(links->context, object, id, (size_t)limit, arena, &ids, &count, &error),
            &error);
    }
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushlstring(L, ids[i].bytes, ids[i].length);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

void binding_links_open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"after", links_after}, {NULL, NULL}};
    luaL_newlib(L, functions);
    sandbox_read_only(L);
    sandbox_set_global(L, "links");
}
