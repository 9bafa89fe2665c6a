/* tandem position: up to when an integration was pulled, and from where its next sync asks. */
#include <stdio.h>

#include "base/text_nearest.h"
#include "cli/commands/commands.h"
#include "cli/show/listing.h"
#include "host/integration.h"
#include "host/registration.h"
#include "host/run_lock.h"
#include "host/session.h"
#include "store/books/positions.h"

/* A position, and what it looks like today. */
struct row {
    struct position position;
    bool later_than_now;
};

static const char *remark(const void *item)
{
    const struct row *const row = item;
    if (row->later_than_now)
        return "in the future: it is ignored";
    if (!text_is_absent(row->position.token))
        return "a change token of the API";
    return row->position.at == INSTANT_NONE ? "none: from the beginning" : NULL;
}

static const struct listing_column columns[] = {
    LISTING_MEMBER("object", "object", TEXT, struct row, position.object),
    LISTING_MEMBER("pulled up to", "at", INSTANT, struct row, position.at),
    LISTING_MEMBER("token", "token", TEXT, struct row, position.token),
    LISTING_MEMBER(NULL, "later_than_now", FLAG, struct row, later_than_now),
    {.heading = "remark", .type = LISTING_WORDS, .words = remark},
};

/* One invocation. */
struct work {
    const struct invocation *invocation;
    struct session *session;
    struct text integration, object; /* object absent: all */
    struct position *positions;      /* of the integration */
    size_t count;
};

static enum error_code read_positions(struct work *work, struct error *error)
{
    return positions_list(work->session->store, work->integration, work->session->arena,
                          &work->positions, &work->count, error);
}

/* The object that was named must be one of the integration's. */
static enum error_code check_object(const struct work *work, struct error *error)
{
    if (text_is_absent(work->object))
        return ERROR_NONE;
    const char **const names =
        (const char **)arena_array(work->session->arena, work->count + 1, sizeof *names);
    if (!names)
        return error_memory(error, "the objects");
    for (size_t i = 0; i < work->count; i++) {
        if (text_equal(work->positions[i].object, work->object))
            return ERROR_NONE;
        names[i] = work->positions[i].object.bytes;
    }
    const char *const nearest = text_nearest(work->object.bytes, names, work->count);
    return error_set(error, ERROR_NOT_FOUND, "'%.*s' has no object '%.*s'%s%s%s",
                     TEXT_PRINT(work->integration), TEXT_PRINT(work->object),
                     nearest ? "; did you mean '" : ", or it was never synced",
                     nearest ? nearest : "", nearest ? "'?" : "");
}

static enum error_code show(const struct work *work, struct error *error)
{
    const instant now = session_now(work->session);
    struct row *const rows = ARENA_ARRAY(work->session->arena, work->count, struct row);
    struct listing listing = LISTING(columns, rows, 0);
    if (!rows)
        return error_memory(error, "the positions");
    for (size_t i = 0; i < work->count; i++) {
        const struct position *const position = &work->positions[i];
        if (!text_is_absent(work->object) && !text_equal(work->object, position->object))
            continue;
        rows[listing.count++] =
            (struct row){.position = *position,
                         .later_than_now = position->at != INSTANT_NONE && position->at > now};
        if (!rows[listing.count - 1].later_than_now)
            continue;
        *work->invocation->exit_code = EXIT_NEEDS_ATTENTION;
        terminal_warning("the position of '%.*s' is in the future, so it is ignored: check the "
                         "clock, then set it ('tandem position %.*s %.*s --set WHEN')",
                         TEXT_PRINT(position->object), TEXT_PRINT(work->integration),
                         TEXT_PRINT(position->object));
    }
    return listing_show(&listing, invocation_has(work->invocation, "json"),
                        work->invocation->options.quiet ? NULL : "nothing has been synced yet",
                        error);
}

/* Where the next sync is to begin; INSTANT_NONE: at the beginning. */
static enum error_code read_wish(const struct work *work, instant *at, struct error *error)
{
    const instant now = session_now(work->session);
    *at = INSTANT_NONE;
    if (invocation_moment(work->invocation, "set", now, "-2 days", at, error))
        return error->code;
    if (*at > now)
        return error_set(error, ERROR_USAGE,
                         "'%s' is in the future: what changes until then would be missed",
                         invocation_value(work->invocation, "set"));
    return ERROR_NONE;
}

static enum error_code set(struct work *work, struct error *error)
{
    struct run_lock lock = {.descriptor = -1};
    char text[INSTANT_TEXT_SIZE];
    instant at = INSTANT_NONE;
    size_t tokens = 0;
    if (read_wish(work, &at, error) ||
        run_lock_take(store_path(work->session->store), work->integration.bytes, "position",
                      session_now(work->session), &lock, error))
        return error->code;
    const enum error_code code =
        positions_set(work->session->store, work->integration, work->object, at, error);
    run_lock_release(&lock);
    for (size_t i = 0; i < work->count; i++)
        tokens +=
            (text_is_absent(work->object) || text_equal(work->object, work->positions[i].object)) &&
            !text_is_absent(work->positions[i].token);
    if (!code && tokens && !work->invocation->options.quiet)
        terminal_warning("%zu of them had a change token of the API, which is forgotten", tokens);
    if (!code && !work->invocation->options.quiet)
        fprintf(stderr, "the next sync asks for what changed %s%s%s\n",
                at == INSTANT_NONE ? "since the beginning" : "from ",
                at == INSTANT_NONE ? "" : instant_format_human(at, text),
                at == INSTANT_NONE ? "" : "  UTC on, minus the overlap");
    return code ? code : read_positions(work, error);
}

static enum error_code run_position(const struct invocation *invocation, struct session *session,
                                    struct error *error)
{
    const bool sets = invocation_has(invocation, "set"),
               resets = invocation_has(invocation, "reset");
    struct work work = {.invocation = invocation,
                        .session = session,
                        .integration = text_of(invocation->arguments[0]),
                        .object = text_of(invocation->arguments[1])};
    if (sets && resets)
        return error_set(error, ERROR_USAGE, "give '--set' or '--reset', not both");
    if (integration_exists(session, invocation->arguments[0], error) ||
        registration_refresh(session, NULL, error) || read_positions(&work, error) ||
        check_object(&work, error) || ((sets || resets) && set(&work, error)))
        return error->code;
    return show(&work, error);
}

static const struct option options[] = {
    OPTION("set", "WHEN", "the next sync begins there: '2026-03-10 12:00:00' (UTC) or '-2 days'"),
    FLAG("reset", "the next sync reads everything"),
    FLAG("json", "print a JSON array"),
    {.name = NULL},
};

const struct command command_position = {
    .name = "position",
    .arguments = "NAME [OBJECT]",
    .summary = "show or set the time from which the next sync reads changes",
    .details = "A sync stores the time up to which it has read each object of the integration; the "
               "next one reads what changed since then, plus the overlap. Setting it back is safe: "
               "what is reported again without a change is not written again. A position in the "
               "future (a wrong clock) does not count; it is reported, with exit code 4. Without "
               "OBJECT all objects of the integration are shown or set.",
    .examples = "  tandem position helloworld\n"
                "  tandem position helloworld citizen --set '2026-03-10 12:00:00'\n"
                "  tandem position helloworld --set '-2 days'\n"
                "  tandem position helloworld citizen --reset",
    .options = options,
    .in_home = run_position,
};
