/*
 * curl_library: libcurl, loaded when it is first needed.
 *
 * With its own dependencies it is some thirty libraries. Loading them takes longer than everything
 * else that most commands do, and most commands send no request.
 */
#ifndef TANDEM_NET_WIRE_CURL_LIBRARY_H
#define TANDEM_NET_WIRE_CURL_LIBRARY_H

#include <curl/curl.h>

#include "base/error.h"

/* X(name): curl_<name> of libcurl. */
#define CURL_FUNCTIONS(X)                                                                          \
    X(global_init)                                                                                 \
    X(global_cleanup)                                                                              \
    X(easy_init)                                                                                   \
    X(easy_cleanup)                                                                                \
    X(easy_setopt)                                                                                 \
    X(easy_getinfo)                                                                                \
    X(easy_strerror)                                                                               \
    X(multi_init)                                                                                  \
    X(multi_cleanup)                                                                               \
    X(multi_setopt)                                                                                \
    X(multi_add_handle)                                                                            \
    X(multi_remove_handle)                                                                         \
    X(multi_perform)                                                                               \
    X(multi_poll)                                                                                  \
    X(multi_wakeup)                                                                                \
    X(multi_info_read)                                                                             \
    X(multi_strerror)                                                                              \
    X(share_init)                                                                                  \
    X(share_setopt)                                                                                \
    X(share_cleanup)                                                                               \
    X(slist_append)                                                                                \
    X(slist_free_all)                                                                              \
    X(url)                                                                                         \
    X(url_cleanup)                                                                                 \
    X(url_get)                                                                                     \
    X(url_set)                                                                                     \
    X(free)                                                                                        \
    X(getdate)

/* The functions by their names without "curl_": curl.easy_init() is curl_easy_init(). */
struct curl_library {
#define X(name) __typeof__(curl_##name) *name;
    CURL_FUNCTIONS(X)
#undef X
};

/* Fills the table; costs some microseconds when libcurl is loaded already, and needs no release: it
 * stays loaded to the end of the process. ERROR_SYSTEM if it is not installed. */
WARN_UNUSED enum error_code curl_library_load(struct curl_library *curl, struct error *error);

#endif
