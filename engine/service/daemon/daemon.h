/*
 * daemon: `tandem serve`: everything that runs as long as the service does.
 */
#ifndef TANDEM_SERVICE_DAEMON_DAEMON_H
#define TANDEM_SERVICE_DAEMON_DAEMON_H

#include "base/error.h"

struct daemon_options {
    const char *home;
    const char *listen; /* instead of what the configuration says; NULL: as it says */
    const char *hooks;  /* the same for webhooks */
    const char *web; /* folder of the dashboard; NULL: as the configuration says, else built in */
    int verbosity;   /* 1: information, 2: everything */
    /* Called once, when requests are answered: the ports (hooks 0: no webhooks are taken). */
    void (*ready)(unsigned port, unsigned hooks);
};

/* Until SIGTERM or SIGINT. */
WARN_UNUSED enum error_code daemon_run(const struct daemon_options *options, struct error *error);

#endif
