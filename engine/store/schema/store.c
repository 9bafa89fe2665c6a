/* Opening and closing the file, its clock, its settings. */
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"
#include "store/sql/sqlite_driver.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_BUSY_MS = 10000 };

struct store_options store_options_default(void)
{
    return (struct store_options){.clock = INSTANT_NONE};
}

/* ---- opening ---- */

static enum error_code open_connection(struct store *store, const struct store_options *options,
                                       struct error *error)
{
    const enum sql_access access_wanted = options->read_only ? SQL_READ
                                          : options->create  ? SQL_CREATE
                                                             : SQL_WRITE;

    if (!options->create && access(store->path, F_OK) != 0)
        return error_set(error, ERROR_NOT_FOUND,
                         "there is no store '%s'; make one with 'tandem init'", store->path);
    if (sql_open(&store->sql, &sqlite_driver, store->path, access_wanted, error))
        return error_prefix(error, "'%s'", store->path);
    sql_wait_for_others(&store->sql, options->busy_ms > 0 ? options->busy_ms : DEFAULT_BUSY_MS,
                        options->interrupt);
    return ERROR_NONE;
}

static enum error_code set_pragmas(struct store *store, struct error *error)
{
    if (sql_run(&store->sql,
                "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                "PRAGMA cache_size = -12000; PRAGMA trusted_schema = ON",
                error) ||
        (!store->read_only &&
         sql_run(&store->sql, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", error)))
        return error_prefix(error, "'%s'", store->path);
    return ERROR_NONE;
}

static enum error_code load_settings(struct store *store, instant clock, struct error *error)
{
    struct rows rows;
    instant stored = INSTANT_NONE;

    store->clock = clock;
    if (store_load(store, error))
        return error->code;
    if (store->read_only)
        return ERROR_NONE;
    rows_open(&rows, &store->sql, NULL, error, "SELECT now FROM engine_state", "");
    if (rows_next(&rows))
        stored = rows_instant(&rows);
    if (rows_close(&rows))
        return error->code;
    /* a clock that a test has frozen must not stay frozen */
    return stored == clock ? ERROR_NONE : store_set_clock(store, clock, error);
}

enum error_code store_open(const char *path, const struct store_options *options,
                           struct store **result, struct error *error)
{
    struct store *store = calloc(1, sizeof *store);

    *result = NULL;
    if (!store)
        return error_memory(error, "the store");
    store->path = strdup(path);
    store->log = options->log;
    store->read_only = options->read_only;
    store->clock = INSTANT_NONE;
    if (store->path
            ? open_connection(store, options, error) || set_pragmas(store, error) ||
                  schema_migrate(store, error) || load_settings(store, options->clock, error)
            : error_memory(error, "the store's path")) {
        store_close(store);
        return error->code;
    }
    *result = store;
    return ERROR_NONE;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    sql_close(&store->sql);
    arena_free(store->arena);
    arena_free(store->cache_arena);
    free(store->path);
    free(store);
}

enum error_code store_snapshot(struct store *store, const char *path, struct error *error)
{
    if (access(path, F_OK) == 0)
        return error_set(error, ERROR_INVALID, "'%s' exists already; choose another name", path);
    return sql_do(&store->sql, "VACUUM INTO ?", error, "t", text_of(path));
}

const char *store_path(const struct store *store)
{
    return store->path;
}

/* ---- clock and settings ---- */

enum error_code store_set_clock(struct store *store, instant now, struct error *error)
{
    enum error_code code = sql_do(&store->sql, "UPDATE engine_state SET now = ?", error, "a", now);

    if (!code)
        store->clock = now;
    return code;
}

instant store_now(const struct store *store)
{
    return store->clock == INSTANT_NONE ? instant_now() : store->clock;
}

const struct object_schema *store_schema(const struct store *store, struct text name)
{
    const struct store_object *object = store_object_of(store, name);

    return object ? &object->schema : NULL;
}

size_t store_schema_count(const struct store *store)
{
    return store->object_count;
}

const struct object_schema *store_schema_at(const struct store *store, size_t index)
{
    return index < store->object_count ? &store->objects[index].schema : NULL;
}
