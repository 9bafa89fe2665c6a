/* report: filling it; report_merge.c finishes it. */
#include "model/report_entries.h"

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

enum error_code report_new(struct arena *arena, const struct request *request,
                           struct report **report, struct error *error)
{
    struct report *made = ARENA_NEW(arena, struct report);

    *report = NULL;
    if (!made)
        return error_memory(error, "a report");
    if (pair_index_new(arena, &made->index, error))
        return error->code;
    made->arena = arena;
    made->request = request;
    *report = made;
    return ERROR_NONE;
}

enum error_code report_add_object(struct report *report, const struct manual *manual,
                                  struct text object, struct text id, instant changed_at,
                                  struct report_object **added, struct error *error)
{
    *added = NULL;
    if (report_entries_need(report, object, "the name of its object", "a record", error))
        return error->code;
    if (text_is_empty(id))
        return error_set(error, ERROR_INVALID,
                         "%s reported a record of '%.*s' without an id, "
                         "give one",
                         report_entries_side(report), TEXT_PRINT(object));
    struct report_object *made = ARENA_NEW(report->arena, struct report_object);
    if (!made)
        return error_memory(error, "a reported object");
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
    } else if (text_copy(report->arena, object, &made->name, error)) {
        return error->code;
    }
    if (text_copy(report->arena, id, &made->id, error) ||
        pair_index_add(report->index, made->name, made->id, made, error))
        return error->code;
    *added = made;
    return report_entries_append(report, REPORT_LIST(report, object, "a reported object"), added,
                                 error);
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
    struct raw_value copy = {.kind = RAW_NULL};
    bool readable = false;

    if (!object->object || field >= object->object->field_count || value->state == FIELD_ABSENT)
        return error_set(error, ERROR_INVALID,
                         "%s reported a field of '%.*s' that the mapping manual does not have, "
                         "leave it out",
                         report_entries_side(report), TEXT_PRINT(object->name));
    struct report_field *made = &object->fields[field];
    struct raw_value *raw = keeps_raw ? &made->raw : &copy;
    *made = (struct report_field){.changed_at = value->changed_at, .raw = {.kind = RAW_NULL}};
    if (value_raw_copy(report->arena, value->raw, raw, error) ||
        value_normalize(report->arena, raw, value->type, &made->value, &readable, error))
        return error->code;
    readable = readable && !(keeps_raw && is_damaged(raw));
    made->state = readable ? value->state : FIELD_ABSENT;
    made->unreadable = !readable;
    return ERROR_NONE;
}

enum error_code report_set_cursor(struct report *report, struct text cursor, struct error *error)
{
    return text_copy(report->arena, cursor, &report->cursor, error);
}

/* The object that a side sets `what` for. */
static enum error_code known_object(const struct report *report, const struct manual *manual,
                                    struct text name, const char *what,
                                    const struct manual_object **object, struct error *error)
{
    *object = manual_integration(manual, name);
    if (*object)
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID,
                     "%s set a %s for '%.*s', which the mapping manual does not have, "
                     "set %ss only for objects that were requested",
                     report_entries_side(report), what, TEXT_PRINT(name), what);
}

enum error_code report_set_position(struct report *report, const struct manual *manual,
                                    struct text object, struct text token, struct error *error)
{
    struct report_position made = {.token = TEXT_ABSENT};

    if (report_entries_need(report, token, "a token", "a position", error) ||
        known_object(report, manual, object, "position", &made.object, error) ||
        text_copy(report->arena, token, &made.token, error))
        return error->code;
    for (size_t i = 0; i < report->position_count; i++) {
        if (report->positions[i].object == made.object) {
            report->positions[i] = made;
            return ERROR_NONE;
        }
    }
    return report_entries_append(report, REPORT_LIST(report, position, "a position"), &made, error);
}

enum error_code report_set_total(struct report *report, const struct manual *manual,
                                 struct text object, uint64_t count, struct error *error)
{
    struct report_total made = {.count = count};

    if (known_object(report, manual, object, "total", &made.object, error))
        return error->code;
    for (size_t i = 0; i < report->total_count; i++) {
        if (report->totals[i].object == made.object) {
            report->totals[i] = made;
            return ERROR_NONE;
        }
    }
    return report_entries_append(report, REPORT_LIST(report, total, "a total"), &made, error);
}

bool report_is_empty(const struct report *report)
{
    return report->object_count + report->remap_count + report->deletion_count +
               report->merge_count + report->fault_count ==
           0;
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
