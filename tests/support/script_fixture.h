/*
 * script_fixture: a scratch home with one integration, for tests of the scripts' side.
 *
 * HTTP goes to a transport that answers from a function; nothing leaves the process. Failures end
 * the test (cmocka).
 */
#ifndef TANDEM_TESTS_SCRIPT_FIXTURE_H
#define TANDEM_TESTS_SCRIPT_FIXTURE_H

#include <pthread.h>

#include "net/client/http_client.h"
#include "script/integration/script_exchange.h"
#include "speckit/kit_cache.h"

enum { SCRIPT_FIXTURE_LOG = 1 << 16, SCRIPT_FIXTURE_REQUESTS = 64 };

/* Fill result->response (texts: script_fixture_text) or set a fault. */
typedef void script_fixture_answer(void *context, const struct http_request *request,
                                   struct http_result *result);

struct script_fixture {
    char home[64];
    struct arena *arena;
    struct log *log;
    char lines[SCRIPT_FIXTURE_LOG];
    size_t line_bytes;
    struct http_transport transport;
    struct http_client *client;
    int64_t ms; /* the client's clock: it goes on when the client waits for nothing but time */
    script_fixture_answer *answer;
    void *answer_context;
    unsigned late_ms; /* answers come so much later, from another thread; 0: at once */
    pthread_t late[SCRIPT_FIXTURE_REQUESTS];
    size_t late_count;
    char requests[SCRIPT_FIXTURE_REQUESTS][512]; /* "GET https://hello.test/x?y body" */
    size_t request_count;
    struct kit_cache memory; /* of the script's cache; in the arena */
    struct script_cache cache;
    struct script_exchange_options options;
    struct script_exchange *exchange;
    struct manual *manual;
    struct field_schema fields[16];
    struct object_schema contact;
};

/* A home with an empty lua/integrations/hello. */
void script_fixture_open(struct script_fixture *fixture);
void script_fixture_close(struct script_fixture *fixture);
/* Write lua/integrations/hello/NAME (or another path below home if it begins with '/'). */
void script_fixture_write(struct script_fixture *fixture, const char *name, const char *content);
/* A manifest for object citizen <-> contact, and fields.lua with the fields of the manual. */
void script_fixture_manifest(struct script_fixture *fixture);
/* Load with fixture->options; the manual maps citizen: email, name, age, opt_in, born, seen. */
enum error_code script_fixture_load(struct script_fixture *fixture, struct error *error);
/* A request for all fields of citizen. */
struct request *script_fixture_request(struct script_fixture *fixture, unsigned iteration);
struct report *script_fixture_report(struct script_fixture *fixture, const struct request *request);
/* get_report with request number `iteration`. */
enum error_code script_fixture_run(struct script_fixture *fixture, unsigned iteration,
                                   struct report **report, struct error *error);
/* A malloc'ed copy, as http_result owns it. */
struct text script_fixture_text(const char *string);

#endif
