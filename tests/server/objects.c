#include "objects.h"

#include "moment.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct object_field citizen_fields[] = {
    {"first_name", "First name", "string", false, true},
    {"last_name", "Last name", "string", false, true},
    {"email", "E-mail", "email", true, true},
    {"home_planet", "Home planet", "string", false, true},
    {"opt_in", "Wants the newsletter", "boolean", false, true},
    {"phone", "Phone", "phone", false, true},
    {"birthday", "Birthday", "date", false, true},
    {"score", "Score", "integer", false, true},
    {"notes", "Notes", "text", false, true},
    {"world_id", "World", "reference", false, true},
};

static const struct object_field world_fields[] = {
    {"name", "Name", "string", true, true},
    {"email", "E-mail", "email", false, true},
    {"website", "Website", "url", false, true},
    {"phone", "Phone", "phone", false, true},
    {"population", "Population", "integer", false, true},
    {"description", "Description", "text", false, true},
};

static const struct object_field tourist_fields[] = {
    {"first_name", "First name", "string", false, true},
    {"last_name", "Last name", "string", false, true},
    {"email", "E-mail", "email", true, true},
    {"home_planet", "Home planet", "string", false, true},
    {"opt_in", "Wants the newsletter", "boolean", false, true},
    {"phone", "Phone", "phone", false, true},
};

#define FIELDS(array) (array), sizeof(array) / sizeof((array)[0])
static const struct object_type types[OBJECT_COUNT] = {
    [OBJECT_CITIZEN] = {"citizen", FIELDS(citizen_fields)},
    [OBJECT_WORLD] = {"world", FIELDS(world_fields)},
    [OBJECT_TOURIST] = {"tourist", FIELDS(tourist_fields)},
};

const struct object_type *object_type_at(size_t index)
{
    return &types[index];
}

size_t object_type_index(const char *name)
{
    size_t index = 0;
    while (index < OBJECT_COUNT && (!name || strcmp(types[index].name, name) != 0)) {
        index++;
    }
    return index;
}

const struct object_field *object_type_field(const struct object_type *type, const char *name)
{
    for (size_t i = 0; i < type->field_count; i++) {
        if (strcmp(type->fields[i].name, name) == 0) {
            return &type->fields[i];
        }
    }
    return NULL;
}

json_t *object_type_describe(const struct object_type *type)
{
    json_t *list = json_array();
    for (size_t i = 0; i < type->field_count; i++) {
        const struct object_field *field = &type->fields[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b, s:b}", "name", field->name, "label",
                                        field->label, "data_type", field->data_type, "required",
                                        field->required, "writable", field->writable));
    }
    return list;
}

bool object_id_parse(const char *text, json_int_t *id)
{
    char canonical[32] = "";
    char *end = NULL;
    errno = 0;
    *id = strtoll(text, &end, 10);
    snprintf(canonical, sizeof(canonical), "%" JSON_INTEGER_FORMAT, *id);
    return errno == 0 && end != text && strcmp(canonical, text) == 0;
}

bool object_id_read(const json_t *value, json_int_t *id)
{
    if (json_is_integer(value)) {
        *id = json_integer_value(value);
        return true;
    }
    return json_is_string(value) && object_id_parse(json_string_value(value), id);
}

/* Something, one @, something with a dot inside; no blanks. */
static bool is_email(const char *text)
{
    const char *at = strchr(text, '@');
    if (!at || at == text || strchr(at + 1, '@')) {
        return false;
    }
    for (const char *cursor = text; *cursor != '\0'; cursor++) {
        if (isspace((unsigned char)*cursor)) {
            return false;
        }
    }
    const char *dot = strchr(at, '.');
    return dot && dot > at + 1 && dot[1] != '\0';
}

static bool is_date(const char *text)
{
    moment at = 0;
    return strlen(text) == strlen("2026-03-10") && moment_parse(text, &at);
}

static bool is_empty(const json_t *value)
{
    return !value || json_is_null(value) ||
           (json_is_string(value) && json_string_length(value) == 0);
}

/* What is wrong with a value that is not empty; NULL if nothing is. */
static const char *complaint(const struct object_field *field, const json_t *value)
{
    const char *type = field->data_type;
    json_int_t id = 0;
    if (strcmp(type, "boolean") == 0) {
        return json_is_boolean(value) ? NULL : "must be true or false";
    }
    if (strcmp(type, "integer") == 0) {
        const double number = json_number_value(value);
        return json_is_number(value) && number == floor(number) ? NULL : "must be a whole number";
    }
    if (strcmp(type, "reference") == 0) {
        return object_id_read(value, &id) ? NULL : "must be an id";
    }
    if (!json_is_string(value)) {
        return "must be a text";
    }
    const char *text = json_string_value(value);
    if (strcmp(type, "email") == 0 && !is_email(text)) {
        return "is not a valid e-mail address";
    }
    if (strcmp(type, "date") == 0 && !is_date(text)) {
        return "must be a date such as 2026-03-10";
    }
    if (strcmp(type, "string") == 0 && json_string_length(value) > 255) {
        return "must not be longer than 255 bytes";
    }
    return NULL;
}

bool object_type_accepts(const struct object_type *type, const json_t *fields, bool creating,
                         char message[OBJECT_MESSAGE_SIZE])
{
    if (!json_is_object(fields)) {
        snprintf(message, OBJECT_MESSAGE_SIZE, "'fields' must be an object");
        return false;
    }
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)fields, name, value)
    {
        const struct object_field *field = object_type_field(type, name);
        const char *wrong = !field            ? "is not a field of this object"
                            : is_empty(value) ? NULL
                                              : complaint(field, value);
        if (wrong) {
            snprintf(message, OBJECT_MESSAGE_SIZE, "'%.60s' %s", name, wrong);
            return false;
        }
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const struct object_field *field = &type->fields[i];
        value = json_object_get(fields, field->name);
        if (field->required && (creating || value) && is_empty(value)) {
            snprintf(message, OBJECT_MESSAGE_SIZE, "'%s' must not be empty", field->name);
            return false;
        }
    }
    return true;
}
