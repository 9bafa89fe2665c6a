/* hooks.lua: calls to a script after an iteration and after a run. */
#include "script/integration/script_hooks.h"

#include "script/bindings/bindings.h"

struct hook_call {
    struct script *script;
    const char *function;
    const struct batch_result *batch;
    const struct run_summary *summary;
};

static void set_entries(lua_State *L, const char *name, const struct batch_entry *entries,
                        size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 6);
        convert_set_text(L, "object", entries[i].integration_object);
        convert_set_text(L, "id", entries[i].integration_id);
        convert_set_text(L, "internal_object", entries[i].internal_object);
        convert_set_text(L, "internal_id", entries[i].internal_id);
        convert_set_text(L, "old_object", entries[i].old_object);
        convert_set_text(L, "old_id", entries[i].old_id);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    json_marks_set_array(L, -1);
    lua_setfield(L, -2, name);
}

static void push_batch_result(lua_State *L, const struct batch_result *batch)
{
    lua_createtable(L, 0, 6);
    convert_set_words(L, "direction", batch->side == SIDE_INTERNAL ? "pull" : "push");
    convert_set_integer(L, "iteration", batch->iteration);
    set_entries(L, "created", batch->created, batch->created_count);
    set_entries(L, "updated", batch->updated, batch->updated_count);
    set_entries(L, "remapped", batch->remapped, batch->remapped_count);
    set_entries(L, "deleted", batch->deleted, batch->deleted_count);
}

static void push_summary(lua_State *L, const struct run_summary *summary)
{
    static const char *const statuses[] = {"done", "done_with_issues", "failed", "refused"};
    lua_createtable(L, 0, 4);
    convert_set_words(L, "status", statuses[summary->status]);
    convert_set_words(L, "error", error_name(summary->code));
    lua_createtable(L, 0, 6);
    convert_set_integer(L, "iterations", summary->pull.iterations);
    convert_set_integer(L, "reported", summary->pull.reported);
    convert_set_integer(L, "created", summary->pull.created);
    convert_set_integer(L, "updated", summary->pull.updated);
    convert_set_integer(L, "unchanged", summary->pull.unchanged);
    convert_set_integer(L, "failed", summary->pull.failed);
    lua_setfield(L, -2, "pull");
    lua_createtable(L, 0, 6);
    convert_set_integer(L, "iterations", summary->push.iterations);
    convert_set_integer(L, "reported", summary->push.reported);
    convert_set_integer(L, "created", summary->push.created);
    convert_set_integer(L, "updated", summary->push.updated);
    convert_set_integer(L, "deleted", summary->push.deleted);
    convert_set_integer(L, "retried", summary->push.retried);
    lua_setfield(L, -2, "push");
}

static int prepare_hook(lua_State *L)
{
    const struct hook_call *const hook = lua_touserdata(L, 1);
    script_need_function(hook->script, L, PART_HOOKS, hook->function);
    luaL_checkstack(L, 12, "hook");
    if (hook->batch)
        push_batch_result(L, hook->batch);
    else
        push_summary(L, hook->summary);
    return 2;
}

/* Errors of hooks are logged but end nothing: what they were called for has already happened. */
static void run_hook(struct hook_call *hook)
{
    struct script *const script = hook->script;
    if (sandbox_killed(script->sandbox) || !script_has_function(script, PART_HOOKS, hook->function))
        return;
    const struct sandbox_entry entry = {.what = hook->function, .prepare = prepare_hook};
    struct error error;
    if (sandbox_call_run(script->sandbox, &entry, hook, &error))
        log_write(script->options.log, LOG_ERROR, "script", "hooks.%s failed: %s", hook->function,
                  error.message);
}

void script_hook_batch(struct script *script, const struct batch_result *result)
{
    struct hook_call hook = {.script = script, .function = "batch_completed", .batch = result};
    run_hook(&hook);
}

void script_hook_run(struct script *script, const struct run_summary *summary)
{
    struct hook_call hook = {.script = script, .function = "sync_completed", .summary = summary};
    run_hook(&hook);
}
