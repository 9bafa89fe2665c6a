/*
 * The triggers that make plain SQL a first-class writer. Per object table: dates and tracked
 * changes after an insert or update, mappings marked after a delete, ids that stay, identifiers
 * that need folding noted.
 *
 * Two rules of SQLite shape the text. A conflict clause of the outer statement replaces those
 * inside a trigger, so a newer tracked change is a delete and an insert, never a REPLACE. And the
 * date columns are not among the columns whose update fires a trigger, so that the triggers' own
 * updates of the row do not fire them again.
 */
#include "store/schema/stored_kinds.h"
#include "store/schema/triggers_contact.h"
#include "store/sql/rows.h"

enum { TRIGGER_CEILING = 8 << 20 };

/* Is any identifier of the row filled? */
static enum error_code emit_identified(struct buffer *out, const struct store_object *object,
                                       struct error *error)
{
    enum error_code code = ERROR_NONE;
    bool any = false;

    EMIT("(");
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (!field->unique)
            continue;
        EMIT("%strim(coalesce(NEW.\"%.*s\", '')) <> ''", any ? " OR " : "", NAME(field->name));
        any = true;
    }
    EMIT("%s)", any ? "" : "0");
    return code;
}

/* A date as SQL writes it (a text, or seconds), in milliseconds; one that cannot be read is none.
 */
#define READ_DATE(column)                                                                          \
    "CASE WHEN typeof(" column ") = 'text' THEN"                                                   \
    " CAST(round((julianday(" column ") - 2440587.5) * 86400000.0) AS INTEGER)"                    \
    " WHEN abs(" column ") < 100000000000 THEN " column " * 1000 ELSE " column " END"

/* Dates that the writer did not give. */
static enum error_code emit_dates(struct buffer *out, const struct store_object *object,
                                  bool insert, struct error *error)
{
    enum error_code code = ERROR_NONE;

    EMIT("UPDATE \"%.*s\" SET ", NAME(object->schema.name));
    if (insert)
        EMIT("date_added = coalesce(" READ_DATE("date_added") ", %s),"
                                                              " date_modified = " READ_DATE(
                                                                  "date_modified"),
             SQL_NOW);
    else
        EMIT("date_modified = CASE WHEN NEW.date_modified IS OLD.date_modified THEN %s"
             " ELSE date_modified END",
             SQL_NOW);
    if (object->schema.is_contact) {
        EMIT(", date_identified = CASE WHEN date_identified IS NULL AND ");
        if (!code)
            code = emit_identified(out, object, error);
        EMIT(" THEN %s ELSE date_identified END", SQL_NOW);
    }
    EMIT(" WHERE id = NEW.id;");
    return code;
}

/* INSERT OR REPLACE gives an existing row new values in all its columns, and the delete trigger
 * does not fire: the empty ones are tracked for every record of the object, too. Closes a
 * parenthesis.
 */
static enum error_code emit_replaced(struct buffer *out, const struct store_object *object,
                                     struct error *error)
{
    enum error_code code = ERROR_NONE;
    const char *separator = "";

    EMIT(" OR (t.field IN (");
    for (size_t index = 0; index < object->schema.field_count; index++) {
        if (!store_is_column(&object->fields[index]))
            continue;
        EMIT("%s%lld", separator, (long long)object->field_keys[index]);
        separator = ", ";
    }
    EMIT(") AND EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld"
         " AND m.object_id = NEW.id AND m.integration = t.integration AND m.deleted = 0)))",
         (long long)object->key);
    return code;
}

/* FROM and WHERE that give (t.integration, t.field) for each tracked field that changed. */
static enum error_code emit_changed(struct buffer *out, const struct store_object *object,
                                    bool insert, struct error *error)
{
    enum error_code code = ERROR_NONE;

    EMIT(" FROM tracked_field t WHERE t.object = %lld AND %sCASE t.field", (long long)object->key,
         insert ? "(" : "");
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (!store_is_column(field))
            continue;
        EMIT(" WHEN %lld THEN ", (long long)object->field_keys[index]);
        if (insert && field->role == FIELD_POINTS)
            EMIT("coalesce(NEW.points, 0) <> 0");
        else if (insert)
            EMIT("NEW.\"%.*s\" <> ''", NAME(field->name));
        else /* two empty values are the same (decision 1) */
            EMIT("nullif(OLD.\"%.*s\", '') IS NOT nullif(NEW.\"%.*s\", '')", NAME(field->name),
                 NAME(field->name));
    }
    EMIT(" ELSE 0 END");
    if (insert && !code)
        code = emit_replaced(out, object, error);
    /* decision 68: an anonymous contact concerns only those that have it */
    if (object->schema.is_contact)
        EMIT(" AND ((SELECT date_identified FROM contact WHERE id = NEW.id) IS NOT NULL"
             " OR EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld"
             " AND m.object_id = NEW.id AND m.integration = t.integration AND m.deleted = 0))",
             (long long)object->key);
    return code;
}

static enum error_code emit_tracking(struct buffer *out, const struct store_object *object,
                                     bool insert, struct error *error)
{
    const long long key = (long long)object->key;
    enum error_code code = ERROR_NONE;

    EMIT("DELETE FROM field_change WHERE sequence IN (SELECT c.sequence FROM field_change c"
         " WHERE c.integration IN (SELECT id FROM integration) AND c.object = %lld"
         " AND c.object_id = NEW.id AND (c.integration, c.field) IN"
         " (SELECT t.integration, t.field",
         key);
    if (!code)
        code = emit_changed(out, object, insert, error);
    EMIT("));INSERT INTO field_change(integration, object, object_id, field, at, origin)"
         " SELECT t.integration, %lld, NEW.id, t.field, %s, 0",
         key, SQL_NOW);
    if (!code)
        code = emit_changed(out, object, insert, error);
    EMIT(";");
    return code;
}

/* "UPDATE OF a, b" and the condition that one of them really changed. */
static enum error_code emit_update_head(struct buffer *out, const struct store_object *object,
                                        struct error *error)
{
    enum error_code code = ERROR_NONE;
    const char *separator = "";

    EMIT("CREATE TRIGGER \"%.*s_updated\" AFTER UPDATE OF ", NAME(object->schema.name));
    for (size_t index = 0; index < object->schema.field_count; index++) {
        if (!store_is_column(&object->fields[index]))
            continue;
        EMIT("%s\"%.*s\"", separator, NAME(object->fields[index].name));
        separator = ", ";
    }
    EMIT(" ON \"%.*s\" WHEN %s AND (0", NAME(object->schema.name), TRIGGERS_USERS_ONLY);
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (store_is_column(field))
            EMIT(" OR OLD.\"%.*s\" IS NOT NEW.\"%.*s\"", NAME(field->name), NAME(field->name));
    }
    EMIT(") BEGIN ");
    return code;
}

/* An object that is inserted again under its id keeps its links, and what differs counts as edited;
 * a record that was deleted because of it no longer exists. */
static enum error_code emit_return(struct buffer *out, const struct store_object *object,
                                   struct error *error)
{
    const long long key = (long long)object->key;
    enum error_code code = ERROR_NONE;

    EMIT("DELETE FROM object_mapping WHERE object = %lld AND object_id = NEW.id AND deleted = 1"
         " AND ended_by = " STORED_END_BOTH ";"
         "UPDATE object_mapping SET deleted = 0, pending_deletion = 0,"
         " ended_by = " STORED_END_UNKNOWN ","
         " ended_at = NULL WHERE object = %lld AND object_id = NEW.id AND deleted = 1"
         " AND ended_by <= " STORED_END_HERE ";",
         key, key);
    return code;
}

static enum error_code emit_writes(struct buffer *out, const struct store_object *object,
                                   bool tracked, struct error *error)
{
    enum error_code code = ERROR_NONE;

    EMIT("CREATE TRIGGER \"%.*s_inserted\" AFTER INSERT ON \"%.*s\" WHEN %s BEGIN ",
         NAME(object->schema.name), NAME(object->schema.name), TRIGGERS_USERS_ONLY);
    if (!code)
        code = emit_return(out, object, error);
    if (!code)
        code = emit_dates(out, object, true, error);
    if (!code && tracked)
        code = emit_tracking(out, object, true, error);
    EMIT("END;");
    if (!code)
        code = emit_update_head(out, object, error);
    if (!code)
        code = emit_dates(out, object, false, error);
    if (!code && tracked)
        code = emit_tracking(out, object, false, error);
    EMIT("END;");
    return code;
}

/* Everything that is known about an object is stored under its id: under another one it would be
 * created there again. */
static enum error_code emit_renumbering(struct buffer *out, const struct store_object *object,
                                        struct error *error)
{
    const struct text name = object->schema.name;
    enum error_code code = ERROR_NONE;

    EMIT("CREATE TRIGGER \"%.*s_renumbered\" BEFORE UPDATE OF id ON \"%.*s\""
         " WHEN OLD.id IS NOT NEW.id BEGIN SELECT RAISE(ABORT, 'the id of a %.*s cannot be changed:"
         " what is linked to it goes by its id; add another one and delete this one');END;",
         NAME(name), NAME(name), NAME(name));
    return code;
}

static enum error_code emit_delete(struct buffer *out, const struct store_object *object,
                                   struct error *error)
{
    const struct text name = object->schema.name;
    enum error_code code = ERROR_NONE;

    EMIT("CREATE TRIGGER \"%.*s_deleted\" AFTER DELETE ON \"%.*s\" BEGIN " SQL_MARK_DELETED
         " WHERE object = %lld AND object_id = OLD.id AND deleted = 0;"
         "DELETE FROM quarantine WHERE integration IN (SELECT id FROM integration)"
         " AND object = %lld AND object_id = OLD.id;"
         "DELETE FROM open_matter WHERE mapping = 0 AND object = %lld AND object_id = OLD.id;"
         "DELETE FROM change_mark WHERE mapping < 0 AND kind IN (" STORED_MARK_REFUSED
         ", " STORED_MARK_RETRIED ") AND sequence IN"
         " (SELECT sequence FROM field_change WHERE integration IN (SELECT id FROM integration)"
         " AND object = %lld AND object_id = OLD.id);"
         "DELETE FROM folded_key WHERE field IN (SELECT id FROM field WHERE object = %lld"
         " AND is_unique = 1) AND object_id = OLD.id;",
         NAME(name), NAME(name), (long long)object->key, (long long)object->key,
         (long long)object->key, (long long)object->key, (long long)object->key);
    if (object->schema.is_contact)
        EMIT("DELETE FROM contact_company WHERE contact = OLD.id;");
    if (text_equal(name, TEXT("company")))
        EMIT("DELETE FROM contact_company WHERE company = OLD.id;");
    EMIT("END;");
    return code;
}

/* Identifiers that lower() cannot fold, whoever writes them. */
static enum error_code emit_folding(struct buffer *out, const struct store_object *object,
                                    const struct field_schema *field, int64_t field_key,
                                    struct error *error)
{
    const struct text table = object->schema.name;
    enum error_code code = ERROR_NONE;

    EMIT("CREATE TRIGGER \"%.*s_%.*s_named\" AFTER INSERT ON \"%.*s\""
         " WHEN " STORE_IS_FOLDED(
             "NEW") " BEGIN "
                    "DELETE FROM folded_key WHERE field = %lld AND object_id = NEW.id;"
                    "INSERT INTO folded_key(field, object_id, key) VALUES(%lld, NEW.id, NULL);END;",
         NAME(table), NAME(field->name), NAME(table), NAME(field->name), NAME(field->name),
         (long long)field_key, (long long)field_key);
    EMIT("CREATE TRIGGER \"%.*s_%.*s_renamed\" AFTER UPDATE OF \"%.*s\" ON \"%.*s\""
         " WHEN " STORE_IS_FOLDED("OLD") " OR " STORE_IS_FOLDED(
             "NEW") " BEGIN "
                    "DELETE FROM folded_key WHERE field = %lld AND object_id = NEW.id;"
                    "INSERT INTO folded_key(field, object_id, key) SELECT %lld, NEW.id, NULL"
                    " WHERE " STORE_IS_FOLDED("NEW") ";END;",
         NAME(table), NAME(field->name), NAME(field->name), NAME(table), NAME(field->name),
         NAME(field->name), NAME(field->name), NAME(field->name), (long long)field_key,
         (long long)field_key, NAME(field->name), NAME(field->name));
    return code;
}

static enum error_code emit_object(struct buffer *out, const struct store_object *object,
                                   bool tracked, struct error *error)
{
    enum error_code code = emit_writes(out, object, tracked, error);

    if (!code)
        code = emit_renumbering(out, object, error);
    if (!code)
        code = emit_delete(out, object, error);
    for (size_t index = 0; !code && index < object->schema.field_count; index++)
        if (object->fields[index].unique)
            code =
                emit_folding(out, object, &object->fields[index], object->field_keys[index], error);
    if (!code && object->schema.is_contact)
        code = triggers_contact_do_not_contact(out, object->key, error);
    return code;
}

/* The triggers of ours: those on tables that we own, by the names given above. */
static enum error_code emit_drops(struct store *store, struct buffer *out, struct error *error)
{
    struct sql_statement *statement = NULL;
    bool row = true;
    enum error_code code =
        sql_prepare(&store->sql,
                    "SELECT s.name FROM sqlite_master s WHERE s.type = 'trigger' AND"
                    " (s.name IN (SELECT o.name || e.value FROM object o,"
                    "   (SELECT '_inserted' value UNION SELECT '_updated' UNION SELECT '_deleted'"
                    "    UNION SELECT '_renumbered') e)"
                    " OR s.name IN (SELECT o.name || '_' || f.name || e.value FROM object o"
                    "   JOIN field f ON f.object = o.id,"
                    "   (SELECT '_named' value UNION SELECT '_renamed') e)"
                    " OR s.name IN ('do_not_contact_inserted', 'do_not_contact_updated',"
                    " 'do_not_contact_deleted', 'do_not_contact_left', 'company_name_follows'))",
                    &statement, error);

    while (!code && row) {
        code = sql_step(&store->sql, statement, &row, error);
        if (!code && row)
            EMIT("DROP TRIGGER \"%.*s\";", TEXT_PRINT(sql_text(statement, 0)));
    }
    sql_finalize(statement);
    return code;
}

static enum error_code is_tracked(struct store *store, int64_t object, bool *tracked,
                                  struct error *error)
{
    int64_t any = 0;
    const enum error_code code =
        rows_ask(&store->sql, &any, error, "SELECT 1 FROM tracked_field WHERE object = ? LIMIT 1",
                 "i", object);

    *tracked = any != 0;
    return code;
}

enum error_code triggers_renew(struct store *store, struct error *error)
{
    struct buffer buffer = BUFFER(TRIGGER_CEILING);
    enum error_code code = emit_drops(store, &buffer, error);

    for (size_t index = 0; !code && index < store->object_count; index++) {
        bool tracked = false;
        code = is_tracked(store, store->objects[index].key, &tracked, error);
        if (!code)
            code = emit_object(&buffer, &store->objects[index], tracked, error);
    }
    if (!code)
        code = triggers_contact_renaming(store, &buffer, error);
    if (!code)
        code = sql_run(&store->sql, buffer.data, error);
    buffer_release(&buffer);
    return code;
}
