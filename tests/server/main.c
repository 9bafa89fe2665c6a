/* hello_world: a third party to sync with, on the loopback interface. See README.md. */
#include "generate.h"
#include "server.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_WRONG_USE = 2, DEFAULT_PAGE_SIZE = 200, DEFAULT_TOKEN_SECONDS = 3600 };

struct options {
    unsigned short port;
    const char *data, *log, *control, *client_id, *client_secret, *webhook, *webhook_secret;
    json_int_t seed, page_size, token_seconds, latency_ms;
    bool field_timestamps, no_date, needs_token, help;
};

static const char usage[] =
    "usage: hello_world [options]\n"
    "  --port N             listen on 127.0.0.1:N (default 0: a free port)\n"
    "  --data FILE          load objects from this file, and keep them there\n"
    "  --seed N             add N sample citizens and N/10 worlds if there are no objects\n"
    "  --page-size N        objects a page (default 200)\n"
    "  --log FILE           append one JSON line for each request\n"
    "  --field-timestamps   say for each field when it changed\n"
    "  --no-date            answers without the header Date\n"
    "  --auth none|oauth2   default none\n"
    "  --token-seconds S    how long a token lasts (default 3600)\n"
    "  --client-id TEXT     default hello\n"
    "  --client-secret TEXT default world\n"
    "  --latency-ms N       wait before each answer\n"
    "  --webhook URL        tell this address (http://127.0.0.1:PORT/PATH) what changed\n"
    "  --webhook-secret T   signs that (default hook-secret)\n"
    "  --control JSON       faults, as for POST /_control\n";

static bool read_number(const char *text, json_int_t low, json_int_t high, json_int_t *number)
{
    return object_id_parse(text, number) && *number >= low && *number <= high;
}

enum switch_code {
    PORT = 1,
    DATA,
    SEED,
    PAGE_SIZE,
    LOG,
    FIELD_TIMESTAMPS,
    NO_DATE,
    AUTH,
    TOKEN_SECONDS,
    CLIENT_ID,
    CLIENT_SECRET,
    LATENCY,
    CONTROL,
    WEBHOOK,
    WEBHOOK_SECRET,
    HELP
};

static bool read_option(struct options *options, int option, const char *value)
{
    json_int_t number = 0;
    switch (option) {
    case PORT:
        if (!read_number(value, 0, 65535, &number)) {
            return false;
        }
        options->port = (unsigned short)number;
        return true;
    case DATA:
        options->data = value;
        return true;
    case SEED:
        return read_number(value, 0, 100000000, &options->seed);
    case PAGE_SIZE:
        return read_number(value, 1, 1000000, &options->page_size);
    case LOG:
        options->log = value;
        return true;
    case FIELD_TIMESTAMPS:
        options->field_timestamps = true;
        return true;
    case AUTH:
        options->needs_token = strcmp(value, "oauth2") == 0;
        return options->needs_token || strcmp(value, "none") == 0;
    case TOKEN_SECONDS:
        return read_number(value, 0, 100000000, &options->token_seconds);
    case CLIENT_ID:
        options->client_id = value;
        return true;
    case CLIENT_SECRET:
        options->client_secret = value;
        return true;
    case LATENCY:
        return read_number(value, 0, 3600000, &options->latency_ms);
    case CONTROL:
        options->control = value;
        return true;
    case WEBHOOK:
        options->webhook = value;
        return true;
    case WEBHOOK_SECRET:
        options->webhook_secret = value;
        return true;
    case NO_DATE:
        options->no_date = true;
        return true;
    case HELP:
        options->help = true;
        return true;
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        {"port", required_argument, NULL, PORT},
        {"data", required_argument, NULL, DATA},
        {"seed", required_argument, NULL, SEED},
        {"page-size", required_argument, NULL, PAGE_SIZE},
        {"log", required_argument, NULL, LOG},
        {"field-timestamps", no_argument, NULL, FIELD_TIMESTAMPS},
        {"no-date", no_argument, NULL, NO_DATE},
        {"auth", required_argument, NULL, AUTH},
        {"token-seconds", required_argument, NULL, TOKEN_SECONDS},
        {"client-id", required_argument, NULL, CLIENT_ID},
        {"client-secret", required_argument, NULL, CLIENT_SECRET},
        {"latency-ms", required_argument, NULL, LATENCY},
        {"control", required_argument, NULL, CONTROL},
        {"webhook", required_argument, NULL, WEBHOOK},
        {"webhook-secret", required_argument, NULL, WEBHOOK_SECRET},
        {"help", no_argument, NULL, HELP},
        {NULL, 0, NULL, 0},
    };
    int option = 0, index = 0;
    while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
        if (option == '?') {
            return false; /* getopt has said why */
        }
        if (!read_option(options, option, optarg)) {
            fprintf(stderr, "hello_world: '%s' is no value for '--%s'\n", optarg,
                    names[index].name);
            return false;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "hello_world: '%s' is not an option\n", argv[optind]);
    }
    return optind == argc;
}

static bool is_empty(const struct store *store)
{
    size_t count = 0;
    for (size_t object = 0; object < OBJECT_COUNT; object++) {
        count += store->collections[object].count;
    }
    return count == 0;
}

static bool apply_control(struct server *server, const char *text)
{
    char message[200] = "it is not JSON";
    json_error_t error = {0};
    json_t *document = !text ? json_object() : json_loads(text, 0, &error);
    const bool applied = document && control_apply(server, document, message);
    if (!applied) {
        fprintf(stderr, "hello_world: cannot use '--control': %s\n", message);
    }
    json_decref(document);
    return applied;
}

static bool prepare(struct server *server, const struct options *options)
{
    server->clock = MOMENT_NONE;
    server->page_size = options->page_size;
    server->no_date = options->no_date;
    server->field_timestamps = options->field_timestamps;
    server->needs_token = options->needs_token;
    if (!faults_init(&server->faults) ||
        !tokens_init(&server->tokens, options->client_id, options->client_secret,
                     options->token_seconds) ||
        !store_open(&server->store, options->data)) {
        return false;
    }
    server->faults.latency_ms = options->latency_ms;
    if (!request_log_open(&server->log, options->log)) {
        fprintf(stderr, "hello_world: cannot write '%s'\n", options->log);
        return false;
    }
    if (is_empty(&server->store) && options->seed > 0 &&
        (!generate(&server->store, options->seed) || !store_save(&server->store))) {
        fprintf(stderr, "hello_world: cannot make sample objects\n");
        return false;
    }
    return apply_control(server, options->control);
}

static void release(struct server *server)
{
    request_log_close(&server->log);
    store_close(&server->store);
    tokens_release(&server->tokens);
    faults_release(&server->faults);
    pthread_mutex_destroy(&server->lock);
}

/* Serves until SIGINT or SIGTERM. */
static int serve(struct server *server, unsigned short port, const char *webhook,
                 const char *secret)
{
    sigset_t ends;
    int received = 0;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (!webhooks_start(&server->webhooks, webhook, secret)) {
        fprintf(stderr, "hello_world: cannot tell '%s' anything\n", webhook);
        return EXIT_FAILURE;
    }
    struct MHD_Daemon *daemon = server_start(server, &port);
    if (!daemon) {
        fprintf(stderr, "hello_world: cannot listen on 127.0.0.1:%hu\n", port);
        return EXIT_FAILURE;
    }
    printf("listening on http://127.0.0.1:%hu\n", port);
    fflush(stdout);
    sigwait(&ends, &received);
    MHD_stop_daemon(daemon);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct options options = {.client_id = "hello",
                              .client_secret = "world",
                              .webhook_secret = "hook-secret",
                              .page_size = DEFAULT_PAGE_SIZE,
                              .token_seconds = DEFAULT_TOKEN_SECONDS};
    struct server server = {.lock = PTHREAD_MUTEX_INITIALIZER};
    int status = EXIT_FAILURE;
    if (!read_options(argc, argv, &options)) {
        fputs(usage, stderr);
        return EXIT_WRONG_USE;
    }
    if (options.help) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (prepare(&server, &options)) {
        status = serve(&server, options.port, options.webhook, options.webhook_secret);
    }
    release(&server);
    return status;
}
