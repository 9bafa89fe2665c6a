/* order_executioner.lua: an order carried out, a record looked for. */
#include "script/integration/script_orders.h"

#include "script/bindings/bindings.h"

struct order_call {
    struct script *script;
    struct order *order;
    struct order_handle *handle;
    struct script_fields *fields; /* execute */
    struct order_change *change;  /* find */
    struct arena *arena;          /* of the id that is found */
    struct text id;
    bool unknown; /* nil and a reason: the script can't tell */
};

static void push_order(lua_State *L, struct order_call *call)
{
    binding_order_push(L, call->order, &call->handle);
    call->handle->manifest = &call->script->manifest;
}

/* The order is of no use to the script any more. */
static void end_order(const struct order_call *call)
{
    if (call->handle) {
        arena_account_end(&call->handle->account, call->script->sandbox);
        call->handle->order = NULL;
    }
    script_drop(call->script, call->handle);
}

static int prepare_execute(lua_State *L)
{
    struct order_call *const call = lua_touserdata(L, 1);
    script_need_function(call->script, L, PART_ORDER_EXECUTIONER, "execute");
    push_order(L, call);
    if (script_has_function(call->script, PART_FIELDS, "list")) {
        call->handle->type_of = script_fields_type;
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
    struct order_call prepared = {.script = script, .order = order, .fields = fields};
    struct sandbox_call *call = NULL;
    enum error_code code = sandbox_call_new(script->sandbox, "order_executioner.execute",
                                            prepare_execute, &prepared, &call, error);
    if (!code)
        code = run_order(call, order, hears_batches, error);
    if (prepared.handle && prepared.handle->failure.code) {
        code = prepared.handle->failure.code;
        if (error)
            *error = prepared.handle->failure;
    }
    end_order(&prepared);
    sandbox_call_free(call);
    return code;
}

static int prepare_find(lua_State *L)
{
    struct order_call *const call = lua_touserdata(L, 1);
    script_need_function(call->script, L, PART_ORDER_EXECUTIONER, "find");
    convert_push_text(L, call->change->object);
    push_order(L, call); /* stack: ..., object, order */
    binding_change_push(L, -1, call->change);
    lua_remove(L, -2);
    return 3;
}

static int read_found(lua_State *L)
{
    struct order_call *const call = lua_touserdata(L, 1);
    if (lua_isnil(L, 2) || json_marks_is_null(L, 2)) {
        call->unknown = lua_isstring(L, 3);
        return 0;
    }
    const struct text id = convert_read_id(L, 2, "the id returned by order_executioner.find");
    call->id = convert_keep(L, call->arena, id);
    return 0;
}

enum error_code script_orders_find(struct script *script, const struct order_change *change,
                                   struct arena *arena, struct text *id, bool *supported,
                                   struct error *error)
{
    static const struct sandbox_entry entry = {"order_executioner.find", prepare_find, read_found,
                                               2};
    *id = TEXT_ABSENT;
    *supported = script_has_function(script, PART_ORDER_EXECUTIONER, "find");
    if (!*supported)
        return ERROR_NONE;
    struct order_call call = {
        .script = script, .change = (struct order_change *)change, .arena = arena};
    enum error_code code = order_new(arena, SIDE_INTEGRATION, &call.order, error);
    if (!code)
        code = sandbox_call_run(script->sandbox, &entry, &call, error);
    end_order(&call);
    *id = call.id;
    *supported = !call.unknown;
    return code;
}
