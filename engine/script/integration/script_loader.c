/* One version of an integration: its files, its Lua state, its manifest, its parts. */
#include "script/integration/script_loader.h"

#include <stdlib.h>
#include <string.h>

#include "script/integration/script_folder.h"
#include "script/bindings/bindings.h"

static const char key_modules = 'm';
static const char key_running = 'r';

enum { SOURCE_MOST = 64 << 20 };

/* ---------------------------------------------------------------- require */

/* "api.paging" -> "api/paging.lua"; names can't leave the folder. */
static void path_of_module(lua_State *L, const char *name, char *path, size_t size)
{
    size_t length = 0;
    bool dot = true; /* a dot or the beginning: a name part must follow */
    for (; name[length] != '\0' && length + 5 < size; length++) {
        const char character = name[length];
        const bool plain = (character >= 'a' && character <= 'z') || character == '_' ||
                           character == '-' || (character >= 'A' && character <= 'Z') ||
                           (character >= '0' && character <= '9');
        if (!plain && (character != '.' || dot))
            luaL_error(L, "'%s' is not the name of a module", name);
        dot = character == '.';
        path[length] = character == '.' ? '/' : character;
    }
    if (name[length] != '\0' || dot)
        luaL_error(L, "'%s' is not the name of a module", name);
    memcpy(path + length, ".lua", 5);
}

static void run_file(lua_State *L, const struct source_file *file)
{
    sandbox_push_chunk(L, file->content, file->chunk.bytes);
    convert_push_text(L, file->chunk);
    lua_call(L, 1, 1);
}

/* Authors used to other hosts, or to specs, may require modules that are globals here. */
static int no_such_module(lua_State *L, const char *name, const char *path)
{
    if (strncmp(name, "tandem", 6) == 0)
        return luaL_error(L,
                          "module '%s' is for specs only; scripts have 'http', 'json', 'log', "
                          "'datetime', 'cache', 'links', 'config' and 'crypto' without 'require'",
                          name);
    return luaL_error(L,
                      "module '%s' is neither in the integration's folder nor in lua/lib or "
                      "lua/vendor (%s)",
                      name, path);
}

/* Upvalue: the folder's files (light userdata). */
static int require_module(lua_State *L)
{
    const char *const name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_modules); /* 2 */
    lua_pushvalue(L, 1);
    if (lua_rawget(L, 2) != LUA_TNIL) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &key_running);
        if (lua_rawequal(L, -1, -2))
            return luaL_error(L, "module '%s' requires itself", name);
        lua_pop(L, 1);
        return 1;
    }
    char path[256];
    path_of_module(L, name, path, sizeof path);
    const struct script_folder *const folder = lua_touserdata(L, lua_upvalueindex(1));
    const struct source_file *const file = script_folder_file(folder, SOURCE_VENDOR, path);
    if (!file)
        return no_such_module(L, name, path);
    lua_pushvalue(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_running);
    lua_rawset(L, 2);
    run_file(L, file);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    return 1;
}

static void open_modules(lua_State *L, struct script_folder *folder)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_modules);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_running);
    lua_pushlightuserdata(L, folder);
    lua_pushcclosure(L, require_module, 1);
    sandbox_set_global(L, "require");
}

/* ---------------------------------------------------------------- the parts */

struct load {
    struct script *script;
    struct script_folder *folder;
};

/* The functions of which a part must have one. */
static const char *const part_functions[PART_COUNT][2] = {
    [PART_FIELDS] = {"list"},
    [PART_REPORT_BUILDER] = {"build"},
    [PART_ORDER_EXECUTIONER] = {"execute"},
    [PART_VALUE_NORMALIZER] = {"to_internal", "to_integration"},
    [PART_HOOKS] = {"batch_completed", "sync_completed"},
    [PART_WEBHOOK_READER] = {"read"},
};

static bool has_function(lua_State *L, const char *name)
{
    const bool found = name && convert_push_member(L, -1, name) == LUA_TFUNCTION;
    lua_pop(L, name ? 1 : 0);
    return found;
}

/* The part's table is on top. */
static void check_part(lua_State *L, const struct script *script, enum script_part part)
{
    const char *const *const functions = part_functions[part];
    const char *const name = script->options.name, *const file = script_part_name(part);
    if (!lua_istable(L, -1))
        luaL_error(L, "%s/%s.lua must return a table of functions", name, file);
    if (has_function(L, functions[0]) || has_function(L, functions[1]))
        return;
    if (functions[1])
        luaL_error(L, "%s/%s.lua: must have a function '%s' or '%s'", name, file, functions[0],
                   functions[1]);
    luaL_error(L, "%s/%s.lua: must have a function '%s'", name, file, functions[0]);
}

static void load_part(lua_State *L, const struct load *load, enum script_part part)
{
    char path[64];
    (void)snprintf(path, sizeof path, "%s.lua", script_part_name(part));
    if (!script_folder_file(load->folder, SOURCE_OWN, path))
        return;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_globals);
    lua_getfield(L, -1, "require");
    lua_pushstring(L, script_part_name(part));
    lua_call(L, 1, 1);
    check_part(L, load->script, part);
    load->script->parts[part] = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pop(L, 1);
}

/* The body of the load call: it runs the script's code for the first time. */
static int load_all(lua_State *L)
{
    const struct load *const load = lua_touserdata(L, 1);
    struct script *const script = load->script;
    const struct source_file *const manifest =
        script_folder_file(load->folder, SOURCE_OWN, "integration.lua");
    if (!manifest)
        return luaL_error(L, "%s has no integration.lua, the manifest", script->options.name);
    luaL_checkstack(L, 16, "load");
    run_file(L, manifest);
    manifest_read(L, script);
    lua_pop(L, 1);
    for (int part = 0; part < PART_COUNT; part++)
        load_part(L, load, (enum script_part)part);
    if (script->parts[PART_REPORT_BUILDER] == LUA_NOREF &&
        script->parts[PART_ORDER_EXECUTIONER] == LUA_NOREF)
        return luaL_error(L, "%s has neither report_builder.lua nor order_executioner.lua",
                          script->options.name);
    return 0;
}

static int prepare_load(lua_State *L)
{
    void *const load = lua_touserdata(L, 1);
    lua_pushcfunction(L, load_all);
    lua_pushlightuserdata(L, load);
    return 2;
}

/* ---------------------------------------------------------------- life */

static int open_bindings(lua_State *L)
{
    const struct load *const load = lua_touserdata(L, 1);
    script_bind(load->script, L);
    binding_json_open(L);
    binding_log_open(L);
    binding_datetime_open(L);
    binding_cache_open(L);
    binding_links_open(L);
    binding_config_open(L);
    binding_crypto_open(L);
    binding_http_open(L);
    binding_report_open(L);
    binding_order_open(L);
    open_modules(L, load->folder);
    return 0;
}

static enum error_code copy_options(struct script *script, const struct script_options *options,
                                    struct error *error)
{
    struct text home = text_of(options->home), name = text_of(options->name),
                lib = text_of(options->lib);
    script->options = *options;
    const enum error_code code =
        text_keep(script->arena, error, &home, &name, &lib, &script->options.config, NULL);
    script->options.home = home.bytes;
    script->options.name = name.bytes;
    script->options.lib = lib.bytes;
    return code;
}

static enum error_code load_script(struct script *script, struct error *error)
{
    static const struct sandbox_entry entry = {.what = "loading", .prepare = prepare_load};
    const struct sandbox_options options = {.name = script->options.name,
                                            .limits = script->options.limits,
                                            .watchdog = script->options.watchdog,
                                            .interrupt = script->options.interrupt,
                                            .log = script->options.log};
    struct load load = {script, ARENA_NEW(script->arena, struct script_folder)};
    if (!load.folder)
        return error_memory(error, "a script");
    enum error_code code = script_folder_read(&script->options, script->arena, load.folder, error);
    if (code)
        return code;
    script_folder_hash(load.folder, script->version.sha256);
    code = sandbox_new(&options, &script->sandbox, error);
    if (!code)
        code = sandbox_protect(script->sandbox, open_bindings, &load, error);
    script->loading = true;
    if (!code)
        code = sandbox_call_run(script->sandbox, &entry, &load, error);
    script->loading = false;
    script->version.name = script->manifest.name;
    script->version.version = script->manifest.version;
    return code;
}

enum error_code script_load(const struct script_options *options, struct script **out,
                            struct error *error)
{
    *out = NULL;
    struct script *const script = calloc(1, sizeof *script);
    if (!script)
        return error_memory(error, "a script");
    for (int part = 0; part < PART_COUNT; part++)
        script->parts[part] = LUA_NOREF;
    script->arena = arena_new(SOURCE_MOST);
    enum error_code code =
        script->arena ? copy_options(script, options, error) : error_memory(error, "a script");
    if (!code)
        code = load_script(script, error);
    if (code)
        script_free(script);
    else
        *out = script;
    return code;
}

void script_free(struct script *script)
{
    if (!script)
        return;
    sandbox_free(script->sandbox);
    arena_free(script->scratch);
    arena_free(script->arena);
    free(script);
}
