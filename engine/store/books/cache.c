/* Values that scripts keep between runs, with their time of expiry. */
#include "store/books/cache.h"

#include "base/pair_index.h"
#include "store/schema/store_layout.h"
#include "store/sql/rows.h"

enum { WAITING_MOST = 2000, WAITING_BYTES_MOST = 8 << 20 };

/* What is to be written. */
struct waiting_value {
    struct text integration, key, value; /* value absent: to be removed */
    instant expires;
    struct waiting_value *next;
};
struct cache_waiting {
    struct waiting_value *first, **end;
    struct pair_index *index; /* by integration and key */
    size_t count;
};

/* NULL: no value waits under this key. */
static struct waiting_value *find_waiting(const struct store *store, struct text integration,
                                          struct text key)
{
    return store->cache ? pair_index_find(store->cache->index, integration, key) : NULL;
}

static enum error_code begin_waiting(struct store *store, struct error *error)
{
    if (!store->cache_arena)
        store->cache_arena = arena_new(0);
    if (store->cache)
        return ERROR_NONE;
    struct cache_waiting *waiting =
        store->cache_arena ? ARENA_NEW(store->cache_arena, struct cache_waiting) : NULL;
    if (!waiting)
        return error_memory(error, "the cache");
    waiting->end = &waiting->first;
    if (pair_index_new(store->cache_arena, &waiting->index, error))
        return error->code;
    store->cache = waiting;
    return ERROR_NONE;
}

static enum error_code add_waiting(struct store *store, struct text integration, struct text key,
                                   struct waiting_value **added, struct error *error)
{
    struct cache_waiting *waiting = store->cache;
    struct waiting_value *value = ARENA_NEW(store->cache_arena, struct waiting_value);
    if (!value)
        return error_memory(error, "the cache");
    if (text_copy(store->cache_arena, integration, &value->integration, error) ||
        text_copy(store->cache_arena, key, &value->key, error) ||
        pair_index_add(waiting->index, value->integration, value->key, value, error))
        return error->code;
    *waiting->end = value;
    waiting->end = &value->next;
    waiting->count++;
    *added = value;
    return ERROR_NONE;
}

enum error_code cache_get(struct store *store, struct text integration, struct text key,
                          struct arena *arena, struct text *value, struct error *error)
{
    const struct waiting_value *waiting = find_waiting(store, integration, key);
    struct rows rows;

    *value = TEXT_ABSENT;
    if (waiting)
        return waiting->expires != INSTANT_NONE && waiting->expires <= store_now(store)
                   ? ERROR_NONE
                   : text_copy(arena, waiting->value, value, error);
    rows_open(&rows, &store->sql, arena, error,
              "SELECT value FROM cache WHERE integration = ? AND key = ?"
              " AND (expires IS NULL OR expires > ?)",
              "tta", integration, key, store_now(store));
    if (rows_next(&rows)) {
        *value = rows_blob(&rows);
        if (!value->bytes) /* a blob of no bytes is NULL to SQLite, not absent */
            *value = TEXT("");
    }
    return rows_close(&rows);
}

enum error_code cache_set(struct store *store, struct text integration, struct text key,
                          struct text value, instant expires, struct error *error)
{
    struct waiting_value *waiting = find_waiting(store, integration, key);
    enum error_code code = begin_waiting(store, error);

    if (!code && !waiting)
        code = add_waiting(store, integration, key, &waiting, error);
    if (!code)
        code = text_copy(store->cache_arena, value, &waiting->value, error);
    if (code)
        return code;
    waiting->expires = expires;
    return store->cache->count < WAITING_MOST && arena_used(store->cache_arena) < WAITING_BYTES_MOST
               ? ERROR_NONE
               : cache_write_waiting(store, error);
}

static enum error_code write_value(struct store *store, const struct waiting_value *value,
                                   struct error *error)
{
    if (text_is_absent(value->value))
        return sql_do(&store->sql, "DELETE FROM cache WHERE integration = ? AND key = ?", error,
                      "tt", value->integration, value->key);
    return sql_do(&store->sql,
                  "INSERT OR REPLACE INTO cache(integration, key, value, expires)"
                  " VALUES(?, ?, ?, ?)",
                  error, "ttba", value->integration, value->key, value->value, value->expires);
}

enum error_code cache_write_waiting(struct store *store, struct error *error)
{
    enum error_code code = ERROR_NONE;

    if (!store->cache)
        return ERROR_NONE;
    code = sql_begin(&store->sql, error);
    if (code)
        return code;
    for (const struct waiting_value *value = store->cache->first; !code && value;
         value = value->next)
        code = write_value(store, value, error);
    store->cache = NULL;
    arena_clear(store->cache_arena);
    return sql_end(&store->sql, code, error);
}

enum error_code cache_size(struct store *store, struct text integration, uint64_t *bytes,
                           struct error *error)
{
    *bytes = 0;
    if (cache_write_waiting(store, error) ||
        sql_do(&store->sql, "DELETE FROM cache WHERE integration = ? AND expires <= ?", error, "ta",
               integration, store_now(store)))
        return error->code;
    return rows_ask_count(&store->sql, bytes, error,
                          "SELECT coalesce(sum(length(key) + length(value)), 0) FROM cache"
                          " WHERE integration = ?",
                          "t", integration);
}
