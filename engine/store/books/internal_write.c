/* Writing an object as a sync does: row, do-not-contact, company. */
#include "store/books/target.h"

#include <string.h>

enum { STATEMENT_CEILING = 1 << 20 };

/* ---- the row ---- */

static size_t words_of(const struct run_object *object)
{
    return (object->manual->field_count + 63) / 64;
}

bool internal_write_is_identified(const struct target *target)
{
    const struct manual_object *manual = target->object->manual;

    for (size_t index = 0; index < manual->field_count; index++)
        if (manual->fields[index].schema->unique && target->executed.fields[index].set &&
            !value_is_empty(&target->executed.fields[index].stored))
            return true;
    return false;
}

/* Parameters: 1 date_modified, 2 id, 3 date_identified (contacts: NULL leaves it), then values. */
static enum error_code prepare_update(struct store_run *run, const struct run_object *object,
                                      const uint64_t *fields, struct sql_statement **statement,
                                      struct error *error)
{
    struct buffer buffer = BUFFER(STATEMENT_CEILING);
    int parameter = 3;
    enum error_code code =
        buffer_append_format(&buffer, error, "UPDATE \"%.*s\" SET date_modified = ?1",
                             TEXT_PRINT(object->stored->schema.name));

    if (!code && object->manual->is_contact)
        code = buffer_append_format(&buffer, error,
                                    ", date_identified = coalesce(date_identified, ?3)");
    for (size_t index = 0; !code && index < object->manual->field_count; index++) {
        const struct field_schema *schema = object->manual->fields[index].schema;
        if (bit_of(fields, index) && store_is_column(schema))
            code = buffer_append_format(&buffer, error, ", \"%.*s\" = ?%d",
                                        TEXT_PRINT(schema->name), ++parameter);
    }
    if (!code)
        code = buffer_append_format(&buffer, error, " WHERE id = ?2");
    if (!code)
        code = sql_prepare(&run->store->sql, buffer.data, statement, error);
    buffer_release(&buffer);
    return code;
}

/* One statement for each set of fields; the oldest makes room. */
static enum error_code update_statement(struct store_run *run, struct run_object *object,
                                        const uint64_t *fields, struct sql_statement **statement,
                                        struct error *error)
{
    const size_t size = words_of(object) * sizeof *fields;
    size_t slot = 0;

    for (size_t index = 0; index < object->update_count; index++) {
        if (memcmp(object->updates[index].fields, fields, size) != 0)
            continue;
        *statement = object->updates[index].statement;
        return ERROR_NONE;
    }
    if (prepare_update(run, object, fields, statement, error))
        return error->code;
    if (object->update_count < UPDATE_CACHE) {
        slot = object->update_count;
        object->updates[slot].fields = ARENA_ARRAY(run->arena, words_of(object), uint64_t);
        if (!object->updates[slot].fields) {
            sql_finalize(*statement);
            return error_memory(error, "a statement");
        }
        object->update_count++;
    } else {
        slot = object->update_next;
        object->update_next = (slot + 1) % UPDATE_CACHE;
        sql_finalize(object->updates[slot].statement);
    }
    memcpy(object->updates[slot].fields, fields, size);
    object->updates[slot].statement = *statement;
    return ERROR_NONE;
}

static enum error_code bind_update(struct store_run *run, const struct target *target, instant now,
                                   struct arena *arena, struct sql_statement *statement,
                                   struct error *error)
{
    const struct manual_object *manual = target->object->manual;
    int parameter = 3;
    enum error_code code =
        manual->is_contact ? sql_bind(&run->store->sql, statement, error, "aia", now, target->id,
                                      internal_write_is_identified(target) ? now : INSTANT_NONE)
                           : sql_bind(&run->store->sql, statement, error, "ai", now, target->id);

    for (size_t index = 0; !code && index < manual->field_count; index++)
        if (target->executed.fields[index].changed && store_is_column(manual->fields[index].schema))
            code = codec_bind(&run->store->sql, statement, ++parameter,
                              &target->executed.fields[index].stored, arena, error);
    return code;
}

static enum error_code bind_insert(struct store_run *run, const struct target *target, instant now,
                                   struct arena *arena, struct sql_statement *statement,
                                   struct error *error)
{
    const struct manual_object *manual = target->object->manual;
    int parameter = manual->is_contact ? 2 : 1;
    enum error_code code = manual->is_contact
                               ? sql_bind(&run->store->sql, statement, error, "aa", now,
                                          internal_write_is_identified(target) ? now : INSTANT_NONE)
                               : sql_bind(&run->store->sql, statement, error, "a", now);

    for (size_t index = 0; !code && index < manual->field_count; index++) {
        const struct executed_field *written = &target->executed.fields[index];
        if (store_is_column(manual->fields[index].schema))
            code =
                codec_bind(&run->store->sql, statement, ++parameter,
                           written->set ? &written->stored : &target->before[index], arena, error);
    }
    return code;
}

/* A row that is refused is not an error of the iteration; a broken file is. */
static enum error_code write_row(struct store_run *run, struct target *target, instant now,
                                 struct arena *arena, struct text *failure, struct error *error)
{
    struct sql *sql = &run->store->sql;
    struct sql_statement *statement = target->object->insert;

    if (target->exists) {
        if (update_statement(run, target->object, target->changed, &statement, error) ||
            bind_update(run, target, now, arena, statement, error))
            return error->code;
        return sql_try(sql, statement, arena, failure, error);
    }
    if (bind_insert(run, target, now, arena, statement, error) ||
        sql_try(sql, statement, arena, failure, error))
        return error->code;
    if (text_is_absent(*failure))
        target->id = sql_last_key(sql);
    return ERROR_NONE;
}

/* Which fields have another value than was written? */
static enum error_code find_rewritten(struct store_run *run, struct target *target,
                                      struct arena *arena, struct error *error)
{
    const struct manual_object *manual = target->object->manual;
    struct local_object found = {.exists = false};

    if (run_object_load(run, target->object, target->id, arena, &found, error))
        return error->code;
    for (size_t index = 0; found.exists && index < manual->field_count; index++) {
        struct executed_field *field = &target->executed.fields[index];
        field->rewritten = store_is_column(manual->fields[index].schema) &&
                           !value_equal(field->set ? &field->stored : &target->before[index],
                                        &found.values[index]);
    }
    return ERROR_NONE;
}

/* The engine's own triggers take what an application's do meanwhile for a part of the sync's write;
 * it is an edit of ours. Only where more than the row was written a trigger can have been at work.
 */
static enum error_code write_watched(struct store_run *run, struct target *target, instant now,
                                     struct arena *arena, struct text *failure, struct error *error)
{
    const int64_t before = sql_total_changes(&run->store->sql);

    if (write_row(run, target, now, arena, failure, error))
        return error->code;
    if (!text_is_absent(*failure) || sql_total_changes(&run->store->sql) - before <= 1)
        return ERROR_NONE;
    return find_rewritten(run, target, arena, error);
}

/* ---- what is not a column ---- */

/* Set or end what forbids the contact's channel. */
static enum error_code write_do_not_contact(struct store_run *run, int64_t contact,
                                            const struct field_schema *schema, int64_t reason,
                                            struct arena *arena, struct text *failure,
                                            struct error *error)
{
    static const char set[] = "INSERT INTO do_not_contact(contact, channel, reason)"
                              " VALUES(?1, ?2, ?3) ON CONFLICT(contact, channel)"
                              " DO UPDATE SET reason = excluded.reason";
    static const char end[] = "DELETE FROM do_not_contact WHERE contact = ?1 AND channel = ?2";
    struct sql *sql = &run->store->sql;
    struct sql_statement *statement = NULL;

    if (sql_cached(sql, reason > 0 ? set : end, &statement, error) ||
        sql_bind(sql, statement, error, reason > 0 ? "iti" : "it", contact,
                 store_channel_of(schema), reason))
        return error->code;
    return sql_try(sql, statement, arena, failure, error);
}

/* The field "company" names the primary company; other references are further links. */
static enum error_code write_link(struct store_run *run, int64_t contact, int64_t company,
                                  bool primary, struct error *error)
{
    struct sql *sql = &run->store->sql;

    if (primary && sql_do(sql,
                          "UPDATE contact_company SET is_primary = 0 WHERE contact = ?"
                          " AND company <> ? AND is_primary = 1",
                          error, "ii", contact, company))
        return error->code;
    return sql_do(sql,
                  "INSERT INTO contact_company(contact, company, is_primary) VALUES(?, ?, ?)"
                  " ON CONFLICT DO UPDATE SET is_primary = max(is_primary, excluded.is_primary)",
                  error, "iii", contact, company, (int64_t)primary);
}

static enum error_code write_rest(struct store_run *run, const struct target *target,
                                  struct arena *arena, struct text *failure, struct error *error)
{
    const struct manual_object *manual = target->object->manual;

    for (size_t index = 0; text_is_absent(*failure) && index < manual->field_count; index++) {
        const struct field_schema *schema = manual->fields[index].schema;
        const struct executed_field *written = &target->executed.fields[index];
        if (schema->role == FIELD_DO_NOT_CONTACT && written->changed &&
            write_do_not_contact(run, target->id, schema, written->stored.as.integer, arena,
                                 failure, error))
            return error->code;
        if (text_is_absent(*failure) && target->companies && target->companies[index].set &&
            write_link(run, target->id, target->companies[index].company,
                       text_equal(schema->name, TEXT("company")), error))
            return error->code;
    }
    return ERROR_NONE;
}

static bool has_rest(const struct target *target)
{
    const struct manual_object *manual = target->object->manual;

    for (size_t index = 0; index < manual->field_count; index++)
        if (target->executed.fields[index].changed &&
            manual->fields[index].schema->role == FIELD_DO_NOT_CONTACT)
            return true;
    return target->any_link;
}

static void note_folding(struct target *target)
{
    const struct manual_object *manual = target->object->manual;

    for (size_t index = 0; index < manual->field_count; index++)
        if (manual->fields[index].schema->unique && target->executed.fields[index].changed)
            target->object->folded_pending = true;
}

enum error_code internal_write_target(struct store_run *run, struct target *target, instant now,
                                      struct arena *arena, struct text *failure,
                                      struct error *error)
{
    struct sql *sql = &run->store->sql;
    const bool rest = has_rest(target);

    *failure = TEXT_ABSENT;
    note_folding(target);
    /* one statement is atomic by itself; only an object of several needs a savepoint */
    if ((rest && sql_do(sql, "SAVEPOINT object", error, "")) ||
        ((!target->exists || target->any_changed) &&
         write_watched(run, target, now, arena, failure, error)) ||
        (rest && write_rest(run, target, arena, failure, error)))
        return error->code;
    const bool refused = !text_is_absent(*failure);
    if (refused && !target->exists)
        target->id = 0;
    if ((rest && refused && sql_do(sql, "ROLLBACK TO object", error, "")) ||
        (rest && sql_do(sql, "RELEASE object", error, "")))
        return error->code;
    return ERROR_NONE;
}
