/* `order`, as order_executioner.execute gets it; its changes are in binding_change.c. */
#include <string.h>

#include "script/bindings/bindings.h"

static const char *const ORDER_TYPE = "order";

static struct order_handle *order_at(lua_State *L, int index)
{
    struct order_handle *const handle = luaL_checkudata(L, index, ORDER_TYPE);
    if (!handle->order)
        luaL_error(L, "this order belongs to a call that has ended");
    return handle;
}

/* ---------------------------------------------------------------- iterating */

/* Kinds of changes, in the order in which order:changes gives them: updates before creates (spec
 * section 7). */
enum { IDENTIFIED = 1, UNIDENTIFIED = 2, DELETION = 4 };

static lua_Integer kind_of(const struct order_change *change)
{
    if (change->deletion)
        return DELETION;
    return change->object_id.bytes ? IDENTIFIED : UNIDENTIFIED;
}

static void set_upvalue(lua_State *L, int index, lua_Integer number)
{
    lua_pushinteger(L, number);
    lua_replace(L, lua_upvalueindex(index));
}

/* Upvalues: order, index of the next change, name of its object, the kinds that are left. */
static int next_change(lua_State *L)
{
    const struct order_handle *const handle = lua_touserdata(L, lua_upvalueindex(1));
    const struct order *const order = handle->order;
    const struct text object = convert_text_at(L, lua_upvalueindex(3));
    lua_Integer kinds = lua_tointeger(L, lua_upvalueindex(4));
    size_t i = (size_t)lua_tointeger(L, lua_upvalueindex(2));
    if (!order)
        return luaL_error(L, "this order belongs to a call that has ended");
    while (kinds) {
        const lua_Integer kind = kinds & -kinds;
        for (; i < order->change_count; i++) {
            struct order_change *const change = order->changes[i];
            if (kind_of(change) != kind || !text_equal(change->object, object))
                continue;
            set_upvalue(L, 2, (lua_Integer)i + 1);
            set_upvalue(L, 4, kinds);
            binding_change_push(L, lua_upvalueindex(1), change);
            return 1;
        }
        kinds -= kind;
        i = 0;
    }
    set_upvalue(L, 4, 0);
    return 0;
}

/* order:changes and its like. Upvalues: the name of the method, its kinds of changes. */
static int order_changes(lua_State *L)
{
    const struct order_handle *const handle = order_at(L, 1);
    const struct text object = convert_check_text(L, 2);
    lua_pushfstring(L, "the object given to order:%s", lua_tostring(L, lua_upvalueindex(1)));
    manifest_check_object(L, handle->manifest, object, lua_tostring(L, -1));
    lua_settop(L, 2);
    lua_pushinteger(L, 0);
    lua_insert(L, 2); /* stack: order, index, object */
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushcclosure(L, next_change, 4);
    return 1;
}

/* Upvalues: order, index of the next change, set of names. */
static int next_object(lua_State *L)
{
    const struct order_handle *const handle = lua_touserdata(L, lua_upvalueindex(1));
    if (!handle->order)
        return luaL_error(L, "this order belongs to a call that has ended");
    const struct order *const order = handle->order;
    size_t i = (size_t)lua_tointeger(L, lua_upvalueindex(2));
    for (; i < order->change_count; i++) {
        const struct text name = order->changes[i]->object;
        convert_push_text(L, name);
        if (lua_rawget(L, lua_upvalueindex(3)) != LUA_TNIL) {
            lua_pop(L, 1);
            continue;
        }
        convert_push_text(L, name);
        lua_pushboolean(L, 1);
        lua_rawset(L, lua_upvalueindex(3));
        set_upvalue(L, 2, (lua_Integer)i + 1);
        convert_push_text(L, name);
        return 1;
    }
    return 0;
}

static int order_objects(lua_State *L)
{
    order_at(L, 1);
    lua_settop(L, 1);
    lua_pushinteger(L, 0);
    lua_newtable(L);
    lua_pushcclosure(L, next_object, 3);
    return 1;
}

static int order_change(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    luaL_checktype(L, 2, LUA_TSTRING);
    lua_settop(L, 3);
    manifest_check_object(L, handle->manifest, convert_text_at(L, 2),
                          "the object given to order:change");
    const struct text id = convert_read_id(L, 3, "the mapped id given to order:change");
    struct order_change *const change = order_change_of(handle->order, convert_text_at(L, 2), id);
    if (!change)
        return 0;
    binding_change_push(L, 1, change);
    return 1;
}

/* ---------------------------------------------------------------- answers */

/* If the engine could not store an answer, the run ends even if the script catches the error; wrong
 * arguments (ERROR_USAGE, ERROR_INVALID) are the script's own errors. */
static int answered(lua_State *L, struct order_handle *handle, enum error_code code,
                    const struct error *error)
{
    if (code && code != ERROR_USAGE && code != ERROR_INVALID && !handle->failure.code)
        handle->failure = *error;
    convert_raise_if(L, code, error);
    arena_account_settle(L, &handle->account);
    return 0;
}

static int add_object_mapping(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct order_change *const change = binding_change_of_order(L, 2, handle);
    struct error error;
    lua_settop(L, 5);
    luaL_checktype(L, 3, LUA_TSTRING);
    const struct text id = convert_read_id(L, 4, "the id given to add_object_mapping");
    struct order_answer answer = {
        .kind = ANSWER_CREATED, .object = convert_text_at(L, 3), .id = id};
    binding_answer_read_details(L, 5, handle, change, "the time given to add_object_mapping",
                                &answer);
    return answered(L, handle, order_add_stored(handle->order, change, &answer, &error), &error);
}

static int update_last_sync_date(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct order_change *const change = binding_change_of_order(L, 2, handle);
    struct error error;
    lua_settop(L, 3);
    struct order_answer answer = {.kind = ANSWER_UPDATED};
    binding_answer_read_details(L, 3, handle, change, "the time given to update_last_sync_date",
                                &answer);
    return answered(L, handle, order_add_stored(handle->order, change, &answer, &error), &error);
}

/* remap_object(old_object, old_id, new_object, new_id?, change?); old_id may be nil where the
 * change is given and was to be created. */
static int remap_object(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct error error;
    lua_settop(L, 6);
    luaL_checktype(L, 2, LUA_TSTRING);
    luaL_checktype(L, 4, LUA_TSTRING);
    struct report_remap remap = {.old_object = convert_text_at(L, 2),
                                 .old_id = TEXT_ABSENT,
                                 .new_object = convert_text_at(L, 4),
                                 .new_id = TEXT_ABSENT};
    if (!lua_isnil(L, 3) || lua_isnil(L, 6))
        remap.old_id = convert_read_id(L, 3, "the old id given to remap_object");
    if (!lua_isnil(L, 5))
        remap.new_id = convert_read_id(L, 5, "the new id given to remap_object");
    struct order_change *change = NULL;
    if (!lua_isnil(L, 6))
        change = binding_change_of_order(L, 6, handle);
    return answered(L, handle, order_remap_object(handle->order, change, &remap, &error), &error);
}

static int delete_object(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct order_change *const change = binding_change_of_order(L, 2, handle);
    struct error error;
    return answered(L, handle, order_delete_object(handle->order, change, &error), &error);
}

static int retry_sync_later(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct order_change *const change = binding_change_of_order(L, 2, handle);
    struct text reason;
    struct error error;
    lua_settop(L, 3);
    const bool counts = binding_answer_read_retry(L, 3, &reason);
    return answered(L, handle, order_retry_because(handle->order, change, counts, reason, &error),
                    &error);
}

static int stale(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct order_change *const change = binding_change_of_order(L, 2, handle);
    struct error error;
    return answered(L, handle, order_stale(handle->order, change, &error), &error);
}

static int note_object_sync_issue(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct order_change *const change = binding_change_of_order(L, 2, handle);
    struct error error;
    struct text message = TEXT_ABSENT, *names = NULL;
    lua_settop(L, 4);
    const size_t count = binding_answer_read_refused(L, 4, handle->order, &names);
    if (!lua_isnil(L, 3)) {
        sandbox_push_text(L, 3);
        convert_push_redacted(L, BINDING_NOTE_MOST);
        message = convert_text_at(L, -1);
    }
    return answered(L, handle,
                    order_refuse_fields(handle->order, change, message, names, count, &error),
                    &error);
}

/* claim(change, object, id): nil if the record is free, and this change's from now on; else whose
 * it is, { object =, id = }. */
static int claim(lua_State *L)
{
    struct order_handle *const handle = order_at(L, 1);
    struct order_change *const change = binding_change_of_order(L, 2, handle);
    struct order_link owner;
    struct error error;
    lua_settop(L, 4);
    luaL_checktype(L, 3, LUA_TSTRING);
    manifest_check_object(L, handle->manifest, convert_text_at(L, 3),
                          "the object given to order:claim");
    const struct text id = convert_read_id(L, 4, "the id given to order:claim");
    answered(L, handle,
             order_claim(handle->order, change, convert_text_at(L, 3), id, &owner, &error), &error);
    return binding_change_push_link(L, &owner);
}

/* ---------------------------------------------------------------- the types */

void binding_order_push(lua_State *L, struct order *order, struct order_handle **out)
{
    struct order_handle *const handle = lua_newuserdatauv(L, sizeof *handle, 1);
    memset(handle, 0, sizeof *handle);
    handle->order = order;
    arena_account_begin(&handle->account, order->arena);
    lua_newtable(L);
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, ORDER_TYPE);
    script_keep(L, handle);
    *out = handle;
}

void binding_order_open(lua_State *L)
{
    static const luaL_Reg order_methods[] = {
        {"objects", order_objects},
        {"change", order_change},
        {"add_object_mapping", add_object_mapping},
        {"update_last_sync_date", update_last_sync_date},
        {"remap_object", remap_object},
        {"delete_object", delete_object},
        {"retry_sync_later", retry_sync_later},
        {"stale", stale},
        {"note_object_sync_issue", note_object_sync_issue},
        {"claim", claim},
        {NULL, NULL},
    };
    static const struct {
        const char *name;
        lua_Integer kinds;
    } lists[] = {{"changes", IDENTIFIED | UNIDENTIFIED},
                 {"identified", IDENTIFIED},
                 {"unidentified", UNIDENTIFIED},
                 {"deletions", DELETION}};
    luaL_newmetatable(L, ORDER_TYPE);
    luaL_newlib(L, order_methods);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        lua_pushstring(L, lists[i].name);
        lua_pushinteger(L, lists[i].kinds);
        lua_pushcclosure(L, order_changes, 2);
        lua_setfield(L, -2, lists[i].name);
    }
    lua_setfield(L, -2, "__index");
    convert_set_flag(L, "__metatable", 0);
    lua_pop(L, 1);
    binding_change_open(L);
}
