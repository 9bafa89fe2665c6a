/*
 * request_log: one JSON line for each request to a file, and how many there were of each kind.
 *
 * Requests to /_control and its like are neither written nor counted.
 */
#ifndef HELLO_REQUEST_LOG_H
#define HELLO_REQUEST_LOG_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct request_log {
    FILE *file;                       /* owned; NULL: counted only */
    json_int_t reads, writes, tokens; /* GET below /api, other methods below /api, /token */
    json_int_t items;                 /* how many objects were sent here by writes */
    json_int_t failures;              /* answers of 400 and above, and none at all */
};

/* `path` may be NULL. False if the file can't be opened. */
bool request_log_open(struct request_log *log, const char *path);
void request_log_close(struct request_log *log);
void request_log_clear(struct request_log *log);
/* `query` is borrowed; status 0: the connection was dropped. */
void request_log_add(struct request_log *log, const char *method, const char *path, json_t *query,
                     size_t size, size_t items, unsigned status);
/* A new reference. */
json_t *request_log_describe(const struct request_log *log);

#endif
