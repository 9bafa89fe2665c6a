/*
 * manager: talking to systemd, if it started us (sd_notify(3), sd_listen_fds(3)).
 *
 * Without systemd every call does nothing. The protocol takes only a few lines, so no library is
 * needed for it.
 */
#ifndef TANDEM_SERVICE_WORK_MANAGER_H
#define TANDEM_SERVICE_WORK_MANAGER_H

#include <stdint.h>

struct manager {
    char socket[108];    /* "": nobody listens */
    int64_t watchdog_ms; /* how often it expects a sign of life; 0: never */
    int api, hooks;      /* sockets that it opened for us; -1: none */
};

/* Read what it put into the environment, and remove it from there, because it is not meant for
 * child processes. */
void manager_init(struct manager *manager);
/* "READY=1" and the like; several lines at once. */
void manager_tell(const struct manager *manager, const char *lines);
/* Before the configuration is read again; "READY=1" tells when it is done. */
void manager_tell_reloading(const struct manager *manager);

#endif
