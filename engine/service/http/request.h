/*
 * request: one HTTP request of a listener, and the answer in the making.
 *
 * Handlers run in threads of a pool, one request at a time; everything of a request lives in its
 * arena and is gone when the answer has been sent.
 */
#ifndef TANDEM_SERVICE_HTTP_REQUEST_H
#define TANDEM_SERVICE_HTTP_REQUEST_H

#include <stdbool.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/text.h"

enum { REQUEST_BODY_MOST = 1 << 20, ANSWER_HEADERS = 8, REQUEST_ADDRESS_SIZE = 64 };

struct MHD_Connection;

/* An answer without an end: `read` is called by the listener's thread with room for `most` bytes
 * and gives how many it wrote; 0 after request_sleep: nothing for now; -1: the end. */
struct answer_stream {
    ssize_t (*read)(void *context, char *bytes, size_t most);
    void (*release)(void *context);
    void *context;
};

struct answer {
    unsigned status;          /* 0: none yet */
    const char *content_type; /* static; NULL: no body */
    struct text body;         /* in the arena, or static */
    bool has_stream;
    struct answer_stream stream;
    struct {
        const char *name; /* static */
        struct text value;
    } headers[ANSWER_HEADERS];
    size_t header_count;
};

struct request {
    struct MHD_Connection *connection;
    struct arena *arena;
    struct text method, path; /* the path as it came: its %XX are not read yet */
    char address[REQUEST_ADDRESS_SIZE];
    struct buffer body;
    bool too_large; /* the body was not kept */
    struct answer answer;
    struct request *next; /* private: in the queue of the pool */
    bool queued;          /* private */
    void *listener;       /* private */
};

/* ---- what was asked ---- */

/* Absent: there is none. Borrowed. */
struct text request_header(const struct request *request, const char *name);
/* A parameter after `?`, decoded; absent: there is none. ERROR_MEMORY; ERROR_USAGE if it is not
 * UTF-8 or has a zero byte. */
WARN_UNUSED enum error_code request_parameter(struct request *request, const char *name,
                                              struct text *value, struct error *error);
/* A text with %XX decoded, in the arena; the same errors. */
WARN_UNUSED enum error_code request_decode(struct request *request, struct text raw,
                                           struct text *plain, struct error *error);
/* The body as JSON: an object, the caller's; an empty body gives an empty object. ERROR_USAGE. */
WARN_UNUSED enum error_code request_json(const struct request *request, json_t **json,
                                         struct error *error);
/* One cookie; absent: there is none. Borrowed. */
struct text request_cookie(const struct request *request, const char *name);

/* ---- the answer ---- */

/* `name` is static; the value is copied. Out of memory or too many: it is left out. */
void answer_header(struct request *request, const char *name, struct text value);
void answer_empty(struct request *request, unsigned status);
/* `content_type` is static, the body lives in the arena or is static. */
void answer_body(struct request *request, unsigned status, const char *content_type,
                 struct text body);
/* Takes `json`; NULL (out of memory while it was made) is an error. */
WARN_UNUSED enum error_code answer_json(struct request *request, unsigned status, json_t *json,
                                        struct error *error);
void answer_stream(struct request *request, const char *content_type,
                   const struct answer_stream *stream);
/* RFC 9457: an error for programs (`code`, static) and people. `actual` below 0: none. */
void answer_problem(struct request *request, unsigned status, const char *code, const char *title,
                    const char *detail, int64_t actual);

/* For `read` of a stream, before it gives 0: it is called again after request_wake only. */
void request_sleep(struct MHD_Connection *connection);
/* From any thread, once for each request_sleep. */
void request_wake(struct MHD_Connection *connection);

#endif
