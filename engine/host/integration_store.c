/* The cache and the links of a script, over the store. */
#include "host/integration_store.h"

#include "store/books/cache.h"
#include "store/books/partners.h"

/* ---- its cache ---- */

static enum error_code cache_read(void *context, struct text key, struct arena *arena,
                                  struct text *value, struct error *error)
{
    const struct integration *const integration = context;
    if (integration->cassette) { /* or a recording would lack earlier requests */
        *value = TEXT_ABSENT;
        return ERROR_NONE;
    }
    return cache_get(integration->session->store, integration->name, key, arena, value, error);
}

/* Is there room for that much more? Sizes are added up, and recounted when the sum seems too large:
 * a value that replaced another one was added twice. */
static enum error_code make_room(struct integration *integration, size_t more, struct error *error)
{
    enum { MOST = 64 << 20 };
    enum error_code code = ERROR_NONE;
    if (!integration->cache_used || integration->cache_used + more > MOST)
        code = cache_size(integration->session->store, integration->name, &integration->cache_used,
                          error);
    if (!code && integration->cache_used + more > MOST)
        code =
            error_set(error, ERROR_INVALID,
                      "the cache of '%.*s' is full: it holds %d MiB; give values a time to live, "
                      "or keep less",
                      TEXT_PRINT(integration->name), MOST >> 20);
    integration->cache_used += code ? 0 : more;
    return code;
}

static enum error_code cache_write(void *context, struct text key, struct text value,
                                   int64_t ttl_ms, struct error *error)
{
    struct integration *const integration = context;
    const enum error_code code = make_room(integration, key.length + value.length, error);
    if (code)
        return code;
    const instant expires = ttl_ms > 0 ? session_now(integration->session) + ttl_ms : INSTANT_NONE;
    return cache_set(integration->session->store, integration->name, key, value, expires, error);
}

static enum error_code cache_remove(void *context, struct text key, struct error *error)
{
    const struct integration *const integration = context;
    return cache_set(integration->session->store, integration->name, key, TEXT_ABSENT, INSTANT_NONE,
                     error);
}

static enum error_code cache_keep(void *context, struct error *error)
{
    const struct integration *const integration = context;
    return cache_write_waiting(integration->session->store, error);
}

struct script_cache integration_store_cache(struct integration *integration)
{
    return (struct script_cache){.context = integration,
                                 .get = cache_read,
                                 .set = cache_write,
                                 .remove = cache_remove,
                                 .keep = cache_keep};
}

/* ---- its links ---- */

static enum error_code links_after(void *context, struct text object, struct text id, size_t limit,
                                   struct arena *arena, struct texts *ids, struct error *error)
{
    const struct integration *const integration = context;
    const struct partners partners = {.integration = integration->name, .object = object};
    ids->count = 0;
    if (integration->cassette) /* a recording would request what its replay does not have */
        return ERROR_NONE;
    return partners_after(integration->session->store, &partners, id, limit, arena, ids, error);
}

static enum error_code links_edited(void *context, struct text object, const struct texts *ids,
                                    struct arena *arena, struct texts *edited, struct error *error)
{
    const struct integration *const integration = context;
    const struct partners partners = {.integration = integration->name, .object = object};
    edited->count = 0;
    if (integration->cassette)
        return ERROR_NONE;
    return partners_edited(integration->session->store, &partners, ids, arena, edited, error);
}

struct script_links integration_store_links(struct integration *integration)
{
    return (struct script_links){
        .context = integration, .after = links_after, .edited = links_edited};
}
