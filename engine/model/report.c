/* report: filling it; report_merge.c finishes it. */
#include "model/report_entries.h"

#include "base/array.h"
#include "base/pair_index.h"

#include <string.h>

const char *report_field_state_name(enum field_state state)
{
    switch (state) {
    case FIELD_CHANGED:
        return "changed";
    case FIELD_REQUIRED:
        return "required";
    case FIELD_UNCHANGED:
        return "unchanged";
    case FIELD_ABSENT:
        break;
    }
    return "absent";
}

/* Make room for one more item in one of the report's lists. */
#define MAKE_ROOM(report, list, count, capacity)                                                   \
    array_grow((report)->arena, (report)->list, (report)->count, &(report)->capacity,              \
               sizeof(*(report)->list))

enum error_code report_new(struct arena *arena, const struct request *request,
                           const struct manual *manual, struct report **report, struct error *error)
{
    struct report *made = ARENA_NEW(arena, struct report);
    enum error_code code = ERROR_NONE;

    (void)manual;
    *report = NULL;
    if (!made)
        return error_memory(error, "a report");
    code = pair_index_new(arena, &made->index, error);
    if (code)
        return code;
    made->arena = arena;
    made->request = request;
    *report = made;
    return ERROR_NONE;
}

enum error_code report_add_object(struct report *report, const struct manual *manual,
                                  struct text object, struct text id, instant changed_at,
                                  struct report_object **added, struct error *error)
{
    struct report_object **objects = NULL;
    struct report_object *made = NULL;
    enum error_code code =
        report_entries_need(report, object, "the name of its object", "a record", error);

    *added = NULL;
    if (!code && text_is_empty(id)) {
        code = error_set(error, ERROR_INVALID,
                         "%s reported a record of '%.*s' without an id, "
                         "give one",
                         report_entries_side(report), TEXT_PRINT(object));
    }
    if (code)
        return code;
    objects = MAKE_ROOM(report, objects, object_count, object_capacity);
    made = ARENA_NEW(report->arena, struct report_object);
    if (!objects || !made)
        return error_memory(error, "a reported object");
    report->objects = objects;
    made->changed_at = changed_at;
    made->object = report->request->side == SIDE_INTERNAL ? manual_internal(manual, object)
                                                          : manual_integration(manual, object);
    if (made->object) {
        made->name = made->object->name;
        made->fields = ARENA_ARRAY(report->arena, made->object->field_count, struct report_field);
        if (!made->fields)
            return error_memory(error, "the fields of a reported object");
        for (size_t i = 0; i < made->object->field_count; i++)
            made->fields[i].changed_at = INSTANT_NONE;
    } else {
        code = text_copy(report->arena, object, &made->name, error);
    }
    if (!code)
        code = text_copy(report->arena, id, &made->id, error);
    if (!code)
        code = pair_index_add(report->index, made->name, made->id, made, error);
    if (code)
        return code;
    objects[report->object_count++] = made;
    *added = made;
    return ERROR_NONE;
}

/* Has it U+FFFD? Texts without it cost only a search for its first byte. */
static bool has_replacement(struct text text)
{
    if (text_is_ascii(text))
        return false;
    static const char replacement[] = "\xEF\xBF\xBD";
    const size_t length = sizeof replacement - 1;
    const char *from = text.bytes;
    const char *const end = text.bytes + text.length;

    while (from && (size_t)(end - from) >= length) {
        from = memchr(from, replacement[0], (size_t)(end - from) - (length - 1));
        if (from && memcmp(from, replacement, length) == 0)
            return true;
        from = from ? from + 1 : NULL;
    }
    return false;
}

/* A placeholder for unreadable bytes is not a value. */
static bool is_damaged(const struct raw_value *raw)
{
    if (raw->kind == RAW_TEXT)
        return has_replacement(raw->as.text);
    for (size_t i = 0; raw->kind == RAW_LIST && i < raw->as.list.count; i++)
        if (is_damaged(&raw->as.list.items[i]))
            return true;
    return false;
}

enum error_code report_set_field(struct report *report, struct report_object *object, size_t field,
                                 const struct report_value *value, struct error *error)
{
    const bool keeps_raw = report->request->side == SIDE_INTEGRATION;
    struct report_field *made = NULL;
    struct raw_value copy = {.kind = RAW_NULL};
    bool readable = false;
    enum error_code code = ERROR_NONE;

    if (!object->object || field >= object->object->field_count || value->state == FIELD_ABSENT) {
        return error_set(error, ERROR_INVALID,
                         "%s reported a field of '%.*s' that the mapping manual does not have, "
                         "leave it out",
                         report_entries_side(report), TEXT_PRINT(object->name));
    }
    made = &object->fields[field];
    *made = (struct report_field){.changed_at = value->changed_at, .raw = {.kind = RAW_NULL}};
    code = value_raw_copy(report->arena, value->raw, keeps_raw ? &made->raw : &copy, error);
    if (!code)
        code = value_normalize(report->arena, keeps_raw ? &made->raw : &copy, value->type,
                               &made->value, &readable, error);
    if (code)
        return code;
    readable = readable && !(keeps_raw && is_damaged(&made->raw));
    made->state = readable ? value->state : FIELD_ABSENT;
    made->unreadable = !readable;
    return ERROR_NONE;
}

enum error_code report_set_cursor(struct report *report, struct text cursor, struct error *error)
{
    return text_copy(report->arena, cursor, &report->cursor, error);
}

/* The position of an object, added if it has none yet: the last one given counts. */
static enum error_code position_of(struct report *report, const struct manual_object *object,
                                   struct report_position **position, struct error *error)
{
    struct report_position *positions = NULL;

    for (size_t i = 0; i < report->position_count; i++) {
        if (report->positions[i].object == object) {
            *position = &report->positions[i];
            return ERROR_NONE;
        }
    }
    positions = MAKE_ROOM(report, positions, position_count, position_capacity);
    if (!positions)
        return error_memory(error, "a position");
    report->positions = positions;
    *position = &positions[report->position_count++];
    **position = (struct report_position){.object = object, .token = TEXT_ABSENT};
    return ERROR_NONE;
}

enum error_code report_set_position(struct report *report, const struct manual *manual,
                                    struct text object, struct text token, struct error *error)
{
    const struct manual_object *known = manual_integration(manual, object);
    struct report_position *position = NULL;
    struct text copy = TEXT_ABSENT;
    enum error_code code = report_entries_need(report, token, "a token", "a position", error);

    if (!code && !known) {
        code = error_set(error, ERROR_INVALID,
                         "%s set a position for '%.*s', which the mapping manual does not have, "
                         "set positions only for objects that were requested",
                         report_entries_side(report), TEXT_PRINT(object));
    }
    if (!code)
        code = text_copy(report->arena, token, &copy, error);
    if (!code)
        code = position_of(report, known, &position, error);
    if (!code)
        position->token = copy;
    return code;
}

enum error_code report_set_total(struct report *report, const struct manual *manual,
                                 struct text object, uint64_t count, struct error *error)
{
    const struct manual_object *known = manual_integration(manual, object);
    struct report_total *totals = NULL;

    if (!known) {
        return error_set(error, ERROR_INVALID,
                         "%s set a total for '%.*s', which the mapping manual does not have, "
                         "set totals only for objects that were requested",
                         report_entries_side(report), TEXT_PRINT(object));
    }
    for (size_t i = 0; i < report->total_count; i++) {
        if (report->totals[i].object == known) {
            report->totals[i].count = count;
            return ERROR_NONE;
        }
    }
    totals = MAKE_ROOM(report, totals, total_count, total_capacity);
    if (!totals)
        return error_memory(error, "a total");
    report->totals = totals;
    report->totals[report->total_count++] = (struct report_total){.object = known, .count = count};
    return ERROR_NONE;
}

struct report_object *report_find(const struct report *report, struct text object, struct text id)
{
    struct text name = object;

    /* Objects of ours are kept under their own name, even if an alias was given. */
    if (report->request->side == SIDE_INTERNAL && text_equal(object, TEXT("lead"))) {
        struct report_object *found = pair_index_find(report->index, object, id);
        if (found)
            return found;
        name = TEXT("contact");
    }
    return pair_index_find(report->index, name, id);
}
