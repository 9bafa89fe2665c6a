/*
 * page_server PAGES SIZE LATENCY_MS: an API as far away as a real one, and as fast.
 *
 *   GET  /records?page=N   SIZE records as a JSON array; [] after page PAGES
 *   POST /records          takes any batch and answers {"code":200}
 *
 * Prints its port and serves on loopback until its standard input ends.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RECORD_SIZE = 512 };

struct server {
    long pages, size;
    struct timespec latency;
};

/* The records of a page; NULL without memory. The caller frees it. */
static char *make_page(const struct server *server, long page)
{
    const size_t capacity = (size_t)server->size * RECORD_SIZE + 3;
    char *const text = malloc(capacity);
    size_t used = 0;
    if (!text)
        return NULL;
    text[used++] = '[';
    for (long i = 0; i < server->size && page <= server->pages; i++) {
        const long number = (page - 1) * server->size + i + 1;
        used += (size_t)snprintf(
            text + used, RECORD_SIZE,
            "%s{\"id\":\"%ld\",\"changed_at\":\"2026-01-01T00:00:00Z\",\"fields\":{"
            "\"email\":\"person%ld@bench.test\",\"first_name\":\"First%ld\","
            "\"last_name\":\"Last%ld\",\"phone\":\"+49 30 %ld\",\"city\":\"City%ld\","
            "\"country\":\"Germany\",\"street\":\"Long Street %ld\",\"zip\":\"%ld\","
            "\"birthday\":\"1990-02-28\",\"website\":\"https://www.bench.test/%ld\"}}",
            i ? "," : "", number, number, number, number, 1000000 + number, number % 1000, number,
            10000 + number % 80000, number);
    }
    text[used++] = ']';
    text[used] = '\0';
    return text;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    static int begun;
    const struct server *const server = context;
    (void)url;
    (void)version;
    (void)upload;
    if (!*state) {
        *state = &begun;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    nanosleep(&server->latency, NULL);
    char *text = NULL;
    if (strcmp(method, "GET") == 0) {
        const char *const page =
            MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "page");
        text = make_page(server, page ? strtol(page, NULL, 10) : 1);
    } else {
        text = strdup("{\"code\":200}");
    }
    if (!text)
        return MHD_NO;
    struct MHD_Response *const response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(response, "Content-Type", "application/json");
    const enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(int argument_count, char **arguments)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    char byte = 0;
    if (argument_count != 4) {
        fprintf(stderr, "usage: page_server PAGES SIZE LATENCY_MS\n");
        return EXIT_FAILURE;
    }
    struct server server = {.pages = strtol(arguments[1], NULL, 10),
                            .size = strtol(arguments[2], NULL, 10)};
    const long latency = strtol(arguments[3], NULL, 10);
    server.latency = (struct timespec){latency / 1000, latency % 1000 * 1000000};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct MHD_Daemon *const daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL,
        NULL, answer, &server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_END);
    if (!daemon) {
        fprintf(stderr, "page_server: cannot listen\n");
        return EXIT_FAILURE;
    }
    printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    MHD_stop_daemon(daemon);
    return EXIT_SUCCESS;
}
