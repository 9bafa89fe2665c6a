/* An integration under test: real sandbox, stubbed network, a clock that stands still. */
#include "speckit/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES_CEILING = 16 << 20 };

/* ---- a clock that moves only while somebody waits ---- */

static instant now(void *context)
{
    return ((const struct kit *)context)->now;
}

static int64_t monotonic(void *context)
{
    return ((const struct kit *)context)->monotonic;
}

static void pause_clock(void *context, int64_t ms)
{
    ((struct kit *)context)->monotonic += ms;
}

static void keep_line(void *context, enum log_level level, const char *line)
{
    struct kit *const kit = context;
    struct error ignored; /* a log that is full loses lines */
    (void)level;
    if (!buffer_append(&kit->lines, line, strlen(line), &ignored))
        (void)!buffer_append(&kit->lines, "\n", 1, &ignored);
}

/* ---- opening ---- */

static enum error_code add_other_auth(struct kit *kit, struct error *error)
{
    const size_t count = kit->configuration->other_auth_count;
    kit->other_auth = ARENA_ARRAY(kit->arena, count + 1, struct authentication *);
    if (!kit->other_auth)
        return error_memory(error, "further credentials");
    for (size_t i = 0; i < count; i++) {
        const struct auth_settings *const auth = &kit->configuration->other_auth[i];
        if (authentication_new(auth->settings, auth->count, NULL, kit->log, &kit->other_auth[i],
                               error))
            return error_prefix(error, "other_auth.%.*s", TEXT_PRINT(auth->name));
        if (http_client_add_credentials(kit->http, auth->name, kit->other_auth[i], error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code open_network(struct kit *kit, struct error *error)
{
    struct http_client_options options = kit->configuration->http;
    options.now_ms = monotonic;
    options.now = now;
    options.recorded = true;
    options.pause = pause_clock;
    options.clock_context = kit;
    options.retry_jitter_seed = 1;
    options.requests_per_second = 0;
    options.limits.allow_private = true;
    if (kit->configuration->auth.count &&
        authentication_new(kit->configuration->auth.settings, kit->configuration->auth.count, NULL,
                           kit->log, &kit->authentication, error))
        return error_prefix(error, "%.*s", TEXT_PRINT(kit->configuration->path));
    if (http_client_new(&options, &kit->transport.transport, kit->authentication, kit->log,
                        &kit->http, error))
        return error->code;
    return add_other_auth(kit, error);
}

static enum error_code open_script(struct kit *kit, struct error *error)
{
    kit->memory.arena = kit->arena;
    kit->cache = kit_cache_table(&kit->memory);
    kit->links = kit_links_table(kit);
    const struct script_exchange_options options = {
        .script = {.home = kit->home.bytes,
                   .name = kit->name.bytes,
                   .config = kit->configuration->script_config,
                   .limits = kit->configuration->limits,
                   .http = kit->http,
                   .cache = &kit->cache,
                   .links = &kit->links,
                   .log = kit->log,
                   .now = now,
                   .now_context = kit},
        .configuration = kit->configuration,
    };
    const enum error_code code = script_exchange_open(&options, &kit->exchange, error);
    if (!code) /* fetching ahead would cause requests that no spec expects */
        script_exchange_table(kit->exchange)->prepare_report = NULL;
    return code;
}

enum error_code kit_open(struct kit *kit, const struct kit_options *options, lua_State *host,
                         struct error *error)
{
    *kit = (struct kit){.now = options->now, .lines = BUFFER(LINES_CEILING)};
    stub_transport_init(&kit->transport, options->respond);
    kit->transport.host = host;
    kit->arena = arena_new(0);
    kit->log = log_new(LOG_DEBUG, keep_line, kit);
    if (!kit->arena || !kit->log)
        return error_memory(error, "an integration under test");
    kit->home = options->home;
    kit->name = options->name;
    if (text_keep(kit->arena, error, &kit->home, &kit->name, NULL) ||
        configuration_integration_read(&(struct configuration_source){options->configuration, NULL,
                                                                      "the spec's configuration",
                                                                      kit->name.bytes},
                                       NULL, kit->log, &kit->configuration, error) ||
        open_network(kit, error))
        return error->code;
    return open_script(kit, error);
}

/* The store is a file (SQLite's WAL needs one) in a folder of its own. */
static void remove_store(const struct kit *kit)
{
    static const char *const names[] = {"tandem.db", "tandem.db-wal", "tandem.db-shm",
                                        "tandem.db-journal"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", kit->folder, names[i]);
        unlink(path);
    }
    rmdir(kit->folder);
}

void kit_close(struct kit *kit)
{
    script_exchange_close(kit->exchange);
    http_client_free(kit->http);
    authentication_free(kit->authentication);
    for (struct authentication **other = kit->other_auth; other && *other; other++)
        authentication_free(*other);
    configuration_integration_free(kit->configuration);
    store_close(kit->store);
    if (kit->folder[0])
        remove_store(kit);
    log_free(kit->log);
    buffer_release(&kit->lines);
    arena_free(kit->arena);
    *kit = (struct kit){.arena = NULL};
}

/* ---- fields ---- */

static json_t *field_json(const struct script_field *field)
{
    json_t *const json = KIT_ROW({"name", field->name}, {"label", field->label},
                                 {"type", text_of(value_type_name(field->type))});
    if (json_object_set_new(json, "required", json_boolean(field->required)) == 0 &&
        json_object_set_new(json, "writable", json_boolean(field->writable)) == 0)
        return json;
    json_decref(json);
    return NULL;
}

enum error_code kit_fields(struct kit *kit, struct text object, json_t **fields,
                           struct error *error)
{
    struct script_field *found = NULL;
    size_t count = 0;
    *fields = NULL;
    if (script_exchange_fields(kit->exchange, object, true, kit->arena, &found, &count, error))
        return error->code;
    *fields = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(*fields, field_json(&found[i])) != 0)
            return error_memory(error, "fields");
    }
    return *fields ? ERROR_NONE : error_memory(error, "fields");
}

static enum error_code know(struct kit *kit, const char *object, const json_t *list,
                            struct error *error)
{
    const struct script_version *const version = script_exchange_version(kit->exchange);
    char *const json = json_dumps(list, JSON_COMPACT);
    struct text key = TEXT_ABSENT;
    enum error_code code = json ? ERROR_NONE : error_memory(error, "fields");
    if (!code)
        code =
            text_format(kit->arena, &key, error, "tandem.fields:%.16s:%s", version->sha256, object);
    if (!code)
        code = kit->cache.set(kit->cache.context, key, text_of(json), 0, error);
    free(json);
    return code;
}

enum error_code kit_know_fields(struct kit *kit, const json_t *fields, struct error *error)
{
    const char *object = NULL;
    json_t *list = NULL;
    json_object_foreach((json_t *)fields, object, list)
    {
        if (know(kit, object, list, error))
            return error->code;
    }
    return ERROR_NONE;
}
