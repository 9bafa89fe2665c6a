/* Which record belongs to which object, and where the next sync begins: people's decisions. */
#include "service/api/handlers.h"

#include "host/run_lock.h"
#include "store/books/links.h"
#include "store/books/positions.h"
#include "store/inspect/explain.h"

enum { NAME_MOST = 100, ID_MOST = 1000 };

/* ---- what people's decisions have in common ---- */

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

/* ---- links ---- */

/* *apart: the record is not this object, or none of ours. */
static enum error_code read_link(struct api_call *call, struct link_name *link, bool *apart,
                                 struct error *error)
{
    const json_t *const body = call->body;
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
    if (read_link(call, &link, &apart, error) ||
        api_take_lock(call, link.integration, &lock, error))
        return error->code;
    const enum error_code code = apart ? links_keep_apart(call->store, &link, error)
                                       : links_make(call->store, &link, &made, error);
    run_lock_release(&lock);
    if (code)
        return code;
    api_sync_soon(call, link.integration);
    return api_answer_count(call, 1, false, error);
}

/* Links of an object of ours, or of a record of theirs, are separated or forgotten. */
enum error_code api_handle_end_links(struct api_call *call, struct error *error)
{
    const json_t *const body = call->body;
    struct explain_subject subject = {.integration = call->integration};
    struct run_lock lock = {.descriptor = -1};
    struct status_mapping *links = NULL;
    size_t count = 0;
    bool dry_run = false;
    if (api_member_text(call, body, "object", NAME_MOST, &subject.object, error) ||
        api_member_text(call, body, "id", ID_MOST, &subject.id, error) ||
        api_member_boolean(body, "theirs", &subject.theirs, error) ||
        api_member_boolean(body, "dry_run", &dry_run, error))
        return error->code;
    if (text_is_empty(subject.object) || text_is_empty(subject.id))
        return error_set(error, ERROR_INVALID, "'object' and 'id' must be given");
    if (explain_mappings(call->store, &subject, call->arena, &links, &count, error))
        return error->code;
    if (dry_run || count == 0)
        return api_answer_count(call, count, dry_run, error);
    int64_t *const keys = ARENA_ARRAY(call->arena, count, int64_t);
    if (!keys)
        return error_memory(error, "the links");
    for (size_t i = 0; i < count; i++)
        keys[i] = links[i].key;
    if (api_take_lock(call, call->integration, &lock, error))
        return error->code;
    const enum error_code code = api_acts(call, "forget")
                                     ? links_forget(call->store, keys, count, error)
                                     : links_separate(call->store, keys, count, error);
    run_lock_release(&lock);
    return code ? code : api_answer_count(call, count, false, error);
}

enum error_code api_handle_set_position(struct api_call *call, struct error *error)
{
    struct text object = TEXT_ABSENT, when = TEXT_ABSENT;
    struct run_lock lock = {.descriptor = -1};
    const instant now = instant_now();
    instant at = INSTANT_NONE;
    if (api_member_text(call, call->body, "object", NAME_MOST, &object, error) ||
        api_member_text(call, call->body, "at", NAME_MOST, &when, error))
        return error->code;
    if (!text_is_absent(when) && (!instant_parse_moment(when, now, &at) || at > now))
        return error_set(error, ERROR_INVALID,
                         "'at' must be a time that is not later than now, such as "
                         "\"2026-03-10 12:00:00\" or \"-2 days\"; without it the next sync begins "
                         "at the beginning");
    if (api_take_lock(call, call->integration, &lock, error))
        return error->code;
    const enum error_code code = positions_set(call->store, call->integration, object, at, error);
    run_lock_release(&lock);
    return code ? code : api_answer_count(call, 1, false, error);
}
