/* The Lua state that a configuration is read in: its environment, and what it returns. */
#include "script/configuration/reader.h"

#include "script/configuration/configuration_place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_BYTES = 32 << 20, STATE_CPU_MS = 1000, STATE_WALL_MS = 60000, ARENA_BYTES = 32 << 20 };

struct chunk {
    struct text source;
    struct reader *reader;
    void (*read)(struct reader *reader, void *argument);
    void *argument;
    lua_State *result;
    struct configuration_state *state;
};

/* Any value may be a secret, and a mistake is often a value in the wrong place. A value too short
 * to be searched for is searched for in quotes. */
static void hide_value(lua_State *L, struct secrets *environment, const char *value)
{
    enum { SHORT = 4 };
    char quoted[SHORT + 3];
    struct error error;
    if (*value == '\0')
        return;
    (void)snprintf(quoted, sizeof quoted, "'%.*s'", SHORT, value);
    const bool is_short = strlen(value) < SHORT;
    convert_raise_if(L, secrets_add(environment, text_of(is_short ? quoted : value), &error),
                     &error);
}

/* env "NAME", env("NAME", default); upvalue: the state, which lives as long as functions of the
 * mapping. */
static int read_environment(lua_State *L)
{
    struct configuration_state *const state = lua_touserdata(L, lua_upvalueindex(1));
    const char *const name = luaL_checkstring(L, 1);
    const char *const own = getenv(name);
    const char *const value = own ? own : configuration_environment_value(&state->variables, name);
    if (value) {
        hide_value(L, state->environment, value);
        lua_pushstring(L, value);
        return 1;
    }
    if (lua_gettop(L) < 2 && state->lenient) {
        lua_pushstring(L, name);
        return 1;
    }
    if (lua_gettop(L) < 2)
        state->number = ERROR_NUMBER_VARIABLE;
    if (lua_gettop(L) < 2)
        return luaL_error(L, "the environment variable '%s' is not set, and there is no default",
                          name);
    lua_settop(L, 2);
    return 1;
}

/* ---------------------------------------------------------------- the state */

static int unknown_name(lua_State *L)
{
    sandbox_push_text(L, 2);
    return luaL_error(L, "there is no '%s' in a configuration, only env", lua_tostring(L, -1));
}

/* Push the file's chunk with an environment that has only env. */
static int prepare_chunk(lua_State *L)
{
    const struct chunk *const chunk = lua_touserdata(L, 1);
    lua_settop(L, 0);
    sandbox_push_chunk(L, chunk->source, chunk->reader->path);
    lua_newtable(L);
    lua_pushlightuserdata(L, chunk->state);
    lua_pushcclosure(L, read_environment, 1);
    lua_setfield(L, -2, "env");
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_name);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    sandbox_read_only(L);
    lua_setupvalue(L, 1, 1);
    return 1;
}

static int read_result(lua_State *L)
{
    struct chunk *const chunk = lua_touserdata(L, 1);
    lua_settop(L, 0);
    chunk->reader->state = L;
    if (lua_gettop(chunk->result) > 0)
        lua_xmove(chunk->result, L, 1);
    if (!lua_istable(L, -1))
        reader_fail(chunk->reader, "must return a table");
    chunk->read(chunk->reader, chunk->argument);
    return 0;
}

enum error_code configuration_state_run(struct configuration_state *state, struct text source,
                                        struct reader *reader,
                                        void (*read)(struct reader *reader, void *argument),
                                        void *argument, struct error *error)
{
    struct chunk chunk = {source, reader, read, argument, NULL, state};
    struct sandbox_call *call = NULL;
    reader->arena = state->arena;
    reader->source = source;
    state->lenient = reader->lenient;
    enum error_code code = ERROR_NONE;
    if (reader->home) {
        code = configuration_environment_read(reader->home, state->arena, &state->variables, error);
        if (code)
            return code;
    }
    code = sandbox_call_new(state->sandbox, "loading", prepare_chunk, &chunk, &call, error);
    if (!code)
        code = sandbox_call_finish(call, error);
    if (!code) {
        chunk.result = sandbox_call_state(call);
        code = sandbox_protect(state->sandbox, read_result, &chunk, error);
    }
    sandbox_call_free(call);
    if (code && code != ERROR_MEMORY) {
        code = ERROR_CONFIGURATION;
        if (error) {
            error->code = code;
            (void)error_number_set(error, reader->number ? reader->number : state->number, code);
            /* Errors from below the reader (a value that JSON cannot hold) have no place. */
            if (!strstr(error->message, reader->path))
                (void)error_prefix(error, "%s", reader->path);
            configuration_state_redact(state, error);
        }
    }
    return code;
}

void configuration_state_redact(const struct configuration_state *state, struct error *error)
{
    if (error)
        secrets_redact(state->environment, error->message);
}

static int open_libraries(lua_State *L)
{
    binding_json_open(L);
    return 0;
}

enum error_code configuration_state_new(const char *path, struct log *log,
                                        struct configuration_state **out, struct error *error)
{
    *out = NULL;
    struct configuration_state *state = calloc(1, sizeof *state);
    if (!state)
        return error_memory(error, "a configuration");
    const struct sandbox_options options = {
        .name = path, .limits = {STATE_BYTES, STATE_CPU_MS, STATE_WALL_MS}, .log = log};
    state->arena = arena_new(ARENA_BYTES);
    state->environment = secrets_new();
    enum error_code code = ERROR_NONE;
    if (!state->arena || !state->environment)
        code = error_memory(error, "a configuration");
    if (!code)
        code = sandbox_new(&options, &state->sandbox, error);
    if (!code)
        code = sandbox_protect(state->sandbox, open_libraries, NULL, error);
    if (!code) {
        *out = state;
        state = NULL;
    }
    configuration_state_free(state);
    return code;
}

void configuration_state_free(struct configuration_state *state)
{
    if (!state)
        return;
    sandbox_free(state->sandbox);
    arena_free(state->arena);
    secrets_free(state->environment);
    free(state);
}
