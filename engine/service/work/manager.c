/* Datagrams to $NOTIFY_SOCKET, descriptors from $LISTEN_FDS. */
#include "service/work/manager.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { FIRST_DESCRIPTOR = 3 };

/* A number of the environment; 0 if it is not there. */
static int64_t variable(const char *name)
{
    const char *const value = getenv(name);
    int64_t number = 0;
    return value && text_to_integer(text_of(value), &number) && number > 0 ? number : 0;
}

/* The nth of the names that colons separate. */
static bool is_named(const char *names, int64_t index, const char *name)
{
    for (; names && index > 0; index--) {
        names = strchr(names, ':');
        names = names ? names + 1 : NULL;
    }
    return names && strncmp(names, name, strlen(name)) == 0 &&
           (names[strlen(name)] == ':' || names[strlen(name)] == '\0');
}

static void take_sockets(struct manager *manager)
{
    const char *const names = getenv("LISTEN_FDNAMES");
    const int64_t count = variable("LISTEN_PID") == getpid() ? variable("LISTEN_FDS") : 0;
    for (int64_t i = 0; i < count && i < 8; i++) {
        const int descriptor = FIRST_DESCRIPTOR + (int)i;
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
        if (is_named(names, i, "hooks"))
            manager->hooks = descriptor;
        else if (manager->api < 0)
            manager->api = descriptor;
        else if (manager->hooks < 0)
            manager->hooks = descriptor;
    }
}

void manager_init(struct manager *manager)
{
    static const char *const taken[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                        "LISTEN_PID",    "LISTEN_FDS",    "LISTEN_FDNAMES"};
    const char *const path = getenv("NOTIFY_SOCKET");
    *manager = (struct manager){.api = -1, .hooks = -1};
    if (path && (path[0] == '/' || path[0] == '@') && strlen(path) < sizeof manager->socket)
        snprintf(manager->socket, sizeof manager->socket, "%s", path);
    const int64_t whose = variable("WATCHDOG_PID");
    if (whose == 0 || whose == getpid())
        manager->watchdog_ms = variable("WATCHDOG_USEC") / 1000;
    take_sockets(manager);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        unsetenv(taken[i]);
}

void manager_tell(const struct manager *manager, const char *lines)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(manager->socket);
    if (length == 0)
        return;
    memcpy(address.sun_path, manager->socket, length);
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0'; /* an abstract name */
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    (void)!sendto(descriptor, lines, strlen(lines), MSG_NOSIGNAL | MSG_DONTWAIT,
                  (const struct sockaddr *)&address,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    close(descriptor);
}

void manager_tell_reloading(const struct manager *manager)
{
    struct timespec now;
    char lines[64];
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(lines, sizeof lines, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    manager_tell(manager, lines);
}
