/* tandem serve: the service. */
#include <stdio.h>

#include "cli/commands/commands.h"
#include "service/daemon/daemon.h"

static void tell_ready(unsigned port, unsigned hooks)
{
    if (hooks)
        fprintf(stderr, "tandem: serving on port %u, webhooks on port %u\n", port, hooks);
    else
        fprintf(stderr, "tandem: serving on port %u\n", port);
}

static enum error_code run_serve(const struct invocation *invocation, struct error *error)
{
    const struct daemon_options options = {
        .home = invocation->options.home,
        .listen = invocation_value(invocation, "listen"),
        .hooks = invocation_value(invocation, "hooks"),
        .web = invocation_value(invocation, "web"),
        .verbosity = invocation->options.verbosity,
        .ready = tell_ready,
    };
    return daemon_run(&options, error);
}

static const struct option options[] = {
    OPTION("listen", "ADDRESS",
           "where the API and the dashboard are (default: service.listen, 127.0.0.1:8321)"),
    OPTION("hooks", "ADDRESS",
           "where webhooks come in (default: service.hooks; without both: nowhere)"),
    OPTION("web", "DIR", "serve the dashboard from this folder"),
    {.name = NULL},
};

const struct command command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "sync all integrations on schedule, receive webhooks, serve the API and the "
               "dashboard",
    .details =
        "Each run is a process of its own. Edits made here are sent within a second. SIGHUP "
        "reads the configuration again, all or nothing; SIGTERM lets runs end after their "
        "current page, a second one ends them at once. If it is killed, nothing is lost, and "
        "it continues where it was.",
    .examples = "  tandem serve\n  tandem serve --listen 127.0.0.1:0 --hooks 0.0.0.0:8322",
    .options = options,
    .run = run_serve,
};
