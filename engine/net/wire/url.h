/*
 * url: absolute http and https addresses, taken apart by the parser of the transport (libcurl's).
 *
 * One parser for the guard and for the transport, so that they can't read an address differently.
 * Refused outright: other schemes, user names in it, hosts that are not plain ASCII names or
 * addresses, hosts with a dot at the end, zones of IPv6.
 */
#ifndef TANDEM_NET_WIRE_URL_H
#define TANDEM_NET_WIRE_URL_H

#include "base/text.h"
#include "net/wire/address_guard.h"

enum { URL_MAX_LENGTH = 16384 };

struct url {
    char *text;  /* normalized, without fragment; owned */
    char *host;  /* lower case; IPv6 in brackets; owned */
    char *path;  /* without query; owned */
    bool secure; /* https */
    uint16_t port;
    bool literal; /* the host is an address: */
    struct address address;
};

/* Parse an absolute URL. ERROR_REFUSED says what is wrong. The result is owned: url_release. */
WARN_UNUSED enum error_code url_parse(struct text text, struct url *url, struct error *error);
/* The target of a redirect: `location` (absolute or relative) as seen from `base`. */
WARN_UNUSED enum error_code url_resolve(const struct url *base, struct text location,
                                        struct url *url, struct error *error);
void url_release(struct url *url); /* accepts a zeroed one; zeroes it */
/* Take a parameter, as it is written, out of the query, wherever it stands. */
void url_remove_parameter(struct url *url, const char *name);
/* Exchange scheme, host and port for those of `origin` (whose path is ignored); path and query
 * stay. ERROR_REFUSED as url_parse; the address then stays as it is. */
WARN_UNUSED enum error_code url_move(struct url *url, struct text origin, struct error *error);
/* Same scheme, host and port? */
bool url_same_origin(const struct url *left, const struct url *right);

#endif
