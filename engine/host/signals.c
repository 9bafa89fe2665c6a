/* The flag that signal handlers set, and how they wake up waiting work. */
#include "host/signals.h"

#include <stddef.h>
#include <unistd.h>

#include "host/exit_code.h"
#include "net/client/http_client.h"

static volatile sig_atomic_t interrupted;
static struct http_client *volatile waiting;

static void on_signal(int number)
{
    (void)number;
    if (interrupted)
        _exit(EXIT_RUN_FAILED);
    interrupted = 1;
    if (waiting)
        http_client_wake(waiting);
}

void signals_watch(struct http_client *client)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    sigemptyset(&ignore.sa_mask);
    waiting = client;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

void signals_forget(void)
{
    waiting = NULL;
}

const volatile sig_atomic_t *signals_flag(void)
{
    return &interrupted;
}
