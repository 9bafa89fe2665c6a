/* Pages of the store as answers. */
#include "service/api/api.h"

#include "model/value_json.h"

enum error_code api_answer_page(struct api_call *call, json_t *items, struct text next,
                                struct error *error)
{
    return web_answer_json(call->request, 200,
                           json_pack("{s:o, s:o}", "items", items, "next", value_json_text(next)),
                           error);
}

enum error_code api_page(struct api_call *call, struct page_query *query, api_finish *finish,
                         struct error *error)
{
    json_t *items = NULL;
    struct text next = TEXT_ABSENT;
    if (api_parameter(call, "after", &query->after, error) ||
        api_limit(call, &query->limit, error) ||
        pages_read(call->store, query, call->arena, &items, &next, error))
        return error->code;
    for (size_t i = 0; finish && i < json_array_size(items); i++) {
        if (finish(call, json_array_get(items, i), error)) {
            json_decref(items);
            return error->code;
        }
    }
    return api_answer_page(call, items, next, error);
}

bool api_expected(struct api_call *call, int64_t expected, uint64_t count)
{
    if (expected < 0 || (uint64_t)expected == count)
        return true;
    web_answer_problem(call->request, 409, "conflict", "Conflict",
                       "the number is no longer the one expected; nothing was done",
                       (int64_t)count);
    return false;
}

enum error_code api_answer_count(struct api_call *call, uint64_t count, bool dry_run,
                                 struct error *error)
{
    return web_answer_json(
        call->request, 200,
        json_pack("{s:I, s:b}", "count", (json_int_t)count, "dry_run", (int)dry_run), error);
}
