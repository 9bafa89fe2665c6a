/* `report`, as report_builder.build gets it. */
#include <string.h>

#include "script/bindings/report_private.h"

static const char *const REPORT_TYPE = "report";

/* ---------------------------------------------------------------- the handle */

static struct report_handle *handle_at(lua_State *L)
{
    struct report_handle *const handle = luaL_checkudata(L, 1, REPORT_TYPE);
    if (handle->ended)
        luaL_error(L, "this report belongs to a call that has ended");
    return handle;
}

static bool is_bound(void *context)
{
    const struct report_handle *const handle = context;
    return handle->report || handle->ended;
}

static enum error_code cannot_block(void *context, struct error *error)
{
    (void)context;
    return error_set(error, ERROR_INTERNAL, "a report was awaited that was not requested");
}

/* Run the method that is the upvalue now, or when the engine asks for the report that is being
 * prepared. */
static int when_bound(lua_State *L)
{
    const lua_CFunction method = lua_tocfunction(L, lua_upvalueindex(1));
    struct report_handle *const handle = handle_at(L);
    arena_account_settle(L, &handle->account);
    if (handle->report)
        return method(L);
    if (!lua_isyieldable(L)) {
        handle->abandoned = true;
        return luaL_error(L, "the report cannot be filled in here yet");
    }
    return sandbox_yield(L, &handle->wait, method);
}

/* ---------------------------------------------------------------- the other methods */

static struct text check_name(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) != LUA_TSTRING || lua_rawlen(L, index) == 0)
        luaL_error(L, "%s must be the name of an object", what);
    return convert_text_at(L, index);
}

static int add_deleted(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of add_deleted");
    if (binding_report_lacks_id(L, 3))
        return binding_report_leave_out(
            L, handle, object,
            TEXT("was reported as deleted without an id that can be read; left out"));
    const struct text id = convert_read_id(L, 3, "the id given to add_deleted");
    instant at = INSTANT_NONE;
    (void)convert_try_instant(L, 4, &at); /* one that cannot be read is not known */
    binding_report_check(L, handle, report_add_deleted(handle->report, object, id, at, &error),
                         &error);
    return 0;
}

static int merge(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of merge");
    if (binding_report_lacks_id(L, 3) || binding_report_lacks_id(L, 4))
        return binding_report_leave_out(
            L, handle, object,
            TEXT("was reported as merged without an id that can be read; left out"));
    const struct text loser = convert_read_id(L, 3, "the loser's id given to merge");
    const struct text winner = convert_read_id(L, 4, "the winner's id given to merge");
    if (text_equal(loser, winner))
        return binding_report_tell(
            L, handle,
            (struct report_fault){.object = object,
                                  .id = loser,
                                  .message = TEXT("was reported as merged into itself; left out")});
    binding_report_check(L, handle, report_add_merge(handle->report, object, loser, winner, &error),
                         &error);
    return 0;
}

static int remap_object(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the old object of remap_object");
    if (binding_report_lacks_id(L, 3))
        return binding_report_leave_out(
            L, handle, object,
            TEXT("was reported to be another now without an id that can be read; left out"));
    struct report_remap remap = {.old_object = object,
                                 .old_id =
                                     convert_read_id(L, 3, "the old id given to remap_object"),
                                 .new_object = check_name(L, 4, "the new object of remap_object")};
    lua_settop(L, 5);
    remap.new_id =
        lua_isnil(L, 5) ? TEXT_ABSENT : convert_read_id(L, 5, "the new id given to remap_object");
    binding_report_check(L, handle, report_remap_object(handle->report, &remap, &error), &error);
    return 0;
}

static int add_relation(lua_State *L)
{
    static const char *const keys[] = {"object", "id", "field", "to_object", "to_id", NULL};
    struct report_handle *const handle = handle_at(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    sandbox_unwrap(L, 2);
    convert_check_keys(L, 2, keys, "add_relation");
    for (size_t i = 0; keys[i]; i++)
        convert_push_member(L, 2, keys[i]);
    struct error error;
    const struct text object = check_name(L, 3, "'object' in add_relation");
    if (binding_report_lacks_id(L, 4))
        return binding_report_leave_out(
            L, handle, object,
            TEXT("was reported with a relation, but without an id that can be read; "
                 "left out"));
    if (binding_report_lacks_id(L, 7))
        return binding_report_tell(
            L, handle,
            (struct report_fault){.object = object,
                                  .id = convert_read_id(L, 4, "'id' in add_relation"),
                                  .message = TEXT("was reported with a relation that leads to no "
                                                  "id; the relation is left out")});
    const struct report_relation relation = {
        .object = object,
        .id = convert_read_id(L, 4, "'id' in add_relation"),
        .field = check_name(L, 5, "'field' in add_relation"),
        .to_object = check_name(L, 6, "'to_object' in add_relation"),
        .to_id = convert_read_id(L, 7, "'to_id' in add_relation"),
    };
    binding_report_check(L, handle, report_add_relation(handle->report, &relation, &error), &error);
    return 0;
}

static int own_edit(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    lua_settop(L, 4);
    const struct text object = check_name(L, 2, "the first argument of own_edit");
    const struct text id = convert_read_id(L, 3, "the id given to own_edit");
    const struct text field =
        lua_isnil(L, 4) ? TEXT_ABSENT : check_name(L, 4, "the third argument of own_edit");
    binding_report_check(L, handle, report_own_edit(handle->report, object, id, field, &error),
                         &error);
    return 0;
}

static int set_cursor(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    lua_settop(L, 2);
    if (lua_isnil(L, 2) || json_marks_is_null(L, 2))
        return 0;
    if (lua_type(L, 2) != LUA_TSTRING || lua_tostring(L, 2)[0] == CURSOR_JSON) {
        json_encode_push(L, 2);
        lua_pushfstring(L, "%c%s", CURSOR_JSON, lua_tostring(L, -1));
    }
    struct error error;
    binding_report_check(L, handle,
                         report_set_cursor(handle->report, convert_text_at(L, -1), &error), &error);
    return 0;
}

static int set_position(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of set_position");
    const struct text token = convert_read_id(L, 3, "the position given to set_position");
    binding_report_check(L, handle,
                         report_set_position(handle->report, handle->manual, object, token, &error),
                         &error);
    return 0;
}

/* Values with which an API says that it does not know (nothing, null, -1) are ignored. */
static int set_total(lua_State *L)
{
    struct report_handle *const handle = handle_at(L);
    struct error error;
    const struct text object = check_name(L, 2, "the first argument of set_total");
    int is_whole = 0;
    lua_settop(L, 3);
    if (lua_isnil(L, 3) || json_marks_is_null(L, 3))
        return 0;
    const lua_Integer count = lua_tointegerx(L, 3, &is_whole);
    if (!is_whole) {
        sandbox_push_text(L, 3);
        return luaL_error(L, "the total of '%s' must be a whole number, not %s", lua_tostring(L, 2),
                          lua_tostring(L, -1));
    }
    if (count >= 0)
        binding_report_check(
            L, handle,
            report_set_total(handle->report, handle->manual, object, (uint64_t)count, &error),
            &error);
    return 0;
}

/* ---------------------------------------------------------------- the type */

void binding_report_push(lua_State *L, struct report_handle **out)
{
    struct report_handle *const handle = lua_newuserdatauv(L, sizeof *handle, REPORT_NAMES);
    memset(handle, 0, sizeof *handle);
    handle->normalizes = script_has_function(script_of(L), PART_VALUE_NORMALIZER, "to_internal");
    handle->wait = (struct sandbox_wait){handle, is_bound, cannot_block};
    luaL_setmetatable(L, REPORT_TYPE);
    lua_newtable(L);
    lua_setiuservalue(L, -2, REPORT_NAMES);
    script_keep(L, handle);
    *out = handle;
}

void binding_report_open(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"add_object", binding_report_add_object},
        {"add_deleted", add_deleted},
        {"merge", merge},
        {"remap_object", remap_object},
        {"add_relation", add_relation},
        {"own_edit", own_edit},
        {"set_cursor", set_cursor},
        {"set_position", set_position},
        {"set_total", set_total},
    };
    luaL_newmetatable(L, REPORT_TYPE);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        lua_pushcfunction(L, methods[i].func);
        lua_pushcclosure(L, when_bound, 1);
        lua_setfield(L, -2, methods[i].name);
    }
    lua_setfield(L, -2, "__index");
    convert_set_flag(L, "__metatable", 0);
    lua_pop(L, 1);
}
