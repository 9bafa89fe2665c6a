/* report: filling it; report_merge.c finishes it. */
#include "model/report.h"

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

static const char *side_name(const struct report *report)
{
    return report->request->side == SIDE_INTERNAL ? "the internal side" : "the integration";
}

/* A text of an entry, and what it is: it must not be empty (NULL: it may). */
struct part {
    struct text *text;
    const char *what;
};

static enum error_code need(const struct report *report, struct text text, const char *what,
                            const char *of, struct error *error)
{
    if (!what || !text_is_empty(text))
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID, "%s reported %s without %s, give one", side_name(report),
                     of, what);
}

/* Move the texts of an entry into the report's arena, in place, if none that is needed is missing;
 * a part without a text ends them. */
static enum error_code keep_parts(const struct report *report, const struct part *parts,
                                  const char *of, struct error *error)
{
    enum error_code code = ERROR_NONE;

    for (const struct part *part = parts; !code && part->text; part++)
        code = need(report, *part->text, part->what, of, error);
    for (const struct part *part = parts; !code && part->text; part++)
        code = text_copy(report->arena, *part->text, part->text, error);
    return code;
}

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
    enum error_code code = need(report, object, "the name of its object", "a record", error);

    *added = NULL;
    if (!code && text_is_empty(id)) {
        code = error_set(error, ERROR_INVALID,
                         "%s reported a record of '%.*s' without an id, "
                         "give one",
                         side_name(report), TEXT_PRINT(object));
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
                         side_name(report), TEXT_PRINT(object->name));
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

enum error_code report_add_fault(struct report *report, const struct report_fault *fault,
                                 struct error *error)
{
    struct report_fault made = *fault, *faults = NULL;
    const struct part parts[] = {{&made.object, NULL},
                                 {&made.id, NULL},
                                 {&made.field, NULL},
                                 {&made.message, NULL},
                                 {NULL, NULL}};

    if (keep_parts(report, parts, "a fault", error))
        return error->code;
    faults = MAKE_ROOM(report, faults, fault_count, fault_capacity);
    if (!faults)
        return error_memory(error, "a fault of a report");
    report->faults = faults;
    faults[report->fault_count++] = made;
    return ERROR_NONE;
}

/* A record may come more than once; the entry that was added last is meant. */
static struct report_object *last_entry(const struct report *report, struct text object,
                                        struct text id)
{
    for (size_t i = report->object_count; i > 0; i--) {
        struct report_object *entry = report->objects[i - 1];
        if (text_equal(entry->id, id) && text_equal(entry->name, object))
            return entry;
    }
    return NULL;
}

enum error_code report_own_edit(struct report *report, struct text object, struct text id,
                                struct text field, struct error *error)
{
    struct report_object *entry = last_entry(report, object, id);
    size_t index = SIZE_MAX;

    if (!entry) {
        return error_set(error, ERROR_INVALID,
                         "%s says who edited '%.*s' %.*s, which the report does not have, add the "
                         "record first",
                         side_name(report), TEXT_PRINT(object), TEXT_PRINT(id));
    }
    if (text_is_absent(field)) {
        entry->own = true;
        return ERROR_NONE;
    }
    if (entry->object)
        index = manual_object_field(entry->object, field);
    if (index != SIZE_MAX)
        entry->fields[index].own = true;
    return ERROR_NONE;
}

enum error_code report_add_relation(struct report *report, const struct report_relation *relation,
                                    struct error *error)
{
    struct report_relation made = *relation, *relations = NULL;
    const struct part parts[] = {
        {&made.object, "the name of its object"}, {&made.id, "the id of its record"},
        {&made.field, "the name of its field"},   {&made.to_object, "the object that it leads to"},
        {&made.to_id, "the id that it leads to"}, {NULL, NULL}};

    if (keep_parts(report, parts, "a relation", error))
        return error->code;
    relations = MAKE_ROOM(report, relations, relation_count, relation_capacity);
    if (!relations)
        return error_memory(error, "a relation");
    report->relations = relations;
    relations[report->relation_count++] = made;
    return ERROR_NONE;
}

enum error_code report_remap_object(struct report *report, const struct report_remap *remap,
                                    struct error *error)
{
    struct report_remap made = *remap, *remaps = NULL;
    const struct part parts[] = {{&made.old_object, "the name of the old object"},
                                 {&made.old_id, "the old id"},
                                 {&made.new_object, "the name of the new object"},
                                 {&made.new_id, NULL},
                                 {NULL, NULL}};

    if (text_is_empty(made.new_id))
        made.new_id = made.old_id;
    if (keep_parts(report, parts, "a remap", error))
        return error->code;
    remaps = MAKE_ROOM(report, remaps, remap_count, remap_capacity);
    if (!remaps)
        return error_memory(error, "a remap");
    report->remaps = remaps;
    remaps[report->remap_count++] = made;
    return ERROR_NONE;
}

enum error_code report_add_deleted(struct report *report, struct text object, struct text id,
                                   instant at, struct error *error)
{
    struct report_deletion *deletions = NULL;
    struct report_deletion made = {
        .object = object, .id = id, .at = at, .entries = report->object_count};
    const struct part parts[] = {
        {&made.object, "the name of its object"}, {&made.id, "the id of its record"}, {NULL, NULL}};

    if (keep_parts(report, parts, "a deletion", error))
        return error->code;
    deletions = MAKE_ROOM(report, deletions, deletion_count, deletion_capacity);
    if (!deletions)
        return error_memory(error, "a reported deletion");
    report->deletions = deletions;
    deletions[report->deletion_count++] = made;
    return ERROR_NONE;
}

enum error_code report_add_merge(struct report *report, struct text object, struct text loser,
                                 struct text winner, struct error *error)
{
    struct report_merge made = {.object = object, .loser = loser, .winner = winner}, *merges = NULL;
    const struct part parts[] = {{&made.object, "the name of its object"},
                                 {&made.loser, "the id of the record that is gone"},
                                 {&made.winner, "the id of the record that stays"},
                                 {NULL, NULL}};

    if (keep_parts(report, parts, "a merge", error))
        return error->code;
    if (text_equal(loser, winner)) {
        return error_set(error, ERROR_INVALID,
                         "%s reported that '%.*s:%.*s' was merged into itself, leave it out",
                         side_name(report), TEXT_PRINT(object), TEXT_PRINT(loser));
    }
    merges = MAKE_ROOM(report, merges, merge_count, merge_capacity);
    if (!merges)
        return error_memory(error, "a reported merge");
    report->merges = merges;
    merges[report->merge_count++] = made;
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
    enum error_code code = need(report, token, "a token", "a position", error);

    if (!code && !known) {
        code = error_set(error, ERROR_INVALID,
                         "%s set a position for '%.*s', which the mapping manual does not have, "
                         "set positions only for objects that were requested",
                         side_name(report), TEXT_PRINT(object));
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
                         side_name(report), TEXT_PRINT(object));
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
