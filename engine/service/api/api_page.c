/* Answers: one item, items, pages of the store. */
#include "service/api/api.h"

#include "model/value_json.h"

enum error_code api_answer(struct api_call *call, json_t *json, struct error *error)
{
    return web_answer_json(call->request, 200, json, error);
}

enum error_code api_answer_items(struct api_call *call, json_t *items, struct error *error)
{
    return api_answer(call, json_pack("{s:o}", "items", items), error);
}

enum error_code api_answer_page(struct api_call *call, json_t *items, struct text next,
                                struct error *error)
{
    return api_answer(call, json_pack("{s:o, s:o}", "items", items, "next", value_json_text(next)),
                      error);
}

/* Takes `items` if it fails. */
static enum error_code finish_all(struct api_call *call, json_t *items, api_finish *finish,
                                  struct error *error)
{
    for (size_t i = 0; finish && i < json_array_size(items); i++) {
        if (finish(call, json_array_get(items, i), error)) {
            json_decref(items);
            return error->code;
        }
    }
    return ERROR_NONE;
}

enum error_code api_filters(struct api_call *call, const struct api_list *list,
                            struct page_query *query, struct error *error)
{
    size_t place = 0;
    *query = (struct page_query){.page = list->page};
    if (!text_is_absent(call->captures[0]))
        query->parameters[place++] = call->captures[0];
    for (size_t i = 0; i < PAGE_PARAMETERS && list->filters[i].name; i++) {
        if (api_choice(call, list->filters[i].name, list->filters[i].among,
                       &query->parameters[place++], error))
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code api_page(struct api_call *call, struct page_query *query, api_finish *finish,
                         struct error *error)
{
    json_t *items = NULL;
    struct text next = TEXT_ABSENT;
    if (api_parameter(call, "after", &query->after, error) ||
        api_limit(call, &query->limit, error) ||
        pages_read(call->store, query, call->arena, &items, &next, error) ||
        finish_all(call, items, finish, error))
        return error->code;
    return api_answer_page(call, items, next, error);
}

enum error_code api_answer_list(struct api_call *call, const struct api_list *list,
                                struct error *error)
{
    struct page_query query;
    json_t *items = NULL;
    if (api_filters(call, list, &query, error))
        return error->code;
    if (!list->counted)
        return api_page(call, &query, list->finish, error);
    if (pages_count(call->store, list->counts, query.parameters[0], &items, error) ||
        finish_all(call, items, list->finish, error))
        return error->code;
    return api_answer_items(call, items, error);
}

bool api_expected(struct api_call *call, int64_t expected, uint64_t count)
{
    if (expected < 0 || (uint64_t)expected == count)
        return true;
    web_answer_conflict(call->request, "the number is no longer the one expected; nothing was done",
                        count);
    return false;
}

enum error_code api_answer_count(struct api_call *call, uint64_t count, bool dry_run,
                                 struct error *error)
{
    return api_answer(
        call, json_pack("{s:I, s:b}", "count", (json_int_t)count, "dry_run", (int)dry_run), error);
}
