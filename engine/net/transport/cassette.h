/*
 * cassette: a transport that records what goes through it, to be replayed by specs.
 *
 * A file of JSON lines (lua/speckit/tandem/cassette.lua reads it): the first is {tandem_cassette,
 * base_url, recorded_at}, each other one a request with its answer, in the order in which they were
 * sent: {method, url, request_body, status, headers, body} or {method, url, fault, sent}. Left out:
 * requests of tokens, all headers of requests, and those of answers that say nothing about the API.
 * What the log hides is hidden here, too, in addresses, headers and bodies of any kind, and a
 * parameter of a URL with a secret in it is not written at all. No link is followed to the file.
 */
#ifndef TANDEM_NET_TRANSPORT_CASSETTE_H
#define TANDEM_NET_TRANSPORT_CASSETTE_H

#include "base/instant.h"
#include "base/log.h"
#include "net/wire/http.h"

struct cassette;

struct cassette_options {
    const char *path;
    struct text base_url;
    instant recorded_at;
    struct log *log; /* knows the secrets; borrowed, may be NULL */
};

/* `inner` carries the requests; borrowed, must outlive it. cassette_close writes the file; whether
 * that is possible is checked here. Owned: cassette_close. */
WARN_UNUSED enum error_code cassette_open(const struct cassette_options *options,
                                          struct http_transport *inner, struct cassette **cassette,
                                          struct error *error);
/* The transport to give to the client; lives as long as the cassette. */
struct http_transport *cassette_transport(struct cassette *cassette);
/* Write the file and free it. The client must be gone. Accepts NULL. *count (may be NULL): requests
 * written. */
WARN_UNUSED enum error_code cassette_close(struct cassette *cassette, size_t *count,
                                           struct error *error);

#endif
