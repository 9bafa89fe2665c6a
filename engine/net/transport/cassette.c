/* Requests and answers as lines of JSON, with secrets left out. */
#include "net/transport/cassette.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

struct cassette {
    struct http_transport transport; /* first member */
    struct http_transport *inner;
    struct log *log;
    FILE *file;
    char *path;
    json_t *head, *lines;
    pthread_mutex_t lock; /* of lines: answers come on the transport's thread */
    bool out_of_memory;
};

/* A request under way. */
struct take {
    struct cassette *cassette;
    json_t *line; /* borrowed from the cassette; NULL: not recorded */
    http_done *done;
    void *context;
};

/* Headers of answers that a script may look at. */
static const char *const kept_headers[] = {
    "Content-Type", "Link",          "Retry-After",           "ETag",
    "Location",     "X-Total-Count", "X-RateLimit-Remaining", "X-RateLimit-Reset",
};

/* ---- texts without secrets ---- */

/* An owned copy with the secrets hidden, whatever its bytes are; its bytes are NULL if there is no
 * memory for it. */
static struct text redacted(const struct cassette *cassette, struct text text)
{
    char *const copy = malloc(text.length + 1);
    size_t length = text.length;
    if (!copy)
        return TEXT_ABSENT;
    if (length)
        memcpy(copy, text.bytes, length);
    if (cassette->log)
        length = secrets_redact_bytes(log_secrets(cassette->log), copy, length);
    copy[length] = '\0';
    return (struct text){copy, length};
}

/* Append a part of a URL; one with a secret in it is hidden (`hide`) or left out. Returns the
 * length added. */
static size_t add_part(const struct cassette *cassette, char *out, struct text part, bool hide)
{
    const struct text shown = redacted(cassette, part);
    const size_t added = hide || text_equal(shown, part) ? shown.length : 0;
    if (added)
        memcpy(out, shown.bytes, added);
    free((char *)shown.bytes);
    return added;
}

/* Without the parameters that hold a secret: they are not added when it is replayed. */
static json_t *clean_url(const struct cassette *cassette, struct text url)
{
    struct text address, query;
    char *const clean = malloc(url.length + 2);
    if (!clean)
        return NULL;
    (void)text_cut(url, '?', &address, &query);
    size_t length = add_part(cassette, clean, address, true);
    char separator = '?';
    while (query.length > 0) {
        struct text part;
        (void)text_cut(query, '&', &part, &query);
        const size_t added = add_part(cassette, clean + length + 1, part, false);
        if (added) {
            clean[length] = separator;
            length += added + 1;
            separator = '&';
        }
    }
    json_t *const json = json_stringn(clean, length);
    free(clean);
    return json;
}

/* Bytes that are not text are written in hexadecimal, under another key. */
static bool set_hex(json_t *line, const char *key, struct text body)
{
    char hex_key[32];
    char *const hex = malloc(body.length * 2 + 1);
    for (size_t i = 0; hex && i < body.length; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)body.bytes[i]);
    snprintf(hex_key, sizeof hex_key, "%s_hex", key);
    const bool set = hex && json_object_set_new(line, hex_key, json_string(hex)) == 0;
    free(hex);
    return set;
}

static bool set_body(const struct cassette *cassette, json_t *line, const char *key,
                     struct text body)
{
    if (text_is_absent(body))
        return true;
    const struct text shown = redacted(cassette, body);
    bool set = !text_is_absent(shown);
    if (set && text_is_utf8(shown))
        set = json_object_set_new(line, key, json_stringn(shown.bytes, shown.length)) == 0;
    else if (set)
        set = set_hex(line, key, shown);
    free((char *)shown.bytes);
    return set;
}

/* ---- recording ---- */

static json_t *new_line(struct cassette *cassette, const struct http_request *request)
{
    json_t *const line = json_pack("{s:o, s:o}", "method",
                                   json_stringn(request->method.bytes, request->method.length),
                                   "url", clean_url(cassette, request->url));
    const bool right = line && set_body(cassette, line, "request_body", request->body);
    pthread_mutex_lock(&cassette->lock);
    cassette->out_of_memory = cassette->out_of_memory || !right;
    if (right && json_array_append_new(cassette->lines, line) != 0)
        cassette->out_of_memory = true;
    pthread_mutex_unlock(&cassette->lock);
    return right ? line : NULL;
}

static bool keep_headers(const struct cassette *cassette, json_t *line,
                         const struct http_response *response)
{
    json_t *const headers = json_object();
    for (size_t i = 0; headers && i < sizeof kept_headers / sizeof *kept_headers; i++) {
        const struct text value = http_response_header(response, kept_headers[i]);
        if (text_is_absent(value) || !text_is_utf8(value))
            continue;
        const struct text shown = redacted(cassette, value);
        json_object_set_new(headers, kept_headers[i], json_stringn(shown.bytes, shown.length));
        free((char *)shown.bytes);
    }
    return json_object_set_new(line, "headers", headers) == 0;
}

static void record(struct cassette *cassette, json_t *line, const struct http_result *result)
{
    bool right = true;
    pthread_mutex_lock(&cassette->lock);
    if (result->fault)
        right =
            json_object_set_new(line, "fault", json_string(http_fault_name(result->fault))) == 0 &&
            json_object_set_new(line, "sent", json_boolean(result->sent)) == 0;
    else
        right = json_object_set_new(line, "status", json_integer(result->response.status)) == 0 &&
                keep_headers(cassette, line, &result->response) &&
                set_body(cassette, line, "body", result->response.body);
    cassette->out_of_memory = cassette->out_of_memory || !right;
    pthread_mutex_unlock(&cassette->lock);
}

static void answered(void *context, struct http_result *result)
{
    struct take *const take = context;
    if (take->line)
        record(take->cassette, take->line, result);
    take->done(take->context, result);
    free(take);
}

static enum error_code send_request(struct http_transport *transport,
                                    const struct http_request *request,
                                    const struct http_limits *limits, http_done *done,
                                    void *context, uint64_t *ticket, struct error *error)
{
    struct cassette *const cassette = (struct cassette *)transport;
    struct take *const take = calloc(1, sizeof *take);
    if (!take)
        return error_memory(error, "a request");
    *take = (struct take){.cassette = cassette, .done = done, .context = context};
    if (!request->for_token)
        take->line = new_line(cassette, request);
    const enum error_code code =
        cassette->inner->send(cassette->inner, request, limits, answered, take, ticket, error);
    if (code)
        free(take);
    return code;
}

static void cancel_request(struct http_transport *transport, uint64_t ticket)
{
    struct http_transport *const inner = ((struct cassette *)transport)->inner;
    if (inner->cancel)
        inner->cancel(inner, ticket);
}

static void close_transport(struct http_transport *transport)
{
    (void)transport; /* whoever opened the inner one closes it */
}

/* ---- opening and closing ---- */

static void release(struct cassette *cassette)
{
    if (cassette->file)
        fclose(cassette->file);
    json_decref(cassette->head);
    json_decref(cassette->lines);
    pthread_mutex_destroy(&cassette->lock);
    free(cassette->path);
    free(cassette);
}

/* In somebody else's folder the cassette's name may be a link to a file of ours. */
static FILE *open_file(const char *path)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    FILE *const stream = file < 0 ? NULL : fdopen(file, "w");
    if (file >= 0 && !stream)
        close(file);
    return stream;
}

enum error_code cassette_open(const struct cassette_options *options, struct http_transport *inner,
                              struct cassette **cassette, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    struct cassette *made = calloc(1, sizeof *made);
    *cassette = NULL;
    if (!made)
        return error_memory(error, "a cassette");
    pthread_mutex_init(&made->lock, NULL);
    made->transport = (struct http_transport){
        .send = send_request, .cancel = cancel_request, .close = close_transport};
    made->inner = inner;
    made->log = options->log;
    made->path = strdup(options->path);
    made->lines = json_array();
    made->head =
        json_pack("{s:i, s:o, s:s}", "tandem_cassette", 1, "base_url",
                  clean_url(made, text_is_absent(options->base_url) ? TEXT("") : options->base_url),
                  "recorded_at", instant_format(options->recorded_at, at));
    if (!made->path || !made->lines || !made->head) {
        release(made);
        return error_memory(error, "a cassette");
    }
    made->file = open_file(options->path);
    if (!made->file) {
        (void)error_system(error, "cannot write the cassette '%s'", options->path);
        release(made);
        return ERROR_SYSTEM;
    }
    *cassette = made;
    return ERROR_NONE;
}

struct http_transport *cassette_transport(struct cassette *cassette)
{
    return &cassette->transport;
}

static bool write_line(FILE *file, const json_t *json)
{
    return json_dumpf(json, file, JSON_COMPACT) == 0 && fputc('\n', file) != EOF;
}

enum error_code cassette_close(struct cassette *cassette, size_t *count, struct error *error)
{
    enum error_code code = ERROR_NONE;
    size_t written = 0;
    if (!cassette)
        return ERROR_NONE;
    bool right = write_line(cassette->file, cassette->head);
    for (size_t i = 0; right && i < json_array_size(cassette->lines); i++, written++)
        right = write_line(cassette->file, json_array_get(cassette->lines, i));
    right = fclose(cassette->file) == 0 && right;
    cassette->file = NULL;
    if (!right)
        code = error_system(error, "cannot write the cassette '%s'", cassette->path);
    else if (cassette->out_of_memory)
        code = error_memory(error, "a cassette: it is not complete");
    if (count)
        *count = written;
    release(cassette);
    return code;
}
