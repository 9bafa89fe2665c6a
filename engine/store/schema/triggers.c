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
#include "store/schema/identifiers.h"
#include "store/schema/stored_kinds.h"
#include "store/schema/triggers_tracking.h"
#include "store/sql/composed.h"

#define NAME(text) TEXT_PRINT(text)

/* What syncs write fires no trigger of tracking. */
#define USERS_ONLY "(SELECT writing FROM engine_state) = 0"

/* Is any identifier of the row filled? */
static void emit_identified(struct composed *out, const struct store_object *object)
{
    bool any = false;

    composed_add(out, "(");
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (!field->unique)
            continue;
        composed_add(out, "%strim(coalesce(NEW.\"%.*s\", '')) <> ''", any ? " OR " : "",
                     NAME(field->name));
        any = true;
    }
    composed_add(out, "%s)", any ? "" : "0");
}

/* A date as SQL writes it (a text, or seconds), in milliseconds; one that cannot be read is none.
 */
#define READ_DATE(column)                                                                          \
    "CASE WHEN typeof(" column ") = 'text' THEN"                                                   \
    " CAST(round((julianday(" column ") - 2440587.5) * 86400000.0) AS INTEGER)"                    \
    " WHEN abs(" column ") < 100000000000 THEN " column " * 1000 ELSE " column " END"

/* Dates that the writer did not give. */
static void emit_dates(struct composed *out, const struct store_object *object, bool insert)
{
    composed_add(out, "UPDATE \"%.*s\" SET ", NAME(object->schema.name));
    if (insert)
        composed_add(out,
                     "date_added = coalesce(" READ_DATE("date_added") ", %s),"
                                                                      " date_modified = " READ_DATE(
                                                                          "date_modified"),
                     SQL_NOW);
    else
        composed_add(out,
                     "date_modified = CASE WHEN NEW.date_modified IS OLD.date_modified THEN %s"
                     " ELSE date_modified END",
                     SQL_NOW);
    if (object->schema.is_contact) {
        composed_add(out, ", date_identified = CASE WHEN date_identified IS NULL AND ");
        emit_identified(out, object);
        composed_add(out, " THEN %s ELSE date_identified END", SQL_NOW);
    }
    composed_add(out, " WHERE id = NEW.id;");
}

/* "UPDATE OF a, b" and the condition that one of them really changed. */
static void emit_update_head(struct composed *out, const struct store_object *object)
{
    const char *separator = "";

    composed_add(out, "CREATE TRIGGER \"%.*s_updated\" AFTER UPDATE OF ",
                 NAME(object->schema.name));
    for (size_t index = 0; index < object->schema.field_count; index++) {
        if (!store_is_column(&object->fields[index]))
            continue;
        composed_add(out, "%s\"%.*s\"", separator, NAME(object->fields[index].name));
        separator = ", ";
    }
    composed_add(out, " ON \"%.*s\" WHEN %s AND (0", NAME(object->schema.name), USERS_ONLY);
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (store_is_column(field))
            composed_add(out, " OR OLD.\"%.*s\" IS NOT NEW.\"%.*s\"", NAME(field->name),
                         NAME(field->name));
    }
    composed_add(out, ") BEGIN ");
}

/* An object that is inserted again under its id keeps its links, and what differs counts as edited;
 * a record that was deleted because of it no longer exists. */
static void emit_return(struct composed *out, const struct store_object *object)
{
    const long long key = (long long)object->key;

    composed_add(
        out,
        "DELETE FROM object_mapping WHERE object = %lld AND object_id = NEW.id AND deleted = 1"
        " AND ended_by = " STORED_END_BOTH ";"
        "UPDATE object_mapping SET deleted = 0, pending_deletion = 0,"
        " ended_by = " STORED_END_UNKNOWN ","
        " ended_at = NULL WHERE object = %lld AND object_id = NEW.id AND deleted = 1"
        " AND ended_by <= " STORED_END_HERE ";",
        key, key);
}

static void emit_writes(struct composed *out, const struct store_object *object,
                        struct triggers_tracking tracking)
{
    composed_add(out, "CREATE TRIGGER \"%.*s_inserted\" AFTER INSERT ON \"%.*s\" WHEN %s BEGIN ",
                 NAME(object->schema.name), NAME(object->schema.name), USERS_ONLY);
    emit_return(out, object);
    emit_dates(out, object, true);
    triggers_tracking_add(out, object, true, tracking);
    composed_add(out, "END;");
    emit_update_head(out, object);
    emit_dates(out, object, false);
    triggers_tracking_add(out, object, false, tracking);
    composed_add(out, "END;");
}

/* Everything that is known about an object is stored under its id: under another one it would be
 * created there again. */
static void emit_renumbering(struct composed *out, const struct store_object *object)
{
    const struct text name = object->schema.name;

    composed_add(
        out,
        "CREATE TRIGGER \"%.*s_renumbered\" BEFORE UPDATE OF id ON \"%.*s\""
        " WHEN OLD.id IS NOT NEW.id BEGIN SELECT RAISE(ABORT, 'the id of a %.*s cannot be changed:"
        " what is linked to it goes by its id; add another one and delete this one');END;",
        NAME(name), NAME(name), NAME(name));
}

static void emit_delete(struct composed *out, const struct store_object *object)
{
    const struct text name = object->schema.name;

    composed_add(
        out,
        "CREATE TRIGGER \"%.*s_deleted\" AFTER DELETE ON \"%.*s\" BEGIN " SQL_MARK_DELETED
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
        composed_add(out, "DELETE FROM contact_company WHERE contact = OLD.id;");
    if (text_equal(name, TEXT("company")))
        composed_add(out, "DELETE FROM contact_company WHERE company = OLD.id;");
    composed_add(out, "END;");
}

/* Identifiers that lower(trim()) does not fold, whoever writes them. */
static void emit_folding(struct composed *out, const struct store_object *object,
                         const struct field_schema *field, int64_t field_key)
{
    const struct text table = object->schema.name, name = field->name;
    const long long key = (long long)field_key;

    composed_add(out, "CREATE TRIGGER \"%.*s_%.*s_named\" AFTER INSERT ON \"%.*s\" WHEN ",
                 NAME(table), NAME(name), NAME(table));
    identifiers_add_condition(out, "NEW", name);
    composed_add(out,
                 " BEGIN DELETE FROM folded_key WHERE field = %lld AND object_id = NEW.id;"
                 "INSERT INTO folded_key(field, object_id, key) VALUES(%lld, NEW.id, NULL);END;"
                 "CREATE TRIGGER \"%.*s_%.*s_renamed\" AFTER UPDATE OF \"%.*s\" ON \"%.*s\" WHEN ",
                 key, key, NAME(table), NAME(name), NAME(name), NAME(table));
    identifiers_add_condition(out, "OLD", name);
    composed_add(out, " OR ");
    identifiers_add_condition(out, "NEW", name);
    composed_add(out,
                 " BEGIN DELETE FROM folded_key WHERE field = %lld AND object_id = NEW.id;"
                 "INSERT INTO folded_key(field, object_id, key) SELECT %lld, NEW.id, NULL WHERE ",
                 key, key);
    identifiers_add_condition(out, "NEW", name);
    composed_add(out, ";END;");
}

/* A row of do_not_contact that moves to another contact or channel counts as deleted for the
 * first. */
#define MOVED " OR OLD.contact IS NOT NEW.contact OR OLD.channel IS NOT NEW.channel"

/* What waits of the contact's field, for integrations that are on, and for those that are off. */
#define CONSENT_WAITS                                                                              \
    ") AND object = %lld AND object_id = %s.contact AND field IN"                                  \
    " (SELECT id FROM field WHERE object = %lld AND name = 'dnc_' || %s.channel)"
#define CONSENT_ON                                                                                 \
    " WHERE integration IN (SELECT id FROM integration WHERE enabled = 1" CONSENT_WAITS
#define CONSENT_OFF                                                                                \
    " WHERE integration IN (SELECT id FROM integration WHERE enabled = 0" CONSENT_WAITS

/* A write to do_not_contact changes the contact's field dnc_<channel>. `row` is NEW or OLD. For
 * integrations that are off it is as in triggers_tracking.h. */
static void emit_do_not_contact(struct composed *out, const char *event, const char *name,
                                const char *row, const char *condition, int64_t contact)
{
    const long long key = (long long)contact;

    composed_add(
        out,
        "CREATE TRIGGER do_not_contact_%s AFTER %s ON do_not_contact WHEN %s%s"
        " AND EXISTS (SELECT 1 FROM contact WHERE id = %s.contact) BEGIN "
        "UPDATE contact SET date_modified = %s WHERE id = %s.contact;"
        "DELETE FROM field_change" CONSENT_ON ";"
        "UPDATE field_change SET again = %s" CONSENT_OFF ";"
        "INSERT INTO field_change(integration, object, object_id, field, at, origin)"
        " SELECT t.integration, %lld, %s.contact, t.field, %s, 0"
        " FROM field f JOIN tracked_field t ON t.object = f.object AND t.field = f.id"
        " WHERE f.object = %lld AND f.name = 'dnc_' || %s.channel"
        " AND ((SELECT date_identified FROM contact WHERE id = %s.contact) IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld"
        " AND m.object_id = %s.contact AND m.integration = t.integration AND m.deleted = 0));"
        "END;",
        name, event, USERS_ONLY, condition, row, SQL_NOW, row, key, row, key, row, SQL_NOW, key,
        row, key, row, key, row, SQL_NOW, key, row, row, key, row);
}

static void emit_object(struct composed *out, const struct store_object *object,
                        struct triggers_tracking tracking)
{
    const int64_t key = object->key;

    emit_writes(out, object, tracking);
    emit_renumbering(out, object);
    emit_delete(out, object);
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (object->fields[index].unique)
            emit_folding(out, object, &object->fields[index], object->field_keys[index]);
    if (!object->schema.is_contact)
        return;
    emit_do_not_contact(out, "INSERT", "inserted", "NEW", "", key);
    emit_do_not_contact(out, "UPDATE", "updated", "NEW",
                        " AND (OLD.reason IS NOT NEW.reason" MOVED ")", key);
    emit_do_not_contact(out, "UPDATE", "left", "OLD", " AND (0" MOVED ")", key);
    emit_do_not_contact(out, "DELETE", "deleted", "OLD", "", key);
}

/* A contact's company is a reference, and its text follows: renaming a company renames it for the
 * contacts that syncs have linked to it, as long as they have its name. Other integrations refer to
 * their own record of the company; for those that have none the change is tracked. */
static void emit_renaming(struct composed *out, const struct store *store)
{
    const struct store_object *contact = store_object_of(store, TEXT("contact"));
    const struct store_object *company = store_object_of(store, TEXT("company"));
    const size_t text = contact ? store_field_of(contact, TEXT("company")) : SIZE_MAX;
    const size_t name = company ? store_field_of(company, TEXT("companyname")) : SIZE_MAX;

    if (text == SIZE_MAX || name == SIZE_MAX)
        return;
    const long long key = (long long)contact->key, field = (long long)contact->field_keys[text];
#define MEMBERS                                                                                    \
    "SELECT c.id FROM contact_company l JOIN contact c ON c.id = l.contact WHERE l.company = "     \
    "NEW.id"                                                                                       \
    " AND l.is_primary = 1 AND c.company = OLD.companyname COLLATE NOCASE"
#define STRANGERS                                                                                  \
    "SELECT t.integration FROM tracked_field t WHERE t.object = %lld AND t.field = %lld"           \
    " AND NOT EXISTS (SELECT 1 FROM object_mapping m WHERE m.integration = t.integration"          \
    " AND m.object = %lld AND m.object_id = NEW.id AND m.deleted = 0)"
    composed_add(
        out,
        "CREATE TRIGGER company_name_follows AFTER UPDATE OF companyname ON company"
        " WHEN OLD.companyname IS NOT NEW.companyname AND NEW.companyname <> '' BEGIN "
        "DELETE FROM field_change WHERE object = %lld AND field = %lld AND object_id IN (" MEMBERS
        ") AND integration IN (" STRANGERS ");"
        "INSERT INTO field_change(integration, object, object_id, field, at, origin)"
        " SELECT s.integration, %lld, c.id, %lld, %s, 0 FROM (" STRANGERS ") s, (" MEMBERS ") c"
        " WHERE EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld AND m.object_id = c.id"
        " AND m.integration = s.integration AND m.deleted = 0);"
        "UPDATE engine_state SET writing = writing + 1;"
        "UPDATE contact SET company = NEW.companyname, date_modified = %s WHERE id IN (" MEMBERS
        ");"
        "UPDATE engine_state SET writing = writing - 1;END;",
        key, field, key, field, (long long)company->key, key, field, SQL_NOW, key, field,
        (long long)company->key, key, SQL_NOW);
#undef STRANGERS
#undef MEMBERS
}

/* The triggers of ours: those on tables that we own, by the names given above. */
static void emit_drops(struct composed *out)
{
    struct rows rows;

    rows_open_once(&rows, out->sql, NULL, out->error,
                   "SELECT s.name FROM sqlite_master s WHERE s.type = 'trigger' AND"
                   " (s.name IN (SELECT o.name || e.value FROM object o,"
                   "   (SELECT '_inserted' value UNION SELECT '_updated' UNION SELECT '_deleted'"
                   "    UNION SELECT '_renumbered') e)"
                   " OR s.name IN (SELECT o.name || '_' || f.name || e.value FROM object o"
                   "   JOIN field f ON f.object = o.id,"
                   "   (SELECT '_named' value UNION SELECT '_renamed') e)"
                   " OR s.name IN ('do_not_contact_inserted', 'do_not_contact_updated',"
                   " 'do_not_contact_deleted', 'do_not_contact_left', 'company_name_follows'))",
                   "");
    while (rows_next(&rows)) {
        const struct text name = rows_text(&rows);
        composed_add(out, "DROP TRIGGER \"%.*s\";", NAME(name));
    }
    out->code = rows_close(&rows) ? rows.code : out->code;
}

enum error_code triggers_renew(struct store *store, struct error *error)
{
    struct composed all = COMPOSED(&store->sql, error);
    struct triggers_tracking tracking = {.any = false};

    emit_drops(&all);
    if (!all.code)
        all.code = rows_ask_flag(&store->sql, &tracking.any_off, error,
                                 "SELECT 1 FROM integration WHERE enabled = 0 LIMIT 1", "");
    for (size_t index = 0; !all.code && index < store->object_count; index++) {
        const struct store_object *object = &store->objects[index];
        all.code =
            rows_ask_flag(&store->sql, &tracking.any, error,
                          "SELECT 1 FROM tracked_field WHERE object = ? LIMIT 1", "i", object->key);
        emit_object(&all, object, tracking);
    }
    emit_renaming(&all, store);
    return composed_run(&all);
}
