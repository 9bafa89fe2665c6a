/* Triggers that only contacts have, as text; triggers.c has those of every object. */
#include "store/schema/triggers_contact.h"

/* A row of do_not_contact that moves to another contact or channel counts as deleted for the
 * first. */
#define MOVED " OR OLD.contact IS NOT NEW.contact OR OLD.channel IS NOT NEW.channel"

/* A write to do_not_contact changes the contact's field dnc_<channel>. `row` is NEW or OLD. */
static enum error_code emit_do_not_contact(struct buffer *out, const char *event, const char *name,
                                           const char *row, const char *condition,
                                           int64_t contact_key, struct error *error)
{
    const long long key = (long long)contact_key;
    enum error_code code = ERROR_NONE;

    EMIT("CREATE TRIGGER do_not_contact_%s AFTER %s ON do_not_contact WHEN %s%s"
         " AND EXISTS (SELECT 1 FROM contact WHERE id = %s.contact) BEGIN "
         "UPDATE contact SET date_modified = %s WHERE id = %s.contact;"
         "DELETE FROM field_change WHERE integration IN (SELECT id FROM integration)"
         " AND object = %lld AND object_id = %s.contact AND field IN"
         " (SELECT id FROM field WHERE object = %lld AND name = 'dnc_' || %s.channel);"
         "INSERT INTO field_change(integration, object, object_id, field, at, origin)"
         " SELECT t.integration, %lld, %s.contact, t.field, %s, 0"
         " FROM field f JOIN tracked_field t ON t.object = f.object AND t.field = f.id"
         " WHERE f.object = %lld AND f.name = 'dnc_' || %s.channel"
         " AND ((SELECT date_identified FROM contact WHERE id = %s.contact) IS NOT NULL"
         " OR EXISTS (SELECT 1 FROM object_mapping m WHERE m.object = %lld"
         " AND m.object_id = %s.contact AND m.integration = t.integration AND m.deleted = 0));"
         "END;",
         name, event, TRIGGERS_USERS_ONLY, condition, row, SQL_NOW, row, key, row, key, row, key,
         row, SQL_NOW, key, row, row, key, row);
    return code;
}

enum error_code triggers_contact_do_not_contact(struct buffer *out, int64_t contact,
                                                struct error *error)
{
    enum error_code code =
        emit_do_not_contact(out, "INSERT", "inserted", "NEW", "", contact, error);

    if (!code)
        code = emit_do_not_contact(out, "UPDATE", "updated", "NEW",
                                   " AND (OLD.reason IS NOT NEW.reason" MOVED ")", contact, error);
    if (!code)
        code =
            emit_do_not_contact(out, "UPDATE", "left", "OLD", " AND (0" MOVED ")", contact, error);
    return code ? code : emit_do_not_contact(out, "DELETE", "deleted", "OLD", "", contact, error);
}

/* A contact's company is a reference, and its text follows: renaming a company renames it for the
 * contacts that syncs have linked to it, as long as they have its name. Other integrations refer to
 * their own record of the company; for those that have none the change is tracked. */
enum error_code triggers_contact_renaming(struct store *store, struct buffer *out,
                                          struct error *error)
{
    const struct store_object *contact = store_object_of(store, TEXT("contact"));
    const struct store_object *company = store_object_of(store, TEXT("company"));
    const size_t text = contact ? store_field_of(contact, TEXT("company")) : SIZE_MAX;
    const size_t name = company ? store_field_of(company, TEXT("companyname")) : SIZE_MAX;
    enum error_code code = ERROR_NONE;

    if (text == SIZE_MAX || name == SIZE_MAX)
        return ERROR_NONE;
    const long long key = (long long)contact->key, field = (long long)contact->field_keys[text];
#define MEMBERS                                                                                    \
    "SELECT c.id FROM contact_company l JOIN contact c ON c.id = l.contact WHERE l.company = "     \
    "NEW.id"                                                                                       \
    " AND l.is_primary = 1 AND c.company = OLD.companyname COLLATE NOCASE"
#define STRANGERS                                                                                  \
    "SELECT t.integration FROM tracked_field t WHERE t.object = %lld AND t.field = %lld"           \
    " AND NOT EXISTS (SELECT 1 FROM object_mapping m WHERE m.integration = t.integration"          \
    " AND m.object = %lld AND m.object_id = NEW.id AND m.deleted = 0)"
    EMIT(
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
    return code;
}
