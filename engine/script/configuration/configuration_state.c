/* The Lua state that a configuration is read in: its environment, and what it returns. */
#include "script/configuration/reader.h"

#include <stdlib.h>
#include <string.h>

enum { STATE_BYTES = 32 << 20, STATE_CPU_MS = 1000, STATE_WALL_MS = 60000, ARENA_BYTES = 32 << 20 };

struct chunk {
    struct reader *reader;
    reader_part *read;
    void *out;
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
    if (lua_gettop(L) < 2 && !state->lenient) {
        state->number = ERROR_NUMBER_VARIABLE;
        return luaL_error(L, "the environment variable '%s' is not set, and there is no default",
                          name);
    }
    lua_settop(L, lua_gettop(L) < 2 ? 1 : 2);
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
    sandbox_push_chunk(L, chunk->reader->source, chunk->reader->path);
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
    const struct chunk *const chunk = lua_touserdata(L, 1);
    chunk->reader->state = L;
    if (!lua_istable(L, -1))
        reader_fail(chunk->reader, "must return a table");
    chunk->read(chunk->reader, chunk->out);
    return 0;
}

static enum error_code run_chunk(struct chunk *chunk, struct error *error)
{
    static const struct sandbox_entry entry = {"loading", prepare_chunk, read_result, 1};
    const struct reader *const reader = chunk->reader;
    struct configuration_state *const state = chunk->state;
    if (reader->home &&
        configuration_environment_read(reader->home, state->arena, &state->variables, error))
        return error->code;
    enum error_code code = sandbox_call_run(state->sandbox, &entry, chunk, error);
    if (!code || code == ERROR_MEMORY)
        return code;
    error->code = ERROR_CONFIGURATION;
    (void)error_number_set(error, reader->number ? reader->number : state->number, error->code);
    /* Errors from below the reader (a value that JSON cannot hold) have no place. */
    if (!strstr(error->message, reader->path))
        (void)error_prefix(error, "%s", reader->path);
    configuration_state_redact(state, error);
    return error->code;
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

enum error_code configuration_state_read(struct reader *reader, struct text source,
                                         reader_part *read, void *out,
                                         struct configuration_state **made, struct error *error)
{
    struct error ignored;
    struct configuration_state *const state = calloc(1, sizeof *state);
    *made = state;
    if (!state)
        return error_memory(error, "a configuration");
    const struct sandbox_options options = {.name = reader->path,
                                            .limits = {STATE_BYTES, STATE_CPU_MS, STATE_WALL_MS},
                                            .log = reader->log};
    state->lenient = reader->lenient;
    state->arena = reader->arena = arena_new(ARENA_BYTES);
    state->environment = secrets_new();
    reader->source = source;
    struct chunk chunk = {reader, read, out, state};
    error = error ? error : &ignored;
    if (!state->arena || !state->environment)
        return error_memory(error, "a configuration");
    if (sandbox_new(&options, &state->sandbox, error) ||
        sandbox_protect(state->sandbox, open_libraries, NULL, error))
        return error->code;
    return run_chunk(&chunk, error);
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
