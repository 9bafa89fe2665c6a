/* Both configuration files, and the manual made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "script/configuration/configuration.h"
#include "script/integration/manual_loader.h"

static struct integration_configuration *parse(const char *source, struct error *error)
{
    struct integration_configuration *configuration = NULL;
    const enum error_code code = configuration_integration_read(
        &(struct configuration_source){text_of(source), NULL, "config/integrations/hello.lua",
                                       "hello"},
        NULL, NULL, &configuration, error);
    assert_true((!code) == (configuration != NULL));
    return configuration;
}

static void test_configuration__all_of_it(void **state)
{
    (void)state;
    struct error error = {0};
    setenv("TANDEM_TEST_SECRET", "very-secret-token", 1);
    struct integration_configuration *const configuration = parse(
        "return { enabled = false, base_url = 'https://hello.test/api', hosts = { 'files.test' },\n"
        "auth = { type = 'bearer', token = env 'TANDEM_TEST_SECRET' },\n"
        "other_auth = { journal = { type = 'bearer', token = 'very-secret-too' } },\n"
        "limits = { requests_per_second = 5, memory_mib = 64, timeout_seconds = 2.5 },\n"
        "judge = { 'hard' }, on_tie = 'internal', overlap_seconds = 60, colour = { 'red' },\n"
        "mapping = { citizen = { create = 'always', on_deleted_there = 'delete',\n"
        "  email = { 'email', required = true, default = 'x@y.z' }, name = 'firstname',\n"
        "  town = { 'city', direction = 'to_internal', on_conflict = 'non_empty',\n"
        "    on_clear = 'ignore' } } } }\n",
        &error);
    if (!configuration)
        fail_msg("%s", error.message);
    assert_false(configuration->enabled);
    assert_string_equal(configuration->http.base_url.bytes, "https://hello.test/api");
    assert_int_equal(configuration->http.host_count, 1);
    assert_int_equal(configuration->auth.count, 2);
    assert_string_equal(configuration->auth.settings[0].value.bytes, "very-secret-token");
    assert_int_equal(configuration->other_auth_count, 1);
    assert_string_equal(configuration->other_auth[0].name.bytes, "journal");
    assert_string_equal(configuration->other_auth[0].settings[0].value.bytes, "very-secret-too");
    assert_true(configuration->http.requests_per_second > 4.9);
    assert_int_equal(configuration->http.limits.timeout_ms, 2500);
    assert_int_equal(configuration->limits.memory_bytes, 64 << 20);
    assert_int_equal(configuration->run.judge.mode_count, 1);
    assert_int_equal(configuration->run.on_tie, TIE_INTERNAL);
    assert_int_equal(configuration->run.overlap_ms, 60000);
    assert_null(strstr(configuration->script_config.bytes, "very-secret"));
    assert_null(strstr(configuration->script_config.bytes, "mapping"));
    assert_non_null(strstr(configuration->script_config.bytes, "\"colour\":[\"red\"]"));
    assert_int_equal(configuration->object_count, 1);
    const struct mapping_object *const citizen = &configuration->objects[0];
    assert_int_equal(citizen->create, CREATE_ALWAYS);
    assert_int_equal(citizen->on_deleted_there, DELETION_DELETE);
    assert_int_equal(citizen->field_count, 3);
    assert_true(citizen->fields[0].required && citizen->fields[0].has_default);
    assert_string_equal(citizen->fields[1].internal_field.bytes, "firstname");
    assert_int_equal(citizen->fields[2].direction, DIRECTION_TO_INTERNAL);
    assert_int_equal(citizen->fields[2].on_conflict, CONFLICT_NON_EMPTY);
    assert_int_equal(citizen->fields[2].on_clear, CLEAR_IGNORE);
    configuration_integration_free(configuration);
}

static void test_configuration__mistakes_name_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *source, *message;
    } cases[] = {
        {"return {", "config/integrations/hello.lua:1"},
        {"return 7", "must return a table"},
        {"return {\n x = os.getenv 'HOME' }", "hello.lua:2: there is no 'os'"},
        {"return { x = env 'TANDEM_TEST_UNSET' }", "'TANDEM_TEST_UNSET' is not set"},
        {"while true do end", " time"},
        {"return { enabled = 1 }", "enabled: must be true or false"},
        {"return { on_tie = 'us' }", "on_tie: must be one of"},
        {"return { judge = { 'hard', 'hard' } }", "judge: names 'hard' twice"},
        {"return { limits = { speed = 1 } }", "limits: 'speed' is not a setting"},
        {"return { hosts = 'x' }", "hosts: must be a list"},
        {"return { on_deleted_here = 'delete' }",
         "on_deleted_here: belongs to an object in 'mapping'"},
        {"return { on_clear = 'ignore' }", "on_clear: belongs to a field in 'mapping'"},
        {"return { mapping = { citizen = 'contact' } }", "mapping.citizen: must be a table"},
        {"return {\n -- mapping = x\n mapping = {\n citizen = {\n ['email'] =\n  7 } } }",
         "hello.lua:5: mapping.citizen.email: must be"},
        {"return {\n enabled = true,\n x = { on_tied = 1 },\n on_tie = 'x' }",
         "hello.lua:4: on_tie: must be one of"},
        {"local t = {}\nt['on_' .. 'tie'] = 'x'\nreturn t", "hello.lua: on_tie: must be one of"},
        {"return { mapping = { citizen = {} } }", "mapping.citizen: maps no field"},
        {"return { mapping = { citizen = { email = 7 } } }", "mapping.citizen.email: must be"},
        {"return { mapping = { citizen = { email = { 'a', direction = 'up' } } } }",
         "mapping.citizen.email.direction: must be one of"},
        {"return { mapping = { citizen = { email = { 'a', requird = true } } } }", "'requird'"},
        {"return { mapping = { citizen = { create = 'never', email = 'a' } } }",
         "mapping.citizen.create"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        assert_null(parse(cases[i].source, &error));
        assert_int_equal(error.code, ERROR_CONFIGURATION);
        if (!strstr(error.message, cases[i].message))
            fail_msg("'%s' is not in: %s", cases[i].message, error.message);
    }
}

/* ---------------------------------------------------------------- the manual */

static const struct field_schema fields[] = {
    {.name = {"email", 5}, .type = VALUE_TYPE_EMAIL},
    {.name = {"firstname", 9}, .type = VALUE_TYPE_STRING},
};
static const struct object_schema contact = {{"contact", 7}, true, fields, 2};

static enum error_code schema_of(void *context, struct text object,
                                 const struct object_schema **schema, struct error *error)
{
    (void)context;
    (void)error;
    *schema = text_equal(object, TEXT("contact")) ? &contact : NULL;
    return ERROR_NONE;
}

static enum error_code make_manual(const char *mapping, struct arena *arena, struct manual **manual,
                                   struct manual_warnings *warnings, struct error *error)
{
    const struct manifest_object objects[] = {{TEXT("world"), TEXT("planet")},
                                              {TEXT("citizen"), TEXT("contact")}};
    const struct manifest manifest = {.name = TEXT("hello"),
                                      .display_name = TEXT("Hello"),
                                      .version = TEXT("1"),
                                      .objects = objects,
                                      .object_count = 2};
    const struct schema_source schemas = {NULL, schema_of};
    struct integration_configuration *const configuration = parse(mapping, error);
    if (!configuration)
        fail_msg("%s", error->message);
    const enum error_code code =
        manual_load(&manifest, configuration, &schemas, arena, manual, warnings, error);
    configuration_integration_free(configuration);
    return code;
}

static void test_manual_loader__warns_and_refuses(void **state)
{
    (void)state;
    struct error error = {0};
    struct arena *const arena = arena_new(0);
    struct manual *manual = NULL;
    struct manual_warnings warnings = {0};
    assert_int_equal(make_manual("return { mapping = { world = { name = 'x' },\n"
                                 "citizen = { email = 'email', shoe = 'shoe_size' } } }",
                                 arena, &manual, &warnings, &error),
                     ERROR_NONE);
    assert_int_equal(manual->entry_count, 1);
    assert_int_equal(manual->entries[0]->line_count, 1);
    assert_int_equal(warnings.count, 2);
    assert_non_null(strstr(warnings.messages[0].bytes, "no internal object 'planet'"));
    assert_non_null(strstr(warnings.messages[1].bytes, "'contact' has no field 'shoe_size'"));
    static const struct {
        const char *mapping, *message;
    } wrong[] = {
        {"return { mapping = { citzen = { email = 'email' } } }", "has no such object"},
        {"return { mapping = { citizen = { email = 'email', mail = 'email' } } }", "mapped twice"},
        {"return { mapping = { citizen = { shoe = 'shoe_size' } } }", "nothing is left to sync"},
        {"return {}", "nothing is left to sync"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(make_manual(wrong[i].mapping, arena, &manual, &warnings, &error),
                         ERROR_CONFIGURATION);
        if (!strstr(error.message, wrong[i].message))
            fail_msg("'%s' is not in: %s", wrong[i].message, error.message);
    }
    arena_free(arena);
}

/* What is mapped may have come from the environment: no mistake shows it. */
static void test_manual_loader__hides_values_of_the_environment(void **state)
{
    (void)state;
    struct error error = {0};
    struct arena *const arena = arena_new(0);
    struct manual *manual = NULL;
    struct manual_warnings warnings = {0};
    assert_int_equal(setenv("TANDEM_TEST_SECRET", "hunter2hunter2", 1), 0);
    assert_int_equal(make_manual("return { mapping = { citizen = {\n"
                                 "email = 'email', shoe = env 'TANDEM_TEST_SECRET' } } }",
                                 arena, &manual, &warnings, &error),
                     ERROR_NONE);
    assert_int_equal(warnings.count, 1);
    assert_non_null(strstr(warnings.messages[0].bytes, "has no field '***'"));
    assert_int_equal(
        make_manual("return { mapping = { [env 'TANDEM_TEST_SECRET'] = { a = 'email' } } }", arena,
                    &manual, NULL, &error),
        ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "mapping.***: "));
    assert_int_equal(unsetenv("TANDEM_TEST_SECRET"), 0);
    arena_free(arena);
}

static void test_configuration__conflict_function(void **state)
{
    (void)state;
    struct error error = {0};
    struct integration_configuration *const configuration =
        parse("return { mapping = { citizen = { age = { 'points',\n"
              "  on_conflict = function(left, right)\n"
              "    if left.value > right.value then return 'internal' end\n"
              "    return 'integration'\n"
              "  end } } } }",
              &error);
    if (!configuration)
        fail_msg("%s", error.message);
    struct value small = {.type = VALUE_TYPE_INT, .kind = VALUE_INTEGER, .as.integer = 1};
    struct value large = {.type = VALUE_TYPE_INT, .kind = VALUE_INTEGER, .as.integer = 2};
    const struct judge_side left = {&large, 0, INSTANT_NONE, 1770000000000};
    const struct judge_side right = {&small, 0, INSTANT_NONE, INSTANT_NONE};
    const struct mapping_field *const field = &configuration->objects[0].fields[0];
    enum verdict verdict = VERDICT_EQUAL;
    assert_int_equal(
        integration_configuration_resolve(configuration, field, &left, &right, &verdict, &error),
        ERROR_NONE);
    assert_int_equal(verdict, VERDICT_LEFT);
    assert_int_equal(
        integration_configuration_resolve(configuration, field, &right, &left, &verdict, &error),
        ERROR_NONE);
    assert_int_equal(verdict, VERDICT_RIGHT);
    configuration_integration_free(configuration);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configuration__all_of_it),
        cmocka_unit_test(test_configuration__mistakes_name_their_place),
        cmocka_unit_test(test_configuration__conflict_function),
        cmocka_unit_test(test_manual_loader__warns_and_refuses),
        cmocka_unit_test(test_manual_loader__hides_values_of_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
