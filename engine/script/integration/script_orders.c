/* order_executioner.lua: an order carried out, a record looked for. */
#include "script/integration/script_orders.h"

#include "script/bindings/bindings.h"

struct order_call {
    struct script *script;
    const char *function;
    struct order *order;
    struct script_fields *fields; /* execute */
    struct order_change *change;  /* find */
    struct order_handle *handle;
};

static enum value_type type_of_field(void *context, struct text object, struct text field)
{
    return script_fields_type(context, object, field);
}

static int prepare_execute(lua_State *L)
{
    struct order_call *const call = lua_touserdata(L, 1);
    if (!script_push_function(call->script, L, PART_ORDER_EXECUTIONER, call->function))
        return luaL_error(L, "order_executioner.lua has no function '%s'", call->function);
    binding_order_push(L, call->order, &call->handle);
    call->handle->manifest = &call->script->manifest;
    if (script_has_function(call->script, PART_FIELDS, "list")) {
        call->handle->type_of = type_of_field;
        call->handle->type_context = call->fields;
    }
    return 2;
}

/* Let the run continue while the first answers are awaited; not if the script is called for each
 * batch: then one order's results are stored before the next order. */
static enum error_code run_order(struct sandbox_call *call, struct order *order, bool hears_batches,
                                 struct error *error)
{
    bool done = false;
    const enum error_code code = sandbox_call_step(call, &done, error);
    if (code || done)
        return code;
    if (order->meanwhile && !hears_batches)
        order->meanwhile(order->meanwhile_context);
    return sandbox_call_finish(call, error);
}

enum error_code script_orders_execute(struct script *script, struct script_fields *fields,
                                      struct order *order, bool hears_batches, struct error *error)
{
    if (!script_has_function(script, PART_ORDER_EXECUTIONER, "execute"))
        return error_set(error, ERROR_SCRIPT,
                         "has no order_executioner.lua, so nothing can be sent; "
                         "map its fields 'to_internal' only");
    struct order_call prepared = {
        .script = script, .function = "execute", .order = order, .fields = fields};
    struct sandbox_call *call = NULL;
    enum error_code code = sandbox_call_new(script->sandbox, "order_executioner.execute",
                                            prepare_execute, &prepared, &call, error);
    if (!code) {
        code = run_order(call, order, hears_batches, error);
        arena_account_end(&prepared.handle->account, script->sandbox);
        prepared.handle->order = NULL;
        if (prepared.handle->failure.code) {
            code = prepared.handle->failure.code;
            if (error)
                *error = prepared.handle->failure;
        }
    }
    script_drop(script, prepared.handle);
    sandbox_call_free(call);
    return code;
}

static int prepare_find(lua_State *L)
{
    struct order_call *const call = lua_touserdata(L, 1);
    if (!script_push_function(call->script, L, PART_ORDER_EXECUTIONER, "find"))
        return luaL_error(L, "order_executioner.lua has no function 'find'");
    convert_push_text(L, call->change->object);
    binding_order_push(L, call->order, &call->handle); /* stack: ..., object, order */
    call->handle->manifest = &call->script->manifest;
    binding_change_push(L, -1, call->change);
    lua_remove(L, -2);
    return 3;
}

struct find_result {
    struct sandbox_call *call;
    struct arena *arena;
    struct text id;
    bool unknown; /* nil and a reason: the script can't tell */
};

static int read_found(lua_State *L)
{
    struct find_result *const result = lua_touserdata(L, 1);
    lua_State *const from = sandbox_call_state(result->call);
    lua_settop(L, 0);
    if (lua_gettop(from) == 0 || lua_isnil(from, 1) || json_marks_is_null(from, 1)) {
        result->unknown = lua_gettop(from) > 1 && lua_isstring(from, 2);
        return 0;
    }
    lua_settop(from, 1);
    lua_xmove(from, L, 1);
    struct error error;
    const struct text id = convert_read_id(L, 1, "the id returned by order_executioner.find");
    convert_raise_if(L, text_copy(result->arena, id, &result->id, &error), &error);
    return 0;
}

enum error_code script_orders_find(struct script *script, const struct order_change *change,
                                   struct arena *arena, struct text *id, bool *supported,
                                   struct error *error)
{
    *id = TEXT_ABSENT;
    *supported = script_has_function(script, PART_ORDER_EXECUTIONER, "find");
    if (!*supported)
        return ERROR_NONE;
    struct order *order = NULL;
    enum error_code code = order_new(arena, SIDE_INTEGRATION, &order, error);
    if (code)
        return code;
    struct order_call prepared = {.script = script,
                                  .function = "find",
                                  .order = order,
                                  .change = (struct order_change *)change};
    struct sandbox_call *call = NULL;
    code = sandbox_call_new(script->sandbox, "order_executioner.find", prepare_find, &prepared,
                            &call, error);
    if (!code) {
        code = sandbox_call_finish(call, error);
        arena_account_end(&prepared.handle->account, script->sandbox);
        prepared.handle->order = NULL;
    }
    script_drop(script, prepared.handle);
    if (!code) {
        struct find_result result = {call, arena, TEXT_ABSENT, false};
        code = sandbox_protect(script->sandbox, read_found, &result, error);
        *id = result.id;
        *supported = !result.unknown;
    }
    sandbox_call_free(call);
    return code;
}
