/* Puts the parts of an integration together, in the order in which they depend on one another. */
#include "host/integration.h"

#include "base/error_number.h"
#include "host/integration_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text_nearest.h"
#include "base/terminal.h"
#include "host/script_record.h"
#include "host/signals.h"
#include "net/transport/curl_transport.h"
#include "store/books/cache.h"

enum { CPU_SECONDS_MOST = 2 * 24 * 3600, WATCHDOG_GRACE_MS = 5000, LOOK_EVERY_MS = 100 };

static instant now(void *context)
{
    return session_now(context);
}

/* ---- opening ---- */

static bool is_name(const char *name)
{
    return *name &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
               strlen(name);
}

enum error_code integration_exists(const struct session *session, const char *name,
                                   struct error *error)
{
    struct text_nearest nearest = text_nearest_to(text_of(name));
    struct text *names = NULL;
    size_t count = 0;
    if (configuration_integration_names(session->home.path, session->arena, &names, &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(names[i], text_of(name)) && is_name(name))
            return ERROR_NONE;
        if (is_name(names[i].bytes))
            text_nearest_offer(&nearest, names[i]);
    }
    if (!text_is_absent(nearest.name))
        return error_numbered(error, ERROR_NUMBER_INTEGRATION, ERROR_USAGE,
                              "there is no integration '%s'; did you mean '%.*s'?", name,
                              TEXT_PRINT(nearest.name));
    return error_numbered(
        error, ERROR_NUMBER_INTEGRATION, ERROR_USAGE,
        "there is no integration '%s': config/integrations/%s.lua is missing in '%s'", name, name,
        session->home.path);
}

static enum error_code open_cassette(struct integration *integration, struct error *error)
{
    const struct session *const session = integration->session;
    const struct cassette_options options = {
        .path = session->options->cassette,
        .base_url = integration->configuration->http.base_url,
        .recorded_at = session_now(session),
        .log = session->log,
    };
    return cassette_open(&options, integration->transport, &integration->cassette, error);
}

/* Files of certificates may have anything else between them. */
static bool holds_certificate(const char *path)
{
    char line[256];
    bool found = false;
    FILE *const file = fopen(path, "re");
    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, "-----BEGIN ", 11) == 0 && strstr(line, "CERTIFICATE-----");
    if (file)
        fclose(file);
    return found;
}

/* A relative path is one in the home. */
static enum error_code find_ca_file(const struct session *session,
                                    struct http_client_options *options, struct error *error)
{
    const char *const named = options->limits.ca_file;
    char path[PATH_MAX];
    struct text copy = TEXT_ABSENT;
    if (!named)
        return ERROR_NONE;
    if (*named == '/')
        snprintf(path, sizeof path, "%s", named);
    else if (home_path(&session->home, path, error, "%s", named))
        return error->code;
    if (access(path, R_OK) != 0)
        return error_set(error, ERROR_CONFIGURATION, "cannot read the 'ca_file' '%s': %s", path,
                         strerror(errno));
    if (!holds_certificate(path))
        return error_set(error, ERROR_CONFIGURATION,
                         "the 'ca_file' '%s' holds no certificate in PEM form ('-----BEGIN "
                         "CERTIFICATE-----')",
                         path);
    const enum error_code code = text_copy(session->arena, text_of(path), &copy, error);
    options->limits.ca_file = copy.bytes;
    return code;
}

/* Can a token be obtained from the configuration's credentials alone, without a person? */
static bool gives_tokens(const struct integration_configuration *configuration)
{
    static const char *const types[] = {"oauth2_client_credentials", "oauth2_password",
                                        "oauth2_jwt_bearer"};
    const struct auth_settings *const auth = &configuration->auth;
    bool gives = false;
    for (size_t i = 0; i < auth->count; i++)
        for (size_t j = 0; j < sizeof types / sizeof *types; j++)
            gives |= text_equal(auth->settings[i].name, TEXT("type")) &&
                     text_equal(auth->settings[i].value, text_of(types[j]));
    return gives;
}

/* Their tokens are not kept: a run asks for one of its own. */
static enum error_code add_other_auth(struct integration *integration, struct error *error)
{
    const struct integration_configuration *const configuration = integration->configuration;
    const size_t count = configuration->other_auth_count;
    integration->other_auth =
        calloc(count + 1, sizeof(struct authentication *)); /* ends with NULL */
    if (!integration->other_auth)
        return error_memory(error, "further credentials");
    for (size_t i = 0; i < count; i++) {
        const struct auth_settings *const auth = &configuration->other_auth[i];
        struct authentication **const made = &integration->other_auth[i];
        if (authentication_new(auth->settings, auth->count, NULL, integration->session->log, made,
                               error))
            return error_prefix(error, "%.*s: other_auth.%.*s", TEXT_PRINT(configuration->path),
                                TEXT_PRINT(auth->name));
        if (authentication_set_name(*made, integration->name, error) ||
            http_client_add_credentials(integration->http, auth->name, *made, error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code add_auth(struct integration *integration, bool new_token,
                                struct error *error)
{
    const struct integration_configuration *const configuration = integration->configuration;
    const struct token_keeper keeper = token_vault_keeper(&integration->vault);
    const bool keep = !new_token || !gives_tokens(configuration);
    if (!configuration->auth.count)
        return ERROR_NONE;
    if (authentication_new(configuration->auth.settings, configuration->auth.count,
                           keep ? &keeper : NULL, integration->session->log,
                           &integration->authentication, error))
        return error_prefix(error, "%.*s", TEXT_PRINT(configuration->path));
    return authentication_set_name(integration->authentication, integration->name, error);
}

static enum error_code open_network(struct integration *integration,
                                    const struct integration_needs *needs, struct error *error)
{
    struct session *const session = integration->session;
    struct http_client_options options = integration->configuration->http;
    options.dry_run = needs->dry_run;
    options.would_send = needs->would_send;
    options.would_send_context = needs->would_send_context;
    if (curl_transport_open(session->log, &integration->transport, error) ||
        add_auth(integration, needs->new_token, error) ||
        (session->options->cassette && open_cassette(integration, error)) ||
        find_ca_file(session, &options, error) ||
        integration_limits_open(session, integration->name, &options, &integration->limits,
                                error) ||
        http_client_new(&options,
                        integration->cassette ? cassette_transport(integration->cassette)
                                              : integration->transport,
                        integration->authentication, session->log, &integration->http, error))
        return error->code;
    return add_other_auth(integration, error);
}

static enum error_code open_script(struct integration *integration,
                                   const struct integration_needs *needs, struct error *error)
{
    struct session *const session = integration->session;
    integration->cache = integration_store_cache(integration);
    integration->links = integration_store_links(integration);
    const struct script_exchange_options options = {
        .script = {.home = session->home.path,
                   .name = integration->name.bytes,
                   .config = integration->configuration->script_config,
                   .limits = integration->configuration->limits,
                   .watchdog = integration->watchdog,
                   .http = integration->http,
                   .cache = &integration->cache,
                   .links = &integration->links,
                   .log = session->log,
                   .now = now,
                   .now_context = session,
                   .interrupt = signals_flag()},
        .configuration = integration->configuration,
        .hot_swap = needs->hot_swap,
        .look_every_ms = LOOK_EVERY_MS,
    };
    const enum error_code code = script_exchange_open(&options, &integration->exchange, error);
    if (!code && integration->cassette) /* pages fetched ahead and not used do not belong in a
                                         * cassette */
        script_exchange_table(integration->exchange)->prepare_report = NULL;
    return code;
}

static enum error_code open_manual(struct integration *integration, struct error *error)
{
    const struct schema_source schemas = session_schemas(integration->session);
    const enum error_code code = manual_load(
        script_exchange_manifest(integration->exchange), integration->configuration, &schemas,
        integration->session->arena, &integration->manual, &integration->warnings, error);
    if (!code)
        script_exchange_set_manual(integration->exchange, integration->manual);
    return code;
}

/* The engine itself needs its share of memory, and one large answer may take all of it. */
static uint64_t address_space_of(const struct integration_configuration *configuration)
{
    enum { MIBIBYTES = 20, OWN_MIB = 2048, MEMORY_MIB = 128, BODY_MIB = 64, TIMES = 4, BODIES = 8 };
    const uint64_t memory = configuration->limits.memory_bytes;
    const uint64_t body = configuration->http.limits.max_body_bytes;
    return ((uint64_t)OWN_MIB << MIBIBYTES) +
           TIMES * (memory ? memory : (uint64_t)MEMORY_MIB << MIBIBYTES) +
           BODIES * (body ? body : (uint64_t)BODY_MIB << MIBIBYTES);
}

/* From here on this process can only do what a sync needs. */
static enum error_code put_up_fence(struct integration *integration,
                                    const struct integration_needs *needs, struct error *error)
{
    const struct session *const session = integration->session;
    const char *const temporary = getenv("TMPDIR");
    char var[PATH_MAX], database[PATH_MAX];
    if (home_path(&session->home, var, error, "var") ||
        session_store_folder(session, database, error))
        return error->code;
    const struct fence fence = {
        .address_space = address_space_of(integration->configuration),
        .cpu_seconds = CPU_SECONDS_MOST,
        .folders = {var, database, temporary && *temporary ? temporary : "/tmp"},
        .folder_count = 3,
        .starts_processes = needs->starts_processes,
    };
    return fence_enter(&fence, &integration->fence, error);
}

/* Record what other commands need to know about the script, because they do not execute it. */
static enum error_code open_loaded(struct integration *integration,
                                   const struct integration_needs *needs, struct error *error)
{
    struct session *const session = integration->session;
    const enum error_code code = open_script(integration, needs, error);
    if (code == ERROR_SCRIPT || code == ERROR_SCRIPT_LIMIT || code == ERROR_CONFIGURATION) {
        log_redact(session->log, error->message);
        struct error unwritten;
        if (script_record_keep_trouble(session, integration->name, error->message, &unwritten))
            log_write(session->log, LOG_WARN, "host", "%s", unwritten.message);
    }
    if (code || script_record_keep(session, integration->name,
                                   script_exchange_manifest(integration->exchange),
                                   script_exchange_version(integration->exchange)->sha256, error))
        return error->code;
    return open_manual(integration, error);
}

enum error_code integration_open(struct session *session, const char *name,
                                 const struct integration_needs *needs,
                                 struct integration *integration, struct error *error)
{
    const enum configuration_reading reading =
        needs->proposed ? CONFIGURATION_PROPOSED : CONFIGURATION_WHOLE;
    *integration = (struct integration){.session = session};
    if (text_copy(session->arena, text_of(name), &integration->name, error) ||
        integration_exists(session, name, error) ||
        configuration_integration_load(session->home.path, name, reading, session->configuration,
                                       session->log, &integration->configuration, error))
        return error->code;
    if (!integration->configuration->enabled && !needs->disabled_too)
        return error_numbered(error, ERROR_NUMBER_DISABLED, ERROR_REFUSED,
                              "the integration '%s' is disabled: set 'enabled = true' in %.*s",
                              name, TEXT_PRINT(integration->configuration->path));
    if (token_vault_init(session, integration->name, &integration->vault, error) ||
        open_network(integration, needs, error)) {
        configuration_integration_redact(integration->configuration, error);
        return error->code;
    }
    if ((needs->watchdog &&
         sandbox_watchdog_start(WATCHDOG_GRACE_MS, &integration->watchdog, error)) ||
        put_up_fence(integration, needs, error))
        return error->code;
    return open_loaded(integration, needs, error);
}

void integration_close(struct integration *integration)
{
    signals_forget();
    script_exchange_close(integration->exchange);
    sandbox_watchdog_stop(integration->watchdog);
    http_client_free(integration->http);
    integration_limits_close(&integration->limits);
    authentication_free(integration->authentication);
    for (struct authentication **other = integration->other_auth; other && *other; other++)
        authentication_free(*other);
    free(integration->other_auth);
    if (integration->transport)
        integration->transport->close(integration->transport);
    struct error trouble;
    if (integration->session && cache_write_waiting(integration->session->store, &trouble))
        terminal_warning("what the script wanted to keep is lost: %s", trouble.message);
    if (cassette_close(integration->cassette, NULL, &trouble))
        terminal_warning("%s", trouble.message);
    if (integration->vault.session)
        token_vault_release(&integration->vault);
    configuration_integration_free(integration->configuration);
    *integration = (struct integration){.session = NULL};
}
