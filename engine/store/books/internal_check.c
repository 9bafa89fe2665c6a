/* What a field of ours stores for a given value, or why it refuses it (spec section 8). */
#include "store/books/target.h"

/* ---- look-ups in other tables ---- */

static enum error_code has_row(struct store_run *run, const struct store_object *stored, int64_t id,
                               bool *exists, struct error *error)
{
    struct sql_statement **const statement = &run->exists[stored - run->store->objects];
    struct text text = TEXT_ABSENT;
    struct rows rows;

    if (!*statement && (text_format(run->arena, &text, error, "SELECT 1 FROM \"%.*s\" WHERE id = ?",
                                    TEXT_PRINT(stored->schema.name)) ||
                        sql_prepare(&run->store->sql, text.bytes, statement, error)))
        return error->code;
    rows_over(&rows, &run->store->sql, *statement, NULL, error, "i", id);
    *exists = rows_next(&rows);
    return rows_close(&rows);
}

enum error_code internal_exists(struct store_run *run, struct text object, struct text id,
                                bool *exists, struct error *error)
{
    const struct store_object *stored = store_object_of(run->store, object);
    int64_t key = 0;

    *exists = false;
    return stored && sql_id_of(id, &key) ? has_row(run, stored, key, exists, error) : ERROR_NONE;
}

static enum error_code user_exists(struct store_run *run, struct text id, bool *exists,
                                   struct error *error)
{
    return rows_ask_flag(&run->store->sql, exists, error, "SELECT 1 FROM user WHERE id = ?", "t",
                         id);
}

/* The field that has the name of a company: the one that it is identified by. SIZE_MAX: none. */
size_t internal_name_field(const struct store_object *company)
{
    size_t field = store_field_of(company, TEXT("companyname"));

    for (size_t index = 0; field == SIZE_MAX && index < company->schema.field_count; index++)
        if (company->fields[index].unique && value_type_is_text(company->fields[index].type))
            field = index;
    return field;
}

static enum error_code prepare_name(struct store_run *run, const struct store_object *company,
                                    struct error *error)
{
    const size_t field = internal_name_field(company);
    struct text text = TEXT_ABSENT;

    if (field == SIZE_MAX)
        return ERROR_NONE;
    if (text_format(run->arena, &text, error, "SELECT \"%.*s\" FROM company WHERE id = ?",
                    TEXT_PRINT(company->fields[field].name)))
        return error->code;
    return sql_prepare(&run->store->sql, text.bytes, &run->company_name, error);
}

enum error_code internal_company_name(struct store_run *run, int64_t id, struct arena *arena,
                                      struct text *name, struct error *error)
{
    const struct store_object *company = store_object_of(run->store, TEXT("company"));
    struct rows rows;

    *name = TEXT_ABSENT;
    if (company && !run->company_name && prepare_name(run, company, error))
        return error->code;
    if (!run->company_name)
        return ERROR_NONE;
    rows_over(&rows, &run->store->sql, run->company_name, arena, error, "i", id);
    if (rows_next(&rows))
        *name = rows_text(&rows);
    return rows_close(&rows);
}

/* ---- kinds of fields ---- */

static enum error_code fit(const struct field_schema *schema, const struct value *value,
                           struct arena *arena, struct order_field *field,
                           struct checked_value *checked, struct error *error)
{
    enum field_verdict verdict = FIELD_FITS;
    enum error_code code = value_fit(arena, schema, value, &checked->field.stored, &verdict, error);

    if (verdict == FIELD_WRONG_TYPE)
        field->refusal = REFUSAL_WRONG_TYPE;
    else if (verdict == FIELD_TOO_LONG)
        field->refusal = REFUSAL_TOO_LONG;
    return code;
}

static enum error_code check_reference(struct store_run *run, const struct run_object *object,
                                       const struct field_schema *schema, struct arena *arena,
                                       struct order_field *field, struct checked_value *checked,
                                       struct error *error)
{
    const struct text name = field->value.as.reference.object;
    const struct store_object *stored = store_object_of(run->store, name);
    const bool is_company = stored && text_equal(stored->schema.name, TEXT("company"));
    const bool as_text = value_type_is_text(schema->type);
    struct text resolved = TEXT_ABSENT;
    struct value value = field->value;
    int64_t id = 0;
    bool exists = false;

    if (stored && sql_id_of(field->value.as.reference.id, &id) &&
        has_row(run, stored, id, &exists, error))
        return error->code;
    if (exists && is_company && as_text && internal_company_name(run, id, arena, &resolved, error))
        return error->code;
    if (!exists || (as_text && text_is_empty(resolved))) {
        field->refusal = REFUSAL_UNRESOLVED_REFERENCE;
        return ERROR_NONE;
    }
    checked->company.set = is_company && object->manual->is_contact;
    checked->company.company = id;
    if (as_text)
        value = value_text(schema->type, resolved);
    return fit(schema, &value, arena, field, checked, error);
}

static enum error_code check_owner(struct store_run *run, const struct field_schema *schema,
                                   struct arena *arena, struct order_field *field,
                                   struct checked_value *checked, struct error *error)
{
    bool exists = false;
    enum error_code code = fit(schema, &field->value, arena, field, checked, error);

    if (!code && field->refusal == REFUSAL_NONE && checked->field.stored.kind == VALUE_TEXT)
        code = user_exists(run, checked->field.stored.as.text, &exists, error);
    if (!code && !exists) /* null, too: a sync never leaves an object without an owner */
        field->refusal = REFUSAL_UNKNOWN_OWNER;
    return code;
}

static void check_do_not_contact(const struct field_schema *schema, struct order_field *field,
                                 struct checked_value *checked)
{
    int reason = 0;

    if (!value_do_not_contact(&field->value, &reason)) {
        field->refusal = REFUSAL_DNC_NOT_A_NUMBER;
        return;
    }
    checked->field.stored = value_null(schema->type);
    checked->field.stored.kind = VALUE_INTEGER;
    checked->field.stored.as.integer = reason;
}

enum error_code internal_check_field(struct store_run *run, const struct run_object *object,
                                     const struct order *order, const struct order_change *change,
                                     struct order_field *field, struct checked_value *checked,
                                     struct error *error)
{
    struct arena *const arena = order->arena;
    const struct field_schema *schema = object->manual->fields[field->field].schema;
    enum error_code code = ERROR_NONE;

    *checked = (struct checked_value){.field = {.set = false, .change = change}};
    checked->field.at = field->at != INSTANT_NONE ? field->at : change->changed_at;
    if (checked->field.at == INSTANT_NONE)
        checked->field.at = order->now;
    field->refusal = REFUSAL_NONE;
    switch (schema->role) {
    case FIELD_INTERNAL_ID:
    case FIELD_TIMELINE_URL:
        field->refusal = REFUSAL_READ_ONLY;
        break;
    case FIELD_OWNER_ID:
        code = check_owner(run, schema, arena, field, checked, error);
        break;
    case FIELD_DO_NOT_CONTACT:
        check_do_not_contact(schema, field, checked);
        break;
    case FIELD_POINTS:
    case FIELD_ORDINARY:
        if (field->value.kind == VALUE_REFERENCE)
            code = check_reference(run, object, schema, arena, field, checked, error);
        else
            code = fit(schema, &field->value, arena, field, checked, error);
        break;
    }
    checked->field.set = !code && field->refusal == REFUSAL_NONE;
    return code;
}
