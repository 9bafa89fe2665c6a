/* Lists of what an iteration created, updated, remapped and deleted. */
#include "sync/run/batch.h"

#include "base/array.h"

static enum error_code add_entry(struct batch *batch, enum batch_list list,
                                 const struct mapping *mapping, struct text old_object,
                                 struct text old_id, struct error *error)
{
    struct batch_entry *const entries =
        array_grow(batch->arena, batch->lists[list].entries, batch->lists[list].count,
                   &batch->lists[list].capacity, sizeof *entries);
    if (!entries)
        return error_memory(error, "a batch result");
    batch->lists[list].entries = entries;
    entries[batch->lists[list].count++] =
        (struct batch_entry){.integration_object = mapping->integration_object,
                             .integration_id = mapping->integration_id,
                             .internal_object = mapping->internal_object,
                             .internal_id = mapping->internal_id,
                             .old_object = old_object,
                             .old_id = old_id};
    return ERROR_NONE;
}

enum error_code batch_add_remapped(struct batch *batch, const struct mapping *mapping,
                                   struct text old_object, struct text old_id, struct error *error)
{
    return add_entry(batch, BATCH_REMAPPED, mapping, old_object, old_id, error);
}

enum error_code batch_add(struct batch *batch, enum batch_list list, const struct mapping *mapping,
                          struct error *error)
{
    return add_entry(batch, list, mapping, TEXT_ABSENT, TEXT_ABSENT, error);
}

enum error_code batch_add_linked(struct batch *batch, const struct mapping *mapping,
                                 bool contradicts, struct error *error)
{
    if (batch_add(batch, BATCH_CREATED, mapping, error))
        return error->code;
    batch->lists[BATCH_CREATED].entries[batch->lists[BATCH_CREATED].count - 1].contradicts =
        contradicts;
    return ERROR_NONE;
}

struct batch_result batch_result_of(const struct batch *batch, enum side side, unsigned iteration,
                                    unsigned depth)
{
    return (struct batch_result){.side = side,
                                 .iteration = iteration,
                                 .depth = depth,
                                 .created = batch->lists[BATCH_CREATED].entries,
                                 .created_count = batch->lists[BATCH_CREATED].count,
                                 .updated = batch->lists[BATCH_UPDATED].entries,
                                 .updated_count = batch->lists[BATCH_UPDATED].count,
                                 .remapped = batch->lists[BATCH_REMAPPED].entries,
                                 .remapped_count = batch->lists[BATCH_REMAPPED].count,
                                 .deleted = batch->lists[BATCH_DELETED].entries,
                                 .deleted_count = batch->lists[BATCH_DELETED].count};
}
