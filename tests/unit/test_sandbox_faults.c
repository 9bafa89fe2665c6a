/*
 * The sandbox with a failure at every step: the n-th allocation fails, the n-th look at the clock
 * finds the time over. Each run ends with a clean error, nothing leaks, nothing crashes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "script/sandbox/sandbox_private.h"
#include "script/bindings/bindings.h"

static const char *const work =
    "local parts = {}\n"
    "for i = 1, 20 do parts[i] = { i = i, text = ('x'):rep(i), list = json.array {} } end\n"
    "local text = json.encode(parts)\n"
    "assert(#json.decode(text) == 20)\n"
    "local ok = pcall(function() error({ message = 'x' }) end)\n"
    "assert(not ok)\n"
    "local co = coroutine.wrap(function(a) local b = coroutine.yield(a) return b end)\n"
    "assert(co(1) == 1 and co(2) == 2)\n"
    "assert(('a,b,c'):gsub('%w', string.upper) == 'A,B,C')\n"
    "table.sort(parts, function(a, b) return a.i > b.i end)\n"
    "do local x <close> = setmetatable({}, { __close = function() parts = nil end }) end\n"
    "return table.concat({ 'd', 'o', 'n', 'e' })\n";

static int open_json_only(lua_State *L)
{
    script_bind(NULL, L);
    binding_json_open(L);
    return 0;
}

static int prepare_work(lua_State *L)
{
    const char *const source = lua_touserdata(L, 1);
    lua_settop(L, 0);
    sandbox_push_chunk(L, text_of(source), "work");
    return 1;
}

static int read_done(lua_State *L)
{
    assert_string_equal(lua_tostring(L, 2), "done");
    return 0;
}

static enum error_code run(const struct sandbox_options *options, const char *source,
                           struct error *error)
{
    static const struct sandbox_entry entry = {"work", prepare_work, read_done, 1};
    struct sandbox *sandbox = NULL;
    enum error_code code = sandbox_new(options, &sandbox, error);
    if (!code)
        code = sandbox_protect(sandbox, open_json_only, NULL, error);
    if (!code)
        code = sandbox_call_run(sandbox, &entry, (void *)source, error);
    sandbox_free(sandbox);
    return code;
}

static void test_sandbox_faults__each_allocation(void **state)
{
    (void)state;
    enum error_code code = ERROR_SCRIPT_LIMIT;
    uint64_t at = 1;
    for (; code && at < 100000; at++) {
        struct error error = {0};
        const struct sandbox_options options = {.name = "faults", .fail_allocation = at};
        code = run(&options, work, &error);
        /* A failure inside of the script's own pcall comes out as its failed assert. */
        if (code && code != ERROR_SCRIPT_LIMIT && code != ERROR_SCRIPT)
            fail_msg("allocation %d: %s", (int)at, error.message);
    }
    assert_int_equal(code, ERROR_NONE);
    assert_true(at > 500);
}

/* What ends a script whose memory is full, and where Lua or the engine would make a text of it with
 * nobody there to catch what that raises: each piece, from any allocation on. */
static void test_sandbox_faults__no_end_needs_memory(void **state)
{
    (void)state;
    static const char *const ends[] = {
        "error({})",
        "error({ kind = 'authentication', message = 'no' })",
        "error(setmetatable({}, { __tostring = function() return 'x' end }))",
        "error(12.5)",
        "error(nil)",
        "error(print)",
        "local dead = coroutine.create(error) coroutine.resume(dead) coroutine.resume(dead)",
        "coroutine.resume(coroutine.running())",
        "local outer outer = coroutine.create(function()\n"
        "  coroutine.wrap(function() coroutine.resume(outer) end)() end)\n"
        "coroutine.resume(outer)",
        "coroutine.wrap(function() error({}) end)()",
        "local function deep() return xpcall(deep, deep) end deep()",
        "local function deep() return coroutine.wrap(deep)() end deep()",
        "local function deep() return 1 + deep() end deep()",
        "local x <close> = setmetatable({}, { __close = function() error({}) end }) error({})",
        "local c = coroutine.create(function() local x <close> = setmetatable({}, { __close =\n"
        "  function() error({}) end }) coroutine.yield() end) coroutine.resume(c)\n"
        "coroutine.close(c) error({})",
    };
    enum { STEP_AFTER = 60, MOST = 6000 };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char source[1024];
        /* The script holds on to all it can, and goes on when there is nothing left. */
        (void)snprintf(source, sizeof source,
                       "local hold = {}\n"
                       "pcall(function() for i = 1, 40 do hold[i] = ('x'):rep(i) .. i end end)\n"
                       "pcall(function() %s end)\n%s\nreturn 'done'\n",
                       ends[i], ends[i]);
        for (uint64_t at = 1; at < MOST; at += at < STEP_AFTER ? 1 : 1 + at / 40) {
            struct error error = {0};
            const struct sandbox_options options = {.name = "faults", .fail_allocation = at};
            const enum error_code code = run(&options, source, &error);
            if (code && error.message[0] == '\0')
                fail_msg("'%s' says nothing when allocation %d fails", ends[i], (int)at);
        }
    }
}

struct holding {
    int taken, released;
};

static void release_holding(void *bytes)
{
    struct holding *const *const holding = bytes;
    (*holding)->released++;
}

/* take(): a resource that nobody holds any more, and all garbage collected. */
static int take(lua_State *L)
{
    struct holding *const holding = lua_touserdata(L, lua_upvalueindex(1));
    struct holding **const bytes = sandbox_resource_push(L, sizeof(void *), release_holding);
    *bytes = holding;
    holding->taken++;
    lua_pop(L, 1);
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

static int prepare_taking(lua_State *L)
{
    lua_pushlightuserdata(L, lua_touserdata(L, 1));
    lua_pushcclosure(L, take, 1);
    sandbox_push_chunk(L,
                       TEXT("local take = ...\n"
                            "local function deep() take() pcall(deep) end\n"
                            "deep()\n"),
                       "work");
    lua_insert(L, -2);
    return 2;
}

/* Where the stack of C is used up, Lua drops the finalizers that it has no room to call. */
static void test_sandbox_faults__resources_are_released_where_a_finalizer_cannot_run(void **state)
{
    (void)state;
    struct error error;
    struct holding holding = {0, 0};
    struct sandbox *sandbox = NULL;
    struct sandbox_call *call = NULL;
    const struct sandbox_options options = {.name = "faults"};
    assert_int_equal(sandbox_new(&options, &sandbox, &error), ERROR_NONE);
    assert_int_equal(sandbox_call_new(sandbox, "work", prepare_taking, &holding, &call, &error),
                     ERROR_NONE);
    assert_int_equal(sandbox_call_finish(call, &error), ERROR_NONE);
    sandbox_call_free(call);
    assert_true(holding.taken > 50);
    sandbox_free(sandbox);
    assert_int_equal(holding.released, holding.taken);
}

/* Three of four MiB are garbage that Lua has not looked at yet. */
static int make_garbage(lua_State *L)
{
    bool *const has_room = lua_touserdata(L, 1);
    lua_gc(L, LUA_GCSTOP);
    (void)lua_newuserdatauv(L, 3 << 20, 0);
    lua_settop(L, 0);
    lua_gc(L, LUA_GCRESTART);
    *has_room = sandbox_reserve(sandbox_of(L), 2 << 20);
    return 0;
}

static void test_sandbox_faults__garbage_makes_room(void **state)
{
    (void)state;
    struct error error = {0};
    struct sandbox *sandbox = NULL;
    bool has_room = false;
    const struct sandbox_options options = {.name = "faults", .limits = {.memory_bytes = 4 << 20}};
    assert_int_equal(sandbox_new(&options, &sandbox, &error), ERROR_NONE);
    assert_int_equal(sandbox_protect(sandbox, make_garbage, &has_room, &error), ERROR_NONE);
    assert_true(has_room);
    assert_false(sandbox_reserve(sandbox, 3 << 20)); /* what is reserved is no garbage */
    sandbox_release(sandbox, 2 << 20);
    sandbox_free(sandbox);
}

static void test_sandbox_faults__each_look_at_the_clock(void **state)
{
    (void)state;
    static const char *const longer =
        "local n = 0\n"
        "for round = 1, 60 do\n"
        "  pcall(function() for i = 1, 5000 do n = n + i end end)\n"
        "  coroutine.wrap(function() for i = 1, 2000 do n = n + 1 end end)()\n"
        "  local _ = ('a'):rep(300):find('a-b')\n"
        "end\n"
        "return 'done'\n";
    enum error_code code = ERROR_SCRIPT_LIMIT;
    uint64_t at = 1;
    for (; code && at < 10000; at++) {
        struct error error = {0};
        const struct sandbox_options options = {.name = "faults", .kill_at_tick = at};
        code = run(&options, longer, &error);
        if (code && code != ERROR_SCRIPT_LIMIT)
            fail_msg("tick %d: %s", (int)at, error.message);
    }
    assert_int_equal(code, ERROR_NONE);
    assert_true(at > 20);
}

/* What computes in C, where no instruction is counted, hears a signal long before its time is over.
 */
static void test_sandbox_faults__an_interrupt_is_heard_in_c(void **state)
{
    (void)state;
    const volatile sig_atomic_t interrupt = 1;
    struct error error = {0};
    const struct sandbox_options options = {
        .name = "faults", .limits = {.cpu_ms = 600000}, .interrupt = &interrupt};
    assert_int_equal(run(&options,
                         "local digits = ('1'):rep(20000000)\n"
                         "while true do pcall(tonumber, digits) end",
                         &error),
                     ERROR_INTERRUPTED);
}

static void test_sandbox_faults__nothing_runs_after_the_end(void **state)
{
    (void)state;
    struct error error = {0};
    struct sandbox *sandbox = NULL;
    struct sandbox_call *call = NULL;
    const struct sandbox_options options = {.name = "faults", .limits = {.cpu_ms = 50}};
    assert_int_equal(sandbox_new(&options, &sandbox, &error), ERROR_NONE);
    assert_int_equal(
        sandbox_call_new(sandbox, "work", prepare_work, (void *)"while true do end", &call, &error),
        ERROR_NONE);
    assert_int_equal(sandbox_call_finish(call, &error), ERROR_SCRIPT_LIMIT);
    assert_non_null(strstr(error.message, "work:1"));
    sandbox_call_free(call);
    assert_true(sandbox_killed(sandbox));
    assert_int_equal(
        sandbox_call_new(sandbox, "work", prepare_work, (void *)"return 1", &call, &error),
        ERROR_SCRIPT_LIMIT);
    sandbox_free(sandbox);
}

/* A C function that can't be interrupted, as a script can't make one itself. */
static int hang(lua_State *L)
{
    (void)L;
    for (;;)
        (void)sandbox_clock(CLOCK_MONOTONIC);
    return 0;
}

static int prepare_hang(lua_State *L)
{
    lua_pushcfunction(L, hang);
    return 1;
}

static void test_sandbox_faults__watchdog_ends_the_process(void **state)
{
    (void)state;
    int streams[2] = {-1, -1};
    assert_int_equal(pipe(streams), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct error error;
        struct sandbox *sandbox = NULL;
        struct sandbox_call *call = NULL;
        struct sandbox_watchdog *watchdog = NULL;
        (void)dup2(streams[1], STDERR_FILENO);
        if (sandbox_watchdog_start(100, &watchdog, &error))
            _exit(7);
        const struct sandbox_options options = {
            .name = "hello", .limits = {.cpu_ms = 50}, .watchdog = watchdog};
        if (sandbox_new(&options, &sandbox, &error) ||
            sandbox_call_new(sandbox, "hang", prepare_hang, NULL, &call, &error))
            _exit(8);
        (void)!sandbox_call_finish(call, &error);
        _exit(9);
    }
    close(streams[1]);
    char message[512] = "";
    size_t length = 0;
    ssize_t got = 0;
    while (length < sizeof message - 1 &&
           (got = read(streams[0], message + length, sizeof message - 1 - length)) > 0)
        length += (size_t)got;
    close(streams[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_non_null(strstr(message, "the script of 'hello' exceeded its time limit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sandbox_faults__each_allocation),
        cmocka_unit_test(test_sandbox_faults__no_end_needs_memory),
        cmocka_unit_test(test_sandbox_faults__resources_are_released_where_a_finalizer_cannot_run),
        cmocka_unit_test(test_sandbox_faults__garbage_makes_room),
        cmocka_unit_test(test_sandbox_faults__each_look_at_the_clock),
        cmocka_unit_test(test_sandbox_faults__an_interrupt_is_heard_in_c),
        cmocka_unit_test(test_sandbox_faults__nothing_runs_after_the_end),
        cmocka_unit_test(test_sandbox_faults__watchdog_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
