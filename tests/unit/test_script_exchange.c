/* An integration as a run sees it: reports, orders, hooks, preparation, swaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/script_fixture.h"

static void answer_page(void *context, const struct http_request *request,
                        struct http_result *result)
{
    (void)context;
    (void)request;
    result->response.body = script_fixture_text(
        "[{\"id\": 9007199254740993, \"at\": \"2026-01-02T03:04:05Z\", \"fields\": {\"email\": "
        "\"kim@example.com\", \"name\": null, \"age\": 42, \"opt_in\": \"no\", \"junk\": 1}}]");
}

static const char *const paging_builder =
    "local M = {}\n"
    "function M.build(request, report)\n"
    "  for _, asked in ipairs(request.objects) do\n"
    "    local response = http.get('/' .. asked.name, { query = { page = request.iteration,\n"
    "      since = asked.from, q = 'a b&c' } })\n"
    "    for _, item in ipairs(response.json()) do\n"
    "      report:add_object { object = asked.name, id = item.id, changed_at = item.at,\n"
    "        fields = item.fields, field_changed_at = { email = 1770000000 } }\n"
    "    end\n"
    "  end\n"
    "end\n"
    "return M\n";

static const struct report_field *field(const struct script_fixture *fixture,
                                        const struct report_object *object, const char *name)
{
    (void)fixture;
    return &object->fields[manual_object_field(object->object, text_of(name))];
}

static void load(struct script_fixture *fixture)
{
    struct error error = {0};
    if (script_fixture_load(fixture, &error))
        fail_msg("%s", error.message);
}

/* A home whose integration has a manifest and this script, loaded. */
static void open_with(struct script_fixture *fixture, const char *name, const char *source)
{
    script_fixture_open(fixture);
    script_fixture_manifest(fixture);
    script_fixture_write(fixture, name, source);
    load(fixture);
}

static void test_script_exchange__report_over_http(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct report *report = NULL;
    open_with(&fixture, "report_builder.lua", paging_builder);
    fixture.answer = answer_page;
    if (script_fixture_run(&fixture, 1, &report, &error))
        fail_msg("%s", error.message);
    assert_string_equal(fixture.requests[0],
                        "GET https://hello.test/api/citizen?page=1&q=a%20b%26c");
    assert_int_equal(report->object_count, 1);
    const struct report_object *const object = report->objects[0];
    assert_string_equal(object->id.bytes, "9007199254740993");
    assert_int_equal(object->changed_at, INT64_C(1767323045000));
    assert_string_equal(field(&fixture, object, "email")->value.as.text.bytes, "kim@example.com");
    assert_int_equal(field(&fixture, object, "email")->changed_at, INT64_C(1770000000000));
    assert_int_equal(field(&fixture, object, "name")->value.kind, VALUE_NULL);
    assert_int_equal(field(&fixture, object, "name")->state, FIELD_CHANGED);
    assert_int_equal(field(&fixture, object, "age")->value.as.integer, 42);
    assert_int_equal(field(&fixture, object, "opt_in")->value.kind, VALUE_BOOLEAN);
    assert_false(field(&fixture, object, "opt_in")->value.as.boolean);
    assert_int_equal(field(&fixture, object, "born")->state, FIELD_ABSENT);
    script_fixture_close(&fixture);
}

/* One odd line of a log of deletions or merges stops nothing (spec 13.11). */
static void test_script_exchange__what_lacks_an_id_is_left_out(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct report *report = NULL;
    open_with(&fixture, "report_builder.lua",
              "return { build = function(request, report)\n"
              "  report:add_deleted('citizen', nil)\n"
              "  report:add_deleted('citizen', ' ')\n"
              "  report:merge('citizen', json.null, 2)\n"
              "  report:merge('citizen', 1, '')\n"
              "  report:merge('citizen', 3, '3')\n"
              "  report:remap_object('citizen', nil, 'citizen', 4)\n"
              "  report:add_relation { object = 'citizen', field = 'name',\n"
              "    to_object = 'citizen', to_id = 5 }\n"
              "  report:add_relation { object = 'citizen', id = 6, field = 'name',\n"
              "    to_object = 'citizen', to_id = json.null }\n"
              "  report:add_deleted('citizen', 7)\n"
              "end }\n");
    if (script_fixture_run(&fixture, 1, &report, &error))
        fail_msg("%s", error.message);
    assert_int_equal(report->deletion_count, 1);
    assert_int_equal(report->merge_count, 0);
    assert_int_equal(report->remap_count, 0);
    assert_int_equal(report->relation_count, 0);
    assert_int_equal(report->fault_count, 8);
    assert_string_equal(report->faults[0].id.bytes, "entry 1");
    assert_string_equal(report->faults[4].id.bytes, "3");
    assert_true(report->faults[6].left_out);
    assert_string_equal(report->faults[7].id.bytes, "6");
    assert_false(report->faults[7].left_out);
    script_fixture_close(&fixture);
}

/* Nor does an id that is no id. One that was damaged on the way would be that of several records.
 */
static void test_script_exchange__an_id_that_cannot_be_read_is_none(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct report *report = NULL;
    open_with(&fixture, "report_builder.lua",
              "return { build = function(request, report)\n"
              "  for _, id in ipairs { 7.5, true, { 1 }, 2.0 ^ 60, 0 / 0, '\\u{fffd}',\n"
              "      json.decode('[\"a\\\\ud800\"]')[1], json.decode('[NaN]')[1], 8.0 } do\n"
              "    report:add_object { object = 'citizen', id = id, fields = {} }\n"
              "  end\n"
              "end }\n");
    if (script_fixture_run(&fixture, 1, &report, &error))
        fail_msg("%s", error.message);
    assert_int_equal(report->object_count, 1);
    assert_string_equal(report->objects[0]->id.bytes, "8");
    assert_int_equal(report->fault_count, 8);
    assert_string_equal(report->faults[7].id.bytes, "entry 8");
    script_fixture_close(&fixture);
}

static struct order *make_order(struct script_fixture *fixture, struct order_change *changes)
{
    struct error error;
    struct order *order = NULL;
    struct manual_entry *const entry = fixture->manual->entries[0];
    assert_int_equal(order_new(fixture->arena, SIDE_INTEGRATION, &order, &error), ERROR_NONE);
    static struct order_field fields[2];
    fields[0] = (struct order_field){.field = 0,
                                     .line = &entry->lines[0],
                                     .state = FIELD_CHANGED,
                                     .value = value_text(VALUE_TYPE_EMAIL, TEXT("k@x.y"))};
    fields[1] = (struct order_field){.field = 1,
                                     .line = &entry->lines[1],
                                     .state = FIELD_UNCHANGED,
                                     .value = value_null(VALUE_TYPE_STRING)};
    changes[0] = (struct order_change){.entry = entry,
                                       .object = TEXT("citizen"),
                                       .object_id = TEXT("7"),
                                       .mapped_object = TEXT("contact"),
                                       .mapped_id = TEXT("1"),
                                       .changed_at = 1770000000000,
                                       .fields = fields,
                                       .field_count = 2};
    changes[1] = changes[0];
    changes[1].object_id = TEXT_ABSENT;
    changes[1].mapped_id = TEXT("2");
    changes[1].idempotency_key = TEXT("key-2");
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(order_add(order, &changes[i], &error), ERROR_NONE);
    return order;
}

static void test_script_exchange__order_answers(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct order_change changes[2];
    open_with(&fixture, "order_executioner.lua",
              "local M = {}\n"
              "function M.execute(order)\n"
              "  for object in order:objects() do\n"
              "    for change in order:changes(object) do\n"
              "      if change.object_id then\n"
              "        local fields = change:changed_fields()\n"
              "        assert(fields.email == 'k@x.y' and fields.name == nil)\n"
              "        assert(change:fields().name == json.null)\n"
              "        assert(change:unchanged_fields().name == json.null)\n"
              "        assert(change:field('email').state == 'changed')\n"
              "        assert(order:change(object, '1') == change)\n"
              "        order:update_last_sync_date(change)\n"
              "      else\n"
              "        assert(change.idempotency_key == 'key-2')\n"
              "        order:add_object_mapping(change, object, 5, '2026-01-01T00:00:00Z')\n"
              "      end\n"
              "    end\n"
              "  end\n"
              "  kept = nil\n"
              "end\n"
              "return M\n");
    struct order *const order = make_order(&fixture, changes);
    struct exchange *const table = script_exchange_table(fixture.exchange);
    /* The last line assigns a global: an error, but the answers given before it count. */
    assert_int_equal(table->execute_order(table, order, &error), ERROR_SCRIPT);
    assert_non_null(strstr(error.message, "order_executioner.lua:19"));
    assert_non_null(changes[0].answers);
    assert_int_equal(changes[0].answers->kind, ANSWER_UPDATED);
    assert_non_null(changes[1].answers);
    assert_int_equal(changes[1].answers->kind, ANSWER_CREATED);
    assert_string_equal(changes[1].answers->id.bytes, "5");
    assert_int_equal(changes[1].answers->at, INT64_C(1767225600000));
    script_fixture_close(&fixture);
}

/* A record as it was stored is read as a report's: by the integration's own words, and by its
 * types. */
static void test_script_exchange__a_stored_record_is_read_as_in_a_report(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct order_change changes[2];
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "value_normalizer.lua",
                         "return { to_internal = function(value, field)\n"
                         "  return field.name == 'email' and value .. '/' .. field.type or value\n"
                         "end }\n");
    script_fixture_write(&fixture, "order_executioner.lua",
                         "return { execute = function(order)\n"
                         "  for change in order:changes 'citizen' do\n"
                         "    local stored = { fields = { email = 'raw' } }\n"
                         "    if change.object_id then\n"
                         "      order:update_last_sync_date(change, stored)\n"
                         "    else\n"
                         "      order:add_object_mapping(change, 'citizen', 5, stored)\n"
                         "    end\n"
                         "  end\n"
                         "end }\n");
    load(&fixture);
    struct order *const order = make_order(&fixture, changes);
    struct exchange *const table = script_exchange_table(fixture.exchange);
    struct script_field *fields = NULL;
    size_t count = 0;
    if (script_exchange_fields(fixture.exchange, TEXT("citizen"), false, fixture.arena, &fields,
                               &count, &error) ||
        table->execute_order(table, order, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(changes[i].answers->stored_count, 1);
        assert_string_equal(changes[i].answers->stored[0].value.as.text.bytes, "raw/email");
    }
    script_fixture_close(&fixture);
}

/* ---------------------------------------------------------------- calls that have ended */

static void test_script_exchange__kept_userdata_is_dead(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct report *report = NULL;
    open_with(&fixture, "report_builder.lua",
              "local kept\n"
              "return { build = function(request, report)\n"
              "  if request.iteration == 1 then kept = report\n"
              "  else kept:add_deleted('citizen', 1) end\n"
              "end }\n");
    assert_int_equal(script_fixture_run(&fixture, 1, &report, &error), ERROR_NONE);
    assert_int_equal(script_fixture_run(&fixture, 2, &report, &error), ERROR_SCRIPT);
    assert_non_null(strstr(error.message, "a call that has ended"));
    assert_int_equal(report->deletion_count, 0);
    script_fixture_close(&fixture);
}

static void test_script_exchange__cursor_keeps_its_type(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    open_with(&fixture, "report_builder.lua",
              "return { build = function(request, report)\n"
              "  local cursor = request.cursor\n"
              "  if request.iteration == 1 then assert(cursor == nil); report:set_cursor(7)\n"
              "  elseif request.iteration == 2 then assert(cursor == 7)\n"
              "    report:set_cursor { after = { '0' } }\n"
              "  elseif request.iteration == 3 then assert(cursor.after[1] == '0')\n"
              "    report:set_cursor('')\n"
              "  else assert(cursor == '') end\n"
              "end }\n");
    struct exchange *const table = script_exchange_table(fixture.exchange);
    struct text cursor = TEXT_ABSENT;
    for (unsigned iteration = 1; iteration <= 4; iteration++) {
        struct request *const request = script_fixture_request(&fixture, iteration);
        request->cursor = cursor;
        struct report *const report = script_fixture_report(&fixture, request);
        if (table->get_report(table, request, report, &error))
            fail_msg("%s", error.message);
        cursor = report->cursor;
    }
    script_fixture_close(&fixture);
}

/* What APIs say of totals: numbers, numbers as text, or that they do not know. */
static void test_script_exchange__totals(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    open_with(&fixture, "report_builder.lua",
              "local totals = { 200, '300', -1, json.null, nil, 1.5 }\n"
              "return { build = function(request, report)\n"
              "  report:set_total('citizen', totals[request.iteration])\n"
              "end }\n");
    struct exchange *const table = script_exchange_table(fixture.exchange);
    for (unsigned iteration = 1; iteration <= 6; iteration++) {
        struct request *const request = script_fixture_request(&fixture, iteration);
        struct report *const report = script_fixture_report(&fixture, request);
        const enum error_code code = table->get_report(table, request, report, &error);
        assert_int_equal(report->total_count, iteration <= 2 ? 1 : 0);
        if (iteration <= 2)
            assert_int_equal(report->totals[0].count, iteration == 1 ? 200 : 300);
        assert_int_equal(code, iteration == 6 ? ERROR_SCRIPT : ERROR_NONE);
    }
    assert_non_null(
        strstr(error.message, "the total of 'citizen' must be a whole number, not 1.5"));
    script_fixture_close(&fixture);
}

/* ---------------------------------------------------------------- names with a typo */

static void test_script_exchange__reported_object_is_in_the_manifest(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct report *report = NULL;
    open_with(&fixture, "report_builder.lua",
              "return { build = function(request, report)\n"
              "  report:add_object { object = 'citizn', id = 1 }\n"
              "end }\n");
    assert_int_equal(script_fixture_run(&fixture, 1, &report, &error), ERROR_SCRIPT);
    assert_non_null(strstr(error.message, "report_builder.lua:2"));
    assert_non_null(strstr(error.message, "'object' in add_object is 'citizn', which the manifest "
                                          "does not list; it lists "));
    script_fixture_close(&fixture);
}

static void test_script_exchange__ordered_object_is_in_the_manifest(void **state)
{
    (void)state;
    static const char *const calls[] = {"changes('typo')", "identified('typo')",
                                        "unidentified('typo')", "deletions('typo')",
                                        "change('typo', '1')"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct script_fixture fixture;
        struct error error = {0};
        struct order_change changes[2];
        char source[256];
        (void)snprintf(source, sizeof source,
                       "return { execute = function(order)\n  local all = order:%s\nend }\n",
                       calls[i]);
        open_with(&fixture, "order_executioner.lua", source);
        struct order *const order = make_order(&fixture, changes);
        struct exchange *const table = script_exchange_table(fixture.exchange);
        assert_int_equal(table->execute_order(table, order, &error), ERROR_SCRIPT);
        assert_non_null(strstr(error.message, "order_executioner.lua:2"));
        assert_non_null(strstr(error.message, "is 'typo', which the manifest does not list"));
        script_fixture_close(&fixture);
    }
}

/* ---------------------------------------------------------------- preparation */

static void test_script_exchange__prepared_page_is_used_once(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    /* Adds before and after the wait: what comes first has to wait for the report. */
    open_with(&fixture, "report_builder.lua",
              "return { build = function(request, report)\n"
              "  report:add_object { object = 'citizen', id = request.iteration }\n"
              "  http.get('/x')\n"
              "  report:add_object { object = 'citizen', id = 'b' }\n"
              "end }\n");
    struct exchange *const table = script_exchange_table(fixture.exchange);
    const struct request *const first = script_fixture_request(&fixture, 1);
    table->prepare_report(table, first);
    struct report *report = script_fixture_report(&fixture, first);
    assert_int_equal(table->get_report(table, first, report, &error), ERROR_NONE);
    assert_int_equal(report->object_count, 2);
    assert_string_equal(report->objects[0]->id.bytes, "1");
    assert_int_equal(fixture.request_count, 1);
    /* A wrong hint costs nothing but itself. */
    table->prepare_report(table, script_fixture_request(&fixture, 9));
    const struct request *const second = script_fixture_request(&fixture, 2);
    report = script_fixture_report(&fixture, second);
    assert_int_equal(table->get_report(table, second, report, &error), ERROR_NONE);
    assert_string_equal(report->objects[0]->id.bytes, "2");
    assert_int_equal(report->object_count, 2);
    table->prepare_report(table, second); /* left over at the end */
    script_fixture_close(&fixture);
}

/* A script keeps the thread of a page that is dropped and tries to go on with it. */
static void check_kept_thread(const char *wait, const char *use)
{
    struct script_fixture fixture;
    struct error error = {0};
    char source[1024];
    (void)snprintf(source, sizeof source,
                   "local M, kept = {}\n"
                   "function M.build(request, report)\n"
                   "  if request.iteration == 9 then\n"
                   "    kept = coroutine.running()\n"
                   "    %s\n"
                   "  end\n"
                   "  if kept then %s end\n"
                   "  report:add_object { object = 'citizen', id = 'b' }\n"
                   "end\n"
                   "return M\n",
                   wait, use);
    open_with(&fixture, "report_builder.lua", source);
    struct exchange *const table = script_exchange_table(fixture.exchange);
    fixture.late_ms = 20;
    table->prepare_report(table, script_fixture_request(&fixture, 9)); /* never asked for */
    const struct request *const asked = script_fixture_request(&fixture, 1);
    for (int again = 0; again < 2; again++) {
        struct report *const report = script_fixture_report(&fixture, asked);
        if (table->get_report(table, asked, report, &error))
            fail_msg("%s", error.message);
        assert_int_equal(report->object_count, 1);
    }
    script_fixture_close(&fixture);
}

static void test_script_exchange__thread_of_a_dropped_page_is_not_resumed(void **state)
{
    (void)state;
    static const char *const waits[] = {
        "report:add_object { object = 'citizen', id = 'a' }",
        "report:add_deleted('citizen', 'a')",
        "report:set_cursor('a')",
        "http.get('/x')",
        "coroutine.wrap(function() http.get('/x') end)()",
        "pcall(http.get, '/x')",
    };
    static const char *const uses[] = {
        "assert(not coroutine.resume(kept))",
        "assert(not pcall(coroutine.close, kept))",
        "assert(coroutine.status(kept) == 'suspended')",
        "assert(not pcall(coroutine.wrap(function() assert(coroutine.resume(kept)) end)))",
    };
    for (size_t wait = 0; wait < sizeof waits / sizeof *waits; wait++) {
        for (size_t use = 0; use < sizeof uses / sizeof *uses; use++)
            check_kept_thread(waits[wait], uses[use]);
    }
}

/* Give the page that the run asks for and tell what was asked over HTTP so far. */
static const char *asked(struct script_fixture *fixture, unsigned iteration)
{
    static char asked[256];
    struct exchange *const table = script_exchange_table(fixture->exchange);
    const struct request *const request = script_fixture_request(fixture, iteration);
    struct report *const report = script_fixture_report(fixture, request);
    struct error error = {0};
    size_t length = 0;
    if (table->get_report(table, request, report, &error))
        fail_msg("%s", error.message);
    assert_int_equal(report->object_count, 1);
    assert_int_equal(strtoul(report->objects[0]->id.bytes, NULL, 10), iteration);
    for (size_t i = 0; i < fixture->request_count; i++)
        length += (size_t)snprintf(asked + length, sizeof asked - length, "%s%s", i ? " " : "",
                                   strchr(fixture->requests[i], '?') + 1);
    return asked;
}

static void test_script_exchange__independent_pages_are_asked_for_two_ahead(void **state)
{
    (void)state;
    struct script_fixture fixture;
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "integration.lua",
                         "return { name = 'hello', version = '1.0.0', api = 1,\n"
                         "  independent_pages = true,\n"
                         "  objects = { { name = 'citizen', internal = 'contact' } } }\n");
    script_fixture_write(&fixture, "report_builder.lua",
                         "return { build = function(request, report)\n"
                         "  http.get('/x', { query = { page = request.iteration } })\n"
                         "  report:add_object { object = 'citizen', id = request.iteration }\n"
                         "end }\n");
    fixture.late_ms = 5;
    load(&fixture);
    struct exchange *const table = script_exchange_table(fixture.exchange);
    assert_string_equal(asked(&fixture, 1), "page=1");
    /* Before the run asks for page 2, 3 is on its way as well; each is asked for once. */
    table->prepare_report(table, script_fixture_request(&fixture, 2));
    assert_string_equal(asked(&fixture, 2), "page=1 page=2 page=3");
    table->prepare_report(table, script_fixture_request(&fixture, 3));
    table->prepare_report(table, script_fixture_request(&fixture, 3));
    assert_string_equal(asked(&fixture, 3), "page=1 page=2 page=3 page=4");
    /* A wrong hint costs its requests, no more. */
    table->prepare_report(table, script_fixture_request(&fixture, 8));
    assert_string_equal(asked(&fixture, 4), "page=1 page=2 page=3 page=4 page=8 page=9 page=4");
    /* Where a page says how to ask for the next one, only that one is begun. */
    struct request *const next = script_fixture_request(&fixture, 5);
    next->cursor = TEXT("five");
    table->prepare_report(table, next);
    assert_int_equal(fixture.request_count, 8);
    script_fixture_close(&fixture); /* what is under way is dropped */
}

/* ---------------------------------------------------------------- what the run does meanwhile */

static void count_call(void *context)
{
    ++*(unsigned *)context;
}

/* How often the run could go on while `executioner` was at work. */
static unsigned went_on(const char *executioner, const char *hooks)
{
    struct script_fixture fixture;
    struct error error = {0};
    struct order_change changes[2];
    unsigned calls = 0;
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "order_executioner.lua", executioner);
    if (hooks)
        script_fixture_write(&fixture, "hooks.lua", hooks);
    load(&fixture);
    struct exchange *const table = script_exchange_table(fixture.exchange);
    struct order *const order = make_order(&fixture, changes);
    fixture.late_ms = 10;
    assert_true(table->overlaps);
    order->meanwhile = count_call;
    order->meanwhile_context = &calls;
    if (table->execute_order(table, order, &error))
        fail_msg("%s", error.message);
    script_fixture_close(&fixture);
    return calls;
}

static void test_script_exchange__the_run_goes_on_while_an_order_waits(void **state)
{
    (void)state;
    static const char two_requests[] =
        "return { execute = function(order) http.get('/a') http.get('/b') end }\n";
    assert_int_equal(went_on(two_requests, NULL), 1);
    assert_int_equal(went_on(two_requests, "return { sync_completed = function() end }\n"), 1);
}

static void test_script_exchange__it_does_not_without_a_wait_or_with_a_batch_hook(void **state)
{
    (void)state;
    assert_int_equal(went_on("return { execute = function(order) end }\n", NULL), 0);
    assert_int_equal(went_on("return { execute = function(order) http.get('/a') end }\n",
                             "return { batch_completed = function() end }\n"),
                     0);
}

/* ---------------------------------------------------------------- versions */

static const char *const first_version = "return { build = function(request, report) "
                                         "report:add_object { object = 'citizen', id = 'old' } "
                                         "end }\n";
static const char *const second_version = "return { build = function(request, report) "
                                          "report:add_object { object = 'citizen', id = 'new-one' "
                                          "} end }\n";

static const char *only_id(struct script_fixture *fixture, unsigned iteration)
{
    struct error error = {0};
    struct report *report = NULL;
    if (script_fixture_run(fixture, iteration, &report, &error))
        fail_msg("%s", error.message);
    assert_int_equal(report->object_count, 1);
    return report->objects[0]->id.bytes;
}

static void test_script_exchange__changed_script_takes_over(void **state)
{
    (void)state;
    struct script_fixture fixture;
    open_with(&fixture, "report_builder.lua", first_version);
    assert_string_equal(only_id(&fixture, 1), "old");
    char *const before = strdup(script_exchange_version(fixture.exchange)->sha256);
    script_fixture_write(&fixture, "report_builder.lua", second_version);
    assert_string_equal(only_id(&fixture, 2), "new-one");
    assert_string_not_equal(script_exchange_version(fixture.exchange)->sha256, before);
    free(before);
    script_fixture_close(&fixture);
}

static void test_script_exchange__broken_script_does_not(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "return {", "error('at load')", "while true do end",   "return {}",
        "",         "\033Lua",          "return { build = 7 }"};
    struct script_fixture fixture;
    script_fixture_open(&fixture);
    fixture.options.script.limits.cpu_ms = 100;
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "report_builder.lua", first_version);
    load(&fixture);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        fixture.line_bytes = 0;
        fixture.lines[0] = '\0';
        script_fixture_write(&fixture, "report_builder.lua", broken[i]);
        assert_string_equal(only_id(&fixture, (unsigned)i + 1), "old");
        assert_non_null(strstr(fixture.lines, "the old version stays in use"));
    }
    /* Another manifest waits for the next run; what is whole again takes over. */
    script_fixture_write(&fixture, "integration.lua",
                         "return { name = 'hello', version = '2', api = 1,\n"
                         "  objects = { { name = 'planet', internal = 'company' } } }\n");
    script_fixture_write(&fixture, "report_builder.lua", second_version);
    assert_string_equal(only_id(&fixture, 50), "old");
    assert_non_null(strstr(fixture.lines, "not used before the next run"));
    script_fixture_manifest(&fixture);
    assert_string_equal(only_id(&fixture, 51), "new-one");
    script_fixture_close(&fixture);
}

static void test_script_exchange__wrong_manifests_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *manifest, *message;
    } cases[] = {
        {"return 1", "integration.lua must return a table"},
        {"return {", "integration.lua:1"},
        {"return { name = 'other', version = '1', api = 1, objects = {{name='a',internal='b'}} }",
         "'name' is 'other'"},
        {"return { name = 'hello', version = '1', api = 2, objects = {{name='a',internal='b'}} }",
         "'api' must be 1"},
        {"return { name = 'hello', api = 1, objects = {{name='a',internal='b'}} }", "'version'"},
        {"return { name = 'hello', version = '1', api = 1 }", "at least one object"},
        {"return { name = 'hello', version = '1', api = 1, objects = {} }", "at least one object"},
        {"return { name = 'hello', version = '1', api = 1, objects = {{ name = 'a' }} }",
         "objects[1].'internal'"},
        {"return { name = 'hello', version = '1', api = 1, objects = {{name='a',internal='b'}}, x "
         "= 1 }",
         "'x'"},
        {"return { name = 'hello', version = '1', api = 1,\n objects = {{name='a',internal='b'},"
         "{name='a',internal='b'}} }",
         "objects[2] is the same as objects[1]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct script_fixture fixture;
        struct error error = {0};
        script_fixture_open(&fixture);
        script_fixture_write(&fixture, "integration.lua", cases[i].manifest);
        script_fixture_write(&fixture, "report_builder.lua", first_version);
        assert_int_equal(script_fixture_load(&fixture, &error), ERROR_SCRIPT);
        if (!strstr(error.message, cases[i].message))
            fail_msg("'%s' is not in: %s", cases[i].message, error.message);
        script_fixture_close(&fixture);
    }
}

static void test_script_exchange__what_cannot_be_required_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *first_line, *message;
    } cases[] = {
        {"require 'elsewhere'\n", "module 'elsewhere' is neither in the integration's folder"},
        {"require 'tandem.http'\n", "module 'tandem.http' is for specs only; scripts have 'http'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct script_fixture fixture;
        struct error error = {0};
        char script[4096];
        script_fixture_open(&fixture);
        script_fixture_manifest(&fixture);
        snprintf(script, sizeof script, "%s%s", cases[i].first_line, first_version);
        script_fixture_write(&fixture, "report_builder.lua", script);
        assert_int_equal(script_fixture_load(&fixture, &error), ERROR_SCRIPT);
        if (!strstr(error.message, cases[i].message))
            fail_msg("'%s' is not in: %s", cases[i].message, error.message);
        script_fixture_close(&fixture);
    }
}

static void test_script_exchange__normalizer_and_lib(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct report *report = NULL;
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "/lua/lib/shared.lua", "return { name = 'lib' }\n");
    script_fixture_write(&fixture, "own.lua",
                         "return { name = require('shared').name .. '+own' }\n");
    script_fixture_write(&fixture, "value_normalizer.lua",
                         "return { to_internal = function(value, field)\n"
                         "  if field.name == 'name' then return value .. '/' .. field.type end\n"
                         "  return value\n"
                         "end }\n");
    script_fixture_write(
        &fixture, "report_builder.lua",
        "local own = require 'own'\n"
        "return { build = function(_, report)\n"
        "  report:add_object { object = 'citizen', id = 1, fields = { name = own.name } }\n"
        "end }\n");
    load(&fixture);
    assert_int_equal(script_fixture_run(&fixture, 1, &report, &error), ERROR_NONE);
    assert_string_equal(field(&fixture, report->objects[0], "name")->value.as.text.bytes,
                        "lib+own/string");
    script_fixture_close(&fixture);
}

static void assert_version(struct script_fixture *fixture, char sha256[65])
{
    struct error error = {0};
    assert_int_equal(script_hash(&fixture->options.script, sha256, &error), ERROR_NONE);
}

static void test_script_exchange__a_vendor_counts_for_those_who_require_it(void **state)
{
    (void)state;
    struct script_fixture fixture;
    char first[65], second[65];
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "/lua/vendor/acme.lua", "return require 'parts'.name\n");
    script_fixture_write(&fixture, "/lua/vendor/parts.lua", "return { name = 'acme' }\n");
    script_fixture_write(&fixture, "/lua/vendor/other.lua", "return 1\n");
    script_fixture_write(&fixture, "report_builder.lua",
                         "local acme = require 'acme'\n"
                         "return { build = function(_, report)\n"
                         "  report:add_object { object = 'citizen', id = acme, fields = {} }\n"
                         "end }\n");
    load(&fixture);
    assert_version(&fixture, first);
    script_fixture_write(&fixture, "/lua/vendor/other.lua", "return 2\n");
    assert_version(&fixture, second);
    assert_string_equal(first, second);
    script_fixture_write(&fixture, "/lua/vendor/parts.lua", "return { name = 'parts' }\n");
    assert_version(&fixture, second);
    assert_string_not_equal(first, second);
    script_fixture_close(&fixture);
}

/* ---------------------------------------------------------------- find, conflicts, hooks */

static void test_script_exchange__find(void **state)
{
    (void)state;
    static const struct {
        const char *body, *id; /* id NULL: an error */
        const char *message;
        bool unknown; /* it can't tell */
    } cases[] = {
        {"return change.mapped_id == '1' and object == 'citizen' and 42 or 'wrong'", "42", NULL,
         false},
        {"return nil", "", NULL, false},
        {"return json.null", "", NULL, false},
        {"return nil, 'two could be it'", "", NULL, true},
        {"return ''", NULL, "order_executioner.find", false},
        {"return {}", NULL, "order_executioner.find", false},
        {"error('no search', 0)", NULL, "no search", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct script_fixture fixture;
        struct error error = {0};
        struct order_change changes[2];
        struct text id = TEXT_ABSENT;
        char source[512];
        bool supported = false;
        snprintf(source, sizeof source,
                 "return { execute = function() end, find = function(object, change) %s end }\n",
                 cases[i].body);
        open_with(&fixture, "order_executioner.lua", source);
        (void)make_order(&fixture, changes);
        struct exchange *const exchange = script_exchange_table(fixture.exchange);
        const enum error_code code =
            exchange->find(exchange, &changes[0], fixture.arena, &id, &supported, &error);
        assert_int_equal(supported, !cases[i].unknown);
        if (!cases[i].id) {
            assert_int_equal(code, ERROR_SCRIPT);
            if (!strstr(error.message, cases[i].message))
                fail_msg("'%s' is not in: %s", cases[i].message, error.message);
        } else {
            assert_int_equal(code, ERROR_NONE);
            assert_int_equal(text_is_absent(id), *cases[i].id == '\0');
            assert_true(text_is_absent(id) || text_equal(id, text_of(cases[i].id)));
        }
        script_fixture_close(&fixture);
    }
}

static void test_script_exchange__without_find(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = {0};
    struct order_change changes[2];
    struct text id = TEXT_ABSENT;
    bool supported = true;
    open_with(&fixture, "order_executioner.lua", "return { execute = function() end }\n");
    (void)make_order(&fixture, changes);
    struct exchange *const exchange = script_exchange_table(fixture.exchange);
    assert_int_equal(exchange->find(exchange, &changes[0], fixture.arena, &id, &supported, &error),
                     ERROR_NONE);
    assert_false(supported);
    script_fixture_close(&fixture);
}

static enum verdict resolve(struct script_fixture *fixture, const struct judge_side *left,
                            const struct judge_side *right)
{
    struct error error = {0};
    enum verdict verdict = VERDICT_LEFT;
    struct exchange *const exchange = script_exchange_table(fixture->exchange);
    const struct manual_entry *const entry = fixture->manual->entries[0];
    if (exchange->resolve_conflict(exchange, entry, &entry->lines[0], left, right, &verdict,
                                   &error))
        fail_msg("%s", error.message);
    return verdict;
}

static void test_script_exchange__resolve_conflict(void **state)
{
    (void)state;
    static const char source[] = "return { mapping = { citizen = { email = { 'email',\n"
                                 "  on_conflict = function(internal, integration, field)\n"
                                 "    if internal.value == integration.value then return nil end\n"
                                 "    if internal.value > integration.value then\n"
                                 "      return 'internal'\n"
                                 "    end\n"
                                 "    return 'integration'\n"
                                 "  end } } } }";
    struct script_fixture fixture;
    struct error error = {0};
    struct integration_configuration *configuration = NULL;
    const struct value small = value_text(VALUE_TYPE_EMAIL, TEXT("a@x.y"));
    const struct value large = value_text(VALUE_TYPE_EMAIL, TEXT("b@x.y"));
    const struct judge_side left = {&small, 0, INSTANT_NONE, INSTANT_NONE};
    const struct judge_side right = {&large, 0, INSTANT_NONE, INSTANT_NONE};
    for (int with = 0; with < 2; with++) {
        script_fixture_open(&fixture);
        script_fixture_manifest(&fixture);
        script_fixture_write(&fixture, "report_builder.lua", "return { build = function() end }\n");
        if (with && configuration_integration_read(
                        &(struct configuration_source){text_of(source), NULL, "hello.lua", "hello"},
                        NULL, NULL, &configuration, &error))
            fail_msg("%s", error.message);
        fixture.options.configuration = configuration;
        load(&fixture);
        assert_int_equal(resolve(&fixture, &left, &right),
                         with ? VERDICT_RIGHT : VERDICT_UNRESOLVED);
        assert_int_equal(resolve(&fixture, &right, &left),
                         with ? VERDICT_LEFT : VERDICT_UNRESOLVED);
        assert_int_equal(resolve(&fixture, &left, &left), VERDICT_UNRESOLVED);
        script_fixture_close(&fixture);
    }
    configuration_integration_free(configuration);
}

static void test_script_exchange__hooks(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct batch_entry created = {.integration_object = TEXT("citizen"),
                                  .integration_id = TEXT("7"),
                                  .internal_object = TEXT("contact"),
                                  .internal_id = TEXT("1")};
    const struct batch_result batch = {
        .side = SIDE_INTERNAL, .iteration = 3, .created = &created, .created_count = 1};
    const struct run_summary summary = {.status = RUN_DONE, .pull.created = 1};
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "report_builder.lua", "return { build = function() end }\n");
    script_fixture_write(
        &fixture, "hooks.lua",
        "return {\n"
        "  batch_completed = function(r)\n"
        "    local c = r.created[1]\n"
        "    log.warn(('batch %s %d %s %s %s %s %d'):format(r.direction, r.iteration, c.object,\n"
        "      c.id, c.internal_object, c.internal_id, #r.updated))\n"
        "  end,\n"
        "  sync_completed = function(s)\n"
        "    log.warn(('run %s %d %d'):format(s.status, s.pull.created, s.push.created))\n"
        "    error('a hook that fails', 0)\n"
        "  end }\n");
    load(&fixture);
    struct exchange *const exchange = script_exchange_table(fixture.exchange);
    exchange->batch_completed(exchange, &batch);
    exchange->run_completed(exchange, &summary);
    if (!strstr(fixture.lines, "batch pull 3 citizen 7 contact 1 0") ||
        !strstr(fixture.lines, "run done 1 0") ||
        !strstr(fixture.lines, "hooks.sync_completed failed") ||
        !strstr(fixture.lines, "a hook that fails"))
        fail_msg("logged: %s", fixture.lines);
    script_fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_script_exchange__report_over_http),
        cmocka_unit_test(test_script_exchange__what_lacks_an_id_is_left_out),
        cmocka_unit_test(test_script_exchange__an_id_that_cannot_be_read_is_none),
        cmocka_unit_test(test_script_exchange__order_answers),
        cmocka_unit_test(test_script_exchange__a_stored_record_is_read_as_in_a_report),
        cmocka_unit_test(test_script_exchange__kept_userdata_is_dead),
        cmocka_unit_test(test_script_exchange__cursor_keeps_its_type),
        cmocka_unit_test(test_script_exchange__totals),
        cmocka_unit_test(test_script_exchange__prepared_page_is_used_once),
        cmocka_unit_test(test_script_exchange__thread_of_a_dropped_page_is_not_resumed),
        cmocka_unit_test(test_script_exchange__independent_pages_are_asked_for_two_ahead),
        cmocka_unit_test(test_script_exchange__the_run_goes_on_while_an_order_waits),
        cmocka_unit_test(test_script_exchange__it_does_not_without_a_wait_or_with_a_batch_hook),
        cmocka_unit_test(test_script_exchange__changed_script_takes_over),
        cmocka_unit_test(test_script_exchange__broken_script_does_not),
        cmocka_unit_test(test_script_exchange__wrong_manifests_are_refused),
        cmocka_unit_test(test_script_exchange__what_cannot_be_required_is_named),
        cmocka_unit_test(test_script_exchange__normalizer_and_lib),
        cmocka_unit_test(test_script_exchange__a_vendor_counts_for_those_who_require_it),
        cmocka_unit_test(test_script_exchange__reported_object_is_in_the_manifest),
        cmocka_unit_test(test_script_exchange__ordered_object_is_in_the_manifest),
        cmocka_unit_test(test_script_exchange__find),
        cmocka_unit_test(test_script_exchange__without_find),
        cmocka_unit_test(test_script_exchange__resolve_conflict),
        cmocka_unit_test(test_script_exchange__hooks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
