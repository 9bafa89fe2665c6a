/*
 * Every entry into a script when there is no memory: the n-th allocation of the engine and all
 * later ones fail, from the reading of the configuration to the last hook. Each call says what is
 * wrong, nothing crashes, and everything can be let go of (sanitizers).
 *
 * The linker puts the functions below in the place of the engine's malloc, calloc and realloc;
 * Lua's allocator is one of them. TANDEM_FAULTS_EACH=1: every n, not some of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>

#include "model/run.h"
#include "speckit/kit.h"
#include "support/script_fixture.h"

/* ---------------------------------------------------------------- memory that ends */

static bool is_counting;
static uint64_t allocations, fail_from;
static uint64_t last_told; /* what fails after this allocation is only logged (hooks) */

static bool is_refused(void)
{
    if (!is_counting)
        return false;
    allocations++;
    return allocations >= fail_from;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

void *__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return is_refused() ? NULL : __real_realloc(block, size);
}

/* ---------------------------------------------------------------- trying */

static struct error failed; /* of the first call that failed in this try */

/* A call that counts: it goes well, or says why not. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        struct error error = {.code = ERROR_NONE};                                                 \
        is_counting = true;                                                                        \
        const enum error_code code = (call);                                                       \
        is_counting = false;                                                                       \
        if (code && error.message[0] == '\0')                                                      \
            fail_msg("says nothing when allocation %d fails: %s", (int)fail_from, #call);          \
        if (code && !failed.code)                                                                  \
            failed = error;                                                                        \
    } while (0)

/* Two runs differ by a few allocations (Lua's seed), so each finds out for itself what is told. */
static void run_once(void (*run)(void *context), void *context, uint64_t from)
{
    allocations = 0;
    fail_from = from;
    last_told = UINT64_MAX;
    failed = (struct error){.code = ERROR_NONE};
    run(context);
}

/* Run it without failures, then with failures from each allocation on. */
static void try_each(void (*run)(void *context), void *context)
{
    run_once(run, context, UINT64_MAX);
    if (failed.code)
        fail_msg("fails with all memory there is: %s", failed.message);
    const uint64_t count = allocations;
    assert_true(count > 100);
    for (uint64_t at = 1; at <= count; at++) {
        run_once(run, context, at);
        if (!failed.code && at <= last_told)
            fail_msg("nothing fails when allocation %d of %d does", (int)at, (int)count);
    }
}

/* ---------------------------------------------------------------- an integration */

static const char *const builder =
    "local M = {}\n"
    "function M.build(request, report)\n"
    "  local answer = http.get('/x', { query = { page = request.iteration }, headers = { ['X-A'] = "
    "'b' } })\n"
    "  cache.set('k', { answer = answer.json() }, 60)\n"
    "  local co = coroutine.wrap(function()\n"
    "    for i = 1, 3 do\n"
    "      report:add_object { object = 'citizen', id = i, changed_at = '2026-01-02',\n"
    "        fields = { email = 'k' .. i .. '@x.test', age = i }, field_changed_at = { age = 1 } "
    "}\n"
    "      coroutine.yield(i)\n"
    "    end\n"
    "  end)\n"
    "  co() co() co()\n"
    "  report:add_deleted('citizen', 9)\n"
    "  report:merge('citizen', 7, 8)\n"
    "  report:set_cursor { after = { ('x'):rep(40):gsub('x', 'y') } }\n"
    "  log.info('%d of %s', 3, crypto.hex(crypto.sha256('a')))\n"
    "end\n"
    "return M\n";
static const char *const executioner =
    "local M = {}\n"
    "function M.execute(order)\n"
    "  for object in order:objects() do\n"
    "    for change in order:changes(object) do\n"
    "      local fields = json.encode(change:fields())\n"
    "      http.post('/x', { json = change:changed_fields(), idempotency_key = "
    "change.idempotency_key })\n"
    "      if change.object_id then order:update_last_sync_date(change, '2026-01-02T03:04:05Z')\n"
    "      else order:add_object_mapping(change, object, #fields, { fields = { email = 'a@x.test' "
    "} }) "
    "end\n"
    "    end\n"
    "  end\n"
    "end\n"
    "function M.find(object, change) return 'found' .. change.mapped_id end\n"
    "return M\n";

static void write_scripts(struct script_fixture *fixture)
{
    script_fixture_manifest(fixture);
    script_fixture_write(fixture, "report_builder.lua", builder);
    script_fixture_write(fixture, "order_executioner.lua", executioner);
    script_fixture_write(fixture, "value_normalizer.lua",
                         "return { to_internal = function(value, field) return value end,\n"
                         "  to_integration = function(value, field) return value end }\n");
    script_fixture_write(
        fixture, "hooks.lua",
        "return { batch_completed = function(batch) log.info(json.encode(batch)) end,\n"
        "  sync_completed = function(summary) log.info(json.encode(summary)) end }\n");
    script_fixture_write(fixture, "webhook_reader.lua",
                         "return { read = function(delivery)\n"
                         "  return { { object = 'citizen', id = json.decode(delivery.body).id } }\n"
                         "end }\n");
}

static void answer(void *context, const struct http_request *request, struct http_result *result)
{
    struct script_fixture *const fixture = context;
    (void)request;
    fixture->request_count = 0;
    result->response.body = script_fixture_text("[{\"id\": 7, \"at\": null}]");
}

/* A change of a record there, and a new one. */
static struct order *make_order(struct script_fixture *fixture)
{
    struct error error;
    struct order *order = NULL;
    struct manual_entry *const entry = fixture->manual->entries[0];
    struct order_change *const changes = ARENA_ARRAY(fixture->arena, 2, struct order_change);
    struct order_field *const field = ARENA_NEW(fixture->arena, struct order_field);
    assert_non_null(changes);
    assert_non_null(field);
    assert_int_equal(order_new(fixture->arena, SIDE_INTEGRATION, &order, &error), ERROR_NONE);
    *field = (struct order_field){.field = 0,
                                  .line = &entry->lines[0],
                                  .state = FIELD_CHANGED,
                                  .value = value_text(VALUE_TYPE_EMAIL, TEXT("k@x.test"))};
    for (size_t i = 0; i < 2; i++) {
        changes[i] = (struct order_change){.entry = entry,
                                           .object = TEXT("citizen"),
                                           .object_id = i == 0 ? TEXT("7") : TEXT_ABSENT,
                                           .mapped_object = TEXT("contact"),
                                           .mapped_id = i == 0 ? TEXT("1") : TEXT("2"),
                                           .idempotency_key = TEXT("key"),
                                           .changed_at = 1770000000000,
                                           .fields = field,
                                           .field_count = 1};
        assert_int_equal(order_add(order, &changes[i], &error), ERROR_NONE);
    }
    return order;
}

/* ---------------------------------------------------------------- the entries */

static void run_calls(struct script_fixture *fixture)
{
    struct exchange *const table = script_exchange_table(fixture->exchange);
    struct request *const request = script_fixture_request(fixture, 1);
    struct report *const report = script_fixture_report(fixture, request);
    struct order *const order = make_order(fixture);
    struct batch_entry entry = {TEXT("citizen"), TEXT("7"), TEXT("contact"), TEXT("1"), TEXT_ABSENT,
                                TEXT_ABSENT,     false};
    const struct batch_result batch = {.created = &entry, .created_count = 1};
    const struct run_summary summary = {.code = ERROR_NONE};
    struct script_field *fields = NULL;
    struct object_name *names = NULL;
    struct text id = TEXT_ABSENT;
    size_t count = 0;
    bool supported = false;
    TRY(script_exchange_fields(fixture->exchange, TEXT("citizen"), true, fixture->arena, &fields,
                               &count, &error));
    is_counting = true;
    table->prepare_report(table, request);
    is_counting = false;
    TRY(table->get_report(table, request, report, &error));
    TRY(table->execute_order(table, order, &error));
    TRY(table->find(table, order->changes[1], fixture->arena, &id, &supported, &error));
    TRY(script_exchange_read_webhook(fixture->exchange, TEXT("{\"id\": 7}"), fixture->arena, &names,
                                     &count, &error));
    last_told = allocations;
    is_counting = true;
    table->batch_completed(table, &batch);
    table->run_completed(table, &summary);
    is_counting = false;
}

static void run_exchange(void *context)
{
    struct script_fixture *const fixture = context;
    fixture->memory.first = NULL;
    TRY(script_exchange_open(&fixture->options, &fixture->exchange, &error));
    if (fixture->exchange) {
        script_exchange_set_manual(fixture->exchange, fixture->manual);
        run_calls(fixture);
    }
    script_exchange_close(fixture->exchange);
    fixture->exchange = NULL;
    fixture->line_bytes = 0;
}

static void test_script_faults__an_integration(void **state)
{
    (void)state;
    struct script_fixture *const fixture = calloc(1, sizeof *fixture);
    struct error error;
    assert_non_null(fixture);
    script_fixture_open(fixture);
    write_scripts(fixture);
    fixture->answer = answer;
    fixture->answer_context = fixture;
    assert_int_equal(script_fixture_load(fixture, &error), ERROR_NONE); /* for its manual */
    script_exchange_close(fixture->exchange);
    fixture->exchange = NULL;
    try_each(run_exchange, fixture);
    script_fixture_close(fixture);
    free(fixture);
}

static void run_configuration(void *context)
{
    const struct text source = TEXT(
        "return { enabled = true, base_url = 'https://hello.test', hosts = { 'files.test' },\n"
        "auth = { type = 'bearer', token = env('TANDEM_TEST_TOKEN', 'a-token-of-some-length') },\n"
        "limits = { requests_per_second = 5, buckets = { search = { per_second = 1 } } },\n"
        "colour = { 'red', { deep = true } },\n"
        "mapping = { citizen = { email = { 'email', required = true, default = 'x@y.z' },\n"
        "  age = { 'points', on_conflict = function(left, right) return 'internal' end } } } }");
    struct integration_configuration *configuration = NULL;
    (void)context;
    TRY(configuration_integration_read(
        &(struct configuration_source){source, NULL, "config/integrations/hello.lua", "hello"},
        NULL, NULL, &configuration, &error));
    configuration_integration_free(configuration);
}

static void test_script_faults__a_configuration(void **state)
{
    (void)state;
    try_each(run_configuration, NULL);
}

/* ---------------------------------------------------------------- the kit of specs */

struct spec {
    struct script_fixture fixture;
    lua_State *host;
    int respond;
    json_t *fields, *changes;
};

static void run_kit(void *context)
{
    struct spec *const spec = context;
    const struct kit_options options = {.home = text_of(spec->fixture.home),
                                        .name = TEXT("hello"),
                                        .configuration =
                                            TEXT("return { base_url = 'https://hello.test' }"),
                                        .now = 1770000000000,
                                        .respond = spec->respond};
    struct kit kit;
    json_t *told = NULL;
    TRY(kit_open(&kit, &options, spec->host, &error));
    if (kit.exchange) {
        TRY(kit_use_fields(&kit, spec->fields, &error));
        if (kit.manual) {
            TRY(kit_report(&kit, NULL, &told, &error));
            json_decref(told);
            told = NULL;
            TRY(kit_execute(&kit, spec->changes, &told, &error));
            json_decref(told);
        }
    }
    kit_close(&kit);
}

static void test_script_faults__the_kit(void **state)
{
    (void)state;
    struct spec *const spec = calloc(1, sizeof *spec);
    assert_non_null(spec);
    script_fixture_open(&spec->fixture);
    write_scripts(&spec->fixture);
    spec->host = luaL_newstate();
    assert_int_equal(
        luaL_dostring(spec->host, "return function() return { status = 200, body = '[]' } end"),
        LUA_OK);
    spec->respond = luaL_ref(spec->host, LUA_REGISTRYINDEX);
    spec->fields = json_loads("{\"citizen\": [{\"name\": \"email\", \"type\": \"email\"},"
                              " {\"name\": \"age\", \"type\": \"int\"}]}",
                              0, NULL);
    spec->changes = json_loads("[{\"object\": \"citizen\", \"object_id\": \"7\", \"mapped_id\": "
                               "\"1\", \"fields\": {\"email\": \"a@x.test\"}}]",
                               0, NULL);
    try_each(run_kit, spec);
    json_decref(spec->fields);
    json_decref(spec->changes);
    lua_close(spec->host);
    script_fixture_close(&spec->fixture);
    free(spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_script_faults__a_configuration),
        cmocka_unit_test(test_script_faults__an_integration),
        cmocka_unit_test(test_script_faults__the_kit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
