/* A list: only where the answer to a create was lost is there anything in it. */
#include "sync/run/untold.h"

struct untold_record {
    const struct manual_entry *entry;
    struct text id;
    bool told;
    struct untold_record *next;
};

static struct untold_record *find(const struct run_context *context,
                                  const struct manual_entry *entry, struct text id)
{
    struct untold_record *record = context->untold;
    while (record && (record->entry != entry || !text_equal(record->id, id)))
        record = record->next;
    return record;
}

enum error_code untold_remember(struct run_context *context, const struct manual_entry *entry,
                                struct text id, struct error *error)
{
    if (find(context, entry, id))
        return ERROR_NONE;
    struct untold_record *const record = ARENA_NEW(context->arena, struct untold_record);
    if (!record)
        return error_memory(error, "a record without identifiers");
    *record = (struct untold_record){.entry = entry, .next = context->untold};
    if (text_copy(context->arena, id, &record->id, error))
        return error->code;
    context->untold = record;
    return ERROR_NONE;
}

void untold_told(struct run_context *context, const struct manual_entry *entry, struct text id)
{
    struct untold_record *const record = find(context, entry, id);
    if (record)
        record->told = true;
}

bool untold_remains(const struct run_context *context, const struct manual_entry *entry)
{
    const struct untold_record *record = context->untold;
    while (record && (record->entry != entry || record->told))
        record = record->next;
    return record != NULL;
}
