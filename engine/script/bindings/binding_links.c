/* links: the records over there that have a partner here. */
#include "script/bindings/bindings.h"

enum { LINKS_MOST = 1000 };

/* links.after(object, id, count): list of ids */
static int links_after(lua_State *L)
{
    const struct script_links *const links = script_of(L)->options.links;
    const struct text object = convert_check_text(L, 1);
    const struct text id = lua_isnoneornil(L, 2) ? TEXT("") : convert_read_id(L, 2, "an id");
    const lua_Integer limit = luaL_checkinteger(L, 3);
    luaL_argcheck(L, limit >= 1 && limit <= LINKS_MOST, 3, "at most 1000 at once");
    struct texts ids = {.count = 0};
    sandbox_charge(L, 4096);
    if (links) {
        struct error error;
        struct arena *const arena = script_scratch(L, "links");
        convert_raise_if(
            L, links->after(links->context, object, id, (size_t)limit, arena, &ids, &error),
            &error);
    }
    convert_push_texts(L, ids.items, ids.count);
    return 1;
}

/* The list of ids at `index`, in the arena. */
static struct texts read_ids(lua_State *L, int index, struct arena *arena)
{
    luaL_checktype(L, index, LUA_TTABLE);
    const lua_Unsigned length = lua_rawlen(L, index);
    luaL_argcheck(L, length <= LINKS_MOST, index, "at most 1000 at once");
    struct texts ids = {.items = ARENA_ARRAY(arena, length, struct text)};
    if (!ids.items && length)
        luaL_error(L, "not enough memory for links");
    for (lua_Unsigned i = 1; i <= length; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        ids.items[ids.count++] = convert_keep(L, arena, convert_read_id(L, -1, "an id"));
        lua_pop(L, 1);
    }
    return ids;
}

/* links.edited(object, ids): a table id -> true */
static int links_edited(lua_State *L)
{
    const struct script_links *const links = script_of(L)->options.links;
    const struct text object = convert_check_text(L, 1);
    sandbox_unwrap(L, 2);
    struct arena *const arena = script_scratch(L, "links");
    struct texts edited = {.count = 0};
    const struct texts ids = read_ids(L, 2, arena);
    sandbox_charge(L, 4096);
    if (links) {
        struct error error;
        convert_raise_if(L, links->edited(links->context, object, &ids, arena, &edited, &error),
                         &error);
    }
    lua_createtable(L, 0, (int)edited.count);
    for (size_t i = 0; i < edited.count; i++) {
        convert_push_text(L, edited.items[i]);
        lua_pushboolean(L, true);
        lua_rawset(L, -3);
    }
    return 1;
}

void binding_links_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"after", links_after}, {"edited", links_edited}, {NULL, NULL}};
    luaL_newlib(L, functions);
    sandbox_set_library(L, "links");
}
