/* config/integrations/NAME.lua: how one integration syncs here. */
#include "script/configuration/configuration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "script/configuration/configuration_file.h"
#include "script/configuration/configuration_keys.h"
#include "script/configuration/reader.h"

enum { PATH_MOST = 4096 };

/* ---------------------------------------------------------------- secrets */

static bool is_secret(const char *key)
{
    static const char *const marks[] = {"secret", "password", "token", "private", "api_key", NULL};
    const size_t length = strlen(key);
    if (length > 4 && strcasecmp(key + length - 4, "_url") == 0)
        return false;
    for (const char *const *mark = marks; *mark; mark++) {
        if (strcasestr(key, *mark))
            return true;
    }
    return strcmp(key, "value") == 0; /* of auth type api_key */
}

static void hide(const struct reader *reader, struct text secret)
{
    struct error error;
    if (reader->log)
        convert_raise_if(reader->state, log_hide(reader->log, secret, &error), &error);
}

/* Register with the log every text of the table on top whose key suggests a secret. */
static void hide_secrets(struct reader *reader, int depth)
{
    lua_State *const L = reader->state;
    luaL_checkstack(L, 8, "configuration");
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        if (lua_istable(L, -1) && depth < 8)
            hide_secrets(reader, depth + 1);
        else if (lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TSTRING &&
                 is_secret(lua_tostring(L, -2)))
            hide(reader, convert_text_at(L, -1));
        lua_pop(L, 1);
    }
}

/* ---------------------------------------------------------------- config/integrations/NAME.lua */

static void read_credential(struct reader *reader, struct text name, void *item)
{
    lua_State *const L = reader->state;
    struct authentication_setting *const setting = item;
    const int type = lua_type(L, -1);
    if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN)
        reader_fail(reader, "must be a text, not a %s", luaL_typename(L, -1));
    setting->name = name;
    if (type == LUA_TBOOLEAN)
        setting->value = lua_toboolean(L, -1) ? TEXT("true") : TEXT("false");
    else
        setting->value = reader_copy(reader, convert_text_at(L, -1));
}

static const char credentials[] = "a table such as { type = \"bearer\", token = env \"TOKEN\" }";

static void read_auth(struct reader *reader, void *out)
{
    struct auth_settings *const auth = out;
    auth->settings = reader_each(reader, sizeof *auth->settings, read_credential, &auth->count);
}

static void read_one_auth(struct reader *reader, struct text name, void *item)
{
    struct auth_settings *const auth = item;
    auth->name = name;
    if (!lua_istable(reader->state, -1))
        reader_fail(reader, "must be %s", credentials);
    read_auth(reader, auth);
}

static void read_other_auth(struct reader *reader, void *out)
{
    struct integration_configuration *const configuration = out;
    configuration->other_auth = reader_each(reader, sizeof *configuration->other_auth,
                                            read_one_auth, &configuration->other_auth_count);
}

/* "files.example.com", or { url = "files.example.com", credentials = true }; on top. */
static void read_host(struct reader *reader, size_t number, struct http_host *host)
{
    lua_State *const L = reader->state;
    char key[32];
    if (lua_type(L, -1) == LUA_TSTRING) {
        host->entry = reader_copy(reader, convert_text_at(L, -1));
        return;
    }
    if (!lua_istable(L, -1))
        reader_fail(reader, "entry %zu must be a text or { url = ..., credentials = true }",
                    number);
    (void)snprintf(key, sizeof key, "%zu", number);
    const size_t mark = reader_enter(reader, key);
    reader_keys(reader, "hosts");
    host->entry = reader_text(reader, "url");
    host->credentials = reader_boolean(reader, "credentials", false);
    if (text_is_empty(host->entry))
        reader_fail(reader, "must have a 'url', the host as in \"files.example.com\"");
    reader_leave(reader, mark);
}

static void read_hosts(struct reader *reader, void *out)
{
    lua_State *const L = reader->state;
    struct http_client_options *const http = out;
    const size_t count = lua_rawlen(L, -1);
    struct http_host *const hosts = reader_array(reader, count, sizeof *hosts);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_host(reader, i + 1, &hosts[i]);
        lua_pop(L, 1);
    }
    http->hosts = hosts;
    http->host_count = count;
}

/* Everything but what the script must not or need not see, as JSON. */
static struct text script_config(struct reader *reader)
{
    static const char *const hidden[] = {"auth", "other_auth", "mapping", "webhooks"};
    lua_State *const L = reader->state;
    luaL_checkstack(L, 8, "configuration");
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, -3) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING)
            reader_fail(reader, "has an entry without a name, write 'name = value'");
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, hidden[i]);
    }
    json_encode_push(L, -1);
    const struct text json = reader_copy(reader, convert_text_at(L, -1));
    lua_pop(L, 2);
    return json;
}

/* A rule of an object or a field that stands beside 'mapping' would be taken for a setting of the
 * script, and nobody would follow it. Only rules have names that no script uses for something else.
 */
static void refuse_misplaced(struct reader *reader, const char *table, const char *place)
{
    static const char rule[] = "on_";
    enum { MOST_KEYS = 32 };
    const char *names[MOST_KEYS];
    const size_t count = configuration_keys_names(table, KEYS_INTEGRATION, names, MOST_KEYS);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], rule, sizeof rule - 1) != 0)
            continue;
        const size_t mark = reader_enter(reader, names[i]);
        if (reader_push(reader, names[i]) != LUA_TNIL)
            reader_fail(reader, "belongs to %s in 'mapping'", place);
        reader_end(reader, mark);
    }
}

static void read_integration(struct reader *reader, void *argument)
{
    struct integration_configuration *const configuration = argument;
    hide_secrets(reader, 0);
    refuse_misplaced(reader, "object", "an object");
    refuse_misplaced(reader, "field", "a field");
    configuration->enabled = reader_boolean(reader, "enabled", true);
    configuration->http.base_url = reader_text(reader, "base_url");
    configuration->http.limits.ca_file = reader_text(reader, "ca_file").bytes;
    reader_section(reader, "hosts", "a list such as { \"files.example.com\" }", read_hosts,
                   &configuration->http);
    reader_section(reader, "auth", credentials, read_auth, &configuration->auth);
    reader_section(reader, "other_auth", "a table such as { journal = { type = \"bearer\", ... } }",
                   read_other_auth, configuration);
    reader_run_settings(reader, &configuration->run);
    reader_limits(reader, &configuration->limits, &configuration->http);
    reader_mapping(reader, configuration);
    reader_schedule(reader, &configuration->schedule);
    reader_section(reader, "webhooks", NULL, reader_webhooks, &configuration->webhooks);
    configuration->script_config = script_config(reader);
}

static enum error_code read_source(struct text source, struct reader *reader, const char *name,
                                   const struct configuration *general,
                                   struct integration_configuration **out, struct error *error)
{
    *out = NULL;
    struct integration_configuration *const configuration = calloc(1, sizeof *configuration);
    if (!configuration)
        return error_memory(error, "a configuration");
    configuration->run = general ? general->run : run_settings_default();
    if (general) {
        configuration->limits = general->limits;
        configuration->http = general->http;
        configuration->schedule = general->schedule;
    }
    configuration->path = text_of(reader->path);
    configuration->name = text_of(name);
    enum error_code code = configuration_state_read(reader, source, read_integration, configuration,
                                                    &configuration->state, error);
    if (!code)
        code = text_keep(configuration->state->arena, error, &configuration->path,
                         &configuration->name, NULL);
    if (code)
        configuration_integration_free(configuration);
    else
        *out = configuration;
    return code;
}

enum error_code configuration_integration_read(const struct configuration_source *source,
                                               const struct configuration *general, struct log *log,
                                               struct integration_configuration **out,
                                               struct error *error)
{
    struct reader reader = {.log = log, .path = source->path, .home = source->home};
    return read_source(source->text, &reader, source->name, general, out, error);
}

/* A relative path is one in the home. */
static enum error_code find_key_file(const char *home,
                                     const struct integration_configuration *configuration,
                                     const struct auth_settings *auth, struct error *error)
{
    char path[PATH_MOST];
    for (size_t i = 0; i < auth->count; i++) {
        struct authentication_setting *const setting = &auth->settings[i];
        if (!text_equal(setting->name, TEXT("private_key_file")) || setting->value.length == 0 ||
            setting->value.bytes[0] == '/')
            continue;
        (void)snprintf(path, sizeof path, "%s/%.*s", home, TEXT_PRINT(setting->value));
        return text_copy(configuration->state->arena, text_of(path), &setting->value, error);
    }
    return ERROR_NONE;
}

enum error_code configuration_integration_load(const char *home, const char *name,
                                               enum configuration_reading reading,
                                               const struct configuration *general, struct log *log,
                                               struct integration_configuration **configuration,
                                               struct error *error)
{
    const char *const ending = reading == CONFIGURATION_PROPOSED ? ".proposed" : "";
    *configuration = NULL;
    char file[PATH_MOST];
    struct text source = TEXT_ABSENT;
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/'))
        return error_set(error, ERROR_NOT_FOUND, "'%s' is not the name of an integration", name);
    (void)snprintf(file, sizeof file, "%s/config/integrations/%s.lua%s", home, name, ending);
    enum error_code code = configuration_file_read(file, &source, error);
    if (code == ERROR_NOT_FOUND)
        return error_set(error, ERROR_NOT_FOUND,
                         "integration '%s' has no configuration, write '%s'", name, file);
    if (!code) {
        char path[256];
        (void)snprintf(path, sizeof path, "config/integrations/%s.lua%s", name, ending);
        struct reader reader = {
            .log = log, .path = path, .home = home, .lenient = reading == CONFIGURATION_MAPPING};
        code = read_source(source, &reader, name, general, configuration, error);
        if (!code)
            code = find_key_file(home, *configuration, &(*configuration)->auth, error);
        for (size_t i = 0; !code && i < (*configuration)->other_auth_count; i++)
            code = find_key_file(home, *configuration, &(*configuration)->other_auth[i], error);
    }
    free((char *)source.bytes);
    return code;
}

void configuration_integration_redact(const struct integration_configuration *configuration,
                                      struct error *error)
{
    configuration_state_redact(configuration->state, error);
}

void configuration_integration_free(struct integration_configuration *configuration)
{
    if (configuration)
        configuration_state_free(configuration->state);
    free(configuration);
}

/* ---------------------------------------------------------------- names */

static size_t length_of_name(int folder, const char *name)
{
    const size_t length = strlen(name);
    (void)folder;
    return length > 4 && strcmp(name + length - 4, ".lua") == 0 ? length - 4 : 0;
}

enum error_code configuration_integration_names(const char *home, struct arena *arena,
                                                struct text **names, size_t *count,
                                                struct error *error)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "%s/config/integrations", home);
    return configuration_file_names(path, length_of_name, arena, names, count, error);
}
