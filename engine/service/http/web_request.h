/*
 * web_request: one HTTP request of a listener, and the answer in the making.
 *
 * Handlers run in threads of a pool, one request at a time; everything of a request lives in its
 * arena and is gone when the answer has been sent.
 */
#ifndef TANDEM_SERVICE_HTTP_WEB_REQUEST_H
#define TANDEM_SERVICE_HTTP_WEB_REQUEST_H

#include <stdbool.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

enum { WEB_REQUEST_BODY = 1 << 20, WEB_ANSWER_HEADERS = 8, WEB_REQUEST_ADDRESS = 64 };

struct MHD_Connection;

/* An answer without an end: `read` is called by the listener's thread with room for `most` bytes
 * and gives how many it wrote; 0 after web_request_sleep: nothing for now; -1: the end. */
struct web_answer_stream {
    ssize_t (*read)(void *context, char *bytes, size_t most);
    void (*release)(void *context);
    void *context;
};

struct web_answer {
    unsigned status;          /* 0: none yet */
    const char *content_type; /* static; NULL: no body */
    struct text body;         /* in the arena, or static */
    bool has_stream;
    struct web_answer_stream stream;
    struct {
        const char *name; /* static */
        struct text value;
    } headers[WEB_ANSWER_HEADERS];
    size_t header_count;
};

struct web_request {
    struct MHD_Connection *connection;
    struct arena *arena;
    struct text method, path; /* the path as it came: its %XX are not read yet */
    char address[WEB_REQUEST_ADDRESS];
    struct buffer body;
    bool too_large; /* the body was not kept */
    struct web_answer answer;
    struct web_request *next; /* private: in the queue of the pool */
    bool queued;              /* private */
    void *listener;           /* private */
};

/* ---- what was asked ---- */

/* Absent: there is none. Borrowed. */
struct text web_request_header(const struct web_request *request, const char *name);
/* Does its method change nothing? */
bool web_request_reads(const struct web_request *request);
/* Is this its Content-Type, whatever parameters follow? */
bool web_request_is(const struct web_request *request, const char *type);
/* A parameter after `?`, decoded; absent: there is none. ERROR_MEMORY; ERROR_USAGE if it is not
 * UTF-8 or has a zero byte. */
WARN_UNUSED enum error_code web_request_parameter(struct web_request *request, const char *name,
                                                  struct text *value, struct error *error);
/* A text with %XX decoded, in the arena; the same errors. */
WARN_UNUSED enum error_code web_request_decode(struct web_request *request, struct text raw,
                                               struct text *plain, struct error *error);
/* The body as JSON: an object, the caller's; an empty body gives an empty object. ERROR_USAGE. */
WARN_UNUSED enum error_code web_request_json(const struct web_request *request, json_t **json,
                                             struct error *error);
/* One cookie; absent: there is none. Borrowed. */
struct text web_request_cookie(const struct web_request *request, const char *name);

/* For `read` of a stream, before it gives 0: it is called again after web_request_wake only. */
void web_request_sleep(struct MHD_Connection *connection);
/* From any thread, once for each web_request_sleep. */
void web_request_wake(struct MHD_Connection *connection);

#endif
