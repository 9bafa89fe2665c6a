/*
 * address_guard: which addresses of the Internet Protocol a transport may connect to.
 *
 * The check looks at the address that a socket is really connected to, so neither DNS rebinding nor
 * the many ways of writing an address matter.
 */
#ifndef TANDEM_NET_WIRE_ADDRESS_GUARD_H
#define TANDEM_NET_WIRE_ADDRESS_GUARD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/text.h"

enum address_kind {
    ADDRESS_PUBLIC,
    ADDRESS_PRIVATE, /* loopback, RFC 1918, shared (CGNAT), ULA: only where the operator wrote it */
    ADDRESS_FORBIDDEN /* link-local (cloud metadata), multicast, reserved, IPv4 inside IPv6 ... */
};

/* An IPv4 or IPv6 address without port. */
struct address {
    int family; /* AF_INET or AF_INET6 */
    union {
        struct in_addr v4;
        struct in6_addr v6;
    } as;
};

/* What kind of address is it? Other families than IPv4 and IPv6 are forbidden. */
enum address_kind address_kind(const struct address *address);
/* The address of a socket address; false for other families. */
bool address_of_socket(const struct sockaddr *socket_address, struct address *address);
/* "10.0.0.1", "::1" or "[::1]"; no zones, no other forms. False if the text is anything else. */
bool address_parse(struct text text, struct address *address);
bool address_equal(const struct address *left, const struct address *right);
/* May a socket be connected to it? */
bool address_allowed(const struct address *address, bool allow_private);

#endif
