/* tandem conflicts: fields that nobody won. */

#include "cli/commands/commands.h"
#include "cli/line/options.h"
#include "host/integration.h"
#include "cli/show/listing.h"
#include "host/session.h"
#include "store/inspect/conflicts.h"

static void value_cell(struct table *table, const struct conflict *conflict, struct text value)
{
    table_cell(table, !conflict->known        ? TEXT("(not known)")
                      : text_is_absent(value) ? TEXT("(empty)")
                                              : value);
}

static void ours_cell(struct table *table, const void *item)
{
    value_cell(table, item, ((const struct conflict *)item)->left);
}

static void theirs_cell(struct table *table, const void *item)
{
    value_cell(table, item, ((const struct conflict *)item)->right);
}

static const struct listing_column columns[] = {
    LISTING_MEMBER(">id", "id", INTEGER, struct conflict, id),
    LISTING_MEMBER(NULL, "integration", TEXT, struct conflict, integration),
    LISTING_NAMED("object", struct conflict, object, object_id, ""),
    LISTING_MEMBER(NULL, "object", TEXT, struct conflict, object),
    LISTING_MEMBER(NULL, "object_id", TEXT, struct conflict, object_id),
    LISTING_MEMBER("field", "field", TEXT, struct conflict, field),
    LISTING_NAMED("record", struct conflict, integration_object, integration_id, ""),
    LISTING_MEMBER(NULL, "integration_object", TEXT, struct conflict, integration_object),
    LISTING_MEMBER(NULL, "integration_id", TEXT, struct conflict, integration_id),
    LISTING_MEMBER(NULL, "known", FLAG, struct conflict, known),
    {.heading = "ours", .cell = ours_cell},
    LISTING_MEMBER(NULL, "internal", TEXT, struct conflict, left),
    {.heading = "edited",
     .type = LISTING_INSTANT,
     .offset = offsetof(struct conflict, changed_here)},
    {.heading = "theirs", .cell = theirs_cell},
    LISTING_MEMBER(NULL, "integration_value", TEXT, struct conflict, right),
    LISTING_MEMBER(NULL, "changed_here", INSTANT, struct conflict, changed_here),
    LISTING_MEMBER("changed", "changed_there", INSTANT, struct conflict, changed_there),
};

static enum error_code run_conflicts(const struct invocation *invocation, struct session *session,
                                     struct error *error)
{
    const char *const name = invocation->arguments[0];
    struct conflict *conflicts = NULL;
    size_t count = 0;
    if (integration_exists(session, name, error) ||
        conflicts_list(session->store, text_of(name), session->arena, &conflicts, &count, error))
        return error->code;
    if (count)
        *invocation->exit_code = EXIT_NEEDS_ATTENTION;
    const struct listing listing = LISTING(columns, conflicts, count);
    return listing_show(&listing, invocation_has(invocation, "json"),
                        "there are no unresolved conflicts", error);
}

const struct command command_conflicts = {
    .name = "conflicts",
    .arguments = "NAME",
    .summary = "fields that both sides changed, without a winner",
    .details =
        "Such a field is neither taken nor sent until 'tandem resolve' or a new edit resolves "
        "it. Exit code 4 if there are any.",
    .examples = "  tandem conflicts helloworld\n  tandem resolve 17 internal",
    .options = options_of_list,
    .in_home = run_conflicts,
};
