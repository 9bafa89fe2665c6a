#include "sync/pull/counterpart.h"

#include "sync/run/mapping_life.h"

/* The identifiers that the record has, as keys, by the later line if two feed one field. */
static enum error_code identifier_keys(const struct manual_entry *entry,
                                       const struct report_object *reported, struct arena *arena,
                                       size_t *fields, struct text *keys, size_t *count,
                                       struct error *error)
{
    *count = 0;
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct report_field *field = &reported->fields[line->integration_field];
        struct text key = TEXT_ABSENT;
        size_t place = 0;
        if (!entry->internal->fields[line->internal_field].schema->unique ||
            field->state == FIELD_ABSENT || value_is_empty(&field->value))
            continue;
        if (value_identifier_key(
                arena, &field->value,
                entry->internal->fields[line->internal_field].schema->type, &key, error))
            return error->code;
        if (text_is_empty(key))
            continue;
        while (place < *count && fields[place] != line->internal_field)
            place++;
        fields[place] = line->internal_field;
        keys[place] = key;
        if (place == *count)
            ++*count;
    }
    return ERROR_NONE;
}

/* Ids of the objects that match, two at most, without those that the record is kept apart from. */
static enum error_code find_matches(struct run_context *context, struct pull_item *item,
                                    const struct report_object *reported, const size_t *fields,
                                    const struct text *keys, size_t key_count, struct arena *arena,
                                    struct text **ids, size_t *count, struct error *error)
{
    const struct run *run = context->run;
    struct kept_apart apart;
    size_t found = 0;

    *count = 0;
    if (run->books->kept_apart(run->books, item->entry, reported->id, arena, &apart, error))
        return error->code;
    item->stands_alone = apart.of_all;
    if (apart.of_all)
        return ERROR_NONE;
    if (run->internal->find(run->internal, item->entry->internal, fields, keys, key_count,
                            2 + apart.count, arena, ids, &found, error))
        return error->code;
    for (size_t i = 0; i < found; i++) {
        bool excluded = false;
        for (size_t j = 0; j < apart.count && !excluded; j++)
            excluded = text_equal((*ids)[i], apart.ids[j]);
        if (!excluded)
            (*ids)[(*count)++] = (*ids)[i];
    }
    return ERROR_NONE;
}

/* Exactly one match is stored as a mapping at once; several are remembered. */
static enum error_code match(struct run_context *context, struct pull_item *item,
                             const struct report_object *reported, struct arena *arena,
                             enum counterpart_kind *kind, struct error *error)
{
    const struct run *run = context->run;
    const struct manual_entry *entry = item->entry;
    size_t *fields = ARENA_ARRAY(arena, entry->line_count, size_t);
    struct text *keys = ARENA_ARRAY(arena, entry->line_count, struct text);
    struct text *ids = NULL;
    size_t key_count = 0, id_count = 0;

    *kind = COUNTERPART_NONE;
    if (!fields || !keys)
        return error_memory(error, "identifiers");
    if (identifier_keys(entry, reported, arena, fields, keys, &key_count, error))
        return error->code;
    if (key_count == 0)
        return ERROR_NONE;
    if (find_matches(context, item, reported, fields, keys, key_count, arena, &ids, &id_count,
                     error))
        return error->code;
    if (id_count == 0)
        return ERROR_NONE;
    if (id_count > 1) {
        const struct unlinked_record unlinked = {.entry = entry,
                                                 .integration_id = reported->id,
                                                 .fields = fields,
                                                 .keys = keys,
                                                 .key_count = key_count};
        *kind = COUNTERPART_AMBIGUOUS;
        return run->books->remember_unlinked(run->books, &unlinked, error);
    }
    struct mapping *mapping = ARENA_NEW(arena, struct mapping);
    if (!mapping)
        return error_memory(error, "a mapping");
    *mapping = (struct mapping){
        .entry = entry,
        .internal_object = entry->internal->name,
        .internal_id = ids[0],
        .integration_object = entry->integration->name,
        .integration_id = reported->id,
        .last_sync = reported->changed_at == INSTANT_NONE ? run->now : reported->changed_at};
    mapping->evidence = ARENA_ARRAY(arena, entry->internal->field_count, struct evidence);
    if (!mapping->evidence)
        return error_memory(error, "a mapping");
    if (run->books->add_mapping(run->books, mapping, error))
        return error->code;
    item->mapping = mapping;
    item->matched_now = true;
    *kind = COUNTERPART_MATCHED;
    return ERROR_NONE;
}

/* The record of a link whose object is gone. If that is so because the record was deleted, and it
 * has changed since, it is a new one: the old link goes. */
static enum error_code find_gone(struct run_context *context, struct pull_item *item,
                                 const struct report_object *reported, struct error *error)
{
    struct books *books = context->run->books;
    struct mapping *mapping = item->mapping;
    if (!mapping->deleted) {
        mapping_life_end(mapping, MAPPING_END_HERE, INSTANT_NONE);
        return books->update_mapping(books, mapping, error);
    }
    if (mapping->ended_by != MAPPING_END_THERE || reported->changed_at == INSTANT_NONE ||
        reported->changed_at <= mapping->ended_at)
        return ERROR_NONE;
    item->mapping = NULL;
    item->internal_id = TEXT_ABSENT;
    return books->remove_mapping(books, mapping->key, error);
}

/* A record that has a link, live or deleted; item->mapping is NULL if it has none any more. */
static enum error_code find_linked(struct run_context *context, struct pull_item *item,
                                   const struct report_object *reported, struct arena *arena,
                                   struct counterpart *counterpart, enum counterpart_kind *kind,
                                   struct error *error)
{
    const struct run *run = context->run;
    struct mapping *mapping = item->mapping;
    item->internal_id = mapping->internal_id;
    if (run->internal->load(run->internal, item->entry->internal, item->internal_id, arena,
                            counterpart, error))
        return error->code;
    *kind = COUNTERPART_DELETED;
    if (!counterpart->exists)
        return find_gone(context, item, reported, error);
    *kind = COUNTERPART_MAPPED;
    if (!mapping->deleted)
        return ERROR_NONE;
    *kind = COUNTERPART_RESTORED;
    item->restored_now = true;
    mapping_life_renew(mapping);
    return run->books->update_mapping(run->books, mapping, error);
}

enum error_code counterpart_find(struct run_context *context, struct pull_item *item,
                                 const struct report_object *reported, struct arena *arena,
                                 struct counterpart *counterpart, enum counterpart_kind *kind,
                                 struct error *error)
{
    const struct run *run = context->run;
    const struct manual_object *internal = item->entry->internal;

    if (run->books->mapping_of_record(run->books, item->entry, reported->id, arena, &item->mapping,
                                      error))
        return error->code;
    if (item->mapping &&
        find_linked(context, item, reported, arena, counterpart, kind, error))
        return error->code;
    if (!item->mapping) {
        if (match(context, item, reported, arena, kind, error))
            return error->code;
        if (!item->mapping)
            return ERROR_NONE;
        item->internal_id = item->mapping->internal_id;
        if (run->internal->load(run->internal, internal, item->internal_id, arena, counterpart,
                                error))
            return error->code;
    }
    if (*kind == COUNTERPART_DELETED)
        return ERROR_NONE;
    return run->books->tracked_changes(run->books, internal, item->internal_id, INSTANT_NONE, arena,
                                       &item->tracked, &item->tracked_count, error);
}
