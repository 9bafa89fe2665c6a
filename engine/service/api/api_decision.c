/* What people's decisions have in common: the integration is locked meanwhile, and a sync
 * follows. */
#include "service/api/api.h"

#include "host/run_lock.h"
#include "model/value_json.h"

void api_sync_soon(struct api_call *call, struct text integration)
{
    pthread_mutex_lock(&call->service->lock);
    struct roster_entry *const entry = roster_find(call->service->roster, integration);
    if (entry)
        roster_add_whole(entry);
    pthread_mutex_unlock(&call->service->lock);
    service_tell_integration(call->service, integration);
    service_wake(call->service);
}

enum error_code api_take_lock(struct api_call *call, struct text integration, struct run_lock *lock,
                              struct error *error)
{
    struct text name = TEXT_ABSENT;
    *lock = (struct run_lock){.descriptor = -1};
    if (api_integration(call, integration, error) ||
        text_copy(call->arena, integration, &name, error))
        return error->code;
    return run_lock_take(store_path(call->store), name.bytes, "decision", store_now(call->store),
                         lock, error);
}
