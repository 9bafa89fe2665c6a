/* `change`, as order:changes and its like give it: its pair, its fields. */
#include <stddef.h>
#include <string.h>

#include "script/bindings/bindings.h"

static const char *const CHANGE_TYPE = "change";

/* A change as Lua holds it; its user value is the order, so that the handle outlives it. */
struct change_handle {
    struct order_handle *order;
    struct order_change *change;
};

/* The change at `index`; raises if it is none, or its call has ended. */
static struct order_change *change_at(lua_State *L, int index)
{
    struct change_handle *const handle = luaL_checkudata(L, index, CHANGE_TYPE);
    if (!handle->order->order)
        luaL_error(L, "this change belongs to a call that has ended");
    return handle->change;
}

struct order_change *binding_change_of_order(lua_State *L, int index,
                                             const struct order_handle *order)
{
    struct order_change *const change = change_at(L, index);
    const struct change_handle *const given = lua_touserdata(L, index);
    if (given->order != order)
        luaL_error(L, "this change belongs to another order");
    return change;
}

/* Push the userdata of a change, the same one each time. The order is at `order_index`; its user
 * value maps changes to userdata. */
void binding_change_push(lua_State *L, int order_index, struct order_change *change)
{
    order_index = lua_absindex(L, order_index);
    lua_getiuservalue(L, order_index, 1);
    if (lua_rawgetp(L, -1, change) == LUA_TNIL) {
        lua_pop(L, 1);
        struct change_handle *const handle = lua_newuserdatauv(L, sizeof *handle, 1);
        handle->order = lua_touserdata(L, order_index);
        handle->change = change;
        lua_pushvalue(L, order_index);
        lua_setiuservalue(L, -2, 1);
        luaL_setmetatable(L, CHANGE_TYPE);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, change);
    }
    lua_remove(L, -2);
}

/* ---------------------------------------------------------------- fields */

static const struct manual_field *field_of(const struct order_change *change,
                                           const struct order_field *field)
{
    return &change->entry->integration->fields[field->field];
}

/* Push a field's value, through value_normalizer.to_integration(value, field) if there is one. */
static void push_field_value(lua_State *L, const struct order_change *change,
                             const struct order_field *field)
{
    luaL_checkstack(L, 8, "field");
    const bool normalizes =
        script_push_function(script_of(L), L, PART_VALUE_NORMALIZER, "to_integration");
    convert_push_value(L, &field->value);
    if (!normalizes)
        return;
    lua_createtable(L, 0, 4);
    convert_set_text(L, "name", field_of(change, field)->name);
    convert_set_text(L, "object", change->object);
    convert_set_words(L, "type", value_type_name(field->value.type));
    if (field->line && change->entry->internal->field_count > field->line->internal_field) {
        convert_set_text(L, "internal",
                         change->entry->internal->fields[field->line->internal_field].name);
    }
    lua_call(L, 2, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        json_marks_push_null(L);
    }
}

/* Those in the states that are bits of the upvalue. */
static int change_fields(lua_State *L)
{
    const struct order_change *const change = change_at(L, 1);
    const unsigned states = (unsigned)lua_tointeger(L, lua_upvalueindex(1));
    lua_createtable(L, 0, (int)change->field_count);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *const field = &change->fields[i];
        if (!(states & (1u << field->state)))
            continue;
        convert_push_text(L, field_of(change, field)->name);
        push_field_value(L, change, field);
        lua_rawset(L, -3);
    }
    return 1;
}

static int change_field(lua_State *L)
{
    const struct order_change *const change = change_at(L, 1);
    const struct text name = convert_check_text(L, 2);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct order_field *const field = &change->fields[i];
        if (!text_equal(field_of(change, field)->name, name))
            continue;
        lua_createtable(L, 0, 4);
        convert_set_text(L, "name", name);
        push_field_value(L, change, field);
        lua_setfield(L, -2, "value");
        convert_set_words(L, "type", value_type_name(field->value.type));
        convert_set_words(L, "state", report_field_state_name(field->state));
        return 1;
    }
    return 0;
}

int binding_change_push_link(lua_State *L, const struct order_link *link)
{
    if (text_is_absent(link->id))
        return 0;
    lua_createtable(L, 0, 2);
    convert_set_text(L, "object", link->object);
    convert_set_text(L, "id", link->id);
    return 1;
}

/* reference(name): the record over there that the field refers to, { object =, id = }; nil if there
 * is none (yet). */
static int change_reference(lua_State *L)
{
    struct order_change *const change = change_at(L, 1);
    struct order_handle *const order = ((struct change_handle *)lua_touserdata(L, 1))->order;
    const struct text name = convert_check_text(L, 2);
    struct order_link record;
    struct error error;
    const enum error_code code = order_reference(order->order, change, name, &record, &error);
    if (code && !order->failure.code)
        order->failure = error; /* of the engine: ends the run even if the script catches it */
    convert_raise_if(L, code, &error);
    return binding_change_push_link(L, &record);
}

/* Properties; methods are in upvalue 1. */
static int change_index(lua_State *L)
{
    static const struct {
        const char *name;
        size_t at;
    } texts[] = {{"object", offsetof(struct order_change, object)},
                 {"object_id", offsetof(struct order_change, object_id)},
                 {"mapped_object", offsetof(struct order_change, mapped_object)},
                 {"mapped_id", offsetof(struct order_change, mapped_id)},
                 {"version", offsetof(struct order_change, version)},
                 {"idempotency_key", offsetof(struct order_change, idempotency_key)}};
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const struct order_change *const change = change_at(L, 1);
    const char *const name = luaL_checkstring(L, 2);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(texts[i].name, name) == 0) {
            convert_push_text(L, *(const struct text *)((const char *)change + texts[i].at));
            return 1;
        }
    }
    if (strcmp(name, "changed_at") == 0)
        convert_push_instant(L, change->changed_at);
    else if (strcmp(name, "sent_at") == 0)
        convert_push_instant(L, change->sent_at > 0 ? change->sent_at : INSTANT_NONE);
    else if (strcmp(name, "deletion") == 0)
        lua_pushboolean(L, change->deletion);
    else
        return luaL_error(L, "a change has no '%s'", name);
    return 1;
}

void binding_change_open(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"field", change_field}, {"reference", change_reference}, {NULL, NULL}};
    enum { CHANGED = 1 << FIELD_CHANGED, REQUIRED = 1 << FIELD_REQUIRED };
    enum { UNCHANGED = 1 << FIELD_UNCHANGED | REQUIRED }; /* spec section 7 */
    static const struct {
        const char *name;
        int states;
    } lists[] = {{"fields", CHANGED | UNCHANGED},
                 {"changed_fields", CHANGED},
                 {"required_fields", REQUIRED},
                 {"unchanged_fields", UNCHANGED}};
    luaL_newmetatable(L, CHANGE_TYPE);
    luaL_newlib(L, methods);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        lua_pushinteger(L, lists[i].states);
        lua_pushcclosure(L, change_fields, 1);
        lua_setfield(L, -2, lists[i].name);
    }
    lua_pushcclosure(L, change_index, 1);
    lua_setfield(L, -2, "__index");
    convert_set_flag(L, "__metatable", 0);
    lua_pop(L, 1);
}
