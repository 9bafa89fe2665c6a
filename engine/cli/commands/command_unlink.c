/* tandem unlink and tandem forget: two ways to end a link; nothing is deleted on either side. */
#include <stdio.h>

#include "cli/commands/commands.h"
#include "cli/show/listing.h"
#include "host/integration.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "store/books/links.h"
#include "store/inspect/explain.h"

static const struct listing_column columns[] = {
    LISTING_MEMBER("object", "object", TEXT, struct status_mapping, internal_object),
    LISTING_MEMBER("id", "id", TEXT, struct status_mapping, internal_id),
    LISTING_MEMBER("there", "integration_object", TEXT, struct status_mapping, integration_object),
    LISTING_MEMBER("id", "integration_id", TEXT, struct status_mapping, integration_id),
    LISTING_MEMBER("last sync", "last_sync", INSTANT, struct status_mapping, last_sync),
    LISTING_MEMBER("ended", "deleted", FLAG, struct status_mapping, deleted),
};

typedef enum error_code end_links(struct store *store, const int64_t *keys, size_t count,
                                  struct error *error);

/* How links end, and what is printed about it. */
struct ending {
    end_links *end;
    const char *done; /* after "2 links are gone" */
};

static enum error_code find_links(const struct invocation *invocation, struct session *session,
                                  struct status_mapping **links, size_t *count, struct error *error)
{
    const struct text integration = text_of(invocation->arguments[0]);
    struct object_name name;
    if (run_object_name_parse(text_of(invocation->arguments[1]), "TYPE:ID", &name, error))
        return error->code;
    const bool theirs =
        invocation_has(invocation, "theirs") || !store_schema(session->store, name.object);
    const struct explain_subject subject = {
        .integration = integration, .theirs = theirs, .object = name.object, .id = name.id};
    if (explain_mappings(session->store, &subject, session->arena, links, count, error))
        return error->code;
    if (*count == 0)
        return error_set(error, ERROR_NOT_FOUND, "'%s' has no link in '%s'",
                         invocation->arguments[1], invocation->arguments[0]);
    return ERROR_NONE;
}

static enum error_code end(struct session *session, const char *integration,
                           const struct ending *ending, const struct status_mapping *links,
                           size_t count, struct error *error)
{
    struct run_lock lock = {.descriptor = -1};
    int64_t *const keys = ARENA_ARRAY(session->arena, count, int64_t);
    if (!keys)
        return error_memory(error, "the links");
    for (size_t i = 0; i < count; i++)
        keys[i] = links[i].key;
    if (run_lock_take(store_path(session->store), integration, "unlink", session_now(session),
                      &lock, error))
        return error->code;
    const enum error_code code = ending->end(session->store, keys, count, error);
    run_lock_release(&lock);
    return code;
}

static enum error_code carry_out_unlink(const struct invocation *invocation,
                                        struct session *session, const struct ending *ending,
                                        struct error *error)
{
    const bool json = invocation_has(invocation, "json"),
               dry = invocation_has(invocation, "dry-run");
    const char *const name = invocation->arguments[0];
    struct status_mapping *links = NULL;
    size_t count = 0;
    if (integration_exists(session, name, error) ||
        find_links(invocation, session, &links, &count, error) ||
        (!dry && end(session, name, ending, links, count, error)))
        return error->code;
    const struct listing listing = LISTING(columns, links, count);
    if ((json || !invocation->options.quiet) && listing_show(&listing, json, NULL, error))
        return error->code;
    if (!json && !invocation->options.quiet)
        printf("%zu %s %s%s%s\n", count, count == 1 ? "link" : "links",
               dry          ? "would go"
               : count == 1 ? "is gone"
                            : "are gone",
               dry ? "" : ": ", dry ? "" : ending->done);
    return ERROR_NONE;
}

static enum error_code run_unlink(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    static const struct ending separate = {
        links_separate, "they stay separate, even if their identifiers match, until 'tandem link'"};
    return carry_out_unlink(invocation, session, &separate, error);
}

static enum error_code run_forget(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    static const struct ending forget = {
        links_forget, "the next sync matches them by their identifiers, as if for the first time"};
    return carry_out_unlink(invocation, session, &forget, error);
}

static const struct option options[] = {
    FLAG("theirs", "TYPE:ID is theirs, even if we have objects of the same name"),
    FLAG("dry-run", "only show which links would be removed"),
    FLAG("json", "print a JSON array of the links"),
    {.name = NULL},
};

const struct command command_unlink = {
    .name = "unlink",
    .arguments = "NAME TYPE:ID",
    .summary = "separate an object and a record that are not the same",
    .details =
        "TYPE:ID is one of our objects (all its links in this integration are removed) or one "
        "of their records. Nothing is deleted on either side, but nothing counts as agreed "
        "any more. The two are not matched again: the record becomes a new object here when "
        "it is next reported, and our object a new record there when it is next edited. "
        "'tandem link' undoes this, for this pair or by naming the right one.",
    .examples = "  tandem unlink helloworld citizen:7\n"
                "  tandem unlink helloworld contact:12 --dry-run",
    .options = options,
    .in_home = run_unlink,
};

const struct command command_forget = {
    .name = "forget",
    .arguments = "NAME TYPE:ID",
    .summary = "remove a link and all that was agreed, as if the two had never been synced",
    .details =
        "TYPE:ID is one of our objects (all its links in this integration are removed) or one "
        "of their records. Nothing is deleted on either side. The next sync matches the "
        "record by its identifiers like any other, and links it by the rules for two records "
        "that meet for the first time. A record or an object that is remembered as deleted is "
        "created again.",
    .examples = "  tandem forget helloworld contact:12\n"
                "  tandem forget helloworld citizen:7 --json",
    .options = options,
    .in_home = run_forget,
};
