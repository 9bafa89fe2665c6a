/*
 * objects: what kinds of objects hello.world has, their fields, and what it accepts in them.
 */
#ifndef HELLO_OBJECTS_H
#define HELLO_OBJECTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { OBJECT_CITIZEN, OBJECT_WORLD, OBJECT_TOURIST, OBJECT_COUNT };
enum { OBJECT_MESSAGE_SIZE = 200 };

struct object_field {
    const char *name, *label;
    const char *data_type; /* string, text, email, phone, url, boolean, integer, date, reference */
    bool required, writable;
};

struct object_type {
    const char *name;
    const struct object_field *fields;
    size_t field_count;
};

/* `index` below OBJECT_COUNT. */
const struct object_type *object_type_at(size_t index);
/* OBJECT_COUNT if there is no such object. */
size_t object_type_index(const char *name);
const struct object_field *object_type_field(const struct object_type *type, const char *name);
/* The answer of GET /api/fields/<object>. A new reference. */
json_t *object_type_describe(const struct object_type *type);
/* Would the API accept these fields, for a new object or for an existing one? If not, `message`
 * says why. */
bool object_type_accepts(const struct object_type *type, const json_t *fields, bool creating,
                         char message[OBJECT_MESSAGE_SIZE]);
/* An id as a JSON integer or as its plain decimal text ("007" is none); false if it is neither. */
bool object_id_read(const json_t *value, json_int_t *id);
bool object_id_parse(const char *text, json_int_t *id);

#endif
