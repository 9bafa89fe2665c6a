/* An integration as a run sees it: reports, orders, hooks, preparation, swaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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
    struct error error = { 0 };
    if (script_fixture_load(fixture, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void test_script_exchange__report_over_http(void **state)
{
    (void)state;
    struct script_fixture fixture;
    struct error error = { 0 };
    struct report *report = NULL;
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "report_builder.lua", paging_builder);
    fixture.answer = answer_page;
    load(&fixture);
    if (script_fixture_run(&fixture, 1, &report, &error) != ERROR_NONE)
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

static struct order *make_order(struct script_fixture *fixture, struct order_change *changes)
{
    struct error error;
    struct order *order = NULL;
    struct manual_entry *const entry = fixture->manual->entries[0];
    assert_int_equal(order_new(fixture->arena, SIDE_INTEGRATION, &order, &error), ERROR_NONE);
    static struct order_field fields[2];
    fields[0] = (struct order_field){ .field = 0,
                                      .line = &entry->lines[0],
                                      .state = FIELD_CHANGED,
                                      .value = value_text(VALUE_TYPE_EMAIL, TEXT("k@x.y")) };
    fields[1] = (struct order_field){ .field = 1,
                                      .line = &entry->lines[1],
                                      .state = FIELD_UNCHANGED,
                                      .value = value_null(VALUE_TYPE_STRING) };
    changes[0] = (struct order_change){ .entry = entry, .object = TEXT("citizen"),
                                        .object_id = TEXT("7"), .mapped_object = TEXT("contact"),
                                        .mapped_id = TEXT("1"), .changed_at = 1770000000000,
                                        .fields = fields, .field_count = 2 };
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
    struct error error = { 0 };
    struct order_change changes[2];
    script_fixture_open(&fixture);
    script_fixture_manifest(&fixture);
    script_fixture_write(&fixture, "order_executioner.lua",
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
    load(&fixture);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_script_exchange__report_over_http),
        cmocka_unit_test(test_script_exchange__order_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
