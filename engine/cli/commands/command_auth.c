/* tandem auth: let the operator authorize an integration in a browser. */
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "host/integration.h"
#include "cli/show/output.h"
#include "host/signals.h"
#include "net/authorize/authorization_code.h"
#include "net/transport/curl_transport.h"
#include "net/wire/encoding.h"
#include "net/authorize/loopback_redirect.h"

enum { DEFAULT_TIMEOUT = 300, LONGEST_TIMEOUT = 86400, LARGEST_PORT = 65535, MOST_CODE = 8192 };

/* The resources of one authorization. The script is not one of them: it may be broken. */
struct attempt {
    const struct invocation *invocation;
    struct text name;
    struct integration_configuration *configuration;
    struct token_vault vault;
    struct http_transport *transport;
    struct authentication *authentication;
    struct loopback_redirect *listener;
    struct authorization authorization;
    int64_t timeout; /* seconds */
    int64_t port;
};

static enum error_code prepare(struct attempt *attempt, struct error *error)
{
    const struct invocation *const invocation = attempt->invocation;
    struct session *const session = invocation->session;
    const char *const name = invocation->arguments[0];
    attempt->timeout = DEFAULT_TIMEOUT;
    if (session_open(&invocation->options, session, error) ||
        invocation_number(invocation, "timeout", 1, LONGEST_TIMEOUT, NULL, &attempt->timeout,
                          error) ||
        invocation_number(invocation, "port", 1, LARGEST_PORT, NULL, &attempt->port, error) ||
        integration_exists(session, name, error) ||
        text_copy(session->arena, text_of(name), &attempt->name, error) ||
        configuration_integration_load(session->home.path, name, CONFIGURATION_WHOLE,
                                       session->configuration, session->log,
                                       &attempt->configuration, error))
        return error->code;
    const struct integration_configuration *const configuration = attempt->configuration;
    if (!configuration->auth.count)
        return error_set(error, ERROR_CONFIGURATION,
                         "%.*s: there is no 'auth' with which to authorize '%s'; 'tandem auth' "
                         "needs type 'oauth2_authorization_code'",
                         TEXT_PRINT(configuration->path), name);
    if (token_vault_init(session, attempt->name, &attempt->vault, error) ||
        curl_transport_open(session->log, &attempt->transport, error))
        return error->code;
    const struct token_keeper keeper = token_vault_keeper(&attempt->vault);
    if (authentication_new(configuration->auth.settings, configuration->auth.count, &keeper,
                           session->log, &attempt->authentication, error))
        return error_prefix(error, "%.*s", TEXT_PRINT(configuration->path));
    return authentication_set_name(attempt->authentication, attempt->name, error);
}

/* The output of xdg-open is not for the operator. */
static void open_browser(char *url)
{
    char program[] = "xdg-open";
    char *const arguments[] = {program, url, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    if (posix_spawn_file_actions_init(&actions))
        return;
    int trouble = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    if (!trouble)
        trouble = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
    if (!trouble)
        trouble = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
    if (!trouble)
        trouble = posix_spawnp(&child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (trouble)
        terminal_warning("no browser can be opened: xdg-open: %s", strerror(trouble));
}

/* The address alone is on standard output, so that it can be piped. */
static enum error_code show_url(struct attempt *attempt, struct error *error)
{
    const bool quiet = attempt->invocation->options.quiet;
    if (!quiet)
        fprintf(stderr, "to authorize '%.*s', open this address in a browser on this machine:\n",
                TEXT_PRINT(attempt->name));
    printf("%.*s\n", TEXT_PRINT(buffer_text(&attempt->authorization.url)));
    const enum error_code code = output_flush(error);
    if (!code && invocation_has(attempt->invocation, "open"))
        open_browser(attempt->authorization.url.data);
    if (!quiet)
        fprintf(stderr, "waiting for the browser to return to %.*s, for at most %" PRId64 " s\n",
                TEXT_PRINT(loopback_redirect_uri(attempt->listener)), attempt->timeout);
    return code;
}

static enum error_code carry_out_attempt(struct attempt *attempt, struct error *error)
{
    struct buffer code = BUFFER(MOST_CODE);
    if (loopback_redirect_open((int)attempt->port, &attempt->listener, error))
        return error->code;
    if (authorization_begin(attempt->authentication, loopback_redirect_uri(attempt->listener),
                            &attempt->authorization, error))
        return error_prefix(error, "%.*s", TEXT_PRINT(attempt->configuration->path));
    signals_watch(NULL);
    enum error_code status = show_url(attempt, error);
    if (!status)
        status =
            loopback_redirect_wait(attempt->listener, buffer_text(&attempt->authorization.state),
                                   attempt->timeout * 1000, &code, error);
    if (!status)
        status = authorization_exchange(attempt->authentication, &attempt->authorization,
                                        buffer_text(&code), attempt->transport,
                                        &attempt->configuration->http,
                                        attempt->invocation->session->log, error);
    if (!status && !attempt->invocation->options.quiet)
        fprintf(stderr, "'%.*s' is authorized; its tokens are kept in the store, sealed\n",
                TEXT_PRINT(attempt->name));
    encoding_wipe(&code);
    return status;
}

static enum error_code run_auth(const struct invocation *invocation, struct error *error)
{
    struct attempt attempt = {.invocation = invocation};
    enum error_code code = prepare(&attempt, error);
    if (!code)
        code = carry_out_attempt(&attempt, error);
    authorization_release(&attempt.authorization);
    loopback_redirect_close(attempt.listener);
    authentication_free(attempt.authentication);
    if (attempt.transport)
        attempt.transport->close(attempt.transport);
    if (attempt.vault.session)
        token_vault_release(&attempt.vault);
    configuration_integration_free(attempt.configuration);
    return code;
}

static const struct option options[] = {
    OPTION("timeout", "SECONDS", "how long to wait for the browser (default 300)"),
    OPTION("port", "PORT",
           "where to wait, if the service wants a registered address (default: any free port)"),
    FLAG("open", "open the address with xdg-open"),
    {.name = NULL},
};

const struct command command_auth = {
    .name = "auth",
    .arguments = "NAME",
    .summary = "authorize an integration in a browser (OAuth2 authorization code with PKCE)",
    .details =
        "Prints the address to open, waits on 127.0.0.1 until the browser returns with a "
        "code, exchanges it for tokens and keeps them in the store, sealed. If it fails, the "
        "present tokens stay. For a browser on another machine use ssh -L PORT:127.0.0.1:PORT "
        "and --port.",
    .examples = "  tandem auth helloworld\n  tandem auth helloworld --port 8765 --open",
    .options = options,
    .run = run_auth,
};
