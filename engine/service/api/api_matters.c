/* Everything that needs people or another try, and what they can do about it. */
#include "service/api/handlers.h"

#include <string.h>

#include "base/array.h"
#include "host/deletion_resolve.h"
#include "host/reasons.h"
#include "host/run_lock.h"
#include "model/run.h"
#include "model/value_json.h"
#include "store/books/ambiguous_records.h"
#include "store/books/quarantine.h"
#include "store/books/wishes.h"

enum { SELECTED_MOST = 500, NAME_MOST = 100 };

/* The places of PAGE_MATTERS' keys. */
enum { REASON, INTEGRATION, OBJECT, OBJECT_ID, RECORD, RECORD_ID };

/* What can be done for which reason; explained in host/reasons.h. */
struct matter_actions {
    const char *reason;
    const char *actions[4]; /* end with NULL */
};
static const struct matter_actions matter_actions[] = {
    {"refused", {"retry"}},
    {"withheld", {"retry"}},
    {"not_kept", {"retry"}},
    {"held", {"resolve", "retry"}},
    {"ambiguous", {"merge", "link", "retry"}},
    {"doubtful", {"link", "retry"}},
    {"deleted_and_edited", {"restore", "delete", "forget"}},
    {"loop", {"retry"}},
    {"merge", {"unlink"}},
    {"quarantined", {"retry", "drop"}},
    {"retrying", {"drop"}},
    {"in_doubt", {"link", "retry", "drop"}},
};
enum { REASON_COUNT = sizeof matter_actions / sizeof *matter_actions };

static const struct matter_actions *actions_of(struct text reason)
{
    for (size_t i = 0; i < REASON_COUNT; i++) {
        if (text_equal(reason, text_of(matter_actions[i].reason)))
            return &matter_actions[i];
    }
    return NULL;
}

static bool can(struct text reason, const char *action)
{
    const struct matter_actions *const known = actions_of(reason);
    for (size_t i = 0; known && known->actions[i]; i++) {
        if (strcmp(known->actions[i], action) == 0)
            return true;
    }
    return false;
}

/* What its reason means, and what can be done. */
enum error_code api_describe_matter(struct api_call *call, json_t *item, struct error *error)
{
    const struct text reason = text_of(json_string_value(json_object_get(item, "reason")));
    const struct matter_actions *const known = actions_of(reason);
    const struct reasons_matter *const words = reasons_of_matter(reason);
    json_t *const actions = json_array();
    (void)call;
    (void)error;
    for (size_t i = 0; known && known->actions[i]; i++)
        json_array_append_new(actions, json_string(known->actions[i]));
    json_object_set_new(item, "explanation", json_string(words->meaning));
    json_object_set_new(item, "advice", json_string(words->advice));
    json_object_set_new(item, "actions", actions);
    return ERROR_NONE;
}

/* What an ambiguous record matches here, according to the store. */
enum error_code api_finish_matter(struct api_call *call, json_t *item, struct error *error)
{
    const char *const reason = json_string_value(json_object_get(item, "reason"));
    json_t *const matches = json_array();
    enum error_code code = ERROR_NONE;
    if (reason && strcmp(reason, "ambiguous") == 0) {
        struct text *ids = NULL;
        size_t count = 0;
        code = ambiguous_records_matches(
            call->store, text_of(json_string_value(json_object_get(item, "integration"))),
            (struct object_name){
                text_of(json_string_value(json_object_get(item, "integration_object"))),
                text_of(json_string_value(json_object_get(item, "integration_id")))},
            call->arena, &ids, &count, error);
        for (size_t i = 0; i < count; i++)
            json_array_append_new(matches, value_json_text(ids[i]));
    }
    json_object_set_new(item, "matches", matches);
    return code ? code : api_describe_matter(call, item, error);
}

/* ---- bulk actions ---- */

struct chosen {
    struct text parts[PAGE_MATTER_PARTS];
};

/* All matters of an integration with this reason (absent: any that can be acted on). */
static enum error_code choose_all(struct api_call *call, struct text integration,
                                  struct text reason, struct chosen **chosen, size_t *count,
                                  struct error *error)
{
    struct page_query query = {
        .page = PAGE_MATTERS, .parameters = {integration, reason}, .limit = PAGE_MOST};
    size_t capacity = 0;
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

static enum error_code choose(struct api_call *call, struct chosen **chosen, size_t *count,
                              struct error *error)
{
    const json_t *const ids = json_object_get(call->body, "ids");
    const size_t named = json_array_size(ids);
    struct text integration = TEXT_ABSENT, reason = TEXT_ABSENT;
    if (api_member_text(call, call->body, "integration", NAME_MOST, &integration, error) ||
        api_member_text(call, call->body, "reason", NAME_MOST, &reason, error))
        return error->code;
    if (!ids == text_is_absent(integration) ||
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

/* Keep those for which there is this action. A create with an unknown outcome is repeated only if
 * somebody asks for exactly this one: it might be made twice. */
static void narrow(const struct api_call *call, struct chosen *chosen, size_t *count)
{
    const bool named = json_object_get(call->body, "ids") || json_object_get(call->body, "reason");
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        const struct text reason = chosen[i].parts[REASON];
        if (can(reason, call->route->audit) && (named || !text_equal(reason, TEXT("in_doubt"))))
            chosen[kept++] = chosen[i];
    }
    *count = kept;
}

/* The next run tries it again: the quarantine releases it, or a wish names it. */
static enum error_code retry(struct api_call *call, const struct text *parts, struct error *error)
{
    const bool ours = !text_is_empty(parts[OBJECT_ID]);
    struct text wish = TEXT_ABSENT;
    uint64_t released = 0;
    if (can(parts[REASON], "drop"))
        return quarantine_retry(call->store, parts[INTEGRATION], parts[OBJECT], parts[OBJECT_ID],
                                &released, error);
    if (text_format(call->arena, &wish, error, "%.*s:%.*s",
                    TEXT_PRINT(parts[ours ? OBJECT : RECORD]),
                    TEXT_PRINT(parts[ours ? OBJECT_ID : RECORD_ID])))
        return error->code;
    return wishes_add(call->store, parts[INTEGRATION], wish, error);
}

static enum error_code drop(struct api_call *call, const struct text *parts, struct error *error)
{
    uint64_t dropped = 0;
    return quarantine_drop(call->store, parts[INTEGRATION], parts[OBJECT], parts[OBJECT_ID],
                           &dropped, error);
}

/* A deletion against an edit: somebody has decided. */
static enum error_code settle_deletion(struct api_call *call, const struct text *parts,
                                       struct error *error)
{
    struct edited_deletion *deletions = NULL;
    size_t count = 0;
    if (edited_deletions_find(call->store, parts[RECORD], parts[RECORD_ID], call->arena, &deletions,
                              &count, error))
        return error->code;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(deletions[i].integration, parts[INTEGRATION]) &&
            deletion_resolve(call->store, &deletions[i], api_acts(call, "restore"), error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code act(struct api_call *call, const struct text *parts, struct error *error)
{
    if (api_acts(call, "retry"))
        return retry(call, parts, error);
    return api_acts(call, "drop") ? drop(call, parts, error) : settle_deletion(call, parts, error);
}

/* Of several integrations, each is locked until it is the next one's turn. */
static enum error_code act_on(struct api_call *call, const struct chosen *chosen, size_t count,
                              struct error *error)
{
    struct run_lock lock = {.descriptor = -1};
    enum error_code code = ERROR_NONE;
    for (size_t i = 0; !code && i < count; i++) {
        const struct text integration = chosen[i].parts[INTEGRATION];
        if (i == 0 || !text_equal(integration, chosen[i - 1].parts[INTEGRATION])) {
            run_lock_release(&lock);
            code = api_take_lock(call, integration, &lock, error);
        }
        if (!code)
            code = act(call, chosen[i].parts, error);
    }
    run_lock_release(&lock);
    return code;
}

enum error_code api_handle_act(struct api_call *call, struct error *error)
{
    struct chosen *chosen = NULL;
    size_t count = 0;
    bool dry_run = false;
    int64_t expected = -1;
    if (choose(call, &chosen, &count, error) ||
        api_member_boolean(call->body, "dry_run", &dry_run, error) ||
        api_member_integer(call->body, "expected", 0, INT64_MAX, -1, &expected, error))
        return error->code;
    narrow(call, chosen, &count);
    if (!api_expected(call, expected, count))
        return ERROR_NONE;
    if (!dry_run && act_on(call, chosen, count, error))
        return error->code;
    for (size_t i = 0; !dry_run && i < count; i++) {
        if (i == 0 || !text_equal(chosen[i].parts[INTEGRATION], chosen[i - 1].parts[INTEGRATION]))
            api_sync_soon(call, chosen[i].parts[INTEGRATION]);
    }
    if (text_format(call->arena, &call->audit_detail, error, "%zu%s", count,
                    dry_run ? " (counted)" : ""))
        return error->code;
    return api_answer_count(call, count, dry_run, error);
}
