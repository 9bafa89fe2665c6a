/* What a report says beside its records: relations, remaps, deletions, merges, faults. */
#include "model/report_entries.h"

#include "base/array.h"

/* Make room for one more item in one of the report's lists. */
#define MAKE_ROOM(report, list, count, capacity)                                                   \
    array_grow((report)->arena, (report)->list, (report)->count, &(report)->capacity,              \
               sizeof(*(report)->list))

const char *report_entries_side(const struct report *report)
{
    return report->request->side == SIDE_INTERNAL ? "the internal side" : "the integration";
}

/* A text of an entry, and what it is: it must not be empty (NULL: it may). */
struct part {
    struct text *text;
    const char *what;
};

enum error_code report_entries_need(const struct report *report, struct text text, const char *what,
                                    const char *of, struct error *error)
{
    if (!what || !text_is_empty(text))
        return ERROR_NONE;
    return error_set(error, ERROR_INVALID, "%s reported %s without %s, give one",
                     report_entries_side(report), of, what);
}

/* Move the texts of an entry into the report's arena, in place, if none that is needed is missing;
 * a part without a text ends them. */
static enum error_code keep_parts(const struct report *report, const struct part *parts,
                                  const char *of, struct error *error)
{
    enum error_code code = ERROR_NONE;

    for (const struct part *part = parts; !code && part->text; part++)
        code = report_entries_need(report, *part->text, part->what, of, error);
    for (const struct part *part = parts; !code && part->text; part++)
        code = text_copy(report->arena, *part->text, part->text, error);
    return code;
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
                         report_entries_side(report), TEXT_PRINT(object), TEXT_PRINT(id));
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
                         report_entries_side(report), TEXT_PRINT(object), TEXT_PRINT(loser));
    }
    merges = MAKE_ROOM(report, merges, merge_count, merge_capacity);
    if (!merges)
        return error_memory(error, "a reported merge");
    report->merges = merges;
    merges[report->merge_count++] = made;
    return ERROR_NONE;
}
