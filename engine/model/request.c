/* request: what the engine asks of a side. */
#include "model/request.h"

const struct request_object *request_object_of(const struct request *request,
                                               const struct manual_object *object)
{
    for (size_t i = 0; i < request->object_count; i++) {
        if (request->objects[i].object == object) {
            return &request->objects[i];
        }
    }
    return NULL;
}
