#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Lifetime ---- */

static void release(struct store *store)
{
    for (size_t object = 0; object < OBJECT_COUNT; object++) {
        struct collection *collection = &store->collections[object];
        for (size_t i = 0; i < collection->count; i++) {
            json_decref(collection->records[i].fields);
            json_decref(collection->records[i].field_timestamps);
        }
        free(collection->records);
        *collection = (struct collection){.type = object_type_at(object), .next_id = 1};
    }
    json_decref(store->converted);
    json_decref(store->deleted);
    json_decref(store->answers);
    store->converted = store->deleted = store->answers = NULL;
}

bool store_clear(struct store *store)
{
    release(store);
    store->converted = json_array();
    store->deleted = json_array();
    store->answers = json_object();
    return store->converted && store->deleted && store->answers;
}

void store_close(struct store *store)
{
    release(store);
}

/* ---- Records ---- */

/* A place for one more record at the end; its id is the caller's. */
static struct record *append(struct collection *collection)
{
    if (collection->count == collection->capacity) {
        const size_t capacity = collection->capacity == 0 ? 64 : collection->capacity * 2;
        struct record *grown = realloc(collection->records, capacity * sizeof(*grown));
        if (!grown) {
            return NULL;
        }
        collection->records = grown;
        collection->capacity = capacity;
    }
    struct record *record = &collection->records[collection->count];
    *record = (struct record){
        .modified = MOMENT_NONE, .fields = json_object(), .field_timestamps = json_object()};
    if (!record->fields || !record->field_timestamps) {
        json_decref(record->fields);
        json_decref(record->field_timestamps);
        return NULL;
    }
    collection->count++;
    return record;
}

struct record *store_find(struct store *store, size_t object, json_int_t id)
{
    struct collection *collection = &store->collections[object];
    size_t low = 0, high = collection->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (collection->records[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < collection->count && collection->records[low].id == id ? &collection->records[low]
                                                                        : NULL;
}

struct record *store_create(struct store *store, size_t object, const json_t *fields, moment at)
{
    struct collection *collection = &store->collections[object];
    struct record *record = append(collection);
    if (!record) {
        return NULL;
    }
    record->id = collection->next_id++;
    record->created = at;
    for (size_t i = 0; i < collection->type->field_count; i++) {
        const char *name = collection->type->fields[i].name;
        json_t *value = json_object_get(fields, name);
        json_object_set_new(record->fields, name, value ? json_deep_copy(value) : json_null());
        json_object_set_new(record->field_timestamps, name, json_integer(at));
    }
    return record;
}

bool store_set(struct record *record, const json_t *fields, moment at)
{
    const char *name = NULL;
    json_t *value = NULL;
    bool done = true;
    json_object_foreach((json_t *)fields, name, value)
    {
        if (!json_equal(json_object_get(record->fields, name), value)) {
            done = json_object_set_new(record->fields, name, json_deep_copy(value)) == 0 && done;
            done =
                json_object_set_new(record->field_timestamps, name, json_integer(at)) == 0 && done;
        }
    }
    record->modified = at;
    return done;
}

void store_delete(struct store *store, size_t object, struct record *record, moment at)
{
    record->gone = true;
    record->modified = at;
    json_array_append_new(store->deleted,
                          json_pack("{s:s, s:I, s:I}", "object", object_type_at(object)->name, "id",
                                    record->id, "at", (json_int_t)at));
}

struct record *store_convert(struct store *store, size_t object, json_int_t id, size_t new_object,
                             moment at)
{
    struct record *old = store_find(store, object, id);
    struct record *new = store_create(store, new_object, old->fields, at);
    if (!new) {
        return NULL;
    }
    old = store_find(store, object, id); /* it may have moved, if both have the same type */
    old->gone = true;
    old->modified = at;
    json_array_append_new(store->converted,
                          json_pack("{s:s, s:I, s:s, s:I, s:I}", "old_object",
                                    object_type_at(object)->name, "old_id", id, "new_object",
                                    object_type_at(new_object)->name, "new_id", new->id, "at",
                                    (json_int_t)at));
    return new;
}

/* ---- As JSON ---- */

moment record_changed(const struct record *record)
{
    return record->modified == MOMENT_NONE ? record->created : record->modified;
}

static json_t *moment_json(moment at)
{
    char text[MOMENT_TEXT_SIZE] = "";
    return json_string(moment_format(at, text));
}

json_t *record_describe(const struct record *record, bool field_timestamps)
{
    json_t *item = json_pack("{s:I, s:o}", "id", record->id, "created_timestamp",
                             moment_json(record->created));
    if (record->modified != MOMENT_NONE) {
        json_object_set_new(item, "last_modified_timestamp", moment_json(record->modified));
    }
    json_object_set(item, "fields", record->fields);
    if (field_timestamps) {
        json_t *texts = json_object();
        const char *name = NULL;
        json_t *value = NULL;
        json_object_foreach(record->field_timestamps, name, value)
        {
            json_object_set_new(texts, name, moment_json(json_integer_value(value)));
        }
        json_object_set_new(item, "field_timestamps", texts);
    }
    return item;
}

json_t *store_describe(const struct store *store)
{
    json_t *all = json_pack("{s:O, s:O, s:O}", "converted", store->converted, "deleted",
                            store->deleted, "answers", store->answers);
    json_t *next_ids = json_object();
    for (size_t object = 0; object < OBJECT_COUNT; object++) {
        const struct collection *collection = &store->collections[object];
        json_t *list = json_array();
        for (size_t i = 0; i < collection->count; i++) {
            json_t *item = record_describe(&collection->records[i], true);
            if (collection->records[i].gone) {
                json_object_set_new(item, "gone", json_true());
            }
            json_array_append_new(list, item);
        }
        json_object_set_new(all, collection->type->name, list);
        json_object_set_new(next_ids, collection->type->name, json_integer(collection->next_id));
    }
    json_object_set_new(all, "next_ids", next_ids);
    return all;
}

/* ---- The file ---- */

bool store_save(const struct store *store)
{
    char temporary[4096] = "";
    if (!store->path) {
        return true;
    }
    if (snprintf(temporary, sizeof(temporary), "%s.new", store->path) >= (int)sizeof(temporary)) {
        return false;
    }
    json_t *all = store_describe(store);
    const bool written = all && json_dump_file(all, temporary, JSON_COMPACT) == 0;
    json_decref(all);
    return written && rename(temporary, store->path) == 0;
}

static bool load_moment(const json_t *value, moment *at)
{
    return json_is_string(value) && moment_parse(json_string_value(value), at);
}

static bool load_record(struct collection *collection, const json_t *item)
{
    const json_t *modified = json_object_get(item, "last_modified_timestamp");
    struct record *record = append(collection);
    if (!record || !object_id_read(json_object_get(item, "id"), &record->id) ||
        !load_moment(json_object_get(item, "created_timestamp"), &record->created) ||
        (modified && !load_moment(modified, &record->modified))) {
        return false;
    }
    if (collection->count > 1 && record[-1].id >= record->id) {
        return false;
    }
    record->gone = json_is_true(json_object_get(item, "gone"));
    for (size_t i = 0; i < collection->type->field_count; i++) {
        const char *name = collection->type->fields[i].name;
        json_t *value = json_object_get(json_object_get(item, "fields"), name);
        moment at = record_changed(record);
        (void)load_moment(json_object_get(json_object_get(item, "field_timestamps"), name), &at);
        json_object_set_new(record->fields, name, value ? json_incref(value) : json_null());
        json_object_set_new(record->field_timestamps, name, json_integer(at));
    }
    if (record->id >= collection->next_id) {
        collection->next_id = record->id + 1;
    }
    return true;
}

static void load_extras(struct store *store, const json_t *all)
{
    json_array_extend(store->converted, json_object_get(all, "converted"));
    json_array_extend(store->deleted, json_object_get(all, "deleted"));
    json_object_update(store->answers, json_object_get(all, "answers"));
    for (size_t object = 0; object < OBJECT_COUNT; object++) {
        struct collection *collection = &store->collections[object];
        const json_t *next =
            json_object_get(json_object_get(all, "next_ids"), collection->type->name);
        if (json_is_integer(next) && json_integer_value(next) > collection->next_id) {
            collection->next_id = json_integer_value(next);
        }
    }
}

bool store_open(struct store *store, const char *path)
{
    *store = (struct store){.path = path};
    if (!store_clear(store)) {
        return false;
    }
    if (!path || access(path, F_OK) != 0) {
        return true;
    }
    json_error_t error = {0};
    json_t *all = json_load_file(path, 0, &error);
    if (!all) {
        fprintf(stderr, "cannot read '%s': %s, line %d\n", path, error.text, error.line);
        return false;
    }
    bool loaded = true;
    for (size_t object = 0; loaded && object < OBJECT_COUNT; object++) {
        struct collection *collection = &store->collections[object];
        const json_t *list = json_object_get(all, collection->type->name);
        size_t index = 0;
        json_t *item = NULL;
        json_array_foreach((json_t *)list, index, item)
        {
            loaded = load_record(collection, item);
            if (!loaded) {
                fprintf(stderr,
                        "cannot read '%s': entry %zu of '%s' is not an object of hello.world\n",
                        path, index, collection->type->name);
                break;
            }
        }
    }
    load_extras(store, all);
    json_decref(all);
    return loaded;
}
