#include "faults.h"

#include <stdio.h>
#include <string.h>

static const char *const names[FAULT_KINDS] = {
    [FAULT_DROP] = "drop_next",         [FAULT_FAIL] = "fail_next",
    [FAULT_HTML] = "html_next",         [FAULT_BROKEN_JSON] = "broken_json_next",
    [FAULT_TRUNCATE] = "truncate_next", [FAULT_DROP_ANSWER] = "drop_answer_next",
};

bool faults_init(struct faults *faults)
{
    *faults = (struct faults){.busy = json_array(), .without = json_array()};
    return faults->busy && faults->without;
}

void faults_release(struct faults *faults)
{
    json_decref(faults->busy);
    json_decref(faults->without);
    faults->busy = NULL;
    faults->without = NULL;
}

static void copy_text(char *target, size_t size, const json_t *value)
{
    if (json_is_string(value)) {
        snprintf(target, size, "%s", json_string_value(value));
    } else if (json_is_integer(value)) {
        snprintf(target, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
}

/* A count, or {count, after, method, path, status, retry_after}. */
static bool read_fault(struct fault *fault, enum fault_kind kind, const json_t *value)
{
    *fault = (struct fault){.status = kind == FAULT_HTML ? 502 : 503, .path = "/api"};
    if (json_is_integer(value)) {
        fault->count = json_integer_value(value);
        return fault->count >= 0;
    }
    if (!json_is_object(value)) {
        return false;
    }
    const json_t *count = json_object_get(value, "count");
    const json_t *status = json_object_get(value, "status");
    fault->count = !count ? 1 : json_integer_value(count);
    fault->after = json_integer_value(json_object_get(value, "after"));
    if (status) {
        fault->status = (unsigned)json_integer_value(status);
    }
    copy_text(fault->retry_after, sizeof(fault->retry_after),
              json_object_get(value, "retry_after"));
    copy_text(fault->method, sizeof(fault->method), json_object_get(value, "method"));
    copy_text(fault->path, sizeof(fault->path), json_object_get(value, "path"));
    return fault->count >= 0 && fault->status >= 200 && fault->status < 600;
}

bool faults_control(struct faults *faults, const json_t *document, char message[200])
{
    const json_t *latency = json_object_get(document, "latency_ms");
    json_t *busy = json_object_get(document, "busy");
    json_t *without = json_object_get(document, "without");
    for (enum fault_kind kind = 0; kind < FAULT_KINDS; kind++) {
        const json_t *value = json_object_get(document, names[kind]);
        if (value && !read_fault(&faults->kinds[kind], kind, value)) {
            snprintf(message, 200,
                     "'%s' must be a count or {count, after, method, path, status, retry_after}",
                     names[kind]);
            return false;
        }
    }
    if (latency) {
        faults->latency_ms = json_integer_value(latency);
    }
    if (busy && !json_is_array(busy)) {
        snprintf(message, 200, "'busy' must be a list such as [\"citizen\", \"world:5\"]");
        return false;
    }
    if (without && !json_is_array(without)) {
        snprintf(message, 200, "'without' must be a list such as [\"citizen:phone\"]");
        return false;
    }
    if (without) {
        json_decref(faults->without);
        faults->without = json_incref(without);
    }
    if (busy) {
        json_decref(faults->busy);
        faults->busy = json_incref(busy);
    }
    return true;
}

bool faults_take(struct faults *faults, enum fault_kind kind, const char *method, const char *path,
                 struct fault *hit)
{
    struct fault *fault = &faults->kinds[kind];
    if (fault->count == 0 || (fault->method[0] != '\0' && strcmp(fault->method, method) != 0) ||
        strncmp(path, fault->path, strlen(fault->path)) != 0) {
        return false;
    }
    if (fault->after > 0) {
        fault->after--;
        return false;
    }
    fault->count--;
    *hit = *fault;
    return true;
}

static bool lists(const json_t *list, const char *item)
{
    size_t index = 0;
    json_t *entry = NULL;
    json_array_foreach((json_t *)list, index, entry)
    {
        if (json_is_string(entry) && strcmp(json_string_value(entry), item) == 0) {
            return true;
        }
    }
    return false;
}

bool faults_busy(const struct faults *faults, const char *object, json_int_t id)
{
    char item[80] = "";
    snprintf(item, sizeof(item), "%s:%" JSON_INTEGER_FORMAT, object, id);
    return lists(faults->busy, object) || lists(faults->busy, item);
}

bool faults_without(const struct faults *faults, const char *object, const char *field)
{
    char item[80] = "";
    snprintf(item, sizeof(item), "%s:%s", object, field);
    return lists(faults->without, item);
}

json_t *faults_describe(const struct faults *faults)
{
    json_t *all = json_pack("{s:I, s:O, s:O}", "latency_ms", faults->latency_ms, "busy",
                            faults->busy, "without", faults->without);
    for (enum fault_kind kind = 0; kind < FAULT_KINDS; kind++) {
        json_object_set_new(all, names[kind], json_integer(faults->kinds[kind].count));
    }
    return all;
}
