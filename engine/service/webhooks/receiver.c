/* Verify, store, answer. */
#include "service/webhooks/receiver.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "model/value_json.h"
#include "service/http/signature.h"
#include "store/service/delivery.h"

enum { DIGEST = 32, KEY_MOST = 200 };
enum result { STORED, DUPLICATE, FLOODED, REFUSED, TOO_LARGE };

void receiver_init(struct receiver *receiver, struct service *service)
{
    *receiver = (struct receiver){.service = service};
}

void receiver_release(struct receiver *receiver)
{
    for (size_t i = 0; i < RECEIVER_THREADS; i++)
        store_close(receiver->stores[i]);
}

static struct text header_of(void *context, const char *name)
{
    return web_request_header(context, name);
}

/* "/hooks/NAME" or "/hooks/NAME/PATH" */
static bool split_path(struct web_request *request, struct text *name, struct text *path)
{
    static const struct text prefix = {"/hooks/", 7};
    struct text rest = {NULL, 0};
    struct error unheard = {.code = ERROR_NONE};
    if (!text_starts_with(request->path, prefix))
        return false;
    const struct text behind = {request->path.bytes + prefix.length,
                                request->path.length - prefix.length};
    if (web_request_decode(request, behind, &rest, &unheard))
        return false;
    if (!text_cut(rest, '/', name, path))
        *path = TEXT_ABSENT;
    return name->length > 0;
}

static bool same_path(struct text wanted, struct text given)
{
    if (text_is_absent(wanted) || text_is_absent(given))
        return text_is_absent(wanted) && text_is_absent(given);
    return wanted.length == given.length &&
           CRYPTO_memcmp(wanted.bytes, given.bytes, wanted.length) == 0;
}

/* The settings of an integration that takes webhooks, copied; false if there is none such. */
static bool find_settings(struct receiver *receiver, struct web_request *request, struct text name,
                          struct text path, struct webhook_settings *settings)
{
    bool found = false;
    pthread_mutex_lock(&receiver->service->lock);
    const struct roster_entry *const entry = roster_find(receiver->service->roster, name);
    if (entry && entry->enabled && entry->webhooks.given && text_is_absent(entry->trouble)) {
        *settings = entry->webhooks;
        found = !roster_keep_webhooks(settings, request->arena, NULL);
    }
    pthread_mutex_unlock(&receiver->service->lock);
    return found && same_path(settings->path, path);
}

/* The sender's own id of a delivery; absent: it has none. */
static struct text sender_key(const struct web_request *request,
                              const struct webhook_settings *settings)
{
    const char *const name = !text_is_empty(settings->id_header) ? settings->id_header.bytes
                             : text_equal(settings->scheme, TEXT("standard_webhooks"))
                                 ? "webhook-id"
                                 : NULL;
    const struct text key = name ? web_request_header(request, name) : TEXT_ABSENT;
    return key.length > KEY_MOST || text_is_empty(key) ? TEXT_ABSENT : key;
}

static void count(struct receiver *receiver, struct text name, enum result result)
{
    pthread_mutex_lock(&receiver->service->lock);
    struct service_counts *const counts = service_count(receiver->service, name);
    if (counts)
        counts->deliveries[result]++;
    pthread_mutex_unlock(&receiver->service->lock);
}

static void tell_delivery(struct receiver *receiver, size_t thread, struct text name)
{
    enum { HALF_SECOND = 500 };
    const instant now = instant_now();
    service_wake(receiver->service);
    if (now - receiver->told[thread] < HALF_SECOND && now >= receiver->told[thread])
        return;
    receiver->told[thread] = now;
    event_ring_tell(receiver->service->events, "delivery", name,
                    json_pack("{s:o, s:i}", "integration", value_json_text(name), "count", 1));
}

static enum error_code keep(struct receiver *receiver, size_t thread, struct web_request *request,
                            struct text name, const struct webhook_settings *settings,
                            enum delivery_fate *fate, struct error *error)
{
    const struct text body = buffer_text(&request->body);
    unsigned char digest[DIGEST];
    if (!receiver->stores[thread] &&
        service_open_store(receiver->service, &receiver->stores[thread], error))
        return error->code;
    if (EVP_Digest(body.bytes ? body.bytes : "", body.length, digest, NULL, EVP_sha256(), NULL) !=
        1)
        return error_memory(error, "a delivery");
    return delivery_add(receiver->stores[thread], name, sender_key(request, settings),
                        (struct text){(const char *)digest, DIGEST}, body, fate, error);
}

static void take(struct receiver *receiver, size_t thread, struct web_request *request,
                 struct text name, const struct webhook_settings *settings)
{
    static const enum result results[] = {STORED, DUPLICATE, FLOODED};
    const struct signature_request given = {.method = request->method,
                                            .body = buffer_text(&request->body),
                                            .header = header_of,
                                            .context = request};
    struct error error = {.code = ERROR_NONE};
    enum delivery_fate fate = DELIVERY_STORED;
    if (signature_verify(settings, &given, instant_now(), &error)) {
        count(receiver, name, REFUSED);
        log_write(receiver->service->log, LOG_WARN, "webhooks", "%.*s: refused from %s: %s",
                  TEXT_PRINT(name), request->address, error.message);
        web_answer_problem(request, 401, "the delivery was not accepted");
        return;
    }
    if (keep(receiver, thread, request, name, settings, &fate, &error)) {
        log_write(receiver->service->log, LOG_ERROR, "webhooks", "%.*s: %s", TEXT_PRINT(name),
                  error.message);
        /* what was not stored must be sent again */
        web_answer_problem(request, 503, "try again later");
        return;
    }
    count(receiver, name, results[fate]);
    if (fate != DELIVERY_DUPLICATE)
        tell_delivery(receiver, thread, name);
    web_answer_body(request, 200, "text/plain", TEXT("ok\n"));
}

void receiver_handle(void *context, size_t thread, struct web_request *request)
{
    struct receiver *const receiver = context;
    struct webhook_settings settings;
    struct text name = TEXT_ABSENT, path = TEXT_ABSENT;
    if (text_equal(request->path, TEXT("/livez"))) {
        web_answer_body(request, 200, "text/plain", TEXT("ok\n"));
    } else if (!split_path(request, &name, &path) ||
               !find_settings(receiver, request, name, path, &settings)) {
        web_answer_problem(request, 404, "no webhooks are received at this address");
    } else if (!text_equal(request->method, TEXT("POST"))) {
        web_answer_problem(request, 405, "deliveries are POSTed");
    } else if (request->too_large) {
        count(receiver, name, TOO_LARGE);
        web_answer_problem(request, 413, "a delivery may have at most 1 MiB");
    } else {
        take(receiver, thread, request, name, &settings);
    }
}
