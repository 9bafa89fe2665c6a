/*
 * store: the objects that hello.world keeps, in memory, and in one JSON file if it was given one.
 *
 * Not safe for threads: the server holds its lock. Records stay in their place, in the order of
 * their ids, also when they are gone, so that a record is found by binary search.
 */
#ifndef HELLO_STORE_H
#define HELLO_STORE_H

#include "moment.h"
#include "objects.h"

struct record {
    json_int_t id;
    moment created;
    moment modified;          /* MOMENT_NONE: never */
    json_t *fields;           /* owned: every field of the type, null where empty */
    json_t *field_timestamps; /* owned: name -> milliseconds of its last change */
    bool gone;
};

struct collection {
    const struct object_type *type;
    struct record *records;
    size_t count, capacity;
    json_int_t next_id;
};

struct store {
    struct collection collections[OBJECT_COUNT];
    json_t *converted; /* owned: [{old_object, old_id, new_object, new_id, at (ms)}] */
    json_t *deleted;   /* owned: [{object, id, at (ms)}] */
    json_t *answers;   /* owned: idempotency key -> answer already given */
    const char *path;  /* borrowed; NULL: in memory only */
};

/* False if memory ran out, or if the file exists and cannot be read (the reason on stderr). */
bool store_open(struct store *store, const char *path);
void store_close(struct store *store);
/* Forget every object. */
bool store_clear(struct store *store);
/* Rewrites the file, atomically; true at once if there is none. */
bool store_save(const struct store *store);

/* NULL if there is no such record; gone ones are found as well. */
struct record *store_find(struct store *store, size_t object, json_int_t id);
/* A new record with these fields (copied); NULL if memory ran out. Valid until the next create. */
struct record *store_create(struct store *store, size_t object, const json_t *fields, moment at);
/* The fields given are set; a field's timestamp moves only if its value is another one. */
bool store_set(struct record *record, const json_t *fields, moment at);
void store_delete(struct store *store, size_t object, struct record *record, moment at);
/* The record becomes one of another type, with the fields that both have; NULL if memory ran out.
 */
struct record *store_convert(struct store *store, size_t object, json_int_t id, size_t new_object,
                             moment at);

/* The instant by which windows are judged. */
moment record_changed(const struct record *record);
/* As the API shows it. A new reference. */
json_t *record_describe(const struct record *record, bool field_timestamps);
/* Everything, as in the file. A new reference. */
json_t *store_describe(const struct store *store);

#endif
