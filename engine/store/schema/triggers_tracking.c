/* How a write of an object becomes tracked changes: the part of its triggers that writes
 * field_change. */
#include "store/schema/triggers_tracking.h"

#define NAME(text) TEXT_PRINT(text)

/* INSERT OR REPLACE gives an existing row new values in all its columns, and the delete trigger
 * does not fire: the empty ones are tracked for every record of the object, too. Closes a
 * parenthesis.
 */
static void emit_replaced(struct composed *out, const struct store_object *object)
{
    const char *separator = "";

    composed_add(out, " OR (t.field IN (");
    for (size_t index = 0; index < object->schema.field_count; index++) {
        if (!store_is_column(&object->fields[index]))
            continue;
        composed_add(out, "%s%lld", separator, (long long)object->field_keys[index]);
        separator = ", ";
    }
    composed_add(out,
                 ") AND EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld"
                 " AND m.object_id = NEW.id AND m.integration = t.integration AND m.deleted = 0)))",
                 (long long)object->key);
}

/* Was the field whose key is in `column` written with another value? */
static void emit_case(struct composed *out, const struct store_object *object, const char *column,
                      bool insert)
{
    composed_add(out, "CASE %s", column);
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct field_schema *field = &object->fields[index];
        if (!store_is_column(field))
            continue;
        composed_add(out, " WHEN %lld THEN ", (long long)object->field_keys[index]);
        if (insert && field->role == FIELD_POINTS)
            composed_add(out, "coalesce(NEW.points, 0) <> 0");
        else if (insert)
            composed_add(out, "NEW.\"%.*s\" <> ''", NAME(field->name));
        else /* two empty values are the same (decision 1) */
            composed_add(out, "nullif(OLD.\"%.*s\", '') IS NOT nullif(NEW.\"%.*s\", '')",
                         NAME(field->name), NAME(field->name));
    }
    composed_add(out, " ELSE 0 END");
}

/* FROM and WHERE that give (t.integration, t.field) for each tracked field that changed. */
static void emit_changed(struct composed *out, const struct store_object *object, bool insert)
{
    composed_add(out, " FROM tracked_field t WHERE t.object = %lld AND %s", (long long)object->key,
                 insert ? "(" : "");
    emit_case(out, object, "t.field", insert);
    if (insert)
        emit_replaced(out, object);
    /* decision 68: an anonymous contact concerns only those that have it */
    if (object->schema.is_contact)
        composed_add(
            out,
            " AND ((SELECT date_identified FROM contact WHERE id = NEW.id) IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld"
            " AND m.object_id = NEW.id AND m.integration = t.integration AND m.deleted = 0))",
            (long long)object->key);
}

/* A newer change replaces the older. */
static void emit_replacement(struct composed *out, const struct store_object *object, bool insert)
{
    const long long key = (long long)object->key;

    composed_add(out,
                 "DELETE FROM field_change WHERE sequence IN (SELECT c.sequence FROM field_change c"
                 " WHERE c.integration IN (SELECT id FROM integration) AND c.object = %lld"
                 " AND c.object_id = NEW.id AND (c.integration, c.field) IN"
                 " (SELECT t.integration, t.field",
                 key);
    emit_changed(out, object, insert);
    composed_add(out,
                 "));INSERT INTO field_change(integration, object, object_id, field, at, origin)"
                 " SELECT t.integration, %lld, NEW.id, t.field, %s, 0",
                 key, SQL_NOW);
    emit_changed(out, object, insert);
    composed_add(out, ";");
}

/* As it is, what waits would be older than the value that it stands for. */
static void emit_again(struct composed *out, const struct store_object *object, bool insert)
{
    composed_add(out,
                 "UPDATE field_change SET again = %s WHERE integration IN"
                 " (SELECT id FROM integration WHERE enabled = 0)"
                 " AND object = %lld AND object_id = NEW.id",
                 SQL_NOW, (long long)object->key);
    if (!insert) {
        composed_add(out, " AND ");
        emit_case(out, object, "field", false);
    }
    composed_add(out, ";");
}

void triggers_tracking_add(struct composed *trigger, const struct store_object *object, bool insert,
                           struct triggers_tracking tracking)
{
    if (tracking.any)
        emit_replacement(trigger, object, insert);
    if (tracking.any_off)
        emit_again(trigger, object, insert);
}
