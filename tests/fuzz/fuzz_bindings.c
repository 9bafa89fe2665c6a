/*
 * Whole integrations, made from a grammar over everything that scripts are given: each library
 * function, each method of report, order and change, with arguments that fit and such that do not.
 *
 * Input: bytes that choose among the grammar's alternatives; an input that has ended chooses the
 * first, which is always short. The input "names" is no program: it asks whether the grammar knows
 * every name that a script can reach.
 *
 * Promises: nothing crashes, reads what is gone or leaks (sanitizers), no call takes much longer
 * than its limit of time, and what a script causes stays within what its limit of memory allows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "model/run.h"
#include "script/bindings/bindings.h"
#include "support/script_fixture.h"

enum {
    PROGRAM = 1 << 16,
    DEEPEST = 7,
    PAGES = 3,
    MEMORY_MIB = 8,
    CPU_MS = 60,
    MOST_CPU_SECONDS = 10, /* of one call, under sanitizers on a busy machine */
    MOST_RESIDENT_KIB = 1500 << 10
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* ---------------------------------------------------------------- the grammar */

/* "$x" in an alternative stands for one of the alternatives of x; the first of each is short. `v`
 * is the table that all files of the integration share, so anything may outlive its call. */
struct rule {
    char name;
    const char *const *alternatives;
};

static const char *const statements[] = {
    "v[$n] = $e",
    "v[$n] = $e",
    "v[$n] = $c",
    "v[$n] = $m",
    "v[$n], v[$n] = $c",
    "pcall(function() $s $s end)",
    "for i = 1, $j do v[$n] = i $s end",
    "if $e then $s else $s end",
    "$z",
    "while #v < $j do v[#v + 1] = $e end",
    "for _ = 1, $j do pcall(function() $s end) end",
    "for a, b in pairs($t) do v[$n], v[$n] = a, b end",
    "for a, b in ipairs($t) do v[$n], v[$n] = a, b $s end",
    "for a, b in ($x):gmatch($q) do v[$n], v[$n] = a, b $s end",
    "for a in v.order:objects() do v[$n] = a for b in v.order:changes(a) do v.change = b $s end "
    "end",
    "for a in v.order:$l('citizen') do v.change = a $s end",
    "for a in v.order:changes($x) do v[$n] = a $s break end",
    "do local c <close> = setmetatable({}, { __close = function() $s end }) $s end",
    "v[$n] = setmetatable($t, { $h = function(...) $s return $e end, $h = $e })",
    "v[$n] = coroutine.wrap(function(...) $s coroutine.yield($e) $s return $e end)",
    "v[$n] = coroutine.create(function(...) $s v[$n] = coroutine.running() $s coroutine.yield($e) "
    "$s end)",
    "v.thread = coroutine.running()",
    "coroutine.resume(v.thread, $e)",
    "v[$n](v[$n], $e)",
    "v[$n]($e)",
    "v[$n]:$w($e, $e)",
    "v[$n][$e] = $e",
    "xpcall(function() $s end, function(m) $s return $e end)",
    "error($e, $i)",
    "assert($e, $e)",
    "do return $e end",
    "table.sort($t, function(a, b) $s return $e end)",
    "local r = $r v[$n] = r v[$n] = r.body v[$n] = r.headers[$x] v[$n] = r.json()",
    "v[$n], v[$n], v[$n] = $m, $m, $m",
    "print($e, $e)",
    "log.$g($e, $e)",
    NULL};

static const char *const expressions[] = {"nil",
                                          "true",
                                          "false",
                                          "$i",
                                          "$f",
                                          "$x",
                                          "$x",
                                          "json.null",
                                          "v[$n]",
                                          "v[$n]",
                                          "v[$n]",
                                          "$t",
                                          "$t",
                                          "v.report",
                                          "v.order",
                                          "v.change",
                                          "v.request",
                                          "v.thread",
                                          "print",
                                          "_G",
                                          "_VERSION",
                                          "math.pi",
                                          "math.huge",
                                          "math.maxinteger",
                                          "math.mininteger",
                                          "utf8.charpattern",
                                          "config",
                                          "function(...) $s return $e end",
                                          "function() return $e, $e end",
                                          "($e $o $e)",
                                          "(- $e)",
                                          "(#$e)",
                                          "(not $e)",
                                          "(~$e)",
                                          "(function() return $c end)()",
                                          "(function() return $m end)()",
                                          "($e)[$e]",
                                          "($e).$w",
                                          "select('#', $c)",
                                          "http.$v",
                                          "(pcall(function() $s end))",
                                          NULL};

/* What seldom ends by itself. */
static const char *const endless[] = {"v[$n] = $e",
                                      "v[$n] = $e",
                                      "v[$n] = $m",
                                      "v[$n] = $c",
                                      "v[$n] = $r",
                                      "pcall(function() $s end)",
                                      "while true do $s end",
                                      "for i = 1, $i do $s end",
                                      "repeat pcall(function() $s end) until $e",
                                      "local function f(...) $s return f(...) end f($e)",
                                      "local function f(...) $s return 1 + f(...) end f($e)",
                                      NULL};

static const char *const small[] = {"1", "2", "3", "7", "40", "300", NULL};
static const char *const integers[] = {"1",
                                       "0",
                                       "2",
                                       "3",
                                       "7",
                                       "-1",
                                       "40",
                                       "64",
                                       "255",
                                       "1000",
                                       "4097",
                                       "100000",
                                       "1 << 20",
                                       "1 << 31",
                                       "-2",
                                       "1 << 62",
                                       "math.mininteger",
                                       "math.maxinteger",
                                       "1770000000",
                                       NULL};
static const char *const floats[] = {"0.5",          "-0.0",   "1e15",  "1e300",  "1e308 * 10",
                                     "0 / 0",        "2 ^ 53", "1 / 3", "5e-324", "1770000000.5",
                                     "253402300799", "-1e18",  NULL};
static const char *const texts[] = {"''",
                                    "'a'",
                                    "'citizen'",
                                    "'contact'",
                                    "'email'",
                                    "'name'",
                                    "'age'",
                                    "'7'",
                                    "'1'",
                                    "'k@x.test'",
                                    "'changed'",
                                    "'2026-01-02T03:04:05Z'",
                                    "'2026-02-30'",
                                    "'/x'",
                                    "'https://hello.test/api/x'",
                                    "'http://169.254.169.254/'",
                                    "'//h'",
                                    "'[1,{\"a\":null},\"\\\\u00e9\"]'",
                                    "'{\"a\":[{}]}'",
                                    "'[[[['",
                                    "'\\0'",
                                    "'\\xff\\xfe'",
                                    "'\\u{9b}\\u{202e}'",
                                    "'\\r\\nx: y'",
                                    "'%d %s %q %5.2f'",
                                    "'%p'",
                                    "'%'",
                                    "'%a+()(.-)%1'",
                                    "'aGVsbG8='",
                                    "'seconds'",
                                    "'<i4z'",
                                    "'!16s8'",
                                    "'\\x1bLua'",
                                    "('x'):rep($i)",
                                    "('ab'):rep(5000)",
                                    "('1'):rep(100000)",
                                    "('[' ):rep(2000)",
                                    "tostring($e)",
                                    "$e .. $e",
                                    "'report_builder'",
                                    "'shared'",
                                    "'__index'",
                                    NULL};
static const char *const patterns[] = {
    "'a'",  "'.'", "'.-'", "''",         "'(%w+)=(%w*)'",         "'[^a-z]'", "'%b()'", "'%f[%a]'",
    "'()'", "'('", "'%'",  "'^x*\\036'", "('a*'):rep(20) .. 'b'", "$x",       NULL};
static const char *const tables[] = {"{}",
                                     "v",
                                     "{ $e, $e }",
                                     "{ $e, $e, $e, n = 3 }",
                                     "{ [$e] = $e }",
                                     "{ $k = $e, $k = $e }",
                                     "json.array { $e, $e }",
                                     "json.object { $k = $e }",
                                     "{ nil, $e }",
                                     "setmetatable({}, { $h = $e })",
                                     "{ { $e }, { $t } }",
                                     "$e",
                                     "config",
                                     "string",
                                     "_G",
                                     "v.request",
                                     NULL};
static const char *const keys[] = {"email", "name",    "age",     "opt_in",  "born",
                                   "seen",  "id",      "object",  "fields",  "types",
                                   "at",    "version", "message", "kind",    "status",
                                   "url",   "method",  "body",    "unknown", NULL};
static const char *const metamethods[] = {
    "__index",     "__newindex", "__call",   "__tostring", "__name",  "__len", "__eq",
    "__lt",        "__le",       "__concat", "__pairs",    "__close", "__gc",  "__mode",
    "__metatable", "__add",      "__unm",    "__idiv",     "__band",  NULL};
static const char *const operators[] = {"..", "+",  "-",  "*",  "/", "//", "%",   "^",  "&", "|",
                                        "~",  "<<", ">>", "==", "<", "<=", "and", "or", NULL};
static const char *const members[] = {"id",
                                      "upper",
                                      "format",
                                      "json",
                                      "rep",
                                      "fields",
                                      "object_id",
                                      "mapped_id",
                                      "mapped_object",
                                      "object",
                                      "changed_at",
                                      "sent_at",
                                      "idempotency_key",
                                      "deletion",
                                      "headers",
                                      "objects",
                                      "cursor",
                                      "iteration",
                                      "depth",
                                      "options",
                                      "add_object",
                                      "unknown",
                                      NULL};
static const char *const iterators[] = {"changes", "identified", "unidentified", "deletions", NULL};
static const char *const levels[] = {"info", "debug", "warn", "error", NULL};
static const char *const verbs[] = {"get", "post", "put", "patch", "delete", NULL};
static const char *const digits[] = {"1", "2", "3", "4", "5", "6", "7", "8", NULL};

static const char *const responses[] = {
    "http.$v('/x')",
    "http.$v($x, $t)",
    "http.$v('/x', { query = $t, headers = $t, $k = $e })",
    "http.post('/x', { json = $e, timeout = $f, idempotency_key = $e, reads = $e, credentials = $e "
    "})",
    "http.put('/x', { form = $t, body = $e, costs = { a = $f }, waits = { retry_in = $e, b = { c = "
    "$f } } })",
    "http.request { method = $x, url = $x, body = $x }",
    "http.request($x, $t)",
    "http.all { { url = '/a' }, { url = $x, method = $x, body = $x } }",
    "http.all($t)",
    "(http.all { { url = '/x' } })[1]",
    NULL};

/* Calls of libraries. */
static const char *const calls[] = {
    "type($e)",
    "assert($e)",
    "getmetatable($e)",
    "setmetatable($t, $t)",
    "next($t, $e)",
    "rawequal($e, $e)",
    "rawget($t, $e)",
    "rawlen($e)",
    "rawset($t, $e, $e)",
    "select($e, $e, $e)",
    "tonumber($e, $e)",
    "tonumber($e)",
    "tostring($e)",
    "pcall($e, $e)",
    "xpcall($e, $e, $e)",
    "collectgarbage($x)",
    "collectgarbage('count')",
    "require($x)",
    "ipairs($e)",
    "pairs($e)",
    "string.byte($x, $i, $i)",
    "string.char($i, $i)",
    "string.find($x, $q, $i, $e)",
    "string.format($x, $e, $e, $e)",
    "string.gmatch($x, $q, $i)",
    "string.gsub($x, $q, $e, $i)",
    "string.gsub($x, $q, $x)",
    "string.gsub($x, $q, function(...) $s return $e end)",
    "string.len($x)",
    "string.lower($x)",
    "string.match($x, $q, $i)",
    "string.pack($x, $e, $e)",
    "string.packsize($x)",
    "string.rep($x, $i, $x)",
    "string.reverse($x)",
    "string.sub($x, $i, $i)",
    "string.unpack($x, $x, $i)",
    "string.upper($x)",
    "table.concat($t, $x, $i, $i)",
    "table.insert($t, $i, $e)",
    "table.insert($t, $e)",
    "table.move($t, $i, $i, $i, $t)",
    "table.pack($e, $e)",
    "table.remove($t, $i)",
    "table.sort($t)",
    "table.sort($t, $e)",
    "table.unpack($t, $i, $i)",
    "math.abs($e)",
    "math.ceil($e)",
    "math.floor($e)",
    "math.fmod($e, $e)",
    "math.max($e, $e)",
    "math.min($e, $e)",
    "math.modf($e)",
    "math.random($e, $e)",
    "math.randomseed($e, $e)",
    "math.sqrt($e)",
    "math.sin($f)",
    "math.cos($f)",
    "math.tan($f)",
    "math.asin($f)",
    "math.acos($f)",
    "math.atan($f, $f)",
    "math.exp($f)",
    "math.log($f, $f)",
    "math.deg($f)",
    "math.rad($f)",
    "math.tointeger($e)",
    "math.type($e)",
    "math.ult($e, $e)",
    "math.frexp($f)",
    "math.ldexp($f, $i)",
    "math.pow($f, $f)",
    "math.atan2($f, $f)",
    "math.log10($f)",
    "math.cosh($f)",
    "math.sinh($f)",
    "math.tanh($f)",
    "utf8.char($i, $i)",
    "utf8.codepoint($x, $i, $i, $e)",
    "utf8.codes($x)",
    "utf8.len($x, $i, $i)",
    "utf8.offset($x, $i, $i)",
    "coroutine.close($e)",
    "coroutine.create($e)",
    "coroutine.isyieldable($e)",
    "coroutine.resume($e, $e)",
    "coroutine.running()",
    "coroutine.status($e)",
    "coroutine.wrap($e)",
    "coroutine.yield($e)",
    "json.decode($x)",
    "json.encode($e)",
    "json.array($t)",
    "json.object($t)",
    "json.encode($t)",
    "datetime.parse($e)",
    "datetime.format($e, $x)",
    "datetime.now()",
    "datetime.add($e, $e, $x)",
    "datetime.add('2026-01-02T03:04:05Z', $i, 'days')",
    "datetime.to_epoch($e)",
    "datetime.to_epoch_ms($e)",
    "datetime.from_epoch($e)",
    "datetime.from_epoch_ms($e)",
    "datetime.compare($e, $e)",
    "cache.get($x)",
    "cache.set($x, $e, $e)",
    "cache.delete($x)",
    "links.after($x, $e, $e)",
    "links.after('citizen', '', 10)",
    "links.edited($x, $e)",
    "links.edited('citizen', { $e, $e })",
    "crypto.sha256($e)",
    "crypto.hmac_sha256($x, $x)",
    "crypto.hex($x)",
    "crypto.base64_encode($x)",
    "crypto.base64_decode($x)",
    "crypto.uuid()",
    "http.path($x, $e, $e)",
    "http.told { bucket = $e, limit = $e, remaining = $e, resets_in = $e }",
    "http.told($t)",
    "$r",
    NULL};

/* Calls of methods. */
static const char *const methods[] = {
    "v.report:add_deleted('citizen', $e)",
    "v.report:add_object { object = 'citizen', id = $i, fields = { $k = $e, $k = $e } }",
    "v.report:add_object { object = 'citizen', id = '7', changed_at = $e, fields = $t, "
    "field_changed_at = { $k = $e }, types = { $k = $x } }",
    "v.report:add_object { object = $e, id = $e, fields = $e, states = { $k = 'unchanged' }, "
    "complete = $e }",
    "v.report:add_object($e)",
    "v.report:add_deleted($e, $e, $e)",
    "v.report:merge('citizen', $e, $e)",
    "v.report:merge($e, $e, $e)",
    "v.report:remap_object('citizen', $e, 'citizen', $e)",
    "v.report:remap_object($e, $e, $e, $e)",
    "v.report:add_relation { object = 'citizen', id = $e, field = $x, to_object = $x, to_id = $e }",
    "v.report:add_relation($t)",
    "v.report:set_cursor($e)",
    "v.report:set_position('citizen', $e)",
    "v.report:set_position($e, $e)",
    "v.report:set_total('citizen', $e)",
    "v.report:set_total($e, $e)",
    "v.report:own_edit('citizen', $e, 'first_name')",
    "v.report:own_edit($e, $e, $e)",
    "v.report.add_object($e, $e)",
    "v.report[$e]",
    "v.order:objects()",
    "v.order:changes('citizen')",
    "v.order:identified($e)",
    "v.order:unidentified($e)",
    "v.order:deletions($e)",
    "v.order:change('citizen', $e)",
    "v.order:add_object_mapping(v.change, 'citizen', $e)",
    "v.order:add_object_mapping($e, $e, $e, $e)",
    "v.order:add_object_mapping(v.change, 'citizen', $i, { at = $e, fields = $t, types = $t, "
    "version = $e })",
    "v.order:update_last_sync_date(v.change, $e)",
    "v.order:update_last_sync_date($e)",
    "v.order:remap_object('citizen', $e, 'citizen', $e, v.change)",
    "v.order:remap_object($e, $e, $e, $e, $e)",
    "v.order:delete_object(v.change)",
    "v.order:delete_object($e)",
    "v.order:retry_sync_later(v.change)",
    "v.order:stale(v.change)",
    "v.order:stale($e)",
    "v.order:retry_sync_later($e)",
    "v.order:note_object_sync_issue(v.change, $e)",
    "v.order:note_object_sync_issue(v.change, $x, { fields = { 'email', $x } })",
    "v.order:note_object_sync_issue($e, $e, $e)",
    "v.order:claim(v.change, 'citizen', $e)",
    "v.order:claim($e, $e, $e)",
    "v.order[$e]",
    "v.change:fields()",
    "v.change:changed_fields()",
    "v.change:required_fields()",
    "v.change:unchanged_fields()",
    "v.change:reference('$k')",
    "v.change:reference($e)",
    "v.change:field('$k')",
    "v.change:field($e)",
    "v.change.$w",
    "v.change[$e]",
    "v.change.fields($e)",
    "v.change == v[$n]",
    NULL};

static const struct rule grammar[] = {
    {'s', statements}, {'e', expressions}, {'i', integers}, {'f', floats},      {'x', texts},
    {'q', patterns},   {'t', tables},      {'k', keys},     {'h', metamethods}, {'o', operators},
    {'w', members},    {'l', iterators},   {'g', levels},   {'v', verbs},       {'n', digits},
    {'r', responses},  {'c', calls},       {'m', methods},  {'z', endless},     {'j', small},
};

/* ---------------------------------------------------------------- making a program */

struct choice {
    const uint8_t *at, *end;
};

struct program {
    char text[PROGRAM];
    size_t length;
    struct choice *choice;
};

static unsigned choose(struct choice *choice, unsigned from)
{
    return choice->at < choice->end ? *choice->at++ % from : 0;
}

static const char *const *alternatives_of(char name)
{
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++)
        if (grammar[i].name == name)
            return grammar[i].alternatives;
    abort();
}

static void expand(struct program *program, const char *text, int depth)
{
    for (; *text != '\0' && program->length < PROGRAM - 2; text++) {
        if (*text != '$') {
            program->text[program->length++] = *text;
            continue;
        }
        text++;
        const char *const *const alternatives = alternatives_of(*text);
        unsigned count = 0;
        while (alternatives[count])
            count++;
        const bool is_short = depth >= DEEPEST || program->length > PROGRAM / 2;
        const unsigned chosen = is_short ? 0 : choose(program->choice, count);
        expand(program, alternatives[chosen], depth + 1);
    }
    program->text[program->length] = '\0';
}

/* A file whose functions have `count` statements each, each caught by itself. */
static void add_function(struct program *program, const char *head, unsigned count)
{
    expand(program, head, 0);
    for (unsigned i = 0; i < count; i++)
        expand(program, "\n  if not pcall(function() $s end) then v[$n] = $e end", 0);
    expand(program, "\n  $s\nend\n", 0);
}

static void write_file(struct script_fixture *fixture, struct program *program, const char *name)
{
    script_fixture_write(fixture, name, program->text);
    if (getenv("FUZZ_SHOW"))
        fprintf(stderr, "---- %s\n%s\n", name, program->text);
    program->length = 0;
}

static void write_integration(struct script_fixture *fixture, struct choice *choice)
{
    static const char *const head = "local v = require 'shared'\nlocal M = {}\n";
    struct program *const program = calloc(1, sizeof *program);
    if (!program)
        abort();
    program->choice = choice;
    script_fixture_manifest(fixture);
    script_fixture_write(fixture, "shared.lua", "return {}\n");
    expand(program, head, 0);
    add_function(program, "function M.build(request, report) v.request, v.report = request, report",
                 6);
    expand(program, "return M\n", 0);
    write_file(fixture, program, "report_builder.lua");
    expand(program, head, 0);
    add_function(program,
                 "function M.execute(order) v.order = order for c in order:changes 'citizen' do "
                 "v.change = c end",
                 6);
    add_function(program, "function M.find(object, change) v.change = change", 2);
    expand(program, "return M\n", 0);
    write_file(fixture, program, "order_executioner.lua");
    expand(program, head, 0);
    add_function(program, "function M.to_internal(value, field) v[1], v[2] = value, field", 1);
    add_function(program, "function M.to_integration(value, field) v[3], v[4] = value, field", 1);
    expand(program, "return M\n", 0);
    if (choose(choice, 2) == 0)
        write_file(fixture, program, "value_normalizer.lua");
    program->length = 0;
    expand(program, head, 0);
    add_function(program, "function M.batch_completed(batch) v[5] = batch", 1);
    add_function(program, "function M.sync_completed(summary) v[6] = summary", 1);
    expand(program, "return M\n", 0);
    if (choose(choice, 2) == 0)
        write_file(fixture, program, "hooks.lua");
    program->length = 0;
    expand(program, head, 0);
    add_function(program, "function M.read(delivery) v[7] = delivery", 1);
    expand(program, "return M\n", 0);
    write_file(fixture, program, "webhook_reader.lua");
    free(program);
}

/* ---------------------------------------------------------------- the world */

struct world {
    struct script_fixture fixture;
    struct choice choice;
};

static void answer(void *context, const struct http_request *request, struct http_result *result)
{
    static const int statuses[] = {200, 200, 200, 204, 301, 400, 404, 409, 422, 429, 500, 503};
    static const char *const bodies[] = {"[]",
                                         "",
                                         "{\"id\": 7, \"email\": \"k@x.test\"}",
                                         "[1,2",
                                         "\xff\xfe",
                                         "null",
                                         "[[[[[[[[{}]]]]]]]]"};
    struct world *const world = context;
    (void)request;
    world->fixture.request_count = 0; /* as many as it likes */
    world->fixture.late_ms =
        world->fixture.late_count < SCRIPT_FIXTURE_REQUESTS && choose(&world->choice, 4) == 1;
    if (choose(&world->choice, 12) == 11) {
        (void)http_result_fail(result, HTTP_FAULT_RECEIVE, ERROR_TRANSPORT,
                               "the connection was closed");
        return;
    }
    result->response.status = statuses[choose(&world->choice, sizeof statuses / sizeof *statuses)];
    result->response.body =
        script_fixture_text(bodies[choose(&world->choice, sizeof bodies / sizeof *bodies)]);
    result->response.headers = calloc(1, sizeof *result->response.headers);
    if (!result->response.headers)
        abort();
    result->response.headers[0].name = script_fixture_text("Location");
    result->response.headers[0].value = script_fixture_text("/elsewhere");
    result->response.header_count = 1;
}

static void open_world(struct world *world)
{
    struct script_fixture *const fixture = &world->fixture;
    script_fixture_open(fixture);
    fixture->answer = answer;
    fixture->answer_context = world;
    fixture->options.script.config =
        TEXT("{\"a\": [1, {\"b\": null}], \"auth\": {\"token\": \"secret\"}}");
    fixture->options.script.limits = (struct sandbox_limits){
        .memory_bytes = MEMORY_MIB << 20, .cpu_ms = CPU_MS, .wall_ms = 60000};
    fixture->options.hot_swap = false;
}

/* An update, a create and a deletion. */
static struct order *make_order(struct script_fixture *fixture)
{
    enum { CHANGES = 3, FIELDS = 2 };
    struct error error;
    struct order *order = NULL;
    struct manual_entry *const entry = fixture->manual->entries[0];
    struct order_change *const changes = ARENA_ARRAY(fixture->arena, CHANGES, struct order_change);
    struct order_field *const fields = ARENA_ARRAY(fixture->arena, FIELDS, struct order_field);
    if (!changes || !fields || order_new(fixture->arena, SIDE_INTEGRATION, &order, &error))
        abort();
    for (size_t i = 0; i < FIELDS; i++)
        fields[i] =
            (struct order_field){.field = i,
                                 .line = &entry->lines[i],
                                 .state = FIELD_CHANGED,
                                 .value = value_text(fixture->fields[i].type, TEXT("k@x.test"))};
    for (size_t i = 0; i < CHANGES; i++) {
        static const char *const mapped[] = {"1", "2", "3"};
        changes[i] = (struct order_change){.entry = entry,
                                           .object = TEXT("citizen"),
                                           .object_id = i == 1 ? TEXT_ABSENT : text_of(mapped[i]),
                                           .mapped_object = TEXT("contact"),
                                           .mapped_id = text_of(mapped[i]),
                                           .idempotency_key = TEXT("key"),
                                           .changed_at = 1770000000000,
                                           .fields = fields,
                                           .field_count = FIELDS,
                                           .deletion = i == 2};
        if (order_add(order, &changes[i], &error))
            abort();
    }
    return order;
}

/* ---------------------------------------------------------------- running it */

static double cpu_seconds(void)
{
    struct timespec time = {0, 0};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Since `before`; then from now on. */
static void check_limits(double *before, const char *what)
{
    struct rusage usage;
    const double after = cpu_seconds();
    (void)getrusage(RUSAGE_SELF, &usage);
    if (after - *before > MOST_CPU_SECONDS || usage.ru_maxrss > MOST_RESIDENT_KIB) {
        fprintf(stderr, "%s took %.1f s of CPU time, %ld MiB at most\n", what, after - *before,
                usage.ru_maxrss >> 10);
        abort();
    }
    *before = after;
}

/* A sum over everything that a report refers to: it is there. */
static size_t read_report(const struct report *report)
{
    size_t sum = 0;
    for (size_t i = 0; i < report->object_count; i++) {
        const struct report_object *const object = report->objects[i];
        for (size_t at = 0; at < object->id.length; at++)
            sum += (unsigned char)object->id.bytes[at];
    }
    for (size_t at = 0; at < report->cursor.length; at++)
        sum += (unsigned char)report->cursor.bytes[at];
    return sum;
}

/* How a call ended, for who looks whether programs do anything worthwhile (FUZZ_SHOW). */
static void show(const char *what, enum error_code code, const struct error *error)
{
    if (getenv("FUZZ_SHOW"))
        fprintf(stderr, "==== %s: %s\n", what, !code ? "well" : error->message);
}

static void run_reports(struct world *world, double *cpu)
{
    struct script_fixture *const fixture = &world->fixture;
    struct exchange *const table = script_exchange_table(fixture->exchange);
    struct error error = {0};
    for (unsigned iteration = 1; iteration <= PAGES; iteration++) {
        struct request *const request = script_fixture_request(fixture, iteration);
        if (choose(&world->choice, 2) == 1)
            table->prepare_report(table, request);
        check_limits(cpu, "prepare_report");
        /* Sometimes another page than that which was prepared, so that it is dropped. */
        struct request *const asked = choose(&world->choice, 4) == 1
                                          ? script_fixture_request(fixture, iteration + 1)
                                          : request;
        struct report *const report = script_fixture_report(fixture, asked);
        show("get_report", table->get_report(table, asked, report, &error), &error);
        check_limits(cpu, "get_report");
        const volatile size_t sum = read_report(report);
        (void)sum;
    }
}

static void run_order(struct world *world, double *cpu)
{
    struct script_fixture *const fixture = &world->fixture;
    struct exchange *const table = script_exchange_table(fixture->exchange);
    struct error error = {0};
    struct order *const order = make_order(fixture);
    struct text id = TEXT_ABSENT;
    bool supported = false;
    show("execute_order", table->execute_order(table, order, &error), &error);
    check_limits(cpu, "execute_order");
    show("find", table->find(table, order->changes[1], fixture->arena, &id, &supported, &error),
         &error);
    check_limits(cpu, "find");
}

static void run_hooks(struct world *world, double *cpu)
{
    struct script_fixture *const fixture = &world->fixture;
    struct exchange *const table = script_exchange_table(fixture->exchange);
    struct batch_entry entry = {TEXT("citizen"), TEXT("7"), TEXT("contact"), TEXT("1"), TEXT_ABSENT,
                                TEXT_ABSENT,     false};
    const struct batch_result batch = {
        .side = SIDE_INTERNAL, .iteration = 1, .created = &entry, .created_count = 1};
    const struct run_summary summary = {.code = ERROR_NONE};
    struct object_name *names = NULL;
    size_t count = 0;
    struct error error = {0};
    table->batch_completed(table, &batch);
    check_limits(cpu, "batch_completed");
    show("read",
         script_exchange_read_webhook(fixture->exchange, TEXT("{\"id\": 7}"), fixture->arena,
                                      &names, &count, &error),
         &error);
    check_limits(cpu, "read");
    table->run_completed(table, &summary);
    check_limits(cpu, "run_completed");
}

/* ---------------------------------------------------------------- does the grammar know all? */

static void expect_name(const char *prefix, const char *name)
{
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "%s%s", prefix, name);
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++)
        for (const char *const *text = grammar[i].alternatives; *text; text++)
            if (strstr(*text, wanted))
                return;
    for (const char *const *word = prefix[0] == 'h'   ? verbs
                                   : prefix[0] == 'l' ? levels
                                                      : iterators;
         *word != NULL; word++)
        if (strcmp(*word, name) == 0)
            return;
    fprintf(stderr, "the grammar does not know '%s': add calls of it to fuzz_bindings.c\n", wanted);
    abort();
}

/* The texts among the keys of the table on top. */
static void expect_names(lua_State *L, const char *prefix)
{
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            expect_name(prefix, lua_tostring(L, -1));
    }
}

static int check_names(lua_State *L)
{
    static const char *const types[] = {"report", "order", "change"};
    script_bind(lua_touserdata(L, 1), L);
    binding_json_open(L);
    binding_log_open(L);
    binding_datetime_open(L);
    binding_cache_open(L);
    binding_links_open(L);
    binding_crypto_open(L);
    binding_http_open(L);
    binding_report_open(L);
    binding_order_open(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_key_globals);
    expect_names(L, "");
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        char prefix[32];
        (void)snprintf(prefix, sizeof prefix, "%s.", lua_tostring(L, -2));
        if (lua_istable(L, -1) && sandbox_is_read_only(L, -1) && strcmp(prefix, "_G.") != 0) {
            sandbox_push_real(L, -1);
            expect_names(L, prefix);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        luaL_getmetatable(L, types[i]);
        lua_getfield(L, -1, "__index");
        if (lua_isfunction(L, -1) && !lua_getupvalue(L, -1, 1))
            abort();
        if (!lua_istable(L, -1))
            abort();
        expect_names(L, ":");
    }
    return 0;
}

static void check_grammar(void)
{
    const struct sandbox_options options = {.name = "fuzz"};
    struct script script = {.arena = NULL};
    struct error error = {0};
    if (sandbox_new(&options, &script.sandbox, &error) ||
        sandbox_protect(script.sandbox, check_names, &script, &error)) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    sandbox_free(script.sandbox);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 5 && memcmp(bytes, "names", 5) == 0) {
        check_grammar();
        return 0;
    }
    struct world *const world = calloc(1, sizeof *world);
    if (!world)
        abort();
    struct error error = {0};
    double cpu = cpu_seconds();
    open_world(world);
    world->choice = (struct choice){bytes, bytes + length};
    write_integration(&world->fixture, &world->choice);
    if (!script_fixture_load(&world->fixture, &error)) {
        check_limits(&cpu, "loading");
        run_reports(world, &cpu);
        run_order(world, &cpu);
        run_hooks(world, &cpu);
    } else {
        show("loading", error.code, &error);
    }
    script_fixture_close(&world->fixture);
    check_limits(&cpu, "the end");
    free(world);
    return 0;
}
