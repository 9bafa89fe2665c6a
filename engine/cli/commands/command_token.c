/* tandem token: tokens with which programs use the API. */
#include <stdio.h>

#include "cli/commands/commands.h"
#include "cli/line/options.h"
#include "cli/show/listing.h"
#include "host/session.h"
#include "service/access/secret.h"
#include "store/service/access.h"

static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

static enum error_code audit(struct session *session, const char *action, const char *detail,
                             struct error *error)
{
    const struct access_deed deed = {.actor = TEXT("command line"),
                                     .address = TEXT_ABSENT,
                                     .action = text_of(action),
                                     .integration = TEXT_ABSENT,
                                     .detail = text_of(detail)};
    return access_audit(session->store, &deed, error);
}

/* ---- add ---- */

static enum error_code run_add(const struct invocation *invocation, struct session *session,
                               struct error *error)
{
    const char *const name = invocation->arguments[0];
    const char *const given_scope = invocation_value(invocation, "scope");
    const char *const given_days = invocation_value(invocation, "days");
    enum access_role scope = ACCESS_VIEWER;
    char secret[SECRET_SIZE];
    struct text hash = TEXT_ABSENT;
    int64_t days = 365, id = 0;
    if (given_days && (!text_to_integer(text_of(given_days), &days) || days < 1 || days > 3650))
        return error_set(error, ERROR_USAGE,
                         "option '--days' must be a whole number from 1 to 3650");
    if (given_scope && !access_scope_of(text_of(given_scope), &scope))
        return error_set(error, ERROR_USAGE, "option '--scope' must be read, run or admin");
    if (secret_make("tnd_", secret, error) ||
        secret_hash(text_of(secret), session->arena, &hash, error) ||
        access_token_add(session->store, text_of(name), scope, hash,
                         session_now(session) + days * day_ms, &id, error) ||
        audit(session, "add_token", name, error))
        return error->code;
    puts(secret);
    return ERROR_NONE;
}

/* ---- list ---- */

static const struct listing_column token_columns[] = {
    LISTING_MEMBER(">id", "id", INTEGER, struct access_token, id),
    LISTING_MEMBER("name", "name", TEXT, struct access_token, name),
    LISTING_MEMBER("scope", "scope", TEXT, struct access_token, scope),
    LISTING_MEMBER("created", "created", INSTANT, struct access_token, created),
    LISTING_MEMBER("expires", "expires", INSTANT, struct access_token, expires),
    LISTING_MEMBER("last used", "last_used", INSTANT, struct access_token, last_used),
};

static enum error_code run_list(const struct invocation *invocation, struct session *session,
                                struct error *error)
{
    struct access_token *tokens = NULL;
    size_t count = 0;
    if (access_token_list(session->store, session->arena, &tokens, &count, error))
        return error->code;
    const struct listing listing = LISTING(token_columns, tokens, count);
    return listing_show_whole(&listing, invocation_has(invocation, "json"), error);
}

/* ---- revoke ---- */

static enum error_code run_revoke(const struct invocation *invocation, struct session *session,
                                  struct error *error)
{
    int64_t id = 0;
    if (!text_to_integer(text_of(invocation->arguments[0]), &id))
        return error_set(error, ERROR_USAGE,
                         "'%s' is not the number of a token; see 'tandem token list'",
                         invocation->arguments[0]);
    return access_token_revoke(session->store, id, error)
               ? error->code
               : audit(session, "revoke_token", invocation->arguments[0], error);
}

static const struct option add_options[] = {
    OPTION("scope", "SCOPE",
           "read (default): see everything; run: also start syncs, resolve matters and edit; "
           "admin: also tokens and the audit log",
           .choices = "read|run|admin"),
    OPTION("days", "N", "how long it is valid (default 365)"),
    {.name = NULL},
};

static const struct command add = {
    .name = "add",
    .arguments = "NAME",
    .summary = "create a token and print it; it is shown only once",
    .examples = "  tandem token add backup-script --scope read --days 30",
    .options = add_options,
    .in_home = run_add,
};
static const struct command list = {
    .name = "list",
    .arguments = "",
    .summary = "the tokens that exist",
    .examples = "  tandem token list",
    .options = options_of_list,
    .in_home = run_list,
};
static const struct command revoke_token = {
    .name = "revoke",
    .arguments = "ID",
    .summary = "withdraw a token at once",
    .examples = "  tandem token revoke 3",
    .in_home = run_revoke,
};
static const struct command *const subcommands[] = {&add, &list, &revoke_token, NULL};

const struct command command_token = {
    .name = "token",
    .arguments = "add|list|revoke ...",
    .summary = "tokens for programs that use the API of 'tandem serve'",
    .subcommands = subcommands,
};
