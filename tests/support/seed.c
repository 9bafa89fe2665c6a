#include "support/seed.h"

#include "store/objects/objects_layout.h"

/* One change of an object, ready to be written. */
struct seeding {
    struct arena *arena;
    struct object_draft draft;
    int64_t key;
};

/* Everything up to the transaction, which is open after success. */
static enum error_code begin_seeding(struct store *store, struct text name, struct text id,
                                     const struct object_assignment *assignments, size_t count,
                                     struct seeding *seeding, struct error *error)
{
    struct store_object *object = NULL;
    *seeding = (struct seeding){.arena = arena_new(0), .draft = {.unlimited = true}};
    if (!seeding->arena)
        return error_memory(error, "an object");
    enum error_code code = store_object_get(store, name, &object, error);
    if (!code && (!sql_id_of(id, &seeding->key) || seeding->key <= 0))
        code = error_set(error, ERROR_INVALID, "'%.*s' is no id", TEXT_PRINT(id));
    if (!code)
        code = objects_draft(store, object, assignments, count, seeding->arena, &seeding->draft,
                             error);
    if (!code)
        code = sql_begin(&store->sql, error);
    return code;
}

/* Run `code`'s work as the engine would: the tracking triggers keep still. */
static enum error_code quiet(struct store *store, bool writing, struct error *error)
{
    return sql_do(&store->sql, "UPDATE engine_state SET writing = ?", error, "i", (int64_t)writing);
}

enum error_code seed_object(struct store *store, struct text name, struct text id, instant added,
                            instant modified, instant identified,
                            const struct object_assignment *assignments, size_t count,
                            struct error *error)
{
    struct seeding seeding;
    int64_t inserted = 0;
    enum error_code code = begin_seeding(store, name, id, assignments, count, &seeding, error);
    if (!code) {
        code = quiet(store, true, error);
        if (!code)
            code = objects_insert(store, &seeding.draft, seeding.key,
                                  &(struct object_dates){added, modified, identified},
                                  seeding.arena, &inserted, error);
        if (!code)
            code = quiet(store, false, error);
        code = sql_end(&store->sql, code, error);
    }
    arena_free(seeding.arena);
    return code;
}

enum error_code seed_do_not_contact(struct store *store, struct text contact, struct text channel,
                                    int reason, struct error *error)
{
    int64_t key = 0;
    enum error_code code = ERROR_NONE;

    if (!sql_id_of(contact, &key))
        return error_set(error, ERROR_INVALID, "'%.*s' is not an id", TEXT_PRINT(contact));
    code = sql_begin(&store->sql, error);
    if (code)
        return code;
    code = quiet(store, true, error);
    if (!code)
        code = sql_do(&store->sql,
                      "INSERT OR REPLACE INTO do_not_contact(contact, channel, reason)"
                      " VALUES(?, ?, ?)",
                      error, "iti", key, channel, (int64_t)reason);
    if (!code)
        code = quiet(store, false, error);
    return sql_end(&store->sql, code, error);
}

/* Take back what would change nothing. */
static enum error_code drop_equal(struct store *store, struct object_draft *draft, struct text name,
                                  struct text id, struct arena *arena, struct error *error)
{
    struct object_row *row = NULL;
    enum error_code code = objects_get(store, name, id, arena, &row, error);

    for (size_t index = 0; !code && row && index < draft->object->schema.field_count; index++)
        if (draft->set[index] && row->values[index].kind != VALUE_NULL &&
            value_equal(&row->values[index], &draft->values[index]))
            draft->set[index] = false;
    return code;
}

enum error_code seed_edit(struct store *store, struct text name, struct text id,
                          const struct object_assignment *assignments, size_t count,
                          struct error *error)
{
    struct seeding seeding;
    int64_t inserted = 0;
    bool found = false;
    enum error_code code = begin_seeding(store, name, id, assignments, count, &seeding, error);
    if (!code) {
        code = drop_equal(store, &seeding.draft, name, id, seeding.arena, error);
        if (!code)
            code = objects_update(store, &seeding.draft, seeding.key, seeding.arena, &found, error);
        if (!code && !found)
            code = objects_insert(store, &seeding.draft, seeding.key,
                                  &(struct object_dates){INSTANT_NONE, INSTANT_NONE, INSTANT_NONE},
                                  seeding.arena, &inserted, error);
        code = sql_end(&store->sql, code, error);
    }
    arena_free(seeding.arena);
    return code;
}

/* One integer that a cached query gives; 0 if it gives no row. */
static enum error_code ask(struct store *store, struct sql_statement *statement, int64_t *answer,
                           struct error *error)
{
    bool row = false;
    enum error_code code = sql_step(&store->sql, statement, &row, error);

    *answer = !code && row ? sql_integer(statement, 0) : 0;
    sql_done(statement);
    return code;
}

static enum error_code integration_key(struct store *store, struct text name, int64_t *key,
                                       struct error *error)
{
    struct sql_statement *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql, "SELECT id FROM integration WHERE name = ?", &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "t", name);
    if (!code)
        code = ask(store, statement, key, error);
    if (!code && *key == 0)
        return error_set(error, ERROR_NOT_FOUND, "the store does not know the integration '%.*s'",
                         TEXT_PRINT(name));
    return code;
}

/* Interned. */
static enum error_code integration_object_key(struct store *store, int64_t integration,
                                              struct text name, int64_t *key, struct error *error)
{
    struct sql_statement *statement = NULL;
    enum error_code code = sql_do(
        &store->sql, "INSERT OR IGNORE INTO integration_object(integration, name) VALUES(?, ?)",
        error, "it", integration, name);

    if (!code)
        code = sql_cached(&store->sql,
                          "SELECT id FROM integration_object WHERE integration = ? AND name = ?",
                          &statement, error);
    if (!code)
        code = sql_bind(&store->sql, statement, error, "it", integration, name);
    return code ? code : ask(store, statement, key, error);
}

enum error_code seed_mapping(struct store *store, struct text integration,
                             struct text internal_object, struct text internal_id,
                             struct text integration_object, struct text integration_id,
                             instant last_sync, bool deleted, int64_t *key, struct error *error)
{
    struct store_object *object = NULL;
    int64_t integration_id_key = 0, record_object = 0, id = 0;
    enum error_code code = store_object_get(store, internal_object, &object, error);

    if (!code && !sql_id_of(internal_id, &id))
        code = error_set(error, ERROR_INVALID, "'%.*s' is not an id", TEXT_PRINT(internal_id));
    if (!code)
        code = integration_key(store, integration, &integration_id_key, error);
    if (!code)
        code = integration_object_key(store, integration_id_key, integration_object, &record_object,
                                      error);
    if (!code)
        code = sql_do(&store->sql,
                      "INSERT INTO object_mapping(integration, integration_object, integration_id,"
                      " object, object_id, last_sync, deleted) VALUES(?, ?, ?, ?, ?, ?, ?)",
                      error, "iitiiai", integration_id_key, record_object, integration_id,
                      object->key, id, last_sync, (int64_t)deleted);
    if (!code && key)
        *key = sql_last_key(&store->sql);
    return code;
}

enum error_code seed_find_mapping(struct store *store, struct text integration,
                                  struct text internal_object, struct text integration_object,
                                  struct text integration_id, int64_t *key, struct error *error)
{
    const struct store_object *object = store_object_of(store, internal_object);
    struct sql_statement *statement = NULL;
    enum error_code code =
        sql_cached(&store->sql,
                   "SELECT m.key FROM object_mapping m JOIN integration_object n"
                   " ON n.id = m.integration_object JOIN integration i ON i.id = n.integration"
                   " WHERE i.name = ? AND n.name = ? AND m.integration_id = ? AND m.object = ?",
                   &statement, error);

    *key = 0;
    if (!code)
        code = sql_bind(&store->sql, statement, error, "ttti", integration, integration_object,
                        integration_id, object ? object->key : 0);
    return code ? code : ask(store, statement, key, error);
}

enum error_code seed_field_change(struct store *store, struct text integration,
                                  struct text object_name, struct text id, struct text field,
                                  instant at, int64_t origin, struct error *error)
{
    struct store_object *object = NULL;
    int64_t integration_id_key = 0, key = 0;
    size_t index = SIZE_MAX;
    enum error_code code = store_object_get(store, object_name, &object, error);

    if (!code && !sql_id_of(id, &key))
        code = error_set(error, ERROR_INVALID, "'%.*s' is not an id", TEXT_PRINT(id));
    if (!code)
        code = integration_key(store, integration, &integration_id_key, error);
    if (code)
        return code;
    index = store_field_of(object, field);
    /* of a field that is no more: its name stays known for such rows */
    if (index == SIZE_MAX)
        code = sql_do(&store->sql,
                      "INSERT OR IGNORE INTO field(object, name, label, type, role)"
                      " VALUES(?1, ?2, ?2, 'unknown', 'retired')",
                      error, "it", object->key, field);
    if (code)
        return code;
    return sql_do(&store->sql,
                  "INSERT OR REPLACE INTO field_change(integration, object, object_id, field, at,"
                  " origin) SELECT ?, object, ?, id, ?, ? FROM field WHERE object = ? AND name = ?",
                  error, "iiaiit", integration_id_key, key, at, origin, object->key, field);
}

enum error_code seed_position(struct store *store, struct text integration,
                              struct text integration_object, instant at, struct error *error)
{
    int64_t integration_id_key = 0, key = 0;
    enum error_code code = integration_key(store, integration, &integration_id_key, error);

    if (!code)
        code = integration_object_key(store, integration_id_key, integration_object, &key, error);
    return code ? code
                : sql_do(&store->sql,
                         "INSERT OR REPLACE INTO position(integration_object, at) VALUES(?, ?)",
                         error, "ia", key, at);
}

/* ---- fingerprints ---- */

/* The base_versions blob with one more field. */
static enum error_code with_base_version(struct store *store, int64_t mapping,
                                         const struct store_object *object, size_t field,
                                         const struct base_version *added, struct arena *arena,
                                         struct error *error)
{
    const size_t count = object->schema.field_count;
    struct base_version *base_versions = ARENA_ARRAY(arena, count, struct base_version);
    struct sql_statement *statement = NULL;
    struct text blob = TEXT_ABSENT;
    instant last_sync = INSTANT_NONE;
    bool row = false;
    enum error_code code =
        sql_cached(&store->sql, "SELECT base_versions, last_sync FROM object_mapping WHERE key = ?",
                   &statement, error);

    if (!code && !base_versions)
        code = error_memory(error, "the base versions of a mapping");
    if (!code)
        code = sql_bind(&store->sql, statement, error, "i", mapping);
    if (!code)
        code = sql_step(&store->sql, statement, &row, error);
    if (!code && row) {
        last_sync = sql_instant(statement, 1);
        code = codec_read_base_versions(
            &(struct stored_base_versions){sql_blob(statement, 0), false, last_sync},
            object->field_keys, count, arena, base_versions, error);
    }
    sql_done(statement);
    if (code)
        return code;
    base_versions[field] = *added;
    code = codec_make_base_versions(base_versions, last_sync, object->field_keys, count, arena,
                                    &blob, error);
    return code ? code
                : sql_do(&store->sql, "UPDATE object_mapping SET base_versions = ? WHERE key = ?",
                         error, "bi", blob, mapping);
}

static enum error_code object_of_mapping(struct store *store, int64_t mapping,
                                         const struct store_object **object, struct error *error)
{
    struct sql_statement *statement = NULL;
    int64_t key = 0;
    enum error_code code = sql_cached(
        &store->sql, "SELECT object FROM object_mapping WHERE key = ?", &statement, error);

    if (!code)
        code = sql_bind(&store->sql, statement, error, "i", mapping);
    if (!code)
        code = ask(store, statement, &key, error);
    *object = store_object_by_key(store, key);
    if (!code && !*object)
        return error_set(error, ERROR_NOT_FOUND, "there is no mapping %lld", (long long)mapping);
    return code;
}

/* `raw` as the field stores it. */
static enum error_code value_of(struct store *store, const struct store_object *object,
                                struct text field, const struct raw_value *raw, struct arena *arena,
                                struct value *value, struct error *error)
{
    const struct object_assignment assignment = {.field = field, .value = *raw};
    struct object_draft draft = {.unlimited = true};
    enum error_code code = objects_draft(store, object, &assignment, 1, arena, &draft, error);

    if (!code)
        *value = draft.values[store_field_of(object, field)];
    return code;
}

static enum error_code add_agreement(struct store *store, const struct seed_agreement *agreement,
                                     struct arena *arena, struct error *error)
{
    const struct store_object *object = NULL;
    struct value ours, theirs, before = value_null(VALUE_TYPE_STRING);
    struct base_version base = {.at = INSTANT_NONE};
    uint64_t fingerprint = 0;
    struct unseen unseen = {
        .answered_at = agreement->answered_at, .before = &fingerprint, .before_count = 1};
    const struct raw_value *shown = agreement->theirs ? agreement->theirs : &agreement->ours;

    if (object_of_mapping(store, agreement->mapping, &object, error) ||
        value_of(store, object, agreement->field, &agreement->ours, arena, &ours, error) ||
        value_of(store, object, agreement->field, shown, arena, &theirs, error) ||
        (agreement->unseen && agreement->before.kind != RAW_NULL &&
         value_of(store, object, agreement->field, &agreement->before, arena, &before, error)))
        return error->code;
    base_version_agree(&base, value_fingerprint(&ours), INSTANT_NONE);
    base.theirs = value_fingerprint(&theirs);
    fingerprint = value_fingerprint(&before);
    unseen.sent = theirs;
    if (agreement->unseen)
        base.unseen = &unseen;
    return with_base_version(store, agreement->mapping, object,
                             store_field_of(object, agreement->field), &base, arena, error);
}

enum error_code seed_agreement(struct store *store, const struct seed_agreement *agreement,
                               struct error *error)
{
    struct arena *arena = arena_new(0);
    const enum error_code code = arena ? add_agreement(store, agreement, arena, error)
                                       : error_memory(error, "a fingerprint");

    arena_free(arena);
    return code;
}

enum error_code seed_fingerprint(struct store *store, int64_t mapping, struct text field,
                                 const struct raw_value *raw, struct error *error)
{
    const struct seed_agreement agreement = {.mapping = mapping, .field = field, .ours = *raw};

    return seed_agreement(store, &agreement, error);
}

/* ---- open matters ---- */

enum error_code seed_matter(struct store *store, const struct seed_matter *matter,
                            struct error *error)
{
    const struct store_object *object = store_object_of(store, matter->object);
    int64_t integration = 0, record = 0, id = 0;

    if (!object || !sql_id_of(matter->id, &id))
        return error_set(error, ERROR_NOT_FOUND, "there is no such object");
    if (integration_key(store, matter->integration, &integration, error) ||
        integration_object_key(store, integration, matter->integration_object, &record, error))
        return error->code;
    if (matter->reason == MATTER_REFUSED)
        return sql_do(&store->sql,
                      "INSERT INTO change_mark(sequence, mapping, kind, first_at, last_at)"
                      " SELECT c.sequence, ?, ?, ?, ? FROM field_change c JOIN field f"
                      " ON f.id = c.field WHERE c.integration = ? AND c.object = ?"
                      " AND c.object_id = ? AND f.name = ?",
                      error, "iiaaiiit", matter->mapping ? matter->mapping : -record,
                      (int64_t)MARK_REFUSED, matter->first, matter->last, integration, object->key,
                      id, matter->field);
    return sql_do(&store->sql,
                  "INSERT INTO open_matter(integration, reason, mapping, field, first_at, last_at)"
                  " SELECT ?, ?, ?, id, ?, ? FROM field WHERE object = ? AND name = ?",
                  error, "iiiaait", integration, (int64_t)matter->reason, matter->mapping,
                  matter->first, matter->last, object->key, matter->field);
}

/* ---- faults and free SQL ---- */

enum error_code seed_refusal(struct store *store, struct text name, struct text field,
                             const struct raw_value *raw, struct error *error)
{
    const struct object_assignment assignment = {.field = field, .value = *raw};
    struct arena *arena = arena_new(0);
    struct buffer buffer = BUFFER(1 << 16);
    struct store_object *object = NULL;
    struct object_draft draft = {.unlimited = true};
    struct sql_statement *insert = NULL;
    size_t index = SIZE_MAX;
    enum error_code code = ERROR_NONE;

    if (!arena)
        return error_memory(error, "a refusal");
    code = store_object_get(store, name, &object, error);
    if (!code)
        code = objects_draft(store, object, &assignment, 1, arena, &draft, error);
    index = code ? SIZE_MAX : store_field_of(object, field);
    /* values never stand in SQL: the triggers compare with a table */
    if (!code)
        code = buffer_append_format(
            &buffer, error,
            "CREATE TABLE IF NOT EXISTS seed_refusal(object TEXT, field TEXT, value);"
            "CREATE TRIGGER IF NOT EXISTS \"seed_refusal_%.*s_%.*s_i\" BEFORE INSERT ON \"%.*s\""
            " WHEN EXISTS (SELECT 1 FROM seed_refusal WHERE object = '%.*s' AND field = '%.*s'"
            " AND value IS NEW.\"%.*s\") BEGIN SELECT RAISE(ABORT, 'refused by a trigger'); END;"
            "CREATE TRIGGER IF NOT EXISTS \"seed_refusal_%.*s_%.*s_u\" BEFORE UPDATE OF \"%.*s\""
            " ON \"%.*s\" WHEN EXISTS (SELECT 1 FROM seed_refusal WHERE object = '%.*s'"
            " AND field = '%.*s' AND value IS NEW.\"%.*s\")"
            " BEGIN SELECT RAISE(ABORT, 'refused by a trigger'); END",
            TEXT_PRINT(object->schema.name), TEXT_PRINT(field), TEXT_PRINT(object->schema.name),
            TEXT_PRINT(object->schema.name), TEXT_PRINT(field), TEXT_PRINT(field),
            TEXT_PRINT(object->schema.name), TEXT_PRINT(field), TEXT_PRINT(field),
            TEXT_PRINT(object->schema.name), TEXT_PRINT(object->schema.name), TEXT_PRINT(field),
            TEXT_PRINT(field));
    if (!code)
        code = sql_run(&store->sql, buffer.data, error);
    if (!code)
        code = sql_prepare(&store->sql,
                           "INSERT INTO seed_refusal(object, field, value) VALUES(?, ?, ?)",
                           &insert, error);
    if (!code)
        code = sql_bind(&store->sql, insert, error, "tt", object->schema.name, field);
    if (!code)
        code = codec_bind(&store->sql, insert, 3, &draft.values[index], arena, error);
    if (!code)
        code = sql_finish(&store->sql, insert, error);
    sql_finalize(insert);
    buffer_release(&buffer);
    arena_free(arena);
    return code;
}

enum error_code seed_sql(struct store *store, const char *sql, struct error *error)
{
    return sql_run(&store->sql, sql, error);
}

enum error_code seed_channel(struct store *store, struct text name, struct error *error)
{
    if (sql_do(&store->sql, "INSERT OR IGNORE INTO channel(name) VALUES(?)", error, "t", name) ||
        store_fields_add_channels(store, error) ||
        store_set_setting(store, TEXT("registry"), TEXT_ABSENT, error) || store_load(store, error))
        return error->code;
    return triggers_renew(store, error);
}
