/* A worker's view of the store, opened once for it. */
#include "service/api/site.h"

#include "store/service/edits.h"

/* A session whose store knows the current fields. */
enum error_code api_worker_open(struct api *api, struct api_worker *worker, struct error *error)
{
    int64_t schema = 0;
    struct error unread; /* then the store is opened again, and says why if that fails, too */
    if (worker->open && !edits_schema(worker->session.store, &schema, &unread) &&
        schema == worker->schema)
        return ERROR_NONE;
    if (worker->open)
        session_close(&worker->session);
    worker->open = false;
    if (session_open(&api->session_options, &worker->session, error) ||
        edits_schema(worker->session.store, &worker->schema, error)) {
        session_close(&worker->session);
        return error->code;
    }
    worker->open = true;
    return ERROR_NONE;
}
