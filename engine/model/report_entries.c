/* What a report says beside its records: relations, remaps, deletions, merges, faults. */
#include "model/report_entries.h"

#include "base/array.h"

enum error_code report_entries_append(struct report *report, const struct report_list *list,
                                      const void *item, struct error *error)
{
    void *items = NULL;
    memcpy(&items, list->items, sizeof items);
    items = array_grow(report->arena, items, *list->count, list->capacity, list->item_size);
    if (!items)
        return error_memory(error, list->what);
    memcpy(list->items, &items, sizeof items);
    memcpy((char *)items + (*list->count)++ * list->item_size, item, list->item_size);
    return ERROR_NONE;
}

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

/* Add an entry whose texts are moved into the report's arena, in place, if none that is needed is
 * missing; a part without a text ends them. `of`: what messages about its parts call it. */
static enum error_code add_entry(struct report *report, const struct report_list *list,
                                 const void *entry, const struct part *parts, const char *of,
                                 struct error *error)
{
    for (const struct part *part = parts; part->text; part++) {
        if (report_entries_need(report, *part->text, part->what, of, error))
            return error->code;
    }
    for (const struct part *part = parts; part->text; part++) {
        if (text_copy(report->arena, *part->text, part->text, error))
            return error->code;
    }
    return report_entries_append(report, list, entry, error);
}

enum error_code report_add_fault(struct report *report, const struct report_fault *fault,
                                 struct error *error)
{
    struct report_fault made = *fault;
    const struct part parts[] = {{&made.object, NULL},
                                 {&made.id, NULL},
                                 {&made.field, NULL},
                                 {&made.message, NULL},
                                 {NULL, NULL}};

    return add_entry(report, REPORT_LIST(report, fault, "a fault of a report"), &made, parts,
                     "a fault", error);
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

    if (!entry)
        return error_set(error, ERROR_INVALID,
                         "%s says who edited '%.*s' %.*s, which the report does not have, add the "
                         "record first",
                         report_entries_side(report), TEXT_PRINT(object), TEXT_PRINT(id));
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
    struct report_relation made = *relation;
    const struct part parts[] = {
        {&made.object, "the name of its object"}, {&made.id, "the id of its record"},
        {&made.field, "the name of its field"},   {&made.to_object, "the object that it leads to"},
        {&made.to_id, "the id that it leads to"}, {NULL, NULL}};

    return add_entry(report, REPORT_LIST(report, relation, "a relation"), &made, parts,
                     "a relation", error);
}

enum error_code report_remap_object(struct report *report, const struct report_remap *remap,
                                    struct error *error)
{
    struct report_remap made = *remap;
    const struct part parts[] = {{&made.old_object, "the name of the old object"},
                                 {&made.old_id, "the old id"},
                                 {&made.new_object, "the name of the new object"},
                                 {&made.new_id, NULL},
                                 {NULL, NULL}};

    if (text_is_empty(made.new_id))
        made.new_id = made.old_id;
    return add_entry(report, REPORT_LIST(report, remap, "a remap"), &made, parts, "a remap", error);
}

enum error_code report_add_deleted(struct report *report, struct text object, struct text id,
                                   instant at, struct error *error)
{
    struct report_deletion made = {
        .object = object, .id = id, .at = at, .entries = report->object_count};
    const struct part parts[] = {
        {&made.object, "the name of its object"}, {&made.id, "the id of its record"}, {NULL, NULL}};

    return add_entry(report, REPORT_LIST(report, deletion, "a reported deletion"), &made, parts,
                     "a deletion", error);
}

enum error_code report_add_merge(struct report *report, struct text object, struct text loser,
                                 struct text winner, struct error *error)
{
    struct report_merge made = {.object = object, .loser = loser, .winner = winner};
    const struct part parts[] = {{&made.object, "the name of its object"},
                                 {&made.loser, "the id of the record that is gone"},
                                 {&made.winner, "the id of the record that stays"},
                                 {NULL, NULL}};

    if (!text_is_empty(object) && !text_is_empty(loser) && text_equal(loser, winner))
        return error_set(error, ERROR_INVALID,
                         "%s reported that '%.*s:%.*s' was merged into itself, leave it out",
                         report_entries_side(report), TEXT_PRINT(object), TEXT_PRINT(loser));
    return add_entry(report, REPORT_LIST(report, merge, "a reported merge"), &made, parts,
                     "a merge", error);
}
