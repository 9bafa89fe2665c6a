/* Two objects that are the same become one; see objects.h. */
#include "store/objects/objects_layout.h"
#include "store/schema/stored_kinds.h"
#include "store/sql/composed.h"

/* Two objects of one kind. */
struct pair {
    struct store *store;
    const struct store_object *object;
    int64_t winner, loser;
};

#define NAME(pair) TEXT_PRINT((pair)->object->schema.name)

static enum error_code check_row(const struct pair *pair, int64_t id, struct error *error)
{
    int64_t there = 0;

    if (composed_ask(&pair->store->sql, &there, error, "SELECT 1 FROM \"%.*s\" WHERE id = %lld",
                     NAME(pair), (long long)id))
        return error->code;
    return there ? ERROR_NONE
                 : error_set(error, ERROR_NOT_FOUND, "there is no '%.*s:%lld'", NAME(pair),
                             (long long)id);
}

/* The winner gets the values that it lacks: an edit like any other, tracked by the triggers. */
static enum error_code fill(const struct pair *pair, struct error *error)
{
    const struct store_object *object = pair->object;
    struct composed update = COMPOSED(&pair->store->sql, error);

    composed_add(&update, "UPDATE \"%.*s\" AS w SET id = w.id", NAME(pair));
    for (size_t index = 0; index < object->schema.field_count; index++) {
        const struct text field = object->fields[index].name;
        if (store_is_column(&object->fields[index]))
            composed_add(&update, ", \"%.*s\" = coalesce(nullif(w.\"%.*s\", ''), l.\"%.*s\")",
                         TEXT_PRINT(field), TEXT_PRINT(field), TEXT_PRINT(field));
    }
    composed_add(&update, " FROM \"%.*s\" AS l WHERE w.id = %lld AND l.id = %lld", NAME(pair),
                 (long long)pair->winner, (long long)pair->loser);
    return composed_run(&update);
}

/* If one of the two must not be contacted, the winner must not be, for the stricter of two
 * reasons. */
static enum error_code join_contacts(const struct pair *pair, struct error *error)
{
    static const char *const steps[] = {
        "UPDATE do_not_contact AS d SET reason = (SELECT l.reason FROM do_not_contact l"
        " WHERE l.contact = ?2 AND l.channel = d.channel) WHERE contact = ?1"
        " AND EXISTS (SELECT 1 FROM do_not_contact l WHERE l.contact = ?2"
        " AND l.channel = d.channel AND l.reason > d.reason)",
        "INSERT INTO do_not_contact(contact, channel, reason)"
        " SELECT ?1, channel, reason FROM do_not_contact d WHERE contact = ?2 AND NOT EXISTS"
        " (SELECT 1 FROM do_not_contact e WHERE e.contact = ?1 AND e.channel = d.channel)",
        "DELETE FROM do_not_contact WHERE contact = ?2",
        "INSERT INTO contact_company(contact, company, is_primary)"
        " SELECT ?1, company, is_primary AND NOT EXISTS (SELECT 1 FROM"
        " contact_company p WHERE p.contact = ?1 AND p.is_primary = 1)"
        " FROM contact_company c WHERE contact = ?2 AND NOT EXISTS (SELECT 1 FROM"
        " contact_company e WHERE e.contact = ?1 AND e.company = c.company)",
    };

    for (size_t index = 0; index < sizeof steps / sizeof *steps; index++)
        if (sql_do(&pair->store->sql, steps[index], error, "ii", pair->winner, pair->loser))
            return error->code;
    return ERROR_NONE;
}

/* Before it is deleted, the loser gets the winner's name, and its contacts' text follows as at any
 * renaming: a link counts only as long as the contact has the company's name. */
static enum error_code rename_loser(const struct pair *pair, struct error *error)
{
    return composed_do(
        &pair->store->sql, error,
        "UPDATE engine_state SET writing = writing + 1;"
        "UPDATE company SET companyname = (SELECT companyname FROM company WHERE id = %lld)"
        " WHERE id = %lld;"
        "UPDATE engine_state SET writing = writing - 1;",
        (long long)pair->winner, (long long)pair->loser);
}

static enum error_code join_companies(const struct pair *pair, struct error *error)
{
    if (rename_loser(pair, error))
        return error->code;
    return sql_do(&pair->store->sql,
                  "INSERT INTO contact_company(contact, company, is_primary)"
                  " SELECT contact, ?1, is_primary FROM contact_company c WHERE company = ?2"
                  " AND NOT EXISTS (SELECT 1 FROM contact_company e WHERE e.contact = c.contact"
                  " AND e.company = ?1)",
                  error, "ii", pair->winner, pair->loser);
}

/* References to the loser, in whatever object, are references to the winner. */
static enum error_code redirect(const struct pair *pair, struct error *error)
{
    const struct store *store = pair->store;
    struct composed updates = COMPOSED(&pair->store->sql, error);

    for (size_t i = 0; i < store->object_count; i++) {
        const struct store_object *object = &store->objects[i];
        for (size_t j = 0; j < object->schema.field_count; j++) {
            const struct field_schema *field = &object->fields[j];
            if (field->type == VALUE_TYPE_REFERENCE && store_is_column(field))
                composed_add(
                    &updates,
                    "UPDATE \"%.*s\" SET \"%.*s\" = '%.*s:%lld' WHERE \"%.*s\" = '%.*s:%lld';",
                    TEXT_PRINT(object->schema.name), TEXT_PRINT(field->name), NAME(pair),
                    (long long)pair->winner, TEXT_PRINT(field->name), NAME(pair),
                    (long long)pair->loser);
        }
    }
    return composed_run(&updates);
}

/* The loser's records become the winner's, and so do creates with an unknown outcome. */
static enum error_code move_books(const struct pair *pair, struct error *error)
{
    struct sql *sql = &pair->store->sql;
    const int64_t key = pair->object->key, winner = pair->winner, loser = pair->loser;

    if (sql_do(sql,
               "DELETE FROM field_change WHERE integration IN (SELECT id FROM integration)"
               " AND object = ? AND object_id = ?",
               error, "ii", key, loser) ||
        sql_do(sql, "UPDATE object_mapping SET object_id = ? WHERE object = ? AND object_id = ?",
               error, "iii", winner, key, loser) ||
        sql_do(sql,
               "UPDATE journal_change SET mapped_id = CAST(?1 AS TEXT)"
               " WHERE doubt > " STORED_UNKNOWN_NONE
               " AND mapped_object = ?2 AND mapped_id = CAST(?3 AS TEXT)",
               error, "iti", winner, pair->object->schema.name, loser) ||
        /* orders under way for the loser will be recorded for the winner */
        sql_do(sql, "UPDATE merged_object SET heir = ? WHERE object = ? AND heir = ?", error, "iii",
               winner, key, loser))
        return error->code;
    return sql_do(sql,
                  "INSERT OR REPLACE INTO merged_object(object, object_id, heir) VALUES(?, ?, ?)",
                  error, "iii", key, loser, winner);
}

/* The winner's values go to all of its records, except where they have them already. What waits for
 * its own record keeps its instant, and gets a greater sequence: if it is out, its answer says
 * nothing of the loser's records. A tie stays one; while it does, no answer removes its row. */
static enum error_code track(const struct pair *pair, struct error *error)
{
    const struct store_object *object = pair->object;
    const long long key = (long long)object->key, winner = (long long)pair->winner;
    struct composed insert = COMPOSED(&pair->store->sql, error);

    composed_add(
        &insert,
        "INSERT OR REPLACE INTO field_change(integration, object, object_id, field, at, origin,"
        " owed) SELECT t.integration, %lld, %lld, t.field, coalesce(c.at, " SQL_NOW "),"
        " coalesce(c.origin, 0), coalesce(c.owed, 0) FROM tracked_field t JOIN \"%.*s\" w"
        " ON w.id = %lld LEFT JOIN field_change c ON c.integration = t.integration"
        " AND c.object = t.object AND c.object_id = w.id AND c.field = t.field"
        " WHERE t.object = %lld AND t.integration IN (SELECT integration FROM object_mapping"
        " WHERE object = %lld AND object_id = %lld AND deleted = 0)"
        " AND NOT EXISTS (SELECT 1 FROM change_mark k WHERE k.sequence = c.sequence"
        " AND k.kind = " STORED_MARK_TIE ") AND CASE t.field",
        key, winner, NAME(pair), winner, key, key, winner);
    for (size_t index = 0; index < object->schema.field_count; index++)
        if (store_is_column(&object->fields[index]))
            composed_add(&insert, " WHEN %lld THEN w.\"%.*s\" <> ''",
                         (long long)object->field_keys[index],
                         TEXT_PRINT(object->fields[index].name));
    composed_add(&insert, " ELSE %s END",
                 object->schema.is_contact
                     ? "EXISTS (SELECT 1 FROM field f JOIN do_not_contact d ON d.contact = w.id"
                       " AND f.name = 'dnc_' || d.channel WHERE f.id = t.field)"
                     : "0");
    return composed_run(&insert);
}

static enum error_code remove_loser(const struct pair *pair, struct error *error)
{
    return composed_do(&pair->store->sql, error, "DELETE FROM \"%.*s\" WHERE id = %lld", NAME(pair),
                       (long long)pair->loser);
}

typedef enum error_code step(const struct pair *pair, struct error *error);

static enum error_code merge_pair(const struct pair *pair, struct error *error)
{
    step *const joins = pair->object->schema.is_contact                          ? join_contacts
                        : text_equal(pair->object->schema.name, TEXT("company")) ? join_companies
                                                                                 : NULL;
    step *const steps[] = {fill, redirect, joins, move_books, track, remove_loser};

    if (check_row(pair, pair->winner, error) || check_row(pair, pair->loser, error))
        return error->code;
    for (size_t index = 0; index < sizeof steps / sizeof *steps; index++)
        if (steps[index] && steps[index](pair, error))
            return error->code;
    return ERROR_NONE;
}

enum error_code objects_merge(struct store *store, struct text name, struct text winner,
                              struct text loser, struct error *error)
{
    struct store_object *object = NULL;
    struct pair pair = {.store = store};

    if (store_object_get(store, name, &object, error))
        return error->code;
    pair.object = object;
    if (!sql_id_of(winner, &pair.winner) || !sql_id_of(loser, &pair.loser))
        return error_set(error, ERROR_NOT_FOUND, "'%.*s' or '%.*s' is not the id of an object here",
                         TEXT_PRINT(winner), TEXT_PRINT(loser));
    if (pair.winner == pair.loser)
        return error_set(error, ERROR_INVALID, "'%.*s:%.*s' cannot be merged with itself",
                         TEXT_PRINT(object->schema.name), TEXT_PRINT(winner));
    return sql_begin(&store->sql, error) ? error->code
                                         : sql_end(&store->sql, merge_pair(&pair, error), error);
}
