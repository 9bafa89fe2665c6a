/* Objects that are held, in doubt or ambiguous. */
#include "service/api/handlers.h"

#include <string.h>

#include "base/array.h"
#include "host/run_lock.h"
#include "model/value_json.h"
#include "store/books/quarantine.h"
#include "store/books/ambiguous_records.h"

enum { SELECTED_MOST = 500, NAME_MOST = 100, ID_MOST = 1000 };

struct matter_words {
    const char *reason, *explanation;
    const char *actions[4]; /* end with NULL */
};
static const struct matter_words matter_words[] = {
    {"held",
     "it failed in too many runs and is left alone; mend what is wrong, then try it again, or give "
     "up what waits to be sent",
     {"retry", "drop"}},
    {"retrying", "it failed and is tried again in the next run", {"drop"}},
    {"in_doubt",
     "it was being created when a run died; look over there whether it is: link the two if so, try "
     "again if not",
     {"link", "retry", "drop"}},
    {"ambiguous",
     "this record has the identifiers of several objects here; merge those, or change what they "
     "have in common",
     {"merge"}},
    {"conflict", "both sides changed these fields, and nobody won", {"resolve"}},
};

static void describe(json_t *item, const char *reason)
{
    for (size_t i = 0; i < sizeof matter_words / sizeof *matter_words; i++) {
        json_t *const actions = json_array();
        if (!reason || strcmp(reason, matter_words[i].reason) != 0) {
            json_decref(actions);
            continue;
        }
        for (size_t j = 0; matter_words[i].actions[j]; j++)
            json_array_append_new(actions, json_string(matter_words[i].actions[j]));
        json_object_set_new(item, "explanation", json_string(matter_words[i].explanation));
        json_object_set_new(item, "actions", actions);
        return;
    }
}

/* What an ambiguous record matches here, by what the store knows of it. */
static enum error_code finish_matter(struct api_call *call, json_t *item, struct error *error)
{
    const char *const reason = json_string_value(json_object_get(item, "reason"));
    json_t *const matches = json_array();
    enum error_code code = ERROR_NONE;
    if (reason && strcmp(reason, "ambiguous") == 0) {
        struct text *ids = NULL;
        size_t count = 0;
        code = ambiguous_records_matches(
            call->store, text_of(json_string_value(json_object_get(item, "integration"))),
            text_of(json_string_value(json_object_get(item, "integration_object"))),
            text_of(json_string_value(json_object_get(item, "integration_id"))), call->arena, &ids,
            &count, error);
        for (size_t i = 0; i < count; i++)
            json_array_append_new(matches, value_json_text(ids[i]));
    }
    json_object_set_new(item, "matches", matches);
    describe(item, reason);
    return code;
}

static const char *const reasons[] = {"held", "retrying", "in_doubt", "ambiguous", NULL};

enum error_code api_handle_matters(struct api_call *call, struct error *error)
{
    struct page_query query = {.page = PAGE_MATTERS};
    if (api_parameter(call, "integration", &query.parameters[0], error) ||
        api_choice(call, "reason", reasons, &query.parameters[1], error))
        return error->code;
    return api_page(call, &query, finish_matter, error);
}

enum error_code api_handle_matter_counts(struct api_call *call, struct error *error)
{
    struct text integration = TEXT_ABSENT;
    json_t *items = NULL;
    if (api_parameter(call, "integration", &integration, error) ||
        pages_count(call->store, COUNTS_MATTERS, integration, &items, error))
        return error->code;
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *const item = json_array_get(items, i);
        describe(item, json_string_value(json_object_get(item, "reason")));
    }
    return web_answer_json(call->request, 200, json_pack("{s:o}", "items", items), error);
}

/* ---- bulk actions ---- */

typedef enum error_code act(struct store *store, struct text integration, struct text object,
                            struct text id, uint64_t *count, struct error *error);

struct chosen {
    struct text parts[PAGE_MATTER_PARTS];
};

/* All matters of an integration with this reason (absent: any that can be acted on). */
static enum error_code choose_all(struct api_call *call, struct text integration,
                                  struct text reason, struct chosen **chosen, size_t *count,
                                  struct error *error)
{
    struct page_query query = {.page = PAGE_MATTERS, .after = TEXT_ABSENT, .limit = PAGE_MOST};
    size_t capacity = 0;
    query.parameters[0] = integration;
    query.parameters[1] = reason;
    do {
        json_t *items = NULL;
        if (pages_read(call->store, &query, call->arena, &items, &query.after, error))
            return error->code;
        for (size_t i = 0; i < json_array_size(items); i++) {
            const char *const key =
                json_string_value(json_object_get(json_array_get(items, i), "id"));
            struct chosen *const grown =
                array_grow(call->arena, *chosen, *count, &capacity, sizeof **chosen);
            if (!grown || pages_matter(text_of(key), call->arena, grown[*count].parts, error)) {
                json_decref(items);
                return grown ? error->code : error_memory(error, "the matters");
            }
            *chosen = grown;
            ++*count;
        }
        json_decref(items);
    } while (!text_is_absent(query.after));
    return ERROR_NONE;
}

static enum error_code choose(struct api_call *call, const json_t *body, struct chosen **chosen,
                              size_t *count, struct error *error)
{
    const json_t *const ids = json_object_get(body, "ids");
    struct text integration = TEXT_ABSENT, reason = TEXT_ABSENT;
    *chosen = NULL;
    *count = 0;
    if (api_member_text(call, body, "integration", NAME_MOST, &integration, error) ||
        api_member_text(call, body, "reason", NAME_MOST, &reason, error))
        return error->code;
    const size_t named = json_array_size(ids);
    if ((ids != NULL) == !text_is_absent(integration) ||
        (ids && (named == 0 || named > SELECTED_MOST || !text_is_absent(reason))))
        return error_set(error, ERROR_INVALID,
                         "give either 'ids' (1 to %d) or an 'integration', perhaps with a 'reason'",
                         SELECTED_MOST);
    if (!ids)
        return choose_all(call, integration, reason, chosen, count, error);
    *chosen = ARENA_ARRAY(call->arena, named, struct chosen);
    if (!*chosen)
        return error_memory(error, "the matters");
    for (; *count < named; ++*count) {
        const json_t *const id = json_array_get(ids, *count);
        if (!json_is_string(id))
            return error_set(error, ERROR_INVALID, "'ids' must be texts");
        if (pages_matter(text_of(json_string_value(id)), call->arena, (*chosen)[*count].parts,
                         error))
            return error->code;
    }
    return ERROR_NONE;
}

/* Records that match several objects are not in quarantine: they are settled by merging. */
static bool can_be_acted_on(const struct chosen *chosen)
{
    return !text_equal(chosen->parts[0], TEXT("ambiguous"));
}

static enum error_code act_on(struct api_call *call, act *carry_out, const struct chosen *chosen,
                              size_t count, struct error *error)
{
    struct run_lock lock = {.descriptor = -1};
    struct text integration = TEXT_ABSENT;
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; !code && i < count; i++) {
        uint64_t done = 0;
        const struct text *const parts = chosen[i].parts;
        if (!can_be_acted_on(&chosen[i]))
            continue;
        if (!text_equal(parts[1], integration)) {
            run_lock_release(&lock);
            integration = parts[1];
            code = api_take_lock(call, integration, &lock, error);
        }
        if (!code)
            code = carry_out(call->store, parts[1], parts[2], parts[3], &done, error);
    }
    run_lock_release(&lock);
    return code;
}

static enum error_code bulk(struct api_call *call, act *carry_out, struct error *error)
{
    struct chosen *chosen = NULL;
    size_t count = 0, meant = 0;
    json_t *body = NULL;
    bool dry_run = false;
    int64_t expected = -1;
    if (api_body(call, "ids integration reason dry_run expected", &body, error))
        return error->code;
    enum error_code code = choose(call, body, &chosen, &count, error);
    if (!code)
        code = api_member_boolean(body, "dry_run", &dry_run, error);
    if (!code)
        code = api_member_integer(body, "expected", 0, INT64_MAX, -1, &expected, error);
    json_decref(body);
    if (code)
        return code;
    for (size_t i = 0; i < count; i++)
        meant += can_be_acted_on(&chosen[i]);
    if (!api_expected(call, expected, meant))
        return ERROR_NONE;
    if (!dry_run && meant > 0) {
        if (act_on(call, carry_out, chosen, count, error))
            return error->code;
        api_sync_soon(call, chosen[0].parts[1]);
    }
    if (text_format(call->arena, &call->audit_detail, error, "%zu%s", meant,
                    dry_run ? " (counted)" : ""))
        return error->code;
    return api_answer_count(call, meant, dry_run, error);
}

enum error_code api_handle_retry(struct api_call *call, struct error *error)
{
    return bulk(call, quarantine_retry, error);
}

enum error_code api_handle_drop(struct api_call *call, struct error *error)
{
    return bulk(call, quarantine_drop, error);
}

enum error_code api_handle_link(struct api_call *call, struct error *error)
{
    struct quarantine_link link = {.integration = TEXT_ABSENT};
    struct run_lock lock = {.descriptor = -1};
    json_t *body = NULL;
    if (api_body(call, "integration object id integration_object integration_id", &body, error))
        return error->code;
    enum error_code code = ERROR_NONE;
    if (api_member_text(call, body, "integration", NAME_MOST, &link.integration, error) ||
        api_member_text(call, body, "object", NAME_MOST, &link.object, error) ||
        api_member_text(call, body, "id", NAME_MOST, &link.id, error) ||
        api_member_text(call, body, "integration_object", NAME_MOST, &link.record, error) ||
        api_member_text(call, body, "integration_id", ID_MOST, &link.record_id, error))
        code = error->code;
    json_decref(body);
    if (!code &&
        (text_is_empty(link.integration) || text_is_empty(link.object) || text_is_empty(link.id) ||
         text_is_empty(link.record) || text_is_empty(link.record_id)))
        code = error_set(error, ERROR_INVALID,
                         "'integration', 'object', 'id', 'integration_object' and "
                         "'integration_id' must be given");
    if (!code)
        code = api_take_lock(call, link.integration, &lock, error);
    if (!code)
        code = quarantine_link(call->store, &link, error);
    run_lock_release(&lock);
    if (code)
        return code;
    api_sync_soon(call, link.integration);
    return api_answer_count(call, 1, false, error);
}
