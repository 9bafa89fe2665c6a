/*
 * request_check: what a script may put into a request at all.
 */
#ifndef TANDEM_NET_WIRE_REQUEST_CHECK_H
#define TANDEM_NET_WIRE_REQUEST_CHECK_H

#include "net/wire/http.h"

/* ERROR_USAGE names what can never be sent: a method that is no word of capitals, a URL that is not
 * percent-encoded, headers with control characters or with names that the engine owns, or more than
 * 100 headers or 64 KiB of them. `engine_header` (may be NULL): the header in which the engine
 * sends credentials. */
WARN_UNUSED enum error_code request_check(const struct http_request *request,
                                          const char *engine_header, struct error *error);

#endif
