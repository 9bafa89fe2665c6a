/* Putting the parts together, and taking them apart in the right order. */
#include "service/daemon/daemon.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/api/api.h"
#include "service/daemon/json_log.h"
#include "service/http/listener.h"
#include "service/webhooks/receiver.h"
#include "service/work/supervisor.h"

enum { CONNECTIONS = 500, CONNECTIONS_OF_ADDRESS = 250, HOOK_CONNECTIONS = 500, HOST_SIZE = 300 };

struct daemon {
    const struct daemon_options *options;
    struct manager manager;
    struct log *log; /* owned */
    struct service service;
    struct api api;
    struct receiver receiver;
    struct listener *api_listener, *hooks_listener; /* owned */
    char listen[HOST_SIZE], hooks[HOST_SIZE], web[PATH_MAX];
    char hosts[3][HOST_SIZE];
};

/* Signals are read by the main thread; no other one may get them, nor a write to a closed socket
 * end us. */
static void block_signals(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGHUP);
    sigaddset(&blocked, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
}

static enum log_level level_of(const struct daemon_options *options,
                               const struct configuration *configuration)
{
    if (options->verbosity > 0)
        return options->verbosity > 1 ? LOG_DEBUG : LOG_INFO;
    return configuration->log_level > LOG_WARN ? configuration->log_level : LOG_WARN;
}

/* The configuration says how to log, and reading it already needs a log. */
static enum error_code make_log(struct daemon *daemon, const struct home *home, struct error *error)
{
    struct configuration *configuration = NULL;
    const enum error_code code = configuration_load(home->path, NULL, &configuration, error);
    if (code)
        return code;
    daemon->log = log_new(level_of(daemon->options, configuration),
                          configuration->service.json_log ? json_log_sink : NULL, NULL);
    configuration_free(configuration);
    return daemon->log ? ERROR_NONE : error_memory(error, "the log");
}

static void choose(char out[HOST_SIZE], const char *given, struct text configured)
{
    if (given)
        snprintf(out, HOST_SIZE, "%s", given);
    else
        snprintf(out, HOST_SIZE, "%.*s", TEXT_PRINT(configured));
}

/* All names under which browsers may reach us. */
static void name_hosts(struct daemon *daemon)
{
    const struct service_settings *const settings = &daemon->service.roster->configuration->service;
    const unsigned port = listener_port(daemon->api_listener);
    const char *const colon = strrchr(daemon->listen, ':');
    snprintf(daemon->hosts[0], HOST_SIZE, "localhost:%u", port);
    snprintf(daemon->hosts[1], HOST_SIZE, "127.0.0.1:%u", port);
    snprintf(daemon->hosts[2], HOST_SIZE, "%.*s:%u", colon ? (int)(colon - daemon->listen) : 0,
             daemon->listen, port);
    for (size_t i = 0; i < 3; i++)
        gate_add_host(&daemon->api.gate, text_of(daemon->hosts[i]));
    for (size_t i = 0; i < settings->host_count; i++)
        gate_add_host(&daemon->api.gate, settings->hosts[i]);
}

static enum error_code start_listeners(struct daemon *daemon, struct error *error)
{
    const struct listener_options api = {.address = daemon->listen,
                                         .descriptor = daemon->manager.api,
                                         .threads = API_THREADS,
                                         .most_connections = CONNECTIONS,
                                         .most_connections_of_address = CONNECTIONS_OF_ADDRESS,
                                         .handle = api_handle,
                                         .context = &daemon->api};
    const struct listener_options hooks = {.address = daemon->hooks,
                                           .descriptor = daemon->manager.hooks,
                                           .threads = RECEIVER_THREADS,
                                           .most_connections = HOOK_CONNECTIONS,
                                           .most_connections_of_address = HOOK_CONNECTIONS,
                                           .handle = receiver_handle,
                                           .context = &daemon->receiver};
    if (listener_start(&api, &daemon->api_listener, error))
        return error->code;
    name_hosts(daemon);
    return daemon->hooks[0] || hooks.descriptor >= 0
               ? listener_start(&hooks, &daemon->hooks_listener, error)
               : ERROR_NONE;
}

static enum error_code prepare(struct daemon *daemon, struct error *error)
{
    const struct daemon_options *const options = daemon->options;
    struct home home;
    if (home_open(options->home, &home, error) || make_log(daemon, &home, error) ||
        service_init(&daemon->service, &home, daemon->log, error))
        return error->code;
    const struct service_settings *const settings = &daemon->service.roster->configuration->service;
    choose(daemon->listen, options->listen, settings->listen);
    choose(daemon->hooks, options->hooks, settings->hooks);
    if (options->web || !text_is_empty(settings->web)) {
        if (options->web)
            snprintf(daemon->web, sizeof daemon->web, "%s", options->web);
        else if (home_path(&home, daemon->web, error, "%.*s", TEXT_PRINT(settings->web)))
            return error->code;
    }
    api_init(&daemon->api, &daemon->service, daemon->service.home.path,
             daemon->web[0] ? daemon->web : NULL);
    receiver_init(&daemon->receiver, &daemon->service);
    return start_listeners(daemon, error);
}

/* Streams first, or their listener would wait for them. */
static void take_apart(struct daemon *daemon)
{
    if (daemon->service.events)
        event_ring_end(daemon->service.events);
    listener_stop(daemon->hooks_listener);
    listener_stop(daemon->api_listener);
    receiver_release(&daemon->receiver);
    if (daemon->api.service)
        api_release(&daemon->api);
    if (daemon->service.started)
        service_release(&daemon->service);
    log_free(daemon->log);
}

enum error_code daemon_run(const struct daemon_options *options, struct error *error)
{
    struct daemon *const daemon = calloc(1, sizeof *daemon);
    if (!daemon)
        return error_memory(error, "the service");
    daemon->options = options;
    block_signals();
    manager_init(&daemon->manager);
    enum error_code code = prepare(daemon, error);
    if (!code) {
        options->ready(listener_port(daemon->api_listener),
                       daemon->hooks_listener ? listener_port(daemon->hooks_listener) : 0);
        code = supervisor_run(&daemon->service, &daemon->manager, error);
    }
    take_apart(daemon);
    free(daemon);
    return code;
}
