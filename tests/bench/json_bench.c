/* Runs tests/bench/json_bench.lua in the sandbox; prints what it returns. */
#include <stdio.h>
#include <stdlib.h>

#include "script/bindings/bindings.h"

static int clock_seconds(lua_State *L)
{
    lua_pushnumber(L, (double)sandbox_clock(CLOCK_PROCESS_CPUTIME_ID) / 1e9);
    return 1;
}

static int open_bench(lua_State *L)
{
    script_bind(NULL, L);
    binding_json_open(L);
    lua_pushcfunction(L, clock_seconds);
    sandbox_set_global(L, "clock");
    lua_pushboolean(L, 0);
    sandbox_set_global(L, "package");
    return 0;
}

static int prepare(lua_State *L)
{
    const struct text *const source = lua_touserdata(L, 1);
    lua_settop(L, 0);
    sandbox_push_chunk(L, *source, "json_bench.lua");
    return 1;
}

static int print_result(lua_State *L)
{
    puts(lua_tostring(L, 2));
    return 0;
}

int main(void)
{
    static const struct sandbox_entry entry = {"bench", prepare, print_result, 1};
    static char bytes[1 << 16];
    struct error error = {0};
    struct sandbox *sandbox = NULL;
    const struct sandbox_options options = {.name = "bench", .limits = {.memory_bytes = 1 << 30}};
    FILE *const file = fopen(TANDEM_SOURCE_DIR "/tests/bench/json_bench.lua", "r");
    if (!file)
        return EXIT_FAILURE;
    const struct text source = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    enum error_code code = sandbox_new(&options, &sandbox, &error);
    if (!code)
        code = sandbox_protect(sandbox, open_bench, NULL, &error);
    if (!code)
        code = sandbox_call_run(sandbox, &entry, (void *)&source, &error);
    if (code)
        puts(error.message);
    sandbox_free(sandbox);
    return !code ? EXIT_SUCCESS : EXIT_FAILURE;
}
