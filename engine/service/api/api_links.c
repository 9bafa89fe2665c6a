/* Which record belongs to which object, and where the next sync begins: people's decisions. */
#include "service/api/handlers.h"

#include "host/run_lock.h"
#include "store/books/links.h"
#include "store/books/positions.h"
#include "store/inspect/explain.h"

enum { NAME_MOST = 100, ID_MOST = 1000 };

/* *apart: the record is not this object, or none of ours. */
static enum error_code read_link(struct api_call *call, const json_t *body, struct link_name *link,
                                 bool *apart, struct error *error)
{
    if (api_member_text(call, body, "integration", NAME_MOST, &link->integration, error) ||
        api_member_text(call, body, "object", NAME_MOST, &link->object, error) ||
        api_member_text(call, body, "id", NAME_MOST, &link->id, error) ||
        api_member_text(call, body, "integration_object", NAME_MOST, &link->record, error) ||
        api_member_text(call, body, "integration_id", ID_MOST, &link->record_id, error) ||
        api_member_boolean(body, "create", apart, error))
        return error->code;
    if (text_is_empty(link->integration) || text_is_empty(link->record) ||
        text_is_empty(link->record_id) || text_is_empty(link->object) != text_is_empty(link->id))
        return error_set(error, ERROR_INVALID,
                         "'integration', 'integration_object' and 'integration_id' must be given, "
                         "and 'object' and 'id' both or neither");
    *apart = *apart || text_is_empty(link->id);
    return ERROR_NONE;
}

enum error_code api_handle_link(struct api_call *call, struct error *error)
{
    struct link_name link = {.object = TEXT_ABSENT, .id = TEXT_ABSENT};
    struct run_lock lock = {.descriptor = -1};
    enum link_made made = LINK_MADE;
    bool apart = false;
    json_t *body = NULL;
    if (api_body(call, "integration object id integration_object integration_id create", &body,
                 error))
        return error->code;
    enum error_code code = read_link(call, body, &link, &apart, error);
    json_decref(body);
    if (!code)
        code = api_take_lock(call, link.integration, &lock, error);
    if (!code)
        code = apart ? links_keep_apart(call->store, &link, error)
                     : links_make(call->store, &link, &made, error);
    run_lock_release(&lock);
    if (code)
        return code;
    api_sync_soon(call, link.integration);
    return api_answer_count(call, 1, false, error);
}

/* Links end: of an object of ours, or of a record of theirs. */
static enum error_code end_links(struct api_call *call,
                                 enum error_code (*end)(struct store *store, const int64_t *keys,
                                                        size_t count, struct error *error),
                                 struct error *error)
{
    struct text integration = TEXT_ABSENT, object = TEXT_ABSENT, id = TEXT_ABSENT;
    struct run_lock lock = {.descriptor = -1};
    struct status_mapping *links = NULL;
    size_t count = 0;
    bool theirs = false, dry_run = false;
    json_t *body = NULL;
    if (api_integration(call, 0, &integration, error) ||
        api_body(call, "object id theirs dry_run", &body, error))
        return error->code;
    enum error_code code = api_member_text(call, body, "object", NAME_MOST, &object, error);
    if (!code)
        code = api_member_text(call, body, "id", ID_MOST, &id, error);
    if (!code)
        code = api_member_boolean(body, "theirs", &theirs, error);
    if (!code)
        code = api_member_boolean(body, "dry_run", &dry_run, error);
    json_decref(body);
    if (!code && (text_is_empty(object) || text_is_empty(id)))
        code = error_set(error, ERROR_INVALID, "'object' and 'id' must be given");
    const struct explain_subject subject = {
        .integration = integration, .theirs = theirs, .object = object, .id = id};
    if (!code)
        code = explain_mappings(call->store, &subject, call->arena, &links, &count, error);
    int64_t *const keys = ARENA_ARRAY(call->arena, count, int64_t);
    for (size_t i = 0; keys && i < count; i++)
        keys[i] = links[i].key;
    if (!code && !dry_run && count > 0) {
        code = api_take_lock(call, integration, &lock, error);
        if (!code)
            code = keys ? end(call->store, keys, count, error) : error_memory(error, "the links");
        run_lock_release(&lock);
    }
    return code ? code : api_answer_count(call, count, dry_run, error);
}

enum error_code api_handle_unlink(struct api_call *call, struct error *error)
{
    return end_links(call, links_separate, error);
}

enum error_code api_handle_forget(struct api_call *call, struct error *error)
{
    return end_links(call, links_forget, error);
}

enum error_code api_handle_set_position(struct api_call *call, struct error *error)
{
    struct text integration = TEXT_ABSENT, object = TEXT_ABSENT, when = TEXT_ABSENT;
    struct run_lock lock = {.descriptor = -1};
    const instant now = instant_now();
    instant at = INSTANT_NONE;
    json_t *body = NULL;
    if (api_integration(call, 0, &integration, error) || api_body(call, "object at", &body, error))
        return error->code;
    enum error_code code = api_member_text(call, body, "object", NAME_MOST, &object, error);
    if (!code)
        code = api_member_text(call, body, "at", NAME_MOST, &when, error);
    json_decref(body);
    if (!code && !text_is_absent(when) && (!instant_parse_moment(when, now, &at) || at > now))
        code = error_set(error, ERROR_INVALID,
                         "'at' must be a time that is not later than now, such as "
                         "\"2026-03-10 12:00:00\" or \"-2 days\"; without it the next sync begins "
                         "at the beginning");
    if (!code)
        code = api_take_lock(call, integration, &lock, error);
    if (!code)
        code = positions_set(call->store, integration, object, at, error);
    run_lock_release(&lock);
    return code ? code : api_answer_count(call, 1, false, error);
}
