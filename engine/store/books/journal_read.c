/* What the journal holds, read back: changes with what was sent, and their answers. */
#include "store/books/run_layout.h"
#include "store/schema/stored_kinds.h"

#include "base/array.h"

static enum error_code read_fingerprints(struct store_run *run, struct text blob,
                                         struct arena *arena, struct journal_change *change,
                                         struct error *error)
{
    const struct run_object *object = run_object_of(run, change->entry->internal);
    const size_t count = change->entry->internal->field_count;
    struct base_version *base_versions = ARENA_ARRAY(arena, count, struct base_version);
    uint64_t *fingerprints = ARENA_ARRAY(arena, count, uint64_t);

    if (!base_versions || !fingerprints)
        return error_memory(error, "a journalled change");
    if (codec_read_base_versions(&(struct stored_base_versions){blob, false, INSTANT_NONE},
                                 object->field_keys, count, arena, base_versions, error))
        return error->code;
    for (size_t index = 0; index < count; index++)
        fingerprints[index] = base_versions[index].theirs;
    change->fingerprints = fingerprints;
    change->base_versions = base_versions;
    return ERROR_NONE;
}

/* ---- what earlier runs left ---- */

static enum error_code read_change(struct store_run *run, struct rows *rows, struct arena *arena,
                                   struct journal_change *change)
{
    *change = (struct journal_change){.key = rows_integer(rows)};
    change->deletion = rows_flag(rows);
    change->sent_at = rows_instant(rows);
    change->left = rows_integer(rows) == UNKNOWN_LEFT;
    change->idempotency_key = rows_text(rows);
    change->integration_object = rows_text(rows);
    change->integration_id = rows_text(rows);
    change->internal_object = rows_text(rows);
    change->internal_id = rows_text(rows);
    const struct text fingerprints = rows_blob(rows), sequences = rows_blob(rows);
    change->sequences = (const int64_t *)(const void *)sequences.bytes; /* copied, so aligned */
    change->sequence_count = sequences.length / sizeof *change->sequences;
    change->entry =
        manual_entry_of(run->manual, manual_internal(run->manual, change->internal_object),
                        manual_integration(run->manual, change->integration_object));
    return rows->code || !change->entry
               ? rows->code
               : read_fingerprints(run, fingerprints, arena, change, rows->error);
}

static enum error_code read_answers(struct store_run *run, struct arena *arena,
                                    struct journal_change *change, struct error *error)
{
    struct order_answer **end = &change->answers;
    struct rows rows;

    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT kind, object, object_id, old_object, old_id, message, at,"
              " coalesce(given_at, 0) FROM journal_answer WHERE change = ? ORDER BY number",
              "i", change->key);
    while (rows_next(&rows)) {
        struct order_answer *const answer = ARENA_NEW(arena, struct order_answer);
        if (!answer) {
            rows.code = error_memory(error, "a journalled answer");
            break;
        }
        answer->kind = (enum answer_kind)rows_integer(&rows);
        answer->object = rows_text(&rows);
        answer->id = rows_text(&rows);
        answer->old_object = rows_text(&rows);
        answer->old_id = rows_text(&rows);
        answer->message = rows_text(&rows);
        answer->at = rows_instant(&rows);
        answer->given_at = rows_instant(&rows);
        *end = answer;
        end = &answer->next;
    }
    return rows_close(&rows);
}

enum error_code journal_read(struct store_run *run, bool unknown_only, struct arena *arena,
                             struct journal_change **changes, size_t *count, struct error *error)
{
    struct rows rows;
    size_t capacity = 0;

    *changes = NULL;
    rows_open(&rows, &run->store->sql, arena, error,
              "SELECT id, deletion, sent_at, doubt, idempotency_key, object, object_id,"
              " mapped_object, mapped_id, fingerprints, sequences FROM journal_change"
              " WHERE integration = ?1 AND doubt >= ?2 ORDER BY id",
              "ii", run->integration, (int64_t)unknown_only);
    for (*count = 0; rows_next(&rows); ++*count) {
        *changes = array_grow(arena, *changes, *count, &capacity, sizeof **changes);
        rows.code = *changes ? read_change(run, &rows, arena, &(*changes)[*count])
                             : error_memory(error, "the journal");
    }
    if (rows_close(&rows))
        return error->code;
    for (size_t index = 0; index < *count; index++)
        if (read_answers(run, arena, &(*changes)[index], error))
            return error->code;
    return ERROR_NONE;
}
