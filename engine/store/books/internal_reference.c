/* Which object of ours a field refers to: the pair in it, or the company of that name. */
#include "store/books/run_layout.h"

#include "store/schema/identifiers.h"

/* The primary company of a contact; 0: none. */
static enum error_code primary_company(struct store_run *run, int64_t contact, int64_t *company,
                                       struct error *error)
{
    return rows_ask(&run->store->sql, company, error,
                    "SELECT company FROM contact_company WHERE contact = ? AND is_primary = 1", "i",
                    contact);
}

/* The company that a sync linked, as long as the field still has its name. */
static enum error_code find_linked(struct store_run *run, int64_t contact, struct text name,
                                   struct arena *arena, int64_t *company, struct error *error)
{
    struct text linked = TEXT_ABSENT;
    enum error_code code = primary_company(run, contact, company, error);

    if (!code && *company)
        code = internal_company_name(run, *company, arena, &linked, error);
    if (!text_equal(linked, name))
        *company = 0;
    return code;
}

/* The only company of that name, where it is an identifier; absent: none, or several. */
static enum error_code find_named(struct store_run *run, const struct store_object *stored,
                                  const struct value *name, struct arena *arena, struct text *id,
                                  struct error *error)
{
    struct run_object *const object =
        run_object_of(run, manual_internal(run->manual, stored->schema.name));
    const size_t name_field = internal_name_field(stored);
    struct text key = TEXT_ABSENT;
    struct texts ids = {.count = 0};
    size_t field = SIZE_MAX;
    const struct object_search search = {.identity = {&field, &key, 1}, .limit = 2};
    enum error_code code = ERROR_NONE;

    if (object && name_field != SIZE_MAX && stored->fields[name_field].unique)
        field = manual_object_field(object->manual, stored->fields[name_field].name);
    if (field == SIZE_MAX)
        return ERROR_NONE;
    code = value_identifier_key(arena, name, stored->fields[name_field].type, &key, error);
    if (!code && !text_is_empty(key))
        code = run_object_find(run, object, &search, arena, &ids, error);
    if (!code && ids.count == 1)
        *id = ids.items[0];
    return code;
}

static enum error_code company_of(struct store_run *run, int64_t contact, const struct value *name,
                                  struct arena *arena, struct order_link *target,
                                  struct error *error)
{
    const struct store_object *stored = store_object_of(run->store, TEXT("company"));
    int64_t company = 0;
    enum error_code code = ERROR_NONE;

    if (!stored)
        return ERROR_NONE;
    target->object = stored->schema.name;
    code = find_linked(run, contact, name->as.text, arena, &company, error);
    if (!code && company)
        return text_of_integer(arena, company, &target->id, error);
    return code ? code : find_named(run, stored, name, arena, &target->id, error);
}

enum error_code internal_refers_to(struct books *books, const struct field_place *place,
                                   const struct value *value, struct arena *arena,
                                   struct order_link *target, struct error *error)
{
    const struct field_schema *schema = place->object->fields[place->field].schema;
    int64_t id = 0;

    *target = (struct order_link){TEXT_ABSENT, TEXT_ABSENT};
    if (value->kind == VALUE_REFERENCE) {
        *target = (struct order_link){value->as.reference.object, value->as.reference.id};
        return ERROR_NONE;
    }
    if (!place->object->is_contact || value->kind != VALUE_TEXT || text_is_empty(value->as.text) ||
        !text_equal(schema->name, TEXT("company")) || !sql_id_of(place->internal_id, &id))
        return ERROR_NONE;
    return company_of(run_of_books(books), id, value, arena, target, error);
}
