/* The schema of a store file: is it ours, is it of this version, and how does it become so? */
#include "base/error_number.h"
#include "store/schema/identifiers.h"
#include "store/schema/migrations.h"
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

#include <stdio.h>

enum { SCHEMA_APPLICATION = 0x54414e44 /* "TAND" */ };

static enum error_code check_file(struct store *store, int64_t *version, struct error *error)
{
    int64_t application = 0, tables = 0;

    if (rows_ask(&store->sql, version, error, "PRAGMA user_version", "") ||
        rows_ask(&store->sql, &application, error, "PRAGMA application_id", "") ||
        rows_ask(&store->sql, &tables, error, "SELECT count(*) FROM sqlite_master", ""))
        return error->code;
    if (application != SCHEMA_APPLICATION && (tables > 0 || *version != 0))
        return error_set(error, ERROR_STORE,
                         "'%s' is another program's database; choose another file", store->path);
    if (*version > migrations_schema)
        return error_number_set(
            error, ERROR_NUMBER_STORE_NEWER,
            error_set(error, ERROR_STORE,
                      "'%s' was written by a newer tandem (schema %lld, this one knows %d); "
                      "upgrade tandem",
                      store->path, (long long)*version, migrations_schema));
    return ERROR_NONE;
}

static enum error_code make_or_migrate(struct store *store, struct error *error)
{
    int64_t version = 0;
    char pragma[64];

    /* checked again: another process may have been first */
    if (check_file(store, &version, error))
        return error->code;
    if (version == 0 && sql_run(&store->sql, migrations_fresh, error))
        return error->code;
    for (int64_t at = version; at > 0 && at < migrations_schema; at++)
        if (sql_run(&store->sql, migrations[at - 1], error))
            return error->code;
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d; PRAGMA application_id = %d",
             migrations_schema, SCHEMA_APPLICATION);
    if (sql_run(&store->sql, pragma, error) || store_load(store, error) ||
        identifiers_renew(store, error) || triggers_renew(store, error))
        return error->code;
    return ERROR_NONE;
}

enum error_code schema_migrate(struct store *store, struct error *error)
{
    int64_t version = 0;
    enum error_code code = check_file(store, &version, error);

    if (code || version == migrations_schema)
        return code;
    if (store->read_only)
        return error_set(error, ERROR_STORE,
                         "'%s' was made by an earlier version and is not up to date yet; "
                         "'tandem status' brings it up to date",
                         store->path);
    code = sql_begin(&store->sql, error);
    if (code)
        return code;
    code = make_or_migrate(store, error);
    if (code)
        error_prefix(error,
                     "'%s' has schema %lld, from which it cannot be migrated; restore it from a "
                     "backup",
                     store->path, (long long)version);
    return sql_end(&store->sql, code, error);
}
