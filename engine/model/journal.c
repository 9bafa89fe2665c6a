/* Idempotency keys: the same for the same change in every try. */
#include "model/journal.h"

/* What makes this try the same as the last one, and different from the next edit. */
static enum error_code describe(struct buffer *buffer, struct text store, struct text integration,
                                const struct order_change *change, struct error *error)
{
    const struct text parts[] = {store,
                                 integration,
                                 change->object,
                                 change->object_id,
                                 change->mapped_object,
                                 change->mapped_id};
    const struct report_object *reported = change->reported;
    int64_t latest = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (buffer_append_format(buffer, error, "%zu:", parts[i].length) ||
            buffer_append_text(buffer, parts[i], error))
            return error->code;
    }
    for (size_t i = 0; reported && i < reported->tracked_count; i++) {
        if (reported->tracked[i].sequence > latest)
            latest = reported->tracked[i].sequence;
    }
    /* Without tracked changes (a full push) the last sync of the pair tells the tries apart. */
    const instant since = change->mapping ? change->mapping->last_sync : 0;
    if (buffer_append_format(buffer, error, "%lld:%lld:%d:", (long long)latest,
                             latest == 0 ? (long long)since : 0, change->deletion))
        return error->code;
    for (size_t i = 0; change->base_versions && i < change->entry->internal->field_count; i++) {
        const uint64_t ours = change->base_versions[i].ours;
        if (ours == 0 ? buffer_append(buffer, "0,", 2, error) /* as most are */
                      : buffer_append_format(buffer, error, "%llx,", (unsigned long long)ours))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code journal_idempotency_key(struct arena *arena, struct text store,
                                        struct text integration, const struct order_change *change,
                                        struct text *key, struct error *error)
{
    struct buffer buffer = BUFFER(1 << 30); /* ids and keys may be long */
    enum error_code code = describe(&buffer, store, integration, change, error);
    if (code == ERROR_NONE) {
        const uint64_t first = text_hash(buffer_text(&buffer));
        code = buffer_append_format(&buffer, error, "|%llx", (unsigned long long)first);
        if (code == ERROR_NONE)
            code = text_format(arena, key, error, "%016llx%016llx", (unsigned long long)first,
                               (unsigned long long)text_hash(buffer_text(&buffer)));
    }
    buffer_release(&buffer);
    return code;
}
