/* control: the pages of tests, below /_: what nobody outside could do or see. */
#include "generate.h"
#include "server.h"

#include <stdio.h>
#include <string.h>

/* ---- POST /_control ---- */

static bool apply_clock(struct server *server, const json_t *value, char message[200])
{
    moment at = MOMENT_NONE;
    if (json_is_string(value) && !moment_parse(json_string_value(value), &at)) {
        snprintf(message, 200, "'now' must be an instant such as 2026-03-10T12:00:00Z, or null");
        return false;
    }
    server->clock = at;
    return true;
}

/* The members of a control document besides the faults. */
static bool is_known(const char *name)
{
    static const char *const known[] = {
        "latency_ms",       "busy",          "without",          "drop_next",
        "fail_next",        "html_next",     "broken_json_next", "truncate_next",
        "drop_answer_next", "now",           "page_size",        "field_timestamps",
        "expire_tokens",    "token_seconds", "clear_counts",
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool control_apply(struct server *server, const json_t *document, char message[200])
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(document)) {
        snprintf(message, 200, "a control document must be an object");
        return false;
    }
    json_object_foreach((json_t *)document, name, value)
    {
        if (!is_known(name)) {
            snprintf(message, 200, "'%.100s' is not a switch", name);
            return false;
        }
    }
    const json_t *now = json_object_get(document, "now");
    const json_t *page_size = json_object_get(document, "page_size");
    const json_t *field_timestamps = json_object_get(document, "field_timestamps");
    const json_t *seconds = json_object_get(document, "token_seconds");
    if (page_size && json_integer_value(page_size) < 1) {
        snprintf(message, 200, "'page_size' must be at least 1");
        return false;
    }
    if ((now && !apply_clock(server, now, message)) ||
        !faults_control(&server->faults, document, message)) {
        return false;
    }
    server->page_size = !page_size ? server->page_size : json_integer_value(page_size);
    server->tokens.seconds = !seconds ? server->tokens.seconds : json_integer_value(seconds);
    if (field_timestamps) {
        server->field_timestamps = json_is_true(field_timestamps);
    }
    if (json_is_true(json_object_get(document, "expire_tokens"))) {
        tokens_expire(&server->tokens);
    }
    if (json_is_true(json_object_get(document, "clear_counts"))) {
        request_log_clear(&server->log);
    }
    return true;
}

/* ---- GET /_state ---- */

static struct reply describe(const struct server *server)
{
    json_t *state = store_describe(&server->store);
    char text[MOMENT_TEXT_SIZE] = "";
    json_object_set_new(state, "requests", request_log_describe(&server->log));
    json_object_set_new(state, "faults", faults_describe(&server->faults));
    json_object_set_new(state, "page_size", json_integer(server->page_size));
    json_object_set_new(state, "field_timestamps", json_boolean(server->field_timestamps));
    json_object_set_new(state, "now", json_string(moment_format(server_now(server), text)));
    return (struct reply){.status = 200, .body = state};
}

/* ---- POST /_edit ---- */

struct edit {
    const char *action;
    size_t object;
    json_int_t id;
    struct record *record; /* NULL for a create */
    const json_t *fields;
    moment at;
};

static bool read_edit(struct server *server, const json_t *document, struct edit *edit,
                      char message[OBJECT_MESSAGE_SIZE])
{
    const json_t *at = json_object_get(document, "at");
    const char *action = json_string_value(json_object_get(document, "action"));
    edit->action = !action ? "set" : action;
    edit->object = object_type_index(json_string_value(json_object_get(document, "object")));
    edit->fields = json_object_get(document, "fields");
    edit->at = server_now(server);
    if (edit->object == OBJECT_COUNT) {
        snprintf(message, OBJECT_MESSAGE_SIZE, "'object' must be citizen, world or tourist");
        return false;
    }
    if (at && (!json_is_string(at) || !moment_parse(json_string_value(at), &edit->at))) {
        snprintf(message, OBJECT_MESSAGE_SIZE, "'at' must be an instant");
        return false;
    }
    if (strcmp(edit->action, "create") == 0) {
        return object_type_accepts(object_type_at(edit->object), edit->fields, true, message);
    }
    if (object_id_read(json_object_get(document, "id"), &edit->id)) {
        edit->record = store_find(&server->store, edit->object, edit->id);
    }
    if (!edit->record || edit->record->gone) {
        snprintf(message, OBJECT_MESSAGE_SIZE, "there is no such object");
        return false;
    }
    return strcmp(edit->action, "set") != 0 ||
           object_type_accepts(object_type_at(edit->object), edit->fields, false, message);
}

/* One edit; its answer is what the object is afterwards. */
static json_t *carry_out(struct server *server, const json_t *document)
{
    char message[OBJECT_MESSAGE_SIZE] = "";
    struct edit edit = {0};
    const struct record *record = NULL;
    if (!read_edit(server, document, &edit, message)) {
        return json_pack("{s:s}", "error", message);
    }
    if (strcmp(edit.action, "create") == 0) {
        record = store_create(&server->store, edit.object, edit.fields, edit.at);
    } else if (strcmp(edit.action, "set") == 0) {
        store_set(edit.record, edit.fields, edit.at);
        record = edit.record;
    } else if (strcmp(edit.action, "delete") == 0) {
        store_delete(&server->store, edit.object, edit.record, edit.at);
        record = edit.record;
    } else if (strcmp(edit.action, "convert") == 0) {
        const size_t to = object_type_index(json_string_value(json_object_get(document, "to")));
        record = to == OBJECT_COUNT
                     ? NULL
                     : store_convert(&server->store, edit.object, edit.id, to, edit.at);
    }
    if (record) {
        webhooks_tell(&server->webhooks,
                      json_string_value(json_object_get(
                          document, strcmp(edit.action, "convert") == 0 ? "to" : "object")),
                      record->id);
    }
    return !record ? json_pack("{s:s}", "error",
                               "'action' must be set, create, delete or convert (with 'to')")
                   : record_describe(record, true);
}

static struct reply edit(struct server *server, const json_t *document)
{
    struct reply reply = {.status = 200, .body = json_array()};
    const size_t count = json_is_array(document) ? json_array_size(document) : 1;
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_is_array(document) ? json_array_get(document, i) : document;
        json_t *answer = carry_out(server, one);
        reply.status = json_object_get(answer, "error") ? 400 : reply.status;
        json_array_append_new(reply.body, answer);
    }
    if (!store_save(&server->store)) {
        json_decref(reply.body);
        return reply_error(500, "the data can't be stored");
    }
    return reply;
}

/* ---- POST /_reset ---- */

static struct reply reset(struct server *server, const json_t *document)
{
    const json_t *seed = json_object_get(document, "seed");
    faults_release(&server->faults);
    tokens_expire(&server->tokens);
    request_log_clear(&server->log);
    server->clock = MOMENT_NONE;
    const bool done = faults_init(&server->faults) && store_clear(&server->store) &&
                      (!seed || generate(&server->store, json_integer_value(seed))) &&
                      store_save(&server->store);
    return done ? (struct reply){.status = 200, .body = json_object()}
                : reply_error(500, "the data can't be stored");
}

/* ---- Routes ---- */

struct reply control_handle(struct server *server, const struct request *request)
{
    char message[200] = "";
    if (strcmp(request->method, "GET") == 0) {
        return strcmp(request->path, "/_state") == 0 ? describe(server)
                                                     : reply_error(404, "no such page");
    }
    json_error_t error = {0};
    json_t *document = json_loadb(request->body, request->size, 0, &error);
    struct reply reply = reply_error(404, "no such page");
    if (!document && (request->size > 0 || strcmp(request->path, "/_reset") != 0)) {
        json_decref(reply.body);
        reply = reply_error(400, "the body must be JSON");
    } else if (strcmp(request->path, "/_control") == 0) {
        json_decref(reply.body);
        reply =
            control_apply(server, document, message) ? describe(server) : reply_error(400, message);
    } else if (strcmp(request->path, "/_edit") == 0) {
        json_decref(reply.body);
        reply = edit(server, document);
    } else if (strcmp(request->path, "/_reset") == 0) {
        json_decref(reply.body);
        reply = reset(server, document);
    }
    json_decref(document);
    return reply;
}
