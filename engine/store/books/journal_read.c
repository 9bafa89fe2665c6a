/* What the journal holds, read back: changes with what was sent, and their answers. */
#include "store/books/run_layout.h"
#include "store/schema/stored_kinds.h"
#include "store/sql/rows.h"
#include <string.h>

enum { CHANGE_FINGERPRINTS = 8, CHANGE_SEQUENCES = 9, CHANGE_UNKNOWN = 10 };

enum error_code journal_ask(struct store_run *run, const char *text, int64_t *answer,
                            struct error *error)
{
    return rows_ask(&run->store->sql, answer, error, text, "i", run->integration);
}

static enum error_code read_fingerprints(struct store_run *run, struct sql_statement *statement,
                                         struct arena *arena, struct journal_change *change,
                                         struct error *error)
{
    const struct run_object *object = run_object_of(run, change->entry->internal);
    const size_t count = change->entry->internal->field_count;
    struct base_version *base_versions = ARENA_ARRAY(arena, count, struct base_version);
    uint64_t *fingerprints = ARENA_ARRAY(arena, count, uint64_t);

    if (!base_versions || !fingerprints)
        return error_memory(error, "a journalled change");
    if (codec_read_base_versions(
            &(struct stored_base_versions){sql_blob(statement, CHANGE_FINGERPRINTS), false,
                                           INSTANT_NONE},
            object->field_keys, count, arena, base_versions, error))
        return error->code;
    for (size_t index = 0; index < count; index++)
        fingerprints[index] = base_versions[index].theirs;
    change->fingerprints = fingerprints;
    change->base_versions = base_versions;
    return ERROR_NONE;
}

/* ---- what earlier runs left ---- */

static enum error_code read_sequences(struct sql_statement *statement, struct arena *arena,
                                      struct journal_change *change, struct error *error)
{
    const struct text blob = sql_blob(statement, CHANGE_SEQUENCES);
    const size_t count = blob.length / sizeof(int64_t);
    int64_t *sequences = ARENA_ARRAY(arena, count, int64_t);

    if (!sequences)
        return error_memory(error, "a journalled change");
    if (count)
        memcpy(sequences, blob.bytes, count * sizeof *sequences);
    change->sequences = sequences;
    change->sequence_count = count;
    return ERROR_NONE;
}

static enum error_code read_change(struct store_run *run, struct sql_statement *statement,
                                   struct arena *arena, struct journal_change *change,
                                   struct error *error)
{
    struct text *const places[] = {&change->idempotency_key, &change->integration_object,
                                   &change->integration_id, &change->internal_object,
                                   &change->internal_id};
    const struct manual_object *internal = NULL, *integration = NULL;
    enum error_code code = ERROR_NONE;

    *change =
        (struct journal_change){.key = sql_integer(statement, 0),
                                .deletion = (int)sql_integer(statement, 6) != 0,
                                .sent_at = sql_instant(statement, 7),
                                .left = sql_integer(statement, CHANGE_UNKNOWN) == UNKNOWN_LEFT};
    for (size_t index = 0; !code && index < sizeof places / sizeof *places; index++)
        code = sql_copy(statement, (int)index + 1, arena, places[index], error);
    if (code)
        return code;
    internal = manual_internal(run->manual, change->internal_object);
    integration = manual_integration(run->manual, change->integration_object);
    if (internal && integration && run_object_of(run, internal))
        change->entry = manual_entry_of(run->manual, internal, integration);
    if (change->entry)
        code = read_fingerprints(run, statement, arena, change, error);
    return code ? code : read_sequences(statement, arena, change, error);
}

static enum error_code read_answer(struct sql_statement *statement, struct arena *arena,
                                   struct order_answer *answer, struct error *error)
{
    struct text *const places[] = {&answer->object, &answer->id, &answer->old_object,
                                   &answer->old_id, &answer->message};
    enum error_code code = ERROR_NONE;

    *answer = (struct order_answer){.kind = (enum answer_kind)(int)sql_integer(statement, 0),
                                    .at = sql_instant(statement, 6),
                                    .given_at = sql_instant(statement, 7)};
    for (size_t index = 0; !code && index < sizeof places / sizeof *places; index++)
        code = sql_copy(statement, (int)index + 1, arena, places[index], error);
    return code;
}

static enum error_code read_answers(struct store_run *run, struct arena *arena,
                                    struct journal_change *change, struct error *error)
{
    struct sql *sql = &run->store->sql;
    struct order_answer **end = &change->answers;
    struct sql_statement *statement = NULL;
    bool row = true;
    enum error_code code = sql_cached(
        sql,
        "SELECT kind, object, object_id, old_object, old_id, message,"
        " at, coalesce(given_at, 0) FROM journal_answer WHERE change = ? ORDER BY number",
        &statement, error);

    if (!code)
        code = sql_bind(sql, statement, error, "i", change->key);
    while (!code && row) {
        code = sql_step(sql, statement, &row, error);
        if (code || !row)
            break;
        *end = ARENA_NEW(arena, struct order_answer);
        if (!*end)
            code = error_memory(error, "a journalled answer");
        else
            code = read_answer(statement, arena, *end, error);
        if (!code)
            end = &(*end)->next;
    }
    sql_done(statement);
    return code;
}

enum error_code journal_read(struct store_run *run, bool unknown_only, struct arena *arena,
                             struct journal_change **changes, size_t *count, struct error *error)
{
    static const char how_many[] = "SELECT count(*) FROM journal_change WHERE integration = ?";
    struct sql *sql = &run->store->sql;
    struct sql_statement *statement = NULL;
    int64_t capacity = 0;
    bool row = true;
    enum error_code code = journal_ask(run, how_many, &capacity, error);

    *changes = NULL;
    *count = 0;
    if (code || capacity == 0)
        return code;
    *changes = ARENA_ARRAY(arena, (size_t)capacity, struct journal_change);
    if (!*changes)
        return error_memory(error, "the journal");
    code = sql_cached(sql,
                      "SELECT id, idempotency_key, object, object_id, mapped_object, mapped_id,"
                      " deletion, sent_at, fingerprints, sequences, doubt FROM journal_change"
                      " WHERE integration = ?1 AND doubt >= ?2 ORDER BY id",
                      &statement, error);
    if (!code)
        code = sql_bind(sql, statement, error, "ii", run->integration, (int64_t)unknown_only);
    while (!code && row && *count < (size_t)capacity) {
        code = sql_step(sql, statement, &row, error);
        if (!code && row)
            code = read_change(run, statement, arena, &(*changes)[(*count)++], error);
    }
    sql_done(statement);
    for (size_t index = 0; !code && index < *count; index++)
        code = read_answers(run, arena, &(*changes)[index], error);
    return code;
}
