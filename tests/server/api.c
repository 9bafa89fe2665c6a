/* api: what hello.world offers to the world below /api. */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_LIMIT = 100 };

/* ---- Reading ---- */

struct window {
    moment since, before; /* MOMENT_NONE: open */
    json_int_t page;
};

static bool read_moment(const struct request *request, const char *name, moment *at)
{
    const char *text = request_query(request, name);
    *at = MOMENT_NONE;
    return !text || moment_parse(text, at);
}

static bool read_window(const struct request *request, const char *since, const char *before,
                        struct window *window, struct reply *reply)
{
    const char *page = request_query(request, "page");
    window->page = 1;
    if (!read_moment(request, since, &window->since) ||
        !read_moment(request, before, &window->before)) {
        *reply = reply_error(400, "a window must be two instants such as 2026-03-10T12:00:00Z");
        return false;
    }
    if (page && (!object_id_parse(page, &window->page) || window->page < 1)) {
        *reply = reply_error(400, "'page' must be a whole number from 1");
        return false;
    }
    return true;
}

static bool in_window(const struct window *window, moment at)
{
    return (window->since == MOMENT_NONE || at >= window->since) &&
           (window->before == MOMENT_NONE || at < window->before);
}

/* Is the number one of "1,5,9"? */
static bool listed(const char *ids, json_int_t id)
{
    while (ids && *ids != '\0') {
        char entry[32] = "";
        json_int_t number = 0;
        const size_t length = strcspn(ids, ",");
        snprintf(entry, sizeof(entry), "%.*s", (int)length, ids);
        if (object_id_parse(entry, &number) && number == id) {
            return true;
        }
        ids += length + (ids[length] == ',');
    }
    return false;
}

/* What the API shows of a record: a copy, without the fields that were taken away. */
static json_t *shown_record(const struct server *server, const char *object,
                            const struct record *record)
{
    json_t *item = record_describe(record, server->field_timestamps);
    json_t *fields = json_copy(json_object_get(item, "fields"));
    const char *name = NULL;
    void *next = NULL;
    json_t *value = NULL;
    json_object_foreach_safe(fields, next, name, value)
    {
        if (faults_without(&server->faults, object, name)) {
            json_object_del(json_object_get(item, "field_timestamps"), name);
            json_object_del(fields, name);
        }
    }
    json_object_set_new(item, "fields", fields);
    return item;
}

static struct reply list_objects(struct server *server, const struct request *request,
                                 size_t object)
{
    struct reply reply = {.status = 200};
    struct window window = {0};
    if (!read_window(request, "createdOrModifiedSince", "createdOrModifiedBefore", &window,
                     &reply)) {
        return reply;
    }
    const struct collection *collection = &server->store.collections[object];
    const char *ids = request_query(request, "ids");
    json_int_t skip = (window.page - 1) * server->page_size;
    reply.body = json_array();
    for (size_t i = 0; i < collection->count; i++) {
        const struct record *record = &collection->records[i];
        if (record->gone || !in_window(&window, record_changed(record)) ||
            (ids && !listed(ids, record->id))) {
            continue;
        }
        reply.total++;
        if (skip-- <= 0 && (json_int_t)json_array_size(reply.body) < server->page_size) {
            json_array_append_new(reply.body, shown_record(server, collection->type->name, record));
        }
    }
    reply.counted = true;
    return reply;
}

/* The converted or deleted ones of a window, in the order in which that happened. */
static struct reply list_events(const struct server *server, const struct request *request,
                                const json_t *events)
{
    struct reply reply = {.status = 200};
    struct window window = {0};
    if (!read_window(request, "since", "before", &window, &reply)) {
        return reply;
    }
    json_int_t skip = (window.page - 1) * server->page_size;
    size_t index = 0;
    json_t *event = NULL;
    reply.body = json_array();
    json_array_foreach((json_t *)events, index, event)
    {
        const moment at = json_integer_value(json_object_get(event, "at"));
        char text[MOMENT_TEXT_SIZE] = "";
        if (!in_window(&window, at) || skip-- > 0) {
            continue;
        }
        if ((json_int_t)json_array_size(reply.body) == server->page_size) {
            break;
        }
        json_t *shown = json_copy(event);
        json_object_del(shown, "at");
        json_object_set_new(shown, "timestamp", json_string(moment_format(at, text)));
        json_array_append_new(reply.body, shown);
    }
    return reply;
}

/* ---- Writing ---- */

static json_t *item_answer(json_int_t code, const json_t *id, const char *message)
{
    json_t *answer = json_pack("{s:I}", "code", code);
    if (id) {
        json_object_set(answer, "id", (json_t *)id);
    }
    if (message) {
        json_object_set_new(answer, "message", json_string(message));
    }
    return answer;
}

static json_t *success_answer(json_int_t code, const struct record *record)
{
    char text[MOMENT_TEXT_SIZE] = "";
    return json_pack("{s:I, s:I, s:s}", "code", code, "id", record->id, "timestamp",
                     moment_format(record_changed(record), text));
}

/* Does the item name a field that was taken away? */
static bool names_missing(const struct server *server, const struct object_type *type,
                          const json_t *fields, char message[OBJECT_MESSAGE_SIZE])
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)fields, name, value)
    {
        if (faults_without(&server->faults, type->name, name)) {
            snprintf(message, OBJECT_MESSAGE_SIZE, "'%.60s' is not a field of this object", name);
            return true;
        }
    }
    return false;
}

/* One item of a batch, without its metadata. */
static json_t *upsert_item(struct server *server, size_t object, const json_t *item)
{
    const struct object_type *type = object_type_at(object);
    const json_t *fields = json_object_get(item, "fields");
    const json_t *given = json_object_get(item, "id");
    char message[OBJECT_MESSAGE_SIZE] = "";
    struct record *record = NULL;
    json_int_t id = 0;
    if (!json_is_object(item)) {
        return item_answer(400, NULL, "an item must be an object {id, fields, metadata}");
    }
    const bool creating = !given || json_is_null(given);
    if (!creating && object_id_read(given, &id)) {
        record = store_find(&server->store, object, id);
    }
    if (faults_busy(&server->faults, type->name, id)) {
        return item_answer(503, given, "busy, please try again later");
    }
    if (!creating && (!record || record->gone)) {
        return item_answer(404, given, "there is no such object");
    }
    if (!object_type_accepts(type, fields, creating, message) ||
        names_missing(server, type, fields, message)) {
        return item_answer(400, given, message);
    }
    if (creating) {
        record = store_create(&server->store, object, fields, server_now(server));
        if (!record) {
            return item_answer(503, NULL, "out of memory");
        }
        webhooks_tell(&server->webhooks, type->name, record->id);
        return success_answer(201, record);
    }
    store_set(record, fields, server_now(server));
    webhooks_tell(&server->webhooks, type->name, record->id);
    return success_answer(200, record);
}

/* An item with an idempotency key that was carried out before gets the same answer once more. */
static json_t *upsert_once(struct server *server, size_t object, const json_t *item)
{
    const json_t *key = json_object_get(item, "idempotency_key");
    char name[300] = "";
    if (!json_is_string(key)) {
        return upsert_item(server, object, item);
    }
    snprintf(name, sizeof(name), "%s:%.200s", object_type_at(object)->name, json_string_value(key));
    const json_t *earlier = json_object_get(server->store.answers, name);
    if (earlier) {
        return json_copy((json_t *)earlier);
    }
    json_t *answer = upsert_item(server, object, item);
    if (json_integer_value(json_object_get(answer, "code")) < 400) {
        json_object_set_new(server->store.answers, name, json_copy(answer));
    }
    return answer;
}

static struct reply upsert(struct server *server, size_t object, const json_t *batch)
{
    struct reply reply = {.status = 200, .items = json_array_size(batch)};
    size_t index = 0;
    json_t *item = NULL;
    if (!json_is_array(batch)) {
        return reply_error(400, "the body must be a list of items {id, fields, metadata}");
    }
    if (reply.items > BATCH_LIMIT) {
        return reply_error(413, "a batch must not have more than 100 items");
    }
    reply.body = json_array();
    json_array_foreach((json_t *)batch, index, item)
    {
        json_t *answer = upsert_once(server, object, item);
        json_t *metadata = json_object_get(item, "metadata");
        if (metadata) {
            json_object_set(answer, "metadata", metadata);
        }
        json_array_append_new(reply.body, answer);
    }
    if (!store_save(&server->store)) {
        json_decref(reply.body);
        return reply_error(500, "the data can't be stored");
    }
    return reply;
}

/* A batch under an Idempotency-Key is carried out once. */
static struct reply upsert_batch(struct server *server, const struct request *request,
                                 size_t object)
{
    const char *key = request_header(request, "Idempotency-Key");
    const char *name = object_type_at(object)->name;
    char slot[300] = "";
    snprintf(slot, sizeof(slot), "batch:%s:%.200s", name, !key ? "" : key);
    json_t *earlier = !key ? NULL : json_object_get(server->store.answers, slot);
    if (earlier) {
        return (struct reply){.status = 200, .body = json_incref(earlier), .replayed = true};
    }
    json_error_t error = {0};
    json_t *batch = json_loadb(request->body, request->size, 0, &error);
    const struct reply reply = upsert(server, object, batch);
    json_decref(batch);
    if (key && reply.status == 200) {
        json_object_set(server->store.answers, slot, reply.body);
    }
    return reply;
}

/* ---- Routes ---- */

static json_t *shown_fields(const struct server *server, const struct object_type *type)
{
    json_t *all = object_type_describe(type), *shown = json_array(), *field = NULL;
    size_t index = 0;
    json_array_foreach(all, index, field)
    {
        if (!faults_without(&server->faults, type->name,
                            json_string_value(json_object_get(field, "name")))) {
            json_array_append(shown, field);
        }
    }
    json_decref(all);
    return shown;
}

static struct reply handle_get(struct server *server, const struct request *request)
{
    const char *name = request->path + strlen("/api/");
    if (strncmp(name, "fields/", 7) == 0) {
        const size_t index = object_type_index(name + 7);
        return index == OBJECT_COUNT
                   ? reply_error(404, "there is no such kind of object")
                   : (struct reply){.status = 200,
                                    .body = shown_fields(server, object_type_at(index))};
    }
    if (strcmp(name, "converted") == 0) {
        return list_events(server, request, server->store.converted);
    }
    if (strcmp(name, "deleted") == 0) {
        return list_events(server, request, server->store.deleted);
    }
    const size_t object = object_type_index(name);
    return object == OBJECT_COUNT ? reply_error(404, "there is no such kind of object")
                                  : list_objects(server, request, object);
}

struct reply api_handle(struct server *server, const struct request *request)
{
    const size_t object = object_type_index(request->path + strlen("/api/"));
    if (strcmp(request->method, "GET") == 0) {
        return handle_get(server, request);
    }
    if (strcmp(request->method, "POST") != 0) {
        return reply_error(405, "only GET and POST");
    }
    return object == OBJECT_COUNT ? reply_error(404, "there is no such kind of object")
                                  : upsert_batch(server, request, object);
}
