/* tandem retry: open matters are tried again, by the next sync or at once. */
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "cli/commands/commands.h"
#include "cli/show/listing.h"
#include "host/reasons.h"
#include "host/integration.h"
#include "store/books/matters.h"
#include "store/books/quarantine.h"
#include "store/books/wishes.h"
#include "store/inspect/status.h"

/* Matters of one integration that are open for one reason. */
struct retry_group {
    struct text integration, reason;
    uint64_t count;
};

/* One invocation. */
struct retry {
    const struct invocation *invocation;
    struct session *session;
    struct text name;         /* the one that was named */
    const struct text *names; /* integrations that it is about */
    size_t name_count;
    const struct text *wishes; /* "all", reasons, TYPE:ID; all that is counted if none was given */
    size_t wish_count;
    bool selects; /* a wish was given */
    struct retry_group *groups;
    size_t group_count, group_capacity;
};

/* ---- what is wanted ---- */

static enum error_code read_names(struct retry *retry, struct error *error)
{
    const struct invocation *const invocation = retry->invocation;
    struct status_integration *rows = NULL;
    size_t count = 0;
    if (invocation->argument_count) {
        retry->name = text_of(invocation->arguments[0]);
        retry->names = &retry->name;
        retry->name_count = 1;
        return integration_exists(retry->session, invocation->arguments[0], error);
    }
    if (status_integrations(retry->session->store, retry->session->arena, &rows, &count, error))
        return error->code;
    struct text *const names = ARENA_ARRAY(retry->session->arena, count, struct text);
    if (!names)
        return error_memory(error, "the integrations");
    for (size_t i = 0; i < count; i++)
        names[i] = rows[i].name;
    retry->names = names;
    retry->name_count = count;
    return ERROR_NONE;
}

static enum error_code read_wishes(struct retry *retry, struct error *error)
{
    const struct invocation *const invocation = retry->invocation;
    const size_t reasons = invocation_count(invocation, "reason");
    const size_t objects = invocation->argument_count ? (size_t)invocation->argument_count - 1 : 0;
    const bool all = invocation_has(invocation, "all");
    struct text *const wishes =
        ARENA_ARRAY(retry->session->arena, reasons + objects + 1, struct text);
    struct retry_wish ignored;
    if (!wishes)
        return error_memory(error, "what is to be tried again");
    if (all && (reasons || objects))
        return error_set(error, ERROR_USAGE, "give '--all', or reasons and objects, not both");
    if (all)
        wishes[retry->wish_count++] = TEXT("all");
    for (size_t i = 0; i < reasons; i++)
        wishes[retry->wish_count++] = text_of(invocation_nth(invocation, "reason", i));
    for (size_t i = 0; i < objects; i++)
        wishes[retry->wish_count++] = text_of(invocation->arguments[i + 1]);
    for (size_t i = 0; i < retry->wish_count; i++) {
        if (!text_equal(wishes[i], TEXT("quarantined")) &&
            run_retry_wish_parse(wishes[i], &ignored, error))
            return error->code;
    }
    retry->selects = retry->wish_count > 0;
    if (!retry->selects)
        wishes[retry->wish_count++] = TEXT("all");
    retry->wishes = wishes;
    return ERROR_NONE;
}

/* ---- counting ---- */

static enum error_code add_to_group(struct retry *retry, struct text integration,
                                    struct text reason, struct error *error)
{
    for (size_t i = 0; i < retry->group_count; i++) {
        struct retry_group *const group = &retry->groups[i];
        if (text_equal(group->integration, integration) && text_equal(group->reason, reason)) {
            group->count++;
            return ERROR_NONE;
        }
    }
    struct retry_group *const groups =
        array_grow(retry->session->arena, retry->groups, retry->group_count, &retry->group_capacity,
                   sizeof *groups);
    if (!groups)
        return error_memory(error, "what is open");
    retry->groups = groups;
    groups[retry->group_count++] =
        (struct retry_group){.integration = integration, .reason = reason, .count = 1};
    return ERROR_NONE;
}

/* The quarantined objects that can be retried: not creates with an unknown outcome, which would be
 * made twice. */
static bool is_releasable(const struct retry *retry, const struct quarantine_entry *entry)
{
    const struct text *const wishes = retry->wishes;
    if (!entry->held || text_equal(entry->reason, TEXT("in_doubt")))
        return false;
    for (size_t i = 0; i < retry->wish_count; i++) {
        struct object_name name;
        struct error ignored;
        if (text_equal(wishes[i], TEXT("all")) || text_equal(wishes[i], TEXT("quarantined")))
            return true;
        if (!run_object_name_parse(wishes[i], "OBJECT:ID", &name, &ignored) &&
            ((text_equal(name.object, entry->object) && text_equal(name.id, entry->id)) ||
             (text_equal(name.object, entry->record) && text_equal(name.id, entry->record_id))))
            return true;
    }
    return false;
}

static enum error_code count_matters(struct retry *retry, struct text integration, struct text wish,
                                     struct error *error)
{
    struct matter_query query = {.integration = integration};
    struct retry_wish parsed;
    struct open_matter *matters = NULL;
    size_t found = 0;
    if (text_equal(wish, TEXT("quarantined")))
        return ERROR_NONE;
    if (run_retry_wish_parse(wish, &parsed, error))
        return error->code;
    query.reason = parsed.reason;
    query.object = parsed.name.object;
    query.id = parsed.name.id;
    if (matters_list(retry->session->store, &query, retry->session->arena, &matters, &found, error))
        return error->code;
    for (size_t i = 0; i < found; i++) {
        if (add_to_group(retry, integration, text_of(matter_reason_name(matters[i].reason)), error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code count_quarantine(struct retry *retry, struct text integration, bool release,
                                        struct error *error)
{
    struct store *const store = retry->session->store;
    struct quarantine_entry *entries = NULL;
    size_t found = 0;
    uint64_t released = 0;
    if (quarantine_list(store, integration, true, retry->session->arena, &entries, &found, error))
        return error->code;
    for (size_t i = 0; i < found; i++) {
        if (!is_releasable(retry, &entries[i]))
            continue;
        if (release ? quarantine_retry(store, integration, entries[i].object, entries[i].id,
                                       &released, error)
                    : add_to_group(retry, integration, TEXT("quarantined"), error))
            return error->code;
    }
    return ERROR_NONE;
}

static enum error_code count_all(struct retry *retry, struct error *error)
{
    for (size_t i = 0; i < retry->name_count; i++) {
        const struct text name = retry->names[i];
        for (size_t j = 0; j < retry->wish_count; j++) {
            if (count_matters(retry, name, retry->wishes[j], error))
                return error->code;
        }
        if (count_quarantine(retry, name, false, error))
            return error->code;
    }
    return ERROR_NONE;
}

/* ---- doing it ---- */

static bool is_open(const struct retry *retry, struct text integration)
{
    for (size_t i = 0; i < retry->group_count; i++) {
        if (text_equal(retry->groups[i].integration, integration))
            return true;
    }
    return false;
}

static enum error_code wish(struct retry *retry, struct error *error)
{
    for (size_t i = 0; i < retry->name_count; i++) {
        const struct text name = retry->names[i];
        if (!is_open(retry, name))
            continue;
        if (count_quarantine(retry, name, true, error))
            return error->code;
        for (size_t j = 0; j < retry->wish_count; j++) {
            if (!text_equal(retry->wishes[j], TEXT("quarantined")) &&
                wishes_add(retry->session->store, name, retry->wishes[j], error))
                return error->code;
        }
    }
    return ERROR_NONE;
}

/* One sync after the other; the worst exit code counts. */
static enum error_code sync_now(const struct retry *retry, struct error *error)
{
    for (size_t i = 0; i < retry->name_count; i++) {
        char name[256];
        char *arguments[] = {name, NULL};
        enum exit_code code = EXIT_DONE;
        const struct invocation sync = {.command = &command_sync,
                                        .options = retry->invocation->options,
                                        .arguments = arguments,
                                        .argument_count = 1};
        if (!is_open(retry, retry->names[i]))
            continue;
        snprintf(name, sizeof name, "%.*s", TEXT_PRINT(retry->names[i]));
        const bool failed = invocation_run(&sync, &code, error);
        if (failed || code != EXIT_DONE)
            *retry->invocation->exit_code = code;
        if (failed)
            return error->code;
    }
    return ERROR_NONE;
}

/* ---- what is told ---- */

static const char *meaning(const void *reason)
{
    return reasons_of_matter(*(const struct text *)reason)->meaning;
}

static const struct listing_column columns[] = {
    LISTING_MEMBER("integration", "integration", TEXT, struct retry_group, integration),
    LISTING_MEMBER("reason", "reason", TEXT, struct retry_group, reason),
    LISTING_MEMBER(">open", "count", COUNT, struct retry_group, count),
    LISTING_SAID("what it is", NULL, struct retry_group, reason, meaning),
};

static void say_what_next(const struct retry *retry, bool wanted)
{
    uint64_t total = 0;
    for (size_t i = 0; i < retry->group_count; i++)
        total += retry->groups[i].count;
    if (!total || retry->invocation->options.quiet)
        return;
    if (!wanted)
        fprintf(stderr, "nothing is retried yet: select with '--reason', TYPE:ID or '--all'\n");
    else if (invocation_has(retry->invocation, "dry-run"))
        fprintf(stderr, "%" PRIu64 " would be retried\n", total);
    else if (!invocation_has(retry->invocation, "now"))
        fprintf(stderr, "%" PRIu64 " will be retried by the next sync, or at once with --now\n",
                total);
}

static enum error_code carry_out_retry(struct retry *retry, struct error *error)
{
    const struct invocation *const invocation = retry->invocation;
    if (read_names(retry, error) || read_wishes(retry, error) || count_all(retry, error))
        return error->code;
    const struct listing listing = LISTING(columns, retry->groups, retry->group_count);
    if ((!invocation->options.quiet || invocation_has(invocation, "json")) &&
        listing_show(&listing, invocation_has(invocation, "json"),
                     invocation->options.quiet ? NULL : "none of these matters is open", error))
        return error->code;
    say_what_next(retry, retry->selects);
    if (!retry->selects || invocation_has(invocation, "dry-run"))
        return ERROR_NONE;
    if (wish(retry, error))
        return error->code;
    return invocation_has(invocation, "now") ? sync_now(retry, error) : ERROR_NONE;
}

static enum error_code run_retry(const struct invocation *invocation, struct session *session,
                                 struct error *error)
{
    struct retry retry = {.invocation = invocation, .session = session};
    return carry_out_retry(&retry, error);
}

static const struct option options[] = {
    OPTION("reason", "REASON",
           "only open matters with this reason: refused, withheld, not_kept, held, ambiguous, "
           "doubtful, quarantined",
           .repeatable = true),
    FLAG("all", "everything that is open"),
    FLAG("now", "sync at once instead of waiting for the next sync"),
    FLAG("dry-run", "only count"),
    FLAG("json", "print the counts as a JSON array"),
    {.name = NULL},
};

const struct command command_retry = {
    .name = "retry",
    .arguments = "[NAME] [TYPE:ID...]",
    .summary = "retry open matters: by reason, by object, or all",
    .details = "Prints how many matters are selected. The next sync then sends our value once more "
               "(refused, not kept, quarantined) or reads their record by its id and decides again "
               "(withheld, held, ambiguous, doubtful); --now starts that sync. Without a selection "
               "all open matters are counted and nothing is done. Without NAME it covers all "
               "integrations.\n\n"
               "It never repeats a create with an unknown outcome: see 'tandem quarantine'.",
    .examples = "  tandem retry helloworld\n"
                "  tandem retry helloworld --reason refused --now\n"
                "  tandem retry helloworld contact:12 citizen:7\n"
                "  tandem retry --all",
    .options = options,
    .in_home = run_retry,
};
