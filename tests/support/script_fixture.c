#include "support/script_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

static void keep_line(void *context, enum log_level level, const char *line)
{
    struct script_fixture *const fixture = context;
    (void)level;
    const size_t length = strlen(line);
    if (fixture->line_bytes + length + 2 > sizeof fixture->lines)
        return;
    memcpy(fixture->lines + fixture->line_bytes, line, length);
    fixture->line_bytes += length;
    fixture->lines[fixture->line_bytes++] = '\n';
    fixture->lines[fixture->line_bytes] = '\0';
}

struct text script_fixture_text(const char *string)
{
    char *const copy = strdup(string);
    assert_non_null(copy);
    return (struct text){copy, strlen(copy)};
}

static struct script_fixture *fixture_of(struct http_transport *transport)
{
    return (struct script_fixture *)((char *)transport -
                                     offsetof(struct script_fixture, transport));
}

/* An answer on its way. */
struct late_answer {
    struct http_result result;
    http_done *done;
    void *context;
    unsigned milliseconds;
};

static void *arrive(void *argument)
{
    struct late_answer *const answer = argument;
    const struct timespec time = {.tv_sec = answer->milliseconds / 1000,
                                  .tv_nsec = answer->milliseconds % 1000 * 1000000L};
    (void)nanosleep(&time, NULL);
    answer->done(answer->context, &answer->result);
    free(answer);
    return NULL;
}

static void answer_late(struct script_fixture *fixture, const struct http_result *result,
                        http_done *done, void *context)
{
    struct late_answer *const answer = malloc(sizeof *answer);
    assert_non_null(answer);
    *answer = (struct late_answer){*result, done, context, fixture->late_ms};
    assert_int_equal(pthread_create(&fixture->late[fixture->late_count++], NULL, arrive, answer),
                     0);
}

static enum error_code send_request(struct http_transport *transport,
                                    const struct http_request *request,
                                    const struct http_limits *limits, http_done *done,
                                    void *context, uint64_t *ticket, struct error *error)
{
    struct script_fixture *const fixture = fixture_of(transport);
    (void)limits;
    (void)error;
    *ticket = 1;
    assert_true(fixture->request_count < SCRIPT_FIXTURE_REQUESTS);
    (void)snprintf(fixture->requests[fixture->request_count],
                   sizeof fixture->requests[fixture->request_count], "%.*s %.*s%s%.*s",
                   TEXT_PRINT(request->method), TEXT_PRINT(request->url),
                   request->body.bytes ? " " : "", TEXT_PRINT(request->body));
    fixture->request_count++;
    struct http_result result;
    memset(&result, 0, sizeof result);
    result.sent = true;
    result.response.status = 200;
    if (fixture->answer)
        fixture->answer(fixture->answer_context, request, &result);
    if (!result.response.body.bytes)
        result.response.body = script_fixture_text("");
    result.response.url = script_fixture_text("https://hello.test");
    if (fixture->late_ms > 0)
        answer_late(fixture, &result, done, context);
    else
        done(context, &result);
    return ERROR_NONE;
}

static void close_transport(struct http_transport *transport)
{
    struct script_fixture *const fixture = fixture_of(transport);
    for (size_t i = 0; i < fixture->late_count; i++)
        assert_int_equal(pthread_join(fixture->late[i], NULL), 0);
}

static void make_folder(const char *home, const char *path)
{
    char folder[256];
    (void)snprintf(folder, sizeof folder, "%s%s", home, path);
    assert_int_equal(mkdir(folder, 0700), 0);
}

static int64_t now_ms(void *context)
{
    return ((const struct script_fixture *)context)->ms;
}

static instant now(void *context)
{
    return 1770000000000 + ((const struct script_fixture *)context)->ms;
}

static void pause_for(void *context, int64_t ms)
{
    ((struct script_fixture *)context)->ms += ms > 0 ? ms : 1;
}

void script_fixture_open(struct script_fixture *fixture)
{
    struct error error;
    memset(fixture, 0, sizeof *fixture);
    (void)snprintf(fixture->home, sizeof fixture->home, "/tmp/tandem-script-XXXXXX");
    assert_non_null(mkdtemp(fixture->home));
    make_folder(fixture->home, "/lua");
    make_folder(fixture->home, "/lua/lib");
    make_folder(fixture->home, "/lua/vendor");
    make_folder(fixture->home, "/lua/integrations");
    make_folder(fixture->home, "/lua/integrations/hello");
    fixture->arena = arena_new(0);
    fixture->log = log_new(LOG_DEBUG, keep_line, fixture);
    fixture->transport = (struct http_transport){send_request, NULL, close_transport};
    const struct http_client_options options = {.base_url = TEXT("https://hello.test/api"),
                                                .now_ms = now_ms,
                                                .now = now,
                                                .pause = pause_for,
                                                .clock_context = fixture,
                                                .retry_jitter_seed = 7};
    assert_int_equal(http_client_new(&options, &fixture->transport, NULL, fixture->log,
                                     &fixture->client, &error),
                     ERROR_NONE);
    fixture->memory.arena = fixture->arena;
    fixture->cache = kit_cache_table(&fixture->memory);
    fixture->options.script = (struct script_options){.home = fixture->home,
                                                      .name = "hello",
                                                      .http = fixture->client,
                                                      .cache = &fixture->cache,
                                                      .log = fixture->log,
                                                      .now = now,
                                                      .now_context = fixture};
    fixture->options.hot_swap = true;
}

void script_fixture_close(struct script_fixture *fixture)
{
    char command[128];
    script_exchange_close(fixture->exchange);
    http_client_free(fixture->client);
    arena_free(fixture->arena);
    log_free(fixture->log);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", fixture->home);
    assert_int_equal(system(command), 0);
}

void script_fixture_write(struct script_fixture *fixture, const char *name, const char *content)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s%s%s", fixture->home,
                   name[0] == '/' ? "" : "/lua/integrations/hello/", name);
    FILE *const file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void script_fixture_manifest(struct script_fixture *fixture)
{
    script_fixture_write(fixture, "integration.lua",
                         "return { name = 'hello', version = '1.0.0', api = 1,\n"
                         "  objects = { { name = 'citizen', internal = 'contact' } } }\n");
    script_fixture_write(
        fixture, "fields.lua",
        "return { list = function(object) return {\n"
        "  { name = 'email', type = 'email' }, { name = 'name', type = 'string' },\n"
        "  { name = 'age', type = 'int' }, { name = 'opt_in', type = 'boolean' },\n"
        "  { name = 'born', type = 'date' }, { name = 'seen', type = 'datetime' },\n"
        "} end }\n");
}

static void make_manual(struct script_fixture *fixture)
{
    static const struct {
        const char *name;
        enum value_type type;
    } fields[] = {{"email", VALUE_TYPE_EMAIL}, {"name", VALUE_TYPE_STRING},
                  {"age", VALUE_TYPE_INT},     {"opt_in", VALUE_TYPE_BOOLEAN},
                  {"born", VALUE_TYPE_DATE},   {"seen", VALUE_TYPE_DATETIME}};
    enum { COUNT = sizeof fields / sizeof *fields };
    struct error error;
    struct manual_entry *entry = NULL;
    const struct manual_line line = {.direction = DIRECTION_BIDIRECTIONAL};
    for (size_t i = 0; i < COUNT; i++)
        fixture->fields[i] =
            (struct field_schema){.name = text_of(fields[i].name), .type = fields[i].type};
    fixture->contact = (struct object_schema){TEXT("contact"), true, fixture->fields, COUNT};
    assert_int_equal(manual_new(fixture->arena, &fixture->manual, &error), ERROR_NONE);
    assert_int_equal(
        manual_add_entry(fixture->manual, &fixture->contact, TEXT("citizen"), &entry, &error),
        ERROR_NONE);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(manual_add_line(fixture->manual, entry, &fixture->fields[i],
                                         fixture->fields[i].name, NULL, &line, &error),
                         ERROR_NONE);
    assert_int_equal(manual_finish(fixture->manual, &error), ERROR_NONE);
}

enum error_code script_fixture_load(struct script_fixture *fixture, struct error *error)
{
    const enum error_code code = script_exchange_open(&fixture->options, &fixture->exchange, error);
    if (code)
        return code;
    if (!fixture->manual)
        make_manual(fixture);
    script_exchange_set_manual(fixture->exchange, fixture->manual);
    return ERROR_NONE;
}

struct request *script_fixture_request(struct script_fixture *fixture, unsigned iteration)
{
    struct request *const request = ARENA_NEW(fixture->arena, struct request);
    struct request_object *const asked = ARENA_NEW(fixture->arena, struct request_object);
    const struct manual_object *const object = manual_integration(fixture->manual, TEXT("citizen"));
    size_t *const fields = ARENA_ARRAY(fixture->arena, object->field_count, size_t);
    bool *const requested = ARENA_ARRAY(fixture->arena, object->field_count, bool);
    bool *const required = ARENA_ARRAY(fixture->arena, object->field_count, bool);
    for (size_t i = 0; i < object->field_count; i++) {
        fields[i] = i;
        requested[i] = true;
    }
    *asked = (struct request_object){.object = object,
                                     .fields = fields,
                                     .field_count = object->field_count,
                                     .requested = requested,
                                     .required = required,
                                     .from = INSTANT_NONE,
                                     .to = 1770000000000};
    *request = (struct request){.side = SIDE_INTEGRATION,
                                .integration = TEXT("hello"),
                                .iteration = iteration,
                                .objects = asked,
                                .object_count = 1};
    return request;
}

struct report *script_fixture_report(struct script_fixture *fixture, const struct request *request)
{
    struct error error;
    struct report *report = NULL;
    assert_int_equal(report_new(fixture->arena, request, &report, &error), ERROR_NONE);
    return report;
}

enum error_code script_fixture_run(struct script_fixture *fixture, unsigned iteration,
                                   struct report **report, struct error *error)
{
    const struct request *const request = script_fixture_request(fixture, iteration);
    struct exchange *const table = script_exchange_table(fixture->exchange);
    *report = script_fixture_report(fixture, request);
    return table->get_report(table, request, *report, error);
}
