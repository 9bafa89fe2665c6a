/* Deliveries are hints: the records that they name are requested, each once. */
#include "host/deliveries.h"

#include "base/array.h"

static bool is_known(const struct deliveries *deliveries, const struct object_name *name)
{
    for (size_t i = 0; i < deliveries->name_count; i++) {
        if (text_equal(deliveries->names[i].object, name->object) &&
            text_equal(deliveries->names[i].id, name->id))
            return true;
    }
    return false;
}

/* Only objects in the mapping: with others the run would be refused. */
static bool is_mapped(const struct integration *integration, const struct object_name *name)
{
    for (size_t i = 0; i < integration->configuration->object_count; i++) {
        if (text_equal(integration->configuration->objects[i].integration_object, name->object))
            return true;
    }
    return false;
}

static enum error_code add_names(const struct integration *integration,
                                 struct deliveries *deliveries, size_t *capacity,
                                 const struct object_name *names, size_t count, size_t *kept,
                                 struct error *error)
{
    struct arena *const arena = integration->session->arena;
    *kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_mapped(integration, &names[i]))
            continue;
        ++*kept;
        if (deliveries->whole || is_known(deliveries, &names[i]))
            continue;
        if (deliveries->name_count == DELIVERIES_NAMED_MOST) {
            deliveries->whole = true;
            continue;
        }
        struct object_name *const grown =
            array_grow(arena, deliveries->names, deliveries->name_count, capacity, sizeof *grown);
        if (!grown)
            return error_memory(error, "the records of deliveries");
        deliveries->names = grown;
        deliveries->names[deliveries->name_count++] = names[i];
    }
    return ERROR_NONE;
}

static enum error_code read_one(struct integration *integration, struct deliveries *deliveries,
                                size_t index, size_t *capacity, struct error *error)
{
    struct store *const store = integration->session->store;
    const struct delivery *const delivery = &deliveries->taken[index];
    struct object_name *names = NULL;
    struct error trouble = {.code = ERROR_NONE};
    size_t count = 0, kept = 0;
    if (script_exchange_read_webhook(integration->exchange, delivery->body,
                                     integration->session->arena, &names, &count, &trouble)) {
        log_redact(integration->session->log, trouble.message);
        return delivery_fail(store, delivery->id, text_of(trouble.message),
                             trouble.code == ERROR_SCRIPT, error);
    }
    if (add_names(integration, deliveries, capacity, names, count, &kept, error))
        return error->code;
    deliveries->read[index] = kept > 0;
    return delivery_read(store, delivery->id, kept, error);
}

enum error_code deliveries_take(struct integration *integration, struct deliveries *deliveries,
                                struct error *error)
{
    struct session *const session = integration->session;
    size_t capacity = 0;
    *deliveries = (struct deliveries){.count = 0};
    if (delivery_take(session->store, integration->name, session->arena, &deliveries->taken,
                      &deliveries->count, &deliveries->owed, error))
        return error->code;
    deliveries->whole = deliveries->owed;
    deliveries->read = ARENA_ARRAY(session->arena, deliveries->count, bool);
    if (!deliveries->read)
        return error_memory(error, "the deliveries");
    for (size_t i = 0; i < deliveries->count; i++)
        if (read_one(integration, deliveries, i, &capacity, error))
            return error->code;
    return ERROR_NONE;
}

enum error_code deliveries_end(struct integration *integration, const struct deliveries *deliveries,
                               int64_t run, struct error *error)
{
    struct store *const store = integration->session->store;
    for (size_t i = 0; i < deliveries->count; i++)
        if (deliveries->read[i] && delivery_done(store, deliveries->taken[i].id, run, error))
            return error->code;
    return deliveries->owed ? delivery_paid(store, integration->name, error) : ERROR_NONE;
}
