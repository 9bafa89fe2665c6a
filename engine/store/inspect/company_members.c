/* The same condition as that of the trigger: primary members that still have the company's name. */
#include "store/inspect/company_members.h"

#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

/* Fields of our objects can be taken away; then no name follows. */
static bool names_follow(struct store *store)
{
    const struct store_object *const contact = store_object_of(store, TEXT("contact"));
    const struct store_object *const company = store_object_of(store, TEXT("company"));
    return contact && company && store_field_of(contact, TEXT("company")) != SIZE_MAX &&
           store_field_of(company, TEXT("companyname")) != SIZE_MAX;
}

static void read_member(struct rows *rows, void *item)
{
    struct company_member *const member = item;
    member->id = rows_text(rows);
    member->company = rows_text(rows);
}

enum error_code company_members_list(struct store *store, struct text company, struct arena *arena,
                                     struct company_member **members, size_t *count,
                                     struct error *error)
{
    int64_t id = 0;
    *members = NULL;
    *count = 0;
    if (!names_follow(store) || !sql_id_of(company, &id))
        return ERROR_NONE;

    return rows_all(
        &store->sql, ROWS_INTO(arena, read_member, members, count), error,
        "SELECT CAST(c.id AS TEXT), c.company FROM company f"
        " JOIN contact_company l ON l.company = f.id AND l.is_primary = 1"
        " JOIN contact c ON c.id = l.contact AND c.company = f.companyname COLLATE NOCASE"
        " WHERE f.id = ? ORDER BY c.id",
        "i", id);
}

enum error_code company_members_name(struct store *store, struct text contact, struct arena *arena,
                                     struct text *name, struct error *error)
{
    struct rows rows;
    int64_t id = 0;
    *name = TEXT_ABSENT;
    if (!names_follow(store) || !sql_id_of(contact, &id))
        return ERROR_NONE;
    rows_open(&rows, &store->sql, arena, error, "SELECT company FROM contact WHERE id = ?", "i",
              id);
    if (rows_next(&rows))
        *name = rows_text(&rows);
    return rows_close(&rows);
}
