/* tandem user: the owners of objects here, and their notifications. */
#include "cli/commands/commands.h"
#include "cli/line/options.h"
#include "cli/show/listing.h"
#include "host/session.h"
#include "store/inspect/status.h"

enum { NOTIFICATIONS_SHOWN = 20 };

/* ---- list ---- */

static const struct listing_column user_columns[] = {
    LISTING_MEMBER("id", "id", TEXT, struct store_user, id),
    LISTING_MEMBER("name", "name", TEXT, struct store_user, name),
    LISTING_MEMBER("email", "email", TEXT, struct store_user, email),
    LISTING_MEMBER("administrator", "admin", MARK, struct store_user, admin),
};

static enum error_code run_list(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    struct store_user *users = NULL;
    size_t count = 0;
    if (store_user_list(session->store, session->arena, &users, &count, error))
        return error->code;
    const struct listing listing = LISTING(user_columns, users, count);
    return listing_show(&listing, invocation_has(invocation, "json"),
                        invocation->options.quiet
                            ? NULL
                            : "no users are defined, so nobody is notified; see 'tandem help user'",
                        error);
}

/* ---- set, remove ---- */

/* Options that are not given change nothing. */
static enum error_code read_user(const struct invocation *invocation, struct session *session,
                                 struct store_user *user, struct error *error)
{
    struct store_user *users = NULL;
    size_t count = 0;
    const enum error_code code =
        store_user_list(session->store, session->arena, &users, &count, error);

    *user = (struct store_user){
        .id = text_of(invocation->arguments[0]), .name = TEXT_ABSENT, .email = TEXT_ABSENT};
    for (size_t i = 0; !code && i < count; i++) {
        if (text_equal(users[i].id, user->id))
            *user = users[i];
    }
    if (invocation_has(invocation, "name"))
        user->name = text_of(invocation_value(invocation, "name"));
    if (invocation_has(invocation, "email"))
        user->email = text_of(invocation_value(invocation, "email"));
    if (invocation_has(invocation, "admin"))
        user->admin = true;
    if (invocation_has(invocation, "no-admin"))
        user->admin = false;
    return code;
}

static enum error_code run_set(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    struct store_user user;
    if (invocation_has(invocation, "admin") && invocation_has(invocation, "no-admin"))
        return error_set(error, ERROR_USAGE, "give '--admin' or '--no-admin', not both");
    if (read_user(invocation, session, &user, error))
        return error->code;
    return store_user_set(session->store, &user, error);
}

static enum error_code run_remove(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    return store_user_remove(session->store, text_of(invocation->arguments[0]), error);
}

/* ---- notifications ---- */

static const struct listing_column notification_columns[] = {
    LISTING_MEMBER("user", "user", TEXT, struct status_notification, user),
    LISTING_MEMBER(">run", "run", INTEGER, struct status_notification, run),
    LISTING_MEMBER("at", "at", INSTANT, struct status_notification, at),
    LISTING_MEMBER("message", "message", TEXT, struct status_notification, message),
};

static enum error_code run_notifications(const struct invocation *invocation,
                                         struct session *session, struct error *error)
{
    const bool json = invocation_has(invocation, "json");
    const struct text user =
        invocation->argument_count ? text_of(invocation->arguments[0]) : TEXT_ABSENT;
    struct status_notification *notifications = NULL;
    size_t count = 0;
    if (status_notifications(session->store, user, json ? 0 : NOTIFICATIONS_SHOWN, session->arena,
                             &notifications, &count, error))
        return error->code;
    const struct listing listing = LISTING(notification_columns, notifications, count);
    return listing_show(&listing, json,
                        invocation->options.quiet ? NULL : "there are no notifications", error);
}

/* ---- tables ---- */

static const struct option set_options[] = {
    OPTION("name", "NAME", "what the user is called"),
    OPTION("email", "ADDRESS", "where the user can be reached"),
    FLAG("admin", "notify this user about objects without an owner"),
    FLAG("no-admin", "do not notify this user about them"),
    {.name = NULL},
};

static const struct command list = {
    .name = "list",
    .arguments = "",
    .summary = "all users",
    .options = options_of_list,
    .in_home = run_list,
};
static const struct command set = {
    .name = "set",
    .arguments = "ID",
    .summary = "add a user, or change one",
    .details = "An object is the user's when its owner_id is ID: 'tandem object set contact 12 "
               "owner_id=ID'.",
    .examples = "  tandem user set 7 --name 'Kim Lee' --email kim@example.com\n"
                "  tandem user set 1 --admin",
    .options = set_options,
    .in_home = run_set,
};
static const struct command remove_user = {
    .name = "remove",
    .arguments = "ID",
    .summary = "remove a user; their objects then have no owner",
    .examples = "  tandem user remove 7",
    .in_home = run_remove,
};
static const struct command notifications_of = {
    .name = "notifications",
    .arguments = "[ID]",
    .summary = "notifications about users' objects, the newest first",
    .examples = "  tandem user notifications 7 --json",
    .options = options_of_list,
    .in_home = run_notifications,
};
static const struct command *const subcommands[] = {&list, &set, &remove_user, &notifications_of,
                                                    NULL};

const struct command command_user = {
    .name = "user",
    .arguments = "list|set|remove|notifications ...",
    .summary = "owners of objects, and their notifications",
    .subcommands = subcommands,
};
