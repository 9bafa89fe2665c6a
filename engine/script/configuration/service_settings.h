/*
 * service_settings: the settings of `tandem serve` in the two kinds of configuration files.
 *
 * Texts live as long as the configuration. Cron lines and time zones are checked by the code that
 * uses them.
 */
#ifndef TANDEM_SCRIPT_CONFIGURATION_SERVICE_SETTINGS_H
#define TANDEM_SCRIPT_CONFIGURATION_SERVICE_SETTINGS_H

#include <stdint.h>

#include "base/text.h"

/* schedule = { every = "10m", fastest = "1m" }, { cron = "...", timezone = "..." } or false. */
struct schedule_settings {
    bool off;
    int64_t every_ms;   /* 0: by cron, or off */
    int64_t fastest_ms; /* while changes flow; every_ms: always the same */
    struct text cron, timezone;
};

/* webhooks = { scheme = ..., secret = ..., ... } */
struct webhook_settings {
    bool given;
    struct text scheme;
    struct text secret, previous_secret;          /* either one counts */
    struct text username;                         /* basic */
    struct text header, prefix, timestamp_header; /* hmac_sha256 */
    bool base64;                                  /* hmac_sha256: encoding = "base64" */
    struct text id_header;                        /* the sender's id of a delivery */
    struct text path;                             /* /hooks/NAME/PATH; absent: /hooks/NAME */
    struct text url;                              /* hubspot_v3: our address as they know it */
    int tolerance_seconds;
};

enum { SERVICE_HOSTS = 8 };

/* service = { ... } of config/tandem.lua. */
struct service_settings {
    struct text listen;               /* "127.0.0.1:8321" */
    struct text hooks;                /* where webhooks come in; absent: nowhere */
    const struct text *hosts;         /* names by which browsers know it, besides its address */
    size_t host_count;
    bool https;      /* a proxy in front of it speaks https */
    struct text web; /* a folder with the dashboard; absent: the one built in */
    size_t jobs;     /* runs at once; 0: as many as there are cores */
    bool json_log;
};

/* notify = { ... } of config/tandem.lua: where what waits for a person is sent. */
struct notify_settings {
    struct text url, secret; /* a webhook (Standard Webhooks); absent: none */
    struct text command;     /* gets a mail's text on its standard input; absent: none */
    struct text link;        /* where the dashboard is; absent: no links */
    int64_t every_ms;        /* a digest is sent at most that often */
};

#endif
