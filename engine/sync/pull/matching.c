/* To which object of ours does this record belong? By its link, else by identifiers. */
#include "sync/pull/matching.h"

#include "sync/pull/ambiguous.h"
#include "sync/pull/identity.h"
#include "sync/pull/left_out.h"
#include "sync/pull/unidentified.h"
#include "sync/run/mapping_life.h"
#include "sync/run/untold.h"

/* The identifiers that the record has, by the later line if two feed one field. */
static enum error_code read_identity(const struct manual_entry *entry,
                                     const struct report_object *reported, struct arena *arena,
                                     struct identity *identity, struct error *error)
{
    size_t *fields = ARENA_ARRAY(arena, entry->line_count, size_t), count = 0;
    struct text *keys = ARENA_ARRAY(arena, entry->line_count, struct text);
    if (!fields || !keys)
        return error_memory(error, "identifiers");
    for (size_t i = 0; i < entry->line_count; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct report_field *field = &reported->fields[line->integration_field];
        const struct field_schema *schema = entry->internal->fields[line->internal_field].schema;
        struct text key = TEXT_ABSENT;
        size_t place = 0;
        if (!schema->unique || field->state == FIELD_ABSENT || value_is_empty(&field->value))
            continue;
        if (value_identifier_key(arena, &field->value, schema->type, &key, error))
            return error->code;
        if (text_is_empty(key))
            continue;
        while (place < count && fields[place] != line->internal_field)
            place++;
        fields[place] = line->internal_field;
        keys[place] = key;
        count += place == count;
    }
    *identity = (struct identity){fields, keys, count};
    return ERROR_NONE;
}

/* Ids of the objects that match after the page, without those that the record is kept apart from.
 */
static enum error_code find_matches(const struct pull_page *page, struct pull_item *item,
                                    const struct identity *identity, struct texts *ids,
                                    struct error *error)
{
    const struct run *run = page->context->run;
    struct arena *arena = page->report->arena;
    struct kept_apart apart;
    struct texts found;

    if (run->books->kept_apart(run->books, item->entry, item->reported->id, arena, &apart, error))
        return error->code;
    item->stands_alone = apart.of_all;
    if (apart.of_all)
        return ERROR_NONE;
    const size_t movers = page->mover_count, limit = 2 + apart.count + movers;
    const struct object_search search = {item->entry->internal, *identity, limit};
    ids->items = ARENA_ARRAY(arena, limit + movers, struct text);
    if (!ids->items)
        return error_memory(error, "identifiers");
    if (run->internal->find(run->internal, &search, arena, &found, error))
        return error->code;
    for (size_t i = 0; i < found.count; i++)
        ids->items[ids->count++] = found.items[i];
    if (movers > 0 && identity_after_page(page, &search, ids, limit + movers, error))
        return error->code;
    size_t kept = 0;
    for (size_t i = 0; i < ids->count; i++) {
        if (!text_is_among(ids->items[i], apart.ids, apart.count))
            ids->items[kept++] = ids->items[i];
    }
    ids->count = kept;
    return ERROR_NONE;
}

/* Does it contradict the object, and has that a record of this kind already? A first one is linked
 * all the same. */
static enum error_code is_doubtful(const struct pull_page *page, struct pull_item *item,
                                   const struct local_object *local_object, bool *doubtful,
                                   struct error *error)
{
    const struct mapping none = {.internal_object = item->entry->internal->name,
                                 .internal_id = item->internal_id};
    bool contradicts = false;
    if (identity_contradicts(page, item->entry, item->reported, item->internal_id,
                             local_object->values, &contradicts, error) ||
        (contradicts && mapping_life_has_other(page->context, &none, item->entry,
                                               page->report->arena, doubtful, error)))
        return error->code;
    item->contradicts = contradicts && !*doubtful;
    return ERROR_NONE;
}

/* Exactly one match is stored as a mapping at once. */
static enum error_code link_matched(struct pull_page *page, struct pull_item *item,
                                    struct error *error)
{
    const struct run *run = page->context->run;
    const struct manual_entry *entry = item->entry;
    struct arena *arena = page->report->arena;
    struct mapping *mapping = ARENA_NEW(arena, struct mapping);
    if (!mapping)
        return error_memory(error, "a mapping");
    *mapping = (struct mapping){.entry = entry,
                                .internal_object = entry->internal->name,
                                .internal_id = item->internal_id,
                                .integration_object = entry->integration->name,
                                .integration_id = item->reported->id,
                                .version = item->reported->version,
                                .last_sync = item->reported->changed_at == INSTANT_NONE
                                                 ? run->now
                                                 : item->reported->changed_at};
    mapping->base_versions = ARENA_ARRAY(arena, entry->internal->field_count, struct base_version);
    if (!mapping->base_versions)
        return error_memory(error, "a mapping");
    if (run->books->add_mapping(run->books, mapping, error))
        return error->code;
    item->mapping = mapping;
    item->matched_now = true;
    return ERROR_NONE;
}

static enum error_code take_match(struct pull_page *page, struct pull_item *item,
                                  const struct ambiguous_record *record,
                                  struct local_object *local_object, enum matching_kind *kind,
                                  struct error *error)
{
    const struct run *run = page->context->run;
    const struct manual_object *internal = item->entry->internal;
    struct arena *arena = page->report->arena;
    bool doubtful = false;
    if (run->internal->load(run->internal, internal, item->internal_id, arena, local_object,
                            error) ||
        is_doubtful(page, item, local_object, &doubtful, error))
        return error->code;
    *kind = doubtful ? MATCHING_DOUBTFUL : MATCHING_MATCHED;
    if (doubtful)
        return ambiguous_contradicted(page->context, record, item->internal_id, error);
    if (link_matched(page, item, error))
        return error->code;
    return run->books->tracked_changes(run->books, internal, item->internal_id, arena,
                                       &item->tracked, error);
}

enum error_code matching_match(struct pull_page *page, struct pull_item *item,
                               struct local_object *local_object, enum matching_kind *kind,
                               struct error *error)
{
    struct books *books = page->context->run->books;
    struct ambiguous_record record = {.entry = item->entry, .integration_id = item->reported->id};
    struct texts ids = {.count = 0};

    *kind = MATCHING_NONE;
    if (read_identity(item->entry, item->reported, page->report->arena, &record.identity, error))
        return error->code;
    if (record.identity.count == 0) {
        if (unidentified_meet(page, item, kind, error))
            return error->code;
    } else {
        untold_told(page->context, item->entry, item->reported->id);
        if (find_matches(page, item, &record.identity, &ids, error))
            return error->code;
    }
    if (ids.count > 1) {
        *kind = MATCHING_AMBIGUOUS;
        return books->remember_ambiguous(books, &record, error);
    }
    if (ids.count == 0)
        return *kind == MATCHING_NONE ? left_out_meet(page, item, kind, error) : ERROR_NONE;
    item->internal_id = ids.items[0];
    return take_match(page, item, &record, local_object, kind, error);
}

/* Does the record differ from what both sides agreed on, or, where nothing was agreed, from what
 * they showed before? An empty value that would never come here is not an edit: a company that has
 * no account there was sent, and is empty there ever since. */
static enum error_code was_edited_there(const struct pull_item *item, struct arena *arena,
                                        bool *edited, struct error *error)
{
    const struct manual_entry *entry = item->entry;
    const struct base_version *base_versions = item->mapping->base_versions;
    *edited = false;
    for (size_t i = 0; base_versions && i < entry->line_count && !*edited; i++) {
        const struct manual_line *line = &entry->lines[i];
        const struct report_field *field = &item->reported->fields[line->integration_field];
        const struct field_schema *schema = entry->internal->fields[line->internal_field].schema;
        const struct base_version *known = &base_versions[line->internal_field];
        struct value stored = value_null(schema->type);
        enum field_verdict verdict = FIELD_FITS;
        if (line->direction == DIRECTION_TO_INTEGRATION || field->state == FIELD_ABSENT ||
            field->value.kind == VALUE_REFERENCE ||
            (value_is_empty(&field->value) &&
             (!base_version_is_agreed(known) || line->on_clear == CLEAR_IGNORE)))
            continue;
        if (value_fit(arena, schema, &field->value, &stored, &verdict, error))
            return error->code;
        *edited = verdict == FIELD_FITS && value_fingerprint(&stored) != known->theirs;
    }
    return ERROR_NONE;
}

/* It loses the object that it had, and is to become another one. */
static enum error_code unlink_record(struct pull_page *page, const struct pull_item *item,
                                     struct error *error)
{
    struct books *books = page->context->run->books;
    return books->remove_mapping(books, item->mapping->key, error)
               ? error->code
               : left_out_remember(page, item, error);
}

/* Deleted here, to be deleted there, and edited there since (spec 13.5): the record is kept until
 * people decide, or becomes a new object if the configuration says so. */
static enum error_code keep_edited(struct pull_page *page, struct pull_item *item,
                                   enum matching_kind *kind, struct error *error)
{
    const struct run *run = page->context->run;
    bool edited = false;
    if (!item->mapping || item->mapping->ended_by != MAPPING_END_HERE ||
        item->entry->on_deleted_here != DELETION_DELETE || !run->journal ||
        run->settings->on_deleted_and_edited == EDITED_DELETE)
        return ERROR_NONE;
    if (was_edited_there(item, page->report->arena, &edited, error))
        return error->code;
    if (!edited)
        return ERROR_NONE;
    if (run->settings->on_deleted_and_edited == EDITED_RESTORE) {
        *kind = MATCHING_UNLINKED;
        return unlink_record(page, item, error);
    }
    *kind = MATCHING_EDITED;
    return run->journal->deletion_done(run->journal, item->mapping, false, error);
}

/* The record of a link whose object is gone. If the object was deleted because the record was, and
 * the record has changed since, it is a new one: the old link is removed. */
static enum error_code find_gone(struct pull_page *page, struct pull_item *item,
                                 struct error *error)
{
    struct books *books = page->context->run->books;
    struct mapping *mapping = item->mapping;
    if (!mapping->deleted) {
        mapping_life_end(mapping, MAPPING_END_HERE, INSTANT_NONE);
        return books->update_mapping(books, mapping, error);
    }
    if (mapping->ended_by != MAPPING_END_THERE || item->reported->changed_at == INSTANT_NONE ||
        item->reported->changed_at <= mapping->ended_at)
        return ERROR_NONE;
    if (unlink_record(page, item, error))
        return error->code;
    item->mapping = NULL;
    item->internal_id = TEXT_ABSENT;
    return ERROR_NONE;
}

/* The record had been gone and exists again. If it contradicts the object, its id was reused: the
 * old link is removed, and the record is another one. */
static enum error_code restore(struct pull_page *page, struct pull_item *item,
                               const struct local_object *local_object, enum matching_kind *kind,
                               struct error *error)
{
    struct books *books = page->context->run->books;
    struct mapping *mapping = item->mapping;
    bool contradicts = false;
    if (identity_contradicts(page, item->entry, item->reported, item->internal_id,
                             local_object->values, &contradicts, error))
        return error->code;
    if (mapping->ended_at != INSTANT_NONE && local_object->changed_at != INSTANT_NONE &&
        local_object->changed_at >= mapping->ended_at)
        item->edited_apart = item->internal_id;
    if (contradicts) {
        *kind = MATCHING_UNLINKED;
        return books->remove_mapping(books, mapping->key, error);
    }
    *kind = MATCHING_RESTORED;
    item->restored_now = true;
    mapping_life_renew(mapping);
    return books->update_mapping(books, mapping, error);
}

enum error_code matching_find_linked(struct pull_page *page, struct pull_item *item,
                                     struct local_object *local_object, enum matching_kind *kind,
                                     struct error *error)
{
    const struct run *run = page->context->run;
    const struct manual_object *internal = item->entry->internal;
    struct arena *arena = page->report->arena;

    *kind = MATCHING_UNLINKED;
    if (run->books->linked_record(run->books, item->entry, item->reported->id, arena,
                                  &item->mapping, local_object, error))
        return error->code;
    if (!item->mapping)
        return ERROR_NONE;
    item->internal_id = item->mapping->internal_id;
    if (!local_object->exists) {
        *kind = MATCHING_DELETED;
        if (find_gone(page, item, error))
            return error->code;
        if (!item->mapping)
            *kind = MATCHING_UNLINKED;
        return keep_edited(page, item, kind, error);
    }
    *kind = MATCHING_MAPPED;
    if (item->mapping->deleted && restore(page, item, local_object, kind, error))
        return error->code;
    if (*kind == MATCHING_UNLINKED)
        return ERROR_NONE;
    return run->books->tracked_changes(run->books, internal, item->internal_id, arena,
                                       &item->tracked, error);
}
