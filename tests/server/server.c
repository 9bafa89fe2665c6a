#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BODY_LIMIT = 64 << 20, BODY_FIRST = 4096 };

static const char html_page[] = "<!DOCTYPE html><html><head><title>Bad gateway</title></head>"
                                "<body><h1>hello.world is being moved</h1></body></html>\n";

/* One request on its way in. */
struct upload {
    char *body;
    size_t size, capacity;
    bool refused; /* too large, or no memory */
};

/* ---- Helpers of the routes ---- */

struct reply reply_error(unsigned status, const char *text)
{
    return (struct reply){.status = status, .body = json_pack("{s:s}", "error", text)};
}

moment server_now(const struct server *server)
{
    return server->clock == MOMENT_NONE ? moment_now() : server->clock;
}

const char *request_query(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* ---- Answers ---- */

static enum MHD_Result send_bytes(struct MHD_Connection *connection, unsigned status,
                                  const char *type, char *bytes, size_t size,
                                  const struct reply *reply, const struct fault *fault)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(bytes);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (status == 401) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                                "Bearer error=\"invalid_token\"");
    }
    if (reply && reply->replayed) {
        MHD_add_response_header(response, "Idempotent-Replayed", "true");
    }
    if (reply && reply->counted) {
        char total[24];
        snprintf(total, sizeof total, "%" JSON_INTEGER_FORMAT, reply->total);
        MHD_add_response_header(response, "X-Total-Count", total);
    }
    if (fault && fault->retry_after[0] != '\0') {
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, fault->retry_after);
    }
    const enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* Half of the bytes, then an error, which closes the connection. */
struct truncated {
    char *bytes;
    size_t half;
};

static ssize_t read_truncated(void *context, uint64_t position, char *out, size_t max)
{
    const struct truncated *truncated = context;
    if (position >= truncated->half) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    const size_t left = truncated->half - (size_t)position;
    const size_t size = left < max ? left : max;
    memcpy(out, truncated->bytes + position, size);
    return (ssize_t)size;
}

static void free_truncated(void *context)
{
    struct truncated *truncated = context;
    free(truncated->bytes);
    free(truncated);
}

static enum MHD_Result send_truncated(struct MHD_Connection *connection, unsigned status,
                                      char *bytes, size_t size)
{
    struct truncated *truncated = malloc(sizeof(*truncated));
    struct MHD_Response *response = NULL;
    if (truncated) {
        *truncated = (struct truncated){bytes, size / 2};
        response = MHD_create_response_from_callback(size, BODY_FIRST, read_truncated, truncated,
                                                     free_truncated);
    }
    if (!response) {
        free(truncated);
        free(bytes);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    const enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- One request ---- */

static enum MHD_Result add_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    (void)kind;
    json_object_set_new(context, name, !value ? json_null() : json_string(value));
    return MHD_YES;
}

static void log_request(struct server *server, const struct request *request, size_t items,
                        unsigned status)
{
    json_t *query = json_object();
    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, add_argument, query);
    request_log_add(&server->log, request->method, request->path, query, request->size, items,
                    status);
    json_decref(query);
}

static struct reply route(struct server *server, const struct request *request)
{
    const char *authorization = request_header(request, MHD_HTTP_HEADER_AUTHORIZATION);
    struct reply reply = {0};
    if (strncmp(request->path, "/api/", 5) == 0) {
        if (server->needs_token && !tokens_allow(&server->tokens, authorization, moment_now())) {
            return reply_error(401, "token is missing or has expired");
        }
        return api_handle(server, request);
    }
    if (strcmp(request->path, "/token") == 0) {
        if (strcmp(request->method, "POST") != 0) {
            return reply_error(405, "only POST");
        }
        reply.status =
            tokens_issue(&server->tokens, request->body, authorization, moment_now(), &reply.body);
        return reply;
    }
    return strncmp(request->path, "/_", 2) == 0 ? control_handle(server, request)
                                                : reply_error(404, "no such page");
}

/* What the faults leave of an answer. */
struct outcome {
    bool drop, truncate;
    bool html;
    struct fault fault;
    struct reply reply;
};

/* The faults that come before the work; true if one of them takes its place. */
static bool hinder(struct server *server, const struct request *request, struct outcome *outcome)
{
    struct faults *faults = &server->faults;
    if (faults_take(faults, FAULT_DROP, request->method, request->path, &outcome->fault)) {
        outcome->drop = true;
        return true;
    }
    if (faults_take(faults, FAULT_FAIL, request->method, request->path, &outcome->fault)) {
        outcome->reply = reply_error(outcome->fault.status, "hello.world can't right now");
        return true;
    }
    if (faults_take(faults, FAULT_HTML, request->method, request->path, &outcome->fault)) {
        outcome->html = true;
        outcome->reply.status = outcome->fault.status;
        return true;
    }
    return false;
}

static struct outcome work(struct server *server, const struct request *request, bool *broken)
{
    struct outcome outcome = {0};
    struct faults *faults = &server->faults;
    const char *method = request->method, *path = request->path;
    pthread_mutex_lock(&server->lock);
    if (!hinder(server, request, &outcome)) {
        outcome.reply = route(server, request);
        *broken = faults_take(faults, FAULT_BROKEN_JSON, method, path, &outcome.fault);
        outcome.truncate = faults_take(faults, FAULT_TRUNCATE, method, path, &outcome.fault);
        outcome.drop = faults_take(faults, FAULT_DROP_ANSWER, method, path, &outcome.fault);
    }
    if (strncmp(path, "/_", 2) != 0) {
        log_request(server, request, outcome.reply.items, outcome.drop ? 0 : outcome.reply.status);
    }
    pthread_mutex_unlock(&server->lock);
    return outcome;
}

static void wait_latency(struct server *server, const char *path)
{
    pthread_mutex_lock(&server->lock);
    const json_int_t milliseconds = server->faults.latency_ms;
    pthread_mutex_unlock(&server->lock);
    if (milliseconds > 0 && strncmp(path, "/_", 2) != 0) {
        const struct timespec time = {.tv_sec = milliseconds / 1000,
                                      .tv_nsec = (milliseconds % 1000) * 1000000};
        nanosleep(&time, NULL);
    }
}

static enum MHD_Result answer(struct server *server, const struct request *request)
{
    bool broken = false;
    wait_latency(server, request->path);
    struct outcome outcome = work(server, request, &broken);
    const struct reply *reply = &outcome.reply;
    char *bytes =
        outcome.html ? strdup(html_page) : json_dumps(reply->body, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(outcome.reply.body);
    if (outcome.drop || !bytes) {
        free(bytes);
        return MHD_NO;
    }
    const size_t size = strlen(bytes);
    if (outcome.truncate) {
        return send_truncated(request->connection, reply->status, bytes, size);
    }
    return send_bytes(request->connection, reply->status,
                      outcome.html ? "text/html; charset=utf-8" : "application/json", bytes,
                      broken ? size / 2 : size, reply, &outcome.fault);
}

/* ---- libmicrohttpd ---- */

static void receive(struct upload *upload, const char *bytes, size_t size)
{
    if (upload->size + size > BODY_LIMIT) {
        upload->refused = true;
    }
    size_t capacity = upload->capacity == 0 ? BODY_FIRST : upload->capacity;
    while (capacity < upload->size + size + 1) {
        capacity *= 2;
    }
    char *grown =
        upload->refused || capacity == upload->capacity ? NULL : realloc(upload->body, capacity);
    if (grown) {
        upload->body = grown;
        upload->capacity = capacity;
    }
    upload->refused = upload->refused || capacity != upload->capacity;
    if (!upload->refused) {
        memcpy(upload->body + upload->size, bytes, size);
        upload->size += size;
        upload->body[upload->size] = '\0';
    }
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *bytes,
                              size_t *size, void **state)
{
    (void)version;
    struct upload *upload = *state;
    if (!upload) {
        *state = calloc(1, sizeof(struct upload));
        return !*state ? MHD_NO : MHD_YES;
    }
    if (*size > 0) {
        receive(upload, bytes, *size);
        *size = 0;
        return MHD_YES;
    }
    if (upload->refused) {
        return MHD_NO;
    }
    const struct request request = {connection, method, url, upload->body ? upload->body : "",
                                    upload->size};
    return answer(context, &request);
}

static void complete(void *context, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct upload *upload = *state;
    if (upload) {
        free(upload->body);
        free(upload);
        *state = NULL;
    }
}

struct MHD_Daemon *server_start(struct server *server, unsigned short *port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
            (server->no_date ? MHD_USE_SUPPRESS_DATE_NO_CLOCK : 0),
        *port, NULL, NULL, handle,
        server, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&address,
        MHD_OPTION_NOTIFY_COMPLETED, complete, NULL, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        !daemon ? NULL : MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info) {
        *port = info->port;
    }
    return daemon;
}
