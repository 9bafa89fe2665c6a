/* Who is calling. */
#include "service/api/handlers.h"

enum error_code api_handle_login(struct api_call *call, struct error *error)
{
    return gate_login(&call->api->gate, call->store, call->request, &call->caller, error);
}

enum error_code api_handle_session(struct api_call *call, struct error *error)
{
    return web_answer_json(call->request, 200, gate_session_json(&call->caller), error);
}

enum error_code api_handle_logout(struct api_call *call, struct error *error)
{
    return gate_logout(&call->api->gate, call->store, call->request, error);
}
