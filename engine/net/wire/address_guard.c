/* Ranges of addresses that are not public, for IPv4 and IPv6. */
#include "net/wire/address_guard.h"

#include <arpa/inet.h>
#include <string.h>

struct range {
    uint8_t network[16]; /* as in a packet */
    int bits;
    enum address_kind kind;
};

/* The first one that fits counts (IANA's special-purpose registry). */
static const struct range ranges_v4[] = {
    {{0}, 8, ADDRESS_FORBIDDEN},             /* this network */
    {{10}, 8, ADDRESS_PRIVATE},              /* RFC 1918 */
    {{100, 64}, 10, ADDRESS_PRIVATE},        /* shared by carriers */
    {{127}, 8, ADDRESS_PRIVATE},             /* loopback */
    {{169, 254}, 16, ADDRESS_FORBIDDEN},     /* link-local, cloud metadata */
    {{172, 16}, 12, ADDRESS_PRIVATE},        /* RFC 1918 */
    {{192, 0, 0}, 24, ADDRESS_FORBIDDEN},    /* protocol assignments */
    {{192, 0, 2}, 24, ADDRESS_FORBIDDEN},    /* documentation */
    {{192, 88, 99}, 24, ADDRESS_FORBIDDEN},  /* 6to4 relays */
    {{192, 168}, 16, ADDRESS_PRIVATE},       /* RFC 1918 */
    {{198, 18}, 15, ADDRESS_FORBIDDEN},      /* benchmarks */
    {{198, 51, 100}, 24, ADDRESS_FORBIDDEN}, /* documentation */
    {{203, 0, 113}, 24, ADDRESS_FORBIDDEN},  /* documentation */
    {{224}, 3, ADDRESS_FORBIDDEN},           /* 224.0.0.0/4 multicast, 240.0.0.0/4, broadcast */
    {{0}, 0, ADDRESS_PUBLIC},
};

static const struct range ranges_v6[] = {
    {{[15] = 1}, 128, ADDRESS_PRIVATE},                /* ::1 */
    {{0xfc}, 7, ADDRESS_PRIVATE},                      /* fc00::/7: unique local */
    {{0x20, 0x01, 0x00, 0x00}, 23, ADDRESS_FORBIDDEN}, /* 2001::/23: Teredo, ORCHID ... */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, ADDRESS_FORBIDDEN}, /* 2001:db8::/32: documentation */
    {{0x20, 0x02}, 16, ADDRESS_FORBIDDEN},             /* 2002::/16: 6to4 */
    {{0x3f, 0xff, 0x00}, 20, ADDRESS_FORBIDDEN},       /* 3fff::/20: documentation */
    {{0x20}, 3, ADDRESS_PUBLIC},                       /* 2000::/3: all there is of it */
    /* What is left is no global unicast: ::, v4-mapped and v4-compatible, 64:ff9b::/96 and
     * 64:ff9b:1::/48 (NAT64), 100::/64, fe80::/10, fec0::/10, ff00::/8. */
    {{0}, 0, ADDRESS_FORBIDDEN},
};

static bool prefix_equal(const uint8_t *left, const uint8_t *right, int bits)
{
    size_t whole = (size_t)bits / 8;
    if (memcmp(left, right, whole) != 0)
        return false;
    unsigned mask = 0xffU << (8 - bits % 8) & 0xffU;
    return bits % 8 == 0 || (left[whole] & mask) == (right[whole] & mask);
}

/* The last range takes all that is left. */
static enum address_kind kind_of(const void *address, const struct range *range)
{
    while (!prefix_equal(address, range->network, range->bits))
        range++;
    return range->kind;
}

enum address_kind address_kind(const struct address *address)
{
    switch (address->family) {
    case AF_INET:
        return kind_of(&address->as.v4, ranges_v4);
    case AF_INET6:
        return kind_of(&address->as.v6, ranges_v6);
    default:
        return ADDRESS_FORBIDDEN;
    }
}

bool address_of_socket(const struct sockaddr *socket_address, struct address *address)
{
    /* Copied, because a socket address need not be aligned for its family. */
    memset(address, 0, sizeof(*address));
    if (socket_address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, socket_address, sizeof(v4));
        address->as.v4 = v4.sin_addr;
    } else if (socket_address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, socket_address, sizeof(v6));
        address->as.v6 = v6.sin6_addr;
    } else {
        return false;
    }
    address->family = socket_address->sa_family;
    return true;
}

bool address_parse(struct text text, struct address *address)
{
    char copy[INET6_ADDRSTRLEN + 2];
    memset(address, 0, sizeof(*address));
    if (text.length >= 2 && text.bytes[0] == '[' && text.bytes[text.length - 1] == ']')
        text = (struct text){text.bytes + 1, text.length - 2};
    if (text_is_empty(text) || text.length >= sizeof(copy))
        return false;
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    if (inet_pton(AF_INET, copy, &address->as.v4) == 1)
        address->family = AF_INET;
    else if (inet_pton(AF_INET6, copy, &address->as.v6) == 1)
        address->family = AF_INET6;
    return address->family != 0 && strlen(copy) == text.length;
}

bool address_equal(const struct address *left, const struct address *right)
{
    if (left->family != right->family)
        return false;
    return left->family == AF_INET ? left->as.v4.s_addr == right->as.v4.s_addr
                                   : memcmp(&left->as.v6, &right->as.v6, sizeof(left->as.v6)) == 0;
}

bool address_allowed(const struct address *address, bool allow_private)
{
    enum address_kind kind = address_kind(address);
    return kind == ADDRESS_PUBLIC || (kind == ADDRESS_PRIVATE && allow_private);
}
