/*
 * curl_transport: libcurl's multi interface on a thread of its own.
 *
 * Connections are kept and reused, HTTP/2 is multiplexed, bodies are decompressed and counted.
 * The connected address is checked for new and for reused connections. No proxy of the
 * environment, no cookies, no redirects (the client follows them).
 */
#ifndef TANDEM_NET_TRANSPORT_CURL_TRANSPORT_H
#define TANDEM_NET_TRANSPORT_CURL_TRANSPORT_H

#include "base/log.h"
#include "net/wire/http.h"

/* Starts the thread. Close with transport->close. `log` may be NULL. */
WARN_UNUSED enum error_code curl_transport_open(struct log *log, struct http_transport **transport,
                                                struct error *error);

#endif
